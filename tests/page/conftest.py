"""One Chromium, one site with a page of a bare game, and one sandbox for all tests of this folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pygame_gameservices.sandbox import Sandbox
from tests.chromium import CHROMIUM
from tests.conftest import NO_MAKER
from tests.page.browser import Game, forget, missing, site


@pytest.fixture(scope="session")
def page_sandbox() -> Iterator[Sandbox]:
    with Sandbox.start(NO_MAKER) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(page_sandbox: Sandbox) -> Sandbox:
    """The sandbox as if just started. Not the one of other tests: a page may still talk to it."""
    page_sandbox.reset()
    return page_sandbox


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the game is."""
    if missing():
        pytest.skip(missing())
    with site(tmp_path_factory.mktemp("site")) as where:
        yield where


@pytest.fixture(scope="package")  # while it is there, no other folder's tests can have one or run an asyncio loop
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A browser with one profile on disk: only there it keeps what it has compiled from page to page."""
    if missing():
        pytest.skip(missing())
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("profile"), executable_path=CHROMIUM, args=["--no-sandbox"]
        )
        yield context
        context.close()


@pytest.fixture
def profile(chromium: Any, address: str) -> Iterator[Any]:
    """A player's profile, as new: what is kept in it is shared by its tabs, and by no other test."""
    forget(chromium, address)
    yield chromium
    forget(chromium, address)


@pytest.fixture
def open_game(profile: Any, address: str) -> Callable[..., Game]:
    """Opens the game in a tab."""
    return lambda *how, **more: Game(profile.new_page(), address, *how, **more)
