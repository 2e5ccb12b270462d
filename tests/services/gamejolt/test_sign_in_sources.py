"""Signing in without typing: which sources there are, in which order, and what broken ones say."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from pygame_gameservices import GameJolt, Secret, ServiceManager, SignedIn, SignInFailed, UsageError
from pygame_gameservices.core.storage.credential_store import CredentialStore
from pygame_gameservices.sandbox import Sandbox
from pygame_gameservices.sandbox.faults.kinds import Fault, Refuse, ServerError, TooManyRequests
from pygame_gameservices.services.gamejolt.events import SignInNeeded, SignInTrouble
from pygame_gameservices.services.gamejolt.sign_in_sources import (
    FILE_NAME,
    Candidate,
    SignInSource,
    from_address,
    from_arguments,
    game_folders,
    read_file,
    search,
)
from tests.conftest import WAIT_S, run_until, settle
from tests.services.gamejolt.waiting import until_said


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory and the game's own, both empty, and no arguments."""
    here, game = tmp_path / "here", tmp_path / "game"
    here.mkdir()
    game.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setattr(sys, "argv", [str(game / "game.py")])
    return here


@pytest.fixture
def store(services: ServiceManager) -> CredentialStore:
    """The file that the client uses, without whatever keyring this machine has."""
    return CredentialStore(services.app, folder=services.folder, use_keyring=False)


@pytest.fixture
def gj(services: ServiceManager, sandbox: Sandbox, store: CredentialStore) -> GameJolt:
    key, url = sandbox.private_key, sandbox.gamejolt_url
    return services.add(GameJolt(sandbox.game_id, key, base_url=url, presence=False, credential_store=store))


