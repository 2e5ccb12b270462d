"""Online services for Pygame and Arcade games: logins, trophies, leaderboards and cloud saves off the frame loop.

Everything public can be imported from here. Names load what they need on first use, so that ``import
pygame_gameservices`` itself is quick, starts no thread, opens no file, and imports no engine.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False  # type checkers take it for True; `typing` itself would double the time of this import

_HOMES = {
    "core.call": ("Call", "Pending", "Task"),
    "core.credentials": ("Secret",),
    "core.events": (
        "BackOnline",
        "CallFailed",
        "CallRejected",
        "CallSucceeded",
        "DeliveryUnknown",
        "Event",
        "EventQueue",
        "WentOffline",
    ),
    "core.manager": ("ServiceManager",),
    "core.operation": ("Kind", "Operation", "Priority"),
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
    ),
    "services.gamejolt.client": ("GameJolt",),
    "services.gamejolt.events": ("ScoreSubmitted", "SignInFailed", "SignedIn", "SignedOut", "TrophyUnlocked"),
    "services.gamejolt.models": ("Difficulty", "Score", "ScoreTable", "ServerTime", "Trophy", "User"),
    "widgets.picture": ("Picture",),
    "widgets.region": ("Anchor", "Insets"),
    "widgets.theme": ("DARK", "HIGH_CONTRAST", "LIGHT", "Theme"),
    "widgets.theme_file": ("load_theme",),
    "widgets.toast": ("Toast",),
    "widgets.toast_options": ("ToastOptions",),
    "widgets.toasts": ("ToastClicked",),
    "widgets.widget": ("Widget",),
    "widgets.wording": ("Wording",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = sorted(_HOME_OF)  # noqa: PLE0605

if TYPE_CHECKING:
    from pygame_gameservices.core.call import Call as Call
    from pygame_gameservices.core.call import Pending as Pending
    from pygame_gameservices.core.call import Task as Task
    from pygame_gameservices.core.credentials import Secret as Secret
    from pygame_gameservices.core.events import BackOnline as BackOnline
    from pygame_gameservices.core.events import CallFailed as CallFailed
    from pygame_gameservices.core.events import CallRejected as CallRejected
    from pygame_gameservices.core.events import CallSucceeded as CallSucceeded
    from pygame_gameservices.core.events import DeliveryUnknown as DeliveryUnknown
    from pygame_gameservices.core.events import Event as Event
    from pygame_gameservices.core.events import EventQueue as EventQueue
    from pygame_gameservices.core.events import WentOffline as WentOffline
    from pygame_gameservices.core.manager import ServiceManager as ServiceManager
    from pygame_gameservices.core.operation import Kind as Kind
    from pygame_gameservices.core.operation import Operation as Operation
    from pygame_gameservices.core.operation import Priority as Priority
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
    from pygame_gameservices.services.gamejolt.client import GameJolt as GameJolt
    from pygame_gameservices.services.gamejolt.events import ScoreSubmitted as ScoreSubmitted
    from pygame_gameservices.services.gamejolt.events import SignedIn as SignedIn
    from pygame_gameservices.services.gamejolt.events import SignedOut as SignedOut
    from pygame_gameservices.services.gamejolt.events import SignInFailed as SignInFailed
    from pygame_gameservices.services.gamejolt.events import TrophyUnlocked as TrophyUnlocked
    from pygame_gameservices.services.gamejolt.models import Difficulty as Difficulty
    from pygame_gameservices.services.gamejolt.models import Score as Score
    from pygame_gameservices.services.gamejolt.models import ScoreTable as ScoreTable
    from pygame_gameservices.services.gamejolt.models import ServerTime as ServerTime
    from pygame_gameservices.services.gamejolt.models import Trophy as Trophy
    from pygame_gameservices.services.gamejolt.models import User as User
    from pygame_gameservices.widgets.picture import Picture as Picture
    from pygame_gameservices.widgets.region import Anchor as Anchor
    from pygame_gameservices.widgets.region import Insets as Insets
    from pygame_gameservices.widgets.theme import DARK as DARK
    from pygame_gameservices.widgets.theme import HIGH_CONTRAST as HIGH_CONTRAST
    from pygame_gameservices.widgets.theme import LIGHT as LIGHT
    from pygame_gameservices.widgets.theme import Theme as Theme
    from pygame_gameservices.widgets.theme_file import load_theme as load_theme
    from pygame_gameservices.widgets.toast import Toast as Toast
    from pygame_gameservices.widgets.toast_options import ToastOptions as ToastOptions
    from pygame_gameservices.widgets.toasts import ToastClicked as ToastClicked
    from pygame_gameservices.widgets.widget import Widget as Widget
    from pygame_gameservices.widgets.wording import Wording as Wording


def __getattr__(name: str) -> object:
    """Import the home of a public name when it is first asked for."""
    if name == "__version__":
        from importlib.metadata import version

        return version("pygame_gameservices")
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
