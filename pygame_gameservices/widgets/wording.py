"""The words that widgets say by themselves, in one place for translation.

Names in braces are filled in; leave out what a language does not need.
"""

from __future__ import annotations

from dataclasses import MISSING, dataclass, field, fields
from string import Formatter

from pygame_gameservices.errors import UsageError


class _Words:
    """Checks the words where they are written: a mistake would else show when they are shown."""

    def __post_init__(self) -> None:
        for each in fields(self):  # type: ignore[arg-type]
            usual = each.default if each.default is not MISSING else None
            if isinstance(usual, str):
                _check(f"{type(self).__name__}.{each.name}", getattr(self, each.name), usual)
            elif each.default_factory is not MISSING:
                kind = type(each.default_factory())
                if not isinstance(getattr(self, each.name), kind):
                    raise UsageError(f"{type(self).__name__}.{each.name} must be a {kind.__name__}")


def _check(name: str, words: object, usual: str) -> None:
    if not isinstance(words, str):
        raise UsageError(f"{name} is {words!r}; write a text")
    if words == usual:
        return
    known = _names(usual)
    try:
        unknown = _names(words) - known
    except ValueError as error:
        raise UsageError(f"{name} is {words!r}: {error}; write {{{{ for a brace") from None
    if unknown:
        there = ", ".join(f"{{{one}}}" for one in sorted(known)) or "none"
        raise UsageError(f"{name} is {words!r}: {{{min(unknown)}}} is not known here; what is filled in: {there}")


def _names(words: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(words) if name is not None}


@dataclass(frozen=True, kw_only=True)
class TroubleWording(_Words):
    """What went wrong, in a short line each; see `Trouble`."""

    wrong: str = "Username and token do not match."
    offline: str = "No connection. Check your network."
    down: str = "{service} is not working right now. Try again later."
    busy: str = "Too many tries. Wait a moment."
    setup: str = "This game is not set up correctly."
    sign_in: str = "Sign in first."
    no_table: str = "There is no such table."

    def of(self, trouble: str, service: str) -> str:
        """The line for a `Trouble` with a service that players know as `service`."""
        words: str = getattr(self, trouble)
        return words.format(service=service)


@dataclass(frozen=True, kw_only=True)
class HintWording(_Words):
    """What keys and buttons do, at the foot of a widget."""

    select: str = "Select"
    close: str = "Close"
    back: str = "Back"
    tabs: str = "Tabs"
    views: str = "Views"
    refresh: str = "Refresh"
    filter: str = "Filter"
    move: str = "Move"
    erase: str = "Erase"


@dataclass(frozen=True, kw_only=True)
class LoginWording(_Words):
    """What the login says."""

    title: str = "Sign in to {service}"
    subtitle: str = "Keep your trophies and scores."
    username: str = "Username"
    token: str = "Game token"
    not_password: str = "not your password"
    help: str = "On gamejolt.com, click your avatar, then “Game token”."
    phone: str = "Scan this with a phone to read your token there."
    remember: str = "Remember me on this computer"
    sign_in: str = "Sign in"
    signing_in: str = "Signing in …"
    cancel: str = "Cancel"
    guest: str = "Play as guest"
    offline: str = "Play offline"
    username_missing: str = "Enter your username."
    token_missing: str = "Enter your game token."


@dataclass(frozen=True, kw_only=True)
class KeyboardWording(_Words):
    """What the keyboard on the screen says."""

    paste: str = "Paste"
    done: str = "Done"


@dataclass(frozen=True, kw_only=True)
class BoardWording(_Words):
    """What the leaderboard says. ``as_of`` gets ``{time}``, ``gap`` gets ``{gap}`` and ``{rank}`` of the next place."""

    title: str = "Leaderboard"
    top: str = "Top"
    around: str = "Around me"
    friends: str = "Friends"
    you: str = "You"
    empty: str = "No scores yet"
    empty_text: str = "Be the first."
    empty_around: str = "You have no score here yet"
    empty_around_text: str = "Play a round and come back."
    empty_friends: str = "None of your friends is here yet"
    failed: str = "The scores could not be loaded"
    retry: str = "Try again"
    as_of: str = "as of {time}"
    guest: str = "guest"
    gap: str = "{gap} to #{rank}"
    player: str = "Player"
    score: str = "Score"


@dataclass(frozen=True, kw_only=True)
class TrophyWording(_Words):
    """What the trophy list says. ``bronze`` to ``platinum`` are the ranks, written in capitals. ``progress`` gets
    ``{count}``, ``{total}`` and ``{percent}``.
    """

    title: str = "Trophies"
    bronze: str = "Bronze"
    silver: str = "Silver"
    gold: str = "Gold"
    platinum: str = "Platinum"
    progress: str = "{count} of {total}"
    every: str = "All"
    unlocked: str = "Unlocked"
    locked: str = "Locked"
    secret: str = "Secret trophy"
    secret_text: str = "Keep playing to find out."
    empty: str = "Nothing here yet"
    empty_text: str = "Choose another filter, or go and earn some."
    none: str = "This game has no trophies"
    failed: str = "The trophies could not be loaded"
    retry: str = "Try again"


