"""One process with the third-party client `gamejoltapi` in it; run by `test_gamejoltapi`, never imported there.

Importing `gamejoltapi` replaces `ssl._create_default_https_context` by one that verifies nothing, for the whole
process. So it lives in this one, which speaks JSON lines: ``[format, username, token, method, args, kwargs]`` in, and
``{"result": ...}`` or ``{"error": [class, text]}`` out. The first line in is ``[base_url, game_id, private_key]``.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import gamejoltapi  # type: ignore[import-untyped]


def connect(base_url: str, *arguments: Any) -> Any:
    """Make a client and turn it from the real service to `base_url`, which it has no setting for."""
    api = gamejoltapi.GameJoltAPI(*arguments)
    official = api._GameJoltAPI__API_URL
    api._GameJoltAPI__API_URL = base_url
    api.operations = {name: url.replace(official, base_url) for name, url in api.operations.items()}
    return api


def main() -> None:
    """Answer calls until stdin ends."""
    base_url, game_id, private_key = json.loads(sys.stdin.readline())
    for line in sys.stdin:
        format_name, username, token, method, args, kwargs = json.loads(line)
        api = connect(base_url, game_id, private_key, username, token, format_name)
        try:
            if method == "batch":  # its requests are calls, turned into URLs by the client itself
                api.submitRequests = False
                urls = [getattr(api, name)(*inner) for name, inner in args[0]]
                api.submitRequests = True
                result = api.batch(urls, **kwargs)
            else:
                result = getattr(api, method)(*args, **kwargs)
            answer = {"result": result}
        except Exception as error:
            answer = {"error": [type(error).__name__, str(error)]}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
