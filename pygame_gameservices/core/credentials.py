"""Secrets that cannot slip out: private keys, user tokens and API keys are wrapped as soon as they are known."""

from __future__ import annotations


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
