"""Requests to a relay as anybody could send them, without the client."""

from __future__ import annotations

import uuid
from typing import Any

import requests

from tests.relay.running import RunningRelay


def new_id() -> str:
    return uuid.uuid4().hex


class Raw:
    """Sends what it is told, as a guest or as a player."""

    def __init__(self, relay: RunningRelay, game_id: int, player: str = "", token: str = "") -> None:
        self.relay = relay
        self.game_id = game_id
        self.player = {"username": player, "user_token": token} if player else {}
        self.headers: dict[str, str] = {}

    def ask(self, endpoint: str, **given: Any) -> requests.Response:
        """One request, as it comes back; a guest's first one brings a ticket along."""
        url = f"{self.relay.url}/gamejolt/{endpoint}/?game_id={self.game_id}"
        answer = requests.post(url, self.player | given, headers=self.headers, timeout=60)  # the log shows addresses
        if answer.status_code == 401 and "x-relay-ticket" in answer.headers and not self.headers:
            self.headers = {"x-relay-ticket": answer.headers["x-relay-ticket"]}
            return self.ask(endpoint, **given)
        return answer

    def call(self, endpoint: str, **given: Any) -> dict[str, Any]:
        """The same, asked again for as long as it says later; what stands under ``response``."""
        for _ in range(100):
            answer = self.ask(endpoint, **given)
            if answer.status_code not in (429, 503):
                return dict(answer.json()["response"])
        raise AssertionError("always later")

    def said(self, endpoint: str, **given: Any) -> str:
        """``"yes"``, or why not."""
        answer = self.call(endpoint, **given)
        return "yes" if answer["success"] == "true" else str(answer["message"])
