"""A real Chromium for the console. Its tests are skipped only where none is installed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from pygame_gameservices.sandbox import Sandbox
from tests.chromium import CHROMIUM, NO_CHROMIUM

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PANELS = (
    "calls",
    "faults",
    "players",
    "trophies",
    "scores",
    "sessions",
    "items",
    "itchio",
    "forge",
    "easyjam",
    "market",
    "workshop",
)
WAIT_MS = 60_000


def pytest_itemcollected(item: pytest.Item) -> None:
    """A page costs a second of the processor: what needs a browser is left to those who ask for slow tests."""
    if "browser" in getattr(item, "fixturenames", ()):
        item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip(NO_CHROMIUM)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield running
        running.close()


class Watched:
    """A browser context that must see no dialog, no error and no breach of the content security policy."""

    def __init__(self, context: BrowserContext) -> None:
        self.complaints: list[str] = []
        context.set_default_timeout(WAIT_MS)
        context.on("dialog", lambda dialog: (self.complaints.append(f"dialog {dialog.message}"), dialog.dismiss()))
        context.on("weberror", lambda error: self.complaints.append(f"error {error.error}"))
        context.on("console", lambda message: self._heard(message.type, message.text))
        context.on("request", lambda request: self._asked(request.url))

    def _heard(self, kind: str, text: str) -> None:
        expected = "Failed to load resource" in text or "ERR_" in text  # a refused form, and a stream that ended
        if not expected and (kind in ("error", "warning") or "Content Security Policy" in text):
            self.complaints.append(f"console: {text}")

    def _asked(self, url: str) -> None:
        if not url.startswith("http://127.0.0.1:"):
            self.complaints.append(f"asked for {url}")


@pytest.fixture(scope="package")
def watched_context(browser: Browser) -> Iterator[tuple[BrowserContext, Watched, Page]]:
    """One context and page for many tests: a renderer of its own for each would cost a second of CPU."""
    made = browser.new_context(color_scheme="dark")
    yield made, Watched(made), made.new_page()
    made.close()


@pytest.fixture
def context(watched_context: tuple[BrowserContext, Watched, Page], sandbox: Sandbox) -> Iterator[BrowserContext]:
    """A context that is signed in to nothing; whatever it complains of fails the test."""
    shared, watched, page = watched_context
    shared.clear_cookies()
    yield shared
    for another in shared.pages:
        if another is not page:
            another.close()
    page.goto(f"{sandbox.admin_url}/console/static/lamp.svg")  # where nothing is live
    page.evaluate("localStorage.clear()")
    heard, watched.complaints = watched.complaints, []
    assert heard == []


@pytest.fixture
def page(context: BrowserContext, watched_context: tuple[BrowserContext, Watched, Page], sandbox: Sandbox) -> Page:
    """A page of somebody who has followed the printed link, and who has yet to choose what to `show`."""
    assert context.request.get(sandbox.console_link()).ok
    return watched_context[2]


def sign_in(context: BrowserContext, sandbox: Sandbox) -> Page:
    page = context.new_page()
    page.goto(sandbox.console_link())
    page.wait_for_url("**/console/calls")
    return page


def show(page: Page, sandbox: Sandbox, panel: str) -> None:
    page.goto(f"{sandbox.admin_url}/console/{panel}")
