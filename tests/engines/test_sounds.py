"""Sounds of toasts in games whose mixer comes late, goes, and comes back."""

from __future__ import annotations

import subprocess
import sys
import wave
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pygame_gameservices.widgets.theme import DARK, Sounds, Theme
from tests.engines.drivers import FRAME, PygameDriver
from tests.widgets.samples import unlocked


@pytest.fixture
def game() -> Any:
    pytest.importorskip("pygame")
    made = PygameDriver()
    if made.pygame.mixer.get_init() is None:
        pytest.skip("no mixer, not even a dummy")
    yield made
    made.close()


@pytest.fixture
def theme(tmp_path: Path) -> Theme:
    file = tmp_path / "ding.wav"
    with wave.open(str(file), "wb") as written:
        written.setparams((1, 2, 22050, 0, "NONE", "not compressed"))
        written.writeframes(b"\0\1" * 22050)
    return replace(DARK, sounds=Sounds(bronze=str(file)))


def _earn(game: PygameDriver, number: int) -> int:
    """Have a trophy's toast come, and return how many channels play then."""
    game.services.coming = [unlocked(number)]
    game.run(0.5)
    mixer = game.pygame.mixer
    return sum(mixer.Channel(n).get_busy() for n in range(mixer.get_num_channels())) if mixer.get_init() else 0


def test_a_mixer_may_come_go_and_come_back(game: PygameDriver, theme: Theme) -> None:
    mixer = game.pygame.mixer
    mixer.quit()
    game.overlay.theme = theme
    assert _earn(game, 1) == 0
    mixer.init(22050, -16, 1)
    game.run(8.0)
    assert _earn(game, 2) == 1
    mixer.quit()
    game.run(8.0)
    assert _earn(game, 3) == 0
    mixer.init(44100, -16, 2)
    game.run(8.0)
    assert _earn(game, 4) == 1
    (sound,) = game.overlay.sounds.values()
    assert sound.get_length() == pytest.approx(1.0, abs=0.01), "as it was recorded, not for another mixer"


def test_a_sound_of_the_games_own_does_not_end_the_process_after_the_mixer_has_gone(theme: Theme) -> None:
    pytest.importorskip("pygame")
    code = (
        "import os; os.environ['SDL_VIDEODRIVER'] = os.environ['SDL_AUDIODRIVER'] = 'dummy'\n"
        "from dataclasses import replace\n"
        "from pygame_gameservices.widgets.theme import DARK, Sounds\n"
        "from tests.engines.drivers import PygameDriver\n"
        "from tests.widgets.samples import unlocked\n"
        "game = PygameDriver(); mixer = game.pygame.mixer\n"
        f"game.overlay.sounds['bell'] = mixer.Sound({theme.sounds.bronze!r})\n"
        "game.overlay.theme = replace(DARK, sounds=Sounds(bronze='bell'))\n"
        "mixer.quit(); game.services.coming = [unlocked(1)]; game.run(1.0)\n"
        "print(len(game.overlay.toasts.visible))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.splitlines()[-1:]) == (0, ["1"]), done.stderr


def test_a_file_that_is_no_sound_is_said_once(game: PygameDriver, tmp_path: Path, caplog: Any) -> None:
    file = tmp_path / "broken.wav"
    file.write_bytes(b"no sound")
    game.overlay.theme = replace(DARK, sounds=Sounds(bronze=str(file)))
    _earn(game, 1)
    game.run(8.0)
    _earn(game, 2)
    assert caplog.text.count("cannot be loaded") == 1


def test_files_are_loaded_one_a_frame(game: PygameDriver, theme: Theme, tmp_path: Path) -> None:
    other = tmp_path / "other.wav"
    other.write_bytes(Path(theme.sounds.bronze).read_bytes())
    game.overlay.theme = replace(theme, sounds=replace(theme.sounds, gold=str(other)))
    before = len(game.overlay.sounds)  # those of the theme that it began with
    counts = []
    for _ in range(3):
        game.overlay.update(FRAME)
        counts.append(len(game.overlay.sounds) - before)
    assert counts == [1, 2, 2]
