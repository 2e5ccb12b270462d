"""Rules of the maker's own: a function that is named in ``relay.toml``."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

from pygame_gameservices.errors import ConfigurationError


def load(name: str, folder: Path) -> Any:
    """The function ``module:function``, of a module that is installed or lies in `folder`.

    Raises:
        ConfigurationError: there is no such module or function, or it cannot be called.
    """
    module, colon, function = name.partition(":")
    if not colon or not module or not function:
        raise ConfigurationError(f"hook is {name!r}; write it as 'module:function'")
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    try:
        found = getattr(importlib.import_module(module), function, None)
    except Exception as error:  # whatever the maker's module does when it is imported
        raise ConfigurationError(f"the hook {name!r} cannot be imported: {type(error).__name__}: {error}") from error
    if not callable(found):
        raise ConfigurationError(f"the hook {name!r} is no function of that module")
    return found
