"""Imports every module of core and of services where no library but msgspec is installed, and prints what fails.

Runs in a process of its own, and as it stands in a page: it imports nothing but the standard library.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import sys
import traceback

MISSING = {"requests", "urllib3", "certifi", "idna", "charset_normalizer", "PIL", "platformdirs", "keyring", "h11"}
DESKTOP = {f"pygame_gameservices.core.http.{name}" for name in ("connection", "transport", "polled")}
"""What sends by sockets; desktops alone import it."""


class Refuse:
    """A finder of modules that finds none of those that are not to be there."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Say that there is no such module."""
        if name.partition(".")[0] in MISSING:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def failures() -> dict[str, str]:
    """What goes wrong, by module; empty where all is well. Also says it of a library that came in all the same."""
    sys.meta_path.insert(0, Refuse())  # type: ignore[arg-type]
    wrong = {}
    for room in ("core", "services"):
        package = importlib.import_module(f"pygame_gameservices.{room}")
        for _, name, _ in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if name not in DESKTOP:
                try:
                    importlib.import_module(name)
                except Exception:
                    wrong[name] = traceback.format_exc()
    return wrong | {name: "was imported all the same" for name in MISSING if name in sys.modules}


if __name__ == "__main__":
    print(json.dumps(failures()))
