"""Rows glide to their place and follow a finger by its pixels, and nothing is painted anew for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import pytest
from PIL import Image, ImageChops

from pygame_gameservices.widgets.dialog import Dialog
from pygame_gameservices.widgets.flick import Flick
from pygame_gameservices.widgets.gliding import GLIDE, Gliding, Scroll
from pygame_gameservices.widgets.input import Action, Device, Pointer, Press
from pygame_gameservices.widgets.leaderboard.leaderboard import Leaderboard
from pygame_gameservices.widgets.picture import Picture, Placed
from pygame_gameservices.widgets.region import Region
from pygame_gameservices.widgets.shelf.shelf import GamesShelf
from pygame_gameservices.widgets.theme import HIGH_CONTRAST
from pygame_gameservices.widgets.trophies.trophies import Trophies
from tests.widgets.sources import Cabinet, Games, Scores
from tests.widgets.stagecraft import Scene

FRAME = 1 / 60
DIALOGS: dict[str, Callable[[], Dialog]] = {
    "leaderboard": lambda: Leaderboard(Scores(own=None)),
    "own row at the foot": lambda: Leaderboard(Scores(own=55)),
    "trophies": lambda: Trophies(Cabinet()),
    "shelf": lambda: GamesShelf(Games(), lambda url: False),
}
SIZES = [(1280, 720), (640, 360)]
dialogs = pytest.mark.parametrize("name", DIALOGS)
sizes = pytest.mark.parametrize("size", SIZES)


def _scene(name: str, size: tuple[int, int], device: Device = Device.KEYBOARD) -> tuple[Scene, Dialog]:
    scene, dialog = Scene(HIGH_CONTRAST, size, device), DIALOGS[name]()
    scene.show(dialog)
    return scene, dialog


def _frame(scene: Scene) -> None:
    scene.overlay.update(FRAME)
    scene.overlay.pictures()


def _window(dialog: Dialog) -> Region:
    """Where rows are seen on the screen."""
    scroll = dialog._scroll_at(dialog._first_row)
    assert scroll is not None
    return scroll.window.moved(*dialog.origin)


def _row(dialog: Dialog) -> int:
    scroll = dialog._scroll_at(dialog._first_row)
    assert scroll is not None
    return scroll.row


def _wheel(scene: Scene, steps: float = -1) -> None:
    scene.overlay.pointer(Pointer(Press.WHEEL, scene.overlay.size[0] // 2, scene.overlay.size[1] // 2, 0, steps))


def _at(scene: Scene, press: Press, y: float) -> None:
    scene.overlay.pointer(Pointer(press, scene.overlay.size[0] // 2, y))


def _seen(scene: Scene, window: Region) -> Image.Image:
    return scene.screen().crop((window.x, window.y, window.right, window.bottom)).convert("RGB")


def _until_it_moves(scene: Scene, dialog: Dialog) -> None:
    for _ in range(3):
        if dialog._gliding.moving:
            return
        _frame(scene)
    raise AssertionError("it does not move")


def _is_moved(before: Image.Image, now: Image.Image, pixels: int, column: int) -> bool:
    """Whether what was seen in a column of pixels is seen so many further up."""
    high = before.height - pixels
    was = before.crop((column, pixels, column + 1, pixels + high))
    return ImageChops.difference(was, now.crop((column, 0, column + 1, high))).getbbox() is None


@sizes
@dialogs
def test_rows_glide_to_where_they_would_have_been_at_once(name: str, size: tuple[int, int]) -> None:
    scene, dialog = _scene(name, size)
    still, _ = _scene(name, size)
    still.overlay.reduced_motion = True
    before = dialog._gliding.at
    _wheel(scene)
    _wheel(still)
    still.run(1.0)
    places = []
    while len(places) < 20:
        _frame(scene)
        places.append(dialog._gliding.at)
    assert places == sorted(places)
    assert places[-1] == dialog._first_row * _row(dialog) > before
    between = [place for place in places if before < place < places[-1]]
    assert 4 <= len(between) <= 8, "some 0.12 s"
    assert ImageChops.difference(scene.screen(), still.screen()).getbbox() is None
    assert len([each for each in dialog.pictures() if each.picture is dialog._base]) == 1, "one picture, as before"
    scene.run()
    assert scene.overlay.at_rest or name == "own row at the foot"


@sizes
@dialogs
def test_in_the_middle_of_the_way_rows_are_seen_between_their_places(name: str, size: tuple[int, int]) -> None:
    scene, dialog = _scene(name, size)
    dialog.focus = "close"
    scene.run()
    window = _window(dialog)
    column = window.width - 30
    before = _seen(scene, window)
    start = dialog._gliding.at
    _wheel(scene)
    _until_it_moves(scene, dialog)
    for _ in range(4):
        _frame(scene)
        moved = dialog._gliding.at - start
        now = _seen(scene, window)
        assert 0 < moved < window.height
        pinned = _row(dialog) if name == "own row at the foot" else 0
        assert _is_moved(before.crop((0, 0, before.width, before.height - pinned)), now, moved, column)


@sizes
@dialogs
def test_each_pixel_of_the_panel_is_shown_once_while_rows_move(name: str, size: tuple[int, int]) -> None:
    """What can be seen through would be seen to be there twice."""
    scene, dialog = _scene(name, size, Device.TOUCH)
    middle = _window(dialog).y + _window(dialog).height // 2
    _at(scene, Press.DOWN, middle)
    for step in range(0, 3 * _row(dialog), 7):
        _at(scene, Press.MOVE, middle - step)
        _frame(scene)
        base = dialog._base
        assert base is not None
        pieces = dialog._gliding.pieces(Placed(base, 0, 0))
        regions = [Region(each.x, each.y, *(each.part[2:] if each.part else each.picture.size)) for each in pieces]
        assert sum(each.width * each.height for each in regions) == base.size[0] * base.size[1]
        assert not any(one.overlap(other) for at, one in enumerate(regions) for other in regions[:at])


@dialogs
def test_whoever_wants_nothing_to_move_sees_the_rows_in_their_place_at_once(name: str) -> None:
    scene, dialog = _scene(name, (1280, 720))
    scene.overlay.reduced_motion = True
    for act in (lambda: _wheel(scene), lambda: scene.overlay.action(Action.LAST)):
        act()
        for _ in range(12):
            _frame(scene)
            assert not dialog._gliding.moving
            assert len({each.picture for each in dialog.pictures()}) == len(dialog.pictures())


@sizes
@dialogs
def test_a_finger_moves_rows_by_its_pixels_and_they_settle_on_a_row(name: str, size: tuple[int, int]) -> None:
    scene, dialog = _scene(name, size, Device.TOUCH)
    y = _window(dialog).bottom - 5
    _at(scene, Press.DOWN, y)
    y -= dialog.px(16) + 1
    _at(scene, Press.MOVE, y)
    for _ in range(12):  # what is below is painted
        _frame(scene)
    at = dialog._gliding.at
    assert at == 1
    for pixels in (1, 2, 5, 9, -4, 11):
        y -= pixels
        _at(scene, Press.MOVE, y)
        at += pixels
        _frame(scene)
        assert dialog._gliding.at == at
    assert dialog._first_row == round(at / _row(dialog))
    y -= _row(dialog)  # and further than a row
    _at(scene, Press.MOVE, y)
    for _ in range(12):
        _frame(scene)
    assert dialog._gliding.at == min(at + _row(dialog), _last(dialog))
    _at(scene, Press.UP, y)
    before = dialog._gliding.at
    places = []
    for _ in range(15):
        _frame(scene)
        places.append(dialog._gliding.at)
    assert places[-1] == dialog._first_row * _row(dialog)
    assert places in (sorted(places), sorted(places, reverse=True)), "straight to the row"
    assert abs(places[-1] - before) <= _row(dialog) // 2 + 1
    assert not dialog._gliding.moving
    still, other = _scene(name, size, Device.TOUCH)
    still.overlay.reduced_motion = True
    other.focus = dialog.focus
    other.scroll(dialog._first_row)
    other.focus = dialog.focus
    still.run(1.0)
    assert ImageChops.difference(scene.screen(), still.screen()).getbbox() is None


def _last(dialog: Dialog) -> int:
    scroll = dialog._scroll_at(dialog._first_row)
    assert scroll is not None
    return scroll.last


def test_a_finger_goes_no_further_than_there_are_rows_and_turns_back_at_once() -> None:
    scene, dialog = _scene("trophies", (1280, 720), Device.TOUCH)
    window = _window(dialog)
    y = window.y + window.height // 2
    _at(scene, Press.DOWN, y)
    for _ in range(40):
        y -= 40
        _at(scene, Press.MOVE, y)
        _frame(scene)
    scene.run()
    assert dialog._gliding.at == _last(dialog)
    _at(scene, Press.MOVE, y + 7)
    _frame(scene)
    assert dialog._gliding.at == _last(dialog) - 7


def test_while_nothing_is_painted_rows_stay_in_sight_and_come_after_the_finger_then() -> None:
    scene, dialog = _scene("shelf", (640, 360), Device.TOUCH)
    scene.services.slow = True
    y = _window(dialog).bottom - 5
    _at(scene, Press.DOWN, y)
    for _ in range(5):
        y -= 10
        _at(scene, Press.MOVE, y)
        _frame(scene)
        assert dialog._gliding.at == 0
    scene.services.work()
    places = []
    for _ in range(10):
        scene.services.work()
        _frame(scene)
        places.append(dialog._gliding.at)
    assert places == sorted(places)
    assert 0 < places[0] < places[-1] == round(dialog._gliding.held or 0)


@pytest.mark.parametrize(
    "lift", [lambda scene: scene.overlay.release_all(), lambda scene: scene.overlay.action(Action.UP)]
)
def test_a_finger_whose_lifting_nobody_tells_of_holds_nothing_for_ever(lift: Callable[[Scene], object]) -> None:
    scene, dialog = _scene("trophies", (1280, 720), Device.TOUCH)
    y = _window(dialog).bottom - 5
    _at(scene, Press.DOWN, y)
    for pixels in (20, 40, 60):
        _at(scene, Press.MOVE, y - pixels)
        _frame(scene)
    assert dialog._gliding.held is not None
    lift(scene)
    scene.run()
    assert not dialog._gliding.moving
    assert dialog._gliding.at == dialog._first_row * _row(dialog)
    _at(scene, Press.MOVE, y - 100)
    scene.run()
    assert not dialog._gliding.moving, "it is another finger's way"


def test_a_tap_opens_and_a_drag_does_not() -> None:
    asked: list[str] = []
    shelf, scene = GamesShelf(Games(), lambda url: bool(asked.append(url))), Scene(device=Device.TOUCH)
    scene.show(shelf)
    x, y = (sum(each) for each in zip(shelf.origin, shelf.layout.controls[0].box[:2], strict=True))
    for moves in ((0, 3, 0), (0, -60, -90)):
        scene.overlay.pointer(Pointer(Press.DOWN, x + 20, y + 20))
        for move in moves:
            scene.overlay.pointer(Pointer(Press.MOVE, x + 20, y + 20 + move))
            _frame(scene)
        scene.overlay.pointer(Pointer(Press.UP, x + 20, y + 20 + moves[-1]))
        scene.run(2.0)
    assert len(asked) == 1
    assert not shelf._gliding.moving


@dialogs
def test_no_press_is_lost_while_rows_glide(name: str) -> None:
    scene, dialog = _scene(name, (640, 360))
    other, still = _scene(name, (640, 360))
    other.overlay.reduced_motion = True
    for _ in range(8):
        for each in (scene, other):
            each.overlay.action(Action.DOWN)
            each.overlay.action(Action.DOWN, pressed=False)
            _frame(each)
    assert (dialog.focus, dialog._first_row) == (still.focus, still._first_row)
    scene.run()
    other.run()
    assert ImageChops.difference(scene.screen(), other.screen()).getbbox() is None


def test_what_is_held_repeats_while_rows_glide() -> None:
    scene, dialog = _scene("leaderboard", (640, 360))
    scene.overlay.action(Action.DOWN)
    places = []
    for _ in range(120):
        _frame(scene)
        places.append(dialog._gliding.at)
    assert places == sorted(places), "onward all the time"
    assert int(dialog.focus.removeprefix("row ")) >= 12
    assert len(set(places)) > 40, "not row by row"


def test_another_table_or_filter_does_not_glide() -> None:
    for name in ("leaderboard", "trophies"):
        scene, dialog = _scene(name, (640, 360))
        _wheel(scene)
        scene.run()
        assert dialog._first_row > 0
        scene.overlay.action(Action.TAB_RIGHT)
        for _ in range(10):
            _frame(scene)
            assert not dialog._gliding.moving


@dialogs
def test_far_ways_take_no_longer_and_nothing_is_missing_on_them(name: str) -> None:
    scene, dialog = _scene(name, (640, 360))
    scene.overlay.action(Action.LAST)
    _until_it_moves(scene, dialog)
    frames = 0
    while dialog._gliding.moving:
        base = dialog._base
        assert base is not None
        pieces = dialog._gliding.pieces(Placed(base, 0, 0))
        area = sum(part.width * part.height for part in (each.part for each in pieces) if part is not None)
        assert area == base.size[0] * base.size[1]
        _frame(scene)
        frames += 1
    assert frames <= round(GLIDE / FRAME) + 1
    assert dialog._gliding.at == dialog._first_row * _row(dialog) > 2 * _window(dialog).height / 3


def _rows(at: int, of: str = "a", high: int = 100) -> Scroll:
    return Scroll(of, Region(10, 20, 80, high), at, 50, 1000)


def _painted() -> Picture:
    return Picture(bytes(100 * 150 * 4), (100, 150))


def _ats(gliding: Gliding, count: int = 10) -> Sequence[int]:
    ats = []
    for _ in range(count + 1):
        gliding.update(GLIDE / count)
        ats.append(gliding.at)
    return ats


def test_a_glide_that_is_overtaken_goes_on_from_where_it_is() -> None:
    gliding = Gliding()
    gliding.show(_painted(), _rows(0), 0, cut=False)
    assert gliding.show(_painted(), _rows(50), 50, cut=False)
    gliding.update(GLIDE / 2)
    assert 0 < gliding.at < 50
    before = gliding.at
    gliding.show(_painted(), _rows(100), 100, cut=False)
    assert gliding.at == before
    further = _ats(gliding)
    assert before < further[0] < 100
    assert further[-1] == 100
    assert not gliding.moving


def test_a_picture_that_is_late_does_not_bring_rows_back() -> None:
    """As when a finger was lifted three rows on, and what was ordered on the way is still being painted."""
    gliding = Gliding()
    gliding.show(_painted(), _rows(0), 0, cut=False)
    gliding.hold(0)
    gliding.add(_rows(100), _painted())
    gliding.hold(90)
    gliding.update(GLIDE)
    gliding.let_go(100)
    gliding.show(_painted(), _rows(50), 100, cut=False)
    ats = list(_ats(gliding, 6))
    assert ats == sorted(ats)
    assert ats[-1] == 100
    assert gliding.moving, "it is not in the newest picture yet"
    gliding.show(_painted(), _rows(100), 100, cut=False)
    assert not gliding.moving


def _flick(scene: Scene, dialog: Dialog, step: float = 9, *, rest: int = 0) -> float:
    """Drag up by so many units a frame, perhaps hold still for some frames, and lift the finger. Returns where."""
    y = _window(dialog).bottom - 5.0
    _at(scene, Press.DOWN, y)
    for _ in range(6):
        y -= step * dialog.scale
        _at(scene, Press.MOVE, y)
        _frame(scene)
    for _ in range(rest):
        _frame(scene)
    _at(scene, Press.UP, y)
    return y


def _places_until_rest(scene: Scene, dialog: Dialog) -> list[int]:
    places = [dialog._gliding.at]
    while dialog._gliding.moving:
        _frame(scene)
        places.append(dialog._gliding.at)
        assert len(places) < 200
    return places


@sizes
@dialogs
@pytest.mark.parametrize("device", [Device.TOUCH, Device.MOUSE])
def test_rows_that_are_flicked_roll_on_ever_slower_until_they_rest_on_a_row(
    name: str, size: tuple[int, int], device: Device
) -> None:
    scene, dialog = _scene(name, size, device)
    _flick(scene, dialog)
    places = _places_until_rest(scene, dialog)
    ways = [after - before for before, after in pairwise(places)]
    assert places == sorted(places)
    assert places[-1] - places[0] > _row(dialog) // 2, "further than to the next row"
    assert places[-1] == dialog._first_row * _row(dialog)
    assert max(ways) <= 12 * dialog.scale + 1, "no faster than the finger, and without a jump"
    half = len(ways) // 2
    assert sum(ways[:half]) >= sum(ways[half:])
    assert len(ways) * FRAME < 1.0


def test_whoever_holds_still_before_lifting_the_finger_does_not_flick() -> None:
    scene, dialog = _scene("leaderboard", (1280, 720), Device.TOUCH)
    _flick(scene, dialog, rest=8)
    places = _places_until_rest(scene, dialog)
    assert abs(places[-1] - places[0]) <= _row(dialog) // 2 + 1


def test_with_reduced_motion_nothing_rolls() -> None:
    scene, dialog = _scene("leaderboard", (1280, 720), Device.TOUCH)
    scene.overlay.reduced_motion = True
    _flick(scene, dialog)
    row = dialog._first_row
    scene.run(1.0)
    assert dialog._first_row == row
    scene.overlay.reduced_motion = False
    _flick(scene, dialog)
    _frame(scene)
    assert dialog._rolling
    scene.overlay.reduced_motion = True
    _frame(scene)
    assert not dialog._rolling


def test_a_touch_stops_rows_that_roll_and_opens_nothing() -> None:
    asked: list[str] = []
    shelf = GamesShelf(Games(), lambda url: bool(asked.append(url)))
    scene = Scene(HIGH_CONTRAST, (640, 360), Device.TOUCH).show(shelf)
    y = _flick(scene, shelf, 20)
    _frame(scene)
    assert shelf._rolling
    _at(scene, Press.DOWN, y)
    before = shelf._gliding.at
    for _ in range(10):
        _frame(scene)
    assert abs(shelf._gliding.at - before) <= 20 * shelf.scale, "what is painted late comes after it"
    _at(scene, Press.UP, y)
    scene.run(1.0)
    assert asked == []
    assert shelf._gliding.at == shelf._first_row * _row(shelf)


@pytest.mark.parametrize(
    "act",
    [
        lambda scene: (scene.overlay.action(Action.DOWN), scene.overlay.action(Action.DOWN, pressed=False)),
        _wheel,
        lambda scene: scene.overlay.release_all(),
    ],
    ids=["key", "wheel", "focus lost"],
)
def test_rows_that_roll_stop_for_whatever_else_the_player_does(act: Callable[[Scene], object]) -> None:
    scene, dialog = _scene("leaderboard", (1280, 720), Device.TOUCH)
    _flick(scene, dialog)
    _frame(scene)
    assert dialog._rolling
    act(scene)
    assert not dialog._rolling
    scene.run(1.0)
    assert dialog._gliding.at == dialog._first_row * _row(dialog)


def test_while_rows_roll_the_cross_closes() -> None:
    scene, dialog = _scene("leaderboard", (1280, 720), Device.TOUCH)
    _flick(scene, dialog)
    _frame(scene)
    assert dialog._rolling
    cross = dialog.layout.control("close")
    assert cross is not None
    box = cross.box.moved(*dialog.origin)
    for press in (Press.DOWN, Press.UP):
        scene.overlay.pointer(Pointer(press, box.x + box.width / 2, box.y + box.height / 2))
    assert dialog.closed


@pytest.mark.parametrize("seconds", [1 / 30, 1 / 60, 1 / 144])
def test_how_far_rows_roll_does_not_depend_on_how_often_they_are_drawn(seconds: float) -> None:
    flick = Flick()
    for _ in range(round(0.3 / seconds)):
        flick.moved(900 * seconds)
        flick.passed(seconds)
    assert flick.lifted(1000, 50, 100_000, 1.0)
    moved, time = 0.0, 0.0
    while flick.left:
        moved += flick.roll(seconds)
        time += seconds
    assert moved == pytest.approx(200)
    assert time == pytest.approx(2 * 200 / 900, abs=seconds)


def test_rows_at_their_end_do_not_roll_and_a_hasty_finger_has_a_limit() -> None:
    flick = Flick()
    for at, expected in ((0, 1250), (100_000, 0)):
        flick.moved(10_000)
        flick.passed(0.05)
        assert flick.lifted(at, 50, 100_000, 1.0) == bool(expected)
        assert flick.left == expected
    assert not Flick().lifted(0, 50, 1000, 1.0), "no time has passed"


@pytest.mark.parametrize("name", ["leaderboard", "own row at the foot"])
def test_a_fast_flick_over_many_rows_never_waits_for_pictures_that_were_there(name: str) -> None:
    scene, dialog = _scene(name, (1280, 720), Device.TOUCH)
    _flick(scene, dialog, 50)
    places = _places_until_rest(scene, dialog)
    ways = [after - before for before, after in pairwise(places)]
    assert places[-1] - places[0] > _window(dialog).height
    assert all(later <= earlier + 2 for earlier, later in pairwise(ways))
    assert 0 not in ways[: len(ways) // 2]
