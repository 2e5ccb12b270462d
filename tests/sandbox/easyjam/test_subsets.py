"""Addresses below the site's own, and where it says that there is more."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import requests

from pygame_gameservices import EasyJam, ServiceManager, UsageError
from pygame_gameservices.sandbox import Sandbox
from tests.conftest import WAIT_S

EVENTS = [
    "Ludum Dare 32",
    None,
    "MiniLD 58",
    "1GAM 2015.07",
    "Ludum Dare 8.5",
    "October Challenge 2014",
    "Ludum Dare X",
]
OTHERS = [1, 3, 5, 6]


@pytest.fixture
def site(tmp_path: Path) -> Any:
    items = [{"Id": n, "Name": f"Game {n}", **({"Event": event} if event else {})} for n, event in enumerate(EVENTS)]
    (tmp_path / "jam.json").write_text(json.dumps({"tok": {"Item": items}, "none": {"Item": []}}))
    own = {"document": str(tmp_path / "jam.json"), "page_size": 2}
    with Sandbox.start({"sandbox": {"easyjam": own}}) as sandbox:
        yield sandbox


def test_each_address_has_its_games(site: Sandbox, services: ServiceManager, tmp_path: Path) -> None:
    jam = services.add(EasyJam(site.easyjam_url, spacing_s=0.0, memory=tmp_path / "memory"))
    wanted = {
        "ld": [0, 4],
        "minild": [2],
        "other": OTHERS,
        "other/jam/1gam": [3],
        "other/jam/octoberchallenge": [5],
        "all": list(range(7)),
        "no-such-thing": list(range(7)),
    }
    for name, ids in wanted.items():
        some = jam.subset(name)
        assert some is jam.subset(f"/{name}/")
        assert some.manners is jam.manners
        document = some.fetch("tok").result(WAIT_S)
        assert [item.id for item in document.items] == ids, name
        assert document.info is not None
        assert document.info.more is None  # all pages are there
    assert [item.id for item in jam.fetch("tok").result(WAIT_S).items] == list(range(7))  # each is remembered by itself
    for wrong in ("", "/", "..", "ld/..", "a b", "ld?x", None, 5):
        with pytest.raises(UsageError):
            jam.subset(wrong)  # type: ignore[arg-type]


def test_info_says_that_there_is_more(site: Sandbox) -> None:
    first = requests.get(site.easyjam_url, params={"token[]": ["tok", "none"]}, timeout=20).json()
    assert first["Info"]["More"] == first["tok"]["More"] == 2
    assert "More" not in first["none"]
    last = requests.get(site.easyjam_url, params={"token": "tok", "offset": 6}, timeout=20).json()
    assert "More" not in last["Info"]


@pytest.mark.parametrize(
    ("more", "in_info", "in_token"), [("both", True, True), ("info", True, False), ("token", False, True)]
)
def test_wherever_it_says_so_all_is_read(
    more: str, in_info: bool, in_token: bool, services: ServiceManager, tmp_path: Path
) -> None:
    config = {"sandbox": {"easyjam": {"more": more, "page_size": 5}}}
    with Sandbox.start(config) as sandbox:
        jam = services.add(EasyJam(sandbox.easyjam_url, spacing_s=0.0, multi=True, memory=tmp_path / "memory"))
        tokens = list(sandbox.easyjam_tokens.values())[:2]
        page = jam.fetch_page(tokens).result(WAIT_S)
        assert page.info is not None
        assert (page.info.more is not None, page[tokens[0]].more is not None) == (in_info, in_token)
        document = jam.fetch(tokens).result(WAIT_S)
        assert [len(document[token].items) for token in tokens] == [12, 3]
