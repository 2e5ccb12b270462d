"""Game Jolt through the relay: what is taken, how it is judged, signed and passed on, and how doubts are settled."""
