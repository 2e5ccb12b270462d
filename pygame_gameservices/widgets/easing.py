"""The curve by which everything on the overlay comes, goes and grows."""

from __future__ import annotations


def ease_out(share: float) -> float:
    """Cubic ease out of 0 to 1: fast at first, slow at the end. What is below 0 has not begun, what is above 1 is over.

    Played backwards it is the ease in of something that leaves.
    """
    return 1 - (1 - max(0.0, min(1.0, share))) ** 3
