"""The fixed things of the market: who trades, and by which rules. They come from the seed and never change."""

from __future__ import annotations

from dataclasses import dataclass, field

HOME_ZONE = "10YCH-SWISSGRIDZ"
MAKER = "Market maker"
"""Name of the trader that the sandbox itself plays, when the seed wants one."""


@dataclass(frozen=True, slots=True)
class Account:
    """One trader: the name that others see, the personal token, and the market zone.

    Attributes:
        groupe_e: whether it is an account of Groupe E, the only ones whose orders may put a suffix to the name.
    """

    trader: str
    token: str = field(repr=False)
    zone: str = HOME_ZONE
    groupe_e: bool = False


@dataclass(frozen=True, slots=True)
class Market:
    """All that the seed says.

    Attributes:
        token_lifetime_s: how long an access token is good for.
        requests_per_minute: how many requests an account may make per minute of the clock.
        market_maker: whether offers of a trader of its own stand in the next contracts.
        positive_prices: refuse prices of 0 and below, as the documentation of 0.0.4 says; prices of electricity are
            negative at times, and later editions take any.
        strict_durations: refuse a duration that is not the length of its window. The documentation says that it should
            be, and shows orders of which it is not.
    """

    accounts: tuple[Account, ...]
    token_lifetime_s: int
    requests_per_minute: int
    market_maker: bool
    positive_prices: bool
    strict_durations: bool
