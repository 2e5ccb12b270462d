"""README and the pages under docs: links lead somewhere, examples are Python, and what is told is so."""

from __future__ import annotations

import ast
import configparser
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import pygame_gameservices
import pygame_gameservices.services
from pygame_gameservices.core.config import _NAMES, Config
from pygame_gameservices.errors import GameServicesError
from tests import docs_pictures
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
                assert {alias.name for alias in node.names} <= set(pygame_gameservices._HOME_OF)


def test_the_first_two_commands_are_the_two_that_set_up() -> None:
    first, second = blocks(README, "sh")[:2]
    assert re.fullmatch(r"python3 -m venv \.venv && \S+pip install -e \S+ && \S+python -m demo_game\n", first)
    assert re.fullmatch(r"python3 -m venv \.venv && \S+pip install -e \S+ && \S+python -m pytest\n", second)


def test_a_picture_stands_above_the_commands() -> None:
    assert README.index("![") < README.index("```sh")


def test_readme_is_short_and_says_whether_it_is_published() -> None:
    assert README.count("\n") <= 200
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


def test_each_error_stands_with_what_to_do() -> None:
    page = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
    for module in pkgutil.walk_packages(pygame_gameservices.services.__path__, "pygame_gameservices.services."):
        importlib.import_module(module.name)
    missing = {kind.__name__ for kind in kinds(GameServicesError) if f"`{kind.__name__}`" not in page}
    assert missing == set()


def kinds(base: type[GameServicesError]) -> Iterator[type[GameServicesError]]:
    for kind in base.__subclasses__():
        if kind.__module__.startswith("pygame_gameservices."):
            if not kind.__name__.startswith("_"):
                yield kind
            yield from kinds(kind)


def test_each_public_name_is_in_the_reference_once() -> None:
    pages = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "api").glob("*.md"))
    parts = [part for named in re.findall(r"^\.\. public-names:: (.+)$", pages, re.MULTILINE) for part in named.split()]
    homes = pygame_gameservices._HOMES
    for home in homes:
        assert len([part for part in parts if home == part or home.startswith(f"{part}.")]) == 1, home
    for part in parts:
        assert any(home == part or home.startswith(f"{part}.") for home in homes), part


def test_each_command_stands_on_its_page() -> None:
    group = pytest.importorskip("pygame_gameservices.cli.main")
    page = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    for name in group.COMMANDS:
        (row,) = re.findall(rf"^\| `gameservices {name}` \|.*$", page, re.MULTILINE)
        command = getattr(importlib.import_module(group.COMMANDS[name][0]), name)
        for inner in getattr(command, "commands", {}):
            assert f"`{inner}`" in row


def test_each_page_is_in_the_sites_table() -> None:
    """One that is in no table cannot be found."""
    listed = set(re.findall(r"^[\w./-]+$", (ROOT / "docs" / "index.md").read_text(encoding="utf-8"), re.MULTILINE))
    pages = {path.relative_to(ROOT / "docs").with_suffix("").as_posix() for path in (ROOT / "docs").rglob("*.md")}
    assert pages - listed == {"README", "index"}


@pytest.mark.parametrize("name", sorted(path.name for path in (ROOT / "assets" / "docs").iterdir()))
def test_each_picture_is_shown_and_can_be_painted_anew(name: str) -> None:
    painted = {found for found, *_ in [*docs_pictures.settings(), *docs_pictures.gallery()]}
    assert name.removesuffix(".png") in painted


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
