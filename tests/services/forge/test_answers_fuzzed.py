"""Whatever comes in place of Forge's answer is a receipt that adds up, or an error of the package's tree."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from pygame_gameservices.core.calls.endpoint import Response
from pygame_gameservices.core.http.redaction import Redactor
from pygame_gameservices.core.storage.credentials import Secret
from pygame_gameservices.errors import CallError
from pygame_gameservices.services.forge.answers import receipt
from tests.thinned import examples

KEY = "the-api-key"
NOW = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
IDS = ["", "a", "b", "c"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8) | st.just(KEY),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
ERROR = st.fixed_dictionaries(
    {}, optional={"message": JSON, "record_id": st.sampled_from([*IDS, 0, 1, None, "elsewhere"]) | JSON}
)
ANSWER = st.fixed_dictionaries(
    {},
    optional={
        "records_processed": st.integers(-1, 9) | JSON,
        "records_failed": st.integers(-1, 9) | JSON,
        "errors": st.lists(ERROR, max_size=4) | JSON,
    },
)
STATUSES = st.sampled_from([200, 201, 204, 400, 401, 403, 404, 422, 429, 500, 503])
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "retry-after": st.sampled_from(["", "0", "17", "9" * 400, "²", "-1", "soon"]) | st.text(max_size=6),
        "date": st.sampled_from(["Sun, 29 Mar 2026 00:59:59 GMT", "Fri, 31 Dec 9999 23:59:59 GMT"])
        | st.text(max_size=30),
    },
)


def check(status: int, headers: dict[str, str], body: bytes, sent: list[str]) -> None:
    response = Redactor((Secret(KEY),)).response(Response(status=status, headers=headers, body=body))  # as on a worker
    try:
        got = receipt(response, sent, NOW)
    except CallError as error:
        assert KEY not in str(error) + repr(error)
        waits = getattr(error, "retry_after", None)
        assert waits is None or 0 <= waits <= 7 * 86_400
    else:
        assert status < 300 or status == 400
        assert got.processed > 0
        assert all(sent[failure.index] == failure.record_id for failure in got.failures)
        assert KEY not in repr(got)


@examples(300)
@given(STATUSES, HEADERS, ANSWER, st.integers(1, 4))
def test_json_of_any_shape(status: int, headers: dict[str, str], answer: dict[str, object], sent: int) -> None:
    check(status, headers, msgspec.json.encode(answer), IDS[-sent:])


@examples(150)
@given(STATUSES, HEADERS, st.binary(max_size=100))
def test_any_bytes(status: int, headers: dict[str, str], body: bytes) -> None:
    check(status, headers, body, IDS[1:])
