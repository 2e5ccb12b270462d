"""Whoever signs in with a pad may open the page with the token on a phone."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from pygame_gameservices.widgets.input import Device
from pygame_gameservices.widgets.login import qr
from pygame_gameservices.widgets.login.login import Login
from tests.widgets.sources import Accounts
from tests.widgets.stagecraft import Scene


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    qr.qr_code.cache_clear()
    yield
    qr.qr_code.cache_clear()  # what was not to be had without the library is to be had again


def _login(device: Device, size: tuple[int, int] = (1280, 720)) -> Login:
    login = Login(Accounts())
    Scene(size=size, device=device).show(login)
    return login


def test_a_code_is_shown_for_a_pad_beside_the_form_and_no_control_is_under_it() -> None:
    pytest.importorskip("segno")
    pad, keys = _login(Device.PAD), _login(Device.KEYBOARD)
    assert pad.layout.size[0] > keys.layout.size[0]
    form = keys.layout.size[0]
    assert all(control.box.right <= form for control in pad.layout.controls if control.name != "close")


def test_a_code_is_what_the_library_says_with_white_around_it() -> None:
    segno = pytest.importorskip("segno")
    code = qr.qr_code("https://gamejolt.com")
    assert code is not None
    matrix = segno.make("https://gamejolt.com", error="m", micro=False).matrix
    edge = (code.width - len(matrix)) // 2
    assert edge >= 3
    dark = [[code.getpixel((x + edge, y + edge)) == 0 for x in range(len(matrix))] for y in range(len(matrix))]
    assert dark == [[bool(module) for module in row] for row in matrix]
    assert {code.getpixel((x, 0)) for x in range(code.width)} == {255}


@pytest.mark.parametrize("size", [(320, 180), (640, 360)])
def test_where_there_is_no_room_the_form_is_as_before(size: tuple[int, int]) -> None:
    login = _login(Device.PAD, size)
    assert login.layout.size[0] <= size[0]


def test_without_the_library_everything_works_but_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "segno", None)
    assert _login(Device.PAD).layout.size == _login(Device.KEYBOARD).layout.size
