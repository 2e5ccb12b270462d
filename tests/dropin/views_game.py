"""A small Arcade game with two views, a camera that scrolls, and one that shows the world scaled into a part of it."""

import arcade

SIZE = (640, 360)
WORLD = arcade.LRBT(0, 320, 0, 180)


class Title(arcade.View):
    def on_draw(self):
        self.clear((60, 50, 20))

    def on_key_press(self, symbol, modifiers):
        self.window.show_view(Play())


class Play(arcade.View):
    def __init__(self):
        super().__init__()
        self.camera = arcade.Camera2D(projection=WORLD, position=(0, 0))
        self.map = arcade.Camera2D(viewport=arcade.LBWH(20, 20, 160, 90), projection=WORLD, position=(0, 0))
        self.x = 0.0

    def on_update(self, delta_time):
        self.x = (self.x + 120 * delta_time) % WORLD.width
        self.camera.position = (self.x / 4, 0)

    def on_draw(self):
        self.clear((30, 60, 40))
        for camera in (self.camera, self.map):
            with camera.activate():
                arcade.draw_circle_filled(self.x, 60, 8, arcade.color.ORANGE)
                arcade.draw_rect_outline(WORLD, arcade.color.WHITE)


def main():
    window = arcade.Window(*SIZE, "Views")
    window.show_view(Title())
    arcade.run()


if __name__ == "__main__":
    main()
