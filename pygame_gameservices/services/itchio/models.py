"""What itch.io answers, as frozen values. What may be missing there is None here; what is new there is in ``raw``.

All values are immutable and safe to hand between threads. Moments are aware datetimes in UTC.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from pygame_gameservices.services.itchio.scopes import covers
from pygame_gameservices.services.raw import Raw


class Money(msgspec.Struct, frozen=True):
    """An amount of money, as the service gave it. Do not divide by 100: not every currency has cents.

    Attributes:
        amount_minor: in the smallest unit of the currency, such as cents.
        currency: its code, such as ``"USD"``.
        formatted: for people, such as ``"$50.47"``.
    """

    amount_minor: int
    currency: str
    formatted: str = ""


class Credentials(msgspec.Struct, frozen=True, kw_only=True):
    """What a key or token is good for (API page ``credentials/info``).

    Attributes:
        scopes: what it gives access to; keys from the settings page are unscoped, and what is listed for them is not
            documented. Use it to explain a refusal, not to hold a call back.
        expires_at: when a short-lived token ends; None for keys.
        type: ``"key"`` or ``"jwt"``; empty when not told (legacy).
        raw: the object as it came.
    """

    scopes: tuple[str, ...] = ()
    expires_at: datetime | None = None
    type: str = ""
    raw: Raw = msgspec.field(default_factory=Raw)

    def permits(self, scope: str) -> bool:
        """Whether one of the scopes covers `scope`: ``profile`` covers ``profile:me``, and not the other way round."""
        return any(covers(granted, scope) for granted in self.scopes)


class ItchioUser(msgspec.Struct, frozen=True, kw_only=True):
    """An itch.io account (API page ``profile``, legacy ``me``).

    Attributes:
        id: the account's number.
        username: its name.
        url: its page; empty when not told.
        display_name: what it wants to be called; None when that is the username.
        cover_url: where its picture is.
        still_cover_url: the same, not moving; None unless the picture moves.
        gamer, developer, press_user: what the account says it is; None when not told.
        raw: the object as it came.
    """

    id: int
    username: str
    url: str = ""
    display_name: str | None = None
    cover_url: str | None = None
    still_cover_url: str | None = None
    gamer: bool | None = None
    developer: bool | None = None
    press_user: bool | None = None
    raw: Raw = msgspec.field(default_factory=Raw)

    @property
    def name(self) -> str:
        """What to call the player: the display name, else the username."""
        return self.display_name or self.username


class ItchioGame(msgspec.Struct, frozen=True, kw_only=True):
    """A game you uploaded or may edit (API page ``profile/games``, legacy ``my-games``).

    Attributes:
        id: the game's number.
        title, url: its name, and its page (empty when not told).
        short_text: its one-line description.
        type: how it is played: ``default`` (downloaded), ``html``, ``flash``, ``unity``, ``java``.
        classification: ``game``, ``tool``, ``assets``, ...; None on the legacy host.
        platforms: out of ``windows``, ``linux``, ``osx``, ``android``.
        traits: all that the service says in this way, such as ``p_windows`` and ``can_be_bought``.
        min_price_minor: the least it costs, in the smallest unit of a currency that the service does not name.
        created_at, published_at: when; None when not told, or never published.
        published: whether others can see it.
        cover_url: where its picture is.
        still_cover_url: the same, not moving; None unless the picture moves.
        downloads_count, views_count, purchases_count: numbers so far; purchases in bundles are not among them.
        earnings: one amount per currency.
        user: who made it, where told.
        raw: the object as it came.
    """

    id: int
    title: str
    url: str = ""
    short_text: str | None = None
    type: str | None = None
    classification: str | None = None
    platforms: frozenset[str] = frozenset()
    traits: frozenset[str] = frozenset()
    min_price_minor: int | None = None
    created_at: datetime | None = None
    published_at: datetime | None = None
    published: bool | None = None
    cover_url: str | None = None
    still_cover_url: str | None = None
    downloads_count: int | None = None
    views_count: int | None = None
    purchases_count: int | None = None
    earnings: tuple[Money, ...] = ()
    user: ItchioUser | None = None
    raw: Raw = msgspec.field(default_factory=Raw)


class DownloadKey(msgspec.Struct, frozen=True, kw_only=True):
    """The right of somebody to download a game (API page ``games/GAME_ID/download_keys``).

    Attributes:
        id: the key's number.
        game_id: the game it opens.
        key: the secret part of a buyer's download address; None when not told.
        created_at: when it was bought or claimed.
        downloads: how often it was used.
        owner: whose it is; None while nobody has claimed it.
        raw: the object as it came.
    """

    id: int
    game_id: int
    key: str | None = None
    created_at: datetime | None = None
    downloads: int | None = None
    owner: ItchioUser | None = None
    raw: Raw = msgspec.field(default_factory=Raw)

    def __repr__(self) -> str:
        """Leaves the key out: whoever has it has the game."""
        return f"<DownloadKey {self.id} of game {self.game_id}>"


class Purchase(msgspec.Struct, frozen=True, kw_only=True):
    """A completed purchase (API page ``games/GAME_ID/purchases``).

    Attributes:
        id: the purchase's number.
        game_id: the game that was asked about.
        game_ids: every game of the purchase: more than one for a bundle.
        email: the buyer's address; perhaps another one than was asked for, linked to the same account.
        price: for people, such as ``"$1.00"``; no number, since currencies differ in how they are written.
        currency: its code.
        sale_rate: percent that it was cheaper by; 0 for none.
        source: who handled the payment, such as ``amazon``.
        created_at: when.
        donation: True when no download key came with it (games played in the browser).
        quantity, status, purchase_type: None on the legacy host.
        raw: the object as it came.
    """

    id: int
    game_id: int
    game_ids: tuple[int, ...] = ()
    email: str | None = None
    price: str | None = None
    currency: str | None = None
    sale_rate: float | None = None
    source: str | None = None
    created_at: datetime | None = None
    donation: bool | None = None
    quantity: int | None = None
    status: str | None = None
    purchase_type: str | None = None
    raw: Raw = msgspec.field(default_factory=Raw)


class OwnedKey(msgspec.Struct, frozen=True, kw_only=True):
    """A game that the player owns (API page ``profile/owned-keys``).

    Attributes:
        id: the download key's number.
        game_id: the game.
        purchase_id: the purchase it came with; None when it was claimed.
        downloads: how often it was used.
        created_at, updated_at: when.
        game: the game itself, where told.
        raw: the object as it came.
    """

    id: int
    game_id: int
    purchase_id: int | None = None
    downloads: int | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    game: ItchioGame | None = None
    raw: Raw = msgspec.field(default_factory=Raw)


class ItchioCollection(msgspec.Struct, frozen=True, kw_only=True):
    """A list of games that somebody keeps (API pages ``profile/collections``, ``collections/COLLECTION_ID``).

    Attributes:
        id: the collection's number.
        title: what it is called.
        games_count: how many games are in it; None when not told.
        created_at, updated_at: when.
        raw: the object as it came.
    """

    id: int
    title: str = ""
    games_count: int | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    raw: Raw = msgspec.field(default_factory=Raw)


class CollectedGame(msgspec.Struct, frozen=True, kw_only=True):
    """A game's place in a collection (API page ``collections/COLLECTION_ID/collection-games``).

    Attributes:
        game_id: the game's number.
        game: the game itself, where told.
        position: its place, from 0 on; None when not told.
        blurb: what the keeper wrote about it, perhaps HTML of theirs: show it as text.
        created_at, updated_at: when it was added and changed.
        raw: the object as it came.
    """

    game_id: int
    game: ItchioGame | None = None
    position: int | None = None
    blurb: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    raw: Raw = msgspec.field(default_factory=Raw)


class ItchioBuild(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a file, as pushed with butler (API pages ``uploads/UPLOAD_ID/builds``, ``builds/BUILD_ID``).

    Attributes:
        id: the build's number.
        version: counts the builds of its file, from 1 on.
        user_version: what its maker calls the version; None when it was pushed without.
        parent_build_id: the build before it; None for the first.
        state: ``started``, ``processing``, ``completed`` or ``failed``.
        user: who pushed it, where told.
        created_at, updated_at: when.
        raw: the object as it came.
    """

    id: int
    version: int | None = None
    user_version: str | None = None
    parent_build_id: int | None = None
    state: str | None = None
    user: ItchioUser | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    raw: Raw = msgspec.field(default_factory=Raw)


