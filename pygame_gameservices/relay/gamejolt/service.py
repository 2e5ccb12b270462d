"""Game Jolt behind the relay: each call is judged, signed, passed on, and each write carried out once.

A request is worked off in rounds. A round takes calls in their order up to the first that cannot go yet, notes in one
transaction that the writes among them are about to be sent, sends them as one request, and notes what came.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Row
from sqlalchemy.exc import IntegrityError

from pygame_gameservices.core.storage.credentials import Secret
from pygame_gameservices.errors import CallError, NetworkError, RateLimited, Timeout
from pygame_gameservices.relay.database import Database
from pygame_gameservices.relay.gamejolt.api import Broken, GameJoltAnswer, GameJoltApi, WrongKey, said_yes
from pygame_gameservices.relay.gamejolt.call import GameJoltCall, Told
from pygame_gameservices.relay.gamejolt.doubts import EQUAL_WITHIN_S, UNKNOWN, Doubts
from pygame_gameservices.relay.notes import Answered, Busy, Clash, Doubt, Notes, Write
from pygame_gameservices.relay.people import People
from pygame_gameservices.relay.settings import GameJoltSettings
from pygame_gameservices.relay.visitors import Later, TicketWanted, Visitor

PATIENCE_S = 6.0
"""Seconds for which a request waits for others that are about the same; clients wait for 10 at least."""
POLL_S = 0.05
SETTLING_S, SETTLING_AFTER_SILENCE_S = 1.0, 5.0
"""Seconds after a lost answer before anybody looks: what the service has begun may take that long to show."""

CLASH: GameJoltAnswer = {"success": "false", "message": "relay: another write has this id"}


class GameJoltService:
    """Works off requests. Any thread; `handle` blocks.

    Args:
        settings: what is passed on.
        api: the service.
        database: where notes and people are.
        secret: the relay's own.
        remember_s: seconds for which a player's token is not checked again.
        clock: Unix seconds.
    """

    def __init__(
        self,
        settings: GameJoltSettings,
        api: GameJoltApi,
        database: Database,
        secret: Secret,
        remember_s: float,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._api = api
        self._database = database
        self._notes = Notes(database)
        self._people = People(database, secret, remember_s)
        self._doubts = Doubts(api, clock)
        self._clock = clock
        self._game = f"gamejolt/{settings.game_id}"

    def handle(self, told: Told, visitor: Visitor) -> GameJoltAnswer:
        """Answer a request as Game Jolt would.

        Raises:
            Later: it cannot be answered now.
            TicketWanted: a guest writes without a ticket.
        """
        if visitor.guest is None and any(call.is_write and not call.player for call in told.calls):
            raise TicketWanted
        if not told.break_on_error:
            answers = self._work_off(told.calls, visitor)
        else:
            answers = []
            for call in told.calls:
                answers += self._work_off([call], visitor)
                if not said_yes(answers[-1]):
                    break
        if not told.batch:
            return answers[0]
        stopped = told.break_on_error and not said_yes(answers[-1])
        return {"success": "false" if stopped else "true", "responses": answers}

    def _work_off(self, calls: Sequence[GameJoltCall], visitor: Visitor) -> list[GameJoltAnswer]:
        errand = _Errand(list(calls), self._game, visitor)
        until = time.monotonic() + PATIENCE_S
        try:
            self._judge_at_sight(errand)
            self._meet_players(errand)
            while errand.open:
                if not self._advance(errand):
                    if time.monotonic() > until:
                        raise Later("somebody is about the same call")
                    time.sleep(POLL_S)
        except CallError as error:
            raise _later(error) from error
        finally:
            if errand.open:
                self._let_go(errand)
        return [errand.answers[place] for place in range(len(calls))]

    def _judge_at_sight(self, errand: _Errand) -> None:
        """Refuse what needs no look at anything else."""
        for place, call in enumerate(errand.calls):
            if call.endpoint not in self._settings.endpoints:
                errand.answers[place] = no(f"{call.endpoint} is not passed on")
            elif call.size > self._settings.largest_value:
                errand.answers[place] = no(f"it is larger than {self._settings.largest_value:,} characters")

    def _meet_players(self, errand: _Errand) -> None:
        """See that whoever writes is who they say they are: the service knows."""
        writers = {(c.player, c.token): c for p, c in errand.open_calls() if c.is_write and c.token is not None}
        for (player, token), call in writers.items():
            assert token is not None
            with self._database.transaction() as sql:
                if self._people.knows(sql, self._game, player, token, self._clock()):
                    continue
            name = call.given.get("restriction_username") or call.given["username"]
            (answer,) = self._api.ask(
                [GameJoltCall(endpoint="users/auth", given={"username": name}, player=player, token=token)]
            )
            if isinstance(answer, Broken):
                raise Later(answer.why, status=503)
            if said_yes(answer):
                with self._database.transaction() as sql:
                    self._people.learn(sql, self._game, player, token, self._clock())
            else:
                for place, other in errand.open_calls():
                    if other.is_write and other.player == player and other.token == token:
                        errand.answers[place] = answer

    def _advance(self, errand: _Errand) -> bool:
        """Do the next step. Returns whether there was anything to do."""
        try:
            with self._database.transaction() as sql:
                step = self._next(sql, errand)
        except IntegrityError:  # another process was a moment earlier on the same line
            return False
        if step.doubt is not None:
            self._settle(errand, *step.doubt)
        elif step.take:
            self._send(errand, step)
        return step.any

    def _next(self, sql: Connection, errand: _Errand) -> _Step:
        """Find what can go now, in order, and note of the writes that they are about to be sent."""
        step, now = _Step(), self._clock()
        for place, call in list(errand.open_calls()):
            write = errand.writes.get(place)
            if write is None:
                step.take.append(place)
                continue
            self._people.there(sql, self._game, write.who, now)
            claim = self._notes.claim(sql, write, errand.holder, now)
            if isinstance(claim, Answered):
                errand.answers[place] = msgspec.json.decode(claim.answer)
                step.answered = True
            elif isinstance(claim, Clash):
                errand.answers[place] = CLASH
                step.answered = True
            elif isinstance(claim, Busy):
                break
            elif isinstance(claim, Doubt) and call.is_additive:
                if not step.take:
                    step.doubt = (write, call, claim)
                break
            else:
                in_the_way = self._notes.in_the_way(sql, write)
                if in_the_way is not None and in_the_way.id != write.id:
                    if not step.take and in_the_way.until <= now:
                        step.doubt = self._taken_over(sql, errand, in_the_way, call, now)
                    break
                if call.is_additive:
                    recent = self._notes.has_equal(sql, write, now - EQUAL_WITHIN_S)
                    if recent or call.endpoint == "data-store/update":
                        step.counted.append(place)
                self._notes.mark_sent(sql, write, now)
                step.take.append(place)
        return step

    def _taken_over(
        self, sql: Connection, errand: _Errand, row: Row[Any], asker: GameJoltCall, now: float
    ) -> tuple[Write, GameJoltCall | None, Doubt] | None:
        """Take on what somebody left in doubt, since it is in the way. Its client may ask again, or never."""
        other = Write(**{name: getattr(row, name) for name in Write.__struct_fields__})
        claim = self._notes.claim(sql, other, errand.holder, now)
        if not isinstance(claim, Doubt):
            return None
        errand.held.append(other)
        if other.call is None:
            return other, None, claim
        call = msgspec.json.decode(other.call, type=_Kept)
        token = asker.token if asker.player == call.player else None
        return other, GameJoltCall(endpoint=call.endpoint, given=call.given, player=call.player, token=token), claim

    def _settle(self, errand: _Errand, write: Write, call: GameJoltCall | None, doubt: Doubt) -> None:
        """Find out what became of a write whose answer was lost, and note it."""
        answer: GameJoltAnswer | None = None
        if call is not None and call.player and call.token is None:
            answer = UNKNOWN  # of another player, whose items nobody here may look at
        elif call is not None:
            answer = self._doubts.applied(call, doubt)
        with self._database.transaction() as sql:
            if answer is None:
                self._notes.take_back(sql, write)
            else:
                self._notes.finish(sql, write, msgspec.json.encode(answer), self._clock())

    def _send(self, errand: _Errand, step: _Step) -> None:
        """Send what was taken as one request, and note what came."""
        calls = [errand.calls[place] for place in step.take]
        writes = [errand.writes[place] for place in step.take if place in errand.writes]
        try:
            baselines = [(errand.writes[place], self._doubts.baseline(errand.calls[place])) for place in step.counted]
        except CallError:
            self._undo(writes)
            raise
        if baselines:
            with self._database.transaction() as sql:
                for write, baseline in baselines:
                    self._notes.note_baseline(sql, write, baseline)
        try:
            answers = self._api.ask(calls)
        except CallError as error:
            if _surely_not_applied(error):
                self._undo(writes)
            else:
                self._lose(writes, SETTLING_AFTER_SILENCE_S if isinstance(error, Timeout) else SETTLING_S)
                if writes:
                    return  # they are looked up in a moment
            raise
        self._note(errand, step.take, answers)

    def _note(self, errand: _Errand, places: list[int], answers: Sequence[GameJoltAnswer | Broken]) -> None:
        now = self._clock()
        with self._database.transaction() as sql:
            for place, answer in zip(places, answers, strict=True):
                call, write = errand.calls[place], errand.writes.get(place)
                if isinstance(answer, Broken):
                    if write is None:
                        raise Later(answer.why, status=503)
                    self._notes.lose(sql, write, now + SETTLING_S)
                    continue
                errand.answers[place] = answer
                if write is not None and said_yes(answer):
                    self._notes.finish(sql, write, msgspec.json.encode(answer), now)
                elif write is not None:
                    self._notes.take_back(sql, write)
                elif said_yes(answer) and call.token is not None:
                    if call.endpoint == "users/auth":
                        self._people.learn(sql, self._game, call.player, call.token, now)
                    elif call.endpoint.startswith("sessions/"):
                        self._people.there(sql, self._game, call.player, now)

    def _undo(self, writes: Sequence[Write]) -> None:
        if writes:
            with self._database.transaction() as sql:
                for write in writes:
                    self._notes.take_back(sql, write)

    def _lose(self, writes: Sequence[Write], settling_s: float) -> None:
        if writes:
            with self._database.transaction() as sql:
                for write in writes:
                    self._notes.lose(sql, write, self._clock() + settling_s)

    def _let_go(self, errand: _Errand) -> None:
        """Leave to others what this request did not come to the end of."""
        held = [*errand.held, *(write for place, write in errand.writes.items() if place not in errand.answers)]
        if held:
            with self._database.transaction() as sql:
                for write in held:
                    self._notes.let_go(sql, write, errand.holder, self._clock() + SETTLING_S)


class _Errand:
    """One request's calls on their way to their answers. One thread.

    Attributes:
        calls: in order.
        writes: those of them that are noted, by their places.
        answers: what is known so far, by place.
        held: writes of others that were taken on.
        holder: the name under which notes are claimed.
    """

    def __init__(self, calls: list[GameJoltCall], game: str, visitor: Visitor) -> None:
        self.calls = calls
        self.answers: dict[int, GameJoltAnswer] = {}
        self.held: list[Write] = []
        self.holder = secrets.token_hex(8)
        self.writes = {place: _noted(call, game, visitor) for place, call in enumerate(calls) if call.is_write}

    @property
    def open(self) -> bool:
        """Whether there is a call without an answer."""
        return len(self.answers) < len(self.calls)

    def open_calls(self) -> Iterator[tuple[int, GameJoltCall]]:
        """The calls without an answer, in order, with their places."""
        return ((place, call) for place, call in enumerate(self.calls) if place not in self.answers)


class _Step:
    """What can be done next.

    Attributes:
        take: the places of the calls that can be sent.
        counted: those of them for which it is noted first what is there.
        doubt: a write that has to be looked up first.
        answered: whether anything was answered at once.
    """

    def __init__(self) -> None:
        self.take: list[int] = []
        self.counted: list[int] = []
        self.doubt: tuple[Write, GameJoltCall | None, Doubt] | None = None
        self.answered = False

    @property
    def any(self) -> bool:
        """Whether there was anything to do."""
        return bool(self.take or self.doubt or self.answered)


class _Kept(msgspec.Struct, frozen=True):
    """What is kept of a call to look it up: no token."""

    endpoint: str
    given: dict[str, str]
    player: str


def _noted(call: GameJoltCall, game: str, visitor: Visitor) -> Write:
    kept = _Kept(call.endpoint, call.given, call.player) if call.is_additive else None
    return Write(
        game=game,
        player=call.player,
        id=call.write_id or f"unnamed-{secrets.token_hex(16)}",
        who=call.player or f"guest {visitor.guest}",
        endpoint=call.endpoint,
        scope=call.scope,
        mark=call.mark,
        line=call.line,
        call=None if kept is None else msgspec.json.encode(kept),
    )


def no(reason: str) -> GameJoltAnswer:
    """A refusal of the relay's own, in the service's form."""
    return {"success": "false", "message": f"relay: {reason}"}


def _surely_not_applied(error: CallError) -> bool:
    return isinstance(error, (RateLimited, WrongKey)) or (isinstance(error, NetworkError) and not error.sent)


def _later(error: CallError) -> Later:
    wait = getattr(error, "retry_after", None)
    status = 429 if isinstance(error, RateLimited) else 503
    return Later(error.message, status=status, retry_after=2.0 if wait is None else wait)
