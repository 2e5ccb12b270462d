"""Itchio: the service object a game adds to its manager (itch.io server-side API)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Self

from pygame_gameservices.core.calls.call import Call, Pending
from pygame_gameservices.core.calls.operation import Priority
from pygame_gameservices.core.config import Config, filled, sealed
from pygame_gameservices.core.storage.credentials import Hidden, Secret, concealed
from pygame_gameservices.errors import AuthError, UsageError
from pygame_gameservices.services.arguments import integer, listed, secret, text
from pygame_gameservices.services.chain import Chain, Steps
from pygame_gameservices.services.itchio.events import ItchioSignedIn
from pygame_gameservices.services.itchio.gateway import Gateway, checked_key
from pygame_gameservices.services.itchio.launch import Launch
from pygame_gameservices.services.itchio.models import (
    ClaimedReward,
    CollectedGame,
    Credentials,
    DownloadKey,
    ItchioBuild,
    ItchioCollection,
    ItchioGame,
    ItchioUpload,
    ItchioUser,
    OwnedKey,
    Purchase,
)
from pygame_gameservices.services.relay import relayed
from pygame_gameservices.services.wrong_calls import says_how_to_call

if TYPE_CHECKING:
    from pygame_gameservices.services.itchio.oauth import Authorization

AUTHORIZE_URL = "https://itch.io/user/oauth"
MOST_PER_PAGE = 500
MOST_GAMES = 50
"""Games in one request for owned keys."""
MOST_PAGES = 200
"""A page that is never empty would otherwise be read for ever."""


@says_how_to_call()
class Itchio(Gateway):
    """itch.io: who is playing, what they own, your games and their sales, and whether there is an update.

    ::

        itch = services.add(Itchio.launched())          # in a game: with the token that the itch app hands over
        itch.who_is_playing().then(lambda call: print(call.value))

        itch = services.add(Itchio(os.environ["ITCHIO_API_KEY"]))       # on your own server or desk
        itch.owns(game_id=3, user_id=1994)

    **Never ship your own key inside a game**: whoever has the game's files can find it, and it opens your account. A
    game uses the player's token (`launched`, or `authorize`); see this folder's README.

    Every method returns at once and never blocks. Frame thread.

    Args:
        api_key: an API key, an OAuth token or a launch token; None where `latest_build` is all that is needed.
        dialect: ``"modern"`` (https://api.itch.io), or ``"legacy"`` (https://itch.io/api/1).
        base_url: where the API is; a sandbox or a relay of your own. None for the dialect's own.
        name: as it appears in events and errors; another one for a second client.
        allow_http: accept a `base_url` with plain http to another machine.
        relay: address of a relay of yours, which holds your key (``gameservices relay``), so that a game can ask
            whether its player owns it. `api_key` is then the player's own token, if there is one.

    Attributes:
        user: who is playing, as last fetched; stays when the token ends. None until asked.
        credentials: what the key is good for, as last fetched; None until asked.
        expires_at: when the token ends, where known; aware, UTC.
        launch: what the itch app handed over, for a client made by `launched`.

    Raises:
        UsageError: an argument cannot be right.
    """

    def __init__(
        self,
        api_key: str | Secret | None = None,
        *,
        dialect: str = "modern",
        base_url: str | None = None,
        name: str = "itchio",
        allow_http: bool = False,
        relay: str | None = None,
    ) -> None:
        api_key = None if api_key is None else concealed(api_key)
        usual = "" if base_url is None else base_url
        behind = relayed(relay, "itchio", key=Secret(""), base_url=usual, usual="", allow_http=allow_http)
        super().__init__(api_key, dialect=dialect, base_url=base_url, name=name, allow_http=allow_http, relay=behind)
        self.launch: Launch | None = None

    @classmethod
    def launched(
        cls,
        environ: Mapping[str, str] | None = None,
        *,
        base_url: str | None = None,
        name: str = "itchio",
        relay: str | None = None,
    ) -> Self:
        """Make a client with what the itch app handed to this game. Works without the app, too: it then has no key.

        Args:
            environ: the environment; this process's by default.
            base_url: as for `Itchio`.
            name: as for `Itchio`.
            relay: as for `Itchio`.

        Raises:
            UsageError: `environ` is no mapping, or another argument cannot be right.
        """
        told = Hidden(os.environ if environ is None else environ)
        del environ
        if not isinstance(told.reveal(), Mapping):
            kind = type(told.reveal()).__name__
            raise UsageError(f"environ is {kind}; pass a mapping such as os.environ, or nothing")
        launch = Launch.read(told.reveal())
        client = cls(launch.api_key, base_url=base_url, name=name, relay=relay)
        client.launch = launch
        client.expires_at = launch.expires_at
        return client

    @classmethod
    def from_config(cls, config: Config | str | os.PathLike[str] | None = None, **options: Any) -> Self:
        """Make one from ``api_key``, ``dialect`` and ``base_url`` in ``[itchio]`` of ``gameservices.toml``, or from
        ``ITCHIO_API_KEY``, ``ITCHIO_DIALECT`` and ``ITCHIO_BASE_URL``; or for the sandbox that `Config.sandbox` names;
        or with ``relay`` (``ITCHIO_RELAY``) in place of ``base_url``.

        ``ITCHIO_API_KEY`` is also where the itch app puts the player's token, so this does what `launched` does, too.
        Against a sandbox, the key is that of its developer where the file names none. Without a key it works, too.

        Args:
            config: what to go by, or the path of the file; None is `Config.load()`.
            options: further arguments of this class; they go before what the file says.

        Raises:
            ConfigurationError: a value cannot be right.
        """
        options = sealed(options, "api_key")
        config = Config.of(config)
        section = config.section("itchio")
        dialect = options.get("dialect") or section.text("dialect", "modern")
        key = section.secret("api_key", "", in_sandbox="sandbox-itchio-key")
        relay = options.get("relay") or section.relay()
        below = "/itchio/api/1" if dialect == "legacy" else "/itchio"
        client = cls(
            **filled(
                options,
                api_key=lambda: key or None,
                dialect=lambda: dialect,
                base_url=lambda: None if relay else section.address("", in_sandbox=below) or None,
                relay=lambda: relay or None,
            )
        )
        launch = Launch.read(config.environment)
        if launch.by_app and not config.sandbox and "api_key" not in options:
            client.launch = launch
            client.expires_at = launch.expires_at if launch.api_key == key else None
        return client

    def __repr__(self) -> str:
        who = self.user.username if self.user is not None else "with a key" if self.has_key else "no key"
        return f"<Itchio {self.name!r}, {who}, {self.dialect.name}, at {self.base_url}>"

    @property
    def has_key(self) -> bool:
        """Whether there is a key, so that calls which need one are worth making."""
        return self._key is not None

    def sign_in(self, token: str | Secret) -> Call[ItchioUser]:
        """Make all calls with `token` from now on, and ask whose it is. `ItchioSignedIn` follows.

        Returns:
            The call to ``profile``. It ends with `InvalidKey` when the token is wrong; it is then dropped.
        """
        token = concealed(token)
        key = checked_key("token", token)
        self.sign_out()
        self._key = key
        return self.who_is_playing().then(lambda call: self._drop_if_wrong(call, key))

    def authorize(
        self,
        client_id: str,
        *,
        scopes: Iterable[str] = ("profile:me",),
        port: int | None = None,
        timeout_s: float = 300.0,
        authorize_url: str = AUTHORIZE_URL,
    ) -> Authorization:
        """Ask the player to let the game in, in a browser (itch.io page "OAuth applications"). Needs no key.

        ::

            asked = itch.authorize("your-client-id", port=34567)
            webbrowser.open(asked.url)                          # once the player has said yes to that
            ...
            case ItchioAuthorized(token=token): itch.sign_in(token)

        With a `port`, a page is served on ``http://127.0.0.1:PORT``, to this machine only, until one answer with the
        right state came or `timeout_s` passed. Without, the player copies the token from itch.io's page, and the game
        gives it to ``asked.paste``. Either way `ItchioAuthorized` or `ItchioAuthorizationFailed` follows.

        Args:
            client_id: of your OAuth application. It is public.
            scopes: what to ask for: ``profile:me``, ``profile:owned``, ``game:view:ownership``, ...
            port: of the redirect address registered for the application, exactly; None to copy and paste.
            timeout_s: seconds to wait for the player.
            authorize_url: itch.io's page; a sandbox's in tests.

        Raises:
            UsageError: an argument cannot be right, the port is taken, or there are no threads for a page here, such as
                in a game in a browser; pass no port then, and have the player paste.
        """
        from pygame_gameservices.services.itchio.oauth import authorize  # a web server: few games need one

        return authorize(
            self.manager.announce,
            self.manager.run_beside,
            self.manager.waits,
            client_id,
            scopes=scopes,
            port=port,
            timeout_s=timeout_s,
            authorize_url=authorize_url,
        )

    def sign_out(self) -> None:
        """Forget the key and whose it was. Calls made before go on."""
        self._key = self.user = self.credentials = self.expires_at = None
        self._expiry_said = False

    def who_is_playing(self) -> Call[ItchioUser]:
        """Ask whose key this is, ahead of other calls. `ItchioSignedIn` follows; then `user` holds the answer."""
        call: Call[ItchioUser] = self.call("profile", priority=Priority.HIGH)
        return call.then(self._greet)

    def credentials_info(self) -> Call[Credentials]:
        """Ask what the key is good for, and until when (API page ``credentials/info``)."""
        return self.call("credentials_info")

    def profile(self) -> Call[ItchioUser]:
        """Fetch the account that the key belongs to (API page ``profile``, scope ``profile:me``)."""
        return self.call("profile")

    def games(self) -> Call[tuple[ItchioGame, ...]]:
        """Fetch all games you uploaded or may edit (API page ``profile/games``, scope ``profile:games``)."""
        return self.call("games")

    def download_key(
        self,
        game_id: int,
        *,
        download_key: str | Secret | None = None,
        user_id: int | None = None,
        email: str | None = None,
    ) -> Call[DownloadKey]:
        """Look a download key up (API page ``games/GAME_ID/download_keys``, scope ``game:view:purchases``).

        Args:
            game_id: one of your games.
            download_key: the key itself; `download_key_from_url` takes it out of a buyer's address.
            user_id: whose key; from a launch token, where it cannot be made up.
            email: whose key. **Verify first that the address is really theirs**, or anybody can own anything.

        Returns:
            A call that ends with `InvalidDownloadKey` or `NoDownloadKey` when there is none.

        Raises:
            UsageError: not exactly one of the three was given.
        """
        download_key = None if download_key is None else concealed(download_key)
        game = _game(game_id)
        return self.call("download_key", _whose(download_key=download_key, user_id=user_id, email=email), game_id=game)

    def owns(
        self,
        game_id: int,
        *,
        download_key: str | Secret | None = None,
        user_id: int | None = None,
        email: str | None = None,
    ) -> Call[bool]:
        """Ask whether somebody bought or claimed a game: as `download_key`, with no as an answer.

        The value is False for the two documented answers that say so, and for nothing else: no network, a wrong key or
        a wrong game end the call with an error. You yourself, as the game's maker, own no key of it.

        Raises:
            UsageError: not exactly one of the three was given.
        """
        download_key = None if download_key is None else concealed(download_key)
        game = _game(game_id)
        return self.call("owns", _whose(download_key=download_key, user_id=user_id, email=email), game_id=game)

    def purchases(
        self, game_id: int, *, email: str | None = None, user_id: int | None = None
    ) -> Call[tuple[Purchase, ...]]:
        """Fetch the completed purchases of a game (API page ``games/GAME_ID/purchases``).

        Somebody without purchases may still own the game, by a claimed key: ask `owns` about that. Scope
        ``game:view:purchases``.

        Args:
            game_id: one of your games.
            email: whose; **verify first that it is theirs**. Addresses linked to the same account count, too.
            user_id: whose.

        Raises:
            UsageError: not exactly one of the two was given.
        """
        return self.call("purchases", _whose(email=email, user_id=user_id), game_id=_game(game_id))

    def latest_build(
        self, channel_name: str, *, game_id: int | None = None, target: str | None = None
    ) -> Call[str | None]:
        """Ask for the newest version of a channel (API page ``wharf/latest``). Needs no key: fit for every game.

        Args:
            channel_name: such as ``"windows"``, as pushed with butler.
            game_id: the game's number, or:
            target: the game as ``"user/game"``.

        Returns:
            A call whose value is the version, or None when the build was pushed without one. It ends with
            `InvalidGame` or `InvalidChannel` when there is no such thing, or nobody may see it.

        Raises:
            UsageError: not exactly one of `game_id` and `target` was given.
        """
        if (game_id is None) == (target is None):
            raise UsageError("pass either game_id or target")
        arguments = {"channel_name": text("channel_name", channel_name)}
        if game_id is not None:
            arguments["game_id"] = integer("game_id", game_id, least=1)
        else:
            arguments["target"] = _target(target)
        return self.call("latest_build", arguments)

    def ownership(self, game_id: int) -> Call[bool]:
        """Ask whether the player owns a game of yours, with the player's own OAuth token (``games/GAME_ID/ownership``).

        Scope ``game:view:ownership``; modern dialect. Only for games of the account that registered the OAuth
        application. Not documented by itch.io so far.
        """
        return self.call("ownership", game_id=_game(game_id))

    def owned_keys_page(
        self,
        page: int = 1,
        *,
        per_page: int = MOST_PER_PAGE,
        game_ids: Iterable[int] | None = None,
        game_id: int | None = None,
    ) -> Call[tuple[OwnedKey, ...]]:
        """Fetch one page of what the player owns (``profile/owned-keys``, scope ``profile:owned``; modern dialect).

        A page that is not full says nothing. Without games to look for, an empty one is the last.

        Args:
            page: which, from 1 on.
            per_page: how many to ask for at once.
            game_ids: only keys of these games, at most 50; whatever else the service sends is left out.
            game_id: the same, for one game.

        Raises:
            UsageError: an argument cannot be right, or both `game_ids` and `game_id` were given.
        """
        games = _wanted_games(game_ids, game_id)
        if games is not None and len(games) > MOST_GAMES:
            raise UsageError(f"game_ids names {len(games)} games; pass at most {MOST_GAMES}, or call owned_keys")
        return self.call("owned_keys_page", _owned_arguments(page, per_page, games))

    def owned_keys(
        self,
        *,
        game_ids: Iterable[int] | None = None,
        game_id: int | None = None,
        per_page: int = MOST_PER_PAGE,
    ) -> Pending[tuple[OwnedKey, ...]]:
        """Fetch all that the player owns, page by page until an empty one. Each key is in it once.

        Args:
            game_ids: only keys of these games, any number of them; whatever else the service sends is left out.
            game_id: the same, for one game.
            per_page: how many to ask for at once.

        Raises:
            UsageError: an argument cannot be right, or both `game_ids` and `game_id` were given.
        """
        games = _wanted_games(game_ids, game_id)
        _owned_arguments(1, per_page, games)
        return Chain("owned_keys", self._owned_keys(per_page, games))

    def collections(self) -> Call[tuple[ItchioCollection, ...]]:
        """Fetch the player's collections (``profile/collections``, scope ``profile:collections``; modern dialect)."""
        return self.call("collections")

    def collection(self, collection_id: int) -> Call[ItchioCollection]:
        """Fetch what a collection is called and how large it is (``collections/COLLECTION_ID``; modern dialect)."""
        return self.call("collection", {"collection_id": integer("collection_id", collection_id, least=1)})

    def collection_games(self, collection_id: int) -> Pending[tuple[CollectedGame, ...]]:
        """Fetch all games of a collection, page by page (``collections/ID/collection-games``; modern dialect).

        Raises:
            UsageError: `collection_id` is no number.
        """
        which = {"collection_id": integer("collection_id", collection_id, least=1)}
        return Chain("collection_games", self._collection_games(which))

    def uploads(self, game_id: int, *, download_key_id: int | None = None) -> Call[tuple[ItchioUpload, ...]]:
        """Fetch the files of a game that may be downloaded with this key (``games/GAME_ID/uploads``; modern dialect).

        Args:
            game_id: the game.
            download_key_id: the number of a download key, such as `OwnedKey.id`, for games that must be bought.
        """
        more = {} if download_key_id is None else {"download_key_id": integer("download_key_id", download_key_id)}
        return self.call("uploads", more, game_id=_game(game_id))

    def upload(self, upload_id: int, *, download_key_id: int | None = None) -> Call[ItchioUpload]:
        """Fetch what is known of a file (``uploads/UPLOAD_ID``; modern dialect). See `uploads`."""
        return self.call("upload", _file("upload_id", upload_id, download_key_id))

    def builds(self, upload_id: int, *, download_key_id: int | None = None) -> Call[tuple[ItchioBuild, ...]]:
        """Fetch the builds of a file, newest first (``uploads/UPLOAD_ID/builds``; modern dialect). See `uploads`."""
        return self.call("builds", _file("upload_id", upload_id, download_key_id))

    def build(self, build_id: int, *, download_key_id: int | None = None) -> Call[ItchioBuild]:
        """Fetch what is known of a build (``builds/BUILD_ID``; modern dialect). See `uploads`."""
        return self.call("build", _file("build_id", build_id, download_key_id))

    def claimed_rewards(self, game_id: int) -> Call[tuple[ClaimedReward, ...]]:
        """Fetch all claimed rewards of a game of yours (``games/GAME_ID/claimed-rewards``; modern dialect).

        Scope ``game:view:rewards``, with the key of an account that may edit the game. Not documented by itch.io: see
        `ClaimedReward`.
        """
        return self.call("claimed_rewards", game_id=_game(game_id))

    def _owned_keys(self, per_page: int, games: tuple[int, ...] | None) -> Steps[tuple[OwnedKey, ...]]:
        found: dict[int, OwnedKey] = {}
        if games is None:
            yield from self._all_pages(
                lambda page: self.call("owned_keys", _owned_arguments(page, per_page, None)), found
            )
            return tuple(found.values())
        for start in range(0, len(games), MOST_GAMES):
            some = games[start : start + MOST_GAMES]
            fetch = lambda page, some=some: self.call("owned_keys", _owned_arguments(page, per_page, some))  # noqa: E731
            yield from self._all_pages(fetch, found)
        return tuple(key for key in found.values() if key.game_id in games)  # not every server looks at game_ids

    def _collection_games(self, which: dict[str, str]) -> Steps[tuple[CollectedGame, ...]]:
        found: dict[int, CollectedGame] = {}
        fetch = lambda page: self.call("collection_games", {**which, "page": str(page)})  # noqa: E731
        yield from self._all_pages(fetch, found, lambda one: one.game_id)
        return tuple(found.values())

    def _all_pages(
        self,
        fetch: Callable[[int], Call[Any]],
        found: dict[int, Any],
        number: Callable[[Any], int] = lambda one: one.id,
    ) -> Steps[None]:
        """Add all pages to `found`, up to one that is empty; or the same again, from a relay that knows no pages."""
        for page in range(1, MOST_PAGES + 1):
            values: tuple[Any, ...] = yield fetch(page)
            before = len(found)
            for one in values:
                found.setdefault(number(one), one)
            if len(found) == before:
                break

    def _greet(self, call: Call[ItchioUser]) -> None:
        if call.value is not None and call.operation.credential is self._key:
            self._say(ItchioSignedIn(call.value))

    def _drop_if_wrong(self, call: Call[ItchioUser], key: Secret) -> None:
        if isinstance(call.error, AuthError) and self._key is key:
            self.sign_out()


def _whose(**given: str | Secret | int | None) -> dict[str, str]:
    """Exactly one of several ways to say who: what the service does with two is not documented."""
    chosen = {name: value for name, value in given.items() if value is not None}
    if len(chosen) != 1:
        raise UsageError(f"pass exactly one of {', '.join(given)}")
    ((name, value),) = chosen.items()
    if isinstance(value, Secret):
        return {name: secret(name, value).reveal()}
    return {name: integer(name, value, least=1) if name == "user_id" else text(name, value)}


def _wanted_games(game_ids: Iterable[int] | None, game_id: int | None) -> tuple[int, ...] | None:
    """The games that are asked about, each once; None for all."""
    if game_ids is not None and game_id is not None:
        raise UsageError("pass either game_ids or game_id")
    if game_id is not None:
        return (_game(game_id),)
    if game_ids is None:
        return None
    games = tuple(dict.fromkeys(int(integer("game_ids", one, least=1)) for one in listed("game_ids", game_ids, "ids")))
    if not games:
        raise UsageError("game_ids names no game; pass at least one, or leave it out")
    return games


def _owned_arguments(page: int, per_page: int, games: tuple[int, ...] | None) -> dict[str, str]:
    arguments = {
        "page": integer("page", page, least=1),
        "per_page": integer("per_page", per_page, least=1, most=MOST_PER_PAGE),
    }
    return arguments if games is None else {**arguments, "game_ids": ",".join(map(str, games))}


def _file(name: str, number: int, download_key_id: int | None) -> dict[str, str]:
    arguments = {name: integer(name, number, least=1)}
    if download_key_id is not None:
        arguments["download_key_id"] = integer("download_key_id", download_key_id, least=1)
    return arguments


def _game(game_id: int) -> int:
    integer("game_id", game_id, least=1)
    return game_id


def _target(target: str | None) -> str:
    user, slash, game = text("target", target).partition("/")
    if not (user and slash and game) or "/" in game:
        raise UsageError(f"target is {target!r}; pass it as 'user/game'")
    return f"{user}/{game}"
