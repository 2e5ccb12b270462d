"""``gameservices doctor`` against a real sandbox, in good and in bad weather."""

from __future__ import annotations

import json
import os
import re
import socket
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pygame_gameservices.cli import doctor_checks
from pygame_gameservices.cli.doctor import doctor
from pygame_gameservices.sandbox import ClockSkew, Refuse, Sandbox


@pytest.fixture
def config(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "gameservices.toml"
    text = f'app = "tests"\n[gamejolt]\ngame_id = 1\nprivate_key = "{sandbox.private_key}"\n'
    path.write_text(f'{text}base_url = "{sandbox.gamejolt_url}"\n')
    return path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(doctor, arguments, env={"COLUMNS": "200"})


def findings(*arguments: str) -> tuple[int, dict[str, dict[str, Any]]]:
    result = run("--json", *arguments)
    return result.exit_code, {finding["check"]: finding for finding in json.loads(result.stdout)}


def test_all_is_well(config: Path, sandbox: Sandbox) -> None:
    (config.parent / ".gj-credentials").write_text(f"0.2.1\nada\n{sandbox.player('ada').token}\n")
    status, found = findings()
    assert status == 0, found
    for check in ("configuration", "gamejolt", "network", "clock", "player", "data folder", "cache folder", "outbox"):
        assert found[check]["state"] == "fine", found[check]
    shown = run()
    assert shown.exit_code == 0
    assert "accepted the key" in shown.stdout
    assert sandbox.private_key not in shown.output
    assert "ada-token" not in shown.output


def test_a_wrong_key(config: Path) -> None:
    config.write_text(config.read_text().replace("private_key = ", 'private_key = "wrong" # '))
    status, found = findings()
    assert (status, found["key"]["state"]) == (1, "failed")
    assert "compare game_id and private_key" in found["key"]["advice"]


def test_a_wrong_token(config: Path) -> None:
    (config.parent / ".gj-credentials").write_text("0.2.1\nada\nwrong\n")
    status, found = findings()
    assert (status, found["player"]["state"]) == (1, "failed")


def test_no_network(config: Path, sandbox: Sandbox) -> None:
    sandbox.faults.set(Refuse())
    status, found = findings()
    assert (status, found["network"]["state"]) == (1, "failed")
    assert findings("--offline")[0] == 0


def test_a_wrong_clock(config: Path, sandbox: Sandbox) -> None:
    sandbox.faults.set(ClockSkew(-600.0))
    status, found = findings()
    assert (status, found["clock"]["state"]) == (0, "note")
    assert re.search("60[0-9] s ahead of", found["clock"]["said"])


def test_a_mistake_in_the_configuration(config: Path) -> None:
    config.write_text("[gamejolt]\ngame_id = 1\n")
    status, found = findings()
    assert (status, found["gamejolt"]["state"]) == (1, "failed")
    assert "private_key in [gamejolt] is missing" in found["gamejolt"]["said"]


def test_nothing_is_configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    status, found = findings()
    assert (status, found["gamejolt"]["state"]) == (0, "note")


def test_wrong_use(tmp_path: Path) -> None:
    assert run("--config", str(tmp_path / "nowhere.toml")).exit_code == 2


def test_both_engines_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_checks, "installed", {"pygame": "2.6.1", "pygame-ce": "2.5.5"}.get)
    (finding,) = doctor_checks.engines()
    assert (finding.state, "pip uninstall" in finding.advice) == ("failed", True)


