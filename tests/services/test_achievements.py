"""One achievement, many services: or one, or none."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from pygame_gameservices import (
    AchievementProgressed,
    Achievements,
    AchievementUnlocked,
    ConfigurationError,
    Forge,
    ForgePlayer,
    GameJolt,
    ServiceManager,
    TrophyUnlocked,
    UsageError,
)
from pygame_gameservices.sandbox import Refuse, Sandbox
from tests.conftest import run_until

CONFIG = """
[[achievements]]
id = "first-orb"
title = "First orb"
text = "Collect an orb."
gamejolt_trophy = 1
forge_title = "First light"

[[achievements]]
id = "collector"
title = "Collector"
text = "Collect 20 orbs."
difficulty = "gold"
goal = 20
gamejolt_trophy = 4

[[achievements]]
id = "hidden"
title = "Nobody knows"
secret = true
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "gameservices.toml"
    path.write_text(CONFIG, encoding="utf-8")
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "achievements.json"


def frames(services: ServiceManager, seconds: float = 0.3) -> list[Any]:
    until = time.monotonic() + seconds
    return run_until(services, lambda: time.monotonic() > until)


def trophies(sandbox: Sandbox) -> set[int]:
    return {row["trophy_id"] for row in sandbox.dump("gamejolt_achieved")}


def test_without_any_service(services: ServiceManager, config: Path, file: Path) -> None:
    achievements = services.add(Achievements.from_config(config, file=file))
    assert achievements.unlock("first-orb") is True
    assert achievements.unlock("first-orb") is False
    happened = frames(services)
    (unlocked,) = [event for event in happened if isinstance(event, AchievementUnlocked)]
    assert (unlocked.achievement.title, unlocked.trophy.id, unlocked.trophy.achieved) == ("First orb", 1, True)
    assert achievements.status("first-orb").unlocked


def test_progress_unlocks_at_the_goal_and_never_goes_back(services: ServiceManager, config: Path, file: Path) -> None:
    achievements = services.add(Achievements.from_config(config, file=file))
    assert achievements.progress("collector", 12) is False
    assert achievements.progress("collector", 5) is False
    assert achievements.status("collector").progress == 12
    assert achievements.advance("collector", 7) is False
    assert achievements.advance("collector") is True
    assert achievements.advance("collector") is False
    happened = frames(services)
    assert [event.progress for event in happened if isinstance(event, AchievementProgressed)] == [12, 19]
    assert len([event for event in happened if isinstance(event, AchievementUnlocked)]) == 1
    assert achievements.status("collector").progress == 20


def test_a_restart_remembers_without_any_network(config: Path, file: Path, tmp_path: Path) -> None:
    with ServiceManager("one", folder=tmp_path / "one") as services:
        first = services.add(Achievements.from_config(config, file=file))
        first.unlock("hidden")
        first.progress("collector", 7)
    with ServiceManager("two", folder=tmp_path / "two") as services:
        second = services.add(Achievements.from_config(config, file=file))
        assert second.status("hidden").unlocked
        assert second.status("collector").progress == 7
        assert second.unlock("hidden") is False
        assert not [event for event in frames(services) if isinstance(event, AchievementUnlocked)]


def test_every_service_is_reached_and_the_toast_comes_once(
    services: ServiceManager, ada: GameJolt, sandbox: Sandbox, config: Path, file: Path
) -> None:
    forge = services.add(
        Forge(sandbox.forge_key, base_url=sandbox.forge_url, player=ForgePlayer(email="ada@example.com"))
    )
    achievements = services.add(Achievements.from_config(config, ada, forge, file=file))
    frames(services, 0.05)
    achievements.unlock("first-orb")
    happened = run_until(services, lambda: set(achievements.status("first-orb").reached) == {"gamejolt", "forge"})
    happened += frames(services)
    assert trophies(sandbox) == {1}
    assert [row["title"] for row in sandbox.dump("forge_achievements")] == ["First light"]
    assert len([event for event in happened if isinstance(event, AchievementUnlocked)]) == 1
    shown = [event.trophy.id for event in happened if isinstance(event, TrophyUnlocked)]
    assert set(shown) == {1}  # the same trophy, of which overlays show the first


def test_an_overlay_shows_one_toast(
    services: ServiceManager, ada: GameJolt, sandbox: Sandbox, config: Path, file: Path
) -> None:
    from pygame_gameservices.widgets.toasts.announcements import Announcer
    from pygame_gameservices.widgets.wording import Wording

    achievements = services.add(Achievements.from_config(config, ada, file=file))
    frames(services, 0.05)
    achievements.unlock("first-orb")
    happened = run_until(services, lambda: achievements.status("first-orb").reached == ("gamejolt",))
    happened += frames(services)
    announcer = Announcer(Wording())
    toasts = [announcer.announce(event) for event in happened if isinstance(event, TrophyUnlocked)]
    assert len(toasts) >= 1
    assert len({toast.key for toast in toasts if toast is not None}) == 1


