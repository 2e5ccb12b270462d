"""Secrets that cannot slip out: private keys, user tokens and API keys are wrapped as soon as they are known."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Secret:
    """A string that shows itself only when asked: ``repr``, ``str``, formatting and pickling never reveal it.

    Safe to hand between threads.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the secret itself. Use it as late as possible and let it go at once."""
        return self._text

    def __repr__(self) -> str:
        return "Secret('***')"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(("Secret", self._text))

    def __bool__(self) -> bool:
        return bool(self._text)

    def __reduce__(self) -> str:
        raise TypeError("a Secret is not pickled, so that it does not end up in a file")


class Hidden(Generic[T]):
    """A value with secrets in it, such as the environment, for a local variable: tracebacks that show it show nothing.

    No mapping or list by itself: error collectors look into those, whatever their ``repr`` says.
    """

    __slots__ = ("_value",)

    def __init__(self, value: T) -> None:
        self._value = value

    def reveal(self) -> T:
        """Return the value. Do not give it a name."""
        return self._value

    def __repr__(self) -> str:
        return "Hidden(***)"


def concealed(value: Any) -> Secret:
    """Wrap an argument that is a secret, as the first thing a function does, so that no traceback shows it.

    What is no text is wrapped as well: whoever takes the secret checks it and says its type alone.
    """
    return value if isinstance(value, Secret) else Secret(value)
