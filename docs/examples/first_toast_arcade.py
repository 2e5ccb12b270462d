"""One Arcade window, one toast: a trophy from a Game Jolt of your own, which this file starts by itself. No account."""

import arcade

from pygame_gameservices import ArcadeOverlay, GameJolt, ServiceManager
from pygame_gameservices.sandbox import Sandbox


class Game(arcade.Window):
    def __init__(self, services: ServiceManager) -> None:
        super().__init__(960, 540, "First toast")
        self.background_color = arcade.color.MIDNIGHT_BLUE
        self.overlay = ArcadeOverlay(services)
        self.overlay.enable()  # takes input first, and updates each frame

    def on_draw(self) -> None:
        self.clear()
        self.overlay.draw()  # at the end, over everything


with Sandbox.start({}) as sandbox, ServiceManager("first-toast") as services:
    gj = services.add(GameJolt(sandbox.game_id, sandbox.private_key, base_url=sandbox.gamejolt_url))
    game = Game(services)
    gj.sign_in("ada", sandbox.player("ada").token)
    gj.trophies.add_achieved(1)  # anywhere in the game: enough for a toast
    arcade.run()
