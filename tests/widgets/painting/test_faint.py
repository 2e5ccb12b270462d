"""A mask made fainter is what whole numbers say, in each of its values and for each alpha."""

from __future__ import annotations

from PIL import Image

from pygame_gameservices.widgets.painting.brushes import faint

VALUES = Image.frombytes("L", (256, 1), bytes(range(256)))


def test_each_value_is_its_share_cut_to_a_whole_number() -> None:
    for alpha in range(256):
        assert faint(VALUES, alpha).tobytes() == bytes(value * alpha // 255 for value in range(256))
