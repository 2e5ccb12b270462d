"""Applies a unified diff, strictly: a context line that is not there is an error."""

from __future__ import annotations

import re

_HUNK = re.compile(r"@@ -(\d+)(?:,\d+)? \+\d+(?:,\d+)? @@")


def added_lines(patch: str) -> int:
    """How many lines the patch adds."""
    return sum(line.startswith("+") and not line.startswith("+++") for line in patch.splitlines())


def patched(text: str, patch: str) -> str:
    """`text` with `patch` applied. Each hunk is looked for behind the one before. Raises ValueError."""
    lines, done = text.splitlines(keepends=True), 0
    for hunk in re.split(r"(?m)^(?=@@ )", patch)[1:]:
        head, *body = hunk.splitlines(keepends=True)
        assert _HUNK.match(head)
        before = [line[1:] for line in body if line[0] in " -"]
        after = [line[1:] for line in body if line[0] in " +"]
        places = range(done, len(lines) - len(before) + 1)
        place = next((at for at in places if lines[at : at + len(before)] == before), None)
        if place is None:
            raise ValueError(f"the patch does not fit: {head.strip()}")
        lines[place : place + len(before)] = after
        done = place + len(after)
    return "".join(lines)
