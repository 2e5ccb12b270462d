"""Remote pictures, such as avatars and trophies: asked for by address and size, shown when they are there.

Nothing here ever waits. A picture that is not there yet is a placeholder; the network, the disk and the decoding are
other threads' business.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from time import monotonic
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

from pygame_gameservices.core.calls.call import Call, Task
from pygame_gameservices.core.calls.endpoint import Answer, PlainEndpoint, Request, Response
from pygame_gameservices.core.calls.operation import Kind, Operation, Priority
from pygame_gameservices.core.calls.pacing import TokenBucket
from pygame_gameservices.core.http.addresses import is_loopback, is_public, literal
from pygame_gameservices.core.page.bridge import in_a_page
from pygame_gameservices.core.pictures.cache import PictureCache
from pygame_gameservices.core.pictures.decoding import Fit, NoPicture, Pixels, decode, kind_of
from pygame_gameservices.errors import Closed, NotFound, ProtocolError, QueueFull, ServiceUnavailable, UsageError

logger = logging.getLogger("pygame_gameservices")

T = TypeVar("T")

LARGEST_FILE = 4 << 20
"""Bytes of a picture at most, as it travels."""
LARGEST_SIDE = 2048
MOST_IN_MEMORY = 32 << 20
"""Bytes of pixels that are kept ready; widgets keep those that they show in any case."""
MOST_HOSTS = 32
AGAIN_AFTER_S = 60.0
"""Seconds after which a picture that could not be had is tried again, when it is asked for."""


class Workers(Protocol):
    """Who fetches and decodes while the game plays on, as `ServiceManager` does. Frame thread."""

    @property
    def app(self) -> str:
        """The game's name."""

    def add(self, service: _PictureHost) -> object:
        """Take calls for a host from now on."""

    def submit(self, operation: Operation) -> Call[Any]:
        """Hand over a call to such a host."""

    def background(self, function: Callable[[], T]) -> Task[T]:
        """Run `function` on a helper thread."""

    def knows(self, url: str) -> bool:
        """Whether `url` is at a host that the game itself has named. Any thread."""


class RemotePicture:
    """A picture that comes later, or has come. Frame thread.

    Attributes:
        url: where it is from.
        size: width and height that were asked for.
        pixels: what to show: the picture, or a placeholder of the same size until it is there.
        ready: whether `pixels` is the picture.
        failed: why it could not be had, in words for the developer; empty while there is hope.
    """

    __slots__ = ("_callbacks", "failed", "failed_at", "pixels", "ready", "size", "url")

    def __init__(self, url: str, size: tuple[int, int]) -> None:
        self.url = url
        self.size = size
        self.pixels = placeholder(size)
        self.ready = False
        self.failed = ""
        self.failed_at = float("-inf")
        self._callbacks: list[Callable[[RemotePicture], object]] = []

    def then(self, callback: Callable[[RemotePicture], object]) -> RemotePicture:
        """Run ``callback(picture)`` on the frame thread once it is ready; at once if it is. Never if it fails."""
        if self.ready:
            callback(self)
        else:
            self._callbacks.append(callback)
        return self

    def arrived(self, pixels: Pixels) -> None:
        """Take the finished pixels. By `Pictures`."""
        self.pixels, self.ready, self.failed = pixels, True, ""
        callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            try:
                callback(self)
            except Exception:
                logger.exception("a callback of the picture %r raised", self)

    def __repr__(self) -> str:
        state = "ready" if self.ready else self.failed or "coming"
        return f"<RemotePicture {self.url.partition('?')[0]} {state}>"


