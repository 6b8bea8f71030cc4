"""What is remembered of a link that was followed: enough to know which, nothing that opens it.

Query and fragment go, for they carry tokens and addresses; a link of ours, which is a token,
becomes the name of what it is for. Pure.
"""

import re
from urllib.parse import urlsplit

from chalicelib.outreach.links import PATHS

LONGEST = 200
"""Characters that are remembered of a link."""

_TOKEN = re.compile(rf"/({'|'.join(PATHS.values())})/[\w-]+\.[\w-]{{43}}(?:/|$)", re.ASCII)
"""A path with a token of ours: its signature has 43 characters."""
_USES = {path: use for use, path in PATHS.items()}


def remembered(url: str) -> str | None:
    """The link as it is kept, "review" or "https://kahve.example/menu"; None for what leads to no
    page."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    ours = _TOKEN.search(parts.path)
    if ours:
        return _USES[ours[1]]
    host = parts.netloc.rpartition("@")[2]
    if parts.scheme not in ("http", "https") or not host:
        return None
    return f"{parts.scheme}://{host}{parts.path}"[:LONGEST]
