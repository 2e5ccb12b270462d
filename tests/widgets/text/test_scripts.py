"""Names in every script: their order, joining and marks, where the caret stands in them, and emoji in colour."""

from __future__ import annotations

import ctypes
import ctypes.util
import logging
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw, ImageFont, features

from pygame_gameservices.widgets.input import Edit
from pygame_gameservices.widgets.painting.brushes import canvas
from pygame_gameservices.widgets.painting.color import color
from pygame_gameservices.widgets.text import bidi, clusters, shaping, system_fonts
from pygame_gameservices.widgets.text.field import caret_at, field_look
from pygame_gameservices.widgets.text.lettering import ELLIPSIS, Lettering
from pygame_gameservices.widgets.text.shaping_pillow import PillowShaper
from pygame_gameservices.widgets.text.text_line import TextLine
from pygame_gameservices.widgets.text.typeface import BOLD, REGULAR, Typeface
from tests.text_sheet import DEJAVU, NAMES
from tests.thinned import examples

NOTO = Path("/usr/share/fonts/truetype/noto")
needs_noto = pytest.mark.skipif(not (NOTO / "NotoSansTamil-Regular.ttf").exists(), reason="fonts-noto-core is missing")
needs_emoji = pytest.mark.skipif(not (NOTO / "NotoColorEmoji.ttf").exists(), reason="fonts-noto-color-emoji is missing")
needs_dejavu = pytest.mark.skipif(not (DEJAVU / "DejaVuSans.ttf").exists(), reason="fonts-dejavu-core is missing")
needs_raqm = pytest.mark.skipif(not features.check("raqm"), reason="this Pillow finds no FriBiDi")

WHITE = color("#fff")
FAMILY, FLAG, KEYCAP, HEART, THUMB = "👩‍👩‍👧‍👦", "🇩🇪", "1️⃣", "❤️", "👍🏽"
TYPEFACE = Typeface()


