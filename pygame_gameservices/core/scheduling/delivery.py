"""One call on its way to its service: where in its life it is, as one explicit state, and what is known of it.

`TRANSITIONS` is the whole life of a call. Nothing but `Delivery.move` changes a state, and it refuses what the table
does not list. A state says what a call waits for; `then` says where it goes on when that has come, where this is not
always the same. The rest is data, and says nothing of where the call is.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any

import msgspec

from pygame_gameservices.core.calls.operation import Operation
from pygame_gameservices.core.scheduling.timers import Timer

if TYPE_CHECKING:
    from pygame_gameservices.core.calls.call import Call


SHORT = 256
"""How long a text of a needless call may be to stay in memory, as keys do."""


class State(enum.Enum):
    """Where a call is in its life."""

    __hash__ = object.__hash__  # an Enum's own is Python code, and a call's life asks for some dozen

    NEW = "new"
    """Just made, or loaded from disk."""
    STORING = "storing"
    """Waits for the disk: to be written down, or for what earlier runs left there of its lane."""
    AWAITING_PLAYER = "awaiting player"
    """Waits until its player, or anyone, has signed in."""
    QUEUED = "queued"
    """Waits for its turn."""
    FOLLOWING = "following"
    """An equal read is open, and will answer this one as well."""
    MARKING = "marking"
    """Its request is made up, and the disk notes that it is about to be sent."""
    UNDER_WAY = "under way"
    """Handed to a worker."""
    BACKING_OFF = "backing off"
    """Waits for its next attempt."""
    IN_DOUBT = "in doubt"
    """May have been applied: waits to be looked up, or for the answer."""
    SUPERSEDED = "superseded"
    """A newer value makes it needless, unless that one is cancelled or refused."""
    ENDED = "ended"
    """Has its outcome."""


TRANSITIONS: dict[State, dict[State, str]] = {
    State.NEW: {
        State.STORING: "it is written down first",
        State.AWAITING_PLAYER: "nobody is signed in",
        State.QUEUED: "it may go",
        State.BACKING_OFF: "the one that it supersedes was in a pause",
        State.FOLLOWING: "an equal read is open",
        State.IN_DOUBT: "an earlier run sent it",
        State.SUPERSEDED: "a newer value is under way",
        State.ENDED: "refused at once",
    },
    State.STORING: {
        State.QUEUED: "the disk has answered",
        State.BACKING_OFF: "the one that it supersedes was in a pause",
        State.SUPERSEDED: "a newer value was made",
        State.ENDED: "cancelled, expired, closed",
    },
    State.AWAITING_PLAYER: {
        State.STORING: "signed in: older ones are loaded first",
        State.QUEUED: "signed in",
        State.IN_DOUBT: "signed in: look it up",
        State.SUPERSEDED: "a newer value was made",
        State.ENDED: "cancelled, closed",
    },
    State.QUEUED: {
        State.MARKING: "its turn; what counts twice is marked on disk first",
        State.UNDER_WAY: "its turn",
        State.FOLLOWING: "an equal read leads",
        State.SUPERSEDED: "a newer value was made",
        State.ENDED: "cancelled, expired, closed",
    },
    State.FOLLOWING: {
        State.QUEUED: "the read it followed was cancelled",
        State.ENDED: "the read it followed has ended",
    },
    State.MARKING: {
        State.UNDER_WAY: "marked",
        State.BACKING_OFF: "the disk refused the mark",
        State.ENDED: "closed",
    },
    State.UNDER_WAY: {
        State.BACKING_OFF: "failed: send it again later",
        State.IN_DOUBT: "the answer was lost: look it up",
        State.AWAITING_PLAYER: "the token was refused",
        State.ENDED: "answered, given up",
    },
    State.BACKING_OFF: {
        State.QUEUED: "the wait is over",
        State.SUPERSEDED: "a newer value was made",
        State.ENDED: "cancelled, expired, closed",
    },
    State.IN_DOUBT: {
        State.QUEUED: "not applied: send it again",
        State.AWAITING_PLAYER: "the token was refused",
        State.ENDED: "applied; or nobody can tell",
    },
    State.SUPERSEDED: {
        State.STORING: "the newer one was refused",
        State.BACKING_OFF: "the newer one was refused",
        State.QUEUED: "the newer one was refused",
        State.AWAITING_PLAYER: "the newer one was refused",
        State.ENDED: "the newer one has ended",
    },
    State.ENDED: {},
}
"""Which states may follow which, and why.

