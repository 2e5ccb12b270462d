"""A small server of the game's maker that holds the keys, so that no build of the game does."""
