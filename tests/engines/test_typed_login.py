"""A login that is filled in with a real keyboard on a real screen, in layouts of several countries, and in Japanese.

What the player presses goes through the X server, the system's layout or input method, and the engine, as at home.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

ENGINES = [engine for engine in ("pygame", "arcade") if find_spec(engine) is not None]
PATIENCE = 60.0
"""Seconds after which a key that did nothing counts as lost."""
SHIFT, ALTGR, CONTROL = "50", "108", "37"
TAB, RETURN, BACKSPACE, ESCAPE, SPACE = "23", "36", "22", "9", "65"
A, Q, E, L, C, X, Z, Y, S, D = "38", "24", "26", "46", "54", "53", "52", "29", "39", "40"

DEAD_CIRCUMFLEX = "34"
LAYOUTS: dict[str, tuple[list[str], str]] = {
    "pl": (
        [A, f"{ALTGR}+{A}", f"{ALTGR}+{L}", f"{ALTGR}+{C}", f"{ALTGR}+{X}", f"{ALTGR}+{Z}", f"{SHIFT}+11"],
        "aąłćźż@",
    ),
    "de": ([Y, Z, "34", "47", "48", "20", f"{ALTGR}+{Q}", f"{ALTGR}+{E}", f"{SHIFT}+{Q}"], "zyüöäß@€Q"),
    "fr": ([Q, A, "11", "18", f"{ALTGR}+19", f"{SHIFT}+10", DEAD_CIRCUMFLEX, E], "aqéç@1ê"),
}
"""By country: the keys by their places on the keyboard, and what stands on them there."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        any(shutil.which(tool) is None for tool in ("Xvfb", "xdotool", "setxkbmap")),
        reason="needs xvfb, xdotool and x11-xkb-utils",
    ),
]


