"""Every widget in every state, each brought about as a player or a service would."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PIL import Image

from pygame_gameservices.errors import AuthError, CallError, NetworkError, RateLimited, ServiceUnavailable
from pygame_gameservices.services.gamejolt.errors import NotSignedIn, SignatureError
from pygame_gameservices.widgets.badge import Status, StatusBadge
from pygame_gameservices.widgets.input import Action, Device, Edit
from pygame_gameservices.widgets.leaderboard.leaderboard import Leaderboard
from pygame_gameservices.widgets.login.login import Login
from pygame_gameservices.widgets.market.market import MarketBoard
from pygame_gameservices.widgets.market.model import Market
from pygame_gameservices.widgets.shelf.shelf import GamesShelf
from pygame_gameservices.widgets.theme import Theme
from pygame_gameservices.widgets.trophies.trophies import Trophies
from tests.widgets.sources import TROPHIES, Accounts, Cabinet, Gallery, Games, Prices, Scores
from tests.widgets.stagecraft import GAME, Scene

Act = Callable[[Scene], None]


def _login(*, device: Device = Device.KEYBOARD) -> Act:
    def act(scene: Scene) -> None:
        scene.overlay.device = device
        scene.show(Login(Accounts()))

    return act


def _filled(scene: Scene, *, token: str = "not-a-real-token") -> Login:
    login = Login(Accounts())
    scene.show(login)
    scene.overlay.text("ada_lovelace")
    scene.overlay.action(Action.NEXT)
    scene.overlay.text(token)
    scene.run()
    return login


def _failed(error: CallError) -> Act:
    def act(scene: Scene) -> None:
        login = _filled(scene)
        login.submit()
        source = login._source
        assert isinstance(source, Accounts)
        source.answer(error)

    return act


def _missing(scene: Scene) -> None:
    scene.show(Login(Accounts())).overlay.text("ada")
    scene.overlay.action(Action.ACCEPT)
    scene.overlay.action(Action.ACCEPT)


def _selected(scene: Scene) -> None:
    login = _filled(scene)
    login.activate("reveal")
    login.activate("remember")
    for _ in range(5):
        scene.overlay.edit(Edit.LEFT, select=True)
        scene.overlay.edit(Edit.LEFT, pressed=False)


def _composing(scene: Scene) -> None:
    scene.show(Login(Accounts())).overlay.text("ada")
    scene.overlay.text("lo", composing=True)


def _keyboard(scene: Scene) -> None:
    scene.overlay.device = Device.PAD
    scene.show(Login(Accounts())).overlay.action(Action.ACCEPT)
    scene.run().overlay.text("ada")


def _keyboard_signs(scene: Scene) -> None:
    _keyboard(scene)
    *_, keyboard = scene.overlay._widgets
    keyboard.activate("signs")  # type: ignore[attr-defined]


def _board(source: Scores, **options: Any) -> Act:
    def act(scene: Scene) -> None:
        scene.overlay.toasts.pictures = Gallery()
        scene.show(Leaderboard(source, **options))

    return act


def _board_failed(error: CallError, *, stale: bool = False) -> Act:
    def act(scene: Scene) -> None:
        source = Scores(as_of="12:03" if stale else "")
        if not stale:
            source.trouble = error
        board = Leaderboard(source)
        scene.show(board)
        source.trouble = error
        board.model._clock = lambda: float("inf")
        board.refresh()

    return act


def _board_scrolled(scene: Scene) -> None:
    _board(Scores())(scene)
    for _ in range(25):
        scene.overlay.action(Action.DOWN)
        scene.overlay.action(Action.DOWN, pressed=False)


def _trophies(source: Cabinet, columns: int = 2, turn: int = 0, at: int = 0) -> Act:
    def act(scene: Scene) -> None:
        scene.overlay.toasts.pictures = Gallery()
        trophies = Trophies(source, columns=columns)
        scene.show(trophies)
        for _ in range(turn):
            trophies.turn(1)
        trophies.go_to(at)

    return act


def _trophies_failed(scene: Scene) -> None:
    source = Cabinet()
    source.trouble = NotSignedIn("nobody")
    scene.show(Trophies(source, sign_in=lambda: None))


def _badge(status: Status) -> Act:
    def act(scene: Scene) -> None:
        scene.overlay.toasts.pictures = Gallery()
        scene.show(StatusBadge(lambda: status))

    return act


def _shelf(source: Games, *, ask: bool = False, at: int = 0) -> Act:
    def act(scene: Scene) -> None:
        scene.overlay.toasts.pictures = Gallery()
        shelf = GamesShelf(source, lambda url: True)
        scene.show(shelf)
        shelf.go_to(at)
        if ask:
            scene.overlay.action(Action.ACCEPT)

    return act


def _market(source: Prices, error: CallError | None = None) -> Act:
    def act(scene: Scene) -> None:
        source.trouble = error
        scene.show(MarketBoard(source, every=0))

    return act


SCENES: dict[str, dict[str, Act]] = {
    "login": {
        "empty": _login(),
        "filled": lambda scene: _filled(scene) and None,
        "selected": _selected,
        "composing": _composing,
        "busy": lambda scene: _filled(scene).submit(),
        "missing": _missing,
        "wrong": _failed(AuthError("no")),
        "offline": _failed(NetworkError("no")),
        "down": _failed(ServiceUnavailable("no")),
        "too_often": _failed(RateLimited("no")),
        "misconfigured": _failed(SignatureError("no")),
        "touch": _login(device=Device.TOUCH),
        "pad": _login(device=Device.PAD),
    },
    "keyboard": {"letters": _keyboard, "signs": _keyboard_signs},
    "leaderboard": {
        "loaded": _board(Scores()),
        "own_in_sight": _board(Scores(own=3, tables=("Endless",))),
        "scrolled": _board_scrolled,
        "loading": _board(Scores(instant=False)),
        "empty": _board(Scores(0, own=None)),
        "failed": _board_failed(NetworkError("no")),
        "stale": _board_failed(NetworkError("no"), stale=True),
        "no_table": _board(Scores(), table="Nowhere"),
    },
    "trophies": {
        "grid": _trophies(Cabinet()),
        "list": _trophies(Cabinet(), columns=1),
        "locked": _trophies(Cabinet(), turn=2),
        "whole": _trophies(Cabinet(), at=4),
        "loading": _trophies(Cabinet(instant=False)),
        "empty": _trophies(Cabinet(TROPHIES[4:5]), turn=1),
        "none": _trophies(Cabinet([])),
        "failed": _trophies_failed,
    },
    "badge": {
        "out": _badge(Status()),
        "in": _badge(Status("ada_lovelace", "https://example.org/1.png")),
        "signing_in": _badge(Status("ada", signing_in=True)),
        "offline": _badge(Status("ada", offline=True, waiting=1203)),
    },
    "shelf": {
        "games": _shelf(Games()),
        "whole": _shelf(Games(), at=2),
        "question": _shelf(Games(), ask=True),
        "loading": _shelf(Games(instant=False)),
        "empty": _shelf(Games([])),
    },
    "market": {
        "open": _market(Prices()),
        "quiet": _market(Prices(Market("Starlight / Gold", as_of="12:03"))),
        "loading": _market(Prices(instant=False)),
        "failed": _market(Prices(), ServiceUnavailable("no")),
    },
}
"""What there is to see, by widget and state."""


def shot(act: Act, theme: Theme, size: tuple[int, int], ground: Image.Image | None = None) -> Image.Image:
    """The widget as it comes to rest in a scene, cut out with its shadow."""
    scene = Scene(theme, size)
    act(scene)
    scene.run(1.0)
    scene.overlay.reduced_motion = True  # a caret that does not blink is seen
    shown = scene.overlay.pictures()
    first = max(shown, key=lambda placed: placed.picture.size[0] * placed.picture.size[1] * placed.alpha)
    box = (first.x, first.y, first.x + first.picture.size[0], first.y + first.picture.size[1])
    whole = scene.onto(ground.copy() if ground is not None else Image.new("RGBA", size, GAME))
    return whole.crop((max(0, box[0]), max(0, box[1]), min(size[0], box[2]), min(size[1], box[3])))
