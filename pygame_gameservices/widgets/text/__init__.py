"""Text: fonts, shaping, bidirectional order, and editing."""
