"""Equal reads that are open at the same time share one request."""

from __future__ import annotations

from collections.abc import Hashable

from pygame_gameservices.core.backlog import AnyCall


class SharedReads:
    """Who leads and who follows. A call leads until it is `released`. One thread only."""

    def __init__(self) -> None:
        self._leaders: dict[Hashable, AnyCall] = {}
        self._wanted: dict[AnyCall, Hashable] = {}
        self._followers: dict[AnyCall, list[AnyCall]] = {}

    def join(self, call: AnyCall, last_write: int) -> bool:
        """Let `call` follow an equal read that is open, unless something was written since that one was made.

        Args:
            last_write: the sequence of the newest write of the service.

        Returns:
            Whether it follows; otherwise it leads.
        """
        operation = call.operation
        wanted = (
            operation.service,
            operation.name,
            operation.player,
            operation.credential,
            tuple(operation.arguments.items()),
        )
        leader = self._leaders.get(wanted)
        if leader is not None and leader is not call and leader.sequence > last_write:
            self.follow(call, leader)
            return True
        self._leaders[wanted] = call
        self._wanted[call] = wanted
        return False

    def follow(self, call: AnyCall, leader: AnyCall) -> None:
        """Let `call`, and those that followed it, end the way `leader` does: in one step for all."""
        behind = self._followers.pop(call, [])
        behind.append(call)
        if leader in self._followers:
            self._followers[leader] += behind
        else:
            self._followers[leader] = behind

    def released(self, leader: AnyCall) -> list[AnyCall]:
        """Those that followed `leader`, which has ended, and still wait. They follow nobody afterwards."""
        wanted = self._wanted.pop(leader, None)
        if wanted is not None and self._leaders.get(wanted) is leader:
            del self._leaders[wanted]
        return [call for call in self._followers.pop(leader, ()) if not call.settled]
