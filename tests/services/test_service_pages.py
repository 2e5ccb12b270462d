"""The pages of itch.io and EasyJam: their examples run, against the sandbox in place of the real addresses."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import pygame_gameservices.services as package
from pygame_gameservices import ServiceManager
from pygame_gameservices.sandbox import Sandbox
from pygame_gameservices.services.easyjam.producer import write_document
from pygame_gameservices.services.easyjam.source import read_source
from pygame_gameservices.services.easyjam.validator import validate
from pygame_gameservices.services.itchio.launch import fake_launch
from tests.conftest import run_until


def examples(service: str, language: str) -> list[str]:
    page = (Path(package.__file__).parent / service / "README.md").read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)


def run(code: str, folder: Path, variables: dict[str, str]) -> str:
    """Run an example as a program of its own."""
    import os

    environment = {**os.environ, **variables, "XDG_DATA_HOME": str(folder), "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def pointed(code: str, old: str, new: str) -> str:
    assert code.count(old) == 1
    return code.replace(old, new)


def test_achievements_of_the_tutorial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (Path(package.__file__).parents[2] / "docs" / "tutorial.md").read_text(encoding="utf-8")
    (declared,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    (code,) = re.findall(r"```python\n(from pygame_gameservices import Achievements.*?)```", page, re.DOTALL)
    (tmp_path / "gameservices.toml").write_text(declared, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with Sandbox.start() as sandbox, ServiceManager("asteroids", folder=tmp_path) as services:
        monkeypatch.setenv("GAMEJOLT_BASE_URL", sandbox.gamejolt_url)
        here: dict[str, Any] = {"services": services}
        exec(code, here)
        here["gj"].sign_in("ada", sandbox.player("ada").token)
        run_until(services, lambda: here["achievements"].status("first-light").reached)
        assert [row["trophy_id"] for row in sandbox.dump("gamejolt_achieved")] == [1047]
        assert [row["sort"] for row in sandbox.dump("gamejolt_scores")] == [4]


@pytest.mark.parametrize("launched", [True, False])
def test_itchio_example(launched: bool, sandbox: Sandbox, tmp_path: Path) -> None:
    (code,) = examples("itchio", "python")
    code = pointed(code, "Itchio.launched()", f"Itchio.launched(base_url={sandbox.itchio_url!r})")
    out = run(code, tmp_path, fake_launch(sandbox.itchio_launch_key("ada")) if launched else {})
    assert "The newest version is 1.2.0" in out
    assert ("Welcome, ada!" in out) is launched


def test_easyjam_example(sandbox: Sandbox, tmp_path: Path) -> None:
    (code,) = examples("easyjam", "python")
    code = pointed(code, '"https://jam.example/easyjam"', repr(sandbox.easyjam_url))
    code = pointed(code, "myjam_ada_1f3870be274f6c49b3e31a0c6728957f", sandbox.easyjam_tokens["grace"])
    out = run(code, tmp_path, {})
    assert "grace made Light Harvest 1, Moonlit Courier 1, Night Shift 1" in out


def test_easyjam_file_of_games() -> None:
    text, _ = examples("easyjam", "toml")
    results, info = read_source(text)
    document = write_document(results, info=info)
    assert validate(document) == ()
    ((result),) = results.values()
    assert (result.items[0].name, result.items[0].links["Windows"]) == (
        "Some Fantastic Game",
        "https://jam.example/win.zip",
    )
