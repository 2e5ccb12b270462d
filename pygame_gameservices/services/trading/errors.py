"""What the trading API says no to, and what this package refuses to send to it."""

from __future__ import annotations

from typing import Any

from pygame_gameservices.errors import (
    AuthError,
    NetworkError,
    NotFound,
    RateLimited,
    ServiceError,
    UsageError,
)
from pygame_gameservices.services.trading.models import Order


class InvalidOrder(UsageError):
    """An order that cannot be right; nothing was sent. Raised on the caller's line.

    Attributes:
        field: the field to blame, such as ``"price"``.
        index: the order's place in a bulk, counted from 0; None for a single order.
    """

    def __init__(self, field: str, problem: str, index: int | None = None) -> None:
        place = "order" if index is None else f"order {index}"
        super().__init__(f"{place}: {problem}")
        self.field = field
        self.problem = problem
        self.index = index


class InvalidOrders(InvalidOrder):
    """Several orders of a bulk cannot be right; nothing was sent.

    Attributes:
        problems: one `InvalidOrder` per order that is wrong, by index.
    """

    def __init__(self, problems: tuple[InvalidOrder, ...]) -> None:
        first = problems[0]
        super().__init__(first.field, first.problem, first.index)
        self.problems = problems
        self.args = ("; ".join(str(problem) for problem in problems),)


class OrderRefused(ServiceError):
    """The service refused the request; nothing was applied.

    Attributes:
        details: what it said, one text per problem.
    """

    def __init__(self, message: str = "", *, details: tuple[str, ...] = (), **about: Any) -> None:
        super().__init__(message, **about)
        self.details = details


class OrderNotFound(NotFound):
    """There is no such order among yours; it may be executed, deleted, or past its delivery."""


class OrderNotUnique(ServiceError):
    """Several of your orders fit equally well, so none was deleted. Delete by the number that `orders.list` shows.

    Attributes:
        candidates: the orders that fit, as they are listed.
    """

    def __init__(self, message: str = "", *, candidates: tuple[Order, ...] = (), **about: Any) -> None:
        super().__init__(message, **about)
        self.candidates = candidates


class TokenRefused(AuthError):
    """The access token was refused. The call was not applied; the next one brings a new token."""


class AccessExpired(AuthError, RateLimited):
    """The access token had expired early. A read is asked again, once, with a new one."""


class NoAccess(NetworkError):
    """No access token could be had, so the call itself was never sent."""
