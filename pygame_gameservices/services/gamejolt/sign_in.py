"""Signing in: from wherever a name and a token can be found, with an answer that says what to do when it fails."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable

import msgspec

from pygame_gameservices.core.calls.call import Call, Pending, Task
from pygame_gameservices.core.calls.operation import Kind, Priority
from pygame_gameservices.core.storage.credential_store import CredentialStore
from pygame_gameservices.errors import CallError, Closed, QueueFull
from pygame_gameservices.services.gamejolt.caller import Player
from pygame_gameservices.services.gamejolt.errors import InvalidCredentials
from pygame_gameservices.services.gamejolt.events import SignedIn, SignedOut, SignInFailed, SignInNeeded, SignInTrouble
from pygame_gameservices.services.gamejolt.gateway import Gateway
from pygame_gameservices.services.gamejolt.models import User
from pygame_gameservices.services.gamejolt.presence import Presence
from pygame_gameservices.services.gamejolt.sign_in_sources import (
    Candidate,
    Search,
    SignInSource,
    game_folders,
    page_address,
    search,
)

_PASSING = (SignInTrouble.NO_NETWORK, SignInTrouble.SERVER_DOWN, SignInTrouble.RATE_LIMITED)
"""Troubles that say nothing against the name and the token."""
CONFIRM_EVERY_S = 30.0
"""Seconds between two tries to confirm a player while no session does it."""


class Attempt:
    """One pair of name and token on its way.

    Attributes:
        player: the name and the token.
        source: where they came from.
        remember: whether to keep them once they are confirmed.
        others: what to try if they are wrong.
        problems: what the search that found them complained about.
        auth: the call that confirms them.
        account: the call that fetches the player's account.
    """

    def __init__(
        self, candidate: Candidate, remember: bool, others: tuple[Candidate, ...], problems: tuple[str, ...]
    ) -> None:
        self.player = Player(candidate.username, candidate.token)
        self.source = candidate.source
        self.remember = remember
        self.others = others
        self.problems = problems
        self.auth: Call[bool]
        self.account: Call[tuple[User, ...]]


class Standing(msgspec.Struct, frozen=True):
    """Who was signed in, and confirmed, before somebody tried to sign in anew."""

    player: Player
    user: User


class SignIn:
    """Signs the player of one game in and out. Frame thread; nothing here blocks.

    Args:
        game: whose player and user are set here.
        presence: keeps the player's session open.
        store: where sign-ins are remembered; the platform's usual place when None.
        forget_answers: called when what was fetched is another player's.
        look_for_saves: called when somebody is about to play.
        learn_trophies: called when Game Jolt knows who plays.
    """

    def __init__(
        self,
        game: Gateway,
        presence: Presence,
        store: CredentialStore | None,
        *,
        forget_answers: Callable[[], object],
        look_for_saves: Callable[[], object],
        learn_trophies: Callable[[], object],
    ) -> None:
        self._game = game
        self._presence = presence
        self._store = store
        self._forget_answers = forget_answers
        self._look_for_saves = look_for_saves
        self._learn_trophies = learn_trophies
        self._attempt: Attempt | None = None
        self._unconfirmed: Attempt | None = None
        self._before: Standing | None = None
        self._search: Task[Search] | None = None
        self._now = self._due = 0.0

    def explicit(self, candidate: Candidate, remember: bool) -> Call[bool]:
        """Sign in with what the game passed."""
        self._search = None
        return self._start(Attempt(candidate, remember, (), ()))

    def automatic(self) -> Pending[Search]:
        """Look for a name and a token and sign in with the first that is right."""
        store, kept_as = self._credential_store(), self._kept_as
        address, arguments = page_address(), sys.argv[1:]
        self._search = self._game.manager.background(lambda: search(store, kept_as, game_folders(), address, arguments))
        return self._search.then(self._found)

    def out(self, forget: bool) -> None:
        """Sign the player out."""
        self._search = self._attempt = self._unconfirmed = None
        game = self._game
        if forget:
            self.forget()
        if game.player is None:
            return
        self._presence.stop()
        confirmed, self._before = self._confirmed(), None
        game.manager.player_gone(game.name, game.player.username)
        game.player = game.user = None
        self._forget_answers()
        if confirmed is not None:
            game.announce(SignedOut(confirmed.player.username))

    def forget(self) -> Task[None]:
        """Remove what is remembered."""
        store, kept_as = self._credential_store(), self._kept_as
        return self._game.manager.background(lambda: store.forget(kept_as), at_close=True)

    def confirm_late(self) -> None:
        """Ask again about a player whom nobody could confirm while the service was away."""
        if self._attempt is None and self._unconfirmed is not None:
            self._start(self._unconfirmed)

    def frame(self, now: float) -> None:
        """Ask again every now and then for a player whom nobody could confirm, where no session does. Once a frame."""
        self._now = now
        if self._unconfirmed is None or now < self._due or self._presence.is_for(self._unconfirmed.player):
            return
        self._due = now + CONFIRM_EVERY_S
        with contextlib.suppress(QueueFull, Closed):  # what waits is more important than this
            self.confirm_late()

    @property
    def _kept_as(self) -> str:
        return f"{self._game.name} {self._game.game_id}"

    def _credential_store(self) -> CredentialStore:
        if self._store is None:
            self._store = CredentialStore(self._game.manager.app, folder=self._game.manager.folder)
        self._store.run_beside = self._game.manager.run_beside
        return self._store

    def _found(self, task: Task[Search]) -> None:
        if task is not self._search:
            return  # signed in or out by other means meanwhile
        self._search = None
        found = task.value if task.value is not None else Search((), ("the remembered sign-in could not be read",))
        if found.candidates:
            self._start(Attempt(found.candidates[0], False, found.candidates[1:], found.problems))
        else:
            self._game.announce(SignInNeeded(self._game.name, found.problems))

    def _start(self, attempt: Attempt) -> Call[bool]:
        game, player = self._game, attempt.player
        self._before = self._confirmed()
        if game.player is not None and not player.is_also(game.player):
            self._make_way()
        game.player = player
        game.manager.player_ready(game.name, player.username, player.token)
        lane = f"{game.name}/sign-in"
        attempt.auth = game.call("users.auth", Kind.SAFE, {}, player=player, lane=lane, priority=Priority.HIGH)
        attempt.account = game.call(
            "users.fetch", Kind.SAFE, {"username": player.username}, lane=lane, priority=Priority.HIGH
        )
        self._attempt = attempt
        self._look_for_saves()
        attempt.account.then(lambda ended: self._look(attempt))
        return attempt.auth.then(lambda ended: self._look(attempt))

    def _confirmed(self) -> Standing | None:
        """Who was signed in last that Game Jolt knows, even if somebody else tries to just now."""
        game = self._game
        if self._before is None and game.player is not None and game.user is not None:
            return Standing(game.player, game.user)
        return self._before

    def _make_way(self) -> None:
        """Let another one play. The session stays open for whoever opened it until Game Jolt knows the other one."""
        game = self._game
        assert game.player is not None
        self._search = self._unconfirmed = None
        if self._before is None:
            self._presence.stop()
        game.manager.player_gone(game.name, game.player.username)
        game.user = None
        self._forget_answers()

    def _look(self, attempt: Attempt) -> None:
        """Look at the two calls of a sign-in each time one of them ends, in whichever order they do."""
        if self._attempt is not attempt:
            return  # over already: decided, signed out, or somebody else is signing in
        if attempt.auth.error is not None:
            self._attempt = None
            if not attempt.account.done:
                attempt.account.cancel()
            self._failed(attempt, attempt.auth.error)
        elif attempt.auth.done and attempt.account.done:
            self._attempt = None
            self._succeeded(attempt)

    def _succeeded(self, attempt: Attempt) -> None:
        game = self._game
        self._replace(attempt.player)
        found = attempt.account.value or ()
        game.user = found[0] if found else User(id=0, username=attempt.player.username)
        self._unconfirmed = None
        game.manager.player_confirmed(game.name, attempt.player.username, attempt.player.token)
        game.say(SignedIn(game.user))
        self._learn_trophies()
        self._presence.start(attempt.player)
        if attempt.remember:
            store, kept_as, player = self._credential_store(), self._kept_as, attempt.player
            game.manager.background(lambda: store.save(kept_as, player.username, player.token), at_close=True)

    def _failed(self, attempt: Attempt, error: CallError) -> None:
        game, failed = self._game, SignInFailed(error)
        if failed.reason in _PASSING:
            self._due = self._now + CONFIRM_EVERY_S
            if self._unconfirmed is not attempt:  # say it once, however long it lasts
                self._unconfirmed = attempt
                self._stay(attempt.player)
                game.say(failed)
            return
        self._unconfirmed = None
        wrong = isinstance(error, InvalidCredentials)
        if wrong and attempt.source is SignInSource.REMEMBERED:
            self.forget()
        if wrong and attempt.others:
            self._start(Attempt(attempt.others[0], False, attempt.others[1:], attempt.problems))
            return
        stays, self._before = self._before, None
        if stays is not None:
            self._return_to(stays)
        else:
            self._presence.stop()
            game.player = game.user = None
            self._forget_answers()
        game.say(failed)
        if wrong and attempt.source is not SignInSource.EXPLICIT and stays is None:
            game.say(SignInNeeded(game.name, attempt.problems, attempt.player.username))

    def _replace(self, player: Player) -> None:
        """Sign out for good who was signed in before `player`, unless it is the same one."""
        before, self._before = self._before, None
        if before is not None and not player.is_also(before.player):
            self._game.say(SignedOut(before.player.username))

    def _stay(self, player: Player) -> None:
        """Let a player stay whom nobody can confirm for now; the session opens when the service is back.

        One who was confirmed with another token keeps that one's session, since the new token may prove to be wrong.
        """
        if self._before is None or not player.is_also(self._before.player):
            self._replace(player)
            self._presence.start(player)

    def _return_to(self, before: Standing) -> None:
        """Let the player go on who was signed in before somebody gave a wrong name or token."""
        game, tried = self._game, self._game.player
        game.player, game.user = before.player, before.user
        name, username, token = game.name, before.player.username, before.player.token
        game.manager.player_ready(name, username, token)
        game.manager.player_confirmed(name, username, token)
        if tried is not None and not tried.is_also(before.player):
            self._forget_answers()
            self._learn_trophies()