def test_offline_unlocks_arrive_after_the_restart(sandbox: Sandbox, config: Path, file: Path, tmp_path: Path) -> None:
    def game(folder: str) -> tuple[ServiceManager, GameJolt, Achievements]:
        services = ServiceManager("offline", folder=tmp_path / folder)
        gj = services.add(GameJolt(sandbox.game_id, sandbox.private_key, base_url=sandbox.gamejolt_url))
        return services, gj, services.add(Achievements.from_config(config, gj, file=file))

    sandbox.faults.set("refuse")
    services, _, achievements = game("first")
    achievements.unlock("first-orb")
    frames(services)
    services.close(timeout=0.5)
    sandbox.faults.clear()
    services, gj, achievements = game("second")
    frames(services)
    assert trophies(sandbox) == set()
    gj.sign_in("ada", sandbox.player("ada").token)
    run_until(services, lambda: achievements.status("first-orb").reached == ("gamejolt",))
    services.close()
    assert trophies(sandbox) == {1}


def test_what_one_player_earned_is_not_given_to_another(
    services: ServiceManager, ada: GameJolt, sandbox: Sandbox, config: Path, file: Path
) -> None:
    achievements = services.add(Achievements.from_config(config, ada, file=file))
    frames(services, 0.05)
    achievements.unlock("first-orb")
    run_until(services, lambda: achievements.status("first-orb").reached == ("gamejolt",))
    ada.sign_in("grace", sandbox.player("grace").token)
    frames(services)
    assert not achievements.status("first-orb").unlocked
    assert len(sandbox.dump("gamejolt_achieved")) == 1
    assert achievements.unlock("first-orb")
    run_until(services, lambda: achievements.status("first-orb").reached == ("gamejolt",))
    assert len(sandbox.dump("gamejolt_achieved")) == 2


