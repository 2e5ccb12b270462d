"""Refuses what a developer passes by mistake, where it is passed, in words that say what to pass instead."""

from __future__ import annotations

from typing import Any

from pygame_gameservices.errors import UsageError

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


def check_is(name: str, value: object, kind: type[Any], *, optional: bool = False) -> None:
    """Refuse a `value` that is no `kind`, or None unless it is `optional`.

    Raises:
        UsageError: it is something else.
    """
    if not isinstance(value, kind) and not (optional and value is None):
        raise UsageError(f"{name} is {described(value)}; pass a {kind.__name__}")


def check_widget(value: object, kind: type[Any]) -> None:
    """Refuse what cannot be shown, and say what is missing when it is only the brackets.

    Raises:
        UsageError: it is no widget.
    """
    if isinstance(value, type) and issubclass(value, kind):
        name = value.__name__
        raise UsageError(f"{name} is a class; make a widget of it and pass that: {name}(...)")
    check_is("widget", value, kind)


def check_callable(name: str, value: object) -> None:
    """Refuse a callback that cannot be called; None is no callback.

    Raises:
        UsageError: it cannot be called.
    """
    if value is not None and not callable(value):
        raise UsageError(f"{name} is {described(value)}; pass a function without arguments")


def check_key(name: str, value: object) -> None:
    """Refuse what cannot be a key.

    Raises:
        UsageError: it has no hash.
    """
    try:
        hash(value)
    except TypeError:
        raise UsageError(f"{name} is {described(value)}; pass something hashable, such as a str") from None


def check_source(value: object, kind: str, *needs: str) -> None:
    """Refuse a source without the methods that a widget will call.

    Raises:
        UsageError: it is a class, or lacks a method.
    """
    advice = f"pass a GameJolt or a {kind}"
    if isinstance(value, type):
        raise UsageError(f"{value.__name__} is a class; {advice} made of it")
    missing = [name for name in needs if not callable(getattr(value, name, None))]
    if missing:
        raise UsageError(f"the source is {described(value)}, which has no {missing[0]}(); {advice}")


def check_services(value: object) -> None:
    """Refuse what no overlay can drain, such as one service in place of the manager.

    Raises:
        UsageError: it is no `ServiceManager` and does not behave like one.
    """
    if isinstance(value, type) or not all(callable(getattr(value, name, None)) for name in ("update", "background")):
        raise UsageError(f"services is {described(value)}; pass the ServiceManager to which services are added")


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
