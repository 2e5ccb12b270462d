"""Draw the states of a call from the scheduler's table into its page: ``python -m tests.state_diagram``."""

from __future__ import annotations

import re
from pathlib import Path

from pygame_gameservices.core.scheduling.delivery import TRANSITIONS, State

PAGE = Path(__file__).parent.parent / "docs" / "scheduler.md"
_DRAWING = re.compile(r"```mermaid\n.*?```\n", re.DOTALL)


def drawing() -> str:
    """The table as a Mermaid state diagram."""
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {State.NEW.name}"]
    for state, following in TRANSITIONS.items():
        lines += [f"    {state.name} --> {then.name}: {_said(why)}" for then, why in following.items()]
    lines += [f"    {state.name} --> [*]" for state, following in TRANSITIONS.items() if not following]
    return "\n".join([*lines, "```", ""])


def _said(why: str) -> str:
    return why.replace(":", " -").replace(";", ",")


def page() -> str:
    """The page as it should be."""
    return _DRAWING.sub(lambda found: drawing(), PAGE.read_text(encoding="utf-8"), count=1)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
