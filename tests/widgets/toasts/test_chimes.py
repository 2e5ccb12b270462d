"""The package's own sounds: made by arithmetic, soft, and one for each rank unless the game wants none."""

from __future__ import annotations

import wave
from array import array
from dataclasses import replace
from pathlib import Path

import pytest

from pygame_gameservices.widgets.theme import DARK, HIGH_CONTRAST, LIGHT, Sounds
from tests.chimes import CHIMES, FOLDER, LOUDEST, RATE, chime
from tests.widgets.samples import TOASTS
from tests.widgets.stagecraft import Scene


def samples(name: str) -> array[int]:
    with wave.open(str(FOLDER / f"{name}.wav"), "rb") as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
        return array("h", file.readframes(file.getnframes()))


@pytest.mark.parametrize("name", ["bronze", "platinum"])
def test_the_sounds_in_the_package_are_those_that_the_code_makes(name: str) -> None:
    apart = max(abs(one - other) for one, other in zip(samples(name), chime(name), strict=True))
    assert apart <= 2, "another system's sine may round otherwise"


@pytest.mark.parametrize("name", CHIMES)
def test_they_are_soft_short_and_begin_and_end_in_silence(name: str) -> None:
    heard = samples(name)
    assert max(map(abs, heard)) <= LOUDEST * 32767 + 1
    assert 0.5 < len(heard) / RATE < 1.5
    assert abs(heard[0]) < 200
    assert abs(heard[-1]) < 200
    assert (FOLDER / f"{name}.wav").stat().st_size < 64_000


@pytest.mark.parametrize("theme", [DARK, LIGHT, HIGH_CONTRAST], ids=lambda theme: theme.name)
def test_each_rank_has_its_own_in_every_built_in_theme(theme: object) -> None:
    heard: list[str] = []
    for rank in CHIMES:
        scene = Scene(theme)  # type: ignore[arg-type]
        scene.overlay.toasts.on_sound = heard.append
        scene.overlay.toasts.push(TOASTS[rank])
        scene.run(1.0)
    assert [Path(name).stem for name in heard] == list(CHIMES)
    assert all(Path(name).is_file() for name in heard)


def test_a_stack_makes_one_sound_that_of_the_rarest() -> None:
    scene, heard = Scene(), list[str]()
    scene.overlay.toasts.on_sound = heard.append
    for rank in ("bronze", "gold", "silver"):
        scene.overlay.toasts.push(TOASTS[rank])
    scene.run(4.0)
    assert [Path(name).stem for name in heard] == ["gold"]


def test_a_game_that_wants_none_hears_none() -> None:
    for theme, switch in ((replace(DARK, sounds=Sounds()), True), (DARK, False)):
        scene, heard = Scene(theme), list[str]()
        scene.overlay.toasts.on_sound = heard.append
        scene.overlay.toasts.sounds = switch
        scene.overlay.toasts.push(TOASTS["gold"])
        scene.run(1.0)
        assert heard == []
