"""What a playthrough needs of an engine: a window nobody sees, the game drawn into it, and pictures of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from PIL import Image

    from demo_game.all_services import AllServices
    from demo_game.game import Game

ENGINES = ("pygame", "arcade")


class Stage(Protocol):
    """An engine without a screen.

    Attributes:
        overlay_type: makes the engine's overlay for a `ServiceManager`.
    """

    overlay_type: Any

    def draw(self, game: Game, online: AllServices) -> None:
        """Draw a whole frame, the overlay too, and show it."""

    def picture(self) -> Image.Image:
        """The last frame."""

    def close(self) -> None:
        """Let the window go."""


def open_stage(engine: str, size: tuple[int, int]) -> Stage:
    """Open an unseen window of `engine`, one of `ENGINES`. Raises what the engine raises where there is none."""
    if engine == "arcade":
        from demo_game.stage_arcade import ArcadeStage

        return ArcadeStage(size)
    from demo_game.stage_pygame import PygameStage

    return PygameStage(size)
