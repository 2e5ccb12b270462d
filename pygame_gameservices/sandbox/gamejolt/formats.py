"""The four response formats: https://gamejolt.com/game-api/doc/formats

Where the documentation is silent:

* json: written as PHP does, with ``\\/`` and ``\\uXXXX``; an empty list is an empty string, in every format.
* keypair: lines end in CRLF; ``\\`` and ``"`` in values are escaped with ``\\``, line breaks are left as they are, so a
  value ends at the first quote that is not escaped. Records follow each other
  flat; a new one begins where a key repeats.
* dump: ``SUCCESS`` and the values alone, one per line in the order of the json fields, or ``FAILURE`` and the message.
  Lines end in CRLF, but the last value ends with the body: data comes out as it went in.
* xml: text in CDATA, whole numbers bare; characters that XML 1.0 cannot hold become U+FFFD.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

FORMATS = ("json", "xml", "keypair", "dump")
"""What ``format`` may be; anything else counts as json."""

CONTENT_TYPES = {
    "json": "application/json; charset=utf-8",
    "xml": "text/xml; charset=utf-8",
    "keypair": "text/plain; charset=utf-8",
    "dump": "text/plain; charset=utf-8",
}

_SINGULAR = {
    "users": "user",
    "scores": "score",
    "tables": "table",
    "trophies": "trophy",
    "friends": "friend",
    "keys": "key",
    "responses": "response",
}
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WHOLE = re.compile(r"-?\d+", re.ASCII)
_json_text = json.JSONEncoder(separators=(",", ":")).encode


def render(answer: dict[str, Any], format_name: str) -> bytes:
    """Write an answer (with ``success`` and, inside a batch's ``responses``, answers) in a format of `FORMATS`."""
    if format_name == "xml":
        return _xml(answer).encode()
    if format_name == "keypair":
        return "".join(f'{key}:"{_escaped(value)}"\r\n' for key, value in _flat(answer)).encode()
    if format_name == "dump":
        return _dump(answer).encode()
    # A slash occurs inside strings only.
    return _json_text({"response": answer}).replace("/", "\\/").encode()


def _dump(answer: dict[str, Any]) -> str:
    if answer["success"] != "true":
        return f"FAILURE\r\n{answer.get('message', '')}"
    values = [value for key, value in _flat(answer) if key != "success"]
    return "SUCCESS\r\n" + "\r\n".join(values)


def _flat(answer: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in answer.items():
        if isinstance(value, list):
            for record in value:
                yield from _flat(record)
        elif not (value == "" and key in _SINGULAR):
            yield key, str(value)


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')


def _xml(answer: dict[str, Any]) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<response>{"".join(_elements(answer))}</response>'


def _elements(record: dict[str, Any]) -> Iterator[str]:
    for key, value in record.items():
        if isinstance(value, list):
            inner = "".join(f"<{_SINGULAR[key]}>{''.join(_elements(one))}</{_SINGULAR[key]}>" for one in value)
            yield f"<{key}>{inner}</{key}>"
        else:
            yield f"<{key}>{_xml_text(str(value))}</{key}>"


def _xml_text(value: str) -> str:
    if _WHOLE.fullmatch(value):
        return value
    return "<![CDATA[" + _NOT_XML.sub("\ufffd", value).replace("]]>", "]]]]><![CDATA[>") + "]]>"
