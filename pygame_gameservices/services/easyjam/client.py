"""EasyJam: the service object that asks a jam site for the games of makers who gave their tokens."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from pygame_gameservices.core.calls.call import Call, Pending
from pygame_gameservices.core.calls.endpoint import Request
from pygame_gameservices.core.calls.operation import Kind, Operation
from pygame_gameservices.core.calls.patience import duration_s
from pygame_gameservices.core.config import Config, filled, sealed
from pygame_gameservices.core.storage.credentials import Hidden, Secret, concealed
from pygame_gameservices.errors import UsageError
from pygame_gameservices.services.arguments import listed, text
from pygame_gameservices.services.chain import Chain
from pygame_gameservices.services.easyjam.fetching import Fetching
from pygame_gameservices.services.easyjam.gateway import Gateway, Parameters
from pygame_gameservices.services.easyjam.manners import KNOWN_QUIET_HOURS, SPACING_S, Manners, QuietHours, QuietTime
from pygame_gameservices.services.easyjam.memory import Memory
from pygame_gameservices.services.easyjam.models import JamDocument, More
from pygame_gameservices.services.easyjam.remembering import Remembering
from pygame_gameservices.services.easyjam.site import Site
from pygame_gameservices.services.easyjam.tokens import token_problem
from pygame_gameservices.services.wrong_calls import says_how_to_call

TOKENS_PER_REQUEST = 20
"""With ``multi``: how many tokens go into one request. No site has said how many it takes."""

_SUBSET = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*")

DEADLINE_S = 3600.0
"""A request may wait long for its turn: nobody is in a hurry here."""


@says_how_to_call("fetch", "fetch_page")
class EasyJam(Gateway):
    """A jam site that speaks EasyJam (v0.1 draft): "more games by these makers".

    ::

        jam = services.add(EasyJam("https://jam.example/easyjam"))
        jam.fetch(["myjam_ada_1f3870be274f6c49b3e31a0c6728957f"]).then(lambda call: show(call.value.items))

    It is polite by itself: 10 s between requests, complete answers remembered on disk for a day, and no requests in the
    site's quiet hours. Every method returns at once and never blocks. Frame thread.

    Args:
        base_url: the address to ask. There is no default: the draft's own site never went live.
        key: an API key, for sites that want one.
        method: ``"GET"`` or ``"POST"``; None is POST with a key, so that it is in no log, and GET without.
        multi: whether the site takes several tokens in one request. One by one is the safe way.
        parameters: what the site calls its parameters.
        spacing_s: seconds between two requests.
        quiet_hours: when to ask nothing; None is what is known about the site.
        memory: where to remember answers for a day: True for the manager's folder, False for nowhere, or a path.
        clock: Unix seconds, for tests.
        name: as it appears in events and errors; another one for a second site.
        allow_http: accept a `base_url` with plain http to another machine.

    Attributes:
        manners: the pace and the quiet hours.

    Raises:
        UsageError: an argument cannot be right.
    """

    def __init__(
        self,
        base_url: str,
        *,
        key: str | Secret | None = None,
        method: str | None = None,
        multi: bool = False,
        parameters: Parameters = Parameters(),  # noqa: B008  # immutable
        spacing_s: float = SPACING_S,
        quiet_hours: Iterable[QuietHours] | None = None,
        memory: bool | str | os.PathLike[str] = True,
        clock: Callable[[], float] = time.time,
        name: str = "easyjam",
        allow_http: bool = False,
    ) -> None:
        key = None if key is None else concealed(key)
        super().__init__(base_url, key=key, method=method, parameters=parameters, name=name, allow_http=allow_http)
        spacing_s = duration_s("spacing_s", spacing_s)
        if not isinstance(memory, (bool, str, os.PathLike)):
            raise UsageError(f"memory is {memory!r}; pass True, False, or the path of a file")
        if quiet_hours is None:
            quiet_hours = KNOWN_QUIET_HOURS.get(urlsplit(self.base_url).hostname or "", ())
        self.manners = self.pace = Manners(spacing_s, _checked_hours(quiet_hours), clock)
        self.multi = multi
        self._memory_at = memory
        self._site: Site | None = None
        self._subsets: dict[str, EasyJam] = {}

    @classmethod
    def from_config(cls, config: Config | str | os.PathLike[str] | None = None, **options: Any) -> Self:
        """Make one from ``base_url``, ``key`` and ``multi`` in ``[easyjam]`` of ``gameservices.toml``, or from
        ``EASYJAM_BASE_URL``, ``EASYJAM_KEY`` and ``EASYJAM_MULTI``; or for the sandbox that `Config.sandbox` names,
        which may be asked without pauses.

        Args:
            config: what to go by, or the path of the file; None is `Config.load()`.
            options: further arguments of this class; they go before what the file says.

        Raises:
            ConfigurationError: the address is missing, or a value cannot be right.
        """
        options = sealed(options, "key")
        section = Config.of(config).section("easyjam")
        return cls(
            **filled(
                options,
                base_url=lambda: section.address(None, in_sandbox="/easyjam/"),
                key=lambda: section.secret("key", "") or None,
                multi=lambda: section.flag("multi", False),
                spacing_s=lambda: 0.0 if section.sandbox else SPACING_S,
            )
        )

    def fetch(
        self,
        tokens: str | Iterable[str],
        *,
        again: bool = False,
        on_progress: Callable[[JamDocument], object] | None = None,
    ) -> Pending[JamDocument]:
        """Fetch all games of these makers, page by page. What was fetched within a day is taken from memory.

        That is one request a maker, or more, and 10 s between two. What several fetches want at the same time is asked
        for once. One bad token spoils nothing: look at ``call.value[token].ok``.

        Args:
            tokens: one token, or several.
            again: ask the site even for what is remembered.
            on_progress: called on the frame thread, each time that more is known, with a document of that. A maker
                whose result has a ``more`` is not complete yet.

        Returns:
            A pending document with a result for every token, in the order of `tokens`. It ends with a `JamError` when
            the site refuses the request as a whole, and with `QuietTime` at once in its quiet hours, also when they
            begin while it is under way: makers fetched completely until then are remembered.

        Raises:
            UsageError: a token cannot be one, or there is none.
        """
        given = Hidden(tokens)
        del tokens  # tracebacks show local values
        wanted = _checked(given)
        if on_progress is not None and not callable(on_progress):
            raise UsageError(f"on_progress is {on_progress!r}; pass a function that takes a JamDocument")
        return Chain("easyjam.fetch", Fetching(wanted.reveal(), self._reading_site(), again, on_progress).steps())

    def subset(self, name: str) -> EasyJam:
        """Return the client for some of the site's games, at an address below this one's: with the same key and at the
        same pace, in the same manager.

        ::

            jam.subset("minild").fetch(token)

        Args:
            name: ``"ld"`` (the main events), ``"minild"``, ``"other"``, ``"all"``, or a longer path such as
                ``"other/jam/1gam"``; which there are is the site's business.

        Raises:
            UsageError: `name` is no such path, or this client is in no manager.
        """
        path = text("name", name).strip("/")
        if not _SUBSET.fullmatch(path):
            raise UsageError(f"name is {name!r}; pass a subset such as 'ld', 'minild', 'all' or 'other/jam/1gam'")
        found = self._subsets.get(path)
        if found is None:
            found = EasyJam(
                f"{self.base_url}/{path}/",
                key=self._key,
                method="POST" if self._post else "GET",
                multi=self.multi,
                parameters=self._parameters,
                memory=self._memory_at,
                name=f"{self.name}/{path}",
                allow_http=True,  # decided for the address above
            )
            found.manners = found.pace = self.manners
            self._subsets[path] = self.manager.add(found)
        return found

    def fetch_page(self, tokens: str | Iterable[str], *, offset: More | None = None) -> Call[JamDocument]:
        """Ask the site once: the first items of these makers, or those from `offset` on. Nothing is remembered.

        Args:
            tokens: one token; several only for sites that take several.
            offset: the ``more`` of an earlier answer.

        Raises:
            UsageError: a token cannot be one, or there is none.
        """
        given = Hidden(tokens)
        del tokens  # tracebacks show local values
        wanted = _checked(given)
        if offset is not None and not isinstance(offset, (int, str)):
            raise UsageError(f"offset is {offset!r}; pass the `more` of an earlier answer")
        operation = Operation(
            service=self.name,
            name="fetch",
            kind=Kind.SAFE,
            arguments={} if offset is None else {"offset": str(offset)},
            credential=Secret(" ".join(wanted.reveal())),
            lane=self.name,
            deadline_s=DEADLINE_S,
        )
        try:
            self.manners.check()
        except QuietTime as quiet:
            return self.manager.refuse(operation, quiet)
        return self.manager.submit(operation)

    def request(self, operations: Sequence[Operation]) -> Request:
        """Build the request for a page, unless quiet hours have begun while it waited for its turn. Worker thread.

        Raises:
            QuietTime: they have.
        """
        self.manners.check()
        return super().request(operations)

    def __repr__(self) -> str:
        return f"<EasyJam {self.name!r}, {'with a' if self._key else 'no'} key, at {self.base_url}>"

    def _reading_site(self) -> Site:
        """What is being read; the memory's file is opened when it is first used, off the frame thread."""
        if self._site is None:
            memory = None
            if self._memory_at is not False:
                memory = Memory(self._memory_path(), self.base_url, self.manners)
            remembering = Remembering(memory, self.manager.background)
            self._site = Site(self.fetch_page, remembering, TOKENS_PER_REQUEST if self.multi else 1)
        return self._site

    def _memory_path(self) -> Path:
        if not isinstance(self._memory_at, bool):
            return Path(self._memory_at)
        return self.manager.folder / "easyjam.sqlite3"


