"""The scheduler, without I/O: messages and the time go in, effects come out; see `scheduler`."""
