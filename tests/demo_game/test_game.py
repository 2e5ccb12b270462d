"""The screens around the world, and who is told what."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from demo_game.bodies import Intent
from demo_game.effects import MOST_SPARKS, Effects
from demo_game.game import OVER_DELAY, Action, Game, Screen
from demo_game.happenings import OrbCollected, PulseFired, RockHit, RockShattered, StarCaught
from demo_game.progress import Progress
from demo_game.world import STEP


class Listener:
    """Stands in for the online services and writes down what it is told."""

    def __init__(self) -> None:
        self.player: str | None = None
        self.pages = ("Leaderboard", "Trophies", "More games")
        self.sells = True
        self.offers = ""
        self.heard: list[object] = []

    def sign_in(self) -> None:
        self.player = "ada"
        self.heard.append("sign-in")

    def earn(self, goal: str) -> None:
        self.heard.append(goal)

    def submit(self, points: int) -> None:
        self.heard.append(points)

    def playing(self, active: bool) -> None:
        self.heard.append(active)

    def open(self, page: str) -> None:
        self.heard.append(page)

    def save(self, progress: Progress) -> None:
        self.heard.append(progress.as_dict())

    def look_at_market(self) -> None:
        self.heard.append("market")
        self.offers = "Sell"

    def offer(self, megawatts: float) -> str:
        return self.offers

    def sell(self, megawatts: float, done: Callable[[float, float], object]) -> None:
        self.offers = ""
        self.heard.append(megawatts)
        done(megawatts, megawatts * 20)


def run(game: Game, seconds: float, intent: Intent | None = None) -> None:
    for _ in range(int(seconds / STEP)):
        game.step(intent or Intent())


def choose(game: Game, label: str) -> None:
    game.selected = [choice.label for choice in game.choices].index(label)
    game.act(Action.ACCEPT)


def test_the_menu_goes_round_and_sign_in_disappears_when_done():
    game = Game(listener := Listener())
    labels = [choice.label for choice in game.choices]
    assert labels == ["Play", "Sign in", "Leaderboard", "Trophies", "More games", "Sell light", "Options", "Quit"]
    game.act(Action.UP)
    assert game.choices[game.selected].label == "Quit"
    game.act(Action.DOWN)
    assert game.selected == 0
    choose(game, "Sign in")
    assert listener.heard == ["sign-in"]
    assert "Sign in" not in [choice.label for choice in game.choices]


def test_pages_open_and_options_toggle():
    game = Game(listener := Listener())
    choose(game, "Trophies")
    assert listener.heard == ["Trophies"]
    choose(game, "Options")
    assert game.screen is Screen.OPTIONS
    choose(game, "Motion: full")
    choose(game, "Sound: on")
    assert game.effects.reduced_motion
    assert not game.sound
    choose(game, "Back")
    assert game.screen is Screen.TITLE


def test_energy_is_sold_and_saved():
    game = Game(listener := Listener())
    game.progress.energy = 31
    choose(game, "Sell light")
    assert game.screen is Screen.MARKET
    choose(game, "Sell")
    assert listener.heard[-2:] == [3.1, {"best": 0, "nights": 0, "energy": 0, "earned": 6200}]
    assert "Sell" not in [choice.label for choice in game.choices], "nothing is left to sell"
    choose(game, "Market board")
    assert listener.heard[-1] == "Market board"
    game.act(Action.CANCEL)
    assert game.screen is Screen.TITLE


def test_a_save_and_a_night_come_together():
    game = Game(Listener())
    game.progress = Progress(best=10, nights=1, energy=5)
    assert game.restore({"best": 99, "nights": 4, "energy": 7, "earned": 3}) == {
        "best": 99,
        "nights": 4,
        "energy": 7,
        "earned": 3,
    }
    assert game.progress.best == 99


def test_a_run_from_title_to_the_last_screen_and_back():
    game = Game(listener := Listener(), seconds=2.0)
    choose(game, "Play")
    assert game.screen is Screen.PLAY
    run(game, 2.0 + OVER_DELAY + 0.1)
    assert game.screen is Screen.OVER
    assert game.final == game.progress.best == game.world.score
    assert game.progress.nights == 1
    assert listener.heard.count(game.final) == 1, "the score is submitted once"
    assert listener.heard[0] is True
    assert listener.heard[-1] is False
    game.act(Action.ACCEPT)
    assert game.screen is Screen.OVER, "a pulse fired at the last moment must not choose"
    run(game, 1.0)
    game.act(Action.ACCEPT)
    assert game.screen is Screen.PLAY
    game.pause()
    choose(game, "Leave")
    assert game.screen is Screen.TITLE


def test_pause_stops_time_and_tells_the_session():
    game = Game(listener := Listener())
    game.start()
    run(game, 0.5)
    game.act(Action.PAUSE)
    before = game.world.time
    run(game, 0.5, Intent(1.0, 0.0, pulse=True))
    assert (game.screen, game.world.time) == (Screen.PAUSE, before)
    assert listener.heard[-1] is False
    game.act(Action.CANCEL)
    assert game.screen is Screen.PLAY
    assert listener.heard[-1] is True


def test_goals_are_told_once_in_a_sitting():
    game = Game(listener := Listener())
    for _ in range(2):
        game.start()
        game._tell([OrbCollected(0.0, 0.0, "light", 10, 1)])
    assert listener.heard.count("first-light") == 1


def test_it_plays_without_services():
    game = Game(None, seconds=1.0)
    assert "Sign in" not in [choice.label for choice in game.choices]
    run(game, 0.3)
    game.start()
    run(game, 1.0 + OVER_DELAY + 0.1)
    assert game.screen is Screen.OVER
    run(game, 1.0)
    choose(game, "Title")
    choose(game, "Quit")
    assert not game.running


def test_reduced_motion_shakes_and_sparks_less():
    full, reduced = Effects(), Effects(reduced_motion=True)
    happenings = [RockHit(100.0, 100.0, 2), RockShattered(100.0, 100.0, 2, 50), StarCaught(0.0, 0.0, 400)]
    for effects in (full, reduced):
        effects.hear(happenings)
        effects.update(0.05)
    assert full.shake != (0.0, 0.0)
    assert reduced.shake == (0.0, 0.0)
    assert len(reduced.sparks) * 2 < len(full.sparks)


def test_effects_end_and_never_grow_without_bound():
    effects = Effects()
    for _ in range(200):
        effects.hear([RockShattered(1.0, 1.0, 2, 50), PulseFired(1.0, 1.0)])
    assert len(effects.sparks) <= MOST_SPARKS
    for _ in range(200):
        effects.update(STEP)
    assert (effects.sparks, effects.rings, effects.popups) == ([], [], [])
    assert effects.trauma == 0.0


def test_quick_points_are_added_up():
    effects = Effects()
    effects.hear([OrbCollected(10.0, 10.0, "light", 20, 2), OrbCollected(30.0, 10.0, "light", 20, 2)])
    assert [popup.text for popup in effects.popups] == ["+40"]


@pytest.mark.parametrize("action", list(Action))
def test_no_action_breaks_any_screen(action):
    for screen in Screen:
        game = Game(Listener())
        game.screen = screen
        game.act(action)
        run(game, 0.05)
