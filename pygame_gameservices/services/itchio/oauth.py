"""Letting a game in with the player's consent: itch.io's OAuth page in the player's browser (implicit flow).

itch.io hands the token over in the fragment of an address, which browsers do not send to servers. So a small page,
served to the browser from this machine, reads the fragment and posts it back.
"""

from __future__ import annotations

import hmac
import secrets
import threading
from collections.abc import Callable, Iterable
from urllib.parse import urlencode

from pygame_gameservices.core.calls.patience import duration_s, patience_s
from pygame_gameservices.core.calls.waiting import Waits
from pygame_gameservices.core.events import Event
from pygame_gameservices.core.storage.credentials import Secret, concealed
from pygame_gameservices.errors import Timeout, UsageError
from pygame_gameservices.services.arguments import checked_url, integer, text
from pygame_gameservices.services.itchio.events import ItchioAuthorizationFailed, ItchioAuthorized
from pygame_gameservices.services.itchio.gateway import checked_key
from pygame_gameservices.services.itchio.loopback import LoopbackPage, RunBeside

COPY_AND_PASTE = "urn:ietf:wg:oauth:2.0:oob"
"""The redirect address that makes itch.io show the token, for the player to copy."""


class Authorization:
    """One try to be let in, under way. Frame thread, unless a method says otherwise.

    Attributes:
        url: the address to open in the player's browser.
    """

    def __init__(
        self, url: str, state: str, announce: Callable[[Event], object], page: LoopbackPage | None, waits: Waits
    ) -> None:
        self.url = url
        self._state = state
        self._announce = announce
        self._page = page
        self._waits = waits
        self._over = threading.Event()
        self._once = [True]
        self._outcome: Event | None = None

    def paste(self, token: str | Secret) -> None:
        """Take a token that the player copied from itch.io's page. `ItchioAuthorized` follows.

        Raises:
            UsageError: it cannot be a token.
        """
        token = concealed(token)
        self._end(ItchioAuthorized(checked_key("token", token)))

    def cancel(self) -> None:
        """Give up: nothing that the browser still says counts. `ItchioAuthorizationFailed` follows."""
        self._end(ItchioAuthorizationFailed("cancelled"))

    def result(self, timeout: float | None = None) -> Secret:
        """Wait for the player and return the token. For tools and tests: in a game it would stop the frame.

        Raises:
            Timeout: `timeout` seconds passed; the page stays open.
            UsageError: the player did not let the game in, or `timeout` is no finite number.
        """
        if timeout is not None:
            timeout = patience_s("timeout", timeout)
        if not self._waits.wait(self._over, timeout):
            raise Timeout(f"nobody answered itch.io's page within {timeout:g} s")
        if isinstance(self._outcome, ItchioAuthorized):
            return self._outcome.token
        reason = self._outcome.reason if isinstance(self._outcome, ItchioAuthorizationFailed) else "nobody answered"
        raise UsageError(f"the player did not let the game in: {reason}; ask again")

    def answer(self, fields: dict[str, str]) -> bool:
        """Take what the page posted, once. Loopback thread. Returns False when it is not the answer to our question."""
        if not hmac.compare_digest(fields.get("state", "").encode(), self._state.encode()):
            return False
        token = fields.get("access_token", "")
        try:
            outcome: Event = ItchioAuthorized(checked_key("token", Secret(token)))
        except UsageError:
            outcome = ItchioAuthorizationFailed(fields.get("error", "") or "the answer holds no token")
        return self._end(outcome)

    def expire(self) -> None:
        """Note that nobody answered in time. Loopback thread."""
        self._end(ItchioAuthorizationFailed("nobody answered in time"))

    def _end(self, outcome: Event) -> bool:
        try:
            self._once.pop()  # one atomic step decides between the browser, the player and the clock
        except IndexError:
            return False
        self._outcome = outcome
        self._over.set()
        if self._page is not None:
            self._page.close()
        self._announce(outcome)
        return True


def authorize(
    announce: Callable[[Event], object],
    run_beside: RunBeside,
    waits: Waits,
    client_id: str,
    *,
    scopes: Iterable[str],
    port: int | None,
    timeout_s: float,
    authorize_url: str,
) -> Authorization:
    """Begin one try; see `Itchio.authorize`, which games call.

    Args:
        announce: hears of the outcome, from any thread: `ItchioAuthorized` or `ItchioAuthorizationFailed`.
        run_beside, waits: see `ServiceManager`.
        client_id, scopes, port, timeout_s, authorize_url: see `Itchio.authorize`.

    Raises:
        UsageError: an argument cannot be right, the port is taken, or there are no threads for a page here.
    """
    timeout_s = duration_s("timeout_s", timeout_s, positive=True)
    state = secrets.token_urlsafe(24)
    asked_scopes = " ".join(text("scopes", scope) for scope in scopes)
    if not asked_scopes:
        raise UsageError("scopes is empty; pass at least 'profile:me'")
    page = None
    redirect = COPY_AND_PASTE
    if port is not None:
        page = LoopbackPage(int(integer("port", port, least=0, most=65535)), run_beside)
        redirect = page.url
    query = {
        "client_id": text("client_id", client_id),
        "scope": asked_scopes,
        "redirect_uri": redirect,
        "response_type": "token",
        "state": state,
    }
    url = f"{checked_url(authorize_url, allow_http=False)}?{urlencode(query)}"
    asked = Authorization(url, state, announce, page, waits)
    if page is not None:
        page.serve(asked.answer, asked.expire, timeout_s)
    return asked
