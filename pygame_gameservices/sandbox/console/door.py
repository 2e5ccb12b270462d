"""What the browser is told about every page, and which requests are turned away before anyone looks at them."""

from __future__ import annotations

from collections.abc import Mapping

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)

HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    # Not no-referrer: with that, browsers send "Origin: null" along with a page's own forms, and theirs could no longer
    # be told from anyone else's. Nothing leaves the console either way, since no link leads out of it.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
}
"""For every answer of the console."""

WITHOUT_REFERRER = {**HEADERS, "referrer-policy": "no-referrer"}
"""For the page whose address holds a one-time code."""


def objection(method: str, headers: Mapping[str, str]) -> str | None:
    """Return why a request is turned away, or None when it may pass.

    The guard of the admin port has let the request through: Host is an address of this machine. Here its pages are
    told from those of other servers on this machine, which a browser calls "same site" and hands the cookie to.
    """
    own = f"http://{headers.get('host', '')}"
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if origin is not None and origin != own:
        return "The console takes no requests from other pages."
    changes = method not in ("GET", "HEAD")
    if changes and origin is None:
        return "A form of the console was sent without the Origin header that browsers add."
    if site in (None, "same-origin", "none"):
        return None
    if changes or headers.get("sec-fetch-mode") != "navigate" or headers.get("sec-fetch-dest") != "document":
        return "The console takes no requests from other pages."
    return None
