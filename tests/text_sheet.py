"""Paints a board, toasts and a login with names of many scripts: ``python -m tests.text_sheet OUT.png``.

On the left with all fonts that this system has, on the right as on a system with few: the bundled font and DejaVu.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from PIL import Image

from pygame_gameservices.widgets.input import Edit
from pygame_gameservices.widgets.leaderboard.board import BoardPage, BoardRow
from pygame_gameservices.widgets.leaderboard.leaderboard import Leaderboard
from pygame_gameservices.widgets.login.login import Login
from pygame_gameservices.widgets.rarity import Rarity
from pygame_gameservices.widgets.text import system_fonts
from pygame_gameservices.widgets.theme import DARK, Theme
from pygame_gameservices.widgets.toasts.painter import ToastPainter
from pygame_gameservices.widgets.toasts.toast import Toast, ToastKind
from tests.widgets.sources import Accounts, Scores
from tests.widgets.stagecraft import GAME, Scene

NAMES = {
    "Arabic": "محمد عبد الله",
    "Arabic with marks and numbers": "مُحَمَّد (12) بطل 50%",
    "Persian": "می‌خواهم پیروز شوم",
    "Hebrew": "שלום עולם",
    "Hebrew with points": "שָׁלוֹם",
    "Hebrew in Latin": "Team (אריות) 7",
    "Latin in Hebrew": "קבוצה (Lions) 7",
    "Thai": "ผู้เล่นที่หนึ่ง",
    "Hindi": "क्षत्रिय खिलाड़ी",
    "Tamil": "தமிழ் வீரர்",
    "Bengali": "বাংলা খেলোয়াড়",
    "Gujarati": "ગુજરાતી ખેલાડી",
    "Malayalam": "മലയാളം കളിക്കാരൻ",
    "Kannada": "ಕನ್ನಡ ಆಟಗಾರ",
    "Chinese": "中文玩家",
    "Japanese": "日本語プレイヤー",
    "Korean": "한국어 선수",
    "Vietnamese": "Nguyễn Đặng Thị Ế",
    "Emoji": "👩‍👩‍👧‍👦 🇩🇪🇯🇵 1️⃣ ❤️ 👍🏽",
    "Mixed": "Zoë 日本 أحمد 🎮 42",
}
DEJAVU = Path("/usr/share/fonts/truetype/dejavu")
SIZE = (1280, 720)
_HALF = 10


class Named(Scores):
    """A score table of players from all over the world."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(tables=("Endless", "ترتيب", "排行榜"))
        self._names = names

    def reply(self, *question: Any) -> Any:
        if question == ("tables",):
            return super().reply(*question)
        return BoardPage(
            [
                BoardRow(name=name, score=f"{9000 - 37 * place:,}", rank=place + 1, own=place == 6)
                for place, name in enumerate(self._names)
            ]
        )


@contextmanager
def fonts_of(folders: list[Path] | None) -> Iterator[Theme]:
    """A theme on a system whose fonts are in `folders`; None takes the real ones."""
    usual = system_fonts.folders
    if folders is not None:
        system_fonts.folders = lambda: folders
    system_fonts.installed.cache_clear()
    try:
        yield replace(DARK)
    finally:
        system_fonts.folders = usual
        system_fonts.installed.cache_clear()


def sheet() -> Image.Image:
    """Paint the whole sheet."""
    columns: list[Image.Image] = []
    for folders in (None, [DEJAVU]):
        with fonts_of(folders) as theme:
            columns.append(_column([*_screens(theme), _toasts(theme)]))
    whole = Image.new("RGB", (sum(each.width for each in columns), max(each.height for each in columns)))
    x = 0
    for each in columns:
        whole.paste(each, (x, 0))
        x += each.width
    return whole


def _screens(theme: Theme) -> Iterator[Image.Image]:
    names = list(NAMES.values())
    for part in (names[:_HALF], names[_HALF:]):
        yield Scene(theme, SIZE).show(Leaderboard(Named(part))).screen()
    for name in (NAMES["Arabic with marks and numbers"], NAMES["Latin in Hebrew"], NAMES["Emoji"]):
        login = Login(Accounts(name))
        scene = Scene(theme, SIZE).show(login)
        login.focus_on("username")
        login.edit(Edit.END)
        for _ in range(3):
            login.edit(Edit.LEFT, select=True)
        yield scene.run().screen()


def _toasts(theme: Theme) -> Image.Image:
    painter = ToastPainter(theme, theme.scale_for(SIZE[1]), SIZE[0])
    shown = Image.new("RGBA", (SIZE[0], 100 * _HALF), GAME)
    for number, (script, name) in enumerate(NAMES.items()):
        label = f"Trophy unlocked · {name}"
        toast = Toast(title=name, text=f"{script}: {name}", label=label, kind=ToastKind.TROPHY, rarity=Rarity.GOLD)
        picture = painter.paint(toast)
        image = Image.frombytes("RGBA", picture.size, picture.pixels)
        shown.alpha_composite(image, (SIZE[0] // 2 * (number // _HALF), 100 * (number % _HALF)))
    return shown


def _column(pictures: Sequence[Image.Image]) -> Image.Image:
    column = Image.new("RGBA", (SIZE[0], sum(picture.height for picture in pictures)), GAME)
    y = 0
    for picture in pictures:
        column.paste(picture, (0, y))
        y += picture.height
    return column


def main(arguments: list[str]) -> int:
    """Write the sheet to the file named."""
    if len(arguments) != 1:
        print("usage: python -m tests.text_sheet OUT.png", file=sys.stderr)
        return 2
    sheet().save(arguments[0])
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
