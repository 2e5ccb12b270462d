"""Defects planted by hand into the scheduling and the outbox, one at a time: ``python -m tests.simulation --defects``.

Each is a small mistake that somebody could make. The lives must find every one of them, or they prove nothing: one of
the first `FOUND_WITHIN` does.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import math
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from pygame_gameservices.core.calls.operation import Kind
from pygame_gameservices.core.outbox.unwritten import Unwritten
from pygame_gameservices.core.scheduling import effects as do
from pygame_gameservices.core.scheduling import host, reconciler, retry_policy, scheduler
from pygame_gameservices.core.scheduling import messages as heard
from pygame_gameservices.core.scheduling.batch import Company
from pygame_gameservices.core.scheduling.circuit_breaker import CircuitBreaker
from pygame_gameservices.core.scheduling.coalescing import Coalesced, Coalescing
from pygame_gameservices.core.scheduling.delivery import Delivery, State
from pygame_gameservices.core.scheduling.lanes import Lanes, _Lane
from pygame_gameservices.core.scheduling.scheduler import Scheduler
from pygame_gameservices.core.scheduling.service_queue import ServiceQueue
from pygame_gameservices.core.scheduling.sign_ins import SignIns
from pygame_gameservices.errors import OutcomeUnknown
from tests.simulation.lives import live

FOUND_WITHIN = 3_000
"""So many lives find each of them."""

Plant = Callable[[Callable[[Any, str, Any], None]], None]
"""Plants a defect by putting something else in the place of a method."""


class Defect(NamedTuple):
    """One mistake.

    Attributes:
        name: what it does.
        plant: makes it.
        finder: a life that has found it, to be tried first; where it does so no longer, another one will.
    """

    name: str
    plant: Plant
    finder: int


def _lost_wake_up(put: Callable[[Any, str, Any], None]) -> None:
    put(Scheduler, "_wake_for", lambda self, service, when: None)


def _doubled_send(put: Callable[[Any, str, Any], None]) -> None:
    put(scheduler, "perhaps_applied", lambda error: False)
    put(retry_policy, "perhaps_applied", lambda error: False)


def _lane_overtaken(put: Callable[[Any, str, Any], None]) -> None:
    def lets_go(self: _Lane, delivery: Delivery, beside: int = 0) -> bool:
        return bool(self.waiting) and self.waiting[0] is delivery and delivery.state is State.QUEUED

    put(_Lane, "lets_go", lets_go)


def _superseded_sent(put: Callable[[Any, str, Any], None]) -> None:
    real = Coalescing.ended

    def ended(self: Coalescing, delivery: Delivery, error: Any, under_way: Any) -> Any:
        spare = self._spare.get(delivery)
        older, effects = real(self, delivery, error, under_way)
        if spare is not None and spare.state is State.SUPERSEDED:
            return spare, ()
        return older, effects

    put(Coalescing, "ended", ended)


def _unknown_called_failed(put: Callable[[Any, str, Any], None]) -> None:
    put(scheduler, "final_error", lambda operation, error, perhaps: error.about(operation))


def _failed_called_unknown(put: Callable[[Any, str, Any], None]) -> None:
    real = retry_policy.final_error
    put(scheduler, "final_error", lambda operation, error, perhaps: real(operation, error, True))


def _stored_ignored_in_superseded(put: Callable[[Any, str, Any], None]) -> None:
    def stored(self: Scheduler, message: heard.Stored) -> None:
        for delivery in message.deliveries:
            if delivery.state is State.STORING:
                delivery.disk_answers -= 1
                if not delivery.disk_answers:
                    self._enter(delivery)

    put(Scheduler, "_stored", stored)


def _settled_twice(put: Callable[[Any, str, Any], None]) -> None:
    real = Scheduler._settle

    def settle(self: Scheduler, delivery: Delivery, value: Any, error: Any) -> None:
        real(self, delivery, value, error)
        if isinstance(error, OutcomeUnknown) and not delivery.internal:
            self._do(do.Settle(delivery, value, error))

    put(Scheduler, "_settle", settle)


def _equal_of_others_ignored(put: Callable[[Any, str, Any], None]) -> None:
    real = Scheduler._counted

    def counted(self: Scheduler, message: heard.Counted) -> None:
        real(self, heard.Counted(message.delivery, message.counts and (0, 0)))

    put(Scheduler, "_counted", counted)


def _token_not_renewed(put: Callable[[Any, str, Any], None]) -> None:
    put(Scheduler, "_renew_token", lambda self, delivery: None)
    put(SignIns, "may_go", lambda self, delivery: None)


def _unmark_not_sent(put: Callable[[Any, str, Any], None]) -> None:
    put(Scheduler, "_note_not_applied", lambda self, delivery: delivery.note_not_applied())


def _refused_change_forgotten(put: Callable[[Any, str, Any], None]) -> None:
    real = Unwritten.pay

    def pay(self: Unwritten, *how: Any) -> None:
        self.changes.clear()
        real(self, *how)

    put(Unwritten, "pay", pay)


def _refused_call_forgotten(put: Callable[[Any, str, Any], None]) -> None:
    real = Unwritten.pay

    def pay(self: Unwritten, *how: Any) -> None:
        self.calls.clear()
        real(self, *how)

    put(Unwritten, "pay", pay)


def _cancelled_holds_its_lane(put: Callable[[Any, str, Any], None]) -> None:
    put(_Lane, "drop_gone", lambda self: None)


def _loaded_after_newer(put: Callable[[Any, str, Any], None]) -> None:
    def loaded(self: Scheduler, message: heard.Loaded) -> None:
        if not self._closing:
            message.delivery.sequence = next(self._sequence)
            self._accept(message.delivery, in_doubt=message.in_doubt)

    put(Scheduler, "_loaded", loaded)


def _mark_not_awaited(put: Callable[[Any, str, Any], None]) -> None:
    real = Scheduler._begin

    def begin(self: Scheduler, batch: Any) -> None:
        real(self, batch)
        if not self.effects or not isinstance(self.effects[-1], do.Mark):
            return
        self.effects.pop()
        self._send(batch)

    put(Scheduler, "_begin", begin)


def _retry_never_ends(put: Callable[[Any, str, Any], None]) -> None:
    real = retry_policy.verdict

    def verdict(operation: Any, failure: Any) -> Any:
        if operation.kind in (Kind.SAFE, Kind.IDEMPOTENT):
            return retry_policy.Verdict.RETRY
        return real(operation, failure)

    put(scheduler, "verdict", verdict)


def _close_does_not_settle(put: Callable[[Any, str, Any], None]) -> None:
    def perhaps_all_ended(self: Scheduler) -> None:
        self.finished = not self.under_way

    put(Scheduler, "_perhaps_all_ended", perhaps_all_ended)


def _close_not_in_time(put: Callable[[Any, str, Any], None]) -> None:
    put(Scheduler, "_cut_off", lambda self: None)


def _retry_after_ignored(put: Callable[[Any, str, Any], None]) -> None:
    for module in (scheduler, host):
        put(module, "retry_after", lambda error: None)


def _circuit_never_closes(put: Callable[[Any, str, Any], None]) -> None:
    real = CircuitBreaker.hung_up
    put(CircuitBreaker, "failed", _failed_and_stays_open(CircuitBreaker.failed))
    put(CircuitBreaker, "hung_up", real)


def _failed_and_stays_open(real: Any) -> Any:
    def failed(self: CircuitBreaker, now: float, started_at: float) -> bool:
        away = bool(real(self, now, started_at))
        self._probing = self._failures > 2
        return away

    return failed


def _probe_forgotten(put: Callable[[Any, str, Any], None]) -> None:
    put(CircuitBreaker, "hung_up", lambda self: None)


def _in_doubt_sent_again(put: Callable[[Any, str, Any], None]) -> None:
    put(Scheduler, "_look_up", lambda self, delivery: self._resume(delivery))


def _equal_of_this_run_ignored(put: Callable[[Any, str, Any], None]) -> None:
    put(reconciler.Ledger, "equal_to", lambda self, delivery, began: (0, 0))


def _worker_not_given_back(put: Callable[[Any, str, Any], None]) -> None:
    real = Scheduler._put_back

    def put_back(self: Scheduler, *how: Any) -> None:
        real(self, *how)
        self._idle -= 1

    put(Scheduler, "_put_back", put_back)


def _claimed_by_nobody(put: Callable[[Any, str, Any], None]) -> None:
    real = Scheduler._bring_back

    def bring_back(self: Scheduler, back: Any) -> None:
        real(self, None if back is None else msgspec.structs.replace(back, claims=False))

    put(Scheduler, "_bring_back", bring_back)


def _newer_value_dropped(put: Callable[[Any, str, Any], None]) -> None:
    real = Coalescing.take

    def take(self: Coalescing, delivery: Delivery, *how: Any) -> Coalesced:
        coalesced = real(self, delivery, *how)
        older = coalesced.superseded
        if older is None or coalesced.by is not delivery:
            return coalesced
        self._spare[older] = self._spare.pop(delivery)
        return Coalesced(superseded=delivery, by=older)

    put(Coalescing, "take", take)


def _older_run_not_waited_for(put: Callable[[Any, str, Any], None]) -> None:
    def add(self: Lanes, delivery: Delivery) -> None:
        self._offer(delivery, None)

    put(Lanes, "add", add)


def _any_order_within_a_request(put: Callable[[Any, str, Any], None]) -> None:
    put(Company, "_keeps_order", lambda self, operation: True)


def _gathered_for_ever(put: Callable[[Any, str, Any], None]) -> None:
    put(ServiceQueue, "_gathered_at", lambda self: math.inf if self.under_way else 0.0)


DEFECTS = (
    Defect("a lost wake-up: nobody wakes for the end of a pause", _lost_wake_up, 14),
    Defect("a doubled send after a lost answer", _doubled_send, 0),
    Defect("a lane overtaken: one that is under way does not hold it", _lane_overtaken, 322),
    Defect("a superseded value sent after the newer one", _superseded_sent, 22),
    Defect("an unknown called failed", _unknown_called_failed, 49),
    Defect("a failed called unknown", _failed_called_unknown, 2),
    Defect("the disk's answer ignored for one that is superseded", _stored_ignored_in_superseded, 0),
    Defect("an unknown settled twice", _settled_twice, 31),
    Defect("the equal calls of others ignored", _equal_of_others_ignored, 958),
    Defect("the token not renewed at sending", _token_not_renewed, 396),
    Defect("no unmark on disk", _unmark_not_sent, 123),
    Defect("what was to become of a call forgotten when the disk refuses it", _refused_change_forgotten, 56),
    Defect("a call forgotten when the disk refuses it", _refused_call_forgotten, 1706),
    Defect("a cancelled call holds its lane", _cancelled_holds_its_lane, 0),
    Defect("what an earlier run left placed after newer ones", _loaded_after_newer, 1206),
    Defect("sent without waiting for the mark", _mark_not_awaited, 0),
    Defect("retries that never end", _retry_never_ends, 113),
    Defect("close settles nothing", _close_does_not_settle, 2),
    Defect("close does not cut off", _close_not_in_time, 0),
    Defect("Retry-After ignored", _retry_after_ignored, 31),
    Defect("a circuit that never closes again", _circuit_never_closes, 11),
    Defect("a probe that was hung up on is waited for for ever", _probe_forgotten, 138),
    Defect("in doubt, and sent again without a look", _in_doubt_sent_again, 0),
    Defect("the equal calls of this run ignored", _equal_of_this_run_ignored, 5),
    Defect("a worker lost when the disk refuses a mark", _worker_not_given_back, 200),
    Defect("what waits on disk for anyone claimed by nobody", _claimed_by_nobody, 13),
    Defect("the older value wins over the newer", _newer_value_dropped, 14),
    Defect("no lanes at all", _older_run_not_waited_for, 31),
    Defect("no order in a request of which a part is sent again", _any_order_within_a_request, 17758),
    Defect("calls gathered for a request that never goes", _gathered_for_ever, 0),
)


@contextlib.contextmanager
def planted(defect: Defect) -> Iterator[None]:
    """Have a defect in the scheduling for a while."""
    before: list[tuple[Any, str, Any]] = []

    def put(where: Any, name: str, what: Any) -> None:
        before.append((where, name, getattr(where, name)))
        setattr(where, name, what)

    try:
        defect.plant(put)
        yield
    finally:
        for where, name, what in reversed(before):
            setattr(where, name, what)


def found_by(defect: Defect, seeds: Iterable[int], folder: Path, most: int = 3) -> dict[int, str]:
    """The first of `seeds` that find a defect, and how."""
    found: dict[int, str] = {}
    with planted(defect):
        for seed in seeds:
            if broken := live(seed, folder / "life"):
                if broken.startswith(("TypeError", "AttributeError", "NameError")):
                    raise AssertionError(f"it cannot be planted as it is written: {broken}")
                found[seed] = broken.partition("\n")[0]
            if len(found) >= most:
                break
            if seed % 20 == 0:
                gc.collect()
    return found


def main(first: int, count: int) -> int:
    """Plant each defect, and print the seeds that find it. Returns how many were not found."""
    logging.disable(logging.CRITICAL)
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        for defect in DEFECTS:
            found = found_by(defect, range(first, first + count), Path(folder))
            missed += not found
            how = next(iter(found.values()), f"not found by {count} lives")
            print(f"{defect.name}\n    seeds {', '.join(map(str, found)) or 'none'}: {how[:150]}", flush=True)
    print(f"{len(DEFECTS) - missed} of {len(DEFECTS)} defects found")
    return missed
