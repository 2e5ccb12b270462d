"""Refuses what a developer passes by mistake, where it is passed, in words that say what to pass instead."""

from __future__ import annotations

from typing import Any

from pygame_gameservices.errors import UsageError
from pygame_gameservices.widgets.region import Insets

_PLAIN = (str, bytes, int, float, list, tuple, dict, set)
_LONGEST = 60


def described(value: object) -> str:
    """What `value` is, in a few words: its type, and the value itself where that says anything."""
    if isinstance(value, type):
        return f"the class {value.__name__}"
    if value is None:
        return "None"
    shown = f" {value!r}" if isinstance(value, _PLAIN) else ""
    return (type(value).__name__ + shown)[:_LONGEST]


def check_is(name: str, value: object, kind: Any, advice: str = "", *, optional: bool = False) -> None:
    """Refuse a `value` that is no `kind` (a class, or several in a tuple), or None unless it is `optional`.

    `advice` says what to pass instead, where that is not clear from the class.

    Raises:
        UsageError: it is something else.
    """
    if not isinstance(value, kind) and not (optional and value is None):
        raise UsageError(f"{name} is {described(value)}; {advice or _pass_a(kind.__name__)}")


def check_all(name: str, values: Any, kind: type[Any], advice: str) -> tuple[Any, ...]:
    """Return `values` as a tuple; refuse what is not many of a `kind`.

    Raises:
        UsageError: it is one thing, or some of them are something else.
    """
    try:
        several = tuple(values)
    except TypeError:
        raise UsageError(f"{name} is {described(values)}; {advice}") from None
    for each in several:
        check_is(f"{name} is {described(values)}: one of them", each, kind, advice)
    return several


def check_number(name: str, value: object, least: float, advice: str, *, whole: bool = False) -> None:
    """Refuse what is no number of at least `least`; with `whole` also parts of one.

    Raises:
        UsageError: it is something else, or less.
    """
    if not isinstance(value, int if whole else (int, float)) or not value >= least:
        raise UsageError(f"{name} is {described(value)}; {advice}")


def check_widget(value: object, kind: type[Any]) -> None:
    """Refuse what cannot be shown, and say what is missing when it is only the brackets.

    Raises:
        UsageError: it is no widget.
    """
    if isinstance(value, type) and issubclass(value, kind):
        name = value.__name__
        raise UsageError(f"{name} is a class; make a widget of it and pass that: {name}(...)")
    ready = "overlay.show_login(), overlay.show_leaderboard() and overlay.show_trophies()"
    check_is("widget", value, kind, f"pass a {kind.__name__}; {ready} show Game Jolt's")


def check_callable(name: str, value: object, takes: str = "without arguments", *, optional: bool = True) -> None:
    """Refuse a callback that cannot be called; None is no callback. `takes` says of what it is a function.

    Raises:
        UsageError: it cannot be called.
    """
    if not callable(value) and not (optional and value is None):
        raise UsageError(f"{name} is {described(value)}; pass a function {takes}")


def check_key(name: str, value: object) -> None:
    """Refuse what cannot be a key.

    Raises:
        UsageError: it has no hash.
    """
    try:
        hash(value)
    except TypeError:
        raise UsageError(f"{name} is {described(value)}; pass something hashable, such as a str") from None


def check_source(value: object, advice: str, *needs: str, says: tuple[str, ...] = ()) -> None:
    """Refuse a source without the methods that a widget will call, and without what it `says` of itself.

    Raises:
        UsageError: it is a class, or lacks one of them.
    """
    if isinstance(value, type):
        raise UsageError(f"{value.__name__} is a class; make one of it: {advice}")
    lacks = [f"{name}()" for name in needs if not callable(getattr(value, name, None))]
    lacks += [name for name in says if not hasattr(value, name)]
    if lacks:
        raise UsageError(f"the source is {described(value)}, which has no {lacks[0]}; {advice}")


def check_services(value: object) -> None:
    """Refuse what no overlay can drain, such as one service in place of the manager.

    Raises:
        UsageError: it is no `ServiceManager` and does not behave like one.
    """
    if isinstance(value, type) or not all(callable(getattr(value, name, None)) for name in ("update", "background")):
        raise UsageError(f"services is {described(value)}; pass the ServiceManager to which services are added")


def checked_insets(insets: Any) -> Insets:
    """Return `insets` as such; four numbers are some, too.

    Raises:
        UsageError: it is something else.
    """
    if isinstance(insets, tuple) and len(insets) == 4 and all(isinstance(each, int | float) for each in insets):
        return Insets(*insets)
    advice = "pass Insets(left=48, top=27, right=48, bottom=27), in pixels"
    raise UsageError(f"safe_area is {described(insets)}; {advice}")


def _pass_a(kind: str) -> str:
    return f"pass {'an' if kind[0] in 'AEIOU' else 'a'} {kind}"


def checked_size(size: Any) -> tuple[int, int]:
    """Return `size` as width and height.

    Raises:
        UsageError: it is no pair of numbers, or not positive.
    """
    try:
        width, height = size
        positive = width >= 1 and height >= 1
    except (TypeError, ValueError):
        message = f"size is {described(size)}; pass width and height in pixels, such as (1280, 720)"
        raise UsageError(message) from None
    if not positive:
        raise UsageError(f"an overlay of size {size!r}: width and height must be at least 1")
    return width, height
