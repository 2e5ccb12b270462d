"""What stands before the damage in a JSON document."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pygame_gameservices.core.storage.damaged_json import read_beginning

DOCUMENT: dict[str, Any] = {
    "": {"first": {"progress": 3}, 'a "quoted" {one}': {"progress": 4, "reached": ["gamejolt", "forge"]}},
    "ada": {"last, \\": {"progress": 5}},
}


@pytest.mark.parametrize("hurt", [b"", b"\0" * 8, b"\xff" * 8, b"}}}}", b'"junk'], ids=repr)
def test_whatever_comes_before_the_damage_is_kept(hurt: bytes) -> None:
    content = json.dumps(DOCUMENT).encode()
    for place in range(1, len(content)):
        found = read_beginning(content[:place] + hurt, dict[str, dict[str, dict[str, Any]]]) or {}
        assert found or place < 30
        for player, held in found.items():
            for name, one in held.items():
                whole = DOCUMENT[player][name]
                assert (
                    all(whole[key] == value for key, value in one.items())
                    or one["reached"] == whole["reached"][: len(one["reached"])]
                )


def test_damage_in_the_middle_loses_only_what_follows() -> None:
    content = bytearray(json.dumps(DOCUMENT).encode())
    place = content.index(b"ada") - 1
    content[place : place + 6] = bytes(6)
    assert read_beginning(bytes(content), dict) == {"": DOCUMENT[""]}


def test_a_whole_document_is_kept_whole() -> None:
    assert read_beginning(json.dumps(DOCUMENT).encode(), dict) == DOCUMENT


@given(st.binary(max_size=300))
def test_junk_does_no_harm(content: bytes) -> None:
    assert isinstance(read_beginning(content, dict), (dict, type(None)))
