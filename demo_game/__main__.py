"""``python -m demo_game``: play Light Harvest, or without a screen watch the bot's traces."""

from __future__ import annotations

import argparse
import os
import sys
from importlib.util import find_spec
from pathlib import Path

INSTALL = 'pip install "pygame_gameservices[pygame,demo]"'


def main(arguments: list[str] | None = None) -> int:
    """Run the demo and return the exit status: 0 well, 1 something failed, 2 wrong use."""
    options = _parser().parse_args(arguments)
    if find_spec("pygame") is None:
        print(f"Light Harvest needs pygame. Install it with:\n  {INSTALL}", file=sys.stderr)
        return 1
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    os.environ.setdefault("SDL_IME_SHOW_UI", "1")  # lists of characters in text fields on Windows
    if options.playthrough or not has_screen():
        return _play_through(options)
    return _play(options)


def has_screen() -> bool:
    """Whether a window can be opened here."""
    driver = os.environ.get("SDL_VIDEODRIVER", "")
    if driver in ("dummy", "offscreen"):
        return False
    if sys.platform.startswith("linux") and not driver:
        return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")) and _opens()
    return _opens()


def _opens() -> bool:
    import pygame

    try:
        pygame.display.init()
        if pygame.display.get_driver() in ("dummy", "offscreen"):
            return False
        return bool(pygame.display.get_desktop_sizes())
    except pygame.error:
        return False
    finally:
        pygame.display.quit()


def _play(options: argparse.Namespace) -> int:
    import pygame

    from demo_game.game import Game
    from demo_game.online import Account, Online
    from demo_game.playthrough import CONFIG
    from demo_game.window import Window, open_window
    from pygame_gameservices import GameServicesError
    from pygame_gameservices.sandbox import Sandbox

    sandbox = online = None
    surface = open_window((options.width, round(options.width * 9 / 16)))
    try:
        try:
            sandbox = Sandbox.start(config=CONFIG)
            who = sandbox.players[0]
            account = Account(sandbox.game_id, sandbox.private_key, who.username, who.token, sandbox.gamejolt_url)
            online = Online(account)
            online.sign_in()
        except (GameServicesError, RuntimeError, OSError) as error:
            print(f"Playing without online services: {error}", file=sys.stderr)
        game = Game(online, seed=options.seed, reduced_motion=options.reduced_motion)
        Window(game, online, surface).run()
    finally:
        if online is not None:
            online.close()
        if sandbox is not None:
            sandbox.stop()
        pygame.quit()
    return 0


def _play_through(options: argparse.Namespace) -> int:
    os.environ["SDL_VIDEODRIVER"] = os.environ["SDL_AUDIODRIVER"] = "dummy"
    from demo_game.playthrough import Options, playthrough
    from pygame_gameservices.sandbox import SandboxError

    print("Light Harvest, played by its bot without a screen; this takes about 45 seconds ...", flush=True)
    size = options.width, round(options.width * 9 / 16)
    try:
        report = playthrough(Options(out=options.out, json_file=options.json, seed=options.seed, size=size))
    except SandboxError as error:
        print(f"The sandbox did not start: {error}\nIt needs the demo extra:\n  {INSTALL}", file=sys.stderr)
        return 1
    held = report.held
    if "error" in held:
        print(f"The server could not be read back: {held['error']}")
    else:
        print(f"\nRead back from the server for {held['player']}:")
        for trophy_id, title in held["titles"].items():
            print(f"  trophy {trophy_id}: {title}")
        print(f"  best score: {held['best_score']:,}")
        print(f"  rank: {held['rank']}")
    frames = report.frames.summary()
    print(f"\n{frames['count']} frames: p50 {frames['p50_ms']} ms, p99 {frames['p99_ms']} ms, {frames['late']} late")
    for path in report.files:
        print(f"  {path}")
    print("\nThe server holds what the game believes." if report.agrees else f"\nThe game believes: {report.believed}")
    return 0 if report.agrees else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m demo_game", description="Light Harvest: gather the light before dawn."
    )
    parser.add_argument("--playthrough", action="store_true", help="let the bot play it without a screen")
    parser.add_argument("--engine", choices=("pygame",), default="pygame", help="what draws it")
    parser.add_argument("--out", type=Path, default=Path("playthrough"), help="folder for the playthrough's pictures")
    parser.add_argument("--json", type=Path, help="file for the playthrough's report")
    parser.add_argument("--seed", type=int, default=8, help="of the sky; the same seed is the same night")
    parser.add_argument("--width", type=int, default=1280, help="of the window, in pixels")
    parser.add_argument("--reduced-motion", action="store_true", help="no shake, no flashes, fewer sparks")
    return parser


if __name__ == "__main__":
    sys.exit(main())
