"""What happens on the market that a game cares about. All come out of `ServiceManager.update` on the frame thread."""

from __future__ import annotations

from pygame_gameservices.core.events import Event
from pygame_gameservices.errors import CallError
from pygame_gameservices.services.trading.models import BulkResult, NewOrder, Order


class OrderPlaced(Event, frozen=True):
    """The market took an order.

    Attributes:
        order: the order as it was taken.
    """

    order: Order


class OrdersPlaced(Event, frozen=True):
    """The market answered a bulk; some of it may have been refused.

    Attributes:
        result: what was created and what failed.
    """

    result: BulkResult


class OrderDeleted(Event, frozen=True):
    """An order was taken off the market.

    Attributes:
        order_id: its number.
    """

    order_id: int


class OrderUnclear(Event, frozen=True):
    """Orders were sent, or one was to be deleted, and the answer was lost: it may stand or not. Never sent again.

    Attributes:
        orders: the orders in question; empty when it was about deleting one.
        error: what broke, an `OutcomeUnknown`.
        advice: how to find out.
    """

    orders: tuple[NewOrder, ...]
    error: CallError
    advice: str
