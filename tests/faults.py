"""The faults under which calls that change something are tried, whatever the service: tests add what is their own."""

from __future__ import annotations

from pygame_gameservices.sandbox import (
    ClockSkew,
    DeepJson,
    Fault,
    Flood,
    Garbage,
    HtmlPage,
    Reset,
    TooManyRequests,
    Truncate,
    WrongLength,
)

COMMON: dict[str, Fault] = {
    "clock an hour ahead": ClockSkew(3600.0),
    "reset before": Reset(),
    "reset after": Reset(applied=True),
    "truncated body": Truncate(),
    "length too long": WrongLength(100),
    "garbage before": Garbage(),
    "garbage after": Garbage(applied=True),
    "HTML 502 before": HtmlPage(502),
    "HTML 200 after": HtmlPage(200, applied=True),
    "deep JSON after": DeepJson(applied=True),
    "flood after": Flood(applied=True),
    "429, Retry-After 1": TooManyRequests(1),
}
"""The faults that need not fit the deadlines of whoever is tried."""
