"""Game Jolt behind the relay: each call is judged, signed, passed on, and each write carried out once.

A request is worked off in rounds. A round takes calls in their order up to the first that cannot go yet, notes in one
transaction that the writes among them are about to be sent, sends them as one request, and notes what came.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Row

from pygame_gameservices.core.storage.credentials import Secret
from pygame_gameservices.errors import CallError, NetworkError, RateLimited, Timeout
from pygame_gameservices.relay.database import Collision, Database, collisions
from pygame_gameservices.relay.gamejolt.api import Broken, GameJoltAnswer, GameJoltApi, WrongKey, said_yes
from pygame_gameservices.relay.gamejolt.call import GameJoltCall, Told
from pygame_gameservices.relay.gamejolt.doubts import EQUAL_WITHIN_S, UNKNOWN, Doubts
from pygame_gameservices.relay.gamejolt.rules import HOUR_S, Attempt, Hook, Refusal, needs_order, refusal
from pygame_gameservices.relay.limits import Rate, RateLimits, network_of
from pygame_gameservices.relay.notes import NEVER, Answered, Busy, Clash, Doubt, Fresh, Notes, Write
from pygame_gameservices.relay.people import People
from pygame_gameservices.relay.refusals import Refusals
from pygame_gameservices.relay.reports import say
from pygame_gameservices.relay.settings import GameJoltSettings, LimitSettings
from pygame_gameservices.relay.visitors import Guest, Later, TicketWanted, Visitor

PATIENCE_S = 6.0
"""Seconds for which a request waits for others that are about the same; clients wait for 10 at least."""
POLL_S = 0.05
SETTLING_S, SETTLING_AFTER_SILENCE_S = 1.0, 5.0
"""Seconds after a lost answer before anybody looks: what the service has begun may take that long to show."""

PRIMARY_S = 300.0
"""Seconds for which it is remembered which score table is the primary one."""
_GUEST = "guest "
"""What the name of a guest in the notes begins with; players' names have no blanks."""

_RELEASED = "a released write was carried out"
CLASH: GameJoltAnswer = {"success": "false", "message": "relay: another write has this id"}


class Handled(NamedTuple):
    """What came of a request.

    Attributes:
        answer: for the client.
        due: players who showed that they are there, with their tokens, of whom the maker has released something: that
            is to be delivered now.
    """

    answer: GameJoltAnswer
    due: dict[str, Secret]


