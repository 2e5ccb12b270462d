"""Sending a file's records, a request at a time, so that at most one is ever unclear. For tools: it blocks."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, cast

import msgspec

from pygame_gameservices.core.calls.call import Call
from pygame_gameservices.errors import CallError, OutcomeUnknown, UsageError
from pygame_gameservices.services.forge.client import Forge
from pygame_gameservices.services.forge.errors import DailyQuotaExceeded, RecordsRejected
from pygame_gameservices.services.forge.models import AchievementRecord, PlaytimeRecord, Receipt, RecordFailure
from pygame_gameservices.services.forge.upload.journal import Entry, Journal, Totals
from pygame_gameservices.services.forge.upload.rows import Record, record_of
from pygame_gameservices.services.forge.upload.source import Source

REQUESTS_PER_DAY = 500_000
_PAUSES_S = (1.0, 5.0, 20.0)
"""Before each further attempt at a request that surely did not arrive."""
MOST_UNCLEAR = 2
"""Requests in a row whose answers were lost, after which something is wrong that would spoil the rest of the file."""


class Stopped(Exception):
    """The upload cannot go on now; the same command goes on later. The text says why."""


class Chunk(msgspec.Struct):
    """Rows that are sent together."""

    first: int
    last: int = 0
    rows: list[int] = []
    records: list[Record] = []
    invalid: list[tuple[int, str]] = []
    names: set[str] = set()


class Uploader:
    """Uploads one file.

    Args:
        forge: where to; added to a manager.
        source: what to send.
        kind: ``playtime`` or ``achievement``.
        journal: what became of it so far, and from now on.
        batch: records per request.
        resend_unclear: send playtime again whose answer was lost. Forge promises nothing about a `record_id` that
            comes twice, so this may count it twice; achievements are always sent again, which does no harm.
        wait: sleep until the next UTC day when the quota is used up, instead of stopping.
        requests_per_day: how many requests to make per UTC day.
        sleep: waits so many seconds.
    """

    def __init__(
        self,
        forge: Forge,
        source: Source,
        kind: str,
        journal: Journal,
        *,
        batch: int,
        resend_unclear: bool = False,
        wait: bool = False,
        requests_per_day: int = REQUESTS_PER_DAY,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._forge = forge
        self._source = source
        self._kind = kind
        self._journal = journal
        self._batch = batch
        self._again = resend_unclear or kind == "achievement"
        self._wait = wait
        self._per_day = requests_per_day
        self._sleep = sleep
        self._prefix = source.fingerprint()[:8]
        self._unclear = 0

    def run(self, progress: Callable[[int, Totals], object] = lambda position, totals: None) -> Totals:
        """Send everything that was not sent yet.

        Args:
            progress: told after each request how far the source was read, and the totals.

        Raises:
            Stopped: it cannot go on now.
            UsageError: the file cannot be read.
        """
        self._clear_up()
        for chunk in self._chunks(self._journal.totals.next_row):
            self._carry(chunk)
            progress(self._source.position, self._journal.totals)
        return self._journal.totals

    def _clear_up(self) -> None:
        """Decide about the request that was under way when the last upload was killed."""
        left = self._journal.totals.open
        if left is not None:
            what = "unsent" if self._again else "unclear"
            self._journal.answer(msgspec.structs.replace(left, what=what, day=""))

    def _chunks(self, next_row: int) -> Iterator[Chunk]:
        chunk = Chunk(next_row)
        for number, row in self._source.rows():
            if number < next_row:
                continue
            try:
                if isinstance(row, str):
                    raise UsageError(row)
                record = record_of(self._kind, row, f"{self._prefix}-{number}")
            except UsageError as problem:
                chunk.invalid.append((number, str(problem)))
            else:
                if record.record_id in chunk.names:  # no two of one name in a request: its answer names them
                    yield chunk
                    chunk = Chunk(number)
                chunk.names.add(record.record_id)
                chunk.records.append(record)
                chunk.rows.append(number)
            chunk.last = number
            if len(chunk.records) >= self._batch or len(chunk.invalid) >= 1000:
                yield chunk
                chunk = Chunk(number + 1)
        if chunk.last:
            yield chunk

    def _carry(self, chunk: Chunk) -> None:
        if not chunk.records:
            self._journal.answer(self._entry(chunk, "done"))
            return
        for pause in (*_PAUSES_S, None):
            self._keep_to_quota()
            self._journal.send(self._entry(chunk, "send", day=_today()))
            call = self._send(chunk)
            try:
                receipt = call.result()
            except RecordsRejected as error:
                receipt = Receipt(processed=0, failures=error.failures, unmapped=error.reasons)
                if not error.failures and not error.reasons:
                    failures = [RecordFailure(index=0, record_id="", message=error.message)] * len(chunk.rows)
                    receipt = msgspec.structs.replace(receipt, failures=_placed(failures))
            except DailyQuotaExceeded as error:
                self._journal.answer(self._entry(chunk, "unsent"))
                self._out_of_quota(error.retry_after or 0.0)
                self._carry(chunk)
                return
            except CallError as error:
                if self._may_go_on(chunk, error, pause):
                    continue
                return
            finally:
                self._forge.manager.update(budget_s=1.0)  # nobody else takes the events
                _slim(call)
            self._unclear = 0
            failed = [(chunk.rows[failure.index], failure.message) for failure in receipt.failures]
            done = self._entry(chunk, "done", failed=failed, unmapped=list(receipt.unmapped))
            self._journal.answer(msgspec.structs.replace(done, processed=receipt.processed))
            return

    def _may_go_on(self, chunk: Chunk, error: CallError, pause: float | None) -> bool:
        """Note what went wrong. True: try again; False: go on with the next rows."""
        unclear = isinstance(error, OutcomeUnknown) and not self._again
        self._journal.answer(self._entry(chunk, "unclear" if unclear else "unsent"))
        if unclear:
            self._unclear += 1
            if self._unclear == MOST_UNCLEAR:
                raise Stopped(f"the answers to {MOST_UNCLEAR} requests in a row were lost; see to the network first")
            return False
        if pause is None or not _passing(error):
            raise Stopped(str(error)) from error
        self._sleep(pause)
        return True

    def _send(self, chunk: Chunk) -> Call[Receipt]:
        """One record alone is sent in the documented form without a `record_id`; playtime documents none."""
        records: Any = chunk.records
        if self._kind == "achievement":
            return self._forge.achievement_batch(cast("list[AchievementRecord]", records), durable=False)
        if self._batch == 1:
            (one,) = cast("list[PlaytimeRecord]", records)
            return self._forge.playtime(one.hours, ended=one.ended, player=one.player, durable=False)
        return self._forge.playtime_batch(cast("list[PlaytimeRecord]", records), durable=False)

    def _keep_to_quota(self) -> None:
        totals = self._journal.totals
        if totals.day == _today() and totals.requests_today >= self._per_day:
            now = datetime.now(UTC)
            self._out_of_quota(86_400 - (now.hour * 3600 + now.minute * 60 + now.second))

    def _out_of_quota(self, seconds: float) -> None:
        if not self._wait:
            raise Stopped(f"today's requests are used up; go on in {seconds / 3600:.1f} hours with the same command")
        self._sleep(seconds + 1.0)

    def _entry(self, chunk: Chunk, what: str, day: str = "", **more: Any) -> Entry:
        return Entry(what=what, first=chunk.first, last=chunk.last, day=day, invalid=chunk.invalid, **more)


def _slim(call: Call[Receipt]) -> None:
    """Let go of the records of a call that ended: the manager knows it until its deadline has passed."""
    call.operation = msgspec.structs.replace(call.operation, arguments={})


def _passing(error: CallError) -> bool:
    """Whether trouble like this may be over in a minute: a wrong key will not be."""
    from pygame_gameservices.errors import NetworkError, ProtocolError, RateLimited, ServiceUnavailable

    return isinstance(error, (NetworkError, ProtocolError, RateLimited, ServiceUnavailable, OutcomeUnknown))


def _placed(failures: list[RecordFailure]) -> tuple[RecordFailure, ...]:
    return tuple(msgspec.structs.replace(failure, index=index) for index, failure in enumerate(failures))


def _today() -> str:
    return datetime.now(UTC).date().isoformat()
