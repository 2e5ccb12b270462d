"""The page and the feed of a document: what is in them, and what no document can put there."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pygame_gameservices import JamDocument, JamItem, JamUser, TokenResult, is_web_url
from pygame_gameservices.services.easyjam.gallery import FEED, PAGE, write_gallery
from pygame_gameservices.services.easyjam.reader import read_document
from pygame_gameservices.services.raw import Raw
from tests.thinned import examples

ALLOWED = {
    *("html", "head", "meta", "title", "link", "style", "body", "header", "main", "article"),
    *("h1", "h2", "p", "a", "div", "span", "img", "bdi", "time", "ul", "li", "details", "summary", "b"),
}
VOID = {"meta", "link", "img"}


class Page(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self, page: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words = ""
        self.feed(page.decode())
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.words += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def judged(files: dict[str, bytes]) -> tuple[Page, ElementTree.Element]:
    """Both files, known to hold nothing that a document must not put there."""
    page = Page(files[PAGE])
    assert {tag for tag, _ in page.tags} <= ALLOWED
    for tag, attributes in page.tags:
        assert not any(name.startswith("on") or name == "style" for name in attributes), (tag, attributes)
    for attributes in page.all("a"):
        assert attributes["href"] == FEED or is_web_url(attributes["href"])
        assert attributes["href"] == FEED or attributes["rel"] == "noopener noreferrer nofollow ugc"
    for attributes in page.all("img"):
        assert str(attributes["src"]).lower().startswith("https://")
        assert attributes["referrerpolicy"] == "no-referrer"
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b-\x1f\x7f-\x9f]", page.words)
    feed = ElementTree.fromstring(files[FEED])
    assert feed.tag == "rss"
    for link in feed.iter("link"):
        assert is_web_url(link.text)
    for item in feed.iter("item"):
        assert "<" not in (item.findtext("title") or "")
        inner = Page(f"<html>{item.findtext('description') or ''}</html>".encode().replace(b"<br>", b""))
        assert {tag for tag, _ in inner.tags} <= {"html", "p", "img"}
        assert all(str(attributes["src"]).lower().startswith("https://") for attributes in inner.all("img"))
    return page, feed


def document(*items: JamItem, user: JamUser | None = None) -> JamDocument:
    return JamDocument(results=Raw({"token_that_is_a_secret": TokenResult(items=items, user=user)}))


GAME = JamItem(
    id=7,
    name="The Last Tram",
    released=datetime(2026, 9, 28, tzinfo=UTC),
    description="Drive it home.\nArrows.",
    images=("https://jam.example/wide.png",),
    links=Raw({"Windows": "https://jam.example/w.zip", "Source": "https://jam.example/s"}),
    origin_url="https://jam.example/tram",
    event="Ludum Dare 57",
    type="game",
    sub_type="jam",
    embed_url="https://jam.example/play",
)


def test_a_game_has_all_that_a_reader_wants() -> None:
    user = JamUser(name="Ada", origin_url="https://jam.example/ada")
    page, feed = judged(
        write_gallery(document(GAME, user=user), title="Our jam", url="https://jam.example/g/index.html")
    )
    for words in (
        "Our jam",
        "1 game by 1 maker",
        "The Last Tram",
        "by Ada",
        "28 Sep 2026",
        "Ludum Dare 57",
        "game · jam",
    ):
        assert words in page.words
    links = [attributes["href"] for attributes in page.all("a")]
    assert links == [
        FEED,
        "https://jam.example/tram",
        "https://jam.example/ada",
        "https://jam.example/play",
        "https://jam.example/w.zip",
        "https://jam.example/s",
    ]
    assert [attributes["src"] for attributes in page.all("img")] == ["https://jam.example/wide.png"]
    assert feed.findtext("channel/title") == "Our jam"
    assert feed.findtext("channel/link") == "https://jam.example/g/index.html"
    assert feed.findtext("channel/item/title") == "The Last Tram by Ada"
    assert feed.findtext("channel/item/link") == "https://jam.example/tram"
    assert feed.findtext("channel/item/pubDate") == "Mon, 28 Sep 2026 00:00:00 +0000"
    assert "Drive it home.<br>Arrows." in (feed.findtext("channel/item/description") or "")
    (itself,) = feed.iter("{http://www.w3.org/2005/Atom}link")
    assert itself.get("href") == "https://jam.example/g/feed.xml"


def test_the_page_asks_for_nothing_but_pictures_and_runs_nothing() -> None:
    page, _ = judged(write_gallery(document(GAME)))
    (policy,) = (one["content"] for one in page.all("meta") if one.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["img-src"] == "https:"
    style = re.search(b"<style>(.*?)</style>", write_gallery(document(GAME))[PAGE], re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1]).digest()).decode()
    assert rules["style-src"] == f"'sha256-{digest}'"
    assert b"prefers-color-scheme: dark" in style[1]
    assert b"<script" not in write_gallery(document(GAME))[PAGE]


def test_newest_first_whoever_made_it_and_no_token_anywhere() -> None:
    days = [JamItem(id=n, name=f"Game {n}", released=datetime(2020, 1, n, tzinfo=UTC)) for n in (1, 3, 2)]
    nobody = JamItem(id=9, name="Game 9")
    both = {"first_secret": TokenResult(items=(days[0], nobody)), "second_secret": TokenResult(items=tuple(days[1:]))}
    files = write_gallery(JamDocument(results=Raw({**both, "third_secret": TokenResult(error="Bad Token")})))
    page, feed = judged(files)
    assert re.findall(r"Game \d", page.words) == ["Game 3", "Game 2", "Game 1", "Game 9"]
    assert "4 games by 2 makers" in page.words
    assert all(b"secret" not in content for content in files.values())
    guids = [guid.text for guid in feed.iter("guid")]
    assert len(set(guids)) == 4
    assert guids == [guid.text for guid in judged(write_gallery(JamDocument(results=Raw(both))))[1].iter("guid")]


def test_an_empty_document() -> None:
    page, feed = judged(write_gallery(JamDocument(), title=""))
    assert "No games yet." in page.words
    assert list(feed.iter("item")) == []


EVIL = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</style><script>x</script>",
    "<!-- x -->",
    "&lt;b&gt; &amp; &#x3c;script&#x3e;",
    "]]><x/>",
    "\u202egpj.exe\u2066",
    "\x1b[31m\x00\x85\ud800\ufffe",
    "<" * 5000,
    "x" * 100_000,
    "\u202e" + "\n" * 500 + "y",
]
ADDRESSES = [
    "javascript:alert(1)",
    " javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "http://jam.example/plain.png",
    "//jam.example/x.png",
    "https://user:secret@jam.example/x.png",
    'https://jam.example/"><script>alert(1)</script>',
    "https://jam.example/x' onerror='alert(1)",
    "file:///etc/passwd",
    "https://",
    "",
    "x" * 70_000,
]


@pytest.mark.parametrize("words", EVIL, ids=range(len(EVIL)))
def test_evil_words_are_words(words: str) -> None:
    item = JamItem(id=words, name=words, description=words, event=words, type=words, sub_type=words)
    links = Raw({words: "https://jam.example/x"})
    user = JamUser(name=words)
    judged(write_gallery(document(JamItem(**{**_fields(item), "links": links}), user=user), title=words))


@pytest.mark.parametrize("address", ADDRESSES, ids=range(len(ADDRESSES)))
def test_evil_addresses_are_no_links(address: str) -> None:
    item = JamItem(
        id=1,
        name="n",
        images=(address,),
        banner=address,
        icon=address,
        origin_url=address,
        embed_url=address,
        links=Raw({"Windows": address}),
    )
    judged(write_gallery(document(item, user=JamUser(origin_url=address, icon=address)), url=address))


def _fields(item: JamItem) -> dict[str, Any]:
    return {name: getattr(item, name) for name in item.__struct_fields__}


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from(EVIL[:9] + ADDRESSES[:10]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(
    ["Id", "Name", "Released", "Description", "Image", "Link", "OriginURL", "Banner", "Event", "Type", "SubType"]
)
ITEMS = st.lists(st.dictionaries(NAMES, VALUES, max_size=8), max_size=3)


@examples(60)
@given(st.dictionaries(st.text(max_size=8), st.fixed_dictionaries({"Item": ITEMS, "User": VALUES}), max_size=3))
def test_any_document_becomes_a_page(content: dict[str, Any]) -> None:
    try:
        body = json.dumps(content).encode()
        found = read_document(body)
    except Exception:
        return
    judged(write_gallery(found))
