"""A call as a game holds it, as it is described, and as a service fulfils it."""
