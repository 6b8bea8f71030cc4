"""Files that came in: those of posts lie open, those of direct messages behind the account."""

import re

from chalicelib.channels.base import Account, FetchResult, Gone, Media, Transport
from chalicelib.channels.fetching import download, host_of
from chalicelib.channels.x.access import Access
from chalicelib.clock import utc_now

_OPEN = ("pbs.twimg.com", "video.twimg.com")
_PRIVATE = "ton.twitter.com"
_OF_MESSAGE = re.compile(
    r"https://ton\.(?:twitter|x)\.com/(?:1\.1/ton/data/dm|i/ton/data/dm)"
    r"/([0-9]{1,20})/([0-9]{1,20})/([A-Za-z0-9_.-]{1,100})"
)


def fetch(media: Media, account: Account, transport: Transport, limit: int) -> FetchResult:
    """Raises ConfigurationError if a message's file is wanted and the account lacks its tokens."""
    if not media.url:
        return Gone(reason="X gave no address of the file")
    found = _OF_MESSAGE.match(media.url)
    if found is None:
        return download(media.url, transport, limit=limit, hosts=_OPEN)
    access = Access.of(account, utc_now)
    # A token is taken by the API only, a signature only where the file lies.
    url = f"https://{_PRIVATE}/1.1/ton/data/dm/{'/'.join(found.groups())}"
    if access.credentials is None:
        url = f"{access.base}/2/dm_conversations/media/{'/'.join(found.groups())}"
    headers = {"authorization": access.header("GET", url)}
    hosts = (_PRIVATE, host_of(access.base), *_OPEN)
    return download(url, transport, limit=limit, hosts=hosts, headers=headers)
