"""Hands for each engine: they press keys, buttons and the mouse by the engine's own events, and look at the screen."""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import pairwise
from math import isfinite
from typing import Any

import pytest
from PIL import Image

from pygame_gameservices.widgets.dialog import Dialog
from tests.widgets.samples import HandServices

os.environ.setdefault("ARCADE_HEADLESS", "True")  # read by Arcade when it is first imported, and by nothing else

FRAME = 1 / 30
SIZE = (640, 360)
GROUND = (70, 110, 160)


class Driver:
    """What the journeys need of an engine."""

    services: HandServices
    overlay: Any

    @property
    def top(self) -> Dialog:
        """The dialog that has the input."""
        *_, top = self.overlay.overlay._widgets
        assert isinstance(top, Dialog)
        return top

    @property
    def open(self) -> int:
        """How many widgets are shown."""
        return len(self.overlay.overlay._widgets)

    def run(self, seconds: float = 0.3) -> None:
        for _ in range(round(seconds / FRAME)):
            self.frame()

    def click_on(self, name: str) -> None:
        """Click the middle of a control of the top dialog."""
        control = self.top.layout.control(name)
        assert control is not None, f"{name} is not among {[each.name for each in self.top.layout.controls]}"
        left, top = self.top.origin
        self.click(left + control.box.x + control.box.width // 2, top + control.box.y + control.box.height // 2)

    def go_to(self, name: str) -> None:
        """Move the focus to a control with the cross of the pad, as a player does: by looking where it is."""
        for _ in range(60):
            here, there = self.top.layout.control(self.top.focus), self.top.layout.control(name)
            assert here is not None
            assert there is not None
            if here.name == name:
                return
            across, down = there.box.x - here.box.x, there.box.y - here.box.y
            before = self.top.focus
            self.pad("down" if down > 0 else "up" if down < 0 else "right" if across > 0 else "left")
            if self.top.focus == before or (down == 0 and across == 0):
                self.pad("right" if across > 0 else "left")
        pytest.fail(f"the focus does not get to {name}; it is on {self.top.focus}")

    def frame(self) -> None:
        raise NotImplementedError

    def key(self, name: str, *, shift: bool = False, ctrl: bool = False) -> bool:
        raise NotImplementedError

    def type(self, text: str) -> None:
        raise NotImplementedError

    def altgr(self, letter: str, text: str) -> None:
        """Hold AltGr, press the key of `letter`, and let the system make `text` of it."""
        raise NotImplementedError

    def compose(self, text: str) -> None:
        """Let an input method say what it is working on."""
        raise NotImplementedError

    def commit(self, text: str) -> None:
        """Let it say that it is done."""
        raise NotImplementedError

    def press_letter(self, letter: str, handle: Callable[[], Any]) -> Any:
        """Press a letter that the game handles: its text comes afterwards, and once more since the key is held."""
        raise NotImplementedError

    def pad(self, name: str) -> bool:
        raise NotImplementedError

    def click(self, x: float, y: float) -> bool:
        raise NotImplementedError

    def drag(self, x: float, *heights: float) -> None:
        """Press the mouse at the first height, move it to the next one in each frame, and let go there."""
        raise NotImplementedError

    def wheel(self, steps: float, across: float = 0) -> bool:
        raise NotImplementedError

    def screen_now(self) -> Image.Image:
        """The screen as the last frame left it: the overlay over a plain ground."""
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError


class PygameDriver(Driver):
    """pygame 2 or pygame-ce, whichever is installed, without a screen."""

    PADS = {"a": 0, "b": 1, "y": 3, "lb": 9, "rb": 10, "up": 11, "down": 12, "left": 13, "right": 14}

    def __init__(self) -> None:
        os.environ["SDL_VIDEODRIVER"] = os.environ["SDL_AUDIODRIVER"] = "dummy"
        self.pygame: Any = pytest.importorskip("pygame")
        self.pygame.init()
        self.screen = self.pygame.display.set_mode(SIZE)
        from pygame_gameservices.engines.pygame_overlay import PygameOverlay

        self.services = HandServices()
        self.overlay = PygameOverlay(self.services)

    def frame(self) -> None:
        """One frame of a game: whatever was posted goes through pygame's own queue."""
        for event in self.pygame.event.get():
            self.overlay.process_event(event)
        self.overlay.update(FRAME)
        self.screen.fill(GROUND)
        self.overlay.draw(self.screen)

    def say(self, kind: str, **what: Any) -> bool:
        event = self.pygame.event.Event(getattr(self.pygame, kind), **what)
        taken = bool(self.overlay.process_event(event))
        self.frame()
        return taken

    def key(self, name: str, *, shift: bool = False, ctrl: bool = False) -> bool:
        pygame = self.pygame
        code = getattr(pygame, f"K_{name}")
        mod = (pygame.KMOD_LSHIFT if shift else 0) | (pygame.KMOD_LCTRL if ctrl else 0)
        taken = self.say("KEYDOWN", key=code, mod=mod, unicode="", scancode=0)
        self.say("KEYUP", key=code, mod=mod, unicode="", scancode=0)
        return taken

    def type(self, text: str) -> None:
        """As SDL tells it: each key is pressed, and then its text arrives, within the same frame."""
        make = self.pygame.event.Event
        for letter in text:
            code = ord(letter.lower())
            down = make(self.pygame.KEYDOWN, key=code, mod=0, unicode=letter, scancode=0)
            assert self.overlay.process_event(down)
            assert self.overlay.process_event(make(self.pygame.TEXTINPUT, text=letter))
            self.overlay.process_event(make(self.pygame.KEYUP, key=code, mod=0, unicode=letter, scancode=0))
            self.frame()

    def altgr(self, letter: str, text: str) -> None:
        """As Windows tells it, which makes Control and Alt of AltGr, and as the others do."""
        pygame = self.pygame
        for mod in (pygame.KMOD_LCTRL | pygame.KMOD_RALT, pygame.KMOD_RALT, pygame.KMOD_MODE):
            key = {"key": ord(letter), "mod": mod, "unicode": text, "scancode": 0}
            self.overlay.process_event(pygame.event.Event(pygame.KEYDOWN, **key))
            if text:
                self.overlay.process_event(pygame.event.Event(pygame.TEXTINPUT, text=text))
            self.say("KEYUP", **key)

    def compose(self, text: str) -> None:
        self.say("TEXTEDITING", text=text, start=len(text), length=0)

    def commit(self, text: str) -> None:
        self.compose("")
        self.say("TEXTINPUT", text=text)

    def press_letter(self, letter: str, handle: Callable[[], Any]) -> Any:
        key = {"key": ord(letter), "mod": 0, "unicode": letter, "scancode": 0}
        make = self.pygame.event.Event
        assert not self.overlay.process_event(make(self.pygame.KEYDOWN, **key))
        done = handle()
        for _ in range(2):
            self.overlay.process_event(make(self.pygame.TEXTINPUT, text=letter))
            self.run()
        self.overlay.process_event(make(self.pygame.KEYUP, **key))
        return done

    def pad(self, name: str) -> bool:
        taken = self.say("CONTROLLERBUTTONDOWN", instance_id=1, button=self.PADS[name])
        self.say("CONTROLLERBUTTONUP", instance_id=1, button=self.PADS[name])
        return taken

    def click(self, x: float, y: float) -> bool:
        self.say("MOUSEMOTION", pos=(x, y), rel=(0, 0), buttons=(0, 0, 0))
        taken = self.say("MOUSEBUTTONDOWN", pos=(x, y), button=1, touch=False)
        self.say("MOUSEBUTTONUP", pos=(x, y), button=1, touch=False)
        return taken

    def drag(self, x: float, *heights: float) -> None:
        self.say("MOUSEMOTION", pos=(x, heights[0]), rel=(0, 0), buttons=(0, 0, 0))
        self.say("MOUSEBUTTONDOWN", pos=(x, heights[0]), button=1, touch=False)
        for before, y in pairwise(heights):
            self.say("MOUSEMOTION", pos=(x, y), rel=(0, y - before), buttons=(1, 0, 0))
        self.say("MOUSEBUTTONUP", pos=(x, heights[-1]), button=1, touch=False)

    def wheel(self, steps: float, across: float = 0) -> bool:
        fine = {"precise_x": float(across), "precise_y": float(steps)}
        return self.say("MOUSEWHEEL", x=int(across), y=int(steps) if isfinite(steps) else 0, flipped=False, **fine)

    def screen_now(self) -> Image.Image:
        return Image.frombytes("RGB", SIZE, self.pygame.image.tobytes(self.screen, "RGB"))

    def close(self) -> None:
        self.pygame.quit()


class ArcadeDriver(Driver):
    """Arcade without a screen."""

    KEYS = {"RETURN": "ENTER", "PAGEDOWN": "PAGEDOWN"}
    PADS = {"lb": "leftshoulder", "rb": "rightshoulder"}
    CROSS = {"up": (0, 1), "down": (0, -1), "left": (-1, 0), "right": (1, 0)}
    MOTIONS = {
        "BACKSPACE": "MOTION_BACKSPACE",
        "DELETE": "MOTION_DELETE",
        "LEFT": "MOTION_LEFT",
        "RIGHT": "MOTION_RIGHT",
        "HOME": "MOTION_BEGINNING_OF_LINE",
        "END": "MOTION_END_OF_LINE",
    }
    window: Any = None

    def __init__(self) -> None:
        self.arcade: Any = pytest.importorskip("arcade")
        if ArcadeDriver.window is None:  # one for all tests: headless Arcade cannot open a second one reliably
            ArcadeDriver.window = self.arcade.Window(*SIZE, "test")
        from pygame_gameservices.engines.arcade_overlay import ArcadeOverlay

        self.services = HandServices()
        self.overlay = ArcadeOverlay(self.services, window=self.window)
        self.overlay.enable()
        self.left: list[tuple[str, Any]] = []
        self.controller = Controller()
        self.overlay.listen(self.controller)

    def say(self, name: str, *what: Any) -> bool:
        """Dispatch through pyglet's own stack of handlers, below the window's queue; returns whether it was taken."""
        from pyglet.event import EventDispatcher

        return bool(EventDispatcher.dispatch_event(self.window, name, *what))

    def frame(self) -> None:
        self.say("on_update", FRAME)
        self.window.clear(color=(*GROUND, 255))
        self.overlay.draw()

    def key(self, name: str, *, shift: bool = False, ctrl: bool = False) -> bool:
        keys = self.arcade.key
        code = getattr(keys, self.KEYS.get(name, name).upper())
        mod = (keys.MOD_SHIFT if shift else 0) | (keys.MOD_CTRL if ctrl else 0)
        taken = self.say("on_key_press", code, mod)
        if name in self.MOTIONS:
            motion = getattr(keys, self.MOTIONS[name])
            self.say("on_text_motion_select" if shift else "on_text_motion", motion)
        elif name == "RETURN":
            self.say("on_text", "\r")
        self.frame()
        self.say("on_key_release", code, mod)
        return taken

    def type(self, text: str) -> None:
        for letter in text:
            assert self.say("on_key_press", ord(letter.lower()), 0)
            assert self.say("on_text", letter)
            self.say("on_key_release", ord(letter.lower()), 0)
            self.frame()

    def altgr(self, letter: str, text: str) -> None:
        """As pyglet tells it on Windows, on X11 and on macOS."""
        keys = self.arcade.key
        for mod in (keys.MOD_CTRL | keys.MOD_ALT, keys.MOD_SCROLLLOCK, keys.MOD_OPTION):
            self.say("on_key_press", ord(letter), mod)
            if text:
                self.say("on_text", text)
            self.say("on_key_release", ord(letter), mod)
            self.frame()

    def compose(self, text: str) -> None:
        """pyglet has no event for it; a game that knows more can say it."""
        self.overlay.overlay.text(text, composing=True)

    def commit(self, text: str) -> None:
        self.say("on_text", text)
        self.frame()

    def press_letter(self, letter: str, handle: Callable[[], Any]) -> Any:
        assert not self.say("on_key_press", ord(letter), 0)
        done = handle()
        for _ in range(2):
            self.say("on_text", letter)
            self.run()
        self.say("on_key_release", ord(letter), 0)
        return done

    def pad(self, name: str) -> bool:
        if name in self.CROSS:
            taken = bool(self.controller.dispatch_event("on_dpad_motion", self.controller, self.CROSS[name]))
            self.controller.dispatch_event("on_dpad_motion", self.controller, (0, 0))
        else:
            button = self.PADS.get(name, name)
            taken = bool(self.controller.dispatch_event("on_button_press", self.controller, button))
            self.controller.dispatch_event("on_button_release", self.controller, button)
        self.frame()
        return taken

    def click(self, x: float, y: float) -> bool:
        self.say("on_mouse_motion", x, SIZE[1] - y, 0, 0)
        taken = self.say("on_mouse_press", x, SIZE[1] - y, 1, 0)
        self.say("on_mouse_release", x, SIZE[1] - y, 1, 0)
        self.frame()
        return taken

    def drag(self, x: float, *heights: float) -> None:
        self.say("on_mouse_motion", x, SIZE[1] - heights[0], 0, 0)
        self.say("on_mouse_press", x, SIZE[1] - heights[0], 1, 0)
        for before, y in pairwise(heights):
            self.say("on_mouse_drag", x, SIZE[1] - y, 0, before - y, 1, 0)
            self.frame()
        self.say("on_mouse_release", x, SIZE[1] - heights[-1], 1, 0)

    def wheel(self, steps: float, across: float = 0) -> bool:
        return self.say("on_mouse_scroll", SIZE[0] // 2, SIZE[1] // 2, across, steps)

    def screen_now(self) -> Image.Image:
        return self.arcade.get_image(0, 0, *SIZE).convert("RGB")  # type: ignore[no-any-return]

    def close(self) -> None:
        self.overlay.disable()


def Controller() -> Any:  # noqa: N802
    """A pad as pyglet has it, without the device behind it."""
    from pyglet.event import EventDispatcher

    class Pad(EventDispatcher):  # type: ignore[misc]
        pass

    for name in ("on_button_press", "on_button_release", "on_dpad_motion", "on_stick_motion"):
        Pad.register_event_type(name)
    return Pad()
