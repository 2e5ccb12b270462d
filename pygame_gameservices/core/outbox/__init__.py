"""The durable queue on disk, which several processes of a game may use at once."""
