"""The shelf of games."""
