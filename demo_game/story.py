"""The story of a playthrough: what the player does from the title to the second evening, as frames.

Time in the world is counted in steps. Time for the services and toasts is the wall's: 60 frames a second, so that
answers arrive and toasts can be seen as a player would. Where nothing is to be seen the world runs several steps a
frame.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from demo_game.all_services import AllServices
from demo_game.bodies import IDLE, Intent
from demo_game.bot import Bot
from demo_game.game import Action, Game, Screen
from demo_game.world import STEP
from pygame_gameservices.sandbox import Sandbox
from pygame_gameservices.sandbox.faults.kinds import Refuse
from pygame_gameservices.widgets.input import Action as Press

OFFLINE_FROM, OFFLINE_TO = 0.3, 0.5
"""The shares of the night between which there is no network."""
PAUSE_AT = 0.7
"""The share of the night after which the bot takes a break, once the network is back."""
PAUSE_LATEST = 0.85
"""When it takes one all the same."""
PATIENCE = 25.0
"""Seconds the bot waits for an answer before it goes on, as a player would."""
MOST_STEPS = 90.0
"""Steps that a single frame makes up for at most."""
TYPING_FRAMES = 3
"""Frames between two letters."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the story is told.

    Attributes:
        rush: steps a frame where nothing is to be seen.
        calm: seconds at normal speed after a trophy.
        linger: what pauses between two things are multiplied by.
    """

    rush: int = 6
    calm: float = 1.7
    linger: float = 1.0


QUICK = Pace(rush=10, calm=1.1, linger=0.4)
"""For tests."""
QUICK_SECONDS = 30.0
"""Length of the night that goes with it."""


class Teller(Protocol):
    """Who plays the frames that the story yields."""

    game: Game
    online: AllServices
    elapsed: float
    dt: float
    calm_until: float
    filming: bool

    def shoot(self, name: str) -> None:
        """Take a picture of the last frame."""

    def next_evening(self) -> None:
        """Leave the game and start it anew."""


class Story:
    """Makes the frames. Each is a list of what the hands do in its steps."""

    def __init__(self, teller: Teller, sandbox: Sandbox, pace: Pace, seconds: float) -> None:
        self._teller = teller
        self._sandbox = sandbox
        self._pace = pace
        self._seconds = seconds
        self._bot = Bot()
        self._owed = 0.0

    def frames(self) -> Iterator[list[Intent]]:
        """The whole of it."""
        yield from self._arrive()
        yield from self._night()
        yield from self._browse()
        yield from self._sell()
        yield from self._come_back()

    def _arrive(self) -> Iterator[list[Intent]]:
        teller = self._teller
        shelf = teller.online.shelf
        teller.filming = True
        yield from self._until(lambda: shelf is None or bool(shelf.known))
        yield from self._idle(1.2)
        teller.filming = False
        teller.shoot("title")
        self._choose("Sign in")
        yield from self._until(lambda: teller.online.overlay.overlay.modal)
        yield from self._idle(0.5)
        player = self._sandbox.players[0]
        yield from self._type(player.username)
        self._press(Press.ACCEPT)
        yield from self._type(player.token)
        yield from self._idle(0.6)
        teller.shoot("login")
        self._press(Press.ACCEPT)
        yield from self._until(lambda: teller.online.player is not None and teller.online.cloud.loaded)
        yield from self._idle(1.2)
        teller.shoot("signed-in")

    def _night(self) -> Iterator[list[Intent]]:
        teller, game = self._teller, self._teller.game
        self._choose("Play")
        yield from self._play(until=OFFLINE_FROM)
        if self._sandbox.running:
            self._sandbox.faults.set(Refuse())
        yield from self._play(until=OFFLINE_TO)
        yield from self._play(until=PAUSE_AT, enough=self._noticed, slowly=True)
        if self._sandbox.running:
            self._sandbox.faults.clear()
        yield from self._play(until=PAUSE_AT)
        yield from self._play(until=PAUSE_LATEST, enough=lambda: not teller.online.offline)
        game.act(Action.PAUSE)
        yield from self._idle(0.7)
        teller.shoot("paused")
        self._choose("Trophies")
        yield from self._idle(1.6)
        yield from self._quiet()
        teller.shoot("trophies")
        yield from self._close_page()
        self._choose("Resume")
        yield from self._play(until=float("inf"))
        yield from self._until(lambda: teller.online.rank is not None and bool(teller.online.board))
        teller.filming = True
        yield from self._idle(1.2)
        teller.filming = False
        teller.shoot("game-over")

    def _browse(self) -> Iterator[list[Intent]]:
        teller = self._teller
        yield from self._until(lambda: teller.game.ready)
        self._choose("Title")
        yield from self._quiet()
        self._choose("Leaderboard")
        yield from self._idle(1.8)
        teller.shoot("leaderboard")
        self._press(Press.RIGHT)
        yield from self._idle(1.4)
        teller.shoot("leaderboard-around")
        yield from self._close_page()
        self._choose("More games")
        yield from self._covers()
        yield from self._idle(1.8)
        teller.shoot("more-games")
        yield from self._close_page()

    def _sell(self) -> Iterator[list[Intent]]:
        teller, game = self._teller, self._teller.game
        market = teller.online.market
        self._choose("Sell light")
        yield from self._until(lambda: market is None or bool(market.quotes))
        yield from self._idle(0.8)
        teller.shoot("market")
        game.act(Action.ACCEPT)
        yield from self._until(lambda: market is None or bool(market.sold))
        yield from self._idle(0.8)
        teller.shoot("sold")
        self._choose("Market board")
        yield from self._until(lambda: market is None or bool(market.feed.book.bids))
        yield from self._idle(1.6)
        teller.shoot("market-board")
        yield from self._close_page()
        self._choose("Back")
        yield from self._until(lambda: teller.online.cloud.saved)
        self._choose("Quit")
        yield [IDLE]

    def _come_back(self) -> Iterator[list[Intent]]:
        teller = self._teller
        teller.next_evening()
        online = teller.online
        teller.online.sign_in()
        yield from self._until(lambda: online.cloud.loaded and teller.game.progress.nights > 0)
        shelf = online.shelf
        yield from self._until(lambda: shelf is None or bool(shelf.known))
        yield from self._idle(1.2)
        teller.shoot("restored")
        self._choose("Quit")
        yield [IDLE]

    def _noticed(self) -> bool:
        """Whether the game knows that there is no network; it cannot while it has nothing to send."""
        online = self._teller.online
        return bool(online.offline) or online.services.undelivered == 0

    def _play(
        self, until: float, enough: Callable[[], bool] | None = None, *, slowly: bool = False
    ) -> Iterator[list[Intent]]:
        """Fly until that share of the night, or until it is enough."""
        teller, game = self._teller, self._teller.game
        while game.screen is Screen.PLAY and game.world.progress < until and not (enough is not None and enough()):
            world = game.world
            calm = teller.elapsed < teller.calm_until or world.star is not None or world.time < 1.5 or slowly
            teller.filming = (teller.filming and calm) or world.star is not None
            yield self._hands(1 if calm or world.ended else self._pace.rush)

    def _hands(self, speed: int) -> list[Intent]:
        """What the hands do in this frame, at `speed` times the speed of the wall's clock, however long frames take."""
        steps = self._steps(speed)
        # The bot must see the world between two steps, so the intents are made one by one while they are used up.
        return _Hands(self._teller.game, self._bot, steps)  # type: ignore[return-value]

    def _steps(self, speed: int) -> int:
        self._owed = min(self._owed + self._teller.dt * speed / STEP, MOST_STEPS)
        steps, self._owed = int(self._owed), self._owed % 1.0
        return steps

    def _rest(self) -> list[Intent]:
        """Hands off, at the speed of the wall's clock."""
        return [IDLE] * self._steps(1)

    def _idle(self, seconds: float) -> Iterator[list[Intent]]:
        until = self._teller.elapsed + seconds * self._pace.linger
        while self._teller.elapsed < until:
            yield self._rest()

    def _until(self, ready: Callable[[], bool]) -> Iterator[list[Intent]]:
        give_up = self._teller.elapsed + PATIENCE
        while not ready() and self._teller.elapsed < give_up:
            yield self._rest()

    def _covers(self) -> Iterator[list[Intent]]:
        """Wait until the pictures of the games have come."""
        shelf, pictures = self._teller.online.shelf, self._teller.online.services.pictures
        asked = [pictures.get(game.cover_url, (63, 50)) for game in (shelf.known if shelf else ()) if game.cover_url]
        yield from self._until(lambda: all(picture.ready or picture.failed for picture in asked))

    def _quiet(self) -> Iterator[list[Intent]]:
        """Wait until the toasts are gone, unless there is no time for that."""
        if self._pace.linger >= 1.0:
            yield from self._until(lambda: self._teller.online.overlay.toasts.idle)

    def _type(self, text: str) -> Iterator[list[Intent]]:
        for letter in text:
            self._teller.online.overlay.overlay.text(letter)
            for _ in range(TYPING_FRAMES):
                yield self._rest()

    def _press(self, action: Press) -> None:
        overlay = self._teller.online.overlay.overlay
        overlay.action(action)
        overlay.action(action, pressed=False)

    def _close_page(self) -> Iterator[list[Intent]]:
        self._press(Press.CANCEL)
        yield from self._idle(0.4)

    def _choose(self, label: str) -> None:
        game = self._teller.game
        for _ in range(len(game.choices)):
            if game.choices[game.selected].label == label:
                game.act(Action.ACCEPT)
                return
            game.act(Action.DOWN)


class _Hands:
    """The bot's hands for some steps: each intent is decided when it is asked for."""

    def __init__(self, game: Game, bot: Bot, steps: int) -> None:
        self._game = game
        self._bot = bot
        self._steps = steps

    def __iter__(self) -> Iterator[Intent]:
        for _ in range(self._steps):
            world = self._game.world
            yield IDLE if world.ended else self._bot.decide(world)
