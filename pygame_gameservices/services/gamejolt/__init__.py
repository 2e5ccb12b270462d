"""Game Jolt: users, sessions, scores, trophies, data store, friends and time (Game API, version 1.2)."""
