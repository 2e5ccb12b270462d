"""The only way to make HTML: whatever text goes in comes out as the same text."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pygame_gameservices.sandbox.console.markup import Node, document


class Reader(HTMLParser):
    """Collects what a parser sees."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


printable = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cf"]))


@given(printable, printable)
def test_texts_stay_texts(text: str, value: str) -> None:
    seen = Reader(str(Node("p", Node("b", text), title=value)))
    assert seen.tags == ["p", "b"]
    assert seen.text == text
    assert seen.attributes == [("title", value)]


@given(st.text())
def test_anything_can_be_written(text: str) -> None:
    assert document(Node("p", text)).startswith(b"<!DOCTYPE html>\n<p>")


def test_what_deceives_the_eye_is_shown() -> None:
    assert str(Node("p", "a\x00\x1b\u202egnp.exe\ud800")) == "<p>a\u2400\u241b\ufffdgnp.exe\ufffd</p>"


@pytest.mark.parametrize(
    "attributes",
    [
        {"onclick": "x()"},
        {"ONCLICK": "x()"},
        {"style": "color: red"},
        {"srcdoc": "<script>"},
        {"href": "javascript:alert(1)"},
        {"href": "https://example.com/"},
        {"href": "//example.com/"},
        {"action": "/elsewhere"},
        {"src": "data:text/html,x"},
        {"formaction": "javascript:x"},
        {"a b": "x"},
        {'"><script>': "x"},
    ],
)
def test_attributes_that_do_things_are_refused(attributes: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"no place in the console|leads out of the console"):
        Node("a", "text", **attributes)


def test_no_script_or_style_can_be_written() -> None:
    for tag in ("script", "style", "template", "iframe", "input", "Script", "b>"):
        with pytest.raises(ValueError, match=r"takes no content|is no tag"):
            Node(tag, "alert(1)")


def test_lists_none_and_flags() -> None:
    node = Node("ul", [Node("li", 1), None, [Node("li", 2.5)]], hidden=True, title=None, id=False, data_x="y")
    assert str(node) == '<ul hidden data-x="y"><li>1</li><li>2.5</li></ul>'
