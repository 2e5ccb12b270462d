"""A page and a feed of the games in a document: files for any web server, without a line of script.

A document holds other people's words and addresses. Words are escaped and robbed of what would steer a reader;
pictures are shown from https alone, addresses linked only where opening them starts nothing but a browser; and no
token, which is its user's secret, is in any of it. Pure; any thread.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from xml.etree import ElementTree

from pygame_gameservices.services.easyjam.gallery_style import STYLE
from pygame_gameservices.services.easyjam.models import JamDocument, JamItem, JamUser
from pygame_gameservices.services.web import is_web_url

PAGE = "index.html"
FEED = "feed.xml"

_LONGEST_NAME = 120
_LONGEST_TEXT = 1200
_SHORT_TEXT = 180
_MOST_LINKS = 8
_MOST_IN_FEED = 100
_TINTS = 6
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_NO_TAGS = str.maketrans("<>", "‹›")
_ATOM = "http://www.w3.org/2005/Atom"
# C0 and C1 without line feed, what turns the direction of a line, and what is no character of XML's
_STEERING = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff\ufffe\uffff]"
)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A game and who made it."""

    item: JamItem
    maker: str
    maker_url: str | None

    @property
    def title(self) -> str:
        return _words(self.item.name, _LONGEST_NAME) or "Untitled"

    @property
    def url(self) -> str | None:
        """Its page; else where it can be had."""
        return next((url for url in (self.item.origin_url, *self.item.links.values()) if is_web_url(url)), None)

    @property
    def picture(self) -> str | None:
        return next((url for url in (self.item.banner, *self.item.images, self.item.icon) if _is_secure(url)), None)

    @property
    def tint(self) -> int:
        return hashlib.sha256(self.title.encode()).digest()[0] % _TINTS


def write_gallery(document: JamDocument, *, title: str = "Games", url: str | None = None) -> dict[str, bytes]:
    """Make a page and a feed of all games in a document, newest first.

    Args:
        document: as `EasyJam.fetch` gives it, or `read_document` reads it from a file.
        title: what to call the page.
        url: where the page will be; the feed then says so. None if that is not known.

    Returns:
        The files by name, `PAGE` and `FEED`.
    """
    entries = _entries(document)
    heading = _words(title, _LONGEST_NAME) or "Games"
    return {PAGE: _page(heading, entries), FEED: _feed(heading, url if is_web_url(url) else None, entries)}


def _entries(document: JamDocument) -> list[_Entry]:
    found = []
    for number, result in enumerate(document.results.values(), 1):
        user = result.user or JamUser()
        maker = _words(user.name or "", _LONGEST_NAME) or f"Maker {number}"
        maker_url = user.origin_url if is_web_url(user.origin_url) else None
        found += [_Entry(item, maker, maker_url) for item in result.items]
    return sorted(found, key=lambda entry: entry.item.released or _LONG_AGO, reverse=True)