A new state needs its row here and its place in the rows of those that it may follow, its place in the sets below, and
in the scheduler what brings it about and what ends it. If the game asks for that: a method of `ServiceManager` that
posts a message of ``messages.py``, with its row in `Scheduler._handlers`. Most calls become `QUEUED` by
`Scheduler._enter`, but after a pause by `_resume`, and reads that followed by `_let_lead`; what ends waiting reads all
the same is in `_expire` and `_fail_reads`, and what a superseded call goes back to in `_supersede`. Then what it waits
for in ``tests/simulation/checks.py``, and ``python -m tests.state_diagram``. These states are not on disk, which has
words of its own for what the next run must know of an entry.
"""

GONE = frozenset({State.SUPERSEDED, State.ENDED})
"""What need not be sent."""
CARRIED = frozenset({State.MARKING, State.UNDER_WAY})
"""What a request carries."""
UNSENT = frozenset({State.STORING, State.AWAITING_PLAYER, State.QUEUED, State.BACKING_OFF})
"""What a newer value may supersede, unless it is in doubt."""
NOT_IN_TIME = frozenset({State.IN_DOUBT, State.SUPERSEDED, State.AWAITING_PLAYER})
"""What closing does not wait for: that for which these wait does not come in time."""


class Delivery:
    """A call as the scheduler sees it. Belongs to the scheduler; only `entry` and `on_disk` are set by the disk.

    Attributes:
        operation: what is asked for; it gets its player and token when somebody signs in.
        call: the game's handle; None for the scheduler's own questions.
        loaded: whether an earlier run made it.
        state: where it is; see `TRANSITIONS`.
        resumes_as: where it goes on when what it waits for has come: from `AWAITING_PLAYER` and `SUPERSEDED`.
        sequence: its place among all calls.
        attempts: how often it was sent so far.
        failed_lookups: how often it could not be told so far whether it was applied.
        entry: its row on disk, or 0.
        disk_answers: how many answers of the disk have yet to come before it may go.
        in_lane: whether it stands in its lane.
        wake: what wakes it from a pause, or None.
        not_before: when its pause ends, in seconds of the scheduler's clock.
        perhaps_applied: whether an attempt so far may have been applied.
        attempted_at: Unix seconds of the first attempt that may have been applied, or None.
        began: the same moment by the scheduler's clock, which nobody sets; None if an earlier run made the attempt.
        equal_delivered: how many equal calls others delivered since `attempted_at`: surely, and at most.
        alone: whether it must not share a request, since one that it shared was spoiled.
        nonsense: how many answers to it made no sense while the service made sense to others.
        nonsense_after: how many requests the service had answered sensibly when that was last so.
    """

    __slots__ = (
        "alone",
        "attempted_at",
        "attempts",
        "began",
        "call",
        "disk_answers",
        "entry",
        "equal_delivered",
        "failed_lookups",
        "in_lane",
        "loaded",
        "nonsense",
        "nonsense_after",
        "not_before",
        "operation",
        "perhaps_applied",
        "resumes_as",
        "sequence",
        "state",
        "wake",
    )

    def __init__(
        self,
        operation: Operation,
        call: Call[Any] | None,
        *,
        loaded: bool = False,
        entry: int = 0,
        attempted_at: float | None = None,
    ) -> None:
        self.operation = operation
        self.call = call
        self.loaded = loaded
        self.state = State.NEW
        self.resumes_as = State.QUEUED
        self.sequence = 0
        self.attempts = 0
        self.failed_lookups = 0
        self.entry = entry
        self.disk_answers = 0
        self.in_lane = False
        self.wake: Timer | None = None
        self.not_before = float("-inf")
        self.perhaps_applied = False
        self.attempted_at = attempted_at
        self.began: float | None = None
        self.equal_delivered = (0, 0)
        self.alone = False
        self.nonsense = 0
        self.nonsense_after = -1

    def move(self, state: State) -> None:
        """Go on to `state`.

        Raises:
            RuntimeError: the table does not allow it, which is a defect of the scheduler.
        """
        if state not in TRANSITIONS[self.state]:
            raise RuntimeError(f"{self!r} cannot become {state.value!r}")
        self.state = state
        if self.wake is not None:
            self.wake.call_off()
            self.wake = None

    @property
    def internal(self) -> bool:
        """Whether it is a question of the scheduler's own, of which the game hears nothing."""
        return self.call is None

    @property
    def gone(self) -> bool:
        """Whether there is no need to send it any more."""
        return self.state in GONE

    @property
    def ended(self) -> bool:
        """Whether it has its outcome."""
        return self.state is State.ENDED

    @property
    def doubtful(self) -> bool:
        """Whether it has to be looked up before it may be sent again."""
        return self.state is State.IN_DOUBT or (
            self.state is State.AWAITING_PLAYER and self.resumes_as is State.IN_DOUBT
        )

    @property
    def waits_for_network(self) -> bool:
        """Whether it was sent, and waits to be sent or asked about again: reads of its lane then go past it."""
        return self.state is State.IN_DOUBT or (self.state is State.BACKING_OFF and self.attempts > 0)

    @property
    def on_disk(self) -> bool:
        """Whether the disk has it for good, which the disk says."""
        return self.call is not None and self.call.durable

    @on_disk.setter
    def on_disk(self, there: bool) -> None:
        if self.call is not None:
            self.call.durable = there

    def let_go_of_value(self) -> None:
        """Forget the long texts of a call that is needless: it ends with the newer one, maybe days from now."""
        short = {name: text if len(text) <= SHORT else "" for name, text in self.operation.arguments.items()}
        self.operation = msgspec.structs.replace(self.operation, arguments=short)
        if self.call is not None:
            self.call.operation = self.operation

    def note_not_applied(self) -> None:
        """Note that no attempt so far was applied."""
        self.attempted_at = self.began = None
        self.equal_delivered = (0, 0)

    def __repr__(self) -> str:
        return f"<Delivery {self.operation.service} {self.operation.name}, {self.state.value}>"
