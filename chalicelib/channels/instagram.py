"""Instagram: the direct messages of a professional account, and comments under its posts."""

from datetime import timedelta
from functools import partial

from chalicelib.channels.base import Outlet
from chalicelib.channels.meta.send import MEDIA, Way, fetch, send
from chalicelib.channels.meta.source import MetaMessaging

_API_BASE = "https://graph.instagram.com/v21.0"
LONGEST_BYTES = 1000


def measure(text: str) -> int:
    """Bytes in UTF-8, as Instagram counts."""
    return len(text.encode("utf-8", "surrogatepass"))


INSTAGRAM = MetaMessaging("instagram")

_WAY = Way(channel="instagram", api_base=_API_BASE, home="account_id")

OUTLET = Outlet(
    send=partial(send, _WAY),
    fetch=partial(fetch, _WAY),
    longest=LONGEST_BYTES,
    measure=measure,
    split=True,
    window=timedelta(hours=24),
    media=frozenset(MEDIA),
    account=_WAY.home,
)
