"""What is printed of other people's words steers no terminal, and is still what they said."""

from __future__ import annotations

import json

import pytest

from pygame_gameservices.cli.output import clean, echo_json

ODD = "a\x1b[31m\x07\x7f\x85\x9b\u202eevil\u2066\u2069\u2028\u200fb\nc"


def test_a_text_is_spelt_out() -> None:
    shown = clean(ODD)
    assert all(character.isprintable() or character in "\n\u200f" for character in shown)
    assert "\\u202e" in shown
    assert "\\x9b" in shown


def test_json_is_the_same_json(capsys: pytest.CaptureFixture[str]) -> None:
    echo_json({"name": ODD})
    shown = capsys.readouterr().out
    assert all(character.isprintable() or character in "\n\u200f" for character in shown)
    assert json.loads(shown) == {"name": ODD}
