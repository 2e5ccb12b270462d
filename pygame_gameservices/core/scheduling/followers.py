"""Equal reads that are open at the same time share one request, and superseded values end with the newest."""

from __future__ import annotations

from collections.abc import Hashable

from pygame_gameservices.core.scheduling.delivery import Delivery


class Followers:
    """Who leads and who follows. A call leads until it is `released`."""

    def __init__(self) -> None:
        self._leaders: dict[Hashable, Delivery] = {}
        self._wanted: dict[Delivery, Hashable] = {}
        self._followers: dict[Delivery, list[Delivery]] = {}

    def join(self, delivery: Delivery, last_write: int) -> bool:
        """Let `delivery` follow an equal read that is open, unless something was written since that one was made.

        Args:
            last_write: the sequence of the newest write of the service.

        Returns:
            Whether it follows; otherwise it leads.
        """
        operation = delivery.operation
        wanted = (
            operation.service,
            operation.name,
            operation.player,
            operation.credential,
            tuple(operation.arguments.items()),
        )
        leader = self._leaders.get(wanted)
        if leader is not None and leader is not delivery and leader.sequence > last_write:
            self.follow(delivery, leader)
            return True
        self._leaders[wanted] = delivery
        self._wanted[delivery] = wanted
        return False

    def follow(self, delivery: Delivery, leader: Delivery) -> None:
        """Let `delivery`, and those that followed it, end the way `leader` does: in one step for all."""
        behind = self._followers.pop(delivery, [])
        behind.append(delivery)
        if leader in self._followers:
            self._followers[leader] += behind
        else:
            self._followers[leader] = behind

    def released(self, leader: Delivery) -> list[Delivery]:
        """Those that followed `leader`, which has ended, and still wait. They follow nobody afterwards."""
        wanted = self._wanted.pop(leader, None)
        if wanted is not None and self._leaders.get(wanted) is leader:
            del self._leaders[wanted]
        behind = self._followers.pop(leader, None)
        return [] if behind is None else [delivery for delivery in behind if not delivery.ended]
