"""What README's command leaves to ``-m slow``: most cases of a large matrix, and most examples of a property.

Every kind of case stays among those that run always; CI runs all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import ceil
from typing import Any

import pytest
from hypothesis import settings

WHOLE = [pytest.param(False, id="some"), pytest.param(True, id="all", marks=pytest.mark.slow)]
"""For a parameter ``whole``: whether a test goes through all of something, or through a `share` of it."""


def thinned(cases: Iterable[Any], quick: Callable[..., bool]) -> list[Any]:
    """`cases` for ``parametrize``, those that are not `quick` marked as slow. A plain tuple is several arguments."""
    parts = [case if type(case) is tuple else (case,) for case in cases]
    return [pytest.param(*part, marks=() if quick(*part) else pytest.mark.slow) for part in parts]


def share(things: Iterable[Any], number: int, of: int, *, whole: bool) -> list[Any]:
    """Every `of`-th of `things` from the `number`-th on: so many tests go through all of them together.

    Args:
        whole: all of them in this one test.
    """
    all_of_them = list(things)
    return all_of_them if whole else all_of_them[number % of :: of] or all_of_them[:1]


def examples(most: int, **how: Any) -> settings:
    """So many examples of a property with ``--hypothesis-profile=long``, and a tenth of them otherwise."""
    return settings(**{"max_examples": max(5, ceil(most * settings.default.max_examples / 100)), **how})
