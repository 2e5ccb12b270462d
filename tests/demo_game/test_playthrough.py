"""The whole story, shortened: told once well, and once against a server that dies."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

import demo_game.__main__ as command
from demo_game.online import TROPHIES
from demo_game.playthrough import Options, Playthrough, Report, playthrough
from demo_game.recorder import MOST_GIF_BYTES, FrameTimes, write_gif


@pytest.fixture(scope="module")
def told(demo_sandbox, tmp_path_factory) -> Report:
    if not demo_sandbox.running:
        demo_sandbox.restart()
    demo_sandbox.reset()
    out = tmp_path_factory.mktemp("told")
    return playthrough(
        Options(out=out, json_file=out / "report.json", sandbox=demo_sandbox, seconds=45.0, calm=1.2, rush=8)
    )


def test_the_server_holds_what_the_game_believes(told, demo_sandbox):
    assert told.agrees, (told.held, told.believed)
    assert told.held["player"] == "ada"
    assert len(told.held["trophies"]) >= 4
    assert TROPHIES["wish"] in told.held["trophies"], "the secret one"
    rows = demo_sandbox.dump("gamejolt_scores")
    assert told.held["best_score"] in [row["sort"] for row in rows]
    assert told.held["rank"] >= 1


def test_it_leaves_pictures_with_toasts_and_a_small_gif(told):
    pngs = [path for path in told.files if path.suffix == ".png"]
    gifs = [path for path in told.files if path.suffix == ".gif"]
    assert len(pngs) >= 6
    assert len([name for name in told.toasts_in if name.startswith("trophy")]) >= 4
    for path in pngs:
        with Image.open(path) as picture:
            assert picture.size == (1280, 720)
    assert len(gifs) == 1
    assert gifs[0].stat().st_size <= MOST_GIF_BYTES
    with Image.open(gifs[0]) as film:
        assert film.n_frames > 20


def test_the_report_for_machines(told):
    report = json.loads(next(Path(told.files[0]).parent.glob("report.json")).read_text())
    assert report["agrees"] is True
    assert report["gamejolt"] == told.held
    assert report["frames"]["count"] == len(told.frames.seconds)
    assert report["frames"]["p50_ms"] < 16


def test_a_report_that_differs_does_not_agree(told):
    for key in told.believed:
        wrong = Report({**told.believed, key: "something else"}, told.held, FrameTimes(), 0.0, 0.0)
        assert not wrong.agrees
    assert not Report(told.believed, {"error": "offline"}, FrameTimes(), 0.0, 0.0).agrees


def test_the_game_plays_on_when_the_server_dies(demo_sandbox):
    def kill(play: Playthrough) -> None:
        if play.game.world.time > 3.0 and play.online.player and demo_sandbox.running and play.online.trophies:
            demo_sandbox.kill()

    try:
        report = playthrough(
            Options(out=None, size=(640, 360), sandbox=demo_sandbox, seconds=12.0, calm=0.2, rush=8, on_frame=kill)
        )
    finally:
        demo_sandbox.restart()
    assert report.believed["best_score"] > 0, "the run was played to its end"
    assert not report.agrees
    assert report.close_seconds <= 2.2
    assert report.frames.percentile(0.5) < 0.016


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


def test_without_pygame_it_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setattr(command, "find_spec", lambda name: None)
    assert command.main([]) == 1
    assert "pip install" in capsys.readouterr().err


def test_a_dummy_driver_is_no_screen(monkeypatch):
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    assert not command.has_screen()
