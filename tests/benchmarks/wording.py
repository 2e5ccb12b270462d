"""Figures as people read them."""

from __future__ import annotations

from tests.benchmarks.row import Result, spread


def figure(value: float | None, unit: str = "") -> str:
    """A number with three digits that matter, and its unit."""
    if value is None:
        return "-"
    text = f"{value:,.0f}" if value == 0 or abs(value) >= 100 else f"{value:.3g}"
    return f"{text} {unit}" if unit else text


def with_spread(value: float | None, samples: object, unit: str) -> str:
    """A median with its middle half, where there is more than one sample."""
    middle = spread(samples) if isinstance(samples, (list, tuple)) and len(samples) > 1 else None
    if middle is None:
        return figure(value, unit)
    return f"{figure(value, unit)} ({figure(middle[0])} to {figure(middle[1])})"


def target(result: Result) -> str:
    """What is asked for, in words."""
    row = result.row
    sign = ">=" if row.at_least else "<="
    if row.judged == "ours":
        return f"{sign} {figure(row.target, row.unit)}"
    if row.judged == "ours-peer":
        return f"{sign} {figure(row.target, row.unit)} over"
    return f"{sign} {figure(row.target)}x"


def judged(result: Result) -> str:
    """The figure that the target speaks of, in words; with more digits where a miss would look like a hit."""
    text = figure(result.judged)
    if result.judged is not None and not result.holds and text == figure(result.row.target):
        text = f"{result.judged:.5g}"
    return f"{text}x" if result.row.judged in ("ours/peer", "peer/ours") else f"{text} {result.row.unit}"


def title(result: Result) -> str:
    """The row's name, and which of its measurements this is."""
    variant = result.measured.variant
    return f"{result.row.name} [{variant}]" if variant else result.row.name


def signs(text: str) -> str:
    """The same text with proper signs, where they can be shown."""
    return text.replace(">=", "≥").replace("<=", "≤")
