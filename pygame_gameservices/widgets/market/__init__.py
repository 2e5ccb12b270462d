"""The market board."""
