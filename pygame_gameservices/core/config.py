"""Reading ``gameservices.toml`` for a game: its name, and what its services need. The environment goes first."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pygame_gameservices.core.storage.credentials import Hidden, Secret, concealed
from pygame_gameservices.errors import ConfigurationError

logger = logging.getLogger("pygame_gameservices")

FILE_NAME = "gameservices.toml"

SANDBOX_URL = "http://127.0.0.1:8765"
"""Where ``gameservices sandbox`` is reached when nobody says anything else."""
SANDBOX_VARIABLE = "GAMESERVICES_SANDBOX"
_NO_FILE = f"no {FILE_NAME} was found"
"""What stands in place of the file's path in errors."""

_NAMES = {
    "": ("app", "achievements", "gamejolt", "itchio", "easyjam", "forge", "trading", "sandbox"),
    "gamejolt": ("game_id", "private_key", "base_url", "relay", "name", "tables", "trophies"),
    "itchio": ("api_key", "base_url", "relay", "dialect", "developer", "client_id", "games"),
    "easyjam": ("base_url", "key", "multi", "tokens"),
    "forge": ("api_key", "base_url", "relay", "unlock_time_format"),
    "trading": ("token", "base_url", "allow_trading", "ca_file", "verify_ssl", "trader"),
    "sandbox": ("url", "players", "gamejolt", "itchio", "easyjam", "forge", "trading"),
}
_PREFIXES = {"": "GAMESERVICES", "trading": "GAME_API"}
"""What a table's environment variables begin with where it is not the table's name."""
_RENAMED = {"GAME_API_BASE_URL": "GAME_API_URL"}
_YES = ("true", "1", "yes", "on")
_NO = ("false", "0", "no", "off")
_ALIKE = 0.75
"""How much a name resembles the one that is meant."""


class Section:
    """One table of the configuration, such as ``[gamejolt]``.

    Each value can be overridden by an environment variable: ``private_key`` in ``[gamejolt]`` by
    ``GAMEJOLT_PRIVATE_KEY``. While the game plays against a sandbox only the file counts, and what it does not say is
    what a sandbox has by itself: the real keys of the environment are no business of a sandbox. Any thread. The readers
    raise `ConfigurationError`, which names the file, the key and what to write there.

    Attributes:
        name: of the table; empty for the file's own keys.
        sandbox: the address of the sandbox to play against, or empty.
    """

    def __init__(
        self, name: str, values: Mapping[str, Any], source: str, environment: Mapping[str, str], sandbox: str = ""
    ) -> None:
        self.name = name
        self.sandbox = sandbox
        self._values = values
        self._source = source
        self._outside = environment
        self._environment = environment if not sandbox else {}

    def __contains__(self, key: str) -> bool:
        """Whether the file or the environment says something about `key`."""
        return self._raw(key)[0] is not None

    def address(self, default: str | None, *, in_sandbox: str) -> str:
        """Return ``base_url``: where the service is; required when there is no `default`.

        Args:
            default: the service's own address.
            in_sandbox: the path below a sandbox's address, which counts while the game plays against one.
        """
        return self.sandbox + in_sandbox if self.sandbox else self.text("base_url", default)

    def relay(self) -> str:
        """Return ``relay``: the address of the maker's relay, which holds the key; empty without one.

        Against a sandbox it does not count either: the relay may stand before the real services. The log says so, once.
        """
        if not self.sandbox:
            return self.text("relay", "")
        if "relay" in self._values or self._outside.get(self.variable("relay")):
            _say_passed_over(f"{self._source}: relay{self._place}", self.sandbox)
        return ""

    def text(self, key: str, default: str | None = None, *, in_sandbox: str | None = None) -> str:
        """Return a text; required when there is no `default`. `in_sandbox` is the default against a sandbox."""
        value, where = self._raw(key)
        if value is None:
            return str(self._default(key, default, in_sandbox, f'{key} = "..."'))
        if isinstance(value, str) and value.strip():
            return value.strip()
        del value  # perhaps a key in the wrong place
        raise ConfigurationError(f'{where} must be a text; write {key} = "..."')

    def secret(self, key: str, default: str | None = None, *, in_sandbox: str | None = None) -> Secret:
        """Return a text that must not show in logs or errors; required when there is no `default`."""
        value, where = self._raw(key)
        usable = value is None or isinstance(value, str)
        del value  # neither the text of the error nor a traceback must show it
        if not usable:
            raise ConfigurationError(f'{where} must be a text in quotes; write {key} = "..."')
        return Secret(self.text(key, default, in_sandbox=in_sandbox))

    def integer(self, key: str, default: int | None = None, *, least: int = 0, in_sandbox: int | None = None) -> int:
        """Return a whole number of at least `least`; required when there is no `default`."""
        value, where = self._raw(key)
        if value is None:
            return int(self._default(key, default, in_sandbox, f"{key} = 123"))
        if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
            value = int(value)
        if not isinstance(value, bool) and isinstance(value, int) and value >= least:
            return value
        shown = _shown(value)
        del value  # perhaps a key in the wrong place
        raise ConfigurationError(f"{where} is {shown}; write a whole number of at least {least}: {key} = 123")

    def flag(self, key: str, default: bool) -> bool:
        """Return true or false."""
        value, where = self._raw(key)
        if value is None:
            return default
        if isinstance(value, str) and value.strip().lower() in (*_YES, *_NO):
            return value.strip().lower() in _YES
        if isinstance(value, bool):
            return value
        shown = _shown(value)
        del value  # perhaps a key in the wrong place
        raise ConfigurationError(f"{where} is {shown}; write {key} = true or {key} = false")

    def variable(self, key: str) -> str:
        """The name of the environment variable that overrides `key`."""
        variable = f"{_PREFIXES.get(self.name, self.name)}_{key}".upper().replace("-", "_")
        return _RENAMED.get(variable, variable)

    def _raw(self, key: str) -> tuple[Any, str]:
        """The value, or None, and where it stands."""
        variable = self.variable(key)
        if self._environment.get(variable):
            return self._environment[variable], f"the environment variable {variable}"
        return self._values.get(key), f"{self._source}: {key}{self._place}"

    @property
    def _place(self) -> str:
        return f" in [{self.name}]" if self.name else ""

    def _default(self, key: str, default: Any, in_sandbox: Any, write: str) -> Any:
        if self.sandbox and in_sandbox is not None:
            return in_sandbox
        if default is None:
            variable = self.variable(key)
            known = {self.variable(one) for one in _NAMES.get(self.name, ())}
            mistyped = _meant(variable, self._environment.keys() - known)
            seen = f" ({mistyped} is set, but nobody reads that)" if mistyped else ""
            begin = "; gameservices init writes a file to begin with" if self._source == _NO_FILE else ""
            raise ConfigurationError(
                f"{self._source}: {key}{self._place} is missing; write {write} there, or set {variable}{seen}{begin}"
            )
        return default


