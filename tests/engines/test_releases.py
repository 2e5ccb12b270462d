"""Whoever got a press gets its release: no ship flies on because a leaderboard opened while a key was held."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engines.drivers import ArcadeDriver, Driver, PygameDriver
from tests.widgets.sources import Scores

PYGAME: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "key": [
        ("KEYDOWN", {"key": 119, "mod": 0, "unicode": "w", "scancode": 0}),
        ("KEYUP", {"key": 119, "mod": 0, "unicode": "w", "scancode": 0}),
    ],
    "mouse": [
        ("MOUSEBUTTONDOWN", {"pos": (300, 200), "button": 1, "touch": False}),
        ("MOUSEBUTTONUP", {"pos": (300, 200), "button": 1, "touch": False}),
    ],
    "joystick": [
        ("JOYBUTTONDOWN", {"joy": 0, "instance_id": 0, "button": 2}),
        ("JOYBUTTONUP", {"joy": 0, "instance_id": 0, "button": 2}),
    ],
    "stick": [
        ("JOYAXISMOTION", {"joy": 0, "instance_id": 0, "axis": 0, "value": 0.9}),
        ("JOYAXISMOTION", {"joy": 0, "instance_id": 0, "axis": 0, "value": 0.01}),
    ],
    "controller's stick": [
        ("CONTROLLERAXISMOTION", {"instance_id": 0, "axis": 1, "value": -30000}),
        ("CONTROLLERAXISMOTION", {"instance_id": 0, "axis": 1, "value": 200}),
    ],
    "hat": [
        ("JOYHATMOTION", {"joy": 0, "instance_id": 0, "hat": 0, "value": (1, 0)}),
        ("JOYHATMOTION", {"joy": 0, "instance_id": 0, "hat": 0, "value": (0, 0)}),
    ],
}
ARCADE: dict[str, list[tuple[Any, ...]]] = {
    "key": [("on_key_press", 119, 0), ("on_key_release", 119, 0)],
    "mouse": [("on_mouse_press", 300, 200, 1, 0), ("on_mouse_release", 300, 200, 1, 0)],
    "button": [("on_button_press", "x"), ("on_button_release", "x")],
    "cross": [("on_dpad_motion", (1, 0)), ("on_dpad_motion", (0, 0))],
    "stick": [("on_stick_motion", "leftstick", (0.9, 0)), ("on_stick_motion", "leftstick", (0.01, 0))],
    "other stick": [("on_stick_motion", "rightstick", (0.9, 0)), ("on_stick_motion", "rightstick", (0.01, 0))],
}


@pytest.fixture(params=[*(f"pygame {each}" for each in PYGAME), *(f"arcade {each}" for each in ARCADE)])
def pair(request: pytest.FixtureRequest) -> Any:
    """A game, and what presses and releases something in it; each returns whether the overlay kept it to itself."""
    engine, _, what = request.param.partition(" ")
    pytest.importorskip(engine)
    if engine == "pygame":
        played = PygameDriver()
        yield played, *(lambda kind=kind, more=more: played.say(kind, **more) for kind, more in PYGAME[what])
        played.close()
        return
    game = ArcadeDriver()

    def say(name: str, *more: Any) -> bool:
        if name.startswith(("on_key", "on_mouse")):
            return game.say(name, *more)
        return bool(game.controller.dispatch_event(name, game.controller, *more))

    yield game, *(lambda event=event: say(*event) for event in ARCADE[what])
    game.close()


def test_what_was_pressed_in_the_game_is_released_in_the_game(pair: tuple[Driver, Any, Any]) -> None:
    game, press, release = pair
    assert not press()
    board = game.overlay.show_leaderboard(Scores())
    game.run(0.5)
    press()  # as key repeat and trembling sticks do
    assert not release(), "the game sees that it is over"
    assert press(), "and nothing after that"
    game.overlay.hide(board)
    assert release()
    assert not press()
    assert not release()
