"""Online services for Pygame and Arcade games: logins, trophies, leaderboards and cloud saves off the frame loop.

Everything public can be imported from here. Names load what they need on first use, so that ``import
pygame_gameservices`` itself is quick, starts no thread, opens no file, and imports no engine.
"""

__version__ = "0.2.0"

TYPE_CHECKING = False  # type checkers take it for True; `typing` itself would double the time of this import

_HOMES = {
    "core.calls.call": ("Call", "Pending", "Task"),
    "core.config": ("Config",),
    "core.storage.credentials": ("Secret",),
    "core.events": (
        "BackOnline",
        "CallDurable",
        "CallFailed",
        "CallRejected",
        "CallSucceeded",
        "DeliveryUnknown",
        "Event",
        "EventQueue",
        "OutboxProgress",
        "FileDamaged",
        "OutboxTrouble",
        "Throttled",
        "WentOffline",
    ),
    "core.manager": ("ServiceManager",),
    "core.calls.operation": ("Kind", "Operation", "Priority"),
    "core.pictures.decoding": ("Pixels",),
    "core.pictures.remote": ("RemotePicture",),
    "engines.arcade_overlay": ("ArcadeOverlay",),
    "engines.pygame_overlay": ("PygameOverlay",),
    "errors": (
        "AuthError",
        "CallError",
        "Cancelled",
        "Closed",
        "ConfigurationError",
        "Forbidden",
        "GameServicesError",
        "NetworkError",
        "NotFound",
        "Offline",
        "OutcomeUnknown",
        "Postponed",
        "ProtocolError",
        "QueueFull",
        "QuotaExceeded",
        "RateLimited",
        "ResponseTooLarge",
        "ServiceError",
        "ServiceUnavailable",
        "TLSError",
        "Timeout",
        "UsageError",
        "WrongCall",
    ),
    "services.gamejolt.client": ("GameJolt",),
    "services.gamejolt.errors": ("NotSignedIn", "SaveConflict", "SaveDamaged"),
    "services.gamejolt.events": (
        "SaveConflicted",
        "SaveDelivered",
        "SaveKept",
        "SaveProgress",
        "ScoreSubmitted",
        "SignInFailed",
        "SignInNeeded",
        "SignInTrouble",
        "SignedIn",
        "SignedOut",
        "TrophyUnlocked",
    ),
    "services.gamejolt.leaderboard": ("Leaderboard",),
    "services.gamejolt.saves": ("Save",),
    "services.gamejolt.models": ("Difficulty", "Score", "ScoreTable", "ServerTime", "Trophy", "User"),
    "widgets.badge": ("Status", "StatusBadge"),
    "widgets.leaderboard.board": ("BoardPage", "BoardTable", "View"),
    "widgets.dialog": ("Dialog",),
    "widgets.login.login": ("Login", "PlayAsGuest", "PlayOffline"),
    "widgets.market.market": ("MarketBoard",),
    "widgets.market.model": ("Market",),
    "widgets.service_sources": ("FeedMarket", "JamShelf", "ListedShelf"),
    "widgets.shelf.shelf": ("GamesShelf", "LinkOpened", "ShelfItem"),
    "widgets.trophies.case": ("TrophyItem",),
    "widgets.picture": ("Picture",),
    "widgets.region": ("Anchor", "Insets"),
    "widgets.theme": ("DARK", "HIGH_CONTRAST", "LIGHT", "Theme"),
    "widgets.theme_file": ("load_theme",),
    "widgets.toasts.toast": ("Toast",),
    "widgets.toasts.options": ("ToastOptions",),
    "widgets.toasts.toasts": ("ToastClicked",),
    "widgets.widget": ("Widget",),
    "widgets.wording": ("Wording",),
    "services.easyjam.client": ("EasyJam",),
    "services.easyjam.manners": ("QuietHours", "QuietTime"),
    "services.easyjam.models": ("JamDocument", "JamInfo", "JamItem", "JamUser", "TokenResult"),
    "services.itchio.client": ("Itchio",),
    "services.itchio.download_urls": ("download_key_from_url",),
    "services.itchio.events": ("CredentialsExpired", "ItchioAuthorizationFailed", "ItchioAuthorized", "ItchioSignedIn"),
    "services.itchio.launch": ("Launch", "fake_launch"),
    "services.itchio.models": (
        "ClaimedReward",
        "CollectedGame",
        "Credentials",
        "DownloadKey",
        "ItchioBuild",
        "ItchioCollection",
        "ItchioGame",
        "ItchioUpload",
        "ItchioUser",
        "Money",
        "OwnedKey",
        "Purchase",
    ),
    "services.shelf": ("ShelfGame", "read_shelf", "shelf_of_easyjam", "shelf_of_itchio", "write_shelf"),
    "services.web": ("is_web_url",),
    "services.achievement_models": ("Achievement", "AchievementProgressed", "AchievementStatus", "AchievementUnlocked"),
    "services.achievements": ("Achievements",),
    "services.forge.client": ("Forge",),
    "services.forge.errors": ("DailyQuotaExceeded", "ForgeDown", "KeyMissing", "KeyRefused", "RecordsRejected"),
    "services.forge.events": ("PlaytimeRejected", "PlaytimeReported", "PlaytimeUnclear"),
    "services.forge.models": (
        "AchievementRecord",
        "ForgePlayer",
        "ForgePoints",
        "ForgeReferrals",
        "PlaytimeRecord",
        "Receipt",
        "RecordFailure",
    ),
    "services.forge.tracker": ("PlaytimeTracker",),
    "services.trading.board": ("MarketFeed",),
    "services.trading.checks": ("order_at",),
    "services.trading.client": ("Trading",),
    "services.trading.contracts": ("Contract", "parse_contract"),
    "services.trading.errors": (
        "InvalidOrder",
        "InvalidOrders",
        "NoAccess",
        "OrderNotFound",
        "OrderNotUnique",
        "OrderRefused",
        "TokenRefused",
    ),
    "services.trading.events": ("OrderDeleted", "OrderPlaced", "OrderUnclear", "OrdersPlaced"),
    "services.trading.models": (
        "ApiStatus",
        "BulkResult",
        "LastPrice",
        "MarketRow",
        "NewOrder",
        "Order",
        "OrderBook",
        "Spot",
        "SpotStatus",
        "Trade",
    ),
    "services.trading.offers": ("Offers", "best_offers", "latest_prices"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

_ENGINE_OF = {"ArcadeOverlay": "arcade", "PygameOverlay": "pygame"}

if TYPE_CHECKING:
    from pygame_gameservices.core.calls.call import Call as Call
    from pygame_gameservices.core.calls.call import Pending as Pending
    from pygame_gameservices.core.calls.call import Task as Task
    from pygame_gameservices.core.calls.operation import Kind as Kind
    from pygame_gameservices.core.calls.operation import Operation as Operation
    from pygame_gameservices.core.calls.operation import Priority as Priority
    from pygame_gameservices.core.config import Config as Config
    from pygame_gameservices.core.events import BackOnline as BackOnline
    from pygame_gameservices.core.events import CallDurable as CallDurable
    from pygame_gameservices.core.events import CallFailed as CallFailed
    from pygame_gameservices.core.events import CallRejected as CallRejected
    from pygame_gameservices.core.events import CallSucceeded as CallSucceeded
    from pygame_gameservices.core.events import DeliveryUnknown as DeliveryUnknown
    from pygame_gameservices.core.events import Event as Event
    from pygame_gameservices.core.events import EventQueue as EventQueue
    from pygame_gameservices.core.events import FileDamaged as FileDamaged
    from pygame_gameservices.core.events import OutboxProgress as OutboxProgress
    from pygame_gameservices.core.events import OutboxTrouble as OutboxTrouble
    from pygame_gameservices.core.events import Throttled as Throttled
    from pygame_gameservices.core.events import WentOffline as WentOffline
    from pygame_gameservices.core.manager import ServiceManager as ServiceManager
    from pygame_gameservices.core.pictures.decoding import Pixels as Pixels
    from pygame_gameservices.core.pictures.remote import RemotePicture as RemotePicture
    from pygame_gameservices.core.storage.credentials import Secret as Secret
    from pygame_gameservices.engines.arcade_overlay import ArcadeOverlay as ArcadeOverlay
    from pygame_gameservices.engines.pygame_overlay import PygameOverlay as PygameOverlay
    from pygame_gameservices.errors import AuthError as AuthError
    from pygame_gameservices.errors import CallError as CallError
    from pygame_gameservices.errors import Cancelled as Cancelled
    from pygame_gameservices.errors import Closed as Closed
    from pygame_gameservices.errors import ConfigurationError as ConfigurationError
    from pygame_gameservices.errors import Forbidden as Forbidden
    from pygame_gameservices.errors import GameServicesError as GameServicesError
    from pygame_gameservices.errors import NetworkError as NetworkError
    from pygame_gameservices.errors import NotFound as NotFound
    from pygame_gameservices.errors import Offline as Offline
    from pygame_gameservices.errors import OutcomeUnknown as OutcomeUnknown
    from pygame_gameservices.errors import Postponed as Postponed
    from pygame_gameservices.errors import ProtocolError as ProtocolError
    from pygame_gameservices.errors import QueueFull as QueueFull
    from pygame_gameservices.errors import QuotaExceeded as QuotaExceeded
    from pygame_gameservices.errors import RateLimited as RateLimited
    from pygame_gameservices.errors import ResponseTooLarge as ResponseTooLarge
    from pygame_gameservices.errors import ServiceError as ServiceError
    from pygame_gameservices.errors import ServiceUnavailable as ServiceUnavailable
    from pygame_gameservices.errors import Timeout as Timeout
    from pygame_gameservices.errors import TLSError as TLSError
    from pygame_gameservices.errors import UsageError as UsageError
    from pygame_gameservices.errors import WrongCall as WrongCall
    from pygame_gameservices.services.achievement_models import Achievement as Achievement
    from pygame_gameservices.services.achievement_models import AchievementProgressed as AchievementProgressed
    from pygame_gameservices.services.achievement_models import AchievementStatus as AchievementStatus
    from pygame_gameservices.services.achievement_models import AchievementUnlocked as AchievementUnlocked
    from pygame_gameservices.services.achievements import Achievements as Achievements
    from pygame_gameservices.services.easyjam.client import EasyJam as EasyJam
    from pygame_gameservices.services.easyjam.manners import QuietHours as QuietHours
    from pygame_gameservices.services.easyjam.manners import QuietTime as QuietTime
    from pygame_gameservices.services.easyjam.models import JamDocument as JamDocument
    from pygame_gameservices.services.easyjam.models import JamInfo as JamInfo
    from pygame_gameservices.services.easyjam.models import JamItem as JamItem
    from pygame_gameservices.services.easyjam.models import JamUser as JamUser
    from pygame_gameservices.services.easyjam.models import TokenResult as TokenResult
    from pygame_gameservices.services.forge.client import Forge as Forge
    from pygame_gameservices.services.forge.errors import DailyQuotaExceeded as DailyQuotaExceeded
    from pygame_gameservices.services.forge.errors import ForgeDown as ForgeDown
    from pygame_gameservices.services.forge.errors import KeyMissing as KeyMissing
    from pygame_gameservices.services.forge.errors import KeyRefused as KeyRefused
    from pygame_gameservices.services.forge.errors import RecordsRejected as RecordsRejected
    from pygame_gameservices.services.forge.events import PlaytimeRejected as PlaytimeRejected
    from pygame_gameservices.services.forge.events import PlaytimeReported as PlaytimeReported
    from pygame_gameservices.services.forge.events import PlaytimeUnclear as PlaytimeUnclear
    from pygame_gameservices.services.forge.models import AchievementRecord as AchievementRecord
    from pygame_gameservices.services.forge.models import ForgePlayer as ForgePlayer
    from pygame_gameservices.services.forge.models import ForgePoints as ForgePoints
    from pygame_gameservices.services.forge.models import ForgeReferrals as ForgeReferrals
    from pygame_gameservices.services.forge.models import PlaytimeRecord as PlaytimeRecord
    from pygame_gameservices.services.forge.models import Receipt as Receipt
    from pygame_gameservices.services.forge.models import RecordFailure as RecordFailure
    from pygame_gameservices.services.forge.tracker import PlaytimeTracker as PlaytimeTracker
    from pygame_gameservices.services.gamejolt.client import GameJolt as GameJolt
    from pygame_gameservices.services.gamejolt.errors import NotSignedIn as NotSignedIn
    from pygame_gameservices.services.gamejolt.errors import SaveConflict as SaveConflict
    from pygame_gameservices.services.gamejolt.errors import SaveDamaged as SaveDamaged
    from pygame_gameservices.services.gamejolt.events import SaveConflicted as SaveConflicted
    from pygame_gameservices.services.gamejolt.events import SaveDelivered as SaveDelivered
    from pygame_gameservices.services.gamejolt.events import SaveKept as SaveKept
    from pygame_gameservices.services.gamejolt.events import SaveProgress as SaveProgress
    from pygame_gameservices.services.gamejolt.events import ScoreSubmitted as ScoreSubmitted
    from pygame_gameservices.services.gamejolt.events import SignedIn as SignedIn
    from pygame_gameservices.services.gamejolt.events import SignedOut as SignedOut
    from pygame_gameservices.services.gamejolt.events import SignInFailed as SignInFailed
    from pygame_gameservices.services.gamejolt.events import SignInNeeded as SignInNeeded
    from pygame_gameservices.services.gamejolt.events import SignInTrouble as SignInTrouble
    from pygame_gameservices.services.gamejolt.events import TrophyUnlocked as TrophyUnlocked
    from pygame_gameservices.services.gamejolt.leaderboard import Leaderboard as Leaderboard
    from pygame_gameservices.services.gamejolt.models import Difficulty as Difficulty
    from pygame_gameservices.services.gamejolt.models import Score as Score
    from pygame_gameservices.services.gamejolt.models import ScoreTable as ScoreTable
    from pygame_gameservices.services.gamejolt.models import ServerTime as ServerTime
    from pygame_gameservices.services.gamejolt.models import Trophy as Trophy
    from pygame_gameservices.services.gamejolt.models import User as User
    from pygame_gameservices.services.gamejolt.saves import Save as Save
    from pygame_gameservices.services.itchio.client import Itchio as Itchio
    from pygame_gameservices.services.itchio.download_urls import download_key_from_url as download_key_from_url
    from pygame_gameservices.services.itchio.events import CredentialsExpired as CredentialsExpired
    from pygame_gameservices.services.itchio.events import ItchioAuthorizationFailed as ItchioAuthorizationFailed
    from pygame_gameservices.services.itchio.events import ItchioAuthorized as ItchioAuthorized
    from pygame_gameservices.services.itchio.events import ItchioSignedIn as ItchioSignedIn
    from pygame_gameservices.services.itchio.launch import Launch as Launch
    from pygame_gameservices.services.itchio.launch import fake_launch as fake_launch
    from pygame_gameservices.services.itchio.models import ClaimedReward as ClaimedReward
    from pygame_gameservices.services.itchio.models import CollectedGame as CollectedGame
    from pygame_gameservices.services.itchio.models import Credentials as Credentials
    from pygame_gameservices.services.itchio.models import DownloadKey as DownloadKey
    from pygame_gameservices.services.itchio.models import ItchioBuild as ItchioBuild
    from pygame_gameservices.services.itchio.models import ItchioCollection as ItchioCollection
    from pygame_gameservices.services.itchio.models import ItchioGame as ItchioGame
    from pygame_gameservices.services.itchio.models import ItchioUpload as ItchioUpload
    from pygame_gameservices.services.itchio.models import ItchioUser as ItchioUser
    from pygame_gameservices.services.itchio.models import Money as Money
    from pygame_gameservices.services.itchio.models import OwnedKey as OwnedKey
    from pygame_gameservices.services.itchio.models import Purchase as Purchase
    from pygame_gameservices.services.shelf import ShelfGame as ShelfGame
    from pygame_gameservices.services.shelf import read_shelf as read_shelf
    from pygame_gameservices.services.shelf import shelf_of_easyjam as shelf_of_easyjam
    from pygame_gameservices.services.shelf import shelf_of_itchio as shelf_of_itchio
    from pygame_gameservices.services.shelf import write_shelf as write_shelf
    from pygame_gameservices.services.trading.board import MarketFeed as MarketFeed
    from pygame_gameservices.services.trading.checks import order_at as order_at
    from pygame_gameservices.services.trading.client import Trading as Trading
    from pygame_gameservices.services.trading.contracts import Contract as Contract
    from pygame_gameservices.services.trading.contracts import parse_contract as parse_contract
    from pygame_gameservices.services.trading.errors import InvalidOrder as InvalidOrder
    from pygame_gameservices.services.trading.errors import InvalidOrders as InvalidOrders
    from pygame_gameservices.services.trading.errors import NoAccess as NoAccess
    from pygame_gameservices.services.trading.errors import OrderNotFound as OrderNotFound
    from pygame_gameservices.services.trading.errors import OrderNotUnique as OrderNotUnique
    from pygame_gameservices.services.trading.errors import OrderRefused as OrderRefused
    from pygame_gameservices.services.trading.errors import TokenRefused as TokenRefused
    from pygame_gameservices.services.trading.events import OrderDeleted as OrderDeleted
    from pygame_gameservices.services.trading.events import OrderPlaced as OrderPlaced
    from pygame_gameservices.services.trading.events import OrdersPlaced as OrdersPlaced
    from pygame_gameservices.services.trading.events import OrderUnclear as OrderUnclear
    from pygame_gameservices.services.trading.models import ApiStatus as ApiStatus
    from pygame_gameservices.services.trading.models import BulkResult as BulkResult
    from pygame_gameservices.services.trading.models import LastPrice as LastPrice
    from pygame_gameservices.services.trading.models import MarketRow as MarketRow
    from pygame_gameservices.services.trading.models import NewOrder as NewOrder
    from pygame_gameservices.services.trading.models import Order as Order
    from pygame_gameservices.services.trading.models import OrderBook as OrderBook
    from pygame_gameservices.services.trading.models import Spot as Spot
    from pygame_gameservices.services.trading.models import SpotStatus as SpotStatus
    from pygame_gameservices.services.trading.models import Trade as Trade
    from pygame_gameservices.services.trading.offers import Offers as Offers
    from pygame_gameservices.services.trading.offers import best_offers as best_offers
    from pygame_gameservices.services.trading.offers import latest_prices as latest_prices
    from pygame_gameservices.services.web import is_web_url as is_web_url
    from pygame_gameservices.widgets.badge import Status as Status
    from pygame_gameservices.widgets.badge import StatusBadge as StatusBadge
    from pygame_gameservices.widgets.dialog import Dialog as Dialog
    from pygame_gameservices.widgets.leaderboard.board import BoardPage as BoardPage
    from pygame_gameservices.widgets.leaderboard.board import BoardTable as BoardTable
    from pygame_gameservices.widgets.leaderboard.board import View as View
    from pygame_gameservices.widgets.login.login import Login as Login
    from pygame_gameservices.widgets.login.login import PlayAsGuest as PlayAsGuest
    from pygame_gameservices.widgets.login.login import PlayOffline as PlayOffline
    from pygame_gameservices.widgets.market.market import MarketBoard as MarketBoard
    from pygame_gameservices.widgets.market.model import Market as Market
    from pygame_gameservices.widgets.picture import Picture as Picture
    from pygame_gameservices.widgets.region import Anchor as Anchor
    from pygame_gameservices.widgets.region import Insets as Insets
    from pygame_gameservices.widgets.service_sources import FeedMarket as FeedMarket
    from pygame_gameservices.widgets.service_sources import JamShelf as JamShelf
    from pygame_gameservices.widgets.service_sources import ListedShelf as ListedShelf
    from pygame_gameservices.widgets.shelf.shelf import GamesShelf as GamesShelf
    from pygame_gameservices.widgets.shelf.shelf import LinkOpened as LinkOpened
    from pygame_gameservices.widgets.shelf.shelf import ShelfItem as ShelfItem
    from pygame_gameservices.widgets.theme import DARK as DARK
    from pygame_gameservices.widgets.theme import HIGH_CONTRAST as HIGH_CONTRAST
    from pygame_gameservices.widgets.theme import LIGHT as LIGHT
    from pygame_gameservices.widgets.theme import Theme as Theme
    from pygame_gameservices.widgets.theme_file import load_theme as load_theme
    from pygame_gameservices.widgets.toasts.options import ToastOptions as ToastOptions
    from pygame_gameservices.widgets.toasts.toast import Toast as Toast
    from pygame_gameservices.widgets.toasts.toasts import ToastClicked as ToastClicked
    from pygame_gameservices.widgets.trophies.case import TrophyItem as TrophyItem
    from pygame_gameservices.widgets.widget import Widget as Widget
    from pygame_gameservices.widgets.wording import Wording as Wording


def __getattr__(name: str) -> object:
    """Import the home of a public name when it is first asked for."""
    if name == "__all__":
        return _usable()
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*_usable(), "__version__"]


def _usable() -> list[str]:
    """The public names: of the overlays only those whose engine is there, or ``help`` and ``import *`` would fail."""
    from importlib.util import find_spec

    return sorted(name for name in _HOME_OF if name not in _ENGINE_OF or find_spec(_ENGINE_OF[name]))
