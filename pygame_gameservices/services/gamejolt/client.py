"""GameJolt: the service object a game adds to its manager (Game Jolt Game API, version 1.2)."""

from __future__ import annotations

from pygame_gameservices.core.call import Call
from pygame_gameservices.core.credentials import Secret
from pygame_gameservices.core.operation import Kind, Priority
from pygame_gameservices.errors import AuthError
from pygame_gameservices.services.base import text
from pygame_gameservices.services.gamejolt.accounts import Friends, Sessions, Time, Users
from pygame_gameservices.services.gamejolt.data_store import DataStore
from pygame_gameservices.services.gamejolt.events import SignedIn, SignedOut, SignInFailed
from pygame_gameservices.services.gamejolt.gateway import BASE_URL, Gateway, Player
from pygame_gameservices.services.gamejolt.models import User
from pygame_gameservices.services.gamejolt.scores import Scores
from pygame_gameservices.services.gamejolt.trophies import Trophies


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
        private_key: the game's key, from the same page. Whoever has the game's files can find it: see README.
        base_url: where the API is; a sandbox or a relay of your own.
        signature: ``"md5"`` or ``"sha1"``.
        name: as it appears in events and errors; another one for a second game.
        allow_http: accept a `base_url` with plain http to another machine.

    Attributes:
        users, sessions, scores, trophies, data_store, friends, time: the parts of the API.
        game_id: the game's number.
        player: whose calls are made now, or None.
        user: the account of the player, once Game Jolt has confirmed it, or None.

    Raises:
        UsageError: an argument cannot be right.
    """

    def __init__(
        self,
        game_id: int,
        private_key: str | Secret,
        *,
        base_url: str = BASE_URL,
        signature: str = "md5",
        name: str = "gamejolt",
        allow_http: bool = False,
    ) -> None:
        super().__init__(game_id, private_key, base_url=base_url, signature=signature, name=name, allow_http=allow_http)
        self.users = Users(self)
        self.sessions = Sessions(self)
        self.scores = Scores(self)
        self.trophies = Trophies(self)
        self.data_store = DataStore(self)
        self.friends = Friends(self)
        self.time = Time(self)
        self.user: User | None = None
        self._signing_in: Player | None = None

    def sign_in(self, username: str, user_token: str | Secret) -> Call[bool]:
        """Sign a player in with the name and game token (not the password) of a Game Jolt account.

        Calls made from now on are the player's, so a game need not wait for the answer. `SignedIn` or `SignInFailed`
        follows. If Game Jolt refuses, nobody is signed in; if it cannot be reached, the player stays, for later.

        Returns:
            The call to ``users/auth/``.

        Raises:
            UsageError: the name or the token is no text, or empty.
        """
        token = user_token if isinstance(user_token, Secret) else Secret(text("user_token", user_token))
        player = Player(text("username", username), token)
        if self.player is not None and self.player.username != player.username:
            self.sign_out()
        self.player = player
        lane = f"{self.name}/sign-in"
        auth: Call[bool] = self.call("users.auth", Kind.SAFE, {}, player=player, lane=lane, priority=Priority.HIGH)
        account: Call[tuple[User, ...]] = self.call(
            "users.fetch", Kind.SAFE, {"username": username}, lane=lane, priority=Priority.HIGH
        )
        self._signing_in = player
        account.then(lambda ended: self._check_signed_in(player, auth, account))
        return auth.then(lambda ended: self._check_signed_in(player, auth, account))

    def sign_out(self) -> None:
        """Sign the player out. Calls made before go on; `SignedOut` follows. Frame thread; never blocks."""
        if self.player is None:
            return
        self._signing_in = None
        confirmed, self.user = self.user, None
        username, self.player = self.player.username, None
        self.trophies.forget()
        if confirmed is not None:
            self.manager.announce(SignedOut(username))

    def _check_signed_in(self, player: Player, auth: Call[bool], account: Call[tuple[User, ...]]) -> None:
        """Look at the two calls of a sign-in each time one of them ends, in whichever order they do."""
        if self._signing_in is not player:
            return  # over already: decided, signed out, or somebody else is signing in
        if auth.error is not None:
            self._signing_in = None
            if isinstance(auth.error, AuthError):
                self.player = None
            if not account.done:
                account.cancel()
            self._say(SignInFailed(auth.error))
        elif auth.done and account.done:
            self._signing_in = None
            found = account.value or ()
            self.user = found[0] if found else User(id=0, username=player.username)
            self._say(SignedIn(self.user))
            self.trophies.learn()
