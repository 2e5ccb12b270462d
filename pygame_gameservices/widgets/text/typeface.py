"""Many fonts as one: the bundled font, then the game's own fallbacks, then the system's, cluster by cluster."""

from __future__ import annotations

import logging
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from PIL import ImageFont

from pygame_gameservices.errors import ConfigurationError
from pygame_gameservices.widgets.text import system_fonts
from pygame_gameservices.widgets.text.bidi import Stretch, visual_order
from pygame_gameservices.widgets.text.clusters import boundaries
from pygame_gameservices.widgets.text.fontfile import Coverage
from pygame_gameservices.widgets.text.scripts import is_emoji, needs_shaping, seen, undirected

logger = logging.getLogger("pygame_gameservices")

REGULAR = "regular"
"""The weight of running text."""
BOLD = "bold"
"""The weight of titles and labels."""

_BUNDLED = {REGULAR: "Inter-Regular.otf", BOLD: "Inter-SemiBold.otf"}
_REPLACEMENT, _WIDE = "?", "W"
_USUAL = 16
_REMEMBERED = 2000
"""Clusters whose fonts are kept in mind, and lines that are kept split."""
_faces = threading.local()  # FreeType faces are not to be shared between threads
_coverage = cache(Coverage.of)
_unpacked = ExitStack()  # a package inside a zip: FreeType wants a file, so one is kept for the life of the process


@dataclass(frozen=True, slots=True)
class Run:
    """Characters that one font file draws together.

    Attributes:
        text: what is drawn, in the order in which it is read.
        path: the font file.
        places: of which character of the line each of `text` is; what is not drawn has none.
        rtl: whether it runs from right to left.
        shaped: whether a `Shaper` draws it, else it is a letter after the other.
    """

    text: str
    path: Path
    places: Sequence[int] = ()
    rtl: bool = False
    shaped: bool = False


