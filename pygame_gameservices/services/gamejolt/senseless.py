"""The one way in which reading a format fails."""

from __future__ import annotations


class Senseless(ValueError):
    """The bytes are not in the format that was asked for."""
