"""Which toasts wait, which are shown, and for how long. Pure state: no painting, no clock but `dt`."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from itertools import takewhile

from pygame_gameservices.widgets.toasts.options import ToastOptions
from pygame_gameservices.widgets.toasts.toast import Toast, ToastKind

Summary = Callable[[list[Toast]], Toast]
"""Makes one toast of many."""
_INFORMATION = frozenset({ToastKind.ACCOUNT, ToastKind.CONNECTION, ToastKind.PROGRESS})
"""The kinds that let trophies go first. A message is the game's own, which knows why it is said now."""


@dataclass(slots=True, eq=False)
class Shown:
    """A toast on the screen, on its own time line: it comes for `fade` seconds, stays for `hold`, and goes for `fade`.

    Attributes:
        toast: which one.
        hold: seconds it stays between coming and going.
        time: seconds of its time line that are over. They pass while it is seen, one after the other.
        dismissed: at which of them it was made to go before its time, if it was.
    """

    toast: Toast
    hold: float
    time: float = 0.0
    dismissed: float | None = None

    def leaves(self, fade: float) -> float:
        """The time at which it begins to leave."""
        return fade + self.hold if self.dismissed is None else self.dismissed

    def gone(self, fade: float) -> float:
        """The time at which it is gone. One that had not come wholly takes as long to go as it took to come."""
        leaves = self.leaves(fade)
        return leaves + min(leaves, fade)

    def share(self, fade: float) -> float:
        """How much of it is there: 0 before it comes and after it went, 1 while it stays, straight in between."""
        left = self.gone(fade) - self.time
        if fade <= 0:
            return 1.0 if left > 0 else 0.0
        return max(0.0, min(1.0, self.time / fade, left / fade))

    def leaving(self, fade: float) -> bool:
        """Whether it is on its way out."""
        return self.time >= self.leaves(fade)

    def leave(self, fade: float) -> None:
        """Make it go now; one that is still coming goes from where it is."""
        if not self.leaving(fade):
            self.dismissed = self.time


@dataclass(slots=True, eq=False)
class _Waiting:
    toast: Toast
    since: float = 0.0


