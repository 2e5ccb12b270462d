"""The trophy list over the game's own achievements: progress, and no network needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from pygame_gameservices import Achievement, Achievements, GameJolt, ServiceManager
from pygame_gameservices.errors import UsageError
from pygame_gameservices.widgets.overlay import Overlay
from pygame_gameservices.widgets.trophies.achievement_source import AchievementTrophies
from tests.conftest import run_until

DECLARED = (
    Achievement(id="orb", title="First orb", text="Collect one."),
    Achievement(id="collector", title="Collector", text="Collect 20.", difficulty="gold", goal=20, owners=12.0),
    Achievement(id="hidden", title="Nobody knows", secret=True),
)


@pytest.fixture
def achievements(services: ServiceManager, tmp_path: Path) -> Achievements:
    return services.add(Achievements(DECLARED, file=tmp_path / "achievements.json"))


def test_the_list_shows_achievements_and_how_far_the_player_is(
    services: ServiceManager, gj: GameJolt, achievements: Achievements
) -> None:
    achievements.unlock("orb")
    achievements.progress("collector", 7)
    trophies = Overlay(services, size=(640, 360)).screens.show_trophies()
    shown = {item.title: item for item in trophies.shown}
    assert list(shown) == ["First orb", "Nobody knows", "Collector"]
    assert shown["First orb"].unlocked
    assert shown["First orb"].when[:2] == "20"
    assert (shown["Collector"].progress, shown["Collector"].owners) == ((7, 20), 12.0)
    assert shown["Collector"].text == "Collect 20.", "the bar tells how far, not the text"
    assert (shown["Nobody knows"].secret, shown["Nobody knows"].progress) == (True, None)


def test_what_the_player_gets_while_the_list_is_open_is_shown_at_once(
    services: ServiceManager, achievements: Achievements
) -> None:
    overlay = Overlay(services, size=(640, 360))
    trophies = overlay.screens.show_trophies()
    achievements.progress("collector", 9)
    run_until(_Frames(overlay), lambda: (9, 20) in [item.progress for item in trophies.shown])  # type: ignore[arg-type]
    achievements.unlock("collector")
    run_until(_Frames(overlay), lambda: [item.title for item in trophies.shown if item.unlocked] == ["Collector"])  # type: ignore[arg-type]


def test_a_game_jolt_that_is_asked_for_is_shown(
    services: ServiceManager, ada: GameJolt, achievements: Achievements
) -> None:
    overlay = Overlay(services, size=(640, 360))
    trophies = overlay.screens.show_trophies(ada)
    run_until(_Frames(overlay), lambda: trophies.shown)  # type: ignore[arg-type]
    assert "Collector" not in [item.title for item in trophies.shown]


def test_something_else_is_refused() -> None:
    with pytest.raises(UsageError, match="pass the Achievements"):
        AchievementTrophies("achievements")  # type: ignore[arg-type]


class _Frames:
    """Lets `run_until` drive an overlay in place of the manager."""

    def __init__(self, overlay: Overlay) -> None:
        self._overlay = overlay

    def update(self, budget_s: float = 0.0) -> list[object]:
        return list(self._overlay.update(0.01))
