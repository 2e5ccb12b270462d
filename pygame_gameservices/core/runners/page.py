"""The runner of browser pages: `fetch` carries requests, the page's database keeps the outbox and the files."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any

from pygame_gameservices.core.calls.call import Task
from pygame_gameservices.core.calls.endpoint import Request
from pygame_gameservices.core.events import OutboxTrouble
from pygame_gameservices.core.outbox.outbox import SHORT_PATIENCE_S, Outbox
from pygame_gameservices.core.page.bridge import shim
from pygame_gameservices.core.page.fetch import FetchCarrier
from pygame_gameservices.core.page.storage import PageImage, PageStorage
from pygame_gameservices.core.runners.cooperative import CooperativeRunner
from pygame_gameservices.core.runners.driver import Driver
from pygame_gameservices.core.runners.rehearsal import rehearse
from pygame_gameservices.core.runners.tasks import Tasks


class PageRunner(CooperativeRunner):
    """See above, and `CooperativeRunner`. Until the page's database is open, or known not to be had, tasks and the
    outbox wait; what is not kept goes out all the same.
    """

    def __init__(self) -> None:
        self._page = shim()
        super().__init__(FetchCarrier(self._page), rest=None)
        self._ready = False
        self._closed = False
        self._writing: tuple[Task[Any], int] | None = None

    def start(self, driver: Driver, outbox: Outbox, tasks: Tasks) -> None:
        """See `Runner.start`. The outbox is opened in the first turn that can."""
        self._driver = driver
        self._outbox = outbox
        self._tasks = tasks
        folder = outbox.path.parent
        self._storage = PageStorage(self._page, folder.name, folder, driver.clock)
        outbox.keep_in(PageImage(self._storage, outbox.path))
        rehearse()  # while the browser opens its database

    def if_left(self, name: str, request: Callable[[], Request] | None) -> None:
        """See `Runner.if_left`."""
        self._page.farewell(name, "" if request is None else _as_text(request()))

    @property
    def _idle(self) -> bool:
        """Never: the page's database may have something to say."""
        return False

    @property
    def _has_work(self) -> bool:
        if self._ready:
            return super()._has_work and self._writing is None
        return not self._inbox.empty() and not self.over.is_set()

    def _run_outbox(self, until: float) -> bool:
        """One thing at a time: each may take a good part of a frame."""
        was_ready, self._ready = self._ready, self._storage.look()
        if not was_ready or not self._ready:
            return not was_ready
        if not self._outbox.opened.is_set():
            self._outbox.open(SHORT_PATIENCE_S)
            return True
        if self._outbox.writing and not self._outbox.over.is_set():
            self._outbox.turn()
            return True
        return super()._run_outbox(until)

    def _run_task(self, until: float) -> bool:
        """Carry out the next task, and deliver it once the files that it changed are kept."""
        did = False
        if self._writing is not None:
            self._finish(*self._writing)
        elif self._ready and (task := self._tasks.take()) is not None:
            did = True
            self._tasks.run(task)
            changes = self._storage.changed()
            if changes:
                self._writing = task, self._storage.write(changes)
            else:
                self._tasks.deliver(task)
        self._let_go_of_storage()
        return did

    def _let_go_of_storage(self) -> None:
        """At the end, once there is nothing more that must be kept."""
        if self._closed or self._tasks.needed or self._writing is not None or not self._outbox.over.is_set():
            return
        self._closed = True
        changes = self._storage.changed()  # by services that saw to it themselves, at the end
        if changes:
            self._storage.write(changes)  # the browser sees it through, before another tab can read
        self._storage.close()

    def _finish(self, task: Task[Any], number: int) -> None:
        try:
            if not self._storage.written(number):
                return
        except OSError as error:
            self._driver.events.put(OutboxTrouble(str(self._outbox.path.parent), f"{error}; saves are not kept"))
        self._writing = None
        self._tasks.deliver(task)


def _as_text(request: Request) -> str:
    body = "" if request.body is None else b64encode(request.body).decode()
    told = {"method": request.method, "url": request.url, "headers": dict(request.headers), "body": body}
    return json.dumps(told)
