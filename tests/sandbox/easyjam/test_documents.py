"""A document of the developer's own is served as it stands, in pages; one that cannot be is refused with a reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import requests

from pygame_gameservices import ConfigurationError
from pygame_gameservices.sandbox import Sandbox
from tests.sandbox.test_seed import facts_of

DOCUMENT = {
    "Info": {"Version": "EasyJam v0.1", "More": 25, "MyJam": {"Theme": "é"}},
    "tok_a": {"User": {"Name": "a", "MyJam": [1]}, "More": 25, "Item": [{"Id": number} for number in range(7)]},
    "tok_b": {"Error": "Banned"},
    "tok_c": {"Item": []},
    "tok_d": {"User": {}, "Error": True},
    "tok_e": {"Error": False, "Item": [{"Id": "x", "EventId": 2015.07}]},
}


def written(folder: Path, document: Any) -> dict[str, Any]:
    path = folder / "easyjam.json"
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return {"sandbox": {"easyjam": {"document": str(path)}}}


def test_a_document_is_served_as_it_stands(tmp_path: Path) -> None:
    with Sandbox.start(written(tmp_path, DOCUMENT)) as sandbox:
        params = [("token[]", token) for token in DOCUMENT if token != "Info"]
        answer = requests.get(sandbox.easyjam_url, params=params, timeout=20).json()
        assert answer["Info"].pop("ResponseTime")
        assert answer.pop("Info") == {"Version": "EasyJam v0.1", "More": 5, "MyJam": {"Theme": "é"}}
        # Pages are the site's own, whatever the document says.
        first = answer.pop("tok_a")
        assert first == {"User": {"Name": "a", "MyJam": [1]}, "More": 5, "Item": [{"Id": n} for n in range(5)]}
        assert answer == {token: value for token, value in DOCUMENT.items() if token not in ("Info", "tok_a")}
        rest = requests.get(sandbox.easyjam_url, params={"token": "tok_a", "offset": 5}, timeout=20).json()["tok_a"]
        assert rest == {"User": {"Name": "a", "MyJam": [1]}, "Item": [{"Id": 5}, {"Id": 6}]}


@pytest.mark.parametrize("error", ["Something is wrong", True])
def test_a_document_that_is_an_error(tmp_path: Path, error: str | bool) -> None:
    with Sandbox.start(written(tmp_path, {"Error": error})) as sandbox:
        assert requests.get(sandbox.easyjam_url, params={"token": "x"}, timeout=20).json() == {"Error": error}


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        ({"tok_a": {"User": [], "Item": []}}, "the token 'tok_a' has a User that is no object"),
        ({"tok_a": {"User": {}}}, "the token 'tok_a' has neither Item nor Error"),
        ({"tok_a": {"Error": ""}}, "the token 'tok_a' has neither Item nor Error"),
        ({"tok_a": {"Item": {}}}, "the token 'tok_a' has an Item that is no list of objects"),
        ({"tok_a": {"Item": [1]}}, "the token 'tok_a' has an Item that is no list of objects"),
        ({"tok_a": {"Error": 5}}, "the token 'tok_a' has an Error that is neither a text nor true"),
        ({"tok_a": []}, "the token 'tok_a' must stand for an object"),
        ({"tok a": {"Item": []}}, "the token 'tok a' must be 1 to 190 letters"),
        ({"Info": [], "tok_a": {"Item": []}}, "Info is no object"),
        ({"Error": 5}, "Error is neither a text nor true"),
        ({"Info": {}}, "holds neither a token nor an Error"),
        ([], "is no object"),
        ("{", "cannot be read"),
        ("[" * 100_000, "cannot be read"),
        ('{"tok_a": {"Item": [{"Id": NaN}]}}', "cannot be read"),
        ('{"tok_a": {"Item": [{"Id": 1e999}]}}', "cannot be read"),
        ('{"tok_a": {"Item": [{"Id": "\\ud800"}]}}', "cannot be read"),
    ],
)
def test_a_document_that_makes_no_sense_is_refused(tmp_path: Path, document: Any, complaint: str) -> None:
    with pytest.raises(ConfigurationError, match=complaint):
        facts_of(written(tmp_path, document))