def test_a_trophy_that_the_service_does_not_know_is_given_up(
    services: ServiceManager, ada: GameJolt, sandbox: Sandbox, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    declared = {"achievements": [{"id": "x", "title": "X", "gamejolt_trophy": 999}]}
    achievements = services.add(Achievements.from_config(declared, ada, file=file))
    frames(services, 0.05)
    achievements.unlock("x")
    run_until(services, lambda: "does not take the achievement 'x'" in caplog.text)
    assert achievements.status("x").unlocked


def test_trophies_for_the_widget_hide_secrets(services: ServiceManager, config: Path, file: Path) -> None:
    achievements = services.add(Achievements.from_config(config, file=file))
    achievements.progress("collector", 3)
    orb, collector, hidden = achievements.trophies()
    assert (orb.id, orb.title, orb.achieved, orb.difficulty) == (1, "First orb", False, "Bronze")
    assert (collector.description, collector.difficulty) == ("Collect 20 orbs. (3/20)", "Gold")
    assert (hidden.title, hidden.is_hidden) == ("???", True)
    assert hidden.id < 0
    achievements.unlock("hidden")
    assert achievements.trophies()[2].title == "Nobody knows"
    assert [status.achievement.id for status in achievements.all()] == ["first-orb", "collector", "hidden"]


@pytest.mark.parametrize(
    ("entry", "match"),
    [
        ({"title": "x"}, "id"),
        ({"id": "", "title": "x"}, "id"),
        ({"id": "x"}, "title"),
        ({"id": "x", "title": "X", "goal": 0}, "goal"),
        ({"id": "x", "title": "X", "goal": "3"}, "goal"),
        ({"id": "x", "title": "X", "difficulty": "Hard"}, "Bronze, Silver"),
        ({"id": "x", "title": "X", "secrt": True}, "secrt"),
        ({"id": "x", "titel": "X"}, "titel: is not known; known here: id, title"),
    ],
)
def test_mistakes_in_the_configuration(entry: dict[str, Any], match: str) -> None:
    with pytest.raises(ConfigurationError, match=match):
        Achievements.from_config({"achievements": [entry]})


def test_a_mistyped_table() -> None:
    with pytest.raises(ConfigurationError, match="did you mean achievements"):
        Achievements.from_config({"achievement": [{"id": "x", "title": "X"}]})


def test_two_with_one_id() -> None:
    one = {"id": "x", "title": "X"}
    with pytest.raises(ConfigurationError, match="two achievements"):
        Achievements.from_config({"achievements": [one, one]})


def test_missing_and_broken_files(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no such file"):
        Achievements.from_config(tmp_path / "nothing.toml")
    (tmp_path / "bad.toml").write_text("= 1", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="TOML"):
        Achievements.from_config(tmp_path / "bad.toml")


def test_a_broken_memory_is_set_aside(services: ServiceManager, config: Path, file: Path) -> None:
    file.write_text("{", encoding="utf-8")
    achievements = services.add(Achievements.from_config(config, file=file))
    assert not achievements.status("first-orb").unlocked
    assert file.with_name("achievements.json.broken").read_text(encoding="utf-8") == "{"


def test_wrong_use(services: ServiceManager, config: Path, file: Path) -> None:
    achievements = services.add(Achievements.from_config(config, file=file))
    with pytest.raises(UsageError, match="declared are first-orb"):
        achievements.unlock("nothing")
    for value in (-1, 1.5, True, "3"):
        with pytest.raises(UsageError):
            achievements.progress("collector", value)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="takes no achievements"):
        achievements.connect(achievements)


GAME = """
import sys, time
from pygame_gameservices import Achievements, ServiceManager
services = ServiceManager("crash", folder=sys.argv[3])
achievements = services.add(Achievements.from_config(sys.argv[1], file=sys.argv[2]))
achievements.unlock("hidden")
for _ in range(50):
    services.update()
    time.sleep(0.01)
print("ready", flush=True)
time.sleep(60)
"""


def test_two_processes_of_a_game_keep_what_both_of_them_saw(
    services: ServiceManager, config: Path, file: Path, tmp_path: Path
) -> None:
    mine = services.add(Achievements.from_config(config, file=file))
    with ServiceManager("other", folder=tmp_path / "other") as others:
        theirs = others.add(Achievements.from_config(config, file=file))
        theirs.unlock("first-orb")
        theirs.progress("collector", 7)
        frames(others)
        mine.unlock("hidden")
        mine.progress("collector", 3)
    services.close()
    with ServiceManager("third", folder=tmp_path / "third") as third:
        kept = third.add(Achievements.from_config(config, file=file))
        assert [one.achievement.id for one in kept.all() if one.unlocked] == ["first-orb", "hidden"]
        assert kept.status("collector").progress == 7


def test_what_found_its_player_is_not_nobodys_any_more(
    sandbox: Sandbox, services: ServiceManager, config: Path, file: Path
) -> None:
    gj = services.add(GameJolt(1, sandbox.private_key, base_url=sandbox.gamejolt_url))
    achievements = services.add(Achievements.from_config(config, gj, file=file))
    achievements.unlock("hidden")
    frames(services)
    gj.sign_in("ada", sandbox.player("ada").token)
    run_until(services, lambda: gj.player is not None)
    frames(services)
    services.close()
    kept = json.loads(file.read_text(encoding="utf-8"))
    assert kept.get("", {}) == {}
    assert kept["ada"]["hidden"]["unlocked_at"]


def test_a_name_that_nobody_confirmed_gets_nothing(
    sandbox: Sandbox, services: ServiceManager, config: Path, file: Path
) -> None:
    gj = services.add(GameJolt(1, sandbox.private_key, base_url=sandbox.gamejolt_url))
    achievements = services.add(Achievements.from_config(config, gj, file=file))
    achievements.unlock("hidden")
    sandbox.faults.set(Refuse())
    gj.sign_in("linus", "mistyped")
    frames(services)
    assert not achievements.status("hidden").unlocked
    gj.sign_out()
    sandbox.faults.clear()
    gj.sign_in("ada", sandbox.player("ada").token)
    run_until(services, lambda: achievements.status("hidden").unlocked)


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_a_killed_game_keeps_its_achievements(
    services: ServiceManager, config: Path, file: Path, tmp_path: Path
) -> None:
    command = [sys.executable, "-c", GAME, str(config), str(file), str(tmp_path / "crash")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as game:
        assert game.stdout is not None
        assert game.stdout.readline() == "ready\n"
        game.send_signal(signal.SIGKILL)
    assert services.add(Achievements.from_config(config, file=file)).status("hidden").unlocked


def test_a_player_is_the_same_in_any_case(
    services: ServiceManager, ada: GameJolt, sandbox: Sandbox, config: Path, file: Path
) -> None:
    achievements = services.add(Achievements.from_config(config, ada, file=file))
    frames(services, 0.05)
    achievements.progress("collector", 7)
    ada.sign_in("ADA", sandbox.player("ada").token)
    run_until(services, lambda: ada.user is not None)
    assert achievements.status("collector").progress == 7


def test_what_is_unlocked_right_after_a_change_of_players_is_the_new_ones(
    services: ServiceManager, ada: GameJolt, sandbox: Sandbox, config: Path, file: Path
) -> None:
    achievements = services.add(Achievements.from_config(config, ada, file=file))
    frames(services, 0.05)
    ada.sign_in("grace", sandbox.player("grace").token)
    achievements.unlock("first-orb")
    run_until(services, lambda: achievements.status("first-orb").reached == ("gamejolt",))
    assert [row["player_id"] for row in sandbox.dump("gamejolt_achieved")] == [sandbox.player("grace").id]
    ada.sign_out()
    achievements.progress("collector", 5)
    ada.sign_in("ada", sandbox.player("ada").token)
    run_until(services, lambda: ada.user is not None and achievements.status("collector").progress == 5)
    assert not achievements.status("first-orb").unlocked