@dataclass(frozen=True, kw_only=True)
class BadgeWording(_Words):
    """What the status badge says. ``waiting`` gets ``{count}``."""

    signed_out: str = "Not signed in"
    signing_in: str = "Signing in …"
    offline: str = "Offline"
    waiting: str = "{count} to send"


@dataclass(frozen=True, kw_only=True)
class ShelfWording(_Words):
    """What the shelf of other games says. ``question`` gets ``{title}``, ``question_text`` ``{host}``."""

    title: str = "More games"
    subtitle: str = "by the makers of this one"
    question: str = "Open “{title}” in your browser?"
    question_text: str = "The game stays open. You will see {host}."
    open: str = "Open"
    stay: str = "Stay here"
    empty: str = "No other games yet"
    failed: str = "The games could not be loaded"
    retry: str = "Try again"


@dataclass(frozen=True, kw_only=True)
class MarketWording(_Words):
    """What the market board says. ``in_unit`` heads a column of numbers: ``{what}`` they are, in which ``{unit}``."""

    title: str = "Market"
    spot: str = "Spot price"
    book: str = "Order book"
    trades: str = "Last trades"
    price: str = "Price"
    amount: str = "Amount"
    time: str = "Time"
    in_unit: str = "{what} ({unit})"
    spread: str = "Spread {spread}"
    no_orders: str = "No orders"
    no_asks: str = "Nobody sells"
    no_bids: str = "Nobody buys"
    no_trades: str = "No trades yet"
    no_price: str = "No price"
    sell: str = "Sell"
    buy: str = "Buy"
    failed: str = "The market could not be loaded"
    retry: str = "Try again"


@dataclass(frozen=True, kw_only=True)
class Wording(_Words):
    """What widgets say.

    Attributes:
        trophy: the label over a trophy's title.
        trophy_with_difficulty: the same for a difficulty that no medal stands for: ``{difficulty}``.
        owners: how many of the players have a trophy: ``{percent}``.
        progress: the label over an achievement that the player came nearer to.
        trophies: the title of a burst: ``{count}``.
        and_more: the end of a burst's list: ``{titles}``, ``{count}`` that are not named.
        signed_in, signed_out: ``{username}``.
        sign_in_failed: the title when signing in failed; why stands below.
        offline, offline_text: when a service cannot be reached: ``{service}``.
        online: when it can again: ``{service}``.
        stale: on what is shown when newer could not be had, though there is a connection.
        service_names: how players know a service that programmers call otherwise.
        trouble, hints, login, keyboard, board, trophy_list, badge, shelf, market: those of each widget.
    """

    trophy: str = "Trophy unlocked"
    trophy_with_difficulty: str = "Trophy unlocked · {difficulty}"
    owners: str = "{percent}% have it"
    progress: str = "Progress"
    trophies: str = "{count} trophies unlocked"
    and_more: str = "{titles} and {count} more"
    signed_in: str = "Signed in as {username}"
    signed_out: str = "Signed out"
    sign_in_failed: str = "Signing in failed"
    offline: str = "No connection"
    offline_text: str = "Your progress is kept and sent later."
    online: str = "Back online"
    stale: str = "Not up to date"
    service_names: tuple[tuple[str, str], ...] = (
        ("gamejolt", "Game Jolt"),
        ("itchio", "itch.io"),
        ("easyjam", "EasyJam"),
        ("forge", "Forge"),
        ("trading", "The market"),
    )
    trouble: TroubleWording = field(default_factory=TroubleWording)
    hints: HintWording = field(default_factory=HintWording)
    login: LoginWording = field(default_factory=LoginWording)
    keyboard: KeyboardWording = field(default_factory=KeyboardWording)
    board: BoardWording = field(default_factory=BoardWording)
    trophy_list: TrophyWording = field(default_factory=TrophyWording)
    badge: BadgeWording = field(default_factory=BadgeWording)
    shelf: ShelfWording = field(default_factory=ShelfWording)
    market: MarketWording = field(default_factory=MarketWording)

    def owned_by(self, percent: float | None) -> str:
        """How many of the players have something; empty when that is not known."""
        if percent is None:
            return ""
        return self.owners.format(percent=f"{percent:.1f}" if percent < 9.95 else round(percent))

    def service(self, name: str) -> str:
        """How players know the service that programmers call `name`."""
        return dict(self.service_names).get(name, name)