def _checked(given: Hidden[Any]) -> Hidden[tuple[str, ...]]:
    if isinstance(given.reveal(), str):
        given = Hidden((given.reveal(),))
    if isinstance(given.reveal(), bytes) or not isinstance(given.reveal(), Iterable):
        raise UsageError(f"tokens is {type(given.reveal()).__name__}; pass one token, or a list of tokens")
    wanted = Hidden(tuple(map(_bare, given.reveal())))
    problem = next(filter(None, map(token_problem, wanted.reveal())), "")
    if problem or not wanted.reveal():
        raise UsageError(problem or "there are no tokens; pass at least one")
    return Hidden(tuple(dict.fromkeys(wanted.reveal())))


def _checked_hours(given: Iterable[QuietHours]) -> tuple[QuietHours, ...]:
    hours = tuple(listed("quiet_hours", given, "QuietHours"))
    for one in hours:
        if not isinstance(one, QuietHours):
            raise UsageError(f"quiet_hours holds {one!r}; pass a list of QuietHours")
    return hours


def _bare(token: Any) -> Any:
    """A pasted token without the blanks or the line's end that came along."""
    return token.strip() if isinstance(token, str) else token


def tokens_from(lines: str) -> tuple[str, ...]:
    """Take tokens out of a text: one a line, blank lines and ``#`` comments passed over. Any thread.

    Raises:
        UsageError: a line holds no token; the text names its number.
    """
    given = Hidden(lines)
    del lines  # tracebacks show local values
    if not isinstance(given.reveal(), str):
        raise UsageError(f"lines is {type(given.reveal()).__name__}; pass a string")
    tokens = Hidden([line.partition("#")[0].strip() for line in given.reveal().splitlines()])
    for number, problem in enumerate((token and token_problem(token) for token in tokens.reveal()), 1):
        if problem:
            raise UsageError(f"line {number}: {problem}")
    return tuple(filter(None, tokens.reveal()))
