"""``gameservices web``: what goes into a page, and what does not. That it runs is seen in `tests.page`."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from pygame_gameservices.cli.web import web


@pytest.fixture
def game(tmp_path: Path) -> Path:
    folder = tmp_path / "star <dust>"
    for name in ("main.py", "art/ship.png", ".git/config", "__pycache__/main.pyc", "build/old.txt", "saves.sqlite3"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("pass")
    return folder


def test_the_game_and_this_package_are_in_it_and_nothing_else(game: Path) -> None:
    done = CliRunner().invoke(web, ["--out", str(game / "site"), str(game / "main.py")])
    assert done.exit_code == 0, done.output
    again = CliRunner().invoke(web, ["--out", str(game / "site"), str(game / "main.py")])
    assert again.exit_code == 0, again.output
    names = zipfile.ZipFile(game / "site" / "game.zip").namelist()
    assert [name for name in names if not name.startswith("pygame_gameservices/")] == ["art/ship.png", "main.py"]
    assert {"pygame_gameservices/core/page/shim.js", "pygame_gameservices/services/gamejolt/client.py"} <= set(names)
    assert not [name for name in names if "/sandbox/" in name or "/cli/" in name or "__pycache__" in name]
    page = (game / "site" / "index.html").read_text(encoding="utf-8")
    assert "<title>star &lt;dust&gt;</title>" in page
    assert '["msgspec", "pillow", "pygame-ce"]' in page
    assert "@" not in page.replace("@@", "")


def test_where_pyodide_is_and_what_is_loaded_can_be_said(game: Path, tmp_path: Path) -> None:
    options = ["--pyodide", "/py/", "--package", "msgspec", "--package", "/numpy</script>.whl", "--title", "T"]
    done = CliRunner().invoke(web, ["--out", str(tmp_path / "site"), *options, str(game / "main.py")])
    assert done.exit_code == 0, done.output
    page = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert 'from "/py/pyodide.mjs"' in page
    assert page.count("</script>") == 1


def test_a_folder_that_cannot_be_written_to_is_named(game: Path) -> None:
    done = CliRunner().invoke(web, ["--out", str(game / "main.py" / "site"), str(game / "main.py")])
    assert done.exit_code == 2
    assert "name another folder" in done.output
