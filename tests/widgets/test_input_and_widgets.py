"""Who gets the input, and how a widget of one's own is shown."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pygame_gameservices.widgets.input import Action, HeldActions, Pointer, Press, TakenPresses
from pygame_gameservices.widgets.overlay import Overlay
from pygame_gameservices.widgets.painting.panel import bleed_of, panel
from pygame_gameservices.widgets.picture import Picture
from pygame_gameservices.widgets.text.lettering import Lettering
from pygame_gameservices.widgets.theme import LIGHT
from pygame_gameservices.widgets.widget import Widget
from tests.widgets.samples import HandServices


class Counter(Widget):
    """A widget as a game would write it: counts what it is told."""

    def __init__(self, *, modal: bool = True, useful: bool = True) -> None:
        super().__init__()
        self.modal = modal
        self.useful = useful
        self.actions: list[Action] = []
        self.others: list[object] = []

    def painter(self) -> Callable[[], Picture]:
        theme, scale, count = self.stage.theme, self.stage.scale, len(self.actions)

        def paint() -> Picture:
            image = panel((200, 60), theme, scale)
            lettering: Lettering = theme.lettering(30 * scale, bold=True)
            lettering.draw(image, (40, 60), f"Count {count}", theme.colors.text)
            return Picture.of(image, bleed=bleed_of(theme, scale))

        return paint

    def action(self, action: Action) -> bool:
        self.actions.append(action)
        self.changed()
        if action is Action.CANCEL:
            self.close()
        return self.useful

    def pointer(self, pointer: Pointer) -> bool:
        self.others.append(pointer)
        return self.useful

    def text(self, text: str, composing: bool = False) -> bool:
        self.others.append((text, composing))
        return self.useful


@pytest.fixture
def services() -> HandServices:
    return HandServices()


@pytest.fixture
def overlay(services: HandServices) -> Overlay:
    return Overlay(services, size=(1280, 720))


def test_a_widget_is_painted_centered_and_repainted_when_it_changes(overlay: Overlay, services: HandServices) -> None:
    counter = Counter()
    overlay.show(counter)
    overlay.update(0.02)
    assert not overlay.pictures()
    overlay.update(0.02)
    (first,) = overlay.pictures()
    assert first.x + first.picture.size[0] / 2 == pytest.approx(640, abs=1)
    assert first.y + first.picture.size[1] / 2 == pytest.approx(360, abs=1)
    overlay.action(Action.ACCEPT)
    overlay.update(0.02)
    overlay.update(0.02)
    (second,) = overlay.pictures()
    assert second.picture.version > first.picture.version
    assert second.picture.pixels != first.picture.pixels
    for _ in range(10):
        overlay.update(0.02)
    assert overlay.pictures()[0].picture is second.picture, "nothing changed, nothing is painted"


def test_many_changes_while_painting_cost_one_more_painting() -> None:
    services = HandServices(slow=True)
    overlay = Overlay(services)
    counter = Counter()
    overlay.show(counter)
    for _ in range(10):
        counter.changed()
        overlay.update(0.02)
    assert len(services.pending) == 1
    services.work()
    assert len(services.pending) == 1
    services.work()
    assert services.pending == []


def test_a_modal_widget_takes_all_and_gives_it_back(overlay: Overlay) -> None:
    assert not overlay.action(Action.ACCEPT)
    assert not overlay.text("a")
    bored = Counter(useful=False)
    overlay.show(bored)
    assert overlay.modal
    assert overlay.action(Action.UP)
    assert overlay.action(Action.UP, pressed=False)
    assert overlay.text("a")
    assert overlay.pointer(Pointer(Press.MOVE, 1, 1))
    overlay.action(Action.CANCEL)
    overlay.update(0.02)
    assert not overlay.modal
    assert not overlay.action(Action.ACCEPT)
    assert bored.actions == [Action.UP, Action.CANCEL]


def test_the_top_widget_gets_the_input_and_the_one_below_gets_it_back(overlay: Overlay) -> None:
    below, above = Counter(), Counter()
    overlay.show(below)
    overlay.show(above)
    overlay.action(Action.LEFT)
    overlay.hide(above)
    overlay.action(Action.RIGHT)
    assert (below.actions, above.actions) == ([Action.RIGHT], [Action.LEFT])


def test_a_badge_leaves_the_game_what_it_has_no_use_for(overlay: Overlay) -> None:
    badge = Counter(modal=False, useful=False)
    overlay.show(badge)
    assert not overlay.modal
    assert not overlay.action(Action.ACCEPT)
    assert not overlay.pointer(Pointer(Press.DOWN, 5, 5))
    assert badge.actions == [Action.ACCEPT]


def test_a_held_direction_repeats_and_stops(overlay: Overlay) -> None:
    counter = Counter()
    overlay.show(counter)
    overlay.action(Action.DOWN)
    overlay.action(Action.ACCEPT)
    for _ in range(39):
        overlay.update(0.01)
    assert len(counter.actions) == 2
    for _ in range(27):
        overlay.update(0.01)
    assert counter.actions[2:] == [Action.DOWN] * 3
    overlay.action(Action.DOWN, pressed=False)
    for _ in range(100):
        overlay.update(0.01)
    assert len(counter.actions) == 5


def test_a_held_direction_does_not_leak_into_the_next_widget(overlay: Overlay) -> None:
    first, second = Counter(), Counter()
    overlay.show(first)
    overlay.action(Action.DOWN)
    overlay.show(second)
    for _ in range(100):
        overlay.update(0.01)
    assert second.actions == []


def test_held_actions_repeat_at_most_once_a_frame() -> None:
    held = HeldActions()
    held.press(Action.UP)
    assert [each.what for each in held.update(10.0)] == [Action.UP]


def test_a_widget_off_the_stage_says_what_to_do() -> None:
    with pytest.raises(RuntimeError, match=r"overlay\.show"):
        _ = Counter().stage


def test_a_new_theme_repaints_widgets(overlay: Overlay) -> None:
    counter = Counter()
    overlay.show(counter)
    overlay.update(0.02)
    overlay.update(0.02)
    (dark,) = overlay.pictures()
    overlay.theme = LIGHT
    overlay.update(0.02)
    overlay.update(0.02)
    assert overlay.pictures()[0].picture.pixels != dark.picture.pixels


def test_who_took_the_press_takes_the_release() -> None:
    presses = TakenPresses()
    assert presses.settle("a", True, True)
    assert presses.settle("a", False, False)
    assert not presses.settle("a", False, False)
    assert not presses.settle("b", True, False)
    assert not presses.settle("b", False, False)
    assert presses.settle("c", False, True)
