"""``python -m pygame_gameservices.sandbox``: the server process that `Sandbox.start` starts. For people there is
``gameservices sandbox``."""

from __future__ import annotations

import sys

from pygame_gameservices.sandbox.child import run_child

if __name__ == "__main__":
    sys.exit(run_child())