class ItchioUpload(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a game (API pages ``games/GAME_ID/uploads``, ``uploads/UPLOAD_ID``).

    Attributes:
        id: the file's number.
        filename: its name, such as ``light-harvest-windows.zip``.
        display_name: what its maker calls it; None when they do not.
        size: bytes; None when not told.
        channel_name: the channel it is pushed to with butler; None for files uploaded by hand.
        build: the newest build of the channel, where there is one.
        platforms: out of ``windows``, ``linux``, ``osx``, ``android``.
        type: what it is: ``default``, ``html``, ``soundtrack``, ``book``, ...
        demo, preorder: whether it is one.
        created_at, updated_at: when.
        raw: the object as it came.
    """

    id: int
    filename: str = ""
    display_name: str | None = None
    size: int | None = None
    channel_name: str | None = None
    build: ItchioBuild | None = None
    platforms: frozenset[str] = frozenset()
    type: str | None = None
    demo: bool | None = None
    preorder: bool | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    raw: Raw = msgspec.field(default_factory=Raw)


class ClaimedReward(msgspec.Struct, frozen=True, kw_only=True):
    """A reward of a game of yours that somebody has claimed (``games/GAME_ID/claimed-rewards``).

    itch.io documents neither the address nor what it answers: any field may be None, and ``raw`` holds what came.

    Attributes:
        id: the claim's number.
        reward_id, title: which reward.
        user: who claimed it.
        email: their address.
        created_at: when.
        raw: the object as it came.
    """

    id: int | None = None
    reward_id: int | None = None
    title: str | None = None
    user: ItchioUser | None = None
    email: str | None = None
    created_at: datetime | None = None
    raw: Raw = msgspec.field(default_factory=Raw)
