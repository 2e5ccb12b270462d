"""How a secret may be written in what comes from outside."""

from __future__ import annotations

import html
import json
import re
from base64 import b64encode, urlsafe_b64encode
from functools import lru_cache
from urllib.parse import quote, quote_plus

from pygame_gameservices.core.storage.credentials import Secret

_SHORTEST_ENCODED = 6
"""Characters of base64 from which it is looked for: fewer are a part of many words."""


@lru_cache(maxsize=256)
def forms_of(secret: Secret) -> frozenset[str]:
    """A secret as it is written in addresses, once and twice encoded, in JSON, HTML and Python, and in base64."""
    plain = secret.reveal()
    if not plain:
        return frozenset()
    encoded = {quote(plain, safe=""), quote_plus(plain), quote(plain)}
    encoded |= {quote(one, safe="") for one in encoded}
    encoded |= {re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), one) for one in encoded}
    in_json = {json.dumps(plain)[1:-1], json.dumps(plain, ensure_ascii=False)[1:-1]}
    in_json |= {one.replace("/", "\\/") for one in in_json}
    return frozenset({plain, *encoded, *in_json, html.escape(plain), repr(plain)[1:-1], *_in_base64(plain)})


def _in_base64(plain: str) -> set[str]:
    """What base64 makes of a secret wherever it stands in the text that is encoded: there are three ways."""
    found = set()
    for encode in (b64encode, urlsafe_b64encode):
        for before in range(3):
            whole = encode(b"\0" * before + plain.encode("utf-8", "surrogatepass")).decode()
            sure = whole.rstrip("=")[(0, 2, 3)[before] :]
            found.add(sure if whole[-1] != "=" else sure[:-1])
    return {one for one in found if len(one) >= _SHORTEST_ENCODED}
