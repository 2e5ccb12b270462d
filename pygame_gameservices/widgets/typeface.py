"""Many fonts as one: the bundled font, then the game's own fallbacks, then the system's, character by character."""

from __future__ import annotations

import logging
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

from PIL import ImageFont

from pygame_gameservices.errors import ConfigurationError
from pygame_gameservices.widgets import system_fonts
from pygame_gameservices.widgets.fontfile import Coverage

logger = logging.getLogger("pygame_gameservices")

REGULAR = "regular"
"""The weight of running text."""
BOLD = "bold"
"""The weight of titles and labels."""

_BUNDLED = {REGULAR: "Inter-Regular.otf", BOLD: "Inter-SemiBold.otf"}
_REPLACEMENT, _WIDE = "?", "W"
_faces = threading.local()  # FreeType faces are not to be shared between threads
_coverage = cache(Coverage.of)
_unpacked = ExitStack()  # a package inside a zip: FreeType wants a file, so one is kept for the life of the process


@dataclass(frozen=True)
class Run:
    """Characters that one font file draws together."""

    text: str
    path: Path


class Typeface:
    """The font files of a theme, asked in order. Safe to use from any thread; opens files on first use."""

    def __init__(self, regular: Path | None = None, bold: Path | None = None, fallback: Sequence[Path] = ()) -> None:
        """Choose the files. None means the bundled font.

        Raises:
            ConfigurationError: a file is not there, or is not a font.
        """
        for path in (regular, bold, *fallback):
            _check(path)
        self._own = {
            REGULAR: regular or _bundled(REGULAR),
            BOLD: bold or regular or _bundled(BOLD),
        }
        self._fallback = tuple(fallback)
        self._found: dict[tuple[str, str], Path | None] = {}
        self._warned: set[str] = set()

    def runs(self, text: str, weight: str, *, glance: bool = False) -> list[Run]:
        """Split `text` into stretches of one font file each, in the order in which they stand on the line.

        A character that no font has is replaced by a question mark, and warned about once per script; one that is not
        seen by itself, such as an accent, is left out. At a `glance` no font is looked for that is not known yet, which
        may mean reading all those of the system; a wide letter stands for what only such a font may have.
        """
        runs: list[Run] = []
        for character in text:
            path = self._font_for(character, weight, runs[-1].path if runs else None, glance=glance)
            if path is None and _is_invisible(character):
                continue
            if path is None:
                character, path = _WIDE if glance else _REPLACEMENT, self._own_with_replacement(weight)
            if runs and runs[-1].path == path:
                runs[-1] = Run(runs[-1].text + character, path)
            else:
                runs.append(Run(character, path))
        return runs[::-1] if _starts_right_to_left(text) else runs

    def face(self, path: Path, size: int) -> ImageFont.FreeTypeFont:
        """Open a font file at `size` pixels, once per thread."""
        known: dict[tuple[Path, int], ImageFont.FreeTypeFont] | None = getattr(_faces, "known", None)
        if known is None:
            known = _faces.known = {}
        face = known.get((path, size))
        if face is None:
            face = known[path, size] = ImageFont.truetype(path, size)
        return face

    def main(self, weight: str) -> Path:
        """The file that sets the height of lines in this weight."""
        return self._own[weight]

    def _font_for(self, character: str, weight: str, current: Path | None, *, glance: bool) -> Path | None:
        if current is not None and not _is_letter(character) and character in _coverage(current):
            return current  # blanks, digits, punctuation and accents stay with the word they belong to
        key = (character, weight)
        if key not in self._found:
            near = (path for path in (self._own[weight], _bundled(weight)) if character in _coverage(path))
            found = next(near, None)
            if found is None and glance:
                return None
            self._found[key] = found or self._search(character)
        return self._found[key]

    def _search(self, character: str) -> Path | None:
        for path in self._candidates():
            if character in _coverage(path):
                return path
        if not _is_invisible(character):
            self._warn(character)
        return None

    def _candidates(self) -> Iterator[Path]:
        yield from self._fallback
        yield from system_fonts.candidates()

    def _warn(self, character: str) -> None:
        """Say once per script that it cannot be shown; the first word of a character's name is its script."""
        name = unicodedata.name(character, "(unnamed)")
        script = name.split(maxsplit=1)[0]
        if script not in self._warned:
            self._warned.add(script)
            advice = "name a font that has it in the theme's fallback fonts"
            logger.warning("no font has a glyph for U+%04X %s; %s", ord(character), name, advice)

    def _own_with_replacement(self, weight: str) -> Path:
        own = self._own[weight]
        return own if _REPLACEMENT in _coverage(own) else _bundled(weight)


def _check(path: Path | None) -> None:
    if path is None:
        return
    if not path.is_file():
        msg = f"font file {path} is not there"
        raise ConfigurationError(msg)
    try:
        ImageFont.truetype(path, 16)
    except OSError as error:
        msg = f"{path} is not a font that FreeType can read ({error})"
        raise ConfigurationError(msg) from error


@cache
def _bundled(weight: str) -> Path:
    resource = files("pygame_gameservices.widgets") / "fonts" / _BUNDLED[weight]
    if isinstance(resource, Path):
        return resource
    return _unpacked.enter_context(as_file(resource))


def _is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] == "L"


def _is_invisible(character: str) -> bool:
    return unicodedata.category(character) in ("Cf", "Cc", "Mn", "Zl", "Zp")


def _starts_right_to_left(text: str) -> bool:
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction in ("L", "R", "AL"):
            return direction != "L"
    return False
