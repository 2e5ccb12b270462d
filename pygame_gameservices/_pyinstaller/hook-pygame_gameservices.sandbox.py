"""PyInstaller's hook for games that bring the sandbox: its server's libraries are named only in strings.

Such a game calls `pygame_gameservices.sandbox.process.run_if_child` first thing in its main module.
"""

from PyInstaller.utils.hooks import collect_submodules

hiddenimports = [
    *collect_submodules("pygame_gameservices.sandbox"),
    *collect_submodules("uvicorn"),
    "sqlalchemy.dialects.sqlite",
]
