"""Which events become toasts, and what they say."""

from __future__ import annotations

from collections.abc import Hashable

from pygame_gameservices.core.events import BackOnline, Event, WentOffline
from pygame_gameservices.errors import Cancelled
from pygame_gameservices.services.achievement_models import (
    Achievement,
    AchievementProgressed,
    AchievementUnlocked,
)
from pygame_gameservices.services.gamejolt.events import (
    SignedIn,
    SignedOut,
    SignInFailed,
    SignInTrouble,
    TrophyUnlocked,
)
from pygame_gameservices.services.gamejolt.models import Trophy
from pygame_gameservices.widgets.rarity import Rarity
from pygame_gameservices.widgets.toasts.toast import Toast, ToastKind
from pygame_gameservices.widgets.trouble import Trouble
from pygame_gameservices.widgets.wording import Wording

_PARTS = 4
"""How many toasts there are on the way to an achievement at most, the last one being that of the achievement."""
_NAMED = 2
"""How many trophies of a burst are named."""
_STOCK_PICTURE = "/trophy-"
"""Part of the address of the pictures that Game Jolt shows for trophies without one; our medals say more."""
_SIGN_IN = "sign-in"
"""The topic of what is said about signing in: what came of the last try is what counts."""
_TROUBLES = {
    SignInTrouble.WRONG_CREDENTIALS: Trouble.WRONG,
    SignInTrouble.NO_NETWORK: Trouble.OFFLINE,
    SignInTrouble.SERVER_DOWN: Trouble.DOWN,
    SignInTrouble.RATE_LIMITED: Trouble.BUSY,
    SignInTrouble.MISCONFIGURED_GAME: Trouble.SETUP,
    SignInTrouble.OTHER: Trouble.DOWN,
}


class Announcer:
    """Turns events into toasts; one for an outage, however many services are at the host. Frame thread."""

    def __init__(self, wording: Wording) -> None:
        self.wording = wording
        self._away: set[str] = set()

    def announce(self, event: Event) -> Toast | None:
        """Return what to say about `event`, or None when it is none of the player's business."""
        match event:
            case AchievementUnlocked(trophy=trophy, achievement=achievement):
                return self._trophy(trophy, achievement.owners, _way_to(achievement))
            case AchievementProgressed():
                return self._progress(event)
            case TrophyUnlocked(trophy=trophy):
                return self._trophy(trophy)
            case SignedIn(user=user):
                title = self.wording.signed_in.format(username=user.username)
                label = self.wording.service("gamejolt")
                return Toast(
                    title=title,
                    label=label,
                    kind=ToastKind.ACCOUNT,
                    sign="person",
                    icon_url=user.avatar_url,
                    topic=_SIGN_IN,
                    source=user,
                )
            case SignInFailed() if not isinstance(event.error, Cancelled):
                return self._sign_in_failed(event)
            case SignedOut(username=username):
                title = self.wording.signed_out.format(username=username)
                label = self.wording.service("gamejolt")
                return Toast(title=title, text=username, label=label, kind=ToastKind.ACCOUNT, sign="leave")
            case WentOffline(service=service, host=host) if not host or host not in self._away:
                self._away.add(host)
                return self._connection(service, host, ends=False)
            case BackOnline(service=service, host=host) if not host or host in self._away:
                self._away.discard(host)
                return self._connection(service, host, ends=True)
        return None

    def burst(self, toasts: list[Toast]) -> Toast:
        """Make one toast of many trophies: how many, the first few by name, and the medal of the rarest."""
        count = sum(toast.count for toast in toasts)
        titles = [title for toast in toasts for title in _titles(toast)]
        named = ", ".join(titles[:_NAMED])
        return Toast(
            title=self.wording.trophies.format(count=count),
            text=self.wording.and_more.format(titles=named, count=count - _NAMED),
            kind=ToastKind.TROPHY,
            rarity=max((toast.rarity or Rarity.UNKNOWN for toast in toasts), default=Rarity.UNKNOWN),
            source=tuple(trophy for toast in toasts for trophy in _sources(toast)),
            count=count,
        )

    def _trophy(self, trophy: Trophy, owners: float | None = None, topic: Hashable = None) -> Toast:
        wording = self.wording
        rarity = Rarity.named(trophy.difficulty)
        told = rarity is not Rarity.UNKNOWN or not trophy.difficulty  # the medal says it
        label = wording.trophy if told else wording.trophy_with_difficulty.format(difficulty=trophy.difficulty)
        return Toast(
            title=trophy.title,
            text=trophy.description,
            label=label,
            note=wording.owned_by(owners),
            kind=ToastKind.TROPHY,
            rarity=rarity,
            icon_url=own_picture(trophy),
            topic=topic,
            key=("gamejolt", trophy.id),
            source=trophy,
        )

    def _progress(self, event: AchievementProgressed) -> Toast | None:
        """Tell of each quarter of the way, and of each step where there are only a few; never of a secret one."""
        achievement, goal = event.achievement, event.achievement.goal
        steps = min(goal, _PARTS)
        if achievement.secret or event.progress * steps // goal == event.before * steps // goal:
            return None
        return Toast(
            title=achievement.title,
            text=achievement.text,
            label=self.wording.progress,
            progress=(event.progress, goal),
            kind=ToastKind.PROGRESS,
            rarity=Rarity.named(achievement.difficulty),
            topic=_way_to(achievement),
            source=event,
        )

    def _sign_in_failed(self, event: SignInFailed) -> Toast | None:
        """Say why; not for an outage that is told already, after which the player is confirmed anyway."""
        trouble = _TROUBLES[event.reason]
        if trouble is Trouble.OFFLINE and self._away:
            return None
        name = self.wording.service(event.error.service or "gamejolt")
        return Toast(
            title=self.wording.sign_in_failed.format(service=name),
            text=self.wording.trouble.of(trouble, name),
            label=name,
            kind=ToastKind.CONNECTION,
            sign="offline" if trouble is Trouble.OFFLINE else "warning",
            topic=_SIGN_IN,
            source=event,
        )

    def _connection(self, service: str, host: str, *, ends: bool) -> Toast:
        name, wording = self.wording.service(service), self.wording
        return Toast(
            title=(wording.online if ends else wording.offline).format(service=name),
            text="" if ends else wording.offline_text.format(service=name),
            label=name,
            kind=ToastKind.CONNECTION,
            sign="online" if ends else "offline",
            topic=("connection", host) if host else None,
            ends=ends and bool(host),
        )


def _way_to(achievement: Achievement) -> Hashable:
    """The topic of how far an achievement is: once it is reached, nobody wants to read how much was missing."""
    return ("achievement", achievement.id)


def own_picture(trophy: Trophy) -> str:
    """The address of the picture that the game's makers gave a trophy; empty when they gave none."""
    return "" if _STOCK_PICTURE in trophy.image_url else trophy.image_url


def _sources(toast: Toast) -> tuple[object, ...]:
    return toast.source if isinstance(toast.source, tuple) else (toast.source,)


def _titles(toast: Toast) -> list[str]:
    if toast.count == 1:
        return [toast.title]
    return [source.title for source in _sources(toast) if isinstance(source, Trophy)]