def _page(title: str, entries: list[_Entry]) -> bytes:
    makers = len({(entry.maker, entry.maker_url) for entry in entries})
    style = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    # Even if a word of a document came through unescaped, nothing of it would run or be fetched.
    policy = f"default-src 'none'; img-src https:; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'"
    count = f"{_counted(len(entries), 'game')} by {_counted(makers, 'maker')}"
    cards = "\n".join(map(_card, entries)) if entries else '<p class="nothing">No games yet.</p>'
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>{escape(title)}</title>
<link rel="alternate" type="application/rss+xml" title="{escape(title)}" href="{FEED}">
<style>{STYLE}</style>
</head>
<body>
<header>
<h1><bdi>{escape(title)}</bdi></h1>
<p>{count} <a class="feed" href="{FEED}">RSS</a></p>
</header>
<main>
{cards}
</main>
</body>
</html>
""".encode()


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _card(entry: _Entry) -> str:
    item = entry.item
    picture = ""
    if entry.picture is not None:
        picture = (
            f'<img src="{escape(entry.picture)}" alt="" loading="lazy" decoding="async" referrerpolicy="no-referrer">'
        )
    maker = f"<bdi>{escape(entry.maker)}</bdi>"
    facts = [f'<time datetime="{item.released:%Y-%m-%d}">{_day(item.released)}</time>'] if item.released else []
    facts += [f"<span><bdi>{escape(word)}</bdi></span>" for word in (_words(item.event or "", 60), _kind(item)) if word]
    links = "".join(f"<li>{_link(url, f'<bdi>{escape(name)}</bdi>')}</li>" for name, url in _links(item))
    initial = f'<span aria-hidden="true">{escape(entry.title[:1].upper())}</span>'  # seen until the picture is there
    return "".join(
        (
            "<article>",
            f'<div class="picture tint{entry.tint}">{initial}{picture}</div>',
            f'<div class="words"><h2>{_link(entry.url, f"<bdi>{escape(entry.title)}</bdi>")}</h2>',
            f'<p class="maker">by {_link(entry.maker_url, maker)}</p>',
            f'<p class="facts">{" ".join(facts)}</p>' if facts else "",
            _description(item.description),
            f'<ul class="links">{links}</ul>' if links else "",
            "</div></article>",
        )
    )


def _description(text: str) -> str:
    words = _words(text, _LONGEST_TEXT)
    if not words:
        return ""
    if len(words) <= _SHORT_TEXT and words.count("\n") < 4:
        return f'<p class="about" dir="auto">{escape(words)}</p>'
    start = _clipped(words.replace("\n", " "), _SHORT_TEXT)
    switch = '<b class="more">More</b><b class="less">Less</b>'
    return (
        f'<details><summary dir="auto"><span>{escape(start)}</span> {switch}</summary>'
        f'<p class="about" dir="auto">{escape(words)}</p></details>'
    )


def _links(item: JamItem) -> list[tuple[str, str]]:
    links = [(_words(name, 24) or "Link", url) for name, url in item.links.items() if is_web_url(url)]
    if is_web_url(item.embed_origin_url or item.embed_url):
        links.insert(0, ("Play", str(item.embed_origin_url or item.embed_url)))
    return links[:_MOST_LINKS]


def _link(url: str | None, inner: str) -> str:
    if url is None:
        return inner
    return f'<a href="{escape(url)}" rel="noopener noreferrer nofollow ugc">{inner}</a>'


def _kind(item: JamItem) -> str:
    return _words(" · ".join(word for word in (item.type, item.sub_type) if word), 40)


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%b} {moment.year}"


def _feed(title: str, url: str | None, entries: list[_Entry]) -> bytes:
    ElementTree.register_namespace("atom", _ATOM)
    rss = ElementTree.Element("rss", version="2.0")
    channel = ElementTree.SubElement(rss, "channel")
    _add(channel, "title", title)
    _add(channel, "link", url or next((entry.url for entry in entries if entry.url), "https://example.invalid/"))
    _add(channel, "description", f"{title}: games, newest first")
    if url is not None:
        feed_url = url.partition("#")[0].partition("?")[0].rpartition("/")[0] + f"/{FEED}"
        link = {"href": feed_url, "rel": "self", "type": "application/rss+xml"}
        ElementTree.SubElement(channel, f"{{{_ATOM}}}link", link)
    for entry in entries[:_MOST_IN_FEED]:
        item = ElementTree.SubElement(channel, "item")
        # Some readers take a title for HTML, others show it as it stands: nothing in it may be either.
        _add(item, "title", f"{entry.title} by {entry.maker}".translate(_NO_TAGS))
        if entry.url is not None:
            _add(item, "link", entry.url)
        _add(item, "description", _in_feed(entry))
        guid = hashlib.sha256(
            f"{entry.maker}\n{entry.maker_url}\n{entry.item.id}".encode("utf-8", "replace")
        ).hexdigest()
        _add(item, "guid", guid, isPermaLink="false")
        if entry.item.released is not None:
            _add(item, "pubDate", format_datetime(entry.item.released))
    encoded: bytes = ElementTree.tostring(rss, encoding="utf-8", xml_declaration=True)
    return encoded


def _in_feed(entry: _Entry) -> str:
    """HTML, as readers expect it there; once more escaped on its way into the feed."""
    picture = "" if entry.picture is None else f'<p><img src="{escape(entry.picture)}" alt=""></p>'
    lines = escape(_words(entry.item.description, _LONGEST_TEXT)).replace("\n", "<br>")
    return f"{picture}<p>{lines}</p>" if lines else picture


def _add(parent: ElementTree.Element, name: str, text: str, **attributes: str) -> None:
    ElementTree.SubElement(parent, name, attributes).text = text


def _words(text: str, longest: int) -> str:
    """Somebody's words: without what would steer a reader, and not longer than there is room for."""
    lines = (" ".join(line.split(" ")) for line in _STEERING.sub("", text.replace("\r\n", "\n")).strip().split("\n"))
    return _clipped(_joined(lines), longest)


def _joined(lines: Iterable[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def _clipped(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    cut = text[: longest - 1]
    whole, blank, _ = cut.rpartition(" ")  # not within a word, unless it is all one
    return (whole if blank and len(whole) > longest // 2 else cut).rstrip() + "…"


def _is_secure(url: str | None) -> bool:
    return url is not None and is_web_url(url) and url.lower().startswith("https:")
