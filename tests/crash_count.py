"""What became of every operation that was said to be durable, read in the sandbox's own database."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from pygame_gameservices.sandbox import Sandbox
from tests.crash_child import FIRST_SORT


class Count:
    """Counts what was durable, and what the database says of it.

    Attributes:
        saves: how many cloud saves were said to be on disk.
        lost: operations that are not in the database, as text.
        doubled: scores that are there more than once.
        unknown: operations that were set aside as unknown, as text.
    """

    def __init__(self) -> None:
        self.durable = 0
        self.delivered_once = 0
        self.saves = 0
        self.lost: list[str] = []
        self.doubled: list[str] = []
        self.unknown: list[str] = []

    def read(self, sandbox: Sandbox, logs: list[Path], left: list[Any]) -> None:
        """Compare the logs of all rounds on one sandbox with its database.

        Args:
            left: what was still in the outboxes at the end: (state, operation, arguments).
        """
        database = Database(sandbox)
        aside = Counter(_name(operation, arguments) for state, operation, arguments in left if state == "unknown")
        self.unknown += aside.elements()
        self.lost += [f"{state}: {_name(*what)}" for state, *what in left if state != "unknown"]
        for log in logs:
            lines = [json.loads(line) for line in log.read_text().splitlines()]
            self._read_saves([(what, about) for what, _, about in lines if what.startswith("saves.")])
            operations = [line for line in lines if not line[0].startswith("saves.")]
            self.durable += len(operations)
            for operation, player, arguments in database.not_superseded(operations):
                name, times = _name(operation, arguments), database.times(operation, player, arguments)
                if times > 1:
                    self.doubled.append(name)
                elif times == 1:
                    self.delivered_once += 1
                elif name not in aside:
                    self.lost.append(name)
            self.delivered_once += len(operations) - len(database.not_superseded(operations))
        never_said = set(database.doubled_sorts()) - {int(name.split()[1]) for name in self.doubled}
        self.doubled += [f"score {sort}" for sort in never_said]

    def _read_saves(self, saves: list[tuple[str, dict[str, Any]]]) -> None:
        """Compare what was kept of one slot with what the cloud has in the end: the last one, or one made after it."""
        kept = [about["level"] for what, about in saves if what == "saves.save"]
        there = [about["level"] for what, about in saves if what == "saves.load"]
        self.saves += len(kept)
        if kept and (not there or there[-1] < kept[-1]):
            self.lost.append(f"save {saves[0][1]['slot']}: {kept[-1]} was kept, and {there[-1:]} is there")


class Database:
    """The sandbox's tables, indexed."""

    def __init__(self, sandbox: Sandbox) -> None:
        names = {player.username: player.id for player in sandbox.players}
        self._ids = names
        self._scores = Counter(row["sort"] for row in sandbox.dump("gamejolt_scores") if row["sort"] >= FIRST_SORT)
        self._achieved = Counter((row["player_id"], row["trophy_id"]) for row in sandbox.dump("gamejolt_achieved"))
        self._values = {(row["player_id"] or 0, row["key"]): row["data"] for row in sandbox.dump("gamejolt_items")}

    def times(self, operation: str, player: str, arguments: dict[str, str]) -> int:
        """How often an operation was applied; a value counts as applied when it, or a later one, is there."""
        if operation == "scores.add":
            return self._scores[int(arguments["sort"])]
        if operation == "trophies.add_achieved":
            return self._achieved[self._ids[player], int(arguments["trophy_id"])]
        there = self._values.get((self._ids[player] if player else 0, arguments["key"]), "")
        return int(_age(arguments["key"], there) >= _age(arguments["key"], arguments["data"]))

    def doubled_sorts(self) -> list[int]:
        """Scores that are there more than once, said to be durable or not."""
        return [sort for sort, times in self._scores.items() if times > 1]

    @staticmethod
    def not_superseded(operations: list[Any]) -> list[Any]:
        """All but values of a key that a later durable one replaces: of those only the last can be read back."""
        last = {op[2]["key"]: index for index, op in enumerate(operations) if op[0] == "data_store.set"}
        return [op for i, op in enumerate(operations) if op[0] != "data_store.set" or last[op[2]["key"]] == i]


def _age(key: str, data: str) -> int:
    """Which of the values of a key this is: later ones are larger. -1 for none or a foreign one."""
    if not data:
        return -1
    if key.startswith("save/"):
        return int(json.loads(data)["generation"])
    digits = data.removeprefix("value ")
    return int(digits) if digits.isdigit() else -1


def _name(operation: str, arguments: dict[str, str]) -> str:
    if operation == "scores.add":
        return f"score {arguments['sort']}"
    return f"{operation} {arguments.get('key') or arguments.get('trophy_id')}"
