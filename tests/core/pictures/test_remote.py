"""Remote pictures: never waited for, told by their bytes, bounded, kept on disk, and sent nothing but their address."""

from __future__ import annotations

import os
import re
import socket
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from pygame_gameservices import GameJolt, ServiceManager, UsageError
from pygame_gameservices.core.calls.endpoint import Response
from pygame_gameservices.core.pictures import decoding as picture_decoding
from pygame_gameservices.core.pictures import remote as pictures
from pygame_gameservices.core.pictures.cache import PictureCache
from pygame_gameservices.core.pictures.decoding import NoPicture, decode
from pygame_gameservices.core.pictures.remote import Pictures, RemotePicture, acceptable
from pygame_gameservices.sandbox import Sandbox
from pygame_gameservices.sandbox.faults.kinds import Flood, Garbage, Refuse
from pygame_gameservices.testing import FakeTransport
from tests.conftest import run_until
from tests.core.raw_server import RawServer, reply

RED, BLUE = (255, 0, 0, 255), (0, 0, 255, 255)


def encoded(kind: str, size: tuple[int, int] = (40, 20), colour: tuple[int, ...] = RED) -> bytes:
    out = BytesIO()
    mode = "RGB" if kind == "JPEG" else "RGBA"
    Image.new(mode, size, colour[: len(mode)]).save(out, kind)
    return out.getvalue()


def pixel(data: bytes, width: int, x: int, y: int) -> tuple[int, ...]:
    place = 4 * (y * width + x)
    return tuple(data[place : place + 4])


class TestDecoding:
    @pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
    def test_each_kind_becomes_rgba_of_the_size(self, kind: str) -> None:
        pixels = decode(encoded(kind), (16, 16), "cover")
        assert (pixels.size, len(pixels.data)) == ((16, 16), 16 * 16 * 4)
        red, green, blue, alpha = pixel(pixels.data, 16, 8, 8)
        assert red > 250
        assert green < 6
        assert blue < 6
        assert alpha == 255

    def test_contain_shows_all_and_cover_fills(self) -> None:
        wide = encoded("PNG", (40, 10))
        assert pixel(decode(wide, (20, 20), "contain").data, 20, 10, 0)[3] == 0
        assert pixel(decode(wide, (20, 20), "cover").data, 20, 10, 0) == RED

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"<html>not found</html>",
            b"\x89PNG\r\n\x1a\n and then nothing",
            encoded("PNG")[:60],
            b"BM" + b"\x00" * 100,
            b"RIFF\x00\x00\x00\x00WAVE" + b"\x00" * 50,
        ],
        ids=["empty", "page", "header", "cut off", "bmp", "wave"],
    )
    def test_what_is_no_picture_is_refused(self, content: bytes) -> None:
        with pytest.raises(NoPicture):
            decode(content, (8, 8), "cover")

    def test_a_bomb_is_refused_before_it_is_unpacked(self) -> None:
        out = BytesIO()
        Image.new("1", (20_000, 20_000)).save(out, "PNG")
        assert len(out.getvalue()) < 200_000
        started = time.thread_time()
        with pytest.raises(NoPicture):
            decode(out.getvalue(), (8, 8), "cover")
        assert time.thread_time() - started < 1.0

    def test_more_pixels_than_allowed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(picture_decoding, "MOST_PIXELS", 100)
        with pytest.raises(NoPicture, match="40 x 20 pixels"):
            decode(encoded("PNG"), (8, 8), "cover")