class Config:
    """What ``gameservices.toml`` and the environment say.

    ::

        app = "asteroids"

        [gamejolt]
        game_id = 123456
        private_key = "..."

        [sandbox]
        url = "http://127.0.0.1:8765"       # only while you develop: see `sandbox`

    Attributes:
        path: the file, or None when there is none and only the environment counts.
        environment: the environment variables.
        app: the game's name, for `ServiceManager`.
        sandbox: the address of the sandbox that every service made by ``from_config`` is pointed at; empty for the real
            services.
    """

    def __init__(
        self,
        values: Mapping[str, Any],
        path: Path | None,
        environment: Mapping[str, str],
        *,
        sandbox: bool | str | None = None,
    ) -> None:
        self.path = path
        self.environment = environment
        self._values = values
        self._source = str(path) if path is not None else _NO_FILE
        del values, environment  # a traceback that shows local values would show the keys
        self.sandbox = self._sandbox(self.environment.get(SANDBOX_VARIABLE) if sandbox is None else sandbox)
        if self.sandbox:
            logger.info("services made from the configuration are those of the sandbox at %s", self.sandbox)

    @property
    def whole(self) -> Mapping[str, Any]:
        """All that the file says."""
        return self._values

    @classmethod
    def of(cls, config: Config | str | os.PathLike[str] | None) -> Config:
        """`config` itself, or what `load` makes of a path or of None. For the ``from_config`` of services."""
        return config if isinstance(config, Config) else cls.load(config)

    @classmethod
    def load(
        cls,
        path: str | os.PathLike[str] | None = None,
        *,
        sandbox: bool | str | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Config:
        """Read the configuration. It is read once; do it before the frame loop.

        Args:
            path: the file; by default ``gameservices.toml`` in the working directory, else beside the game. It is fine
                if there is none then.
            sandbox: True plays against the sandbox of this machine, a text against the one at that address, False
                against the real services. None goes by the environment variable ``GAMESERVICES_SANDBOX``, which may be
                an address, 1 or 0, and then by ``url`` in ``[sandbox]`` of the file.
            environment: stands for the environment variables of this process.

        Raises:
            ConfigurationError: the file named by `path` is not there, a file is no TOML, has a mistyped name, or the
                sandbox's address is none.
        """
        told = Hidden(os.environ if environment is None else environment)
        del environment
        found = Path(path) if path is not None else beside_the_game()
        if found is None:
            return cls({}, None, told.reveal(), sandbox=sandbox)
        import tomllib  # not for those who have no file

        try:
            values = Hidden(tomllib.loads(found.read_text(encoding="utf-8")))
        except FileNotFoundError:
            raise ConfigurationError(f"{found}: there is no such file; check the path") from None
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(f"{found}: cannot be read ({error}); it must be a text file in UTF-8") from None
        except tomllib.TOMLDecodeError as error:
            raise ConfigurationError(f"{found}: is not valid TOML: {error}; correct that line") from None
        check_names(values.reveal(), str(found))
        return cls(values.reveal(), found, told.reveal(), sandbox=sandbox)

    @property
    def app(self) -> str:
        """See above. Raises `ConfigurationError` when it is not said anywhere."""
        return Section("", self._values, self._source, self.environment).text("app")

    def section(self, name: str) -> Section:
        """The table ``[name]``, empty if it is not there.

        Raises:
            ConfigurationError: there is something of that name that is no table.
        """
        return Section(name, self._table(name), self._source, self.environment, self.sandbox)

    def _table(self, name: str) -> Mapping[str, Any]:
        if isinstance(values := self._values.get(name, {}), Mapping):
            return values
        del values  # perhaps a key in the wrong place
        raise ConfigurationError(f"{self._source}: {name} must be a table; write [{name}] on a line of its own")

    def _sandbox(self, said: bool | str | None) -> str:
        """The address of the sandbox; empty for the real services."""
        word = said.strip() if isinstance(said, str) else said
        if word is False or (isinstance(word, str) and word.lower() in _NO):
            return ""
        asked = word is True or (isinstance(word, str) and word.lower() in _YES)
        if word and not asked:
            url, where = word, f"the address of the sandbox ({SANDBOX_VARIABLE})"
        else:
            url, where = self._table("sandbox").get("url", ""), f"{self._source}: url in [sandbox]"
            if not url:
                return SANDBOX_URL if asked else ""
        if isinstance(url, str) and url.startswith(("http://", "https://")):
            return url.strip().rstrip("/")
        shown = _shown(url)
        del url, word, said  # perhaps a key in the wrong place
        raise ConfigurationError(f"{where} is {shown}; write an address such as {SANDBOX_URL}")

    def __repr__(self) -> str:
        return f"<Config {self._source}>"


@cache
def _say_passed_over(what: str, sandbox: str) -> None:
    logger.warning(
        "%s does not count while the game plays against the sandbox at %s: calls go there without the relay; leave out"
        " %s, and url in [sandbox], to play through the relay",
        what,
        sandbox,
        SANDBOX_VARIABLE,
    )


def _shown(value: object) -> str:
    """What stands where something else should: numbers as they are, of anything else only its kind."""
    if isinstance(value, (int, float)):
        return repr(value)
    return "a text" if isinstance(value, str) else f"a {type(value).__name__}"


def filled(options: Mapping[str, Any], **readers: Callable[[], Any]) -> dict[str, Any]:
    """`options`, and what the readers say of those that are not among them: for the ``from_config`` of services."""
    return {**{name: read() for name, read in readers.items() if name not in options}, **options}


def sealed(options: Mapping[str, Any], name: str) -> dict[str, Any]:
    """`options` with that one wrapped which is a secret, if it is there: for the ``from_config`` of services."""
    given = options.get(name)
    return dict(options) if given is None else {**options, name: concealed(given)}


def check_names(values: Mapping[str, Any], source: str) -> None:
    """Look for mistyped names, which nobody would read and nobody miss. What resembles no name is the game's own.

    Raises:
        ConfigurationError: there is one; the text says what was probably meant.
    """
    problem = _mistyped(values)
    del values  # a traceback that shows local values would show the keys
    if problem:
        raise ConfigurationError(f"{source}: {problem}")


def _mistyped(values: Mapping[str, Any]) -> str:
    for table, known in _NAMES.items():
        inside = values.get(table) if table else values
        for name in inside if isinstance(inside, Mapping) else ():
            meant = name if name in known else _meant(name.casefold(), known)
            if meant is not None and meant != name:
                place = f" in [{table}]" if table else ""
                return f"{name}{place} is not known; did you mean {meant}?"
    return ""


def _meant(name: str, known: Iterable[str]) -> str | None:
    from difflib import get_close_matches  # hardly ever needed, and takes milliseconds to import

    return next(iter(get_close_matches(name, known, 1, _ALIKE)), None)


def beside_the_game(name: str | os.PathLike[str] = FILE_NAME) -> Path | None:
    """The file `name` in the working directory, in the folder of the game's executable or main script, or among what a
    frozen game brings along."""
    started = sys.executable if getattr(sys, "frozen", False) else sys.argv[0] if sys.argv else ""
    brought = getattr(sys, "_MEIPASS", None)  # where PyInstaller puts what --add-data names
    for folder in (Path.cwd(), Path(started).resolve().parent, *([Path(brought)] if brought else [])):
        if (folder / name).is_file():
            return folder / name
    return None
