"""The client of itch.io's server-side API: what belongs to the game, who plays it, and who owns it."""