class Game:
    """The game in a process of its own, on a screen of its own."""

    def __init__(self, engine: str, environment: dict[str, str]) -> None:
        self._environment = environment
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.engines.typed_login", engine],
            env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        self.now: dict[str, Any] = {}
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()
        self.until(lambda now: now != {})
        self._tool("windowfocus", self._window())
        end = time.monotonic() + PATIENCE
        while not self.now["username"]:  # no window manager says when the game has the focus
            assert time.monotonic() < end, "no key reaches the game"
            self.press(A)
            time.sleep(0.2)
        time.sleep(0.5)
        self.press(f"{CONTROL}+{A}", BACKSPACE)
        self.until(lambda now: now["username"] == "")

    def press(self, *keys: str) -> None:
        """Press keys by their numbers, those with others held as ``50+38``."""
        for key in keys:
            *held, last = key.split("+")
            self._tool(
                *(word for each in held for word in ("keydown", each)), "key", last,
                *(word for each in reversed(held) for word in ("keyup", each)),
            )  # fmt: skip

    def until(self, holds: Callable[[dict[str, Any]], bool]) -> None:
        """Wait for the login to be in a certain state."""
        end = time.monotonic() + PATIENCE
        while not holds(self.now):
            assert self._process.poll() is None, "the game ended"
            assert time.monotonic() < end, f"it stayed at {self.now}"
            time.sleep(0.02)

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(PATIENCE)
        finally:
            self._process.kill()

    def _window(self) -> str:
        """The number of the game's window; engines name it in different ways."""
        search = ["xdotool", "search", "--any", "--pid", str(self._process.pid), "--name", "typed login"]
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            found = subprocess.run(search, env=self._environment, capture_output=True, text=True, timeout=PATIENCE)
            if found.stdout.split():
                return found.stdout.split()[-1]
            time.sleep(0.1)
        pytest.fail("the game has no window")

    def _tool(self, *words: str) -> None:
        subprocess.run(["xdotool", *words], env=self._environment, check=True, timeout=PATIENCE)

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("{"):
                self.now = json.loads(line)


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A screen and a keyboard without wires; its environment."""
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "800x600x24", "-noreset"]
    server = subprocess.Popen(command, pass_fds=[writer], stderr=subprocess.DEVNULL)
    os.close(writer)
    with os.fdopen(reader) as told:
        number = told.readline().strip()
    hidden = ("SDL_VIDEODRIVER", "ARCADE_HEADLESS", "SDL_IM_MODULE", "WAYLAND_DISPLAY")
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    yield {
        **kept,
        "DISPLAY": f":{number}",
        "SDL_AUDIODRIVER": "dummy",
        "LC_ALL": "C.UTF-8",
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path / ".config"),
        "XDG_DATA_HOME": str(tmp_path / ".local/share"),
        "XDG_RUNTIME_DIR": str(tmp_path),
        "LIBGL_ALWAYS_SOFTWARE": "1",
    }
    server.terminate()
    server.wait(PATIENCE)


@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_typed_in_each_layout_is_received(engine: str, screen: dict[str, str]) -> None:
    game = Game(engine, screen)
    try:
        for layout, (keys, text) in LAYOUTS.items():
            if engine == "arcade" and DEAD_CIRCUMFLEX in keys and layout == "fr":
                keys, text = keys[:-2], text[:-1]  # pyglet asks X for no composed letters in every locale
            subprocess.run(["setxkbmap", "-layout", layout], env=screen, check=True, timeout=PATIENCE)
            game.press(*keys)
            game.until(lambda now, text=text: now["username"] == text)  # type: ignore[misc]
            game.press(TAB, *keys, TAB)
            game.until(lambda now, text=text: now["token"] == text and now["focus"] not in ("username", "token"))  # type: ignore[misc]
            game.press(f"{SHIFT}+{TAB}", BACKSPACE)
            game.until(lambda now, text=text: now["token"] == text[:-1])  # type: ignore[misc]
            game.press(f"{CONTROL}+{A if layout != 'fr' else Q}", BACKSPACE, f"{SHIFT}+{TAB}")
            game.until(lambda now: now["token"] == "" and now["focus"] == "username")
            game.press(f"{CONTROL}+{A if layout != 'fr' else Q}", BACKSPACE)
            game.until(lambda now: now["username"] == "")
        subprocess.run(["setxkbmap", "-layout", "us"], env=screen, check=True, timeout=PATIENCE)
        game.press(A, D, A, RETURN, S, X, RETURN)
        game.until(lambda now: now["asked"] != [])
        assert game.now["asked"] == [["ada", "sx", False]]
    finally:
        game.close()


@pytest.fixture
def japanese(screen: dict[str, str], tmp_path: Path) -> Iterator[dict[str, str]]:
    """The same screen with an input method that composes Japanese."""
    for tool in ("fcitx5", "dbus-daemon", "dbus-send"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed")
    if not Path("/usr/share/fcitx5/inputmethod/anthy.conf").exists():
        pytest.skip("fcitx5-anthy is not installed")
    settings = tmp_path / ".config/fcitx5"
    settings.mkdir(parents=True)
    (settings / "profile").write_text(
        "[Groups/0]\nName=Default\nDefault Layout=us\nDefaultIM=anthy\n[Groups/0/Items/0]\nName=keyboard-us\nLayout=\n"
        "[Groups/0/Items/1]\nName=anthy\nLayout=\n[GroupOrder]\n0=Default\n"
    )
    with ExitStack() as running:
        command = ["dbus-daemon", "--session", "--nofork", "--print-address=1"]
        bus = subprocess.Popen(command, env=screen, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        running.callback(bus.wait, PATIENCE)
        running.callback(bus.terminate)
        assert bus.stdout is not None
        environment = {**screen, "DBUS_SESSION_BUS_ADDRESS": bus.stdout.readline().strip(), "XMODIFIERS": "@im=fcitx"}
        method = subprocess.Popen(["fcitx5"], env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        running.callback(method.wait, PATIENCE)
        running.callback(method.terminate)
        ask = ["dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.DBus", "/",
               "org.freedesktop.DBus.GetNameOwner", "string:org.freedesktop.portal.Fcitx"]  # fmt: skip
        end = time.monotonic() + PATIENCE
        while subprocess.run(ask, env=environment, capture_output=True, timeout=PATIENCE).returncode:
            assert time.monotonic() < end, "fcitx5 does not start"
            time.sleep(0.2)
        yield environment


def _switch_on(environment: dict[str, str]) -> None:
    """Switch the input method on, which it is only once it has heard of the window that has the focus."""
    end = time.monotonic() + PATIENCE
    said = ""
    while said != "2":
        assert time.monotonic() < end, "fcitx5 knows of no window"
        subprocess.run(["fcitx5-remote", "-o"], env=environment, check=True, timeout=PATIENCE)
        asked = subprocess.run(["fcitx5-remote"], env=environment, capture_output=True, text=True, timeout=PATIENCE)
        said = asked.stdout.strip()
        time.sleep(0.1)


@pytest.mark.skipif("pygame" not in ENGINES, reason="pyglet asks no input method on X11")
def test_japanese_is_composed_in_the_field(japanese: dict[str, str]) -> None:
    """Each key, Return and Backspace too, is the input method's own until the word is done."""
    game = Game("pygame", japanese)
    try:
        _switch_on(japanese)
        game.press("57", "31", "43", "32", "57", "57")  # n i h o n n
        game.until(lambda now: now["composition"] == "にほん")
        assert game.now["username"] == ""
        game.press(BACKSPACE)
        game.until(lambda now: now["composition"] == "にほ")
        game.press("57", "57", SPACE)
        game.until(lambda now: now["composition"] == "日本")
        assert (game.now["username"], game.now["focus"]) == ("", "username")
        game.press(RETURN)
        game.until(lambda now: now["username"] == "日本" and now["composition"] == "")
        assert (game.now["focus"], game.now["asked"], game.now["closed"]) == ("username", [], False)
        game.press(BACKSPACE)
        game.until(lambda now: now["username"] == "日")
    finally:
        game.close()
