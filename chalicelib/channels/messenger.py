"""Messenger: the conversations of a Facebook page."""

from datetime import timedelta
from functools import partial

from chalicelib.channels.base import Outlet
from chalicelib.channels.meta.send import MEDIA, Way, fetch, send
from chalicelib.channels.meta.source import MetaMessaging

_API_BASE = "https://graph.facebook.com/v21.0"
LONGEST = 2000

MESSENGER = MetaMessaging("messenger")

_WAY = Way(channel="messenger", api_base=_API_BASE, home="page_id")

OUTLET = Outlet(
    send=partial(send, _WAY),
    fetch=partial(fetch, _WAY),
    longest=LONGEST,
    split=True,
    window=timedelta(hours=24),
    media=frozenset(MEDIA),
    account=_WAY.home,
)
