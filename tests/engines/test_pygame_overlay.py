"""The overlay in a real pygame, pygame 2 or pygame-ce, whichever is installed."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from pygame_gameservices.engines.pygame_overlay import PygameOverlay
from pygame_gameservices.errors import UsageError
from pygame_gameservices.widgets.input import Action, Pointer, Press
from pygame_gameservices.widgets.theme import DARK, Sounds
from pygame_gameservices.widgets.toasts.toasts import ToastClicked
from pygame_gameservices.widgets.widget import Widget
from tests.widgets.samples import HandServices, unlocked

FRAME = 1 / 30


class Recorder(Widget):
    """A modal widget that writes down what it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[object] = []

    def action(self, action: Action) -> bool:
        self.told.append(action)
        return True

    def pointer(self, pointer: Pointer) -> bool:
        self.told.append(pointer)
        return True

    def text(self, text: str, composing: bool = False) -> bool:
        self.told.append((text, composing))
        return True


@pytest.fixture
def overlay(pygame: Any) -> PygameOverlay:
    return PygameOverlay(HandServices())


def play(overlay: PygameOverlay, seconds: float) -> list[Any]:
    """Frames of a game: each is drawn, which is what toasts age by."""
    happened: list[Any] = []
    for _ in range(round(seconds / FRAME)):
        happened += overlay.update(FRAME)
        overlay.overlay.pictures()
    return happened


def some_of_everything(pygame: Any) -> list[Any]:
    make = pygame.event.Event
    return [
        make(pygame.KEYDOWN, key=pygame.K_RETURN, mod=0, unicode="\r", scancode=40),
        make(pygame.KEYUP, key=pygame.K_RETURN, mod=0, unicode="\r", scancode=40),
        make(pygame.TEXTINPUT, text="a"),
        make(pygame.TEXTEDITING, text="a", start=0, length=1),
        make(pygame.MOUSEMOTION, pos=(1100, 60), rel=(0, 0), buttons=(0, 0, 0)),
        make(pygame.MOUSEBUTTONDOWN, pos=(1100, 60), button=1),
        make(pygame.MOUSEBUTTONUP, pos=(1100, 60), button=1),
        make(pygame.MOUSEWHEEL, x=0, y=1),
        make(pygame.JOYBUTTONDOWN, joy=0, instance_id=0, button=0),
        make(pygame.JOYBUTTONUP, joy=0, instance_id=0, button=0),
        make(pygame.JOYHATMOTION, joy=0, instance_id=0, hat=0, value=(0, 1)),
        make(pygame.JOYHATMOTION, joy=0, instance_id=0, hat=0, value=(0, 0)),
        make(pygame.JOYAXISMOTION, joy=0, instance_id=0, axis=0, value=0.9),
        make(pygame.JOYAXISMOTION, joy=0, instance_id=0, axis=0, value=0.0),
        make(pygame.CONTROLLERBUTTONDOWN, instance_id=1, button=0),
        make(pygame.CONTROLLERBUTTONUP, instance_id=1, button=0),
        make(pygame.CONTROLLERAXISMOTION, instance_id=1, axis=1, value=32000),
        make(pygame.CONTROLLERAXISMOTION, instance_id=1, axis=1, value=0),
        make(pygame.WINDOWFOCUSLOST),
        make(pygame.QUIT),
        make(pygame.USEREVENT),
    ]


def test_toasts_take_nothing(pygame: Any, overlay: PygameOverlay) -> None:
    overlay.notify("Hello")
    play(overlay, 1)
    assert overlay.overlay.pictures()
    assert [event for event in some_of_everything(pygame) if overlay.process_event(event)] == []


def test_a_modal_widget_takes_all_input_and_leaves_the_rest(pygame: Any, overlay: PygameOverlay) -> None:
    widget = Recorder()
    overlay.show(widget)
    left = [event.type for event in some_of_everything(pygame) if not overlay.process_event(event)]
    assert left == [pygame.WINDOWFOCUSLOST, pygame.QUIT, pygame.USEREVENT]
    assert [told for told in widget.told if isinstance(told, Action)] == [
        Action.ACCEPT,
        Action.ACCEPT,
        Action.UP,
        Action.RIGHT,
        Action.ACCEPT,
        Action.DOWN,
    ]
    assert ("a", False) in widget.told
    key = {"key": pygame.K_b, "mod": 0, "unicode": "b", "scancode": 0}
    assert overlay.process_event(pygame.event.Event(pygame.KEYDOWN, **key))
    assert overlay.process_event(pygame.event.Event(pygame.TEXTINPUT, text="b"))
    assert ("b", False) in widget.told
    assert ("a", True) in widget.told
    assert Pointer(Press.WHEEL, 1100, 60, 0, 1) in widget.told


