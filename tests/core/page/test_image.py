"""The outbox of a page is kept in pieces, of which a write takes those that changed; together they are the file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pygame_gameservices.core.page.storage import LARGEST_IMAGE, PIECE, PageImage


class InMemory:
    """Keeps files as a page's database does: each write whole or not at all."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.refuses = False
        self.written_bytes = 0

    def check(self) -> None:
        pass

    def pieces(self) -> list[bytes]:
        return [self.kept[name] for name in sorted(self.kept, key=lambda name: int(name[1:]))]

    def write(self, changes: Mapping[str, bytes | None]) -> int:
        self.written_bytes = sum(len(content or b"") for content in changes.values())
        if not self.refuses:
            self.kept |= {name: content for name, content in changes.items() if content is not None}
            for name in [name for name, content in changes.items() if content is None]:
                self.kept.pop(name, None)
        return 1

    def written(self, number: int) -> bool:
        if self.refuses:
            raise OSError("it is full")
        return True


def write(image: PageImage, content: bytes) -> None:
    image.write(content)
    assert image.written()


a_file = st.tuples(st.lists(st.integers(1, 3), max_size=4), st.integers(0, 9))
"""Which byte each whole piece is full of, and how many follow."""


@given(st.lists(st.tuples(a_file, st.booleans()), max_size=6))
def test_what_is_kept_is_the_last_file_that_was_taken(writes: list[tuple[tuple[list[int], int], bool]]) -> None:
    database = InMemory()
    image = PageImage(database, Path("outbox.sqlite3"))
    kept = b""
    for (letters, rest), refuses in writes:
        content = b"".join(bytes([letter]) * PIECE for letter in letters) + b"x" * rest
        database.refuses = refuses
        image.write(content)
        if refuses:
            with pytest.raises(OSError, match="full"):
                image.written()
        else:
            assert image.written()
            kept = content
        assert b"".join(database.pieces()) == kept


def test_a_write_takes_no_more_than_what_changed(tmp_path: Path) -> None:
    database = InMemory()
    image = PageImage(database, tmp_path / "outbox.sqlite3")
    content = bytearray(100 * PIECE)
    write(image, bytes(content))
    assert database.written_bytes == len(content)
    content[7 * PIECE] = 1
    write(image, bytes(content))
    assert database.written_bytes == PIECE


def test_the_next_run_has_the_file_and_goes_on_from_it(tmp_path: Path) -> None:
    database, path = InMemory(), tmp_path / "outbox.sqlite3"
    content = bytes(range(256)) * 100
    write(PageImage(database, path), content)
    image = PageImage(database, path)
    image.check()
    assert path.read_bytes() == content
    write(image, content + b"more")
    assert b"".join(database.pieces()) == content + b"more"
    assert database.written_bytes <= PIECE + len(b"more")


def test_after_a_failure_all_is_written_again(tmp_path: Path) -> None:
    """The player may have cleared what was kept: what changed since would make no file by itself."""
    database = InMemory()
    image = PageImage(database, tmp_path / "outbox.sqlite3")
    write(image, bytes(10 * PIECE))
    database.kept.clear()
    database.refuses = True
    with pytest.raises(OSError, match="full"):
        write(image, bytes(10 * PIECE) + b"1")
    database.refuses = False
    write(image, bytes(10 * PIECE) + b"2")
    assert b"".join(database.pieces()) == bytes(10 * PIECE) + b"2"


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="is full"):
        PageImage(InMemory(), tmp_path / "outbox.sqlite3").write(bytes(LARGEST_IMAGE + 1))
