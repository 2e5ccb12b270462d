"""Whole lives of a game in virtual time, with the real scheduler and the real outbox, each from one seed."""
