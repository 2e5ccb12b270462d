"""Forge (forge.gg): playtime and achievements of players, reported for Forge's quests."""
