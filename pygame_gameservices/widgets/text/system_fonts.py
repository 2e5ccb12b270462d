"""Fonts of the player's own system, for scripts that the bundled font lacks."""

from __future__ import annotations

import os
import re
import sys
from functools import cache
from pathlib import Path

_FAMILIES = (
    "notosanscjk", "sourcehansans", "yugothm", "yugothr", "meiryo", "msgothic", "msyh", "malgun", "simsun",
    "hiraginosansgb", "hiraginokakugothicpron", "pingfang", "applesdgothicneo", "wqy", "droidsansfallback",
    "notosansarabic", "notosanshebrew", "notosansdevanagari", "notosansthai", "notosans-regular", "notosans",
    "leelawui", "nirmala", "segoeui", "seguisym", "segoeuisymbol", "geezapro", "arialhb", "arialunicode", "thonburi",
    "kohinoor", "banglasangam", "tamilsangam", "gujaratisangam", "malayalamsangam", "kannadasangam", "telugusangam",
    "sinhalasangam", "applesymbols", "dejavusans", "freesans", "unifont",
)  # fmt: skip
"""Starts of file names, without blanks and in lower case; the better-looking family of a script comes first."""
_EMOJI_FAMILIES = (
    "applecoloremoji", "seguiemj", "notocoloremoji", "twemoji", "twitter", "joypixels", "emojione", "openmoji",
    "notoemoji", "symbola",
)  # fmt: skip

_SUFFIXES = {".ttf", ".otf", ".ttc"}
_DISTORTED = re.compile(r"bold|italic|oblique|slanted|light|thin|black|heavy|medium|condensed|semi|extra|(?<!sans)mono")
"""What the name of a font says that is no plain upright one."""
_LAST_CHOICE = re.compile(r"serif|mono|type1|looped|nastaliq|kufi|display|lastresort|\bfont\b")
"""What looks odd beside our own letters, and is better than nothing."""
_BOLDS = (
    ("regular", "bold"), ("-regular", "-semibold"), ("r.ttc", "b.ttc"), ("m.ttc", "b.ttc"), ("w3", "w6"),
    (".ttc", "bd.ttc"), (".ttf", "bd.ttf"), (".ttc", "b.ttc"), (".ttf", "b.ttf"), (".ttf", "-bold.ttf"),
    (".otf", "-bold.otf"), (".ttf", "bold.ttf"), (".ttf", " bold.ttf"),
)  # fmt: skip
"""How names of files change from a regular font to the bold one of its family."""


def folders() -> list[Path]:
    """Where this platform keeps fonts, the player's own included. Looks nothing up on disk."""
    home = Path.home()
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA", str(home))
        return [Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts", Path(local) / "Microsoft/Windows/Fonts"]
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"]
    return [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), home / ".local/share/fonts", home / ".fonts"]


def candidates() -> tuple[Path, ...]:
    """Upright fonts that are installed here, well-known families first. Scans folders, once; slow."""
    return tuple(path for path in installed() if _emoji_rank(path) is None)


def emoji() -> tuple[Path, ...]:
    """Fonts of emoji that are installed here, those in colour first. Scans folders, once; slow."""
    ranked = ((_emoji_rank(path), path) for path in installed())
    return tuple(path for _, path in sorted((rank, path) for rank, path in ranked if rank is not None))


@cache
def bold_of(path: Path) -> Path | None:
    """The bold font of the same family, in the same folder; None when there is none."""
    try:
        beside = {name.lower(): name for name in os.listdir(path.parent)}
    except OSError:
        return None
    plain = path.name.lower()
    for regular, bold in _BOLDS:
        name = beside.get(plain.replace(regular, bold))
        if regular in plain and name is not None:
            return path.parent / name
    return None


@cache
def installed() -> tuple[Path, ...]:
    """All upright fonts that are installed here, well-known families first. Scans folders, once; slow."""
    found: list[tuple[int, str, Path]] = []
    for folder in folders():
        for parent, _, names in os.walk(folder):
            for name in names:
                rank = _rank(name)
                if rank is not None:
                    found.append((rank, name, Path(parent) / name))
    return tuple(path for _, _, path in sorted(found))


def _rank(name: str) -> int | None:
    stem, suffix = os.path.splitext(name.lower())
    plain = stem.replace(" ", "")
    if suffix not in _SUFFIXES or _DISTORTED.search(plain):
        return None
    known = next((rank for rank, family in enumerate(_FAMILIES) if plain.startswith(family)), len(_FAMILIES))
    return known + (2 * len(_FAMILIES) if _LAST_CHOICE.search(plain) else 0)


def _emoji_rank(path: Path) -> int | None:
    plain = path.stem.lower().replace(" ", "")
    return next((rank for rank, family in enumerate(_EMOJI_FAMILIES) if plain.startswith(family)), None)
