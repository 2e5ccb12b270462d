"""How each `Ending` fault is committed. Every function runs on the event loop, in the task of the request it bites."""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import Awaitable, Callable
from typing import Any

from pygame_gameservices.sandbox.faults import kinds
from pygame_gameservices.sandbox.faults.active import ActiveFault
from pygame_gameservices.sandbox.faults.exchange import Exchange, Reply

_JSON = [(b"content-type", b"application/json; charset=utf-8")]
_HTML = [(b"content-type", b"text/html; charset=utf-8")]
_TICK_S = 0.05


async def end(active: ActiveFault, exchange: Exchange) -> None:
    """Let an `Ending` fault bite: carry the request out first if it says so, then commit it."""
    fault = active.fault
    assert isinstance(fault, kinds.Ending)
    reply = await exchange.run() if fault.applied else None
    await _EFFECTS[type(fault)](fault, active, exchange, reply)


async def _reset(_fault: kinds.Reset, _active: ActiveFault, exchange: Exchange, _reply: Reply | None) -> None:
    await exchange.reset()


async def _hang(_fault: kinds.Hang, active: ActiveFault, exchange: Exchange, _reply: Reply | None) -> None:
    await _until(active.lifted, exchange.connection.lost)
    if not exchange.connection.lost.is_set():
        await exchange.reset()


async def _stall(fault: kinds.Stall, active: ActiveFault, exchange: Exchange, reply: Reply | None) -> None:
    await _until(active.lifted, exchange.connection.lost, timeout=fault.seconds)
    if exchange.connection.lost.is_set():
        return  # nobody waits any more, so a request that was not carried out yet never will be
    await exchange.answer(reply or await exchange.run())


async def _drip(fault: kinds.Drip, active: ActiveFault, exchange: Exchange, reply: Reply | None) -> None:
    reply = reply or await exchange.run()
    head = exchange.head(reply.status, reply.headers, len(reply.body))
    exchange.note_status(reply.status)
    at_once, slowly = (b"", head + reply.body) if fault.part == "headers" else (head, reply.body)
    await exchange.write(at_once)
    step = max(1, math.floor(fault.bytes_per_s * _TICK_S))
    for start in range(0, len(slowly), step):
        if not await exchange.write(slowly[start : start + step]):
            return
        await _until(active.lifted, exchange.connection.lost, timeout=step / fault.bytes_per_s)
    await exchange.hang_up()


async def _truncate(fault: kinds.Truncate, _active: ActiveFault, exchange: Exchange, reply: Reply | None) -> None:
    reply = reply or await exchange.run()
    await exchange.write_head(reply.status, reply.headers, len(reply.body))
    await exchange.write(reply.body[: int(len(reply.body) * fault.keep)])
    await exchange.hang_up()


async def _wrong_length(
    fault: kinds.WrongLength, _active: ActiveFault, exchange: Exchange, reply: Reply | None
) -> None:
    reply = reply or await exchange.run()
    await exchange.write_head(reply.status, reply.headers, max(0, len(reply.body) + fault.extra))
    await exchange.write(reply.body)
    await exchange.hang_up()


async def _garbage(fault: kinds.Garbage, active: ActiveFault, exchange: Exchange, reply: Reply | None) -> None:
    # 0xff first: no text encoding, so that no sample is JSON by accident.
    body = b"\xff" + active.random.randbytes(max(0, fault.size - 1))
    await _replace(exchange, reply, Reply(200, _JSON, body))


async def _html(fault: kinds.HtmlPage, _active: ActiveFault, exchange: Exchange, reply: Reply | None) -> None:
    await _replace(exchange, reply, Reply(fault.status, _HTML, _page(fault.status)))


async def _deep_json(fault: kinds.DeepJson, _active: ActiveFault, exchange: Exchange, reply: Reply | None) -> None:
    body = b'{"response":' + b"[" * fault.depth + b"]" * fault.depth + b"}"
    await _replace(exchange, reply, Reply(200, _JSON, body))


async def _huge_json(fault: kinds.HugeJson, _active: ActiveFault, exchange: Exchange, reply: Reply | None) -> None:
    start, record, stop = b'{"response":{"success":"true","data":[', b'"' + b"light " * 10_000 + b'"', b"]}}"
    count = max(1, round(fault.megabytes * 1024 * 1024 / len(record)))
    if reply is None:
        await exchange.skip()
    await exchange.write_head(200, _JSON, len(start) + count * (len(record) + 1) - 1 + len(stop))
    await exchange.write(start)
    for number in range(count):
        if not await exchange.write(record if number == 0 else b"," + record):
            return
        await asyncio.sleep(0)
    await exchange.write(stop)
    await exchange.hang_up()


async def _flood(fault: kinds.Flood, active: ActiveFault, exchange: Exchange, reply: Reply | None) -> None:
    left = round(fault.gigabytes * 1024**3)
    if reply is None:
        await exchange.skip()
    await exchange.write_head(200, _JSON, left)
    chunk = b'{"response":' + random.Random(active.fault.seed).randbytes(32 * 1024).hex().encode()
    while left > 0 and not active.lifted.is_set() and await exchange.write(chunk[:left]):
        left -= len(chunk)
        await asyncio.sleep(0)
    await exchange.hang_up()


async def _status(
    fault: kinds.TooManyRequests | kinds.ServerError, _active: ActiveFault, exchange: Exchange, reply: Reply | None
) -> None:
    status = fault.status if isinstance(fault, kinds.ServerError) else 429
    own = exchange.failure(status) if isinstance(fault, kinds.ServerError) and fault.body == "service" else None
    instead = own or Reply(status, list(_HTML), _page(status))
    if fault.retry_after is not None:
        instead.headers.append((b"retry-after", str(fault.retry_after).encode()))
    await _replace(exchange, reply, instead)


async def _replace(exchange: Exchange, reply: Reply | None, instead: Reply) -> None:
    if reply is None:
        await exchange.skip()
    await exchange.answer(instead)


async def _until(*events: asyncio.Event, timeout: float | None = None) -> None:
    """Wait until one of `events` is set or `timeout` seconds have passed."""
    waiting = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in waiting:
            one.cancel()


def _page(status: int) -> bytes:
    title = f"{status} from the sandbox"
    return f"<!DOCTYPE html>\n<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n".encode()


_EFFECTS: dict[type[kinds.Ending], Callable[[Any, ActiveFault, Exchange, Reply | None], Awaitable[None]]] = {
    kinds.Reset: _reset,
    kinds.Hang: _hang,
    kinds.Stall: _stall,
    kinds.Drip: _drip,
    kinds.Truncate: _truncate,
    kinds.WrongLength: _wrong_length,
    kinds.Garbage: _garbage,
    kinds.HtmlPage: _html,
    kinds.DeepJson: _deep_json,
    kinds.HugeJson: _huge_json,
    kinds.Flood: _flood,
    kinds.TooManyRequests: _status,
    kinds.ServerError: _status,
}