def test_a_release_belongs_to_the_widget_that_got_the_press(pygame: Any, overlay: PygameOverlay) -> None:
    widget = Recorder()
    overlay.show(widget)
    down, up, *_ = some_of_everything(pygame)
    assert overlay.process_event(down)
    overlay.hide(widget)
    assert overlay.process_event(up)
    assert not overlay.process_event(up)


def test_both_releases_of_a_pad_that_speaks_twice_belong_to_the_widget(pygame: Any, overlay: PygameOverlay) -> None:
    widget = Recorder()
    overlay.show(widget)
    make = pygame.event.Event
    assert overlay.process_event(make(pygame.CONTROLLERBUTTONDOWN, instance_id=2, button=0))
    assert overlay.process_event(make(pygame.JOYBUTTONDOWN, joy=0, instance_id=2, button=0))
    overlay.hide(widget)
    assert overlay.process_event(make(pygame.CONTROLLERBUTTONUP, instance_id=2, button=0))
    assert overlay.process_event(make(pygame.JOYBUTTONUP, joy=0, instance_id=2, button=0))
    assert widget.told == [Action.ACCEPT]


def test_a_click_reaches_a_toast_through_the_scaling_of_the_game(pygame: Any, overlay: PygameOverlay) -> None:
    overlay.toasts.on_click = lambda toast: None
    overlay.to_local = lambda pos: (pos[0] / 2, pos[1] / 2)
    overlay.notify("Hello")
    play(overlay, 1)
    (placed,) = overlay.overlay.pictures()
    x, y = placed.x + placed.picture.size[0] // 2, placed.y + placed.picture.size[1] // 2
    make = pygame.event.Event
    assert not overlay.process_event(make(pygame.MOUSEBUTTONDOWN, pos=(x, y), button=1))
    assert not overlay.process_event(make(pygame.MOUSEBUTTONUP, pos=(x, y), button=1))
    assert overlay.process_event(make(pygame.MOUSEBUTTONDOWN, pos=(x * 2, y * 2), button=1))
    assert overlay.process_event(make(pygame.MOUSEBUTTONUP, pos=(x * 2, y * 2), button=1))
    assert [type(event) for event in overlay.update(FRAME)] == [ToastClicked]


