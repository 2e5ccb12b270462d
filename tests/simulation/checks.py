"""What must hold of a process at any moment at which it rests: whatever waits, waits for something that will come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pygame_gameservices.core.calls.operation import Kind, Operation
from pygame_gameservices.core.scheduling.delivery import CARRIED, Delivery, State
from pygame_gameservices.core.scheduling.service_queue import ServiceQueue

if TYPE_CHECKING:
    from tests.simulation.process import Process


class Violation(AssertionError):
    """A promise that was not kept."""


def check_waiting(process: Process) -> None:
    """Each call that waits will be woken, and none waits that could go."""
    scheduler = process.scheduler
    if scheduler.finished or scheduler._cutting_off:
        return
    timers = {id(timer) for _, _, timer in scheduler._timers._heap}
    for delivery in scheduler._open:
        if not _awaits_something(process, delivery, timers):
            raise Violation(f"nothing will ever wake {delivery} {delivery.operation.arguments}")
    for service in scheduler._services.values() if scheduler._idle > 0 else ():
        allowed_at = service.allowed_at(process.world.now)
        if allowed_at is None and service.under_way:  # what is under way is to tell whether the service is there
            continue
        if allowed_at is None or allowed_at <= process.world.now:
            for delivery in scheduler._open:
                if delivery.state is State.QUEUED and not _blocked(delivery, scheduler._open):
                    raise Violation(f"it could go, and waits: {delivery} {delivery.operation.arguments}")


def _awaits_something(process: Process, delivery: Delivery, timers: set[int]) -> bool:
    """Whether there is what will wake it from the state that it is in."""
    scheduler, state = process.scheduler, delivery.state
    service = scheduler._services[delivery.operation.service]
    if state is State.STORING:
        held = any(delivery in calls for calls in process.outbox._loading._held.values())
        return process.disk_is_busy or held
    if state in (State.BACKING_OFF, State.IN_DOUBT) and id(delivery.wake) in timers:
        return True
    if state is State.IN_DOUBT:
        reconciler = scheduler._reconciler
        asked = any(one.subject is delivery for one in reconciler._asked.values())
        return asked or process.disk_is_busy or scheduler._closing
    if state in CARRIED:
        return any(delivery in batch.deliveries for batch in service.under_way)
    if state is State.AWAITING_PLAYER:
        waits = any(delivery in waiting for waiting in scheduler._sign_ins._waiting.values())
        return waits and not _player_is_there(process, delivery)
    if state in (State.FOLLOWING, State.SUPERSEDED):
        followed = scheduler._followers._followers.items()
        spare = scheduler._coalescing._spare.items()
        return any(delivery in behind and not leader.ended for leader, behind in followed) or any(
            older is delivery and not newer.ended for newer, older in spare
        )
    return state is State.QUEUED


def _player_is_there(process: Process, delivery: Delivery) -> bool:
    """Whether its player is confirmed, with another token than the one with which it was refused."""
    whose = delivery.operation.player.casefold()
    return process.confirmed and process.player.casefold() == whose and process.token != delivery.operation.credential


def _blocked(delivery: Delivery, all_open: dict[Delivery, None]) -> bool:
    """Whether something of its lane is before it, or under way, beside which it may not go."""
    operation = delivery.operation
    return bool(operation.lane) and any(
        other is not delivery
        and other.operation.lane == operation.lane
        and (other.state in CARRIED or (other.in_lane and not other.gone and other.sequence < delivery.sequence))
        and not (other.state in CARRIED and _mingle(other.operation, operation))
        for other in all_open
    )


def _mingle(one: Operation, other: Operation) -> bool:
    if one.kind is Kind.SAFE or other.kind is Kind.SAFE:
        return one.kind is other.kind
    return bool(one.mingles) and one.mingles == other.mingles


def check_nothing_left(process: Process) -> None:
    """Where nothing waits any more, nothing is kept of what there was, but for a bounded memory of it."""
    scheduler, outbox = process.scheduler, process.outbox
    left: dict[str, Any] = {
        "open calls": scheduler._open,
        "calls": scheduler._by_call,
        "deadlines": scheduler._deadlines._second,
        "seconds with deadlines": scheduler._deadlines._due,
        "leading reads": scheduler._followers._leaders,
        "wanted reads": scheduler._followers._wanted,
        "following calls": scheduler._followers._followers,
        "newest values": scheduler._coalescing._latest,
        "spare values": scheduler._coalescing._spare,
        "values read since": scheduler._coalescing._read_since,
        "questions": scheduler._reconciler._asked,
        "answers": scheduler._reconciler._answered,
        "calls that wait for players": [one for them in scheduler._sign_ins._waiting.values() for one in them],
        "timers": scheduler._timers._heap,
        "calls on disk": outbox._here,
        "calls that were not sent": outbox._not_sent,
        "sizes of calls on disk": outbox.tally.sizes,
        "calls of earlier runs": outbox._loading._loaded,
        "calls that wait for those of earlier runs": outbox._loading._held,
        "what the disk has yet to take": [*outbox._unwritten.calls, *outbox._unwritten.changes],
    }
    for service in scheduler._services.values():
        left |= _left_of(service)
    kept = {name: things for name, things in left.items() if things}
    if kept:
        raise Violation(f"kept for nobody: {kept}")
    if scheduler._idle != process.workers:
        raise Violation(f"{scheduler._idle} of {process.workers} workers are idle, and nothing is under way")
    if outbox.tally.waiting:
        raise Violation(f"{outbox.tally.waiting} calls are said to wait, and none does")


def _left_of(service: ServiceQueue) -> dict[str, Any]:
    service.lanes.head()  # what is outdated is thrown away when it comes to its turn
    return {
        "requests": service.under_way,
        "lanes": service.lanes._lanes,
        "calls ready to go": service.lanes._ready,
    }
