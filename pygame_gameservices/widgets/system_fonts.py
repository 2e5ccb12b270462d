"""Fonts of the player's own system, for scripts that the bundled font lacks."""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path

_FAMILIES = (
    "notosanscjk", "sourcehansans", "yugothm", "yugothr", "meiryo", "msgothic", "msyh", "malgun", "simsun",
    "hiraginosansgb", "hiraginokakugothicpron", "pingfang", "applesdgothicneo", "wqy", "droidsansfallback",
    "notosansarabic", "notosanshebrew", "notosansdevanagari", "notosansthai", "notosans-regular", "leelawui",
    "nirmala", "segoeui", "seguisym", "segoeuisymbol", "geezapro", "arialunicode", "arial unicode", "thonburi",
    "kohinoor", "notosanssymbols", "applesymbols", "dejavusans", "freesans", "unifont",
)  # fmt: skip
"""Starts of file names, without blanks and in lower case; the better-looking family of a script comes first."""

_SUFFIXES = {".ttf", ".otf", ".ttc"}
_SLANTED_OR_HEAVY = ("bold", "italic", "oblique", "light", "thin", "black", "condensed", "mono", "serif")


def folders() -> list[Path]:
    """Where this platform keeps fonts, the player's own included. Looks nothing up on disk."""
    home = Path.home()
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA", str(home))
        return [Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts", Path(local) / "Microsoft/Windows/Fonts"]
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"]
    return [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), home / ".local/share/fonts", home / ".fonts"]


@cache
def candidates() -> tuple[Path, ...]:
    """Regular fonts of well-known wide families that are installed here, best first. Scans folders, once; slow."""
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
    if suffix not in _SUFFIXES or any(word in plain for word in _SLANTED_OR_HEAVY):
        return None
    return next((rank for rank, family in enumerate(_FAMILIES) if plain.startswith(family)), None)
