"""What nobody sees stays out of names and tokens; what emoji are made with stays in."""

from __future__ import annotations

import pytest

from pygame_gameservices.core.storage.invisible import without_invisible

UNSEEN = "\u200b\u200d\ufe0f\u2060\ufeff\u202e\u00ad\u3164\U000e0041"


@pytest.mark.parametrize(
    "emoji",
    [
        "1\ufe0f\u20e3",
        "#\u20e3",
        "\u2764\ufe0f",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467",
        "\U0001f44d\U0001f3fd",
        "\u2764\ufe0f\u200d\U0001f525",
        "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        "\U0001f1f5\U0001f1f1",
    ],
    ids=ascii,
)
def test_an_emoji_stays_whole_and_what_is_unseen_around_it_goes(emoji: str) -> None:
    assert without_invisible(f"{UNSEEN}é{emoji}{UNSEEN[0]}d{UNSEEN}") == f"é{emoji}d"


@pytest.mark.parametrize("unseen", UNSEEN, ids=ascii)
def test_what_is_unseen_goes_from_between_letters(unseen: str) -> None:
    assert without_invisible(f"{unseen}a{unseen}1{unseen}") == "a1"