class GameJoltService:
    """Works off requests. Any thread; `handle` blocks.

    Args:
        settings: what is passed on.
        api: the service.
        database: where notes and people are.
        secret: the relay's own.
        limits: how much is taken of whom.
        hook: the maker's own rule, or None.
        clock: Unix seconds.
    """

    def __init__(
        self,
        settings: GameJoltSettings,
        api: GameJoltApi,
        database: Database,
        secret: Secret,
        limits: LimitSettings,
        hook: Hook | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._api = api
        self._database = database
        self._notes = Notes(database)
        self._people = People(database, secret, limits.remember_player_s)
        self._refusals = Refusals(database)
        self._rates = RateLimits(database)
        self._limits = limits
        self._hook = hook
        self._doubts = Doubts(api, clock)
        self._clock = clock
        self._game = f"gamejolt/{settings.game_id}"
        self._primary: tuple[str, float] = ("", 0.0)
        self._awaited: set[str] = set()

    def handle(self, told: Told, visitor: Visitor) -> Handled:
        """Answer a request as Game Jolt would.

        Raises:
            Later: it cannot be answered now.
            TicketWanted: a guest writes without a ticket.
        """
        if visitor.guest is None and any(call.is_write and not call.player for call in told.calls):
            raise TicketWanted
        count, limits = len(told.calls), self._limits
        everybody: tuple[Rate, ...] = (
            Rate(f"address {network_of(visitor.address)}", limits.address_per_minute, count),
            Rate(f"game {self._game}", limits.game_per_minute, count),
        )
        answers, there = list[GameJoltAnswer](), dict[str, Secret]()
        for calls in [[call] for call in told.calls] if told.break_on_error else [told.calls]:
            errand = self._work_off(calls, visitor, everybody)
            answers += errand.in_order
            there |= errand.there
            everybody = ()
            if told.break_on_error and not said_yes(answers[-1]):
                break
        due = {player: token for player, token in there.items() if player in self._awaited}
        if not told.batch:
            return Handled(answers[0], due)
        stopped = told.break_on_error and not said_yes(answers[-1])
        return Handled({"success": "false" if stopped else "true", "responses": answers}, due)

    def _work_off(self, calls: Sequence[GameJoltCall], visitor: Visitor, rates: Sequence[Rate] = ()) -> _Errand:
        """Carry calls out, once `rates` allow it."""
        try:
            errand = _Errand([self._with_table(call) for call in calls], self._game, visitor)
        except CallError as error:
            raise _later(error) from error
        until = time.monotonic() + PATIENCE_S
        try:
            self._judge_at_sight(errand)
            entered = self._enter(errand, rates)
            while errand.open:
                if not (entered or self._advance(errand)):
                    if time.monotonic() > until:
                        raise Later("somebody is about the same call")
                    time.sleep(POLL_S)
                entered = False
        except CallError as error:
            raise _later(error) from error
        finally:
            if errand.open:
                self._let_go(errand)
        return errand

    def _enter(self, errand: _Errand, rates: Sequence[Rate]) -> bool:
        """See who asks and whether that is not too often, and do the first step. Returns whether one was done.

        In the usual case all of it is one transaction: each of them costs more than what is in it.
        """
        step, strangers = _Step(), list[GameJoltCall]()
        if not errand.writes:
            with self._database.transaction(lasting=False) as sql:
                self._rates.take(sql, rates, self._clock())
            step.take = [place for place, _ in errand.open_calls()]
            return self._do(errand, step)
        together = len(errand.writes) > 1 or any(self._is_counted(errand.calls[place]) for place in errand.writes)
        with suppress(Collision), collisions(), self._database.transaction(together=together) as sql:
            with self._database.beside(sql) as counting:
                strangers = [call for call in self._writers(errand) if not self._is_known(counting, errand, call)]
                known = () if strangers else self._rates_of_writers(errand)
                self._rates.take(counting, (*rates, *known), self._clock())
            if not strangers and self._hook is None and self._is_plain(errand):
                step = self._next(sql, errand, together=together)
        if strangers:
            self._meet_players(errand, strangers)
            with self._database.transaction(lasting=False) as sql:
                self._rates.take(sql, self._rates_of_writers(errand), self._clock())
        self._ask_hook(errand)
        return self._do(errand, step)

    def _is_plain(self, errand: _Errand) -> bool:
        """Whether the first call needs no look at the service before it is judged."""
        return all(not needs_order(call, self._settings) for _, call in islice(errand.open_calls(), 1))

    def look_for_released(self) -> None:
        """Carry out what the maker has released of guests, and see of which players something waits for them."""
        with self._database.transaction(lasting=False) as sql:
            self._awaited = self._refusals.awaited(sql, self._game)
        self.deliver_released("", None)

    def deliver_released(self, player: str, token: Secret | None) -> None:
        """Carry out what was refused to a player, or to guests, and what the maker has released since."""
        self._awaited.discard(player)  # what is left of theirs is seen at the next look
        with self._database.transaction() as sql:
            rows = self._refusals.released(sql, self._game, player)
        for row in rows:
            kept = msgspec.json.decode(row.call, type=_Kept)
            call = GameJoltCall(endpoint=kept.endpoint, given=kept.given, player=player, token=token, write_id=row.id)
            guest = None if player else Guest(row.who.removeprefix(_GUEST), 0.0)
            try:
                errand = self._work_off([call], Visitor(address="", guest=guest))
            except Later:
                return  # another time
            if player and player not in errand.there:
                return  # that was somebody else, or the token has changed
            with self._database.transaction() as sql:
                self._refusals.settle(sql, errand.writes[0])
            say(_RELEASED, id=row.id, endpoint=call.endpoint, answer="yes" if said_yes(errand.in_order[0]) else "no")

    def _with_table(self, call: GameJoltCall) -> GameJoltCall:
        """A score whose table is not named goes to the primary one: name it, since rules go by number."""
        rules = self._settings.tables or self._settings.only_these_tables
        if not rules or call.endpoint != "scores/add" or "table_id" in call.given:
            return call
        primary, until = self._primary
        if time.monotonic() > until:
            (answer,) = self._api.ask([GameJoltCall(endpoint="scores/tables", given={})])
            tables = answer.get("tables") if not isinstance(answer, Broken) else None
            found = [str(one["id"]) for one in tables or () if str(one.get("primary")) in ("1", "true", "True")]
            if not found:
                raise Later("Game Jolt does not say which table is the primary one", status=503)
            primary = found[0]
            self._primary = (primary, time.monotonic() + PRIMARY_S)
        return msgspec.structs.replace(call, given={**call.given, "table_id": primary})

    def _rates_of_writers(self, errand: _Errand) -> list[Rate]:
        """Who writes, and how much; of players only once it is known that it is they."""
        limits, writes = self._limits, Counter(errand.writes[p].who for p, c in errand.open_calls() if c.is_write)
        return [
            Rate(
                f"player {self._game} {who}",
                limits.guest_per_minute if who.startswith(_GUEST) else limits.player_per_minute,
                count,
            )
            for who, count in writes.items()
        ]

    def _ask_hook(self, errand: _Errand) -> None:
        """Let the maker's own rule judge what was not judged before. Outside a transaction: it may take its time."""
        if self._hook is None:
            return
        for place, write in errand.writes.items():
            if place in errand.answers:
                continue
            now = self._clock()
            with self._database.transaction() as sql:
                if self._notes.is_decided(sql, write) or self._refusals.is_released(sql, write):
                    continue
                here_s = self._here_s(sql, errand, write, now)
            try:
                reason = self._hook(errand.attempt(place, here_s))
            except Exception as error:
                logging.getLogger("pygame_gameservices.relay").exception("the hook failed")
                raise Later("the hook failed", status=503, away=False) from error
            if reason:
                with self._database.transaction() as sql:
                    self._note_refusal(sql, errand, place, Refusal(str(reason), "hook in [gamejolt]"))

    def _note_refusal(self, sql: Connection, errand: _Errand, place: int, refused: Refusal) -> None:
        errand.answers[place] = no(refused)
        kept = msgspec.json.encode(_kept(errand.calls[place]))
        self._refusals.note(sql, errand.writes[place], kept, refused.reason, self._clock())

    def _here_s(self, sql: Connection, errand: _Errand, write: Write, now: float) -> float:
        """For how long whoever writes has been here."""
        if write.who not in errand.began:
            guest = errand.visitor.guest if write.who.startswith(_GUEST) else None
            since = None if guest is None else guest.since
            errand.began[write.who] = self._people.there(sql, self._game, write.who, now, since=since)
        return now - errand.began[write.who]

    def _judge_at_sight(self, errand: _Errand) -> None:
        """Refuse what needs no look at anything else."""
        for place, call in enumerate(errand.calls):
            if call.endpoint not in self._settings.endpoints:
                errand.answers[place] = no(Refusal(f"{call.endpoint} is not passed on", "endpoints in [gamejolt]"))
            elif call.size > self._settings.largest_value:
                reason = f"it is larger than {self._settings.largest_value:,} characters"
                errand.answers[place] = no(Refusal(reason, "largest_value in [gamejolt]"))

    def _writers(self, errand: _Errand) -> list[GameJoltCall]:
        """A write of each player whose token was shown."""
        return list({(c.player, c.token): c for p, c in errand.open_calls() if c.is_write and c.token}.values())

    def _is_known(self, sql: Connection, errand: _Errand, call: GameJoltCall) -> bool:
        assert call.token is not None
        began = self._people.recognise(sql, self._game, call.player, call.token, self._clock())
        if began is not None:
            errand.began[call.player] = began
            errand.there[call.player] = call.token
        return began is not None

    def _meet_players(self, errand: _Errand, strangers: Sequence[GameJoltCall]) -> None:
        """See that whoever writes is who they say they are: the service knows."""
        for call in strangers:
            player, token = call.player, call.token
            assert token is not None
            name = call.given.get("restriction_username") or call.given["username"]
            (answer,) = self._api.ask(
                [GameJoltCall(endpoint="users/auth", given={"username": name}, player=player, token=token)]
            )
            if isinstance(answer, Broken):
                raise Later(answer.why, status=503)
            if said_yes(answer):
                errand.there[player] = token
                with self._database.transaction() as sql:
                    self._people.learn(sql, self._game, player, token, self._clock())
            else:
                for place, other in errand.open_calls():
                    if other.is_write and other.player == player and other.token == token:
                        errand.answers[place] = answer

    def _advance(self, errand: _Errand) -> bool:
        """Do the next step. Returns whether there was anything to do."""
        place, call = next(errand.open_calls())
        if needs_order(call, self._settings) and place not in errand.achieved:
            errand.achieved[place] = self._achieved(call)
        step = _Step()
        with suppress(Collision), collisions(), self._database.transaction() as sql:
            step = self._next(sql, errand)
        return self._do(errand, step)

    def _do(self, errand: _Errand, step: _Step) -> bool:
        """Do what can be done next. Returns whether there was anything to do."""
        if step.doubt is not None:
            self._settle(errand, *step.doubt)
        elif step.take:
            self._send(errand, step)
        return step.any

    def _next(self, sql: Connection, errand: _Errand, *, together: bool = True) -> _Step:
        """Find what can go now, in order, and note of the writes that they are about to be sent.

        Args:
            together: whether the statements of `sql` belong together; else only the usual case is seen to.
        """
        step, now = _Step(), self._clock()
        for place, call in list(errand.open_calls()):
            write = errand.writes.get(place)
            if write is None:
                step.take.append(place)
                continue
            if needs_order(call, self._settings) and place not in errand.achieved:
                break  # what is before it may be what it has to come after
            here_s = self._here_s(sql, errand, write, now)
            begun = None
            if self._reason(sql, errand, place, here_s, now) is None:
                since = now - EQUAL_WITHIN_S if call.is_additive else NEVER
                begun = self._notes.begin(sql, write, errand.holder, now, equal_since=since)
            if begun is not None:
                step.add(place, call, has_equal=begun.has_equal)
                continue
            if not together:
                break
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
                reason = self._reason(sql, errand, place, here_s, now) if isinstance(claim, Fresh) else None
                if reason is not None:
                    self._notes.take_back(sql, write)
                    self._note_refusal(sql, errand, place, reason)
                    step.answered = True
                    continue
                in_the_way = self._notes.in_the_way(sql, write)
                if in_the_way is not None and in_the_way.id != write.id:
                    if not step.take and in_the_way.until <= now:
                        step.doubt = self._taken_over(sql, errand, in_the_way, call, now)
                    break
                self._notes.mark_sent(sql, write, now)
                has_equal = call.is_additive and self._notes.has_equal(sql, write, now - EQUAL_WITHIN_S)
                step.add(place, call, has_equal=has_equal)
        return step

    def _reason(self, sql: Connection, errand: _Errand, place: int, here_s: float, now: float) -> Refusal | None:
        """Why a rule refuses a write; None if none does, or the maker has released it."""
        call, write = errand.calls[place], errand.writes[place]
        in_last_hour = 0
        if self._is_counted(call):
            self._people.hold(sql, self._game, write.who)
            in_last_hour = self._notes.count(sql, write, now - HOUR_S)
        found = refusal(errand.attempt(place, here_s), self._settings, in_last_hour, errand.achieved.get(place))
        return None if found is None or self._refusals.is_released(sql, write) else found

    def _is_counted(self, call: GameJoltCall) -> bool:
        """Whether it matters for a call how many there were before."""
        rules = self._settings.tables.get(call.given.get("table_id", ""))
        return call.endpoint == "scores/add" and rules is not None and rules.per_hour is not None

    def _achieved(self, call: GameJoltCall) -> frozenset[str]:
        """The trophies that a player has."""
        given = {"username": call.given["username"], "achieved": "true"}
        asked = GameJoltCall(endpoint="trophies", given=given, player=call.player, token=call.token)
        (answer,) = self._api.ask([asked])
        if isinstance(answer, Broken) or not said_yes(answer):
            raise Later("Game Jolt does not say which trophies there are", status=503)
        return frozenset(str(one["id"]) for one in answer.get("trophies") or () if isinstance(one, dict))

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
        for place, answer in zip(places, answers, strict=True):
            call = errand.calls[place]
            if call.token is not None and not call.guarded and not isinstance(answer, Broken) and said_yes(answer):
                errand.there[call.player] = call.token
        if not errand.writes and not any(_tells_who(errand.calls[place]) for place in places):
            errand.answers |= _sure(places, answers)
            return
        with self._database.transaction(lasting=False) as sql:  # what is not known to be done is looked up
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
        visitor: who asks.
        answers: what is known so far, by place.
        began: since when whoever writes has been there, in Unix seconds, as far as that was asked.
        achieved: the trophies that the player of a call has, by its place, where that matters.
        there: players whom the service has confirmed, with the token that it knows them by.
        held: writes of others that were taken on.
        holder: the name under which notes are claimed.
    """

    def __init__(self, calls: list[GameJoltCall], game: str, visitor: Visitor) -> None:
        self.calls = calls
        self.visitor = visitor
        self.began: dict[str, float] = {}
        self.achieved: dict[int, frozenset[str]] = {}
        self.there: dict[str, Secret] = {}
        self.answers: dict[int, GameJoltAnswer] = {}
        self.held: list[Write] = []
        self.holder = secrets.token_hex(8)
        self.writes = {place: _noted(call, game, visitor) for place, call in enumerate(calls) if call.is_write}

    @property
    def open(self) -> bool:
        """Whether there is a call without an answer."""
        return len(self.answers) < len(self.calls)

    @property
    def in_order(self) -> list[GameJoltAnswer]:
        """All answers, once each call has one."""
        return [self.answers[place] for place in range(len(self.calls))]

    def attempt(self, place: int, here_s: float) -> Attempt:
        """A write as rules see it."""
        call, guest = self.calls[place], self.visitor.guest
        return Attempt(
            endpoint=call.endpoint,
            given=dict(call.given),
            player=call.player,
            guest="" if call.player or guest is None else guest.number,
            address=self.visitor.address,
            here_s=here_s,
        )

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

    def add(self, place: int, call: GameJoltCall, *, has_equal: bool) -> None:
        """Send a write with this step; what may be taken for another one is counted before."""
        self.take.append(place)
        if has_equal or call.endpoint == "data-store/update":
            self.counted.append(place)

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
    guest = "" if visitor.guest is None else visitor.guest.number
    return Write(
        game=game,
        player=call.player,
        id=call.write_id or f"unnamed-{secrets.token_hex(16)}",
        who=call.player or f"{_GUEST}{guest}",
        endpoint=call.endpoint,
        scope=call.scope,
        mark=call.mark,
        line=call.line,
        call=msgspec.json.encode(_kept(call)) if call.is_additive else None,
    )


def _tells_who(call: GameJoltCall) -> bool:
    """Whether a yes to it tells that a player is there."""
    return call.endpoint == "users/auth" or call.endpoint.startswith("sessions/")


def _sure(places: Sequence[int], answers: Sequence[GameJoltAnswer | Broken]) -> dict[int, GameJoltAnswer]:
    found = dict(zip(places, answers, strict=True))
    for answer in found.values():
        if isinstance(answer, Broken):
            raise Later(answer.why, status=503)
    return {place: answer for place, answer in found.items() if not isinstance(answer, Broken)}


def _kept(call: GameJoltCall) -> _Kept:
    return _Kept(call.endpoint, call.given, call.player)


def no(refused: Refusal) -> GameJoltAnswer:
    """A refusal of the relay's own, in the service's form, with the rule for the developer besides."""
    return {"success": "false", "message": f"relay: {refused.reason}", "rule": refused.rule}


def _surely_not_applied(error: CallError) -> bool:
    return isinstance(error, (RateLimited, WrongKey)) or (isinstance(error, NetworkError) and not error.sent)


def _later(error: CallError) -> Later:
    wait = getattr(error, "retry_after", None)
    status = 429 if isinstance(error, RateLimited) else 503
    return Later(error.message, status=status, retry_after=2.0 if wait is None else wait)