class _Cluster(NamedTuple):
    """A cluster of a line: what is drawn of it, with which font, and of which character each of it is."""

    text: str
    path: Path
    places: Sequence[int]
    shaped: bool


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
        self._laid: dict[tuple[str, str], list[Run]] = {}
        self._pictorial: set[Path] = set()
        self._warned: set[str] = set()

    def load(self) -> None:
        """Read what nearly every widget measures with, some 10 ms, so that it takes no frame of the game's. Any thread,
        of which the one that measures gains most."""
        for path in self._own.values():
            _coverage(path)
            self.face(path, _USUAL).getlength(_WIDE)

    def runs(self, text: str, weight: str, *, glance: bool = False) -> list[Run]:
        """Split `text` into stretches of one font file and direction, in the order in which they stand on the line.

        A character that no font has is replaced by a question mark, and warned about once per script; one that is not
        seen by itself, such as an accent, is left out. At a `glance` no font is looked for that is not known yet, which
        may mean reading all those of the system; a wide letter stands for what only such a font may have.
        """
        own = self._own[weight]
        plain = text.isascii() and text.isprintable()
        if plain and (_has_ascii(own) or all(character in _coverage(own) for character in text)):
            return [Run(text, own, range(len(text)))] if text else []
        known = self._laid.get((text, weight))
        if known is not None:
            return known
        runs: list[Run] = []
        for stretch in visual_order(text):
            found = self._runs_of(text[stretch.start : stretch.end], stretch, weight, glance=glance)
            runs += reversed(found) if stretch.rtl else found
        if not glance:
            if len(self._laid) >= _REMEMBERED:
                self._laid.clear()
            self._laid[text, weight] = runs
        return runs

    def _runs_of(self, text: str, stretch: Stretch, weight: str, *, glance: bool) -> list[Run]:
        """Split a stretch of one direction, in the order in which it is read."""
        runs: list[Run] = []
        for first, last in pairwise(boundaries(text)):
            current = runs[-1] if runs else None
            cluster = self._cluster(text[first:last], stretch.start + first, current, weight, glance=glance)
            if cluster is None:
                continue
            shaped = cluster.shaped or stretch.rtl
            if current is not None and (current.path, current.shaped) == (cluster.path, shaped):
                runs[-1] = Run(
                    current.text + cluster.text,
                    current.path,
                    (*current.places, *cluster.places),
                    current.rtl,
                    shaped,
                )
            else:
                runs.append(Run(cluster.text, cluster.path, cluster.places, stretch.rtl, shaped))
        return runs

    def _cluster(self, cluster: str, at: int, current: Run | None, weight: str, *, glance: bool) -> _Cluster | None:
        """Find a font for a cluster, and what of it that can show; None if there is nothing to be seen."""
        places: Sequence[int] = range(at, at + len(cluster))
        if len(cluster) > 1:
            composed = unicodedata.normalize("NFC", cluster)
            if len(composed) == 1:
                cluster, places = composed, (at,)
        needed = seen(cluster)
        if not needed:
            return None
        path = self._font_for(needed, cluster, weight, current, glance=glance)
        if path is not None:
            coverage, pictorial = _coverage(path), path in self._pictorial
            drawn = undirected("".join(each for each in cluster if each in coverage or not seen(each)))
            if len(seen(drawn)) == 1 and not needs_shaping(seen(drawn)) and not pictorial:
                drawn = seen(drawn)
            left = iter(zip(cluster, places, strict=True))
            kept = tuple(next(place for each, place in left if each == wanted) for wanted in drawn)
            stays = current is not None and current.path == path and current.shaped and not _is_letter(needed)
            return _Cluster(drawn, path, kept, pictorial or stays or len(drawn) > 1 or needs_shaping(drawn))
        if all(_is_invisible(character) for character in needed):
            return None
        return _Cluster(_WIDE if glance else _REPLACEMENT, self._own_with_replacement(weight), (at,), False)

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

    @property
    def weights(self) -> tuple[Path, ...]:
        """The files of both weights."""
        return self._own[REGULAR], self._own[BOLD]

    def _font_for(self, needed: str, cluster: str, weight: str, current: Run | None, *, glance: bool) -> Path | None:
        emoji = is_emoji(cluster)
        beside = current is not None and not emoji and not _is_letter(needed) and current.path not in self._pictorial
        if beside and current is not None and _covers(current.path, needed):
            return current.path  # blanks, digits, punctuation and accents stay with the word they belong to
        key = (cluster if emoji else needed, weight)
        if key not in self._found:
            near = () if emoji else (self._own[weight], _bundled(weight))
            found = next((path for path in near if _covers(path, needed)), None)
            if found is None and glance:
                return None
            if len(self._found) >= _REMEMBERED:
                self._found.clear()
            self._found[key] = found or self._search(needed, weight, emoji=emoji)
        return self._found[key]

    def _search(self, needed: str, weight: str, *, emoji: bool) -> Path | None:
        """Look for the font that has all of a cluster, else for one that has what its marks stand on."""
        for wanted in dict.fromkeys((needed, needed[0])):
            for path in self._candidates(emoji=emoji):
                if _covers(path, wanted):
                    if path in system_fonts.emoji():
                        self._pictorial.add(path)
                        return path
                    bold = system_fonts.bold_of(path) if weight == BOLD else None
                    return bold if bold is not None and _covers(bold, wanted) else path
        if not _is_invisible(needed[0]):
            self._warn(needed[0])
        return None

    def _candidates(self, *, emoji: bool) -> Iterator[Path]:
        """All font files, those first that are asked first."""
        if not emoji:
            yield from self._fallback
            yield from system_fonts.candidates()
        yield from system_fonts.emoji()
        if emoji:
            yield from (self._own[REGULAR], *self._fallback)
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


@cache
def _has_ascii(path: Path) -> bool:
    """Whether a font has all of printable ASCII, as nearly every one does: then no line of it need be looked at."""
    return all(chr(point) in _coverage(path) for point in range(32, 127))


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


def _covers(path: Path, characters: str) -> bool:
    coverage = _coverage(path)
    return all(character in coverage for character in characters)


def _is_letter(cluster: str) -> bool:
    """Whether a cluster is part of a word, and not what stands between words."""
    return unicodedata.category(cluster[0])[0] == "L"


def _is_invisible(character: str) -> bool:
    return unicodedata.category(character) in ("Cf", "Cc", "Mn", "Zl", "Zp")
