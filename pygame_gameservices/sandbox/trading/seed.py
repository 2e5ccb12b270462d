"""Reading the market's part of ``gameservices.toml``: ``[trading]`` and ``[sandbox.trading]``."""

from __future__ import annotations

from pygame_gameservices.sandbox.seed import Section
from pygame_gameservices.sandbox.trading.world import HOME_ZONE, MAKER, Account, Market

DEFAULT_TOKEN = "sandbox-personal-token"
"""The personal token of the account ``[trading]`` when the seed names none. It opens nothing but a sandbox."""


def read(seed: Section) -> Market:
    """Return what the seed says about the market. Raises `ConfigurationError` on a mistake."""
    main, own = seed.section("trading"), seed.section("sandbox").section("trading")
    first = Account(
        trader=main.text("trader", "You"),
        token=main.text("token", DEFAULT_TOKEN) or DEFAULT_TOKEN,
        groupe_e=own.flag("groupe_e", False),
    )
    accounts = [first, *(_account(section) for section in own.sections("accounts"))]
    if "accounts" not in own:
        accounts.append(Account("Rival", "sandbox-rival-token", "10YDE-RWENET---I"))
    for account in accounts:
        same = [a for a in accounts if a.trader == account.trader or a.token == account.token]
        if len(same) > 1 or account.trader == MAKER:
            raise own.error("accounts", f"holds the trader {account.trader!r} or the token twice; give each its own")
    market = Market(
        accounts=tuple(accounts),
        token_lifetime_s=own.integer("token_lifetime_s", 3600, least=1),
        requests_per_minute=own.integer("requests_per_minute", 1000, least=1),
        market_maker=own.flag("market_maker", True),
        positive_prices=own.flag("positive_prices", False),
        strict_durations=own.flag("strict_durations", False),
    )
    own.finish()
    return market


def _account(section: Section) -> Account:
    account = Account(
        trader=section.text("trader"),
        token=section.text("token"),
        zone=section.text("zone", HOME_ZONE),
        groupe_e=section.flag("groupe_e", False),
    )
    section.finish()
    return account
