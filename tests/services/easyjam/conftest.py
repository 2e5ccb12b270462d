"""A client of the sandbox's jam site that does not wait, and documents as the specification has them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pygame_gameservices import EasyJam, ServiceManager
from pygame_gameservices.sandbox import Sandbox


@pytest.fixture
def jam(services: ServiceManager, sandbox: Sandbox, tmp_path: Path) -> EasyJam:
    return services.add(EasyJam(sandbox.easyjam_url, spacing_s=0.0, memory=tmp_path / "memory.sqlite3"))


def item(**changes: Any) -> dict[str, Any]:
    """A minimal item, with changes; a change to ... takes a field out."""
    fields: dict[str, Any] = {
        "Id": 1234,
        "Name": "Some Fantastic Game",
        "Released": "2012-11-25T15:52:01+00:00",
        "Description": "Some Fantastic Description",
        "Image": ["https://jam.example/banner.png", "https://jam.example/shot.png"],
        "Link": {"Windows": "https://jam.example/win.zip", "Source": "https://jam.example/src.zip"},
    }
    return {name: value for name, value in (fields | changes).items() if value is not ...}


TOKEN = "myjam_pov_ax372bxago832"

EXTENDED: dict[str, Any] = {
    "OriginURL": "https://jam.example/game/1234",
    "Icon": "https://jam.example/icon.png",
    "Banner": "https://jam.example/wide.png",
    "Event": "Ludum Dare 32",
    "EventId": 32,
    "Type": "game",
    "SubType": "jam",
    "SubSubType": "late",
    "EmbedURL": "https://jam.example/game.swf",
    "EmbedOriginURL": "https://elsewhere.example/game",
    "EmbedWidth": 800,
    "EmbedHeight": 600,
    "EmbedType": "swf",
    "MyJam": {"Coolness": 71, "Comments": ["nice", "wow"]},
}
