r"""Key pairs: lines of ``key:"value"`` (API page "Formats").

Records of a list follow each other without a mark: a new one begins where a key comes a second time. In a value a
quote and a backslash stand behind a backslash; line breaks stand as they are. Where they stand bare all the same, a
value goes on to the end of a line behind which a new pair begins.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from pygame_gameservices.core.turns.breath import breathe
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

_BARE = re.compile(r'(\w+):"(.*?)"(?:\r?\n(?=\w+:")|\r?\n?\Z)', re.DOTALL | re.ASCII)
"""The same where quotes and backslashes in a value may stand bare: it ends where a line does and a new pair begins."""
_BARE_QUOTE = re.compile(r'(?<!\\)"')
"""A service that lets a quote stand bare escapes nothing in that value."""

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
    pairs = _found(_PAIR, body)
    if pairs is not None:
        return [(key, _ESCAPED.sub(r"\1", value) if "\\" in value else value) for key, value in pairs]
    pairs = _found(_BARE, body)
    if pairs is None:
        raise Senseless
    return [(key, value if _BARE_QUOTE.search(value) else value.replace('\\"', '"')) for key, value in pairs]


def _found(pair: re.Pattern[str], body: str) -> _Pairs | None:
    """All pairs of `body`; None if it holds something else."""
    pairs: _Pairs = []
    place = 0
    while place < len(body):
        found = pair.match(body, place)
        if found is None:
            return None
        breathe()
        pairs.append((found[1], found[2]))
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
