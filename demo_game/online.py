"""All the online services of the game in one file, to copy from.

The game knows this class and nothing of the network: it says what happened and reads what is known. Nothing here
waits, and nothing here can stop the game.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pygame_gameservices import (
    BackOnline,
    Call,
    Event,
    GameJolt,
    PygameOverlay,
    Score,
    ServiceError,
    ServiceManager,
    SignedIn,
    SignInFailed,
    TrophyUnlocked,
    WentOffline,
)

TABLE = 1
TROPHIES = {
    "first-light": 101,
    "chain-of-five": 102,
    "stonebreaker": 103,
    "wish": 104,
    "untouched": 105,
    "daybreak": 106,
}
PING_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Account:
    """Which game on which server, and who plays."""

    game_id: int
    private_key: str = field(repr=False)
    username: str = ""
    token: str = field(default="", repr=False)
    base_url: str = "https://api.gamejolt.com/api/game/v1_2"


class Online:
    """The player's sign-in, trophies, scores and session.

    Attributes:
        player: the signed-in player's name, or None.
        asked: ids of the trophies that the player earned. `trophies` are those that arrived.
        rank, board: the place of the last score, and the best ten, as soon as they are known.
        notice: a short line about the connection for the screen; empty when all is well.
    """

    def __init__(self, account: Account, overlay_type: Any = PygameOverlay) -> None:
        self.account = account
        self.player: str | None = None
        self.asked: set[int] = set()
        self.trophies: set[int] = set()
        self.rank: int | None = None
        self.board: tuple[Score, ...] = ()
        self.notice = ""
        self._unsent: int | None = None
        self._playing = False
        self._next_ping = PING_SECONDS
        self.services = ServiceManager("light-harvest")
        self.gj = self.services.add(GameJolt(account.game_id, account.private_key, base_url=account.base_url))
        self.overlay = overlay_type(self.services)

    def sign_in(self) -> None:
        """Start signing in; `player` is set when it worked."""
        self.gj.sign_in(self.account.username, self.account.token)

    def earn(self, goal: str) -> None:
        """The player reached a goal of the game: a trophy, and a toast when it arrives."""
        self.asked.add(TROPHIES[goal])
        if self.player is not None:
            self.gj.trophies.add_achieved(TROPHIES[goal])

    def submit(self, points: int) -> None:
        """A run ended: send its score, then ask for its place and for the board."""
        self.rank, self._unsent = None, points if self.player is None else None
        if self.player is not None:
            added = self.gj.scores.add(f"{points:,} points", points, table_id=TABLE)
            added.then(lambda call: self._score_sent(call, points))

    def playing(self, active: bool) -> None:
        """Whether somebody plays right now or it is paused; tells the session."""
        if active != self._playing:
            self._playing, self._next_ping = active, 0.0

    def update(self, dt: float) -> list[Event]:
        """Once a frame: let arrive what has arrived, keep the session alive."""
        happened: list[Event] = self.overlay.update(dt)
        for event in happened:
            self._hear(event)
        self._next_ping -= dt
        if self._next_ping <= 0.0 and self.player is not None:
            self._next_ping = PING_SECONDS
            self.gj.sessions.ping(active=self._playing).then(self._reopen)
        return happened

    def close(self) -> None:
        """Say goodbye; takes at most two seconds, whatever the network does."""
        if self.player is not None:
            self.gj.sessions.close()
        self.player = None
        self.services.close()

    def _hear(self, event: Event) -> None:
        match event:
            case SignedIn(user=user):
                self.player, self.notice = user.username, ""
                self.gj.sessions.open()
                for trophy_id in self.asked - self.trophies:  # what happened before the player signed in
                    self.gj.trophies.add_achieved(trophy_id)
                if self._unsent is not None:
                    self.submit(self._unsent)
            case SignInFailed(error=error):
                self.notice = f"Not signed in: {error.message}"
            case TrophyUnlocked(trophy=trophy):
                self.trophies.add(trophy.id)
            case WentOffline():
                self.notice = "No connection. Play on."
            case BackOnline():
                self.notice = ""

    def _reopen(self, ping: Call[bool]) -> None:
        if isinstance(ping.error, ServiceError) and self.player is not None:  # the session died, say while asleep
            self.gj.sessions.open()

    def _score_sent(self, call: Call[bool], points: int) -> None:
        if call.error is not None:
            self.notice = f"Score not sent: {call.error.message}"
        elif self.player is not None:
            self.gj.scores.get_rank(points, table_id=TABLE).then(self._keep_rank)
            self.gj.scores.fetch(limit=10, table_id=TABLE).then(self._keep_board)

    def _keep_rank(self, call: Call[int]) -> None:
        self.rank = call.value

    def _keep_board(self, call: Call[tuple[Score, ...]]) -> None:
        self.board = call.value or ()
