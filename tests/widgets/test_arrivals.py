"""Pictures that an engine must copy first come a bit a frame, in order."""

from __future__ import annotations

import pytest

from pygame_gameservices.widgets import arrivals
from pygame_gameservices.widgets.arrivals import Arrivals
from pygame_gameservices.widgets.picture import Picture


class Card:
    """A graphics card. Where it takes no parts, it takes all of a picture at once."""

    def __init__(self, *, parts: bool = True) -> None:
        self.parts = parts
        self.copied: dict[Picture, int] = {}
        self.this_frame: list[int] = []

    def upload(self, picture: Picture, most: int) -> int:
        missing = picture.size[0] * picture.size[1] - self.copied.get(picture, 0)
        some = min(missing, most) if self.parts else missing
        self.copied[picture] = self.copied.get(picture, 0) + some
        self.this_frame.append(some)
        return some


@pytest.fixture(autouse=True)
def _small_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrivals, "PIXELS_A_FRAME", 100)


def picture(pixels: int) -> Picture:
    return Picture(bytes(pixels * 4), (pixels, 1))


def frames_until(coming: Arrivals, card: Card, arrived: list[Picture], count: int) -> list[list[int]]:
    """What is copied in each frame until so many pictures have arrived."""
    frames = []
    while len(arrived) < count:
        card.this_frame = []
        coming.bring()
        frames.append(card.this_frame)
        assert len(frames) < 50
    return frames


def test_a_large_picture_takes_several_frames_and_small_ones_share_one() -> None:
    coming, card, arrived = Arrivals(), Card(), list[Picture]()
    coming.upload_with(card)
    pictures = [picture(pixels) for pixels in (30, 40, 50, 250, 10)]
    for each in pictures:
        coming.add(each, arrived.append)
    assert not arrived, "nothing is copied before the engine can draw"
    assert frames_until(coming, card, arrived, 5) == [[30, 40], [50], [100], [100], [50, 10]]
    assert arrived == pictures


def test_where_parts_are_not_possible_there_is_one_large_picture_a_frame() -> None:
    coming, card, arrived = Arrivals(), Card(parts=False), list[Picture]()
    coming.upload_with(card)
    for pixels in (30, 250, 250, 20):
        coming.add(picture(pixels), arrived.append)
    assert frames_until(coming, card, arrived, 4) == [[30], [250], [250], [20]]


def test_where_nothing_is_copied_pictures_arrive_at_once() -> None:
    coming, arrived = Arrivals(), list[Picture]()
    coming.add(picture(250), arrived.append)
    assert len(arrived) == 1


def test_those_under_way_arrive_when_the_game_goes_over_to_surfaces() -> None:
    coming, arrived = Arrivals(), list[Picture]()
    coming.upload_with(Card())
    first, second = picture(250), picture(10)
    coming.add(first, arrived.append)
    coming.bring()
    coming.upload_with(None)
    coming.add(second, arrived.append)
    assert not arrived
    coming.bring()
    assert arrived == [first, second], "in their order"
