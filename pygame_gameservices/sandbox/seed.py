"""Reading ``gameservices.toml``: what the sandbox holds when it starts.

`Section` is a checked view on one TOML table. Each protocol reads its own sections through it, so that a mistake
anywhere gives the same kind of error: it names the file, the key and what to write there.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pygame_gameservices.errors import ConfigurationError

FILE_NAME = "gameservices.toml"
"""The file that is looked for in the working directory when none is named."""


class Section:
    """One TOML table with typed access. Every reader raises `ConfigurationError` when the value is of no use."""

    def __init__(self, values: Mapping[str, Any], where: str, source: str) -> None:
        self.where = where
        self._values = values
        self._source = source
        self._read: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def names(self) -> list[str]:
        """Return the keys that are there, for a table whose keys are the developer's own."""
        return list(self._values)

    def text(self, key: str, default: str | None = None) -> str:
        """Return a string; required when there is no `default`."""
        value = self._get(key, default, "a text in quotes")
        if not isinstance(value, str):
            raise self.error(key, f"must be a text in quotes, not {value!r}")
        return value

    def integer(self, key: str, default: int | None = None, *, least: int | None = None) -> int:
        """Return a whole number of at least `least`; required when there is no `default`."""
        value = self._get(key, default, "a whole number")
        if isinstance(value, str) and value.isascii() and value.isdigit():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.error(key, f"must be a whole number, not {value!r}")
        if least is not None and value < least:
            raise self.error(key, f"must be at least {least}, not {value}")
        return value

    def flag(self, key: str, default: bool) -> bool:
        """Return true or false."""
        value = self._get(key, default, "true or false")
        if not isinstance(value, bool):
            raise self.error(key, f"must be true or false (without quotes), not {value!r}")
        return value

    def choice(self, key: str, choices: tuple[str, ...], default: str) -> str:
        """Return one of `choices`, whatever its case in the file."""
        value = self.text(key, default)
        for known in choices:
            if value.casefold() == known.casefold():
                return known
        raise self.error(key, f"must be one of {', '.join(choices)}, not {value!r}")

    def texts(self, key: str) -> list[str]:
        """Return a list of strings; empty when the key is missing."""
        value = self._get(key, [], "a list of texts")
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.error(key, f'must be a list of texts such as ["ada", "grace"], not {value!r}')
        return value

    def integers(self, key: str) -> list[int]:
        """Return a list of whole numbers; empty when the key is missing."""
        value = self._get(key, [], "a list of whole numbers")
        if not isinstance(value, list) or not all(isinstance(one, int) and not isinstance(one, bool) for one in value):
            raise self.error(key, f"must be a list of whole numbers such as [1, 2], not {value!r}")
        return value

    def section(self, key: str) -> Section:
        """Return the table `key`; empty when it is missing."""
        value = self._get(key, {}, "a table")
        if not isinstance(value, Mapping):
            raise self.error(key, f"must be a table, written [{self._path(key)}]")
        return Section(value, self._path(key), self._source)

    def sections(self, key: str) -> list[Section]:
        """Return the list of tables ``[[key]]``; empty when it is missing."""
        value = self._get(key, [], "a list of tables")
        if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
            raise self.error(key, f"must be a list of tables, each written [[{self._path(key)}]]")
        return [Section(item, f"{self._path(key)}[{n}]", self._source) for n, item in enumerate(value, 1)]

    def finish(self, *, skip_tables: bool = False) -> None:
        """Complain about keys that nobody read: they are typing mistakes. `skip_tables` leaves tables to others."""
        for key, value in self._values.items():
            if key not in self._read and not (skip_tables and isinstance(value, Mapping)):
                raise self.error(key, f"is not known; known here: {', '.join(sorted(self._read))}")

    def error(self, key: str, problem: str) -> ConfigurationError:
        """Build (not raise) the error about `key` of this section."""
        return ConfigurationError(f"{self._source}: {self._path(key)} {problem}")

    def _path(self, key: str) -> str:
        return f"{self.where}.{key}" if self.where else key

    def _get(self, key: str, default: Any, wanted: str) -> Any:
        self._read.add(key)
        value = self._values.get(key, default)
        if value is None:
            raise self.error(key, f"is missing; write {wanted}")
        return value


def load(config: str | Mapping[str, Any] | None) -> Section:
    """Read the seed.

    Args:
        config: a path; or the same content as a mapping; or None for `FILE_NAME` in the working directory if it is
            there, else nothing (every protocol then takes its defaults).

    Raises:
        ConfigurationError: the file is missing, unreadable or no TOML.
    """
    if isinstance(config, Mapping):
        return Section(config, "", "the configuration given in code")
    if config is None and not Path(FILE_NAME).is_file():
        return Section({}, "", "the defaults")
    path = Path(config if config is not None else FILE_NAME)
    try:
        return Section(tomllib.loads(path.read_text(encoding="utf-8")), "", str(path))
    except FileNotFoundError:
        raise ConfigurationError(f"{path}: there is no such file; check the path given as configuration") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: cannot be read ({error}); it must be a text file in UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path}: is not valid TOML: {error}; correct that line") from error
