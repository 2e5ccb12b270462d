"""Answers that are well formed and yet say less than they should."""

from __future__ import annotations

import pytest

from pygame_gameservices import ProtocolError, RateLimited, ServiceUnavailable
from pygame_gameservices.core.calls.endpoint import Response
from pygame_gameservices.services.gamejolt.decoding import answer
from pygame_gameservices.services.gamejolt.errors import SessionNotOpen, SignatureError
from pygame_gameservices.services.gamejolt.formats import read


def answered(name: str, body: bytes, format_name: str = "json") -> object:
    got = answer(name, read(Response(status=200, headers={}, body=body), format_name, name))
    if got.error is not None:
        raise got.error
    return got.value


@pytest.mark.parametrize(
    ("format_name", "body"),
    [
        ("json", b'{"response":{}}'),
        ("json", b'{"response":{"success":null,"message":"blocked"}}'),
        ("json", b'{"response":{"success":""}}'),
        ("json", b'{"response":{"data":"%s"}}' % (b"x" * 100_000)),
        ("xml", b"<response><message>blocked</message></response>"),
    ],
)
def test_what_says_neither_yes_nor_no_is_no_answer(format_name: str, body: bytes) -> None:
    with pytest.raises(ProtocolError):
        answered("trophies.add_achieved", body, format_name)


def test_a_batch_that_says_neither_yes_nor_no_is_no_answer() -> None:
    with pytest.raises(ProtocolError):
        read(Response(status=200, headers={}, body=b'{"response":{}}'), in_batch=True)


@pytest.mark.parametrize(("status", "kind"), [(429, RateLimited), (500, ServiceUnavailable), (503, ServiceUnavailable)])
def test_a_no_that_will_pass_is_told_by_its_status(status: int, kind: type[Exception]) -> None:
    for body in (b'{"response":{"success":"false","message":"Down for maintenance."}}', b'{"response":{}}', b"<html>"):
        with pytest.raises(kind):
            read(Response(status=status, headers={}, body=body))
    known = b'{"response":{"success":"false","message":"The signature you entered for the request is invalid."}}'
    got = answer("trophies.add_achieved", read(Response(status=status, headers={}, body=known)))
    assert isinstance(got.error, SignatureError)


@pytest.mark.parametrize("success", [b"true", b"false"])
def test_a_trophy_that_was_there_before_is_no_new_one_whether_that_is_told_as_a_yes_or_a_no(success: bytes) -> None:
    """Version 1 of the API said yes to it, and some answers still do."""
    had = b'{"response":{"success":"%s","message":"The user already has this trophy."}}' % success
    lacked = b'{"response":{"success":"%s","message":"The user does not have this trophy."}}' % success
    assert answered("trophies.add_achieved", had) is False
    assert answered("trophies.remove_achieved", lacked) is False


def test_a_yes_with_other_words_is_a_yes() -> None:
    for name in ("trophies.add_achieved", "trophies.remove_achieved", "sessions.check"):
        assert answered(name, b'{"response":{"success":"true","message":"Could not find an open session."}}') is True
        assert answered(name, b'{"response":{"success":"true","message":"Well done."}}') is True


@pytest.mark.parametrize("said", [b"", b',"message":""', b',"message":"Could not find an open session."'])
def test_no_open_session_is_an_answer_to_whoever_asks_for_one(said: bytes) -> None:
    assert answered("sessions.check", b'{"response":{"success":"false"%s}}' % said) is False
    if b"Could" in said:
        with pytest.raises(SessionNotOpen):
            answered("sessions.ping", b'{"response":{"success":"false"%s}}' % said)
