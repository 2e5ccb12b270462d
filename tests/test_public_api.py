"""What this package promises: a name that comes or goes here is a change that users see, and belongs in CHANGELOG."""

from __future__ import annotations

import importlib.util
import pydoc
from types import ModuleType

import pytest

import pygame_gameservices
import pygame_gameservices.sandbox
import pygame_gameservices.testing

PACKAGE = """
Achievement AchievementProgressed AchievementRecord AchievementStatus AchievementUnlocked Achievements Anchor ApiStatus
ArcadeOverlay AuthError BackOnline BoardPage BoardTable BulkResult Call CallDurable CallError CallFailed CallRejected
CallSucceeded Cancelled ClaimedReward Closed CollectedGame Config ConfigurationError Contract Credentials
CredentialsExpired DARK DailyQuotaExceeded DeliveryUnknown Dialog Difficulty DownloadKey EasyJam Event EventQueue
FeedMarket FileDamaged Forbidden Forge ForgeDown ForgePlayer GameJolt GameServicesError GamesShelf HIGH_CONTRAST Insets
ForgePoints ForgeReferrals
InvalidOrder InvalidOrders Itchio ItchioAuthorizationFailed ItchioAuthorized ItchioBuild ItchioCollection ItchioGame
ItchioSignedIn ItchioUpload ItchioUser JamDocument JamInfo JamItem JamShelf JamUser KeyMissing KeyRefused Kind LIGHT
LastPrice Launch Leaderboard LinkOpened ListedShelf Login Market MarketBoard MarketFeed MarketRow Money NetworkError
NewOrder NoAccess NotFound NotSignedIn Offers Offline Operation Order OrderBook OrderDeleted OrderNotFound
OrderNotUnique OrderPlaced OrderRefused OrderUnclear OrdersPlaced OutboxProgress OutboxTrouble OutcomeUnknown OwnedKey
Pending Picture Pixels PlayAsGuest PlayOffline PlaytimeRecord PlaytimeRejected PlaytimeReported PlaytimeTracker
PlaytimeUnclear Postponed Priority ProtocolError Purchase PygameOverlay QueueFull QuietHours QuietTime QuotaExceeded
RateLimited Receipt RecordFailure RecordsRejected RemotePicture ResponseTooLarge Save SaveConflict SaveConflicted
SaveDamaged SaveDelivered SaveKept SaveProgress Score ScoreSubmitted ScoreTable Secret ServerTime ServiceError
ServiceManager ServiceUnavailable ShelfGame ShelfItem SignInFailed SignInNeeded SignInTrouble SignedIn SignedOut Spot
SpotStatus Status StatusBadge TLSError Task Theme Timeout Toast ToastClicked ToastOptions TokenRefused TokenResult
Trade Trading Trophy TrophyItem TrophyUnlocked UsageError User View WentOffline Widget Wording WrongCall best_offers
download_key_from_url fake_launch is_web_url latest_prices load_theme order_at parse_contract read_shelf
shelf_of_easyjam shelf_of_itchio write_shelf
Throttled
"""

SANDBOX = """
ClockSkew DeepJson Drip Fault FaultSwitch Flood Garbage Hang HtmlPage HugeJson Latency NoCors Refuse Reset
Sandbox SandboxError SandboxPlayer ServerError SlowTls Stall TooManyRequests Truncate WrongLength parse_fault
run_if_child
"""

TESTING = """
FakeClock FakeTransport SentRequest run_until sandbox
"""


@pytest.mark.parametrize(
    ("module", "promised"),
    [
        (pygame_gameservices, PACKAGE),
        (pygame_gameservices.sandbox, SANDBOX),
        (pygame_gameservices.testing, TESTING),
    ],
    ids=["package", "sandbox", "testing"],
)
def test_the_public_names_are_these(module: ModuleType, promised: str) -> None:
    names = getattr(module, "_HOME_OF", None) or module.__all__  # overlays are there where their engines are
    assert sorted(names) == sorted(promised.split())


def test_all_names_those_that_can_be_used_here() -> None:
    here: dict[str, object] = {}
    exec("from pygame_gameservices import *", here)
    engines = {"PygameOverlay": "pygame", "ArcadeOverlay": "arcade"}
    missing = {name for name, engine in engines.items() if importlib.util.find_spec(engine) is None}
    assert set(PACKAGE.split()) - here.keys() == missing
    assert set(dir(pygame_gameservices)) == {*PACKAGE.split(), "__version__"} - missing


def test_help_of_the_package() -> None:
    shown = pydoc.render_doc(pygame_gameservices, renderer=pydoc.plaintext)
    assert "class ServiceManager" in shown
    assert "is not installed" not in shown


@pytest.mark.parametrize("name", pygame_gameservices.__all__)
def test_help_of_each_name(name: str) -> None:
    assert pydoc.render_doc(getattr(pygame_gameservices, name))
