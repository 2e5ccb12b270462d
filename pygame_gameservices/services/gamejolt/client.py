"""GameJolt: the service object a game adds to its manager (Game Jolt Game API, version 1.2)."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self, overload

from pygame_gameservices.core.calls.call import Call, Pending
from pygame_gameservices.core.calls.patience import duration_s
from pygame_gameservices.core.events import Event
from pygame_gameservices.core.storage.credential_store import CredentialStore
from pygame_gameservices.core.storage.credentials import Secret, concealed
from pygame_gameservices.core.storage.invisible import without_invisible
from pygame_gameservices.errors import UsageError
from pygame_gameservices.services.arguments import identifier, integer, secret, text
from pygame_gameservices.services.gamejolt.accounts import Friends, Sessions, Time, Users
from pygame_gameservices.services.gamejolt.batch import Preparation, Prepared, sealed_addresses, send_batch
from pygame_gameservices.services.gamejolt.batching import BatchAnswers
from pygame_gameservices.services.gamejolt.caller import Player
from pygame_gameservices.services.gamejolt.data_store import DataStore
from pygame_gameservices.services.gamejolt.gateway import BASE_URL, Gateway, game_number
from pygame_gameservices.services.gamejolt.leaderboard import Leaderboard
from pygame_gameservices.services.gamejolt.presence import Presence
from pygame_gameservices.services.gamejolt.saves import Saves
from pygame_gameservices.services.gamejolt.score_table import ScoreTable
from pygame_gameservices.services.gamejolt.scores import MOST_SCORES, Scores
from pygame_gameservices.services.gamejolt.sign_in import SignIn
from pygame_gameservices.services.gamejolt.sign_in_sources import Candidate, Search, SignInSource
from pygame_gameservices.services.gamejolt.trophies import Trophies
from pygame_gameservices.services.gamejolt.values import Values
from pygame_gameservices.services.relay import relayed
from pygame_gameservices.services.wrong_calls import says_how_to_call

if TYPE_CHECKING:
    from pygame_gameservices.core.config import Config
    from pygame_gameservices.core.manager import ServiceManager


@says_how_to_call("sign_in", "sign_out", "leaderboard", "batch", "signed_url")
class GameJolt(Gateway):
    """Game Jolt for one game: users, sessions, scores, trophies, data store, friends and time.

    ::

        gj = services.add(GameJolt(game_id=123456, private_key="..."))
        gj.sign_in("cros", "a1b2c3")
        gj.trophies.add_achieved(1047)
        gj.scores.add("500 points", 500)

    Every method returns a `Call` at once and never blocks. Frame thread.

    Args:
        game_id: the game's number, from its API settings on Game Jolt.
        private_key: the game's key, from the same page. Whoever has the game's files can find it: see README. Left out
            where there is a relay.
        base_url: where the API is; a sandbox or a relay of your own.
        signature: ``"md5"`` or ``"sha1"``.
        name: as it appears in events and errors; another one for a second game.
        allow_http: accept a `base_url` with plain http to another machine.
        format: in which to ask for answers: ``"json"``, ``"xml"``, ``"keypair"`` or ``"dump"``. The values are the
            same; only JSON keeps control characters and carriage returns in texts in every case.
        presence: keep a session open while a player is signed in; see `Presence`.
        cache_s: seconds for which tables and trophies are not fetched again; 0 turns that off.
        credential_store: where sign-ins are remembered; the platform's usual place when None.
        relay: address of a relay of yours, which holds the key (``gameservices relay``). It carries out each write
            once, so that none of them ends as unknown for want of an answer.

    Attributes:
        users, sessions, scores, trophies, data_store, friends, time: the parts of the API.
        values: typed values in the data store.
        saves: the player's saved games.
        presence: the open session, and its switch.
        game_id: the game's number.
        player: whose calls are made now, or None.
        user: the account of the player, once Game Jolt has confirmed it, or None.

    Raises:
        UsageError: an argument cannot be right.
    """

    def __init__(
        self,
        game_id: int | str,
        private_key: str | Secret = "",
        *,
        base_url: str = BASE_URL,
        signature: str = "md5",
        name: str = "gamejolt",
        allow_http: bool = False,
        format: str = "json",
        presence: bool = True,
        cache_s: float = 60.0,
        credential_store: CredentialStore | None = None,
        relay: str | None = None,
    ) -> None:
        private_key = concealed(private_key)
        game_id = game_number(game_id)
        behind = relayed(relay, "gamejolt", key=private_key, base_url=base_url, usual=BASE_URL, allow_http=allow_http)
        super().__init__(
            game_id,
            private_key,
            base_url=base_url,
            signature=signature,
            name=name,
            allow_http=allow_http,
            answer_format=format,
            relay=behind,
        )
        cache_s = duration_s("cache_s", cache_s)
        if credential_store is not None and not isinstance(credential_store, CredentialStore):
            raise UsageError(f"credential_store is {credential_store!r}; pass a CredentialStore, or leave it out")
        self.users = Users(self)
        self.sessions = Sessions(self)
        self.scores = Scores(self, cache_s=cache_s)
        self.trophies = Trophies(self, cache_s=cache_s)
        self.data_store = DataStore(self)
        self.friends = Friends(self)
        self.time = Time(self)
        self.values = Values(self, self.data_store)
        self.saves = Saves(self, self.data_store)
        self.presence = Presence(self.sessions, presence, lambda: self._sign_in.confirm_late(), self._if_left)
        self._sign_in = SignIn(
            self,
            self.presence,
            credential_store,
            forget_answers=self.forget_answers,
            look_for_saves=self.saves.look,
            learn_trophies=self.trophies.learn,
        )
        self._boards: dict[tuple[int | None, str | None, int], Leaderboard] = {}
        self._preparation = Preparation(self, self.scores, self.trophies)

    @classmethod
    def from_config(cls, config: Config | str | os.PathLike[str] | None = None, **options: Any) -> Self:
        """Make one from ``game_id``, ``private_key``, ``base_url`` and ``relay`` in ``[gamejolt]`` of
        ``gameservices.toml``, or from ``GAMEJOLT_GAME_ID``, ``GAMEJOLT_PRIVATE_KEY``, ``GAMEJOLT_BASE_URL`` and
        ``GAMEJOLT_RELAY``; or for the sandbox that `Config.sandbox` names. With a relay there is no key.

        Args:
            config: what to go by, or the path of the file; None is `Config.load()`.
            options: further arguments of this class; they go before what the file says.

        Raises:
            ConfigurationError: the id or the key is missing or cannot be right.
        """
        from pygame_gameservices.core.config import Config, filled, sealed

        options = sealed(options, "private_key")
        section = Config.of(config).section("gamejolt")
        relay = options.get("relay") or section.relay()
        if relay:
            return cls(**filled(options, game_id=lambda: section.integer("game_id", least=1), relay=lambda: relay))
        return cls(
            **filled(
                options,
                game_id=lambda: section.integer("game_id", least=1, in_sandbox=1),
                private_key=lambda: section.secret("private_key", in_sandbox="sandbox-private-key"),
                base_url=lambda: section.address(BASE_URL, in_sandbox="/gamejolt/api/game/v1_2"),
            )
        )

    @overload
    def sign_in(self) -> Pending[Search]: ...

    @overload
    def sign_in(self, username: str, user_token: str | Secret, *, remember: bool = False) -> Call[bool]: ...

    def sign_in(
        self, username: str | None = None, user_token: str | Secret | None = None, *, remember: bool = False
    ) -> Pending[Any]:
        """Sign a player in with the name and game token (not the password) of a Game Jolt account.

        Without arguments they are looked for: in ``.gj-credentials`` in the working directory and beside the game, in
        the parameters ``gjapi_username`` and ``gjapi_token`` of the page or the command line, and in what was
        remembered. If what is found is wrong the next place is tried. If there is nothing, `SignInNeeded` follows: show
        a form, as overlays do.

        `SignedIn` or `SignInFailed` follows. Calls made after passing a name and a token are the player's at once, so
        a game need not wait for the answer. If Game Jolt refuses, whoever was signed in before is so again, as if
        nothing had happened, with the session that is open; if it cannot be reached, the player stays and is confirmed
        later. `SignedOut` is said of another player who was signed in, once that one's place is taken.

        Args:
            username: the account's name.
            user_token: its game token.
            remember: keep both for the next start, once they are confirmed: in the system's keyring where one works,
                else in a file that only this player may read. Only if the player wants it.

        Returns:
            The call to ``users/auth/``; without arguments, the search, whose value says what was found.

        Raises:
            UsageError: the name or the token is no text, or empty, or only one of them was passed.
        """
        user_token = None if user_token is None else concealed(user_token)
        if username is None and user_token is None:
            if remember:
                raise UsageError("remember=True needs a name and a token; pass them, or leave it out")
            return self._sign_in.automatic()
        if username is None or user_token is None:
            problem = "pass both username and user_token, or neither to have them looked for"
            raise UsageError(problem, fields=("username" if username is None else "user_token",))
        token = Secret(without_invisible(secret("user_token", user_token).reveal()))
        name = text("username", without_invisible(text("username", username)).strip())
        candidate = Candidate(SignInSource.EXPLICIT, name, secret("user_token", token))
        return self._sign_in.explicit(candidate, remember)

    def sign_out(self, *, forget: bool = False) -> None:
        """Sign the player out. Calls made before go on. Frame thread; never blocks.

        `SignedOut` follows, if Game Jolt had confirmed the player. Durable calls made from now on wait for the next
        player who signs in.

        Args:
            forget: also remove what is remembered, so that the next start does not sign in again.
        """
        self._sign_in.out(forget)

    def forget(self) -> Pending[None]:
        """Remove the remembered name and token, wherever they are. Frame thread; never blocks.

        Returns:
            Pending work that is done when nothing is left; its error is an OSError when it could not be removed.
        """
        return self._sign_in.forget()

    def leaderboard(
        self, table_id: int | str | None = None, *, guest: str | None = None, page_size: int = 50
    ) -> Leaderboard:
        """The score table `table_id` (the primary one when None) as pages, with ranks and the player's own row.

        Nothing is fetched until one of its views is asked to. The same arguments give the same object, so a board that
        is opened again shows at once what it showed before. Frame thread.

        Args:
            table_id: the table's number.
            guest: whose own row to look for, in place of the signed-in player's.
            page_size: rows of a page, 2 to 100.

        Raises:
            UsageError: `table_id` or `page_size` is no such number, or `guest` is no text.
        """
        number = None if table_id is None else int(identifier("table_id", table_id))
        if guest is not None:
            text("guest", guest)
        integer("page_size", page_size, least=2, most=MOST_SCORES)
        wanted = (number, guest, page_size)
        if wanted not in self._boards:
            table = ScoreTable(self, self.scores, self.users, *wanted)
            self._boards[wanted] = Leaderboard(table, self.friends)
        return self._boards[wanted]

    def forget_answers(self) -> None:
        """Drop what was fetched for the player: trophies, tables and leaderboards. By sign-out."""
        self.trophies.forget()
        self.scores.forget()
        for board in self._boards.values():
            board.forget()

    @property
    def prepare(self) -> Preparation:
        """The resources once more, for calls that are not sent: pass them to `batch` or `signed_url`."""
        return self._preparation

    def batch(
        self, calls: Iterable[Call[Any] | Secret | str], *, parallel: bool = False, break_on_error: bool = False
    ) -> Call[BatchAnswers]:
        """Send prepared calls as one request (API page ``batch/``).

        ::

            added, best = gj.prepare.scores.add("500", 500), gj.prepare.scores.fetch()
            gj.batch([added, best], break_on_error=True)

        Each prepared call ends like any other, with a value or an error of its own, when the batch does. Calls made
        within one frame are batched without this; their order against a batch made by hand is not fixed. A batch is
        not kept on disk, whatever is in it: what must not get lost is better called by itself.

        Args:
            calls: 1 to 50 of what `prepare` returns, each once, or of addresses, as `signed_url` returns them.
            parallel: the service may carry them out in any order.
            break_on_error: the service stops at the first that fails; the others end as `Cancelled`, which says which
                one it was. Every no is a failure then, also a key that is not there, or that no session is open.

        Returns:
            A call whose value has an `Answer` for each, in order; its ``success`` says whether all was carried out, and
            its ``broken_by`` which one stopped it.

        Raises:
            UsageError: there are none or too many, one is not prepared or no address of this game, or both flags are
                set.
        """
        calls = sealed_addresses(calls)
        return send_batch(self, calls, parallel=parallel, break_on_error=break_on_error)

    def signed_url(self, call: Call[Any]) -> Secret:
        """Return the signed address of a prepared call, without sending anything.

        Careful: the address holds the player's token and lets anybody who sees it make this call. It is wrapped for
        that reason; ``signed_url(...).reveal()`` shows it.

        Raises:
            UsageError: the call is not prepared, or cannot be made now.
        """
        if not isinstance(call, Prepared):
            raise UsageError(f"signed_url got {call!r}; pass what gj.prepare.scores.tables() and the like return")
        if call.refusal is not None:
            raise UsageError(f"{call!r} has no address: {call.refusal.message}")
        return self.address_of(call.operation)

    def attach(self, manager: ServiceManager) -> None:
        """Hand calls to `manager` from now on. By `ServiceManager.add`."""
        super().attach(manager)
        self.trophies.remember_in(manager, manager.folder / f"trophies-{self.game_id}.json")

    def frame(self, now: float) -> None:
        """Let time pass. By `ServiceManager.update`, once a frame."""
        self.presence.frame(now)
        self._sign_in.frame(now)
        self.saves.frame(now)

    def activity(self, active: bool | None = None, focused: bool | None = None) -> None:
        """Hear whether the player is there. By `ServiceManager.activity`."""
        self.presence.activity(active, focused)

    def concluded(self, call: Call[Any]) -> Iterable[Event]:
        """Return what happened since the last time, such as a trophy unlocked. Frame thread."""
        if call.loaded and call.succeeded:  # kept by an earlier run, so no callback of ours knows of it
            self.trophies.replayed(call)
            self.scores.ended(call)
        self.saves.heard(call)
        return super().concluded(call)

    def closing(self) -> None:
        """Close the session, and see trophies and saves onto the disk. By `ServiceManager.close`."""
        self.presence.stop()
        self.trophies.closing()
        self.saves.closing()

    def _if_left(self, player: Player | None) -> None:
        self.manager.if_left(self.name, None if player is None else self.sessions.closing(player))
