"""The house rules, held: imports point down, and the public names are what they say."""

from __future__ import annotations

import ast
import enum
import importlib
import inspect
from functools import cache
from pathlib import Path
from types import NoneType
from typing import get_args, get_type_hints

import msgspec
import pytest
from hypothesis import settings

import pygame_gameservices
from pygame_gameservices.core.calls.operation import Operation
from pygame_gameservices.core.storage.credentials import Secret

PACKAGE = Path(pygame_gameservices.__file__).parent
FLOORS = ["errors", "core", "services", "widgets", "engines", "testing", "relay", "cli"]
"""From the ground up: each room may import from itself and from below."""
CORE = [
    ["storage", "turns", "forking"],
    ["calls", "events"],  # a call, and the events of its life
    ["config", "http"],
    ["page"],
    ["scheduling"],
    ["outbox"],
    ["runners"],
    ["pictures"],
    ["manager"],
]
"""The same inside core: rooms of one floor may use each other."""


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


@cache
def imported(path: Path) -> frozenset[str]:
    """The modules of this package that a file imports anywhere, with what it may import from them, by dotted names
    without the package's own."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} imports relatively"
            if node.module == "pygame_gameservices":
                found.update(alias.name for alias in node.names)
            elif (node.module or "").startswith("pygame_gameservices."):
                base = (node.module or "").partition(".")[2]
                found.add(base)
                found.update(f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            found.update(a.name.partition(".")[2] for a in node.names if a.name.startswith("pygame_gameservices."))
    return frozenset(found)


def room(dotted: str) -> str:
    return dotted.split(".")[0]


def above(here: str, target: str) -> bool:
    """Whether a file in the room `here` must not import from the room `target`."""
    if here == "sandbox":
        return target not in ("sandbox", "errors")
    if target == "sandbox":
        return here not in ("cli", "testing")
    return target in FLOORS and FLOORS.index(target) > FLOORS.index(here)


def test_imports_point_down() -> None:
    wrong = []
    for path in modules():
        here = room(".".join(path.relative_to(PACKAGE).with_suffix("").parts))
        if here not in ("__init__", "__main__", "_pyinstaller"):
            wrong += [f"{path} imports {target}" for target in imported(path) if above(here, room(target))]
    assert wrong == []


def test_arrows_between_rooms_of_core_point_down() -> None:
    wrong = []
    for path in (PACKAGE / "core").rglob("*.py"):
        here = path.relative_to(PACKAGE / "core").with_suffix("").parts[0]
        for target in imported(path):
            if target.startswith("core.") and here != "__init__" and floor(target.split(".")[1]) > floor(here):
                wrong.append(f"core.{here} imports {target}")
    assert wrong == []


def floor(of_core: str) -> int:
    (found,) = [number for number, rooms in enumerate(CORE) if of_core in rooms]
    return found


def test_no_module_needs_itself_around_a_corner() -> None:
    """No circles, with what is imported inside functions or for type checkers alone."""
    names = {".".join(p.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__"): p for p in modules()}
    edges = {name: set(imported(path)) & names.keys() for name, path in names.items() if name != "__init__"}
    done: set[str] = set()

    def walk(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " -> ".join((*trail[trail.index(name) :], name))
        if name not in done:
            for target in edges[name]:
                walk(target, (*trail, name))
            done.add(name)

    for name in edges:
        walk(name, ())


def test_every_public_name_can_be_had_and_is_documented() -> None:
    undocumented = []
    for name in pygame_gameservices.__all__:
        try:
            value = getattr(pygame_gameservices, name)
        except ImportError as error:
            assert "pip install" in str(error), f"{name}: {error}"  # an engine that is not installed says what to do
            continue
        if inspect.isclass(value) or inspect.isfunction(value):
            if not inspect.getdoc(value):
                undocumented.append(name)
            if inspect.isclass(value) and value.__module__.startswith("pygame_gameservices"):
                members = inspect.getmembers(value, lambda m: inspect.isfunction(m) or isinstance(m, property))
                undocumented += [f"{name}.{m}" for m, v in members if not m.startswith("_") and not inspect.getdoc(v)]
    assert undocumented == []
    assert sorted(pygame_gameservices.__all__) == list(pygame_gameservices.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'GameJolltt'"):
        _ = pygame_gameservices.GameJolltt  # type: ignore[attr-defined]


def test_the_type_checkers_view_names_the_same() -> None:
    tree = ast.parse(Path(pygame_gameservices.__file__).read_text(encoding="utf-8"))
    checked = next(n for n in tree.body if isinstance(n, ast.If) and "TYPE_CHECKING" in ast.dump(n.test))
    seen = {alias.asname: n.module for n in checked.body if isinstance(n, ast.ImportFrom) for alias in n.names}
    homes = {name: f"pygame_gameservices.{home}" for name, home in pygame_gameservices._HOME_OF.items()}
    assert seen == homes


def test_no_property_has_to_be_shown_within_a_time() -> None:
    """A machine that is busy takes longer, and nothing is wrong with what it tests."""
    assert settings.default is not None
    assert settings.default.deadline is None


IO = {"threading", "queue", "time", "random", "sqlite3", "requests", "pathlib", "socket", "os", "asyncio", "logging"}


@pytest.mark.parametrize("path", sorted((PACKAGE / "core" / "scheduling").glob("*.py")), ids=lambda path: path.name)
def test_the_scheduler_does_no_io(path: Path) -> None:
    tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    names = {alias.name.partition(".")[0] for node in tree if isinstance(node, ast.Import) for alias in node.names}
    tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    names |= {(node.module or "").partition(".")[0] for node in tree if isinstance(node, ast.ImportFrom)}
    assert not names & IO


STARTS_THREADS = {"Thread", "ThreadPoolExecutor", "ProcessPoolExecutor", "ThreadingHTTPServer", "start_new_thread"}
THE_GAME_S_OWN = {"setswitchinterval", "setrecursionlimit", "putenv"}
BESIDE_A_GAME = [path for path in modules() if path.relative_to(PACKAGE).parts[0] not in ("sandbox", "relay", "cli")]


@cache
def named_in(path: Path) -> frozenset[str]:
    names = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    named = {node.attr for node in names if isinstance(node, ast.Attribute)}
    named |= {node.id for node in names if isinstance(node, ast.Name)}
    return frozenset(named | {alias.name for node in names if isinstance(node, ast.ImportFrom) for alias in node.names})


def test_only_the_runner_of_threads_starts_any() -> None:
    found = [path.relative_to(PACKAGE).as_posix() for path in BESIDE_A_GAME if named_in(path) & STARTS_THREADS]
    assert found == ["core/runners/threads.py"]


def test_how_the_game_s_interpreter_works_is_left_alone() -> None:
    found = {path.relative_to(PACKAGE).as_posix(): named_in(path) & THE_GAME_S_OWN for path in BESIDE_A_GAME}
    assert not any(found.values()), {path: names for path, names in found.items() if names}


def _structs() -> list[type[msgspec.Struct]]:
    for path in PACKAGE.rglob("*.py"):
        if "msgspec.Struct" in path.read_text("utf-8"):
            importlib.import_module(".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts))
    found = [msgspec.Struct]
    for one in found:
        found += one.__subclasses__()
    return [one for one in found if one.__module__.startswith("pygame_gameservices.")]


def _is_plain(kind: object) -> bool:
    """Whether it leads to nothing else, so that no circle can pass it."""
    if isinstance(kind, type) and not get_args(kind):
        return issubclass(kind, (str, int, float, bool, enum.Enum, NoneType, Secret))
    return all(map(_is_plain, get_args(kind)))


def test_what_the_collector_does_not_look_into_leads_to_nothing() -> None:
    """A circle that passes such an object is never collected, and holds all that hangs on it for ever."""
    unseen = [one for one in _structs() if not one.__struct_config__.gc]
    assert Operation in unseen
    kinds = [(one, name, kind) for one in unseen for name, kind in get_type_hints(one).items()]
    assert [(one.__name__, name) for one, name, kind in kinds if not _is_plain(kind)] == []
