"""Text fits where it is put, and no character turns into a box unnoticed."""

from __future__ import annotations

import logging
import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFont

from pygame_gameservices.errors import ConfigurationError
from pygame_gameservices.widgets.painting.brushes import canvas
from pygame_gameservices.widgets.painting.color import color
from pygame_gameservices.widgets.text import system_fonts
from pygame_gameservices.widgets.text.fontfile import Coverage
from pygame_gameservices.widgets.text.lettering import ELLIPSIS, Lettering
from pygame_gameservices.widgets.text.typeface import BOLD, REGULAR, Typeface
from tests.thinned import examples

TYPEFACE = Typeface()
SMALL = Lettering(TYPEFACE, 14)
WORDS = st.text(alphabet=st.sampled_from("abcdefghij MWil.,éßЖю Ωλ"), max_size=80)


@examples(60)
@given(WORDS, st.integers(20, 400))
def test_what_is_fitted_fits_and_is_cut_only_if_it_must_be(text: str, width: int) -> None:
    fitted = SMALL.fit(text, width)
    assert SMALL.width(fitted) <= width
    assert (fitted == text) == (SMALL.width(text) <= width)
    if fitted != text:
        assert fitted.endswith(ELLIPSIS)
        assert text.startswith(fitted.removesuffix(ELLIPSIS))


@examples(60)
@given(WORDS, st.integers(20, 400), st.integers(1, 4))
def test_wrapped_lines_fit_and_lose_nothing_but_the_end(text: str, width: int, lines: int) -> None:
    wrapped = SMALL.wrap(text, width, lines)
    assert len(wrapped) <= lines
    assert all(SMALL.width(line) <= width for line in wrapped)
    plain, kept = "".join(text.split()), "".join("".join(wrapped).split())
    assert plain == kept or plain.startswith(kept.removesuffix(ELLIPSIS))


@pytest.mark.parametrize("text", ["a\nb\tc", "\x00\x1b[31m", "\u2028", "\u202eabc", "e\u0301\u0301", "\ud800", ""])
def test_whatever_a_service_sends_can_be_drawn(text: str) -> None:
    image = canvas((200, 40))
    for lettering in (SMALL, Lettering(TYPEFACE, 18, BOLD, tracking=0.1)):
        lettering.draw(image, (5.0, 30.0), lettering.fit(text, 100), color("#fff"))
        assert lettering.width(lettering.fit(text, 100)) <= 100


def test_a_line_without_blanks_breaks_inside() -> None:
    assert len(SMALL.wrap("一" * 3 + "a" * 100, 100, 3)) == 3


def test_drawing_ends_where_measuring_says() -> None:
    image = canvas((400, 40))
    for lettering in (SMALL, Lettering(TYPEFACE, 18, BOLD, tracking=0.1)):
        end = lettering.draw(image, (10.0, 30.0), "Trophy unlocked", color("#fff"))
        assert end == pytest.approx(10 + lettering.width("Trophy unlocked"), abs=1.5)
    assert image.getbbox() is not None


def test_the_bundled_font_covers_what_it_promises() -> None:
    for weight in (REGULAR, BOLD):
        covered = Coverage.of(TYPEFACE.main(weight))
        for character in "Aß Łİő Ωή Жщѣ ἀ „–…“ € ←↑→↓ · •":
            assert character in covered, character
        assert "あ" not in covered
        assert TYPEFACE.main(weight).stat().st_size < 200_000


def test_coverage_agrees_with_freetype() -> None:
    """FreeType draws all that a font lacks as the same box, and what we say it has otherwise."""
    path = TYPEFACE.main(REGULAR)
    covered, face = Coverage.of(path), ImageFont.truetype(path, 20)
    box = bytes(face.getmask("\U0010fffd"))
    for character in map(chr, range(0x21, 0x600)):
        if unicodedata.category(character)[0] in "LNPS":
            assert (bytes(face.getmask(character)) != box) == (character in covered), hex(ord(character))


def test_a_character_that_no_font_has_is_said_once_and_shown_as_one(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(system_fonts, "candidates", tuple)
    typeface = Typeface()
    with caplog.at_level(logging.WARNING, "pygame_gameservices"):
        assert [run.text for run in typeface.runs("aあb", REGULAR)] == ["a?b"]
        typeface.runs("ああい", REGULAR)
        typeface.runs("あ", BOLD)
    assert [record.getMessage().split(";")[0] for record in caplog.records] == [
        "no font has a glyph for U+3042 HIRAGANA LETTER A"
    ]


def test_fallbacks_are_asked_before_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = Path("first.ttf"), Path("second.ttf")
    covers = {first: Coverage([(0x3042, 0x3044)]), second: Coverage([(0x3042, 0x3050), (0x20, 0x20)])}
    monkeypatch.setattr(
        "pygame_gameservices.widgets.text.typeface._coverage", lambda path: covers.get(path) or Coverage.of(path)
    )
    monkeypatch.setattr("pygame_gameservices.widgets.text.typeface._check", lambda path: None)
    monkeypatch.setattr(system_fonts, "candidates", lambda: (second,))
    runs = Typeface(fallback=[first]).runs("aあ ぅ", REGULAR)
    assert [(run.text, run.path.name) for run in runs] == [
        ("a", "Inter-Regular.otf"),
        ("あ", "first.ttf"),
        (" ", "Inter-Regular.otf"),
        ("ぅ", "second.ttf"),
    ]


def test_runs_of_a_right_to_left_line_stand_the_other_way_round(monkeypatch: pytest.MonkeyPatch) -> None:
    hebrew = Path("hebrew.ttf")
    monkeypatch.setattr(
        "pygame_gameservices.widgets.text.typeface._coverage",
        lambda path: Coverage([(0x5D0, 0x5EA)]) if path == hebrew else Coverage.of(path),
    )
    monkeypatch.setattr(system_fonts, "candidates", lambda: (hebrew,))
    runs = Typeface().runs("שלום abc", REGULAR)
    assert [(run.text, run.path.name) for run in runs if run.text != " "] == [
        ("abc", "Inter-Regular.otf"),
        ("שלום", "hebrew.ttf"),
    ]
    assert [run.text for run in runs][1] == " ", "no blank is lost"


def test_a_font_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="is not there"):
        Typeface(regular=tmp_path / "no.ttf")
    (tmp_path / "no.ttf").write_bytes(b"text")
    with pytest.raises(ConfigurationError, match="not a font"):
        Typeface(fallback=[tmp_path / "no.ttf"])


