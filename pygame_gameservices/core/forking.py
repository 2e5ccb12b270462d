"""When the game forks: the child shares none of our sockets and none of our files, and the parent notices nothing.

A forked child has a copy of everything but the threads. If it went on using our connections, its bytes would mix with
the parent's; if it closed them politely, it would end the parent's TLS sessions; and SQLite forbids to use, or even
close, a connection that was opened before the fork. So the child lets go of all that, and what it holds is inert.
"""

from __future__ import annotations

import contextlib
import logging  # noqa: F401 - it locks itself for a fork: ours is registered later, and so runs before it does
import os
import threading
import weakref
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import socket

PATIENCE_S = 0.25
"""How long a fork waits for a write to disk to end. It is over in a few milliseconds unless the disk is in trouble."""
LOADING_S = 5.0
"""How long it waits for a library that is being loaded, which the child would find half there, and locked, for ever."""


class Forkable(Protocol):
    """Something that must know that it woke up in a forked child."""

    def forked(self) -> None:
        """Become inert: everything belongs to the parent. In the child, before anything else runs there."""


class _Guards:
    """What a fork waits for, so that the child's copy is of nothing half done.

    Attributes:
        sockets: held while a socket is made; never across I/O.
        files: held while the outbox uses SQLite, whose own locks a fork in the middle would leave locked in the child.
        libraries: held while the network's libraries are loaded.
    """

    def __init__(self) -> None:
        self.sockets = threading.Lock()
        self.files = threading.Lock()
        self.libraries = threading.Lock()
        self.taken: list[threading.Lock] = []


guards = _Guards()
inherited: set[str] = set()
"""Files that this process's parent has open. SQLite would take the parent's locks on them for this process's own."""

_watched: weakref.WeakSet[Forkable] = weakref.WeakSet()
_sockets: dict[int, int] = {}
_never_closed: list[object] = []


def watch(thing: Forkable) -> None:
    """Let `thing` know when it wakes up in a forked child. Keeps no reference to it."""
    _watched.add(thing)


def note_socket(handle: socket.socket) -> None:
    """Remember a socket that a forked child must not share. While `guards.sockets` is held."""
    _sockets[handle.fileno()] = os.fstat(handle.fileno()).st_ino


def keep_open(thing: object) -> None:
    """Never close what belongs to the parent, not even when this process ends."""
    _never_closed.append(thing)


def _before() -> None:
    for lock, patience_s in ((guards.libraries, LOADING_S), (guards.sockets, PATIENCE_S), (guards.files, PATIENCE_S)):
        if lock.acquire(timeout=patience_s):
            guards.taken.append(lock)


def _in_parent() -> None:
    while guards.taken:
        guards.taken.pop().release()


def _in_child() -> None:
    guards.__init__()  # type: ignore[misc]  # a lock that was not to be had belongs to a thread that is gone
    if _sockets:
        _let_go_of_sockets()
    for thing in list(_watched):
        with contextlib.suppress(Exception):
            thing.forked()


def _let_go_of_sockets() -> None:
    """Put the null device in the place of each socket.

    The copies of Python's socket objects go on believing in their numbers, which must not come to mean other files.
    """
    null = os.open(os.devnull, os.O_RDWR | getattr(os, "O_CLOEXEC", 0))
    for number, inode in _sockets.items():
        with contextlib.suppress(OSError):
            if os.fstat(number).st_ino == inode:
                os.dup2(null, number, inheritable=False)
    _sockets.clear()
    os.close(null)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before, after_in_parent=_in_parent, after_in_child=_in_child)
