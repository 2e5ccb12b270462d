"""Secrets and private files, and which processes use them."""
