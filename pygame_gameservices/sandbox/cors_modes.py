"""How each protocol deals with pages of other origins (CORS). Standard library only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pygame_gameservices.errors import UsageError

ALLOW, SIMPLE, REFUSE = "allow", "simple", "refuse"
MODES = (ALLOW, SIMPLE, REFUSE)
"""Everything is let in; simple requests are, and preflights are refused; nothing is."""
USUAL: Mapping[str, str] = {
    "gamejolt": SIMPLE,
    "easyjam": SIMPLE,
    "itchio": REFUSE,
    "forge": REFUSE,
    "trading": REFUSE,
}
"""What each protocol does where nothing else is said. Game Jolt serves the games on its own pages, whose scripts send
no headers of their own; hosts of plain files such as a jam's do likewise. Of the others nobody says that they let a
page in, and their keys have no business in one: who relies on it is to hear of it here."""


def cors_modes(said: str | Mapping[str, str] | Iterable[str] | None) -> dict[str, str]:
    """The mode of each protocol.

    Args:
        said: None for the usual ones; one mode for all; or modes by protocol, as a mapping or as ``PROTOCOL=MODE``.

    Raises:
        UsageError: there is no such protocol or mode.
    """
    words = [said] if isinstance(said, str) else [] if said is None else said
    pairs = said.items() if isinstance(said, Mapping) else (word.rpartition("=")[::2] for word in words)
    modes = dict(USUAL)
    for protocol, mode in pairs:
        if mode not in MODES:
            raise UsageError(f"cors is {mode!r}; choose {', '.join(MODES)}, or PROTOCOL=MODE")
        if protocol and protocol not in USUAL:
            raise UsageError(f"cors of {protocol!r}: there is no such protocol; known are {', '.join(USUAL)}")
        modes.update(dict.fromkeys([protocol] if protocol else USUAL, mode))
    return modes
