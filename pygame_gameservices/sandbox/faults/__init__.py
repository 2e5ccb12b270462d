"""Faults: what they are (`kinds`, `spec`, light enough for a game's process) and how the server commits them."""
