"""The Chromium that tests run: the one without windows first, which takes half of the processor's time."""

from __future__ import annotations

import os
import shutil

NAMES = (
    "/usr/lib/chromium/chromium-headless-shell",  # Debian's; what it puts into PATH starts this one and stays beside it
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
CHROMIUM = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
NO_CHROMIUM = "no Chromium is installed (on Debian: apt-get install chromium-headless-shell)"
