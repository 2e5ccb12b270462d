"""A certificate for the sandbox, signed by an authority that exists for this sandbox alone."""

from __future__ import annotations

import ssl
from pathlib import Path

from pygame_gameservices.errors import GameServicesError

CA_FILE = "sandbox-ca.pem"
"""Name of the authority's certificate inside the folder: the file that a client must trust."""

_SERVER_FILE = "sandbox-server.pem"


def server_context(folder: Path, host: str) -> ssl.SSLContext:
    """Return a context that proves to be `host`, localhost and 127.0.0.1; keys are made in `folder` if missing.

    Raises:
        GameServicesError: the library that makes certificates is not installed.
    """
    server_file = folder / _SERVER_FILE
    if not server_file.exists():
        _make(folder, host)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server_file)
    return context


def _make(folder: Path, host: str) -> None:
    try:
        import trustme
    except ImportError:
        raise GameServicesError("the sandbox needs trustme for TLS: pip install trustme") from None
    authority = trustme.CA(organization_name="pygame_gameservices sandbox")
    names = dict.fromkeys(["127.0.0.1", "localhost", "::1", host])
    wildcards = {"0.0.0.0", "::"}
    certificate = authority.issue_cert(*(name for name in names if name not in wildcards))
    authority.cert_pem.write_to_path(folder / CA_FILE)
    # The server's file last: its existence says that the pair is complete.
    server_file = folder / _SERVER_FILE
    server_file.touch(mode=0o600)
    certificate.private_key_and_cert_chain_pem.write_to_path(server_file)
