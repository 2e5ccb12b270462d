"""Which runner a manager takes where it is told of none."""

from __future__ import annotations

from collections.abc import Callable

from pygame_gameservices.core.http.line import Transport
from pygame_gameservices.core.page.bridge import in_a_page
from pygame_gameservices.core.runners.runner import Runner


def choose_runner(workers: int, transport: Callable[[], Transport] | None, ca_file: str | None) -> Runner:
    """Make the runner of this platform, with what carries its requests.

    Args:
        workers: how many requests may be under way at once.
        transport: makes a worker's transport; the network's by default. In a page the browser is all there is.
        ca_file: a PEM file of further authorities to trust. In a page those of the browser count.
    """
    if in_a_page():
        from pygame_gameservices.core.runners.page import PageRunner

        return PageRunner()
    from pygame_gameservices.core.runners.threads import ThreadRunner

    if transport is None:
        from pygame_gameservices.core.http.loading import Transports

        transport = Transports(ca_file)
    return ThreadRunner(workers, transport)
