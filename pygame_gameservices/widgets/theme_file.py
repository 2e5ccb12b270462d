"""Theme files: a game's whole look in one TOML file.

::

    base = "dark"                     # or "light", "high_contrast"; what is not said below comes from there
    scale = 1.0

    [colors]
    panel_top = "#2b2140f2"
    accent = "#ff7ad9"
    gold = {label = "#ffd866"}        # light, base, dark paint the medal

    [radii]
    panel = 6

    [fonts]                           # paths are relative to this file
    regular = "Silkscreen.ttf"
    fallback = ["NotoSansJP.ttf"]

    [sounds]
    gold = "fanfare.ogg"

    [animations]                      # how toasts come and go: "slide", "rise", "drop", "unfold" or "fade"
    message = "rise"
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, TypeVar

from pygame_gameservices.errors import ConfigurationError, UsageError
from pygame_gameservices.widgets.checks import check_is
from pygame_gameservices.widgets.painting.color import color
from pygame_gameservices.widgets.theme import THEMES, Metal, Theme, ToastAnimation

T = TypeVar("T")
_TABLES = ("colors", "radii", "fonts", "sounds", "animations")


def load_theme(path: str | Path) -> Theme:
    """Read a theme file. Reads it and opens the fonts it names, so call it before the game loop.

    Raises:
        ConfigurationError: the file is not there, or says something that cannot be used; the text names the key.
        UsageError: `path` is no path.
    """
    check_is("path", path, (str, os.PathLike), "pass the path of a theme file, such as 'mine.toml'")
    path = Path(path)
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"theme file {path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"theme file {path} is not TOML: {error}") from error
    theme = _Reader(path).theme(data)
    theme.typeface  # noqa: B018  a font that cannot be used shall be said here and not in the middle of the game
    return theme


class _Reader:
    """Reads one file, knowing its name for the sake of the error messages."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def theme(self, data: dict[str, Any]) -> Theme:
        self._known("", data, ("base", "scale", *_TABLES))
        base = data.get("base", "dark")
        if base not in THEMES:
            raise self._wrong("base", base, f"one of {', '.join(map(repr, THEMES))}")
        theme = replace(THEMES[base], name=self._path.stem, scale=self._number("scale", data.get("scale", 1.0)))
        readers: dict[str, Callable[[str, Any], Any]] = {
            "colors": self._color_or_metal,
            "radii": self._number,
            "fonts": self._font,
            "sounds": self._sound,
            "animations": self._animation,
        }
        changed = {name: self._table(name, getattr(theme, name), data.get(name, {}), readers[name]) for name in _TABLES}
        return replace(theme, **changed)

    def _table(self, name: str, base: T, values: Any, read: Callable[[str, Any], Any]) -> T:
        if not isinstance(values, dict):
            raise self._wrong(name, values, f"a table, [{name}]")
        self._known(f"{name}.", values, [each.name for each in fields(base)])  # type: ignore[arg-type]
        self._base = base
        return replace(base, **{key: read(f"{name}.{key}", value) for key, value in values.items()})  # type: ignore[type-var]

    def _color_or_metal(self, key: str, value: Any) -> Any:
        current = getattr(self._base, key.removeprefix("colors."))
        if isinstance(current, float):
            return self._number(key, value)
        if not isinstance(current, Metal):
            return self._color(key, value)
        if not isinstance(value, dict):
            raise self._wrong(key, value, 'a table such as {label = "#ffcf4d"}')
        self._known(f"{key}.", value, [each.name for each in fields(Metal)])
        return replace(current, **{part: self._color(f"{key}.{part}", each) for part, each in value.items()})

    def _color(self, key: str, value: Any) -> Any:
        try:
            return color(value)
        except UsageError as error:
            raise self._wrong(key, value, 'a color, "#rrggbb" or "#rrggbbaa"') from error

    def _number(self, key: str, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0 or (key == "scale" and not value):
            raise self._wrong(key, value, "a positive number")
        return float(value)

    def _font(self, key: str, value: Any) -> Any:
        if key == "fonts.fallback":
            if not isinstance(value, list):
                raise self._wrong(key, value, 'a list of files, ["a.ttf"]')
            return tuple(self._file(key, each) for each in value)
        return self._file(key, value)

    def _sound(self, key: str, value: Any) -> str:
        """A file beside the theme when there is one of that name, else a name that the game's own player knows."""
        if not isinstance(value, str):
            raise self._wrong(key, value, "a file or a name")
        beside = self._path.parent / value
        return str(beside) if value and beside.is_file() else value

    def _animation(self, key: str, value: Any) -> ToastAnimation:
        try:
            return ToastAnimation(value)
        except ValueError as error:
            raise self._wrong(key, value, f"one of {', '.join(repr(each.value) for each in ToastAnimation)}") from error

    def _file(self, key: str, value: Any) -> Path:
        if not isinstance(value, str) or not (self._path.parent / value).is_file():
            raise self._wrong(key, value, f"a file, seen from {self._path.parent}")
        return self._path.parent / value

    def _known(self, prefix: str, values: dict[str, Any], names: Any) -> None:
        for key in values:
            if key not in names:
                known = ", ".join(names)
                raise ConfigurationError(f"theme file {self._path}: no such key: {prefix}{key}; write one of {known}")

    def _wrong(self, key: str, value: Any, wanted: str) -> ConfigurationError:
        return ConfigurationError(f"theme file {self._path}: {key} = {value!r}; write {wanted}")