class TestTheFile:
    @pytest.mark.parametrize(
        "content",
        [
            "0.2.1\nada\nada-token\n",
            "0.1.0\r\nada\r\nada-token\r\n",
            "99\nada\nada-token",
            "\ufeff0.2.1\n ada \n\tada-token \n\n\n",
            "\nada\nada-token\nmore\n",
            "0.2.1\n\u200eada\u200b\n\u2060ada-\ufefftoken\u202c\n",
        ],
        ids=["usual", "windows", "no last end", "bom and blanks", "no version, more lines", "invisible characters"],
    )
    def test_any_version_and_line_end(self, folder: Path, content: str) -> None:
        (folder / FILE_NAME).write_bytes(content.encode())
        found = read_file(folder / FILE_NAME)
        assert found == Candidate(SignInSource.CREDENTIALS_FILE, "ada", Secret("ada-token"))

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"", "is empty"),
            (b"\r\n \n", "is empty"),
            (b"0.2.1", "no user name"),
            (b"0.2.1\n\nada-token\n", "no user name"),
            (b"0.2.1\nada\n\n", "no token"),
            (b"\xff\xfe0\x00", "not text"),
            (b"0\nada\nto\x00ken\n", "not text"),
            (b"x" * 5000, "too large"),
        ],
    )
    def test_a_broken_file_says_why(self, folder: Path, content: bytes, reason: str) -> None:
        (folder / FILE_NAME).write_bytes(content)
        said = read_file(folder / FILE_NAME)
        assert isinstance(said, str)
        assert reason in said
        assert str(folder) in said

    def test_a_folder_of_that_name_says_why(self, folder: Path) -> None:
        (folder / FILE_NAME).mkdir()
        assert "cannot be read" in str(read_file(folder / FILE_NAME))

    def test_no_file_is_nothing(self, folder: Path) -> None:
        assert read_file(folder / FILE_NAME) is None
        assert read_file(folder / "nowhere" / FILE_NAME) is None

    def test_the_working_directory_and_the_games_own(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        assert game_folders() == (folder, folder.parent / "game")
        monkeypatch.setattr(sys, "frozen", True, raising=False)
        assert game_folders() == (folder, Path(sys.executable).resolve().parent)


class TestTheWeb:
    @pytest.mark.parametrize(
        "address",
        [
            "https://game.gamejolt.net/x/index.html?gjapi_username=ada&gjapi_token=a%23b%26c",
            "https://gamejolt.com/?other=1&gjapi_token=a%23b%26c&gjapi_username=ada#debug",
            "http://localhost:8000/?gjapi_username=ada&gjapi_token=a%23b%26c",
        ],
    )
    def test_parameters_of_the_page(self, address: str) -> None:
        assert from_address(address) == Candidate(SignInSource.WEB, "ada", Secret("a#b&c"))

    @pytest.mark.parametrize(
        "address",
        [
            "",
            "https://game.gamejolt.net/",
            "https://game.gamejolt.net/?gjapi_username=ada",
            "https://game.gamejolt.net/?gjapi_username=&gjapi_token=",
            "https://evil.example/?gjapi_username=ada&gjapi_token=t",
            "https://notgamejolt.net/?gjapi_username=ada&gjapi_token=t",
            "http://[broken",
        ],
    )
    def test_anything_else_is_nothing(self, address: str) -> None:
        assert from_address(address) is None

    def test_the_command_line(self) -> None:
        found = from_arguments(["--fullscreen", "gjapi_username=ada", "--gjapi_token=a=b"])
        assert found == Candidate(SignInSource.WEB, "ada", Secret("a=b"))
        assert from_arguments(["gjapi_username=ada"]) is None


class TestTheSearch:
    def test_the_order_and_each_pair_once(self, folder: Path, store: CredentialStore) -> None:
        (folder / FILE_NAME).write_text("1\nfile\nf\n")
        store.save("gamejolt 1", "kept", Secret("k"))
        web = ["gjapi_username=web", "gjapi_token=w"]
        found = search(store, "gamejolt 1", [folder, folder], "", web)
        assert [c.username for c in found.candidates] == ["file", "web", "kept"]
        store.save("gamejolt 1", "file", Secret("f"))
        assert [c.username for c in search(store, "gamejolt 1", [folder], "", web).candidates] == ["file", "web"]

    def test_it_signs_in_with_what_it_finds(
        self, gj: GameJolt, services: ServiceManager, sandbox: Sandbox, folder: Path
    ) -> None:
        (folder / FILE_NAME).write_text(f"0.2.1\nada\n{sandbox.player('ada').token}\n")
        found = gj.sign_in()
        happened = run_until(services, lambda: gj.user is not None)
        assert [e.user.username for e in happened if isinstance(e, SignedIn)] == ["ada"]
        assert found.value is not None
        assert found.value.candidates[0].source is SignInSource.CREDENTIALS_FILE

    def test_a_wrong_source_gives_way_to_the_next(
        self,
        gj: GameJolt,
        services: ServiceManager,
        sandbox: Sandbox,
        folder: Path,
        store: CredentialStore,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        (folder / FILE_NAME).write_text("0.2.1\nada\nold\n")
        monkeypatch.setattr(sys, "argv", ["game.py", "gjapi_username=ada", "gjapi_token=older"])
        store.save(f"gamejolt {sandbox.game_id}", "grace", Secret(sandbox.player("grace").token))
        gj.sign_in()
        happened = run_until(services, lambda: gj.user is not None)
        assert not any(isinstance(e, SignInFailed) for e in happened)
        assert gj.user is not None
        assert gj.user.username == "grace"

    def test_nothing_found_asks_for_a_form_and_says_what_was_broken(
        self, gj: GameJolt, services: ServiceManager, folder: Path
    ) -> None:
        (folder / FILE_NAME).write_text("0.2.1\n")
        happened = settle(services, gj.sign_in())
        (needed,) = [e for e in happened if isinstance(e, SignInNeeded)]
        assert needed.service == "gamejolt"
        assert "no user name" in needed.problems[0]

    def test_all_wrong_says_so_and_asks_for_a_form(
        self, gj: GameJolt, services: ServiceManager, sandbox: Sandbox, store: CredentialStore
    ) -> None:
        kept_as = f"gamejolt {sandbox.game_id}"
        store.save(kept_as, "ada", Secret("was changed on the site"))
        gj.sign_in()
        seen = until_said(services, SignInNeeded)
        (failed,) = [e for e in seen if isinstance(e, SignInFailed)]
        (needed,) = [e for e in seen if isinstance(e, SignInNeeded)]
        assert failed.reason is SignInTrouble.WRONG_CREDENTIALS
        assert needed.username == "ada"
        run_until(services, lambda: store.load(kept_as) is None)

    def test_signing_in_by_hand_meanwhile_wins(
        self, gj: GameJolt, services: ServiceManager, sandbox: Sandbox, folder: Path
    ) -> None:
        (folder / FILE_NAME).write_text(f"0.2.1\nada\n{sandbox.player('ada').token}\n")
        search_under_way = gj.sign_in()
        gj.sign_in("grace", sandbox.player("grace").token)
        run_until(services, lambda: gj.user is not None and search_under_way.done)
        assert gj.user is not None
        assert gj.user.username == "grace"
        assert gj.player is not None
        assert gj.player.username == "grace"

    def test_half_of_it_is_a_mistake(self, gj: GameJolt) -> None:
        with pytest.raises(UsageError, match="both"):
            gj.sign_in("ada")  # type: ignore[call-overload]
        with pytest.raises(UsageError, match="remember"):
            gj.sign_in(remember=True)  # type: ignore[call-overload]


class TestRemembering:
    def test_only_when_asked_and_only_when_right(
        self, gj: GameJolt, services: ServiceManager, sandbox: Sandbox, store: CredentialStore
    ) -> None:
        kept_as = f"gamejolt {sandbox.game_id}"
        settle(services, gj.sign_in("ada", "wrong", remember=True))
        settle(services, gj.sign_in("ada", sandbox.player("ada").token))
        run_until(services, lambda: gj.user is not None)
        settle(services, services.background(lambda: None))
        assert store.load(kept_as) is None
        gj.sign_in("ada", sandbox.player("ada").token, remember=True)
        run_until(services, lambda: store.load(kept_as) is not None)
        assert sandbox.player("ada").token not in repr(store.load(kept_as))

    def test_the_next_start_is_signed_in_and_forgetting_ends_that(
        self, gj: GameJolt, services: ServiceManager, sandbox: Sandbox, store: CredentialStore
    ) -> None:
        kept_as = f"gamejolt {sandbox.game_id}"
        gj.sign_in("ada", sandbox.player("ada").token, remember=True)
        run_until(services, lambda: store.load(kept_as) is not None)
        gj.sign_out()
        gj.sign_in()
        run_until(services, lambda: gj.user is not None)
        gj.sign_out(forget=True)
        run_until(services, lambda: store.load(kept_as) is None)
        assert not store.path.exists()
        happened = settle(services, gj.sign_in())
        assert any(isinstance(e, SignInNeeded) for e in happened)

    def test_who_signs_out_and_quits_is_forgotten(
        self, gj: GameJolt, services: ServiceManager, sandbox: Sandbox, store: CredentialStore
    ) -> None:
        kept_as = f"gamejolt {sandbox.game_id}"
        gj.sign_in("ada", sandbox.player("ada").token, remember=True)
        run_until(services, lambda: store.load(kept_as) is not None)
        services.background(lambda: time.sleep(0.3))  # what is before it
        gj.sign_out(forget=True)
        services.close(timeout=WAIT_S)
        assert store.load(kept_as) is None

    def test_who_signs_in_and_quits_is_remembered(
        self, gj: GameJolt, services: ServiceManager, sandbox: Sandbox, store: CredentialStore
    ) -> None:
        gj.sign_in("ada", sandbox.player("ada").token, remember=True)
        services.background(lambda: time.sleep(0.3))
        run_until(services, lambda: gj.user is not None)
        services.background(lambda: time.sleep(0.3))
        services.close(timeout=WAIT_S)
        assert store.load(f"gamejolt {sandbox.game_id}") is not None

    def test_forget(self, gj: GameJolt, services: ServiceManager, store: CredentialStore, sandbox: Sandbox) -> None:
        store.save(f"gamejolt {sandbox.game_id}", "ada", Secret("t"))
        settle(services, gj.forget())
        assert store.load(f"gamejolt {sandbox.game_id}") is None


class TestFiveAnswersForFiveCauses:
    def reason(self, services: ServiceManager, gj: GameJolt, token: str = "t") -> SignInTrouble:
        happened = settle(services, gj.sign_in("ada", token))
        (failed,) = [e for e in happened if isinstance(e, SignInFailed)]
        return failed.reason

    def test_wrong_credentials(self, services: ServiceManager, gj: GameJolt) -> None:
        assert self.reason(services, gj) is SignInTrouble.WRONG_CREDENTIALS
        assert gj.player is None

    @pytest.mark.parametrize(
        ("fault", "expected"),
        [
            (Refuse(), SignInTrouble.NO_NETWORK),
            (ServerError(status=503), SignInTrouble.SERVER_DOWN),
            (TooManyRequests(retry_after=0), SignInTrouble.RATE_LIMITED),
        ],
        ids=lambda value: value.kind if isinstance(value, Fault) else "",
    )
    def test_what_passes(
        self, services: ServiceManager, gj: GameJolt, sandbox: Sandbox, fault: Fault, expected: SignInTrouble
    ) -> None:
        sandbox.faults.set(fault)
        try:
            assert self.reason(services, gj) is expected
            assert gj.player is not None
            if expected is not SignInTrouble.RATE_LIMITED:
                assert self.reason(services, gj) is expected, "also when the service is not even asked any more"
        finally:
            sandbox.faults.clear()

    def test_a_misconfigured_game(self, services: ServiceManager, sandbox: Sandbox) -> None:
        for number, (game_id, key) in enumerate([(sandbox.game_id, "wrong"), (999, "any")]):
            gj = services.add(GameJolt(game_id, key, base_url=sandbox.gamejolt_url, name=f"game {number}"))
            assert self.reason(services, gj) is SignInTrouble.MISCONFIGURED_GAME
            assert gj.player is None
