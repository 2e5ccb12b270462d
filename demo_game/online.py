"""Game Jolt in a game, in one file, to copy from: sign-in, trophies, scores, and what to say while offline.

The game knows this class and nothing of the network: it says what happened and reads what is known. Nothing here
waits, nothing here can stop the game, and what the player earned is kept on disk until it has arrived. The session
that tells friends "is playing" is opened, kept and closed by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pygame_gameservices import (
    Achievement,
    Achievements,
    AchievementUnlocked,
    BackOnline,
    Call,
    Event,
    GameJolt,
    PygameOverlay,
    Score,
    ServiceManager,
    SignedIn,
    SignedOut,
    SignInFailed,
    WentOffline,
)


@dataclass(frozen=True, slots=True)
class Account:
    """Which game on which server. Without a name and a token they are looked for, and else asked for.

    A game that is shipped has the address of a `relay` of its maker's, which holds the private key in its place.
    """

    game_id: int
    private_key: str = field(default="", repr=False)
    table_id: int | None = None
    username: str = ""
    token: str = field(default="", repr=False)
    base_url: str = "https://api.gamejolt.com/api/game/v1_2"
    relay: str = ""

    def service(self, **options: Any) -> GameJolt:
        """Game Jolt as this account reaches it."""
        if self.relay:
            return GameJolt(self.game_id, relay=self.relay, **options)
        return GameJolt(self.game_id, self.private_key, base_url=self.base_url, **options)


class Online:
    """The player's sign-in, trophies and scores.

    Attributes:
        player: the signed-in player's name, or None.
        earned: ids of the achievements of this sitting.
        rank, board: the place of the last score, and the best ten, as soon as they are known.
        notice: a short line for the screen about what the services refused; empty when all is well.
        offline: names of the services that cannot be reached now.
    """

    def __init__(
        self,
        account: Account,
        achievements: Iterable[Achievement],
        *,
        overlay_type: Any = PygameOverlay,
        folder: Path | None = None,
    ) -> None:
        self.account = account
        self.player: str | None = None
        self.earned: list[str] = []
        self.rank: int | None = None
        self.board: tuple[Score, ...] = ()
        self.notice = ""
        self.offline: set[str] = set()
        self._unsent: int | None = None
        self.services = ServiceManager("light-harvest", folder=folder)
        self.gj = self.services.add(account.service())
        self.achievements = self.services.add(Achievements(achievements, self.gj))
        self.overlay = overlay_type(self.services)

    def sign_in(self) -> None:
        """Start signing in: `SignedIn` follows, or `SignInNeeded` when the player has to be asked."""
        if self.account.username:
            self.gj.sign_in(self.account.username, self.account.token)
        else:
            self.gj.sign_in()

    def earn(self, goal: str) -> None:
        """The player reached a goal of the game: a toast now, a trophy as soon as the network allows."""
        self.achievements.unlock(goal)

    def submit(self, points: int) -> None:
        """A run ended: send its score, now or when the network is back, then ask for its place and for the board."""
        self.rank, self._unsent = None, points if self.player is None else None
        if self.player is not None:
            added = self.gj.scores.add(f"{points:,} points", points, table_id=self.account.table_id)
            added.then(lambda call: self._score_sent(call, points))

    def update(self, dt: float) -> list[Event]:
        """Once a frame: let arrive what has arrived, and return it."""
        happened: list[Event] = self.overlay.update(dt)
        for event in happened:
            self.hear(event)
        return happened

    def close(self) -> None:
        """Say goodbye; takes at most two seconds, whatever the network does. What is unsent stays on disk."""
        self.services.close()

    def hear(self, event: Event) -> None:
        """Take in what happened."""
        match event:
            case SignedIn(user=user):
                self.player, self.notice = user.username, ""
                if self._unsent is not None:
                    self.submit(self._unsent)
            case SignedOut():
                self.player = None
            case SignInFailed(error=error):
                self.notice = f"Not signed in: {error.message}"
            case AchievementUnlocked(achievement=achievement):
                self.earned.append(achievement.id)
            case WentOffline(service=service):
                self.offline.add(service)  # the overlay's toast says so, which is enough
            case BackOnline(service=service):
                self.offline.discard(service)

    def _score_sent(self, call: Call[bool], points: int) -> None:
        if call.error is not None:  # the service said no; without a network it would still be waiting
            self.notice = f"Score refused: {call.error.message}"
        elif self.player is not None:
            self.gj.scores.get_rank(points, table_id=self.account.table_id).then(self._keep_rank)
            self.gj.scores.fetch(limit=10, table_id=self.account.table_id).then(self._keep_board)

    def _keep_rank(self, call: Call[int]) -> None:
        self.rank = call.value

    def _keep_board(self, call: Call[tuple[Score, ...]]) -> None:
        self.board = call.value or ()