@pytest.mark.skipif(os.name != "posix" or os.getuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_to(config: Path, own_folders: Path) -> None:
    own_folders.mkdir()
    own_folders.chmod(0o500)
    assert findings("--offline")[1]["data folder"]["state"] == "failed"


def test_a_damaged_outbox(config: Path, own_folders: Path) -> None:
    folder = own_folders / "tests"
    folder.mkdir(parents=True)
    (folder / "outbox.sqlite3").write_bytes(b"no database at all" * 200)
    status, found = findings("--offline")
    assert (status, found["outbox"]["state"]) == (1, "failed")


def with_all(config: Path, sandbox: Sandbox) -> None:
    more = f"""
[itchio]
api_key = "{sandbox.itchio_tokens["ada"]}"
base_url = "{sandbox.itchio_url}"
[forge]
api_key = "{sandbox.forge_key}"
base_url = "{sandbox.forge_url}"
[easyjam]
base_url = "{sandbox.easyjam_url}"
tokens = ["{sandbox.easyjam_tokens["ada"]}"]
[trading]
token = "{sandbox.trading_token}"
base_url = "{sandbox.trading_url}"
"""
    config.write_text(config.read_text() + more)


OTHERS = ("itchio", "forge", "easyjam", "trading")


def test_the_other_services_are_reached_without_a_request(config: Path, sandbox: Sandbox) -> None:
    findings("--offline")
    before = sandbox.request_count()
    findings()
    gamejolt_alone = sandbox.request_count() - before
    with_all(config, sandbox)
    status, found = findings()
    assert status == 0, found
    for name in OTHERS:
        assert found[name]["state"] == found[f"{name} address"]["state"] == "fine", found[name]
    assert found["forge"]["said"] == f"api_key and base_url given, for {sandbox.forge_url}"
    assert found["easyjam"]["said"].startswith("base_url and tokens given")
    assert sandbox.request_count() == before + 2 * gamejolt_alone
    shown = run().output
    for secret in (sandbox.forge_key, sandbox.trading_token, *sandbox.easyjam_tokens.values(), "ada-itchio-token"):
        assert secret not in shown


def test_services_that_are_not_configured_are_said_to_be(config: Path) -> None:
    config.write_text(config.read_text() + '[trading]\ntrader = "You"\n[easyjam]\n[itchio]\ndeveloper = "hedy"\n')
    status, found = findings()
    assert status == 0
    assert {found[name]["said"] for name in OTHERS} == {"nothing is configured"}
    assert not {f"{name} address" for name in OTHERS} & set(found)


def test_a_service_that_does_not_answer(config: Path, sandbox: Sandbox) -> None:
    with_all(config, sandbox)
    with socket.socket() as taken:  # bound, and nobody listens
        taken.bind(("127.0.0.1", 0))
        gone = f"http://127.0.0.1:{taken.getsockname()[1]}"
        config.write_text(config.read_text().replace(sandbox.forge_url, gone))
        status, found = findings()
        assert (status, found["forge address"]["state"]) == (1, "failed")
        assert "refused" in found["forge address"]["said"]
        assert findings("--offline")[0] == 0


def test_a_server_without_a_certificate(config: Path, sandbox: Sandbox) -> None:
    with_all(config, sandbox)
    config.write_text(config.read_text().replace(sandbox.trading_url, sandbox.trading_url.replace("http:", "https:")))
    status, found = findings()
    assert (status, found["trading address"]["state"]) == (1, "failed")
    assert "certificate" in found["trading address"]["said"]


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ('[forge]\napi_key = "no key"', "api_key is not base64"),
        ("[forge]\napi_key = 5", "api_key in [forge] must be a text"),
        ('[trading]\nbase_url = "http://game.example"\ntoken = "x"', "use https"),
        ('[easyjam]\nbase_url = "jam"', "pass an address"),
        ('[itchio]\napi_key = "a b"', "holds blanks"),
        ("itchio = 5", "[itchio]"),
    ],
)
def test_a_mistake_in_a_services_table_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, section: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "gameservices.toml").write_text(section)
    status, found = findings("--offline")
    (failed,) = (finding for finding in found.values() if finding["state"] == "failed")
    assert status == 1
    assert said in failed["said"]


def test_what_is_missing_besides_the_address_is_noted(config: Path, sandbox: Sandbox) -> None:
    config.write_text(
        f'{config.read_text()}[trading]\nbase_url = "{sandbox.trading_url}"\n'
        f'[easyjam]\nbase_url = "{sandbox.easyjam_url}"\n'
    )
    status, found = findings()
    assert status == 0
    assert found["trading token"]["state"] == found["easyjam tokens"]["state"] == "note"
