"""Typing, erasing, selecting, pasting and composing in one line."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pygame_gameservices.widgets.input import Edit
from pygame_gameservices.widgets.text.field import field_look
from pygame_gameservices.widgets.text.lettering import Lettering
from pygame_gameservices.widgets.text.text_line import MASK, TextLine
from pygame_gameservices.widgets.text.typeface import Typeface

CLIPBOARD: list[str] = []


def edit(line: TextLine, *edits: Edit, select: bool = False) -> None:
    for each in edits:
        line.edit(each, select, lambda: CLIPBOARD[-1] if CLIPBOARD else "", CLIPBOARD.append)


def test_typing_erasing_and_moving() -> None:
    line = TextLine("ace")
    edit(line, Edit.LEFT)
    line.insert("x")
    assert (line.text, line.caret) == ("acxe", 3)
    edit(line, Edit.BACKSPACE, Edit.HOME, Edit.DELETE)
    assert (line.text, line.caret) == ("ce", 0)
    edit(line, Edit.BACKSPACE, Edit.LEFT)
    assert (line.text, line.caret) == ("ce", 0)
    edit(line, Edit.END, Edit.DELETE, Edit.RIGHT)
    assert (line.text, line.caret) == ("ce", 2)


def test_what_is_selected_is_replaced_copied_and_cut() -> None:
    line = TextLine("one two three")
    edit(line, Edit.WORD_LEFT)
    edit(line, Edit.WORD_LEFT, select=True)
    assert line.selection == (4, 8)
    edit(line, Edit.COPY)
    assert CLIPBOARD[-1] == "two "
    line.insert("2")
    assert line.text == "one 2three"
    edit(line, Edit.SELECT_ALL, Edit.CUT)
    assert (line.text, CLIPBOARD[-1]) == ("", "one 2three")
    edit(line, Edit.PASTE)
    assert line.text == "one 2three"


def test_leaving_a_selection_goes_to_its_end_and_not_one_further() -> None:
    line = TextLine("abcd")
    edit(line, Edit.SELECT_ALL, Edit.LEFT)
    assert line.selection == (0, 0)
    edit(line, Edit.SELECT_ALL, Edit.RIGHT)
    assert line.selection == (4, 4)


def test_a_secret_is_shown_as_dots_and_can_be_neither_copied_nor_read_from_a_log() -> None:
    CLIPBOARD[:] = ["before"]
    line = TextLine("tok en", masked=True)
    assert line.shown == MASK * 6
    edit(line, Edit.SELECT_ALL, Edit.COPY, Edit.CUT)
    assert (CLIPBOARD, line.text) == (["before"], "tok en")
    assert "tok" not in repr(line)
    edit(line, Edit.END, Edit.WORD_LEFT)
    assert line.caret == 0, "where its words are is part of the secret"


def test_pasted_text_is_one_line_without_blanks_around() -> None:
    line = TextLine(longest=6)
    line.insert("\t a\nb \r\n")
    assert line.text == "a b"
    line.insert("cdefgh")
    assert line.text == "a bcde"


def test_composition_is_shown_but_is_no_text_until_it_is_typed() -> None:
    line = TextLine("日本")
    edit(line, Edit.LEFT)
    line.compose("ほ")
    assert (line.text, line.shown) == ("日本", "日ほ本")
    line.compose("")
    assert line.shown == "日本"
    line.compose("ほん")
    line.insert("本")
    assert (line.text, line.shown, line.caret) == ("日本本", "日本本", 2)


def test_composing_over_a_selection_replaces_it() -> None:
    line = TextLine("abc")
    edit(line, Edit.SELECT_ALL)
    line.compose("x")
    assert (line.text, line.shown) == ("", "x")


def test_a_double_click_selects_a_word() -> None:
    line = TextLine("one two three")
    line.place(5)
    line.select_word()
    assert line.selection == (4, 7)


@given(st.lists(st.one_of(st.sampled_from(list(Edit)), st.text(max_size=5)), max_size=30), st.booleans())
def test_whatever_is_done_the_caret_stays_in_the_text(steps: list[Edit | str], masked: bool) -> None:
    line = TextLine("start", masked=masked, longest=20)
    for number, step in enumerate(steps):
        if isinstance(step, Edit):
            edit(line, step, select=number % 2 == 0)
        else:
            line.insert(step)
        assert 0 <= min(line.selection) <= max(line.selection) <= len(line.text) <= 20
        assert "\n" not in line.text


@given(st.integers(0, 40), st.integers(0, 40), st.integers(40, 200))
def test_no_dot_of_a_secret_is_cut(length: int, caret: int, width: int) -> None:
    letters = Lettering(Typeface(), 12)
    line = TextLine("x" * length, masked=True)
    line.place(caret)
    look = field_look(line, letters, width)
    dot = letters.width(MASK)
    assert look.shift / dot == round(look.shift / dot), "one is cut at the left"
    assert letters.width(look.text) - look.shift <= width, "one is cut at the right"
    assert 0 <= look.caret <= width
