"""Reading ``gameservices.toml`` for a game: its name, and what its services need. The environment goes first."""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pygame_gameservices.core.credentials import Secret
from pygame_gameservices.errors import ConfigurationError

FILE_NAME = "gameservices.toml"

_NAMES = {
    "": ("app", "achievements", "gamejolt", "itchio", "easyjam", "forge", "trading", "sandbox"),
    "gamejolt": ("game_id", "private_key", "base_url", "name", "tables", "trophies"),
}
_ALIKE = 0.75


class Section:
    """One table of the configuration, such as ``[gamejolt]``.

    Each value can be overridden by an environment variable: ``private_key`` in ``[gamejolt]`` by
    ``GAMEJOLT_PRIVATE_KEY``. Any thread. The readers raise `ConfigurationError`, which names the file, the key and what
    to write there.
    """

    def __init__(self, name: str, values: Mapping[str, Any], source: str, environment: Mapping[str, str]) -> None:
        self.name = name
        self._values = values
        self._source = source
        self._environment = environment

    def __contains__(self, key: str) -> bool:
        """Whether the file or the environment says something about `key`."""
        return self._raw(key)[0] is not None

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text; required when there is no `default`."""
        value, where = self._raw(key)
        if value is None:
            return str(self._default(key, default, f'{key} = "..."'))
        if not isinstance(value, str) or not value.strip():
            raise ConfigurationError(f'{where} must be a text; write {key} = "..."')
        return value.strip()

    def secret(self, key: str, default: str | None = None) -> Secret:
        """Return a text that must not show in logs or errors; required when there is no `default`."""
        value, where = self._raw(key)
        if value is not None and not isinstance(value, str):  # the text of the error must not show it
            raise ConfigurationError(f'{where} must be a text in quotes; write {key} = "..."')
        return Secret(self.text(key, default))

    def integer(self, key: str, default: int | None = None, *, least: int = 0) -> int:
        """Return a whole number of at least `least`; required when there is no `default`."""
        value, where = self._raw(key)
        if value is None:
            return int(self._default(key, default, f"{key} = 123"))
        if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise ConfigurationError(f"{where} is {value!r}; write a whole number of at least {least}: {key} = 123")
        return value

    def flag(self, key: str, default: bool) -> bool:
        """Return true or false."""
        value, where = self._raw(key)
        words = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
        if value is None:
            return default
        if isinstance(value, str) and value.lower() in words:
            return words[value.lower()]
        if not isinstance(value, bool):
            raise ConfigurationError(f"{where} is {value!r}; write {key} = true or {key} = false")
        return value

    def variable(self, key: str) -> str:
        """The name of the environment variable that overrides `key`."""
        return f"{self.name or 'gameservices'}_{key}".upper().replace("-", "_")

    def _raw(self, key: str) -> tuple[Any, str]:
        """The value, or None, and where it stands."""
        variable = self.variable(key)
        if self._environment.get(variable):
            return self._environment[variable], f"the environment variable {variable}"
        return self._values.get(key), f"{self._source}: {key}{self._place}"

    @property
    def _place(self) -> str:
        return f" in [{self.name}]" if self.name else ""

    def _default(self, key: str, default: Any, write: str) -> Any:
        if default is None:
            raise ConfigurationError(
                f"{self._source}: {key}{self._place} is missing; write {write} there, or set {self.variable(key)}"
            )
        return default


class Config:
    """What ``gameservices.toml`` and the environment say.

    ::

        app = "asteroids"

        [gamejolt]
        game_id = 123456
        private_key = "..."

    Attributes:
        path: the file, or None when there is none and only the environment counts.
        app: the game's name, for `ServiceManager`.
    """

    def __init__(self, values: Mapping[str, Any], path: Path | None, environment: Mapping[str, str]) -> None:
        self.path = path
        self._values = values
        self._environment = environment
        self._source = str(path) if path is not None else f"no {FILE_NAME} was found"

    @property
    def whole(self) -> Mapping[str, Any]:
        """All that the file says."""
        return self._values

    @classmethod
    def load(
        cls, path: str | os.PathLike[str] | None = None, *, environment: Mapping[str, str] | None = None
    ) -> Config:
        """Read the configuration. It is read once; do it before the frame loop.

        Args:
            path: the file; by default ``gameservices.toml`` in the working directory, else beside the game. It is fine
                if there is none then.
            environment: stands for the environment variables of this process.

        Raises:
            ConfigurationError: the file named by `path` is not there, a file is no TOML, or has a mistyped name.
        """
        environment = os.environ if environment is None else environment
        found = Path(path) if path is not None else beside_the_game()
        if found is None:
            return cls({}, None, environment)
        try:
            values = tomllib.loads(found.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise ConfigurationError(f"{found}: there is no such file; check the path") from None
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(f"{found}: cannot be read ({error}); it must be a text file in UTF-8") from None
        except tomllib.TOMLDecodeError as error:
            raise ConfigurationError(f"{found}: is not valid TOML: {error}; correct that line") from None
        check_names(values, str(found))
        return cls(values, found, environment)

    @property
    def app(self) -> str:
        """See above. Raises `ConfigurationError` when it is not said anywhere."""
        return Section("", self._values, self._source, self._environment).text("app")

    def section(self, name: str) -> Section:
        """The table ``[name]``, empty if it is not there.

        Raises:
            ConfigurationError: there is something of that name that is no table.
        """
        values = self._values.get(name, {})
        if not isinstance(values, Mapping):
            raise ConfigurationError(f"{self._source}: {name} must be a table; write [{name}] on a line of its own")
        return Section(name, values, self._source, self._environment)

    def __repr__(self) -> str:
        return f"<Config {self._source}>"


def check_names(values: Mapping[str, Any], source: str) -> None:
    """Look for mistyped names, which nobody would read and nobody miss. What resembles no name is the game's own.

    Raises:
        ConfigurationError: there is one; the text says what was probably meant.
    """
    for table, known in _NAMES.items():
        inside = values.get(table) if table else values
        for name in inside if isinstance(inside, Mapping) else ():
            meant = name if name in known else _meant(name, known)
            if meant is not None and meant != name:
                place = f" in [{table}]" if table else ""
                raise ConfigurationError(f"{source}: {name}{place} is not known; did you mean {meant}?")


def _meant(name: str, known: tuple[str, ...]) -> str | None:
    from difflib import get_close_matches  # hardly ever needed, and takes milliseconds to import

    return next(iter(get_close_matches(name.casefold(), known, 1, _ALIKE)), None)


def beside_the_game(name: str | os.PathLike[str] = FILE_NAME) -> Path | None:
    """The file `name` in the working directory, or in the folder of the game's executable or main script."""
    started = sys.executable if getattr(sys, "frozen", False) else sys.argv[0] if sys.argv else ""
    for folder in (Path.cwd(), Path(started).resolve().parent):
        if (folder / name).is_file():
            return folder / name
    return None