class TestTheCache:
    def test_what_was_kept_is_found(self, tmp_path: Path) -> None:
        cache = PictureCache(tmp_path / "p")
        assert cache.read("https://a/b") is None
        cache.write("https://a/b", b"bytes")
        assert cache.read("https://a/b") == (b"bytes", True)
        cache.remove("https://a/b")
        assert cache.read("https://a/b") is None

    def test_old_ones_are_not_fresh(self, tmp_path: Path) -> None:
        cache = PictureCache(tmp_path, fresh_s=100)
        cache.write("u", b"bytes")
        (path,) = tmp_path.iterdir()
        os.utime(path, (time.time() - 200, time.time() - 200))
        assert cache.read("u") == (b"bytes", False)

    def test_the_least_recently_used_go_first(self, tmp_path: Path) -> None:
        cache = PictureCache(tmp_path, most_bytes=1000)
        for n in range(10):
            cache.write(f"u{n}", b"x" * 100)
        for n, path in enumerate(cache._path(f"u{n}") for n in range(10)):
            os.utime(path, (time.time() - 1000 + n, time.time() - 2000))
        assert cache.read("u0") is not None, "used just now"
        cache.write("u10", b"x" * 100)
        assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 1000
        assert cache.read("u0") is not None
        assert cache.read("u1") is None
        assert cache.read("u10") is not None

    def test_a_disk_that_fails_is_no_error(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("in the way")
        cache = PictureCache(tmp_path / "file")
        cache.write("u", b"bytes")
        assert cache.read("u") is None


def shown(services: ServiceManager, picture: RemotePicture) -> RemotePicture:
    run_until(services, lambda: picture.ready or picture.failed)
    return picture


@pytest.fixture
def avatar(sandbox: Sandbox, gj: GameJolt) -> str:
    """A picture at the address of a service, as the game has named it."""
    return f"{sandbox.url}/gamejolt/pictures/avatars/ada.png"


class TestFetching:
    def test_a_placeholder_at_once_and_the_picture_later(
        self, services: ServiceManager, sandbox: Sandbox, avatar: str
    ) -> None:
        started = time.thread_time()
        picture = services.pictures.get(avatar, (32, 32))
        assert time.thread_time() - started < 0.05
        assert not picture.ready
        assert (picture.pixels.size, len(picture.pixels.data)) == ((32, 32), 32 * 32 * 4)
        before, arrived = picture.pixels, []
        picture.then(arrived.append)
        shown(services, picture)
        assert picture.ready
        assert picture.pixels != before
        assert arrived == [picture]
        picture.then(arrived.append)
        assert arrived == [picture, picture]

    def test_the_game_hears_nothing_of_it(self, services: ServiceManager, sandbox: Sandbox, avatar: str) -> None:
        gone = services.pictures.get(avatar.replace("ada", "nobody"), (8, 8))
        picture = services.pictures.get(avatar, (8, 8))
        assert run_until(services, lambda: picture.ready and gone.failed) == []

    def test_one_fetch_however_often_and_large_it_is_wanted(
        self, services: ServiceManager, sandbox: Sandbox, avatar: str
    ) -> None:
        sandbox.clear_journal()
        wanted = [services.pictures.get(avatar, (side, side)) for side in (8, 16, 32, 8, 16, 32)]
        run_until(services, lambda: all(picture.ready for picture in wanted))
        assert wanted[0] is wanted[3]
        assert [picture.pixels.size[0] for picture in wanted[:3]] == [8, 16, 32]
        assert len(sandbox.journal()) == 1

    def test_it_is_kept_on_disk_over_restarts_and_outages(
        self, services: ServiceManager, sandbox: Sandbox, avatar: str
    ) -> None:
        first = shown(services, services.pictures.get(avatar, (32, 32)))
        sandbox.faults.set(Refuse())
        try:
            with ServiceManager(services.app) as restarted:
                restarted.add(GameJolt(1, "key", base_url=sandbox.gamejolt_url))
                again = shown(restarted, restarted.pictures.get(avatar, (32, 32)))
                assert again.pixels == first.pixels
        finally:
            sandbox.faults.clear()

    def test_a_picture_that_is_really_of_another_kind(
        self, services: ServiceManager, sandbox: Sandbox, gj: GameJolt
    ) -> None:
        """The name ends in .jpg, the server calls it a JPEG, and it is a PNG."""
        url = f"{sandbox.url}/gamejolt/pictures/trophy-secret-1.jpg"
        assert shown(services, services.pictures.get(url, (75, 75))).ready

    @pytest.mark.parametrize(
        ("fault", "why"),
        [(Garbage(), "PNG, JPEG, GIF or WebP"), (Flood(gigabytes=1), "at most"), (Refuse(), "reached|refused")],
        ids=["garbage", "flood", "refuse"],
    )
    def test_trouble_leaves_the_placeholder(
        self, services: ServiceManager, sandbox: Sandbox, avatar: str, fault: object, why: str
    ) -> None:
        sandbox.faults.set(fault)  # type: ignore[arg-type]
        try:
            picture = shown(services, services.pictures.get(avatar, (8, 8)))
            assert not picture.ready
            assert re.search(why, picture.failed)
            assert len(picture.pixels.data) == 8 * 8 * 4
        finally:
            sandbox.faults.clear()

    def test_it_is_tried_again_after_a_while(
        self, services: ServiceManager, sandbox: Sandbox, avatar: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sandbox.faults.set(Garbage())
        picture = shown(services, services.pictures.get(avatar, (8, 8)))
        sandbox.faults.clear()
        services.pictures.get(avatar, (8, 8))
        assert picture.failed
        monkeypatch.setattr(pictures, "AGAIN_AFTER_S", 0.0)
        services.pictures.get(avatar, (8, 8))
        assert shown(services, picture).ready

    def test_memory_is_bounded(self, services: ServiceManager, avatar: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pictures, "MOST_IN_MEMORY", 10 * 64 * 64 * 4)
        first = services.pictures.get(f"{avatar}?0", (64, 64))
        for n in range(1, 30):
            services.pictures.get(f"{avatar}?{n}", (64, 64))
        assert len(services.pictures._memory) <= 10
        assert services.pictures.get(f"{avatar}?0", (64, 64)) is not first

    def test_after_closing_it_fails_quietly(self, services: ServiceManager, avatar: str) -> None:
        held: Pictures = services.pictures
        services.close()
        assert "closed" in held.get(avatar, (8, 8)).failed

    def test_a_size_is_checked(self, services: ServiceManager) -> None:
        with pytest.raises(UsageError, match="from 1 to 2048"):
            services.pictures.get("https://a/b.png", (0, 8))


class TestWhatIsSent:
    def ask(self, answer: Callable[..., object]) -> tuple[RemotePicture, FakeTransport]:
        url = "https://cdn.example/a.png?x=1#top"
        transport = FakeTransport({".png": answer})  # type: ignore[dict-item]
        with ServiceManager("tests", transport=transport) as services:
            picture = shown(services, services.pictures.get(url, (8, 8)))
        return picture, transport

    def test_the_address_and_nothing_of_the_player(self) -> None:
        picture, transport = self.ask(lambda sent: encoded("PNG", colour=BLUE))
        assert picture.ready
        assert pixel(picture.pixels.data, 8, 4, 4) == BLUE
        (sent,) = transport.sent
        assert sent.request.url == "https://cdn.example/a.png?x=1"
        assert list(sent.request.headers) == ["Accept"]
        assert sent.request.body is None
        assert sent.request.secrets == ()

    @pytest.mark.parametrize("status", [204, 301, 403, 404])
    def test_any_other_status_is_no_picture(self, status: int) -> None:
        picture, _ = self.ask(lambda sent: Response(status=status, headers={}, body=encoded("PNG")))
        assert not picture.ready
        assert str(status) in picture.failed

    @pytest.mark.parametrize(
        ("url", "expected"),
        [
            ("https://a.b/c", "https://a.b/c"),
            ("//a.b/c", "https://a.b/c"),
            ("http://a.b:80/c", None),
            ("https://127.0.0.1/c", None),
            ("https://localhost:8443/c", None),
            ("https://169.254.169.254/latest/meta-data", None),
            ("https://10.0.0.1/c", None),
            ("https://[::1]/c", None),
            ("https://[fe80::1]/c", None),
            ("https://[::ffff:10.0.0.1]/c", None),
            ("https://[64:ff9b::a00:1]/c", None),
            ("https://224.0.0.1/c", None),
            ("https://0.0.0.0/c", None),
            ("https://8.8.8.8/c", "https://8.8.8.8/c"),
            ("file:///etc/passwd", None),
            ("javascript:alert(1)", None),
            ("data:image/png;base64,AAAA", None),
            ("https://user:pass@a.b/c", None),
            ("https://a.b/c\r\nHost: evil", None),
            ("https://a.b:99999/c", None),
            ("/a.png", None),
            ("", None),
        ],
    )
    def test_only_web_addresses_are_asked(self, url: str, expected: str | None) -> None:
        assert acceptable(url) == expected

    def test_any_address_at_the_host_of_a_service_is_asked(self, services: ServiceManager) -> None:
        services.add(GameJolt(1, "key", base_url="http://127.0.0.1:81/api"))
        assert acceptable("http://127.0.0.1:81/a.png", services.knows)
        for other in ("http://127.0.0.1:82/a.png", "https://127.0.0.1:81/a.png", "http://localhost:81/a.png"):
            assert acceptable(other, services.knows) is None

    def test_a_name_that_stands_for_this_machine_when_it_is_connected_to_is_not_asked(
        self, services: ServiceManager, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As an attacker's name does that was public when somebody looked."""
        looked_up: list[str] = []
        look_up = socket.getaddrinfo

        def at_home(host: str, port: int, *rest: Any, **more: Any) -> Any:
            looked_up.append(host)
            return look_up("127.0.0.1", port, *rest, **more)

        monkeypatch.setattr(socket, "getaddrinfo", at_home)
        for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.delenv(name, raising=False)
        with RawServer(reply(encoded("PNG"))) as server:
            url = f"https://cdn.example:{server.port}/a.png"
            picture = shown(services, services.pictures.get(url, (8, 8)))
            assert not picture.ready
            assert "no public address" in picture.failed
            assert looked_up == ["cdn.example"]  # once: it is not asked again
            assert server.connections == 0

    def test_too_many_hosts_are_refused(self, services: ServiceManager, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pictures, "MOST_HOSTS", 0)
        picture = shown(services, services.pictures.get("https://a.invalid/b.png", (8, 8)))
        assert "host too many" in picture.failed
