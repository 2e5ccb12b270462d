"""Quest judgements against a naive recount, over random histories, time zones and week borders."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pygame_gameservices.sandbox.forge.quests import Session, Unlock, progress, reached
from pygame_gameservices.sandbox.forge.world import Quest

ZONES = ("UTC", "Europe/Zurich", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kolkata")
FIRST = datetime(2025, 3, 1, tzinfo=UTC)
# Close to midnights, to borders of weeks and to changes of the clock.
MOMENTS = st.builds(
    lambda day, minutes: (FIRST + timedelta(days=day, minutes=minutes)).timestamp(),
    st.integers(0, 40),
    st.integers(-120, 120) | st.integers(0, 1439),
)
SESSIONS = st.lists(st.builds(Session, ended=MOMENTS, hours=st.sampled_from([0.0, 0.1, 0.5, 1.0, 2.25])), max_size=40)
TITLES = st.sampled_from(["First light", "Untouched", "Daybreak", "Wish"])
UNLOCKS = st.lists(st.builds(Unlock, title=TITLES, unlocked=st.booleans()), max_size=20)


def days_of(sessions: list[Session], zone: str) -> list[date]:
    return [datetime.fromtimestamp(one.ended, UTC).astimezone(ZoneInfo(zone)).date() for one in sessions if one.hours]


@given(SESSIONS)
def test_hours(sessions: list[Session]) -> None:
    total = 0.0
    for session in sessions:
        total += session.hours
    assert progress(Quest("q", "q", "hours"), sessions, []) == pytest.approx(total)


@given(SESSIONS, st.sampled_from(ZONES))
def test_days_in_a_week(sessions: list[Session], zone: str) -> None:
    days = days_of(sessions, zone)
    most = 0
    monday = date(2025, 2, 17)  # a Monday before everything
    while monday < date(2025, 5, 1):
        week = [monday + timedelta(days=n) for n in range(7)]
        most = max(most, sum(1 for day in week if day in days))
        monday += timedelta(days=7)
    assert progress(Quest("q", "q", "days-in-week", time_zone=zone), sessions, []) == most


@given(SESSIONS, st.sampled_from(ZONES))
def test_days_in_a_row(sessions: list[Session], zone: str) -> None:
    days = days_of(sessions, zone)
    longest = run = 0
    day = date(2025, 2, 20)
    while day < date(2025, 5, 1):
        run = run + 1 if day in days else 0
        longest = max(longest, run)
        day += timedelta(days=1)
    assert progress(Quest("q", "q", "days-in-row", time_zone=zone), sessions, []) == longest


@given(UNLOCKS)
def test_achievements(unlocks: list[Unlock]) -> None:
    held = []
    for title in ("First light", "Untouched", "Daybreak", "Wish"):
        last = [one.unlocked for one in unlocks if one.title == title][-1:]
        held += [title] if last == [True] else []
    assert progress(Quest("q", "q", "achievements"), [], unlocks) == len(held)
    wish = progress(Quest("q", "q", "achievement", achievement="Wish"), [], unlocks)
    assert wish == ("Wish" in held)


def test_a_sunday_and_a_monday_are_two_weeks_and_two_days_in_a_row() -> None:
    sunday, monday = datetime(2025, 3, 2, 12, tzinfo=UTC), datetime(2025, 3, 3, 12, tzinfo=UTC)
    sessions = [Session(sunday.timestamp(), 1), Session(monday.timestamp(), 1)]
    assert progress(Quest("q", "q", "days-in-week"), sessions, []) == 1
    assert progress(Quest("q", "q", "days-in-row"), sessions, []) == 2


def test_the_time_zone_decides_the_day() -> None:
    late = Session(datetime(2025, 3, 2, 23, 30, tzinfo=UTC).timestamp(), 1)
    early = Session(datetime(2025, 3, 2, 0, 30, tzinfo=UTC).timestamp(), 1)
    assert progress(Quest("q", "q", "days-in-row"), [late, early], []) == 1
    assert progress(Quest("q", "q", "days-in-row", time_zone="Europe/Zurich"), [late, early], []) == 2


def test_a_tenth_ten_times_is_one() -> None:
    quest = Quest("q", "q", "hours", goal=1)
    assert reached(quest, progress(quest, [Session(0.0, 0.1)] * 10, []))
    assert not reached(quest, 0.99)
