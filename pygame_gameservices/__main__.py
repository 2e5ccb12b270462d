"""``python -m pygame_gameservices`` is the command ``gameservices``."""

from __future__ import annotations

from pygame_gameservices.cli.main import main

if __name__ == "__main__":
    main()