class ToastQueue:
    """First come, first shown, but no trophy waits for mere information. Frame thread only.

    Duplicates are dropped, and a burst of trophies becomes one toast.

    Attributes:
        options: how it behaves; may be replaced at any time.
        paused: nothing new is shown while this is True; what is shown goes its way.
        over_dialog: whether a dialog is open: fewer are shown then, and the others wait.
    """

    def __init__(self, options: ToastOptions, summary: Summary) -> None:
        self.options = options
        self.paused = False
        self.over_dialog = False
        self._summary = summary
        self._waiting: list[_Waiting] = []
        self._shown: list[Shown] = []
        self._known: set[Hashable] = set()
        self._begun: set[Hashable] = set()

    @property
    def shown(self) -> tuple[Shown, ...]:
        """What is on the screen, in the order in which it came."""
        return tuple(self._shown)

    @property
    def waiting(self) -> tuple[Toast, ...]:
        """What waits for its turn, the next one first."""
        return tuple(waiting.toast for waiting in self._waiting)

    @property
    def idle(self) -> bool:
        """Whether there is nothing to do at all."""
        return not self._waiting and not self._shown

    def push(self, toast: Toast) -> bool:
        """Line up `toast`: before the others if it takes the place of one that is shown, a trophy before information.

        Returns:
            False when it is no news: its key is known, or it ends what the player never heard of.
        """
        if toast.key is not None:
            if toast.key in self._known:
                return False
            self._known.add(toast.key)
        replaces = toast.topic is not None and self._make_way(toast.topic)
        if toast.ends and toast.topic not in self._begun:
            return False
        self._waiting.insert(0 if replaces else self._place(toast), _Waiting(toast))
        return True

    def next_up(self) -> list[Toast]:
        """The waiting toasts whose pictures will be needed soonest: settled, and as many as fit on the screen."""
        settled = [waiting.toast for waiting in self._waiting if waiting.since >= self.options.gather]
        return settled[: self.options.max_visible]

    def update(
        self, dt: float, seen: float, ready: Callable[[Toast], bool], fits: Callable[[Toast], bool] = lambda toast: True
    ) -> list[Toast]:
        """Let `dt` seconds pass: go on with what is shown, drop what has gone, show what is due and `ready`.

        Args:
            dt: seconds since the last time.
            seen: the seconds of them for which the player saw what is shown, which pass on its own time line.
            ready: whether a toast can be shown at all.
            fits: whether the screen has room for one that is ready beside those that are shown.

        Returns:
            The toasts that are shown from now on. Their clocks start here, not when they were lined up.
        """
        fade = self.options.fade
        for shown in self._shown:
            shown.time += seen
        self._shown = [shown for shown in self._shown if shown.time < shown.gone(fade)]
        for waiting in self._waiting:
            waiting.since += dt
        if self.over_dialog:
            self._send_back()
        self._collapse()
        if self.paused:
            return []
        self._let_trophies_in(lambda toast: ready(toast) and not fits(toast))
        return self._admit(lambda toast: ready(toast) and fits(toast))

    def send_back(self, toast: Toast) -> None:
        """Make a shown toast go now, since it stands in the way; one that was hardly seen comes again."""
        for shown in self._shown:
            if shown.toast is toast and not shown.leaving(self.options.fade):
                self._send(shown)

    def dismiss(self, toast: Toast) -> None:
        """Make a shown toast go now, or take a waiting one out of the line."""
        self._waiting = [waiting for waiting in self._waiting if waiting.toast is not toast]
        for shown in self._shown:
            if shown.toast is toast:
                shown.leave(self.options.fade)

    def discard(self, toasts: Iterable[Toast]) -> None:
        """Take toasts that cannot be painted out of the line."""
        gone = set(toasts)
        self._waiting = [waiting for waiting in self._waiting if waiting.toast not in gone]

    def clear(self) -> None:
        """Show nothing and wait for nothing, at once. What was told once stays told."""
        self._waiting.clear()
        self._shown.clear()

    def forget(self) -> None:
        """Forget what has been told, as when another player signs in."""
        self._known.clear()

    @property
    def _room(self) -> int:
        """How many may be shown now."""
        most = self.options.max_visible
        return min(most, self.options.max_over_dialog) if self.over_dialog else most

    def _place(self, toast: Toast) -> int:
        """Where in the line `toast` belongs."""
        kinds = [waiting.toast.kind for waiting in self._waiting] if toast.kind is ToastKind.TROPHY else []
        return next((place for place, kind in enumerate(kinds) if kind in _INFORMATION), len(self._waiting))

    def _make_way(self, topic: Hashable) -> bool:
        """Take earlier news of `topic` away. Returns whether any of it was shown."""
        self._waiting = [waiting for waiting in self._waiting if waiting.toast.topic != topic]
        stale = [shown for shown in self._shown if shown.toast.topic == topic]
        for shown in stale:
            shown.leave(self.options.fade)
        return bool(stale)

    def _send_back(self) -> None:
        """Make those go for which there is no room now; one that was hardly seen comes again."""
        staying = [shown for shown in self._shown if not shown.leaving(self.options.fade)]
        for shown in reversed(staying[self._room :]):
            self._send(shown)

    def _let_trophies_in(self, too_large: Callable[[Toast], bool]) -> None:
        """Make information go while a trophy is the next one and the screen is full, one at a time."""
        fade = self.options.fade
        if not self._waiting or any(shown.leaving(fade) for shown in self._shown):
            return
        first = self._waiting[0]
        due = first.toast.kind is ToastKind.TROPHY and first.since >= self.options.gather
        if due and (len(self._shown) >= self._room or too_large(first.toast)):
            for shown in [shown for shown in self._shown if shown.toast.kind in _INFORMATION][:1]:
                self._send(shown)

    def _send(self, shown: Shown) -> None:
        """Make it go now, and come again if it was hardly seen; information does so behind the trophies."""
        fade = self.options.fade
        if shown.time < fade + shown.hold / 2:
            before = ToastKind.TROPHY if shown.toast.kind in _INFORMATION else None
            place = len(list(takewhile(lambda waiting: waiting.toast.kind is before, self._waiting)))
            self._waiting.insert(place, _Waiting(shown.toast, self.options.gather))
        shown.leave(fade)

    def _admit(self, ready: Callable[[Toast], bool]) -> list[Toast]:
        """Show the first ones in line while there is room. One that is not painted yet holds up those behind it."""
        came: list[Toast] = []
        while self._waiting and len(self._shown) < self._room:
            first = self._waiting[0]
            if first.since < self.options.gather or self._in_the_way(first.toast) or not ready(first.toast):
                break
            self._waiting.pop(0)
            self._shown.append(Shown(first.toast, self.options.hold_for(first.toast)))
            self._note(first.toast)
            came.append(first.toast)
        return came

    def _note(self, toast: Toast) -> None:
        """Keep in mind what the player was shown the beginning of, and not yet the end."""
        if toast.ends:
            self._begun.discard(toast.topic)
        elif toast.topic is not None:
            self._begun.add(toast.topic)

    def _in_the_way(self, toast: Toast) -> bool:
        """Whether `toast` itself, or what it takes the place of, is still on its way out."""
        topic = toast.topic
        return any(shown.toast is toast or (topic is not None and shown.toast.topic == topic) for shown in self._shown)

    def _collapse(self) -> None:
        """Make one toast of the waiting trophies when there are too many of them to show one by one.

        Trophies that come while such a toast still waits join it.
        """
        trophies = [waiting for waiting in self._waiting if waiting.toast.kind is ToastKind.TROPHY]
        joins = len(trophies) > 1 and any(waiting.toast.count > 1 for waiting in trophies)
        if not joins and len(trophies) <= self.options.collapse_above:
            return
        if trophies[0].since < self.options.gather:
            return
        together = _Waiting(self._summary([waiting.toast for waiting in trophies]), trophies[0].since)
        place = self._waiting.index(trophies[0])
        rest = [waiting for waiting in self._waiting if waiting not in trophies]
        self._waiting = [*rest[:place], together, *rest[place:]]
