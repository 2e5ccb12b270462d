"""Game Jolt's API v1.2 for the sandbox, written from its documentation."""
