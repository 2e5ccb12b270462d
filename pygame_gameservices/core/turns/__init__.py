"""How threads take turns, so that whoever computes leaves the frame thread its time."""
