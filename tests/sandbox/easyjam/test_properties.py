"""Whatever is asked of the sandbox's jam site, what it answers validates, and it never falls over."""

from __future__ import annotations

import pytest
import requests
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from pygame_gameservices.sandbox import Sandbox
from pygame_gameservices.services.easyjam.reader import read_document
from pygame_gameservices.services.easyjam.validator import validate
from tests.conftest import NO_MAKER
from tests.thinned import examples

PROPERTY = examples(200, suppress_health_check=[HealthCheck.function_scoped_fixture])
NAMES = st.sampled_from(["token", "token[]", "token[0]", "tokens", "offset", "key", ""]) | st.text(max_size=5)
ODD = st.text(max_size=12) | st.sampled_from(["Info", "Error", "0", "5", "-5", "9" * 30, "٣", "x" * 200, "\x00"])


@PROPERTY
@given(data=st.data())
def test_every_answer_is_a_valid_document(data: st.DataObject, shared_sandbox: Sandbox) -> None:
    values = st.sampled_from(list(shared_sandbox.easyjam_tokens.values())) | ODD
    params = data.draw(st.lists(st.tuples(NAMES, values), max_size=4))
    method = data.draw(st.sampled_from(["GET", "GET", "POST", "PUT", "DELETE", "OPTIONS"]))
    path = data.draw(st.sampled_from(["", "ld/", "other/jam/1gam/", "%00", "pictures/x"]))
    by_form = method == "POST" and data.draw(st.booleans())
    answer = requests.request(
        method,
        shared_sandbox.easyjam_url + path,
        params=None if by_form else params,
        data=params if by_form else None,
        timeout=20,
    )
    assert answer.status_code == 200
    problems = validate(answer.content, content_type=answer.headers["Content-Type"])
    # An error about something that is no token stands under it all the same, as the client needs it.
    assert [problem for problem in problems if not problem.text.startswith("is no token")] == []
    assert read_document(answer.content).problems == ()


@pytest.mark.parametrize("name", ["ada", "grace", "linus", "hedy"])
def test_every_page_of_every_maker_is_valid(name: str, sandbox: Sandbox) -> None:
    token, offset, seen = sandbox.easyjam_tokens[name], None, 0
    while True:
        params = {"token": token} | ({} if offset is None else {"offset": offset})
        answer = requests.get(sandbox.easyjam_url, params=params, timeout=20)
        assert validate(answer.content, content_type=answer.headers["Content-Type"]) == ()
        page = answer.json()[token]
        seen += len(page["Item"])
        offset = page.get("More")
        if offset is None:
            break
    assert seen == {"ada": 12, "grace": 3, "linus": 1, "hedy": 0}[name]


@pytest.mark.parametrize("bad", ["bad!", "a b", "é", "x" * 191])
def test_a_malformed_token_has_an_error_of_its_own(bad: str, sandbox: Sandbox) -> None:
    good = sandbox.easyjam_tokens["grace"]
    answer = requests.get(sandbox.easyjam_url, params=[("token[]", good), ("token[]", bad)], timeout=20).json()
    assert set(answer) == {"Info", good, bad}
    assert answer[bad] == {"Error": "Malformed token"}
    assert len(answer[good]["Item"]) == 3
    alone = requests.get(sandbox.easyjam_url, params={"token": bad}, timeout=20).json()
    assert (set(alone), alone[bad]) == ({"Info", bad}, {"Error": "Malformed token"})


@pytest.mark.parametrize("name", ["Info", "Error"])
def test_a_token_with_a_reserved_name_spoils_the_answer(name: str, sandbox: Sandbox) -> None:
    params = [("token[]", sandbox.easyjam_tokens["ada"]), ("token[]", name)]
    assert requests.get(sandbox.easyjam_url, params=params, timeout=20).json() == {"Error": "Malformed token"}


def test_no_token_stands_in_journal_or_dump(sandbox: Sandbox) -> None:
    token = sandbox.easyjam_tokens["ada"]
    requests.get(sandbox.easyjam_url, params={"token": token}, timeout=20)
    requests.post(sandbox.easyjam_url, data={"token[]": [token, "x"]}, timeout=20)
    assert token not in repr(sandbox.journal()) + repr(sandbox.dump("easyjam_makers"))


def test_pictures_are_pictures(sandbox: Sandbox) -> None:
    answer = requests.get(f"{sandbox.easyjam_url}pictures/12.png", timeout=20)
    assert answer.content.startswith(b"\x89PNG")


def test_items_are_kept_over_a_restart(tmp_path: object) -> None:
    with Sandbox.start(NO_MAKER) as sandbox:
        token = sandbox.easyjam_tokens["ada"]
        before = requests.get(sandbox.easyjam_url, params={"token": token}, timeout=20).json()[token]
        sandbox.kill()
        sandbox.restart()
        assert requests.get(sandbox.easyjam_url, params={"token": token}, timeout=20).json()[token] == before
