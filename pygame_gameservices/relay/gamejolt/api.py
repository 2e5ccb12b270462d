"""Game Jolt itself, asked with the game's key: calls in, answers out, in Game Jolt's own words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from pygame_gameservices.core.calls.endpoint import Request, Response
from pygame_gameservices.core.storage.credentials import Secret
from pygame_gameservices.errors import NetworkError, ProtocolError, RateLimited, ServiceUnavailable
from pygame_gameservices.relay.gamejolt.call import GameJoltCall
from pygame_gameservices.relay.outages import Outage
from pygame_gameservices.relay.upstream import LARGEST_ANSWER, TIMEOUT_S, Upstream
from pygame_gameservices.services.gamejolt.signing import LONGEST_QUERY, Pairs, Signer, encode, signatures

GameJoltAnswer = dict[str, Any]
"""What stands under ``response``."""

_PASSING = ("unknown fatal error", "unknown error has occured")
"""What Game Jolt says when something broke within it: the call may have been carried out."""
_OURS = ("signature", "does not point to a valid game")
"""What it says of our key or our game id, which is no answer to a player."""


class GameJoltApi:
    """Signs calls, sends them and reads what comes. Any thread; every method blocks.

    Args:
        upstream: carries requests.
        base_url: where the API is, without a slash at its end.
        game_id: the game's number.
        key: the game's private key.
        outage: told whether it answers.
    """

    def __init__(self, upstream: Upstream, base_url: str, game_id: int, key: Secret, outage: Outage) -> None:
        self._upstream = upstream
        self._outage = outage
        self._base_url = base_url.rstrip("/")
        self._game_id = str(game_id)
        self._key = key
        self._signer = Signer(key, "md5")

    def ask(self, calls: Sequence[GameJoltCall]) -> list[GameJoltAnswer | Broken]:
        """Send calls as one request and return their answers, in order.

        Raises:
            NetworkError: nothing came back; ``sent`` tells whether it may have arrived.
            RateLimited: Game Jolt wants to be left alone; nothing was carried out.
            WrongKey: it does not take our key; nothing was carried out.
            ServiceUnavailable, ProtocolError: what came back is no answer; all of it may have been carried out.
        """
        with self._outage.watch():
            return self._ask(calls)

    def _ask(self, calls: Sequence[GameJoltCall]) -> list[GameJoltAnswer | Broken]:
        if len(calls) == 1:
            pairs = calls[0].pairs
            post = len(encode(pairs)) > LONGEST_QUERY
            answer = self._answer(self._request(f"/{calls[0].endpoint}/", pairs, calls, post=post))
            return [_checked(answer)]
        requests = [("requests[]", self._within_batch(call)) for call in calls]
        answer = self._answer(self._request("/batch/", requests, calls, post=True))
        _checked(answer)
        answers = answer.get("responses")
        if not said_yes(answer) or not isinstance(answers, list) or len(answers) != len(calls):
            raise ProtocolError("an answer to each call of a batch")
        return [_checked(one) for one in answers]

    def _within_batch(self, call: GameJoltCall) -> str:
        return self._signer.address(f"/{call.endpoint}/", [("game_id", self._game_id), *call.pairs])

    def _request(self, path: str, pairs: Pairs, calls: Sequence[GameJoltCall], *, post: bool) -> Request:
        own: Pairs = [("game_id", self._game_id), ("format", "json")]
        url = self._base_url + path
        if post:
            address, body = self._signer.address(url, own, pairs), encode(pairs).encode()
        else:
            address, body = self._signer.address(url, [*own, *pairs]), None
        return Request(
            method="POST" if post else "GET",
            url=address,
            headers={"Content-Type": "application/x-www-form-urlencoded"} if post else {},
            body=body,
            secrets=(self._key, *{call.token for call in calls if call.token is not None}),
            private=signatures(address, body),
            timeout_s=TIMEOUT_S,
            max_bytes=LARGEST_ANSWER,
        )

    def _answer(self, request: Request) -> GameJoltAnswer:
        response = self._upstream.send(request)
        try:
            answer = msgspec.json.decode(response.body)["response"]
        except (msgspec.DecodeError, UnicodeDecodeError, TypeError, KeyError, RecursionError):
            raise _no_answer(response) from None
        if not isinstance(answer, dict) or str(answer.get("success")).lower() not in ("true", "false"):
            raise _no_answer(response)
        if not said_yes(answer) and (response.status == 429 or response.status >= 500):
            raise _no_answer(response)
        return answer


class Broken(msgspec.Struct, frozen=True):
    """What a call got that is no answer: it may have been carried out."""

    why: str


class WrongKey(ServiceUnavailable):
    """The relay's own key or game id is wrong. Nothing was carried out, and no player can help it."""


def _checked(answer: Any) -> GameJoltAnswer | Broken:
    """An answer that says yes or no to the player. Raises `WrongKey`."""
    if not isinstance(answer, dict) or str(answer.get("success")).lower() not in ("true", "false"):
        return Broken("an answer that says neither yes nor no")
    if said_yes(answer):
        return answer
    message = str(answer.get("message", "")).lower()
    if any(part in message for part in _PASSING):
        return Broken("Game Jolt says that something broke within it")
    if any(part in message for part in _OURS):
        raise WrongKey(f"Game Jolt does not take our key: {answer.get('message')}")
    return answer


def said_yes(answer: GameJoltAnswer) -> bool:
    """Whether an answer says yes."""
    return str(answer.get("success")).lower() == "true"


def _no_answer(response: Response) -> NetworkError | ProtocolError | RateLimited | ServiceUnavailable:
    asked = response.headers.get("retry-after", "")
    wait = min(float(asked), 300.0) if asked.isdecimal() else None
    if response.status == 429:
        return RateLimited("Game Jolt wants to be left alone", retry_after=wait, status=429)
    if response.status >= 500:
        return ServiceUnavailable(
            f"Game Jolt is not available (HTTP {response.status})", retry_after=wait, status=response.status
        )
    return ProtocolError("Game Jolt's JSON", status=response.status)
