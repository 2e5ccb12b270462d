"""Brushes and what is painted with them alone: icons, emblems, panels, portraits."""
