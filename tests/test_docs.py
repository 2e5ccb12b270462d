"""README and the pages under docs: links lead somewhere, examples are Python, and what is told is so."""

from __future__ import annotations

import ast
import configparser
import re
from pathlib import Path

import pytest

import pygame_gameservices
from pygame_gameservices.core.config import _NAMES, Config
from tests.benchmarks.markdown import SUMMARY, TABLE, keep

ROOT = Path(pygame_gameservices.__file__).parents[1]
PAGES = sorted(
    [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md"), *ROOT.glob("pygame_*/**/*.md")]
)
README = (ROOT / "README.md").read_text(encoding="utf-8")


def anchors(page: str) -> set[str]:
    """What can be linked to within a page: its headings, as GitHub writes them."""
    heads = re.findall(r"^#+ (.+)$", page, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.casefold()).replace(" ", "-") for head in heads}


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\b[^\n]*\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(path: Path) -> None:
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith(("http://", "https://")):
            continue
        file, _, anchor = target.partition("#")
        there = (path.parent / file).resolve() if file else path
        assert there.exists(), target
        if anchor and there.suffix == ".md":
            assert anchor in anchors(there.read_text(encoding="utf-8")), target


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_examples_are_python_and_import_what_there_is(path: Path) -> None:
    for code in blocks(path.read_text(encoding="utf-8"), "python"):
        if code.startswith("case "):  # a part of a match
            code = "match None:\n" + "".join(f"    {line}\n" for line in code.splitlines())
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, ast.ImportFrom) and node.module == "pygame_gameservices":
                assert {alias.name for alias in node.names} <= set(pygame_gameservices.__all__)


def test_the_first_two_commands_are_the_two_that_set_up() -> None:
    first, second = blocks(README, "sh")[:2]
    assert re.fullmatch(r"python3 -m venv \.venv && \S+pip install -e \S+ && \S+python -m demo_game\n", first)
    assert re.fullmatch(r"python3 -m venv \.venv && \S+pip install -e \S+ && \S+python -m pytest\n", second)


def test_a_picture_stands_above_the_commands() -> None:
    assert README.index("![") < README.index("```sh")


def test_readme_is_short_and_says_whether_it_is_published() -> None:
    assert README.count("\n") < 260
    assert "not on PyPI" in README


def test_readme_names_every_library_that_is_installed_with_it() -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    needed = f"{setup['options']['install_requires']}\n{setup['options.extras_require']['relay']}"
    for line in filter(None, needed.splitlines()):
        library = re.match(r"[\w-]+", line)
        assert library is not None
        assert re.search(rf"^\|[^|]*\b{library[0]}\b", README, re.MULTILINE | re.IGNORECASE), library[0]


def test_the_page_of_settings_names_every_key_and_its_variable() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    config = Config.load(ROOT / "demo_game" / "gameservices.toml", environment={})
    of_the_sandbox = {"name", "tables", "trophies", "developer", "client_id", "games", "tokens", "trader"}
    for table in ("gamejolt", "itchio", "easyjam", "forge", "trading"):
        (row,) = re.findall(rf"^\| `\[{table}\]` \|.*$", page, re.MULTILINE)
        for key in set(_NAMES[table]) - of_the_sandbox:
            assert f"`{key}`" in row
            assert f"`{config.section(table).variable(key)}`" in row


@pytest.mark.parametrize(("name", "mark"), [("docs/benchmarks.md", TABLE), ("README.md", SUMMARY)])
def test_figures_can_be_written_anew_into_a_page(name: str, mark: str, tmp_path: Path) -> None:
    page, copy = (ROOT / name).read_text(encoding="utf-8"), tmp_path / "page.md"
    copy.write_text(page, encoding="utf-8")
    keep(copy, "new figures\n", mark)
    text = copy.read_text(encoding="utf-8")
    assert "new figures" in text
    assert text.splitlines()[0] == page.splitlines()[0]
    assert text.splitlines()[-1] == page.splitlines()[-1]
    assert len(text) < len(page)


def test_the_changelog_goes_by_version() -> None:
    heads = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert heads[-1].startswith("0.1.0 (")
    assert all(re.fullmatch(r"Unreleased|\d+\.\d+\.\d+ \((\d{4}-\d\d-\d\d|in preparation)\)", head) for head in heads)