def test_a_broken_font_file_covers_nothing(tmp_path: Path) -> None:
    broken = tmp_path / "broken.ttf"
    whole = TYPEFACE.main(REGULAR).read_bytes()
    for length in (0, 3, 11, 40, 300):
        broken.write_bytes(whole[:length])
        assert "a" not in Coverage.of(broken)


@pytest.mark.parametrize("weight", [REGULAR, BOLD])
@pytest.mark.parametrize("size", [8, 9, 10])
def test_small_words_stand_further_apart_than_their_letters(size: int, weight: str) -> None:
    lettering = Lettering(TYPEFACE, size, weight)
    for text in ("Sign in first", "LAST TRADES", "This game is not set up"):
        for shift in (0.0, 0.3, 0.6):
            image = Image.new("RGBA", (round(lettering.width(text)) + 4, 3 * size), (0, 0, 0, 255))
            lettering.draw(image, (1 + shift, 2 * size), text, (255, 255, 255, 255))
            dark = [high[1] < 60 for x in range(image.width) if (high := _column(image, x))]
            gaps = sorted(len(run) for run in "".join(" " if each else "x" for each in dark).strip().split("x") if run)
            words = text.count(" ")
            assert min(gaps[-words:]) >= 2, (text, shift, gaps)
            assert len(gaps) == words or gaps[-words] > gaps[-words - 1], (text, shift, gaps)


def _column(image: Image.Image, x: int) -> tuple[int, int]:
    """The darkest and the lightest of a column."""
    low, high = image.convert("L").crop((x, 0, x + 1, image.height)).getextrema()
    return int(low), int(high)  # type: ignore[arg-type]


@pytest.mark.parametrize("weight", [REGULAR, BOLD])
@pytest.mark.parametrize("size", [9, 11, 12, 14, 18, 20])
@pytest.mark.parametrize("tracking", [0.0, 0.04])
def test_letters_stand_equally_far_apart(size: int, weight: str, tracking: float) -> None:
    """Those that are alike, at every small size: none is moved to the nearest whole pixel."""
    lettering, letters = Lettering(TYPEFACE, size, weight, tracking), "l" * 16
    image = Image.new("RGBA", (round(lettering.width(letters)) + 8, 3 * size), (0, 0, 0, 255))
    lettering.draw(image, (4, 2 * size), letters, (255, 255, 255, 255))
    row = [image.getpixel((x, 2 * size - size // 3))[0] for x in range(image.width)]  # type: ignore[index]
    step = lettering.width(letters + "l") - lettering.width(letters)
    middles = []
    for count in range(len(letters)):
        near = range(round(4 + step * count - step * 0.15), round(4 + step * (count + 1) - step * 0.15))
        ink = sum(row[x] for x in near)
        middles.append(sum(x * row[x] for x in near) / ink)
    assert [after - before for before, after in pairwise(middles)] == pytest.approx([step] * 15, abs=0.45)


@pytest.mark.parametrize("size", [9, 14, 21, 40])
def test_figures_of_a_column_stand_below_one_another(size: int) -> None:
    """However wide each digit is, in whichever weight: the inks of ones and of eights have the same middles."""
    middles = []
    for number, weight in (("1,111", REGULAR), ("8,888", REGULAR), ("1,111", BOLD), ("4,747", BOLD)):
        lettering = Lettering(TYPEFACE, size, weight, tabular=True)
        assert lettering.width(number) == pytest.approx(Lettering(TYPEFACE, size, weight, tabular=True).width("0,000"))
        image = Image.new("RGBA", (6 * size, 3 * size), (0, 0, 0, 255))
        end = lettering.draw(image, (5 * size - lettering.width(number), 2 * size), number, (255, 255, 255, 255))
        assert end == pytest.approx(5 * size)
        cell = lettering.width("8")
        row = image.convert("L").crop((0, 0, image.width, 2 * size + 1)).reduce((1, 2 * size + 1)).tobytes()
        inks = [range(round(end - cell * place), round(end - cell * (place - 1))) for place in (1, 2, 3)]
        middles.append([sum(x * row[x] for x in ink) / sum(row[x] for x in ink) for ink in inks])
    for number in middles[1:]:
        assert number == pytest.approx(middles[0], abs=0.08 * size + 0.5)
    usual = Lettering(TYPEFACE, size)
    assert usual.width("8,888") - usual.width("1,111") > 0.4 * size, "other words keep the widths of their letters"
