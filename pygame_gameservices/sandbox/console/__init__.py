"""The console: a page on the admin port that shows what the sandbox holds and sets its faults. Server side only."""
