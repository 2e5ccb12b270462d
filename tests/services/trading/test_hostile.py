"""What servers, callers and calendars can come up with: no crash, no leak, no order that means another hour."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from pygame_gameservices import (
    InvalidOrder,
    NewOrder,
    OrderNotFound,
    OrderRefused,
    OrdersPlaced,
    OrderUnclear,
    Secret,
    ServiceManager,
    Trading,
    UsageError,
)
from pygame_gameservices.core.calls.endpoint import Response
from pygame_gameservices.core.http.redaction import Redactor
from pygame_gameservices.core.scheduling.retry_policy import perhaps_applied
from pygame_gameservices.errors import CallError, Forbidden, NotFound, ProtocolError, RateLimited
from pygame_gameservices.sandbox import Sandbox
from pygame_gameservices.services.trading.access import _granted
from pygame_gameservices.services.trading.checks import Rules, check_order, order_at
from pygame_gameservices.services.trading.decoding import value
from pygame_gameservices.services.trading.models import Order
from pygame_gameservices.services.trading.orders import _fits, order_number
from tests.conftest import WAIT_S, run_until
from tests.services.trading.conftest import order
from tests.services.trading.test_checks import GOOD, problem

ACCESS = Secret("access-token-of-this-hour")


def said(name: str, status: int, content: Any) -> CallError:
    """The error that an answer stands for."""
    body = json.dumps(content).encode()
    with pytest.raises(CallError) as caught:
        value(name, Redactor((ACCESS,)).response(Response(status=status, headers={}, body=body)))
    return caught.value


def swiss(day: str, start: str, end: str, duration: str) -> NewOrder:
    wanted = {k: v for k, v in GOOD.items() if k != "tz_offset_hours"}
    wanted |= {"date": day, "start_time": start, "end_time": end, "duration": duration}
    return check_order(wanted, Rules(now=datetime(2026, 1, 1, tzinfo=UTC)))


@pytest.mark.parametrize(
    ("day", "start", "end", "duration"),
    [
        ("2026-10-25", "02:30", "02:45", "15m"),  # comes twice
        ("2026-03-29", "02:30", "02:45", "15m"),  # does not come at all
        ("2026-10-25", "01:00", "04:00", "3h"),  # is four hours long
    ],
)
def test_a_window_in_which_the_clocks_change_needs_an_offset(day: str, start: str, end: str, duration: str) -> None:
    with pytest.raises(InvalidOrder, match="pass tz_offset_hours") as caught:
        swiss(day, start, end, duration)
    assert caught.value.field == "tz_offset_hours"


@pytest.mark.parametrize(
    ("day", "start", "end", "offset"),
    [
        ("2026-10-25", "01:45", "02:00", 2),
        ("2026-10-25", "03:00", "03:15", 1),
        ("2026-03-29", "01:45", "02:00", 1),
        ("2026-03-29", "03:00", "03:15", 2),
    ],
)
def test_a_window_beside_the_change_is_clear(day: str, start: str, end: str, offset: int) -> None:
    assert swiss(day, start, end, "15m").tz_offset_hours == offset


@pytest.mark.parametrize("number", [10**400, -(10**400), 10**15, Decimal("1e400"), Decimal("sNaN"), 1e300])
def test_numbers_beyond_all_measure_are_refused_by_field(number: Any) -> None:
    assert problem(price=number).field == "price"
    assert problem(volume=number).field == "volume"


@pytest.mark.parametrize("suffix", ["\ud800", "a\nb", "\x00"])
def test_a_suffix_that_cannot_be_written_is_refused(suffix: str) -> None:
    assert problem(options={"trader_suffixe": suffix}).field == "options"


def test_the_end_of_time_is_no_delivery() -> None:
    with pytest.raises(InvalidOrder):
        order_at("buy", 1, 1, datetime.max.replace(tzinfo=UTC))


def test_only_the_number_itself_is_a_number() -> None:
    assert order_number("123") == order_number(123) == 123
    for name in ("0012", "9" * 5000, "12 ", "+12", "٣"):
        assert order_number(name) is None


def test_what_the_service_says_is_told_without_the_token_and_at_a_readable_length() -> None:
    error = said("orders.create", 422, {"detail": [f"bad token {ACCESS.reveal()}", "x" * 100_000]})
    assert ACCESS.reveal() not in f"{error!s} {error!r} {vars(error)}"
    assert "bad token ***" in str(error)
    assert len(str(error)) < 2000


def test_an_order_is_not_found_only_where_one_was_named() -> None:
    assert isinstance(said("orders.delete", 404, {"detail": "Order not found"}), OrderNotFound)
    error = said("market", 404, {"detail": "Not Found"})
    assert isinstance(error, NotFound)
    assert not isinstance(error, OrderNotFound)


@pytest.mark.parametrize(
    ("status", "body", "kind", "told"),
    [
        (400, b"Order rejected: market closed\n", OrderRefused, "Order rejected: market closed"),
        (422, b'{"error":"bad price"}', OrderRefused, '{"error":"bad price"}'),
        (400, b'["a"]', OrderRefused, '["a"]'),
        (400, b'{"detail":{"code":7}}', OrderRefused, '{"detail":{"code":7}}'),
        (409, b'{"detail":""}', OrderRefused, '{"detail":""}'),
        (400, b"", OrderRefused, "it gave no reason (HTTP 400)"),
        (413, b"Too large", OrderRefused, "Too large"),
        (403, b"Forbidden by policy", Forbidden, "Forbidden by policy"),
        (403, b"", Forbidden, "access was refused (HTTP 403)"),
        (404, b"Nothing here", NotFound, "Nothing here (HTTP 404; is base_url right?)"),
    ],
)
def test_a_refusal_in_other_words_is_a_refusal_all_the_same(
    status: int, body: bytes, kind: type[CallError], told: str
) -> None:
    """An order that was refused must not be thought to stand, only because the reason is no JSON ``detail``."""
    with pytest.raises(kind) as caught:
        value("orders.create", Response(status=status, headers={}, body=body))
    assert caught.value.message == told
    assert not perhaps_applied(caught.value)
    if isinstance(caught.value, OrderRefused):
        assert caught.value.details == (told,)


def test_an_order_that_is_gone_in_plain_text_is_gone() -> None:
    with pytest.raises(OrderNotFound, match=r"^No such order$"):
        value("orders.delete", Response(status=404, headers={}, body=b"No such order"))


@pytest.mark.parametrize("body", [b"", b"Request Timeout", b'{"detail":"too slow"}'])
@pytest.mark.parametrize("status", [408, 500, 502, 504])
def test_a_server_that_gave_up_may_have_applied_it(status: int, body: bytes) -> None:
    with pytest.raises(CallError) as caught:
        value("orders.create", Response(status=status, headers={}, body=body))
    assert perhaps_applied(caught.value)


@pytest.mark.parametrize("status", [400, 404, 413])
def test_a_web_page_is_no_refusal_of_the_services(status: int) -> None:
    with pytest.raises(ProtocolError) as caught:
        value("orders.create", Response(status=status, headers={}, body=b" <!DOCTYPE html><p>Not found"))
    assert perhaps_applied(caught.value)


def test_a_refusal_in_plain_text_is_told_without_the_token_and_at_a_readable_length() -> None:
    body = f"bad token {ACCESS.reveal()} ".encode() + b"x" * 100_000
    with pytest.raises(OrderRefused) as caught:
        value("orders.create", Response(status=400, headers={}, body=body, secrets=(ACCESS,)))
    assert ACCESS.reveal() not in f"{caught.value!s} {caught.value!r} {vars(caught.value)}"
    assert str(caught.value).startswith("bad token ***")
    assert len(str(caught.value)) == 500


@pytest.mark.parametrize("price", ["nan", "inf", "-Infinity"])
def test_a_price_that_is_no_number_makes_no_sense(price: str) -> None:
    with pytest.raises(ProtocolError):
        value("market", Response(status=200, headers={}, body=json.dumps([{"price": price}]).encode()))


def test_odd_answers_to_an_exchange() -> None:
    granted = _granted(Response(status=200, headers={}, body=b'{"access_token":"a","expires_in":null}'))
    assert granted.expires_in is None
    with pytest.raises(RateLimited) as caught:
        _granted(Response(status=429, headers={"retry-after": "²"}, body=b""))
    assert caught.value.retry_after is None


def test_a_lost_order_that_was_executed_at_once_is_still_found() -> None:
    wanted = check_order(GOOD, Rules(now=datetime(2024, 12, 1, tzinfo=UTC)))
    listed = Order(
        order_id=1,
        direction="buy",
        price=150.25,
        volume=2.5,
        date=wanted.date,
        start_time=wanted.start_time,
        end_time=wanted.end_time,
        tz_offset_hours=wanted.tz_offset_hours,
        state="executed",
    )
    assert _fits(wanted, listed)


def test_a_lost_order_can_be_looked_for_after_its_delivery_began(services: ServiceManager, sandbox: Sandbox) -> None:
    now = [datetime.now(UTC)]
    trading = services.add(
        Trading(sandbox.trading_token, sandbox.trading_url, allow_trading=True, now=lambda: now[0], name="later")
    )
    placed = order()
    fields = {name: getattr(placed, name) for name in placed.__struct_fields__ if name != "trader_suffixe"}
    trading.orders.create(fields).result(WAIT_S)
    now[0] += timedelta(days=1)
    assert len(trading.orders.look_for(fields).result(WAIT_S)) == 1


@pytest.mark.parametrize(
    ("how", "match"),
    [
        ({"min_price": float("nan")}, "min_price"),
        ({"min_price": "5"}, "min_price"),
        ({"base_url": "https://api.example.com/api/v1/"}, "/api/v1"),
        ({"token": " \n"}, "token"),
    ],
)
def test_wrong_settings_are_told_at_once(how: dict[str, Any], match: str) -> None:
    with pytest.raises(UsageError, match=match):
        settings: dict[str, Any] = {"token": "t", "base_url": "https://api.example.com"}
        settings.update(how)
        Trading(**settings)


def test_a_token_read_from_a_file_with_its_line_end_works(services: ServiceManager, sandbox: Sandbox) -> None:
    tokens: tuple[str | Secret, ...] = (f"{sandbox.trading_token}\n", Secret(f"{sandbox.trading_token}\r\n"))
    for number, token in enumerate(tokens):
        trading = services.add(Trading(token, sandbox.trading_url, name=f"file {number}"))
        assert trading.status().result(WAIT_S).status


def test_a_wrong_address_is_named_as_a_likely_cause(services: ServiceManager, sandbox: Sandbox) -> None:
    trading = services.add(Trading(sandbox.trading_token, f"{sandbox.trading_url}/nowhere", allow_trading=True))
    call = trading.orders.create(order())
    with pytest.raises(CallError, match="is base_url right"):
        call.result(WAIT_S)
    run_until(services, lambda: call.done)
    assert call.outcome == "failed"


@pytest.fixture
def forgetful() -> Iterator[str]:
    """The address of a market that answers a bulk without a word about its second order."""
    created = {"created": [{"index": 0, "result": {"order_id": "ord_a"}}], "failed": [{"index": 7, "error": "odd"}]}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            said = {"access_token": "a"} if self.path.endswith("/auth/token") else {"requested": 2, **created}
            body = json.dumps(said).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_an_order_of_a_bulk_that_the_answer_does_not_mention_is_unclear(
    services: ServiceManager, forgetful: str
) -> None:
    trading = services.add(Trading("t", forgetful, allow_trading=True))
    call = trading.orders.create_bulk([order(price=1), order(price=2)])
    happened = run_until(services, lambda: call.done)
    assert [event.result.created[0].index for event in happened if isinstance(event, OrdersPlaced)] == [0]
    (unclear,) = [event for event in happened if isinstance(event, OrderUnclear)]
    assert [one.price for one in unclear.orders] == [2]
    assert "look_for" in unclear.advice


def test_a_missing_argument_is_named_and_what_to_pass(sandbox: Sandbox) -> None:
    with pytest.raises(UsageError, match="Trading needs a base_url; pass where your API is"):
        Trading("x")
    with pytest.raises(UsageError, match="Trading needs a base_url"):
        Trading()
    for token in ("", " \n"):
        with pytest.raises(UsageError, match="Trading has no token, or an empty one"):
            Trading(token, sandbox.trading_url)


def test_a_token_may_be_pasted_with_its_line_end(services: ServiceManager, sandbox: Sandbox) -> None:
    trading = services.add(Trading(f" {sandbox.trading_token}\n", sandbox.trading_url))
    trading.status().result(WAIT_S)
    assert repr(trading) == f"<Trading 'trading', reads only, at {sandbox.trading_url}>"
