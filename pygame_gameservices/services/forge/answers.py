"""From Forge's answer to a receipt, or to the error that it stands for. Worker threads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import msgspec

from pygame_gameservices.core.calls.endpoint import Response
from pygame_gameservices.errors import CallError, ProtocolError
from pygame_gameservices.services.forge.errors import (
    DailyQuotaExceeded,
    ForgeDown,
    KeyMissing,
    KeyRefused,
    RecordsRejected,
)
from pygame_gameservices.services.forge.models import Receipt, RecordFailure
from pygame_gameservices.services.http_status import asked_wait, excerpt, status_error


class WireError(msgspec.Struct):
    """One entry of ``errors``; what belongs to the whole request has no ``record_id``."""

    message: str | None = ""
    record_id: str | int | None = None


class WireAnswer(msgspec.Struct):
    """The body of every answer."""

    records_processed: int | None = None
    records_failed: int | None = None
    errors: list[WireError] | None = None


_decoder = msgspec.json.Decoder(WireAnswer)
_OF_THEIR_OWN = frozenset({401, 403, 408, 429})
"""Statuses that say something of the key, the quota or the way there, and nothing of the records."""
_LONGEST_MESSAGE = 500
_MOST_REASONS = 10
_MOST_UNMAPPED = 100


def receipt(response: Response, record_ids: Sequence[str], now: datetime) -> Receipt:
    """Read the answer to a request with these records.

    Args:
        response: what came.
        record_ids: the ids that were sent, in order; empty strings where none was sent.
        now: this machine's idea of the time, for when Forge tells none.

    Raises:
        CallError: nothing was taken, or the answer makes no sense.
    """
    answer = _read(response)
    if response.status < 300 and answer is not None and answer.records_processed is not None:
        if answer.records_processed > 0:
            return _receipt(answer, record_ids)
        return _partly(answer, record_ids, response.status)  # a yes that took nothing is none
    if answer is not None and (response.status == 400 or _took_nothing(answer, response.status)):
        return _partly(answer, record_ids, response.status)
    raise _error(response, answer, now)


def refused_by_key_or_quota(response: Response, now: datetime) -> None:
    """Raise what a refusal of the key, or of any more requests today, means; every endpoint has these in common."""
    if response.status in (401, 403, 429):
        raise _error(response, _read(response), now)


def _read(response: Response) -> WireAnswer | None:
    try:
        answer = _decoder.decode(response.body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    for error in answer.errors or ():
        error.message = (error.message or "")[:_LONGEST_MESSAGE]
    return answer


def _took_nothing(answer: WireAnswer, status: int) -> bool:
    """Whether a 4xx without a meaning of its own refuses all records, as 413 and 422 do."""
    return 400 <= status < 500 and status not in _OF_THEIR_OWN and answer.records_processed == 0


def _partly(answer: WireAnswer, record_ids: Sequence[str], status: int) -> Receipt:
    got = _receipt(answer, record_ids)
    nothing_taken = got.processed <= 0 or len(got.failures) == len(record_ids) or len(record_ids) == 1
    if not nothing_taken:
        return got
    reasons = [failure.message for failure in got.failures] + list(got.unmapped)
    raise RecordsRejected(
        _joined(reasons) or f"no record was taken (records_processed: {answer.records_processed or 0})",
        failures=got.failures,
        reasons=got.unmapped,
        status=status,
    )


def _receipt(answer: WireAnswer, record_ids: Sequence[str]) -> Receipt:
    places = {record_id: index for index, record_id in enumerate(record_ids) if record_id}
    failures: list[RecordFailure] = []
    unmapped: list[str] = []
    for error in answer.errors or ():
        name = "" if error.record_id is None else str(error.record_id)
        index = 0 if len(record_ids) == 1 else places.get(name)
        if index is None:
            # "1" could count from 0 or from 1: a guess would blame the wrong player's record.
            unmapped.append((f"{name}: {error.message}" if name else error.message or "")[:_LONGEST_MESSAGE])
        else:
            failures.append(RecordFailure(index=index, record_id=record_ids[index], message=error.message or ""))
    failures.sort(key=lambda failure: failure.index)
    processed = answer.records_processed or 0
    told = answer.records_failed if answer.records_failed is not None else len(failures) + len(unmapped)
    return Receipt(
        processed=processed,
        failures=tuple(failures),
        failed=max(told, len(record_ids) - max(0, processed)),  # whatever was not taken, named or not
        unmapped=tuple(unmapped[:_MOST_UNMAPPED]),
    )


def _error(response: Response, answer: WireAnswer | None, now: datetime) -> CallError:
    said = _said(answer)
    if response.status == 429:
        return _quota(response, said, now)
    if response.status == 401:
        return KeyMissing(said or "UnAuthorized", status=401)
    if response.status == 403:
        return KeyRefused(said or "Forbidden", status=403)
    by_status = status_error(response)
    if response.status >= 500 and answer is not None and answer.records_processed == 0:
        asked = getattr(by_status, "retry_after", None)
        return ForgeDown(said or "Service Unavailable", retry_after=asked, status=response.status)
    if by_status is not None:
        return by_status
    return ProtocolError("records_processed in the answer", excerpt(response), status=response.status)


def _said(answer: WireAnswer | None) -> str:
    return _joined([error.message or "" for error in (answer.errors if answer else None) or ()])


def _joined(reasons: Sequence[str]) -> str:
    """Different reasons as one text: all of them, unless somebody sends thousands."""
    return "; ".join([reason for reason in dict.fromkeys(reasons) if reason][:_MOST_REASONS])


def _quota(response: Response, said: str, now: datetime) -> DailyQuotaExceeded:
    there = _server_time(response) or now
    tomorrow = datetime(there.year, there.month, there.day, tzinfo=UTC) + timedelta(days=1)
    asked = asked_wait(response)
    wait = asked if asked is not None else (tomorrow - there).total_seconds()
    return DailyQuotaExceeded(
        said or "Quota exceeded", retry_after=wait, until=there + timedelta(seconds=wait), status=429
    )


def _server_time(response: Response) -> datetime | None:
    """The day is Forge's, so its clock decides when that ends; a player's clock may be days off."""
    try:
        there = parsedate_to_datetime(response.headers.get("date", ""))
        there = there.replace(tzinfo=UTC) if there.tzinfo is None else there.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None
    return there if there.year < 9999 else None
