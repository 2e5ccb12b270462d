"""Helps PyInstaller to freeze games that use this package. PyInstaller finds it by itself."""

from __future__ import annotations

from pathlib import Path


def get_hook_dirs() -> list[str]:
    """The folders in which PyInstaller looks for hooks (entry point ``pyinstaller40``, ``hook-dirs``)."""
    return [str(Path(__file__).parent)]
