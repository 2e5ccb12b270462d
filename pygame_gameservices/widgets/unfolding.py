"""How a dialog comes: its title and its foot first, close together, and then it unfolds between them.

Nothing is painted meanwhile, and little is blended twice: it is seen in full before half of it is there. A whole dialog
that fades costs some engines several blits of it in each frame.
"""

from __future__ import annotations

from pygame_gameservices.widgets.easing import ease_out
from pygame_gameservices.widgets.picture import Placed
from pygame_gameservices.widgets.region import Region

_SEEN_AT = 0.4
"""The share of its way at which it has faded in."""


def unfolding(whole: Placed, way: float, head: int, foot: int) -> tuple[Placed, Placed]:
    """The two pieces of a panel that is on its way: from its upper edge down, and from where its foot begins.

    Args:
        whole: the panel where it comes to rest; its title stays there, and the foot slides down to its place.
        way: how far it is, from 0 to 1.
        head, foot: pixels of the panel's height that title and foot take; they are seen from the first.
    """
    picture, (_, height) = whole.picture, whole.picture.body
    share, closed = ease_out(way), min(height, head + foot)
    left_out = height - closed - round((height - closed) * share)
    wide, upper = picture.size[0], picture.bleed + height - foot - left_out
    lower = upper + left_out
    alpha = round(whole.alpha * min(1.0, share / _SEEN_AT))
    return (
        whole._replace(alpha=alpha, part=Region(0, 0, wide, upper)),
        whole._replace(alpha=alpha, y=whole.y + upper, part=Region(0, lower, wide, picture.size[1] - lower)),
    )