@pytest.mark.parametrize("frames", [3, 6, 30], ids=["coming", "nearly there", "there"])
def test_the_screen_shows_exactly_the_picture(pygame: Any, overlay: PygameOverlay, frames: int) -> None:
    screen = pygame.display.get_surface()
    overlay.toasts.push(replace_title("Everything There Is"))
    while not overlay.overlay.pictures():
        overlay.update(FRAME)
    play(overlay, frames * FRAME / 3)
    screen.fill((70, 110, 160))
    overlay.draw(screen)
    seen = Image.frombytes("RGB", screen.get_size(), pygame.image.tobytes(screen, "RGB"))
    expected = Image.new("RGBA", screen.get_size(), (70, 110, 160, 255))
    for picture, x, y, alpha, part in overlay.overlay.pictures():
        image = Image.frombytes("RGBA", picture.size, picture.pixels)
        image = image if part is None else image.crop((part.x, part.y, part.right, part.bottom))
        image.putalpha(image.getchannel("A").point([value * alpha // 255 for value in range(256)]))
        layer = Image.new("RGBA", expected.size)
        layer.paste(image, (x, y))
        expected = Image.alpha_composite(expected, layer)
    apart = max(abs(a - b) for a, b in zip(seen.tobytes(), expected.convert("RGB").tobytes(), strict=True))
    assert apart <= 3
    assert len(set(seen.crop((800, 0, 1280, 200)).tobytes())) > 50, "something is there"


def replace_title(title: str) -> Any:
    from tests.widgets.samples import TOASTS

    return replace(TOASTS["platinum"], title=title)


def test_it_follows_the_surface_it_is_drawn_to_unless_told_otherwise(pygame: Any, overlay: PygameOverlay) -> None:
    overlay.draw(pygame.Surface((640, 360)))
    assert overlay.overlay.size == (640, 360)
    fixed = PygameOverlay(HandServices(), size=(800, 600))
    fixed.draw(pygame.Surface((640, 360)))
    assert fixed.overlay.size == (800, 600)


def test_it_works_before_there_is_a_window(pygame: Any) -> None:
    pygame.display.quit()
    overlay = PygameOverlay(HandServices())
    overlay.notify("Hello")
    play(overlay, 1)
    surface = pygame.Surface((1280, 720), pygame.SRCALPHA)
    overlay.draw(surface)
    assert surface.get_bounding_rect().width > 100


def test_surfaces_are_made_once_and_let_go(
    pygame: Any, overlay: PygameOverlay, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[object] = []
    make = overlay._surfaces._made

    def watched(picture: Any) -> Any:
        made.append(picture.version)
        return make(picture)

    monkeypatch.setattr(overlay._surfaces, "_made", watched)
    screen = pygame.display.get_surface()
    overlay.notify("Hello")
    for _ in range(60):
        overlay.update(FRAME)
        overlay.draw(screen)
    assert len(made) == 1
    assert len(overlay._surfaces._surfaces) == 1
    play(overlay, 8)
    overlay.draw(screen)  # which shows nothing any more
    assert len(overlay._surfaces._surfaces) == 0


class Bell:
    def __init__(self) -> None:
        self.rung = 0

    def play(self) -> None:
        self.rung += 1


def test_sounds_of_the_theme_are_played(pygame: Any) -> None:
    bell = Bell()
    theme = replace(DARK, sounds=Sounds(bronze="bell", message="unheard of"))
    services = HandServices()
    overlay = PygameOverlay(services, theme=theme, sounds={"bell": bell})
    services.coming = [unlocked(1), unlocked(2)]
    play(overlay, 1)
    assert bell.rung == 1
    overlay.notify("No such sound")
    play(overlay, 7)
    assert bell.rung == 1


def test_sound_files_of_the_theme_are_loaded_before_the_game(pygame: Any, tmp_path: Path) -> None:
    import wave

    with wave.open(str(tmp_path / "ding.wav"), "wb") as file:
        file.setparams((1, 2, 22050, 0, "NONE", "not compressed"))
        file.writeframes(b"\0\0" * 220)
    theme = replace(DARK, sounds=Sounds(gold=str(tmp_path / "ding.wav"), silver="name"))
    overlay = PygameOverlay(HandServices(), theme=theme)
    if pygame.mixer.get_init() is None:
        pytest.skip("no mixer, not even a dummy")
    assert list(overlay.sounds) == [str(tmp_path / "ding.wav")]
    assert isinstance(overlay.sounds[str(tmp_path / "ding.wav")], pygame.mixer.Sound)


def world(pygame: Any) -> dict[str, object]:
    """The global state of a game that a plugin could spoil."""
    blocked = [kind for kind in range(pygame.NOEVENT + 1, pygame.NUMEVENTS) if pygame.event.get_blocked(kind)]
    return {
        "repeat": pygame.key.get_repeat(),
        "blocked": blocked,
        "environment": dict(os.environ),
        "flags": pygame.display.get_surface().get_flags(),
        "caption": pygame.display.get_caption(),
        "grab": pygame.event.get_grab(),
        "visible": pygame.mouse.get_visible(),
        "cursor": pygame.mouse.get_cursor(),
        "channels": pygame.mixer.get_num_channels() if pygame.mixer.get_init() else None,
    }


def test_the_world_is_as_it_was(pygame: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("start_text_input", "stop_text_input", "set_text_input_rect", "set_repeat"):
        monkeypatch.setattr(pygame.key, name, lambda *given, name=name: pytest.fail(f"pygame.key.{name} was called"))
    before = world(pygame)
    pygame.event.clear()
    overlay = PygameOverlay(HandServices())
    overlay.notify("Hello")
    widget = Recorder()
    overlay.show(widget)
    for event in some_of_everything(pygame):
        overlay.process_event(event)
    play(overlay, 1)
    overlay.draw(pygame.display.get_surface())
    assert world(pygame) == before
    overlay.hide(widget)
    play(overlay, 8)
    assert world(pygame) == before
    assert pygame.event.peek(range(pygame.USEREVENT, pygame.NUMEVENTS)) is False


def test_wrong_arguments_say_what_to_pass_instead(pygame: Any, overlay: PygameOverlay) -> None:
    with pytest.raises(UsageError, match=r"surface is None; pass the surface that pygame.display.set_mode\(\)"):
        overlay.draw(None)
    with pytest.raises(UsageError, match=r"event is list \[.*; pass each event of pygame.event.get\(\)"):
        overlay.process_event(pygame.event.get())
    with pytest.raises(UsageError, match=r"sounds is str 'gold.ogg'; pass a dict"):
        PygameOverlay(HandServices(), sounds="gold.ogg")  # type: ignore[arg-type]


def test_without_pygame_it_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['pygame'] = None\n"
        "from pygame_gameservices.engines.pygame_overlay import PygameOverlay\n"
        "try: PygameOverlay(None)\n"
        "except ModuleNotFoundError as error: print(error)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "pygame_gameservices[pygame]" in said
    assert "pygame_gameservices[pygame-ce]" in said


def test_importing_the_package_imports_neither_pillow_nor_an_engine() -> None:
    code = (
        "import sys, pygame_gameservices; print([name for name in ('PIL', 'pygame', 'arcade') if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "[]"
