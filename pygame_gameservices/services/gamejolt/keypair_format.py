r"""Key pairs: lines of ``key:"value"`` (API page "Formats").

Records of a list follow each other without a mark: a new one begins where a key comes a second time. In a value a
quote and a backslash stand behind a backslash; line breaks stand as they are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from pygame_gameservices.services.gamejolt.senseless import Senseless

LIST_OF = {
    "users.fetch": "users",
    "scores.fetch": "scores",
    "scores.tables": "tables",
    "trophies.fetch": "trophies",
    "friends.fetch": "friends",
    "data_store.get_keys": "keys",
}
"""The list that an operation's answer is, for those that are one."""

_PAIR = re.compile(r'(\w+):"([^"\\]*(?:\\.[^"\\]*)*)"(?:\r?\n|\Z)', re.DOTALL | re.ASCII)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)

_Pairs = list[tuple[str, str]]


def parse(body: str, names: Sequence[str], in_batch: bool = False) -> dict[str, Any]:
    """Read key pairs into the fields that JSON would have. Worker thread.

    Args:
        names: the operations that are answered, in order.
        in_batch: whether it is the answer to a batch.

    Raises:
        Senseless: it is something else.
    """
    answers = _split(_pairs(body))
    if not in_batch:
        if len(answers) != 1:
            raise Senseless
        return _answer(answers[0], names[0])
    whole: dict[str, Any] = dict(answers[0])
    if len(answers) > 1:
        whole["responses"] = [_answer(part, name) for part, name in zip(answers[1:], names, strict=False)]
    return whole


def _pairs(body: str) -> _Pairs:
    pairs: _Pairs = []
    place = 0
    while place < len(body):
        found = _PAIR.match(body, place)
        if found is None:
            raise Senseless
        key, value = found.groups()
        pairs.append((key, _ESCAPED.sub(r"\1", value) if "\\" in value else value))
        place = found.end()
    return pairs


def _split(pairs: _Pairs) -> list[_Pairs]:
    """Each answer begins with its ``success``; that of a batch comes first."""
    answers: list[_Pairs] = []
    for pair in pairs:
        if pair[0] == "success":
            answers.append([])
        if not answers:
            raise Senseless
        answers[-1].append(pair)
    if not answers:
        raise Senseless
    return answers


def _answer(pairs: _Pairs, name: str) -> dict[str, Any]:
    listed = LIST_OF.get(name)
    if listed is None or dict(pairs)["success"] != "true":
        return dict(pairs)
    records: list[dict[str, str]] = []
    for key, value in pairs[1:]:
        if not records or key in records[-1]:
            records.append({})
        records[-1][key] = value
    return {"success": "true", listed: records}
