"""The trophy list."""
