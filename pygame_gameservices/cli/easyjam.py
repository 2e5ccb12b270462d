"""``gameservices easyjam``: fetch from a jam site, keep a catalogue of it, and write and check documents for one."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from pygame_gameservices.cli.group import Group, examples, json_option
from pygame_gameservices.cli.output import (
    Rows,
    bytes_from,
    counted,
    echo_json,
    reported,
    say,
    secret_from,
    text_from,
    wait_for,
)
from pygame_gameservices.cli.progress import bar
from pygame_gameservices.core.calls.endpoint import Request
from pygame_gameservices.core.http.line import Line
from pygame_gameservices.core.http.transport import HttpTransport, tls_context
from pygame_gameservices.core.manager import ServiceManager
from pygame_gameservices.core.storage.credentials import Hidden
from pygame_gameservices.errors import GameServicesError, Offline, UsageError
from pygame_gameservices.services.easyjam import sync as syncing
from pygame_gameservices.services.easyjam.catalogue import Catalogue
from pygame_gameservices.services.easyjam.client import TOKENS_PER_REQUEST, EasyJam, tokens_from
from pygame_gameservices.services.easyjam.gallery import write_gallery
from pygame_gameservices.services.easyjam.manners import SPACING_S
from pygame_gameservices.services.easyjam.models import JamDocument
from pygame_gameservices.services.easyjam.producer import write_document
from pygame_gameservices.services.easyjam.reader import read_document
from pygame_gameservices.services.easyjam.source import read_source
from pygame_gameservices.services.easyjam.tokens import make_token
from pygame_gameservices.services.easyjam.validator import validate as check
from pygame_gameservices.services.web import is_web_url

Command = Callable[..., Any]

LARGEST_DOCUMENT = 16 << 20


@click.group(cls=Group)
def easyjam() -> None:
    """Read, write and check lists of games by their makers (EasyJam v0.1).

    Exit status: 0 done, 1 failed or something is wrong with what was checked, 2 wrong use.
    """


def _site_options(command: Command) -> Command:
    """The options of all commands that ask a site."""
    options = [
        click.option("--tokens-file", metavar="FILE", help="Tokens, one a line, - for input; # begins a comment."),
        click.option("--key-file", metavar="FILE", help="File with the site's API key; default: $EASYJAM_KEY."),
        click.option("--method", type=click.Choice(["GET", "POST"]), help="Default: POST with a key, GET without."),
        click.option("--multi", is_flag=True, help="Ask for several tokens at once; not every site takes that."),
        click.option("--spacing", metavar="SECONDS", type=click.FloatRange(0), default=SPACING_S, show_default=True),
        json_option,
    ]
    for option in reversed(options):
        command = option(command)
    return command


def _site(url: str, key_file: str | None, method: str | None, multi: bool, spacing: float) -> EasyJam:
    key = secret_from("--key-file", key_file, "EASYJAM_KEY")
    return EasyJam(url, key=key, method=method, multi=multi, spacing_s=spacing)


def _tokens(given: Hidden[tuple[str, ...]], file: str | None) -> Hidden[tuple[str, ...]]:
    if file is not None:
        given = Hidden(given.reveal() + tokens_from(text_from("--tokens-file", file)))
    if not given.reveal():
        raise UsageError("there are no tokens; name some, or pass --tokens-file")
    return given


@easyjam.command(
    epilog=examples(
        "gameservices easyjam fetch https://jam.example/easyjam myjam_ada_1f3870be274f6c49b3e31a0c6728957f",
        "gameservices easyjam fetch https://jam.example/easyjam --tokens-file makers.txt --json",
    )
)
@click.argument("url")
@click.argument("tokens", nargs=-1)
@click.option("--again", is_flag=True, help="Ask even for what was fetched within a day.")
@click.option("--subset", metavar="NAME", help="Only some games, where the site has such: ld, minild, other, all, ...")
@_site_options
def fetch(
    url: str,
    tokens: tuple[str, ...],
    again: bool,
    subset: str | None,
    tokens_file: str | None,
    key_file: str | None,
    method: str | None,
    multi: bool,
    spacing: float,
    as_json: bool,
) -> None:
    """Fetch the games of some makers from the site at URL. Status 1 when a token was refused."""
    given = Hidden(tokens)
    del tokens  # tracebacks show local values
    with reported("easyjam fetch"), ServiceManager("gameservices") as manager:
        jam = manager.add(_site(url, key_file, method, multi, spacing))
        asked = jam if subset is None else jam.subset(subset)
        pending = asked.fetch(_tokens(given, tokens_file).reveal(), again=again)
        pause = lambda: f"(next request in {jam.manners.wait_s():.0f} s)" if jam.manners.wait_s() >= 1 else ""  # noqa: E731
        document = wait_for(manager, pending, f"Asking {jam.host}", pause)
    if as_json:
        echo_json(document)
    else:
        _print_document(document)
    sys.exit(0 if all(result.ok for result in document.results.values()) else 1)


@easyjam.command(
    epilog=examples("gameservices easyjam validate games.json", "curl -s URL | gameservices easyjam validate -")
)
@click.argument("source", metavar="FILE|URL")
@json_option
def validate(source: str, as_json: bool) -> None:
    """Check a document strictly: a file, - for input, or an address to fetch. Status 1 when something is wrong."""
    with reported("easyjam validate"):
        body, content_type = _document(source)
        problems = check(body, content_type=content_type)
    if as_json:
        echo_json(problems)
    else:
        for problem in problems:
            say(str(problem))
        click.echo(counted(len(problems), "problem") if problems else "no problems")
    sys.exit(1 if problems else 0)


@easyjam.command(epilog=examples("gameservices easyjam build games.toml -o games.json"))
@click.argument("source", metavar="FILE")
@click.option("--output", "-o", metavar="FILE", help="Where to write the document; default: the standard output.")
def build(source: str, output: str | None) -> None:
    """Turn games written down in a TOML file into a document that is true to the specification.

    See the page of pygame_gameservices about EasyJam for the file's fields.
    """
    with reported("easyjam build"):
        results, info = read_source(text_from("FILE", source))
        document = write_document(results, info=info)
        problems = check(document)
        assert not problems, problems
        if output is None:
            click.echo(document)
            return
        try:
            Path(output).write_bytes(document + b"\n")
        except OSError as error:
            raise UsageError(f"{output} cannot be written ({error.strerror}); check the path") from None
    items = sum(len(result.items) for result in results.values())
    click.echo(f"{output}: {counted(items, 'game')} of {counted(len(results), 'maker')}", err=True)


@easyjam.command(
    epilog=examples(
        "gameservices easyjam gallery games.json --out public",
        "gameservices easyjam gallery games.json --out public --title 'Our jam' --url https://jam.example/games/",
    )
)
@click.argument("source", metavar="FILE|URL")
@click.option("--out", metavar="DIR", required=True, help="Where to write the files; made where it is missing.")
@click.option("--title", default="Games", show_default=True, help="What to call the page.")
@click.option("--url", help="Where the page will be; the feed then says so.")
@json_option
def gallery(source: str, out: str, title: str, url: str | None, as_json: bool) -> None:
    """Turn a document into a web page and an RSS feed for any web server: a file, - for input, or an address to fetch.

    The page needs no script, follows the reader's light or dark setting, and is safe against what makers write.
    """
    with reported("easyjam gallery"):
        if url is not None and not is_web_url(url):
            raise UsageError(f"--url is {url!r}; pass an address such as https://jam.example/games/")
        document = read_document(_document(source)[0])
        if document.error is not None:
            raise GameServicesError(f"{source} holds an error in place of games: {document.error}")
        files = write_gallery(document, title=title, url=url)
        try:
            Path(out).mkdir(parents=True, exist_ok=True)
            for name, content in files.items():
                (Path(out) / name).write_bytes(content)
        except OSError as error:
            raise UsageError(f"{out} cannot be written ({error.strerror}); check the path") from None
    if as_json:
        wrote = [str(Path(out) / name) for name in files]
        echo_json({"wrote": wrote, "games": len(document.items), "problems": document.problems})
        return
    if document.problems:
        click.echo(f"{len(document.problems)} things in it are not as they should be: see easyjam validate", err=True)
    click.echo(f"{out}: {', '.join(files)} with {len(document.items)} games", err=True)


@easyjam.command(epilog=examples("gameservices easyjam token myjam ada"))
@click.argument("unique")
@click.argument("name", default="")
@json_option
def token(unique: str, name: str, as_json: bool) -> None:
    """Make a new token for a user: UNIQUE is the site's own word, NAME the user's name or number."""
    with reported("easyjam token"):
        made = make_token(unique, name)
        if as_json:
            echo_json({"token": made})
        else:
            click.echo(made)


@easyjam.command(
    epilog=examples("gameservices easyjam sync https://jam.example/easyjam jam.sqlite3 --tokens-file makers.txt")
)
@click.argument("url")
@click.argument("catalogue", metavar="FILE")
@click.argument("tokens", nargs=-1)
@_site_options
def sync(
    url: str,
    catalogue: str,
    tokens: tuple[str, ...],
    tokens_file: str | None,
    key_file: str | None,
    method: str | None,
    multi: bool,
    spacing: float,
    as_json: bool,
) -> None:
    """Keep a catalogue (an SQLite FILE) of many makers' games. Stop it whenever you like; it goes on the next time.

    What was read within a day is not asked for again. Status 1 when the site cannot be asked, or refused a token.
    """
    given = Hidden(tokens)
    del tokens  # tracebacks show local values
    with reported("easyjam sync"), ServiceManager("gameservices") as manager:
        wanted = _tokens(given, tokens_file)
        jam = manager.add(_site(url, key_file, method, multi, spacing))
        with Catalogue(catalogue, jam.base_url) as kept, bar("requests") as shown:
            task = shown.add_task("", total=len(wanted.reveal()), rated=0)

            def tell(progress: syncing.Progress) -> None:
                over = "done" if progress.done == progress.makers else "asking"
                wait = f"next request in {progress.waiting_s:.0f} s" if progress.waiting_s else over
                shown.update(task, completed=progress.done, rated=progress.requests, description=wait)

            at_once = TOKENS_PER_REQUEST if multi else 1
            try:
                report = syncing.sync(jam, kept, wanted.reveal(), at_once=at_once, on_progress=tell)
            except sqlite3.Error as error:
                raise GameServicesError(f"{catalogue}: {error}; what came before is in it") from None
            refused = [why for why in map(kept.error_of, wanted.reveal()) if why]
    if as_json:
        echo_json({"report": report, "refused": refused})
    else:
        requests = counted(report.requests, "request")
        click.echo(f"{report.done} of {counted(report.makers, 'maker')} up to date after {requests}")
        changed, denied = counted(report.changed, "item"), counted(len(refused), "token")
        click.echo(f"{changed} new or changed, {report.gone} gone, {denied} refused")
    sys.exit(1 if refused else 0)


def _document(source: str) -> tuple[bytes, str | None]:
    """A document, and the content type it was served with if it was served."""
    if not source.startswith(("http://", "https://")):
        return bytes_from("FILE", source), None
    try:
        urlsplit(source)
    except ValueError:
        raise Offline("the site cannot be asked; check the address") from None
    transport = HttpTransport(tls_context())
    answer = transport.send(Request(method="GET", url=source, timeout_s=30, max_bytes=LARGEST_DOCUMENT), Line())
    return answer.body, answer.headers.get("content-type", "none")


def _print_document(document: JamDocument) -> None:
    table = Rows("maker", "game", "released", "links")
    for number, (_, result) in enumerate(document.results.items(), 1):
        maker = (result.user.name if result.user else None) or f"token {number}"
        if not result.ok:
            table.add(maker, result.error or "the site did not answer for it", "", "")
        for item in result.items:
            released = f"{item.released:%Y-%m-%d}" if item.released else "-"
            table.add(maker, item.name, released, ", ".join(item.links))
    table.show()
    for problem in document.problems:
        say(f"passed over: {problem.text}", err=True)