@pytest.fixture(params=["library", "plain"])
def order(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Bidirectional order with the library and without."""
    if request.param == "library":
        pytest.importorskip("bidi")
    else:
        monkeypatch.setattr(bidi, "_finder", lambda: bidi.plain_levels)
    bidi.visual_order.cache_clear()
    yield request.param
    bidi.visual_order.cache_clear()


def shown(text: str) -> str:
    """The characters of a line from left to right, brackets turned where they run the other way."""
    parts = []
    for stretch in bidi.visual_order(text):
        piece = text[stretch.start : stretch.end]
        parts.append(piece[::-1].translate(bidi.MIRRORED) if stretch.rtl else piece)
    return "".join(parts)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("abc", "abc"),
        ("אבג", "גבא"),
        ("abc אבג def", "abc גבא def"),
        ("אבג abc", "abc גבא"),
        ("אבג 1,234.5 אבג", "גבא 1,234.5 גבא"),
        ("שחקן 50%", "50% ןקחש"),
        ("أحمد ٣٤ abc", "abc ٣٤ دمحأ"),
        ("12 אבג", "גבא 12"),
        ("אבג!", "!גבא"),
        ("abc אבג!", "abc גבא!"),
        ("אבג ", " גבא"),
    ],
)
def test_a_line_stands_in_the_order_in_which_it_is_read(order: str, text: str, seen: str) -> None:
    assert shown(text) == seen


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("abc (אבג) 12", "abc (גבא) 12"),
        ("אבג (abc) 12", "12 (abc) גבא"),
        ("abc (אבג) אבג", "abc (גבא) גבא"),  # the brackets belong to the line that they stand in
        ("a \u2067אבג, xyz\u2069 b", "a \u2067xyz ,גבא\u2069 b"),
        ("a\u202eabc\u202cb", "a\u202ecba\u202cb"),
    ],
)
def test_pairs_of_brackets_isolates_and_overrides_need_the_library(text: str, seen: str) -> None:
    pytest.importorskip("bidi")
    assert bidi.is_turned(text)
    drawn = "".join(c for c in shown(text) if c not in "\u2067\u2069\u202e\u202c")
    assert drawn == "".join(c for c in seen if c not in "\u2067\u2069\u202e\u202c")


_MIXED = st.text(alphabet=st.sampled_from("abאבجد ١٢12(),.-+%!"), min_size=1, max_size=14)


@examples(300)
@given(_MIXED)
def test_the_order_is_that_of_another_implementation(text: str) -> None:
    pytest.importorskip("bidi")
    found = ctypes.util.find_library("fribidi")
    if found is None:
        pytest.skip("FriBiDi is not on this system")
    text = text.strip() or "a"
    library = ctypes.CDLL(found)
    wanted = (ctypes.c_uint32 * len(text))(*map(ord, text))
    visual, levels = (ctypes.c_uint32 * (len(text) + 1))(), (ctypes.c_int8 * len(text))()
    base = ctypes.c_uint32(0x111 if bidi.starts_rtl(text) else 0x110)
    assert library.fribidi_log2vis(wanted, len(text), ctypes.byref(base), visual, None, None, levels)
    assert shown(text) == unicodedata.normalize("NFKC", "".join(map(chr, visual[: len(text)])))


@pytest.mark.parametrize("text", [FAMILY, FLAG, KEYCAP, HEART, THUMB, "e\u0301", "நி", "ก็", "שָׁ", "각", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"])
def test_what_looks_like_one_character_is_one(text: str) -> None:
    assert clusters.boundaries(f"a{text}{text}b") == (0, 1, 1 + len(text), 1 + 2 * len(text), 2 + 2 * len(text))
    assert clusters.plain_boundaries(f"a{text}{text}b") == clusters.boundaries(f"a{text}{text}b")


@pytest.mark.parametrize("text", ["", "a", "abc def", "Łódź — 1…", "日本", "🇩🇪🇯🇵🇫"])
def test_other_characters_are_one_each(text: str) -> None:
    assert clusters.boundaries(text) == clusters.plain_boundaries(text)
    assert "".join(clusters.clusters(text)) == text


def drawn(letters: Lettering, text: str, width: int = 500) -> Image.Image:
    image = canvas((width, 80))
    letters.draw(image, (20.0, 50.0), text, WHITE)
    return image


@needs_noto
@pytest.mark.parametrize("weight", [REGULAR, BOLD])
@pytest.mark.parametrize("script", [each for each in NAMES if each not in ("Emoji", "Mixed")])
def test_each_script_has_a_font_where_the_system_has_one(script: str, weight: str) -> None:
    runs = TYPEFACE.runs(NAMES[script], weight)
    assert "?" not in "".join(run.text for run in runs)
    for run in runs:
        if run.path.parent == NOTO:
            assert ("Bold" in run.path.name) == (weight == BOLD), run.path


@needs_noto
def test_no_letter_is_lost_and_each_knows_where_it_is_from() -> None:
    for name in NAMES.values():
        runs = TYPEFACE.runs(name, REGULAR)
        kept = sorted(place for run in runs for place in run.places)
        assert len(set(kept)) == len(kept)
        for run in runs:
            assert len(run.places) == len(run.text)
        assert {name[place] for place in set(range(len(name))) - set(kept)} <= {"\u200d", "\ufe0f"}


@needs_noto
@pytest.mark.parametrize("script", ["Arabic", "Persian", "Hindi", "Bengali"])
def test_a_label_with_space_between_its_letters_keeps_those_together_that_join(script: str) -> None:
    (word, *_) = NAMES[script].split()
    spaced, plain = Lettering(TYPEFACE, 28, BOLD, tracking=0.2), Lettering(TYPEFACE, 28, BOLD)
    assert drawn(spaced, word).tobytes() == drawn(plain, word).tobytes()
    assert spaced.width(word) == plain.width(word)


@needs_noto
@pytest.mark.parametrize("script", ["Hebrew", "Thai", "Hebrew with points"])
def test_other_letters_are_spaced_with_their_marks_on_them_and_in_order(script: str) -> None:
    word = NAMES[script].split()[0]
    spaced, plain = Lettering(TYPEFACE, 28, BOLD, tracking=0.2), Lettering(TYPEFACE, 28, BOLD)
    parts = clusters.clusters(word)
    assert spaced.width(word) == pytest.approx(plain.width(word) + (len(parts) - 1) * 28 * 0.2, abs=3)
    first = next(spaced._boxes(word))
    assert first[0] == (len(word) - len(parts[-1]) if bidi.is_turned(word) else 0), "what is read last stands leftmost"


@needs_noto
@pytest.mark.parametrize("letters", [Lettering(TYPEFACE, 28), Lettering(TYPEFACE, 24, BOLD, tracking=0.1)])
@pytest.mark.parametrize("script", list(NAMES))
def test_what_is_drawn_is_as_wide_as_was_measured(letters: Lettering, script: str) -> None:
    image = canvas((700, 80))
    end = letters.draw(image, (20.0, 50.0), NAMES[script], WHITE)
    assert end == pytest.approx(20 + letters.width(NAMES[script]), abs=0.01)
    left, _, right, _ = image.getbbox() or (0, 0, 0, 0)
    assert 12 <= left <= 30
    assert right <= end + 8
    for width in (40, 90, 150):
        fitted = letters.fit(NAMES[script], width)
        assert letters.width(fitted) <= width
        assert fitted.removesuffix(ELLIPSIS).rstrip() == fitted.removesuffix(ELLIPSIS)
        for line in letters.wrap(NAMES[script], width, 3):
            assert letters.width(line) <= width


@needs_dejavu
@needs_raqm
@pytest.mark.parametrize(
    "text", ["السلام عليكم", "Ahmad أحمد (3) المحارب 50", "שלום (abc) 12", "abc (אבג) אבג", "مُحَمَّد"]
)
def test_order_and_joining_are_those_of_another_renderer(text: str) -> None:
    """Pillow's own layout of the whole line, FriBiDi and Raqm over FreeType, in a font that has all of it."""
    pytest.importorskip("uharfbuzz")
    size, path = 40, DEJAVU / "DejaVuSans.ttf"
    ours = drawn(Lettering(Typeface(regular=path), size), text, 900).getchannel("A")
    theirs = Image.new("L", ours.size, 0)
    face = ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.RAQM)
    direction = "rtl" if bidi.starts_rtl(text) else "ltr"
    ImageDraw.Draw(theirs).text((20, 50), text, fill=255, font=face, anchor="ls", direction=direction)

    def ink(image: Image.Image) -> list[float]:
        """How much there is in each column, over a letter's width: hinting moves an edge, and never a letter."""
        columns = image.resize((image.width // 10, 1), Image.Resampling.BOX)
        return list(columns.tobytes())

    mine, other = ink(ours), ink(theirs)
    apart = sum(abs(a - b) for a, b in zip(mine, other, strict=True))
    assert apart < 0.22 * sum(other)
    turned = list(reversed([value for value in other if value]))
    assert sum(abs(a - b) for a, b in zip([v for v in mine if v], turned, strict=False)) > 2 * apart, "it can tell"


@needs_dejavu
def test_without_any_library_letters_stand_in_the_right_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pygame_gameservices.widgets.text.shaping_pillow._joins", lambda: False)
    plain = PillowShaper()
    path = DEJAVU / "DejaVuSans.ttf"
    face = ImageFont.truetype(path, 30, layout_engine=ImageFont.Layout.BASIC)
    monkeypatch.setattr("pygame_gameservices.widgets.text.shaping_pillow._opened", lambda path, size: (face, 1.0))
    measured = plain.measure(path, 30, "(אבג", True)
    assert measured.carets[0] == measured.advance == pytest.approx(face.getlength("גבא)"))
    assert measured.carets[-1] == 0
    image = plain.draw(path, 30, "(אבג", True, 0.0)
    expected = Image.new("L", (200, 90), 0)
    ImageDraw.Draw(expected).text((30, 60), "גבא)", fill=255, font=face, anchor="ls")
    assert image is not None
    assert image.image.tobytes() == expected.crop(expected.getbbox()).tobytes()


def test_a_missing_library_is_said_once(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def refuse(name: str) -> object:
        if name.endswith("shaping_harfbuzz"):
            raise ImportError(name)
        return PILLOW

    from pygame_gameservices.widgets.text import shaping_pillow as PILLOW  # noqa: N812

    monkeypatch.setattr(shaping, "import_module", refuse)
    shaping._best.cache_clear()
    try:
        with caplog.at_level(logging.INFO, "pygame_gameservices"):
            assert isinstance(shaping.shaper(), PillowShaper)
            assert isinstance(shaping.shaper(), PillowShaper)
    finally:
        shaping._best.cache_clear()
    (said,) = caplog.records
    assert "pygame_gameservices[text]" in said.getMessage()


def _is_coloured(image: Image.Image) -> bool:
    red, _, blue, _ = image.split()
    return (ImageChops.difference(red, blue).getextrema()[1] or 0) > 60


@needs_emoji
@pytest.mark.parametrize("library", [True, False])
@pytest.mark.parametrize("text", [FLAG, HEART, THUMB, "🎮"])
def test_emoji_are_in_colour(text: str, library: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if library:
        pytest.importorskip("uharfbuzz")
    else:
        monkeypatch.setattr("pygame_gameservices.widgets.text.lettering.shaper", lambda **how: PillowShaper())
    letters = Lettering(Typeface(), 28 if library else 27)
    image = drawn(letters, text)
    assert _is_coloured(image)
    _, top, _, bottom = image.getbbox() or (0, 0, 0, 0)
    assert 20 <= bottom - top <= 36, "as high as the letters beside it"
    faint_image = canvas((500, 80))
    letters.draw(faint_image, (20.0, 50.0), text, color("#ffffff40"))
    assert faint_image.getchannel("A").getextrema()[1] <= 0x42


@needs_emoji
def test_a_joined_emoji_is_one_picture_and_a_digit_beside_it_a_digit() -> None:
    pytest.importorskip("uharfbuzz")
    letters = Lettering(Typeface(), 28)
    one = letters.width("🎮")
    for text in (FAMILY, FLAG, KEYCAP, HEART, THUMB):
        assert letters.width(text) == pytest.approx(one, abs=0.5), text
    paths = {run.text.strip(): run.path.name for run in Typeface().runs("🎮 12 #3*", REGULAR)}
    assert paths["🎮"] == "NotoColorEmoji.ttf"
    assert paths["12 #3*"] == "Inter-Regular.otf"
    assert [run.path.name for run in Typeface().runs("♥\ufe0e", REGULAR)] != ["NotoColorEmoji.ttf"]


def test_a_system_without_fonts_shows_one_sign_for_each_character(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_fonts, "installed", tuple)
    for text, seen in (("हिन्दी", "???"), (FAMILY, "?"), (FLAG + FLAG, "??"), (KEYCAP, "1"), ("நி", "?")):
        said = "".join(run.text for run in Typeface().runs(text, REGULAR))
        assert len(said) <= len(seen), text
        assert said.strip("?1") == "", text


def test_accents_that_are_written_apart_are_drawn_as_one_letter() -> None:
    apart, together = "Vie\u0323\u0302t", "Vi\u1ec7t"
    letters = Lettering(TYPEFACE, 28)
    assert drawn(letters, apart).tobytes() == drawn(letters, together).tobytes()


@needs_noto
def test_the_caret_stands_where_the_next_letter_comes() -> None:
    letters = Lettering(TYPEFACE, 24)
    hebrew = "שלום"
    carets = letters.carets(hebrew)
    assert list(carets) == [0, 1, 2, 3, 4]
    assert sorted(carets.values(), reverse=True) == list(carets.values())
    assert carets[0] == pytest.approx(letters.width(hebrew))
    assert carets[4] == 0
    mixed = "ab שלום"
    carets = letters.carets(mixed)
    assert carets[7] == pytest.approx(letters.width("ab "), abs=1), "at the left end of a word that runs to the left"
    assert carets[4] > carets[5] > carets[6] > carets[7]


@needs_noto
def test_a_click_finds_the_letter_that_is_seen_there_and_marks_what_is_selected() -> None:
    letters = Lettering(TYPEFACE, 24)
    line = TextLine("ab שלום (x)")
    for place, x in letters.carets(line.text).items():
        found = caret_at(line, letters, field_look(line, letters, 900), x)
        assert letters.carets(line.text)[found] == pytest.approx(x, abs=0.01)
        line.place(place)
        assert field_look(line, letters, 900).caret == pytest.approx(x)
    line.place(1)
    line.place(5, select=True)
    spans = field_look(line, letters, 900).selected
    assert len(spans) == 2, "the marked ends of two words that run towards each other"
    total = sum(right - left for left, right in spans)
    assert total == pytest.approx(letters.width("b של"), abs=3)


@needs_noto
def test_arrows_erasing_and_selecting_go_by_what_looks_like_one_character() -> None:
    for cluster in (FAMILY, FLAG, KEYCAP, HEART, THUMB, "e\u0301", "நி", "ที่"):
        line = TextLine(f"a{cluster}b")
        edit(line, Edit.LEFT, Edit.LEFT)
        assert line.caret == 1
        edit(line, Edit.RIGHT)
        assert line.caret == 1 + len(cluster)
        edit(line, Edit.BACKSPACE)
        assert line.text == "ab"
        line = TextLine(f"a{cluster}b")
        edit(line, Edit.HOME, Edit.RIGHT, Edit.DELETE)
        assert line.text == "ab"
        line.insert(cluster)
        line.place(2)
        assert line.caret == 1, "never within one"


def test_arrows_go_the_way_they_point_also_in_text_that_runs_to_the_left() -> None:
    line = TextLine("שלום")
    edit(line, Edit.LEFT)
    assert line.caret == 4
    edit(line, Edit.RIGHT)
    assert line.caret == 3
    edit(line, Edit.BACKSPACE)
    assert line.text == "שלם"
    secret = TextLine("שלום", masked=True)
    edit(secret, Edit.LEFT)
    assert secret.caret == 3, "the dots of a secret run to the right, whatever is below"


def test_a_secret_has_one_dot_for_each_character() -> None:
    line = TextLine(f"a{FAMILY}", masked=True)
    edit(line, Edit.BACKSPACE)
    assert line.text == "a"


def edit(line: TextLine, *edits: Edit) -> None:
    for each in edits:
        line.edit(each, False, str, lambda text: None)
