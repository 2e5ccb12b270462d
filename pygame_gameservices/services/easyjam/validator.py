"""The strict validator, for sites: names each thing in a document that the specification does not allow. Any thread."""

from __future__ import annotations

import json
from typing import Any

from pygame_gameservices.services.easyjam.fields import INFO, TOKEN, USER
from pygame_gameservices.services.easyjam.inspection import Inspector, Pairs
from pygame_gameservices.services.easyjam.inspection_items import inspect_items
from pygame_gameservices.services.easyjam.models import Problem
from pygame_gameservices.services.easyjam.tokens import LONGEST_TOKEN, is_token


def validate(body: bytes, *, content_type: str | None = None) -> tuple[Problem, ...]:
    """Check a document. No problems means that every reader can rely on it.

    Args:
        body: the document as served.
        content_type: the header it was served with; None does not look at it.

    Returns:
        Each problem with its place, such as ``myjam_pov.Item[2].Released``. Places hold tokens: they are for the site.
    """
    problems: list[Problem] = []
    top = Inspector(problems, "")
    if content_type is not None and content_type.partition(";")[0].strip().lower() != "application/json":
        top.say(f"is served as {content_type!r}; serve it as application/json")
    document = _parsed(body, top)
    if isinstance(document, Pairs):
        _inspect(document, top)
    return tuple(problems)


def _parsed(body: bytes, top: Inspector) -> Any:
    """The document, or None with a problem noted."""
    if body.startswith(b"\xef\xbb\xbf"):
        top.say("starts with a byte order mark; leave it out")
        body = body[3:]
    try:
        document = json.loads(body.decode(), object_pairs_hook=Pairs.of, parse_constant=_refuse)
    except UnicodeDecodeError as error:
        top.say(f"is no UTF-8 (byte {error.start}); JSON is always UTF-8")
    except RecursionError:
        top.say("is nested too deeply")
    except ValueError as error:
        top.say(f"is no JSON: {error}")
    else:
        if isinstance(document, Pairs):
            return document
        top.say(f"is {type(document).__name__}; it must be an object with tokens as keys")
    return None


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON's")


def _inspect(document: Pairs, top: Inspector) -> None:
    top.doubles(document)
    if "Error" in document:
        top.error(document, "Error")
        for name in document:
            if name not in ("Error", "Info"):
                top.at(name).say("stands beside a top-level Error; an error about the whole request stands alone")
        return
    if "Info" in document:
        _inspect_info(document["Info"], top.at("Info"))
    tokens = [name for name in document if name != "Info"]
    if not tokens:
        top.say("has neither a token nor an Error; an object with an Error says that there is nothing")
    for token in tokens:
        _inspect_token(token, document[token], top.at(token))
    _inspect_mores({token: document[token] for token in tokens}, document.get("Info"), top)


def _inspect_token(token: str, value: Any, here: Inspector) -> None:
    if not is_token(token):
        here.say(f"is no token: 1 to {LONGEST_TOKEN} letters, digits, '_', '-' and '.'")
    if not here.is_object(value):
        return
    here.unknown(value, TOKEN, sections=False)
    if "Info" in value:
        here.at("Info").say("stands inside of a token's object; it belongs to the top of the document")
    if "Error" in value:
        here.error(value, "Error")
        if "Item" in value:
            here.at("Item").say("stands beside an Error; a token has one of them")
    elif "Item" not in value:
        here.at("Item").say("is missing; write [] when there are no items")
    if "Item" in value:
        inspect_items(value["Item"], here.at("Item"))
    if "User" in value:
        _inspect_user(value["User"], here.at("User"))
    if "More" in value:
        here.more(value)


def _inspect_user(value: Any, here: Inspector) -> None:
    if not here.is_object(value):
        return
    here.unknown(value, USER)
    if "Id" in value:
        here.id(value, "Id")
    if "Name" in value:
        here.text(value, "Name")
    for name in ("OriginURL", "Icon"):
        if name in value:
            here.url(value[name], here.at(name))


def _inspect_info(value: Any, here: Inspector) -> None:
    if not here.is_object(value):
        return
    here.unknown(value, INFO)
    if "Version" in value:
        here.text(value, "Version")
    if "ResponseTime" in value:
        here.date(value, "ResponseTime")
    if "More" in value:
        here.more(value)


def _inspect_mores(results: dict[str, Any], info: Any, top: Inspector) -> None:
    """All offsets of one answer are the same, so that one further request can ask for all that is left."""
    said = [(token, value["More"]) for token, value in results.items() if isinstance(value, Pairs) and "More" in value]
    if isinstance(info, Pairs) and "More" in info:
        said.insert(0, ("Info", info["More"]))
    for place, more in said[1:]:
        if str(more) != str(said[0][1]):
            top.at(place).at("More").say("differs from the other offsets of this document; they must be the same")
