"""``python -m demo_game``: play Light Harvest, or without a screen watch the bot's traces."""

from __future__ import annotations

import argparse
import os
import sys
from importlib.util import find_spec
from pathlib import Path

from demo_game.stage import ENGINES
from pygame_gameservices.sandbox.process import run_if_child

REAL_CONFIG = Path("gameservices.toml")


def main(arguments: list[str] | None = None) -> int:
    """Run the demo and return the exit status: 0 well, 1 something failed, 2 wrong use."""
    options = _parser().parse_args(arguments)
    if find_spec(options.engine) is None:
        print(f"Light Harvest needs {options.engine}. Install it with:\n  {_install(options.engine)}", file=sys.stderr)
        return 1
    if options.relay:
        return _host(list(sys.argv[1:] if arguments is None else arguments), options)
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    os.environ.setdefault("SDL_IME_SHOW_UI", "1")  # lists of characters in text fields on Windows
    if options.playthrough or not _screen_of(options.engine):
        if options.real:
            print("--real plays for a person: it needs a screen, and no --playthrough.", file=sys.stderr)
            return 2
        return _play_through(options)
    return _play(options)


def _install(engine: str) -> str:
    return f'pip install "pygame_gameservices[{engine},demo]"'


def _screen_of(engine: str) -> bool:
    if engine == "arcade":
        unseen = os.environ.get("ARCADE_HEADLESS", "").lower() == "true"
        return not unseen and (not sys.platform.startswith("linux") or bool(os.environ.get("DISPLAY")))
    return has_screen()


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


def _host(arguments: list[str], options: argparse.Namespace) -> int:
    """Run what a game's maker runs, and the game beside it, as a process that holds no key."""
    from demo_game.relayed import host, start_game
    from pygame_gameservices import GameServicesError

    if options.real:
        print(f"--relay brings its own sandbox; for a relay of yours, name it in {REAL_CONFIG}.", file=sys.stderr)
        return 2
    try:
        with host(options.database) as hosted:
            print(
                "A relay in front of a sandbox holds the keys. The game is another process, and knows none.", flush=True
            )
            return start_game(hosted.told, [one for one in arguments if one != "--relay"]).wait()
    except GameServicesError as error:
        print(f"{error}\nIt needs:\n  {_install(options.engine)}", file=sys.stderr)
        return 1


def _play(options: argparse.Namespace) -> int:
    from demo_game.relayed import hear, of_relay
    from demo_game.settings import CONFIG, Settings, of_file, of_sandbox
    from pygame_gameservices import GameServicesError
    from pygame_gameservices.sandbox import Sandbox

    sandbox: Sandbox | None = None
    settings: Settings | None = None
    try:
        if options.real:
            settings = of_file(REAL_CONFIG)
        elif options.behind_relay:
            settings = of_relay(hear(sys.stdin), signed_in=True)
        else:
            sandbox = Sandbox.start(config=CONFIG)
            settings = of_sandbox(sandbox)
    except (GameServicesError, RuntimeError, OSError) as error:
        if options.real:
            print(error, file=sys.stderr)
            return 2
        print(f"Playing without online services: {error}", file=sys.stderr)
    try:
        if options.engine == "arcade":
            from demo_game.arcade_window import play
        else:
            from demo_game.window import play
        size = options.width, round(options.width * 9 / 16)
        play(settings, size, seed=options.seed, reduced_motion=options.reduced_motion)
    finally:
        if sandbox is not None:
            sandbox.stop()
    return 0


def _play_through(options: argparse.Namespace) -> int:
    os.environ["SDL_VIDEODRIVER"] = os.environ["SDL_AUDIODRIVER"] = "dummy"
    os.environ["ARCADE_HEADLESS"] = "True"
    from demo_game.playthrough import Options, playthrough
    from demo_game.story import QUICK, QUICK_SECONDS, Pace
    from demo_game.world import RUN_SECONDS
    from pygame_gameservices.sandbox import SandboxError

    if options.database is not None and options.database.exists() and not options.behind_relay:
        print(f"{options.database} exists; the story begins with an empty one. Name another file.", file=sys.stderr)
        return 2
    print("Light Harvest, played by its bot without a screen; this takes a minute or so ...", flush=True)
    print("In the middle of the night its network is cut, on purpose: what is said then is the story.", flush=True)
    size = options.width, round(options.width * 9 / 16)
    story = Options(
        engine=options.engine,
        out=options.out,
        json_file=options.json,
        database=options.database,
        seed=options.seed,
        size=size,
        pace=QUICK if options.quick else Pace(),
        seconds=QUICK_SECONDS if options.quick else RUN_SECONDS,
    )
    if options.behind_relay:
        from demo_game.relayed import hear, of_relay

        story.sandbox, story.settings = hear(sys.stdin), of_relay
    try:
        report = playthrough(story)
    except SandboxError as error:
        print(f"The sandbox did not start: {error}\nIt needs:\n  {_install(options.engine)}", file=sys.stderr)
        return 1
    print("\nRead back from the services:")
    for service, held in report.held.items():
        print(f"  {service}")
        for name, value in held.items():
            print(f"    {name}: {_shown(value)}")
    frames = report.frames.summary()
    print(f"\n{frames['count']} frames: p50 {frames['p50_ms']} ms, p99 {frames['p99_ms']} ms, {frames['late']} late")
    for path in report.files:
        print(f"  {path}")
    verdict = "The services hold what the game believes."
    print(f"\n{verdict}" if report.agrees else f"\nThe game believes: {report.believed}")
    return 0 if report.agrees else 1


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_shown(inner)}" for key, inner in value.items())
    if isinstance(value, list):
        return "; ".join(_shown(inner) for inner in value)
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m demo_game", description="Light Harvest: gather the light before dawn."
    )
    parser.add_argument("--playthrough", action="store_true", help="let the bot play it without a screen")
    parser.add_argument("--engine", choices=ENGINES, default="pygame", help="what draws it")
    parser.add_argument(
        "--real", action="store_true", help=f"play against the real services, with the keys in ./{REAL_CONFIG}"
    )
    parser.add_argument(
        "--relay", action="store_true", help="play through a relay that holds the keys, in front of a sandbox"
    )
    parser.add_argument("--behind-relay", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, default=Path("playthrough"), help="folder for the playthrough's pictures")
    parser.add_argument("--json", type=Path, help="file for the playthrough's report")
    parser.add_argument("--quick", action="store_true", help="tell the playthrough's story in half the time")
    parser.add_argument("--database", type=Path, help="SQLite file for what the playthrough's sandbox is told")
    parser.add_argument("--seed", type=int, default=8, help="of the sky; the same seed is the same night")
    parser.add_argument("--width", type=int, default=1280, help="of the window, in pixels")
    parser.add_argument("--reduced-motion", action="store_true", help="no shake, no flashes, fewer sparks")
    return parser


if __name__ == "__main__":
    run_if_child()  # a frozen game has no other way to start its sandbox
    sys.exit(main())
