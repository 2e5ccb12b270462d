"""The whole story, shortened: told once well in each engine, and once against a server that dies."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from PIL import Image

import demo_game.__main__ as command
from demo_game.playthrough import Options, Playthrough, Report, playthrough
from demo_game.recorder import MOST_GIF_BYTES, FrameTimes, write_gif
from demo_game.story import QUICK, QUICK_SECONDS
from tests.demo_game.conftest import ENGINES
from tests.demo_game.recount import SERVICES, recount

SIZE = (640, 360)
"""Most of what a larger window takes is drawing it, and README's own command plays in one of 1280 pixels."""
MOMENTS = {
    "title", "login", "signed-in", "paused", "trophies", "game-over", "leaderboard", "leaderboard-around",
    "more-games", "market", "sold", "market-board", "restored",
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
def test_the_story(engine, sandbox, tmp_path):
    """Told once and looked at from all sides, since telling it takes a while."""
    options = Options(engine=engine, out=tmp_path, json_file=tmp_path / "report.json", sandbox=sandbox)
    options.size, options.seconds, options.pace = SIZE, QUICK_SECONDS, QUICK
    told = playthrough(options)
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    the_services_hold_what_the_game_believes(told)
    assert {service: report[service] for service in SERVICES} == recount(sandbox.dump), "a count of the database"
    it_leaves_pictures_with_toasts_and_a_small_gif(told)
    the_network_went_and_came(told)
    assert report["agrees"] is True
    assert report["engine"] == told.engine
    assert report["frames"]["count"] == len(told.frames.seconds)
    assert told.close_seconds <= 2.2
    a_report_that_differs_does_not_agree(told)


def the_services_hold_what_the_game_believes(told: Report) -> None:
    assert told.agrees, (told.held, told.believed)
    gamejolt = told.held["gamejolt"]
    assert gamejolt["player"] == "ada"
    assert len(gamejolt["trophies"]) >= 4
    assert 104 in gamejolt["trophies"], "the secret one"
    assert gamejolt["scores"] == 1
    assert gamejolt["save"]["best"] == gamejolt["best_score"] > 0
    assert told.held["itchio"]["owns"] is True
    assert told.held["forge"]["quests"]["a-night"] > 0
    assert told.held["forge"]["quests"]["collector"] == len(gamejolt["trophies"])
    assert len(told.held["easyjam"]["games"]) == 6
    assert told.held["trading"]["sold"] > 0
    assert gamejolt["save"]["earned"] > 0


def it_leaves_pictures_with_toasts_and_a_small_gif(told: Report) -> None:
    pngs = [path for path in told.files if path.suffix == ".png"]
    gifs = [path for path in told.files if path.suffix == ".gif"]
    assert {path.stem.partition("-")[2] for path in pngs} >= MOMENTS
    assert len([name for name in told.toasts_in if name.startswith("trophy")]) >= 4
    seen = set()
    for path in pngs:
        with Image.open(path) as picture:
            assert picture.size == SIZE
            assert max(high for _, high in picture.convert("RGB").getextrema()) > 150, "something can be seen"
            seen.add(picture.tobytes())
    assert len(seen) >= len(pngs) - 2, "moments look different, but two may fall together"
    assert len(gifs) == 1
    assert gifs[0].stat().st_size <= MOST_GIF_BYTES
    with Image.open(gifs[0]) as film:
        assert film.n_frames > 5


def the_network_went_and_came(told: Report) -> None:
    kinds = [type(event).__name__ for event in told.events]
    assert "WentOffline" in kinds
    assert "BackOnline" in kinds
    assert kinds.index("WentOffline") < kinds.index("BackOnline") < kinds.index("ScoreSubmitted")


def a_report_that_differs_does_not_agree(told: Report) -> None:
    for service, beliefs in told.believed.items():
        for key in beliefs:
            wrong = {**told.believed, service: {**beliefs, key: "something else"}}
            assert not Report(told.engine, wrong, told.held, FrameTimes()).agrees
    assert not Report(told.engine, told.believed, {"gamejolt": {"error": "offline"}}, FrameTimes()).agrees


@pytest.mark.slow
@pytest.mark.skipif("pygame" not in ENGINES, reason="one engine is enough")
def test_the_game_plays_on_when_the_server_dies(demo_sandbox, monkeypatch):
    monkeypatch.setattr("demo_game.story.PATIENCE", 0.5)

    def kill(play: Playthrough) -> None:
        if play.game.world.time > 2.0 and play.online.player and demo_sandbox.running and play.online.earned:
            demo_sandbox.kill()

    demo_sandbox.reset()
    options = Options(out=None, size=(640, 360), sandbox=demo_sandbox, seconds=12.0, pace=QUICK, on_frame=kill)
    try:
        report = playthrough(options)
    finally:
        demo_sandbox.restart()
    assert not report.agrees
    assert report.close_seconds <= 2.2
    assert any(type(event).__name__ == "AchievementUnlocked" for event in report.events)


def test_gifs_shrink_until_they_fit(tmp_path, monkeypatch):
    monkeypatch.setattr("demo_game.recorder.MOST_GIF_BYTES", 30_000)
    frames = [Image.effect_noise((432, 243), 90).convert("RGB") for _ in range(3)]
    write_gif(tmp_path / "noise.gif", frames)
    with Image.open(tmp_path / "noise.gif") as film:
        assert film.width < 250


def test_frame_times():
    times = FrameTimes([0.001] * 98 + [0.030, 0.040])
    assert times.late == 2
    assert times.summary() == {"count": 100, "p50_ms": 1.0, "p99_ms": 40.0, "max_ms": 40.0, "late": 2}


@pytest.mark.parametrize("engine", ["pygame", "arcade"])
def test_without_the_engine_it_says_what_to_install(monkeypatch, capsys, engine):
    monkeypatch.setattr(command, "find_spec", lambda name: None)
    assert command.main(["--engine", engine]) == 1
    assert f'pip install "pygame_gameservices[{engine},demo]"' in capsys.readouterr().err


def test_real_services_want_a_file_and_a_person(monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)
    engine = ENGINES[0]
    assert command.main(["--engine", engine, "--real", "--playthrough"]) == 2
    monkeypatch.setattr(command, "_screen_of", lambda engine: True)
    assert command.main(["--engine", engine, "--real"]) == 2
    assert "gameservices.toml" in capsys.readouterr().err


def test_importing_the_command_brings_no_engine_and_no_network():
    code = "import sys, demo_game.__main__; print({'pygame', 'arcade', 'requests'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.skipif("pygame" not in ENGINES, reason="asks pygame for a screen")
def test_a_dummy_driver_is_no_screen(monkeypatch):
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    assert not command.has_screen()
