"""Bringing files of records to Forge: read in a stream, journalled on disk, resumed where they stopped."""
