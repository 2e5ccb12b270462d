"""One thin adapter per engine: its input goes in, finished pictures come out."""
