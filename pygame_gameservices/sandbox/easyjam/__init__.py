"""A jam site that serves its makers' games by the EasyJam specification (v0.1 draft)."""
