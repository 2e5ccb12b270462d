"""What a toast says. Plain values, independent of how and when they are shown."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from enum import StrEnum

from pygame_gameservices.widgets.checks import check_callable, check_is
from pygame_gameservices.widgets.picture import Picture
from pygame_gameservices.widgets.rarity import Rarity


class ToastKind(StrEnum):
    """What a toast is about. Each kind can be switched off on its own."""

    TROPHY = "trophy"
    PROGRESS = "progress"
    ACCOUNT = "account"
    CONNECTION = "connection"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Toast:
    """A short message that comes and goes by itself. Frozen; each is a thing of its own.

    Attributes:
        title: the line that is read first.
        text: what stands below it, two lines at most; may be empty.
        label: the small line above, shown in capitals; may be empty.
        kind: what it is about.
        note: a few words beside the label, such as how many players have it; may be empty.
        progress: how far it is and what there is to reach, such as ``(3, 10)``, in place of the text; or None.
        rarity: of the trophy; None when it is about something else.
        sign: which painted sign stands for it when it is not about a trophy; see `emblem.SIGNS`.
        icon: a picture of its own, or None.
        icon_url: where the picture can be had, or empty. A toast never waits for it.
        topic: what it is news of, any hashable value: it takes the place of earlier news of the same; or None.
        ends: whether its topic is over with it; then it is shown only to a player who was shown that it began.
        key: two toasts with the same key are the same news: the second is dropped. None is never the same.
        source: what it tells of, such as a `Trophy`; for whoever is told of the click.
        on_click: called on the frame thread when the player clicks it, or None.
        count: how many pieces of news it stands for.

    Raises:
        UsageError: a text is no text, `icon` no `Picture`, or `on_click` no function.
    """

    title: str
    text: str = ""
    label: str = ""
    note: str = ""
    progress: tuple[int, int] | None = None
    kind: ToastKind = ToastKind.MESSAGE
    rarity: Rarity | None = None
    sign: str = "message"
    icon: Picture | None = None
    icon_url: str = ""
    topic: Hashable = None
    ends: bool = False
    key: Hashable = None
    source: object = None
    on_click: Callable[[], object] | None = field(default=None, repr=False)
    count: int = 1

    def __post_init__(self) -> None:
        for name in ("title", "text", "label", "note"):
            check_is(name, getattr(self, name), str)
        check_is("icon", self.icon, Picture, optional=True)
        check_callable("on_click", self.on_click)