class Pictures:
    """All remote pictures of a game, in memory, on disk and on their way. Frame thread; every method returns at once.

    ``services.pictures`` is the one to use.

    Args:
        workers: who fetches and decodes.
        folder: where pictures are kept on disk; the platform's cache folder of the game by default.
        most_on_disk: bytes that this folder may hold.
    """

    def __init__(self, workers: Workers, *, folder: Path | None = None, most_on_disk: int = 32 << 20) -> None:
        self._workers = workers
        self._disk = PictureCache(folder or _cache_folder(workers.app), most_bytes=most_on_disk)
        self._memory: OrderedDict[tuple[str, tuple[int, int], Fit], RemotePicture] = OrderedDict()
        self._held = 0
        self._fetching: dict[str, list[Callable[[bytes | None, str], object]]] = {}
        self._hosts: set[str] = set()

    def get(self, url: str, size: tuple[int, int], *, fit: Fit = "cover") -> RemotePicture:
        """The picture at `url`, made to fit `size`. It may be a placeholder until later; asking again is free.

        Args:
            url: an https address of a public host, or any at the host of a service's own `base_url`. Redirects are not
                followed, and nothing but the address is sent.
            size: width and height in pixels, up to 2048.
            fit: ``"cover"`` cuts off what is too much, ``"contain"`` shows all of it, centred.

        Raises:
            UsageError: `size` is out of bounds.
        """
        if not all(1 <= side <= LARGEST_SIDE for side in size):
            raise UsageError(f"size is {size!r}; pass a width and height from 1 to {LARGEST_SIDE}")
        place = (url, size, fit)
        picture = self._memory.get(place)
        if picture is not None:
            self._memory.move_to_end(place)
            if picture.failed and monotonic() - picture.failed_at > AGAIN_AFTER_S:
                picture.failed = ""
                self._start(picture, fit)
            return picture
        picture = self._memory[place] = RemotePicture(url, size)
        self._held += size[0] * size[1] * 4
        while self._held > MOST_IN_MEMORY and len(self._memory) > 1:
            _, oldest = self._memory.popitem(last=False)
            self._held -= oldest.size[0] * oldest.size[1] * 4
        self._start(picture, fit)
        return picture

    def _start(self, picture: RemotePicture, fit: Fit) -> None:
        address = acceptable(picture.url, self._workers.knows)
        if address is None:
            self._fail(picture, "its address is not https")
            return
        picture.url = address
        try:
            self._look_on_disk(picture, fit)
        except Closed:  # the game is on its way out
            self._fail(picture, "the service manager was closed")

    def _look_on_disk(self, picture: RemotePicture, fit: Fit) -> None:
        url, size = picture.url, picture.size

        def read() -> tuple[Pixels, bool] | None:
            found = self._disk.read(url)
            if found is None:
                return None
            try:
                return decode(found[0], size, fit), found[1]
            except NoPicture:
                self._disk.remove(url)
                return None

        def decide(task: Task[tuple[Pixels, bool] | None]) -> None:
            kept = task.value
            if kept is not None:
                picture.arrived(kept[0])  # one that is no longer fresh is still better than a placeholder
            if kept is None or not kept[1]:
                self._fetch(url, lambda content, why: self._came(picture, fit, content, why))

        self._workers.background(read).then(decide)

    def _came(self, picture: RemotePicture, fit: Fit, content: bytes | None, why: str) -> None:
        if content is None:
            self._fail(picture, why)
            return
        size = picture.size

        def made() -> Pixels | str:
            try:
                return decode(content, size, fit)
            except NoPicture as error:
                return str(error)

        self._workers.background(made).then(lambda task: self._decoded(picture, task))

    def _decoded(self, picture: RemotePicture, task: Task[Pixels | str]) -> None:
        if isinstance(task.value, Pixels):
            picture.arrived(task.value)
        else:
            self._fail(picture, task.value or str(task.error))

    def _fail(self, picture: RemotePicture, why: str) -> None:
        picture.failed_at = monotonic()
        if not picture.ready:
            picture.failed = why
            logger.info("no picture: %r", picture)

    def _fetch(self, url: str, then: Callable[[bytes | None, str], object]) -> None:
        """Fetch `url` once, however many sizes of it are wanted."""
        waiting = self._fetching.get(url)
        if waiting is not None:
            waiting.append(then)
            return
        service = self._service_for(urlsplit(url).netloc)
        if service is None:
            then(None, "it is from one host too many")
            return
        operation = Operation(
            service=service,
            name="picture.fetch",
            kind=Kind.SAFE,
            arguments={"url": url},
            priority=Priority.LOW,
            timeout_s=15.0,
            deadline_s=60.0,
            attempts=3,
            max_bytes=LARGEST_FILE,
        )
        try:
            call = self._workers.submit(operation)
        except QueueFull as error:
            then(None, str(error))
            return
        self._fetching[url] = [then]
        call.then(lambda ended: self._fetched(url, ended))

    def _fetched(self, url: str, call: Call[bytes]) -> None:
        why = "" if call.error is None else call.error.message
        for then in self._fetching.pop(url):
            then(call.value, why)

    def _service_for(self, host: str) -> str | None:
        """Each host is an endpoint of its own, so that one that is down does not hold up the others."""
        name = f"pictures {host}"
        if host not in self._hosts:
            if len(self._hosts) >= MOST_HOSTS:
                return None
            self._hosts.add(host)
            self._workers.add(_PictureHost(name, host, self._disk, self._workers.knows))
        return name


