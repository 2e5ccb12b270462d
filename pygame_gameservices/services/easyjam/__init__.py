"""The EasyJam Export API (v0.1 draft): lists of games by their makers, read, written and checked."""
