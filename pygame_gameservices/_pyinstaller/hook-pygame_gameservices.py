"""PyInstaller's hook for this package: names are imported lazily and fonts are read as files, which it cannot see.

Engines and the sandbox are not pulled in by this: a game brings the engine that it imports, and one that starts a
sandbox imports `pygame_gameservices.sandbox`, which has a hook of its own.
"""

from importlib.util import find_spec

from PyInstaller.utils.hooks import collect_data_files, collect_submodules

_ENGINES = {"pygame_gameservices.engines.arcade": "arcade", "pygame_gameservices.engines.pygame": "pygame"}
_OF_TOOLS = tuple(f"pygame_gameservices.{name}" for name in ("cli", "relay", "sandbox", "_pyinstaller"))


def _wanted(name: str) -> bool:
    """Everything but what only tools use, and the engines that are not there."""
    if name.startswith(_OF_TOOLS):
        return False
    for prefix, engine in _ENGINES.items():
        if name.startswith(prefix):
            return find_spec(engine) is not None
    return name not in ("pygame_gameservices.testing", "pygame_gameservices.__main__")


hiddenimports = collect_submodules("pygame_gameservices", filter=_wanted)
datas = collect_data_files("pygame_gameservices", excludes=["cli", "relay"])
