"""Who gives the scheduler its turns, and carries out what it wants done; see `runner`."""