class _PictureHost(PlainEndpoint):
    """A host that pictures come from, as the scheduler sees it.

    Attributes:
        quiet: the game hears nothing of these calls; a missing avatar is no news.
    """

    quiet = True

    def __init__(self, name: str, host: str, disk: PictureCache, known: Callable[[str], bool]) -> None:
        self.name = name
        self.host = host
        self._known = known
        self.pace = TokenBucket(20.0, 40)
        self._disk = disk

    def attach(self, manager: object) -> None:
        """Nothing to remember."""

    def request(self, operations: Sequence[Operation]) -> Request:
        """Ask for a picture, and say nothing of the player. Worker thread."""
        (operation,) = operations
        return Request(
            method="GET",
            url=operation.arguments["url"],
            headers={"Accept": "image/png, image/jpeg, image/webp, image/gif"},
            public=not self._known(operation.arguments["url"]),
            timeout_s=operation.timeout_s,
            max_bytes=operation.max_bytes,
        )

    def answers(self, operations: Sequence[Operation], response: Response) -> Sequence[Answer]:
        """Look at what came and keep it on disk. Worker thread."""
        if response.status >= 500 or response.status == 429:
            raise ServiceUnavailable(f"the pictures are not available (HTTP {response.status})")
        if response.status != 200:
            return [Answer(None, NotFound(f"there is no such picture (HTTP {response.status})"))]
        try:
            kind_of(response.body)
        except NoPicture as error:
            return [Answer(None, ProtocolError(f"a picture; {error}"))]
        self._disk.write(operations[0].arguments["url"], response.body)
        return [Answer(response.body)]


def _cache_folder(app: str) -> Path:
    if in_a_page():  # in memory, and beside what is kept: the browser has a cache of its own
        return Path("/gameservices-pictures") / app
    from platformdirs import user_cache_path

    return user_cache_path(app, appauthor=False) / "pictures"


def acceptable(url: str, known: Callable[[str], bool] = lambda url: False) -> str | None:
    """`url` if it may be fetched, with ``https:`` where it begins with two slashes; else None.

    Args:
        known: whether an address is at a host that the game itself has named, which may be any.
    """
    if not isinstance(url, str) or any(c <= " " or c == "\x7f" for c in url):
        return None
    address = f"https:{url}" if url.startswith("//") else url
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None or port == 0:
        return None
    if not known(address):
        written = literal(parts.hostname)
        if parts.scheme != "https" or is_loopback(parts.hostname) or (written is not None and not is_public(written)):
            return None
    return address.partition("#")[0]


@lru_cache(maxsize=32)
def placeholder(size: tuple[int, int]) -> Pixels:
    """A quiet grey of `size`, for what is not there yet."""
    return Pixels(b"\x80\x80\x80\x40" * (size[0] * size[1]), size)
