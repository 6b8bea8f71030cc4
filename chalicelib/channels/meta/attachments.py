"""What hangs on a message: files to keep, and what else there is to tell of it.

Meta adds types of attachments without a word (ig_post, ig_story, …): one that nobody has heard of
is a file of unknown kind if it has a URL, and never an error.
"""

from typing import Any

from chalicelib.channels.base import Media
from chalicelib.channels.extras import object_of, objects_of, without_nothing
from chalicelib.channels.fetching import allowed
from chalicelib.channels.meta.wire import Attachment

_KINDS = {
    "image": "image",
    "animated_image": "image",
    "audio": "audio",
    "video": "video",
    "file": "document",
    "sticker": "sticker",
    "reel": "video",
    "ig_reel": "video",
    "ig_post": "image",
    "ig_story": "image",
    "share": "image",
    "story_mention": "image",
}
"""What a shared post or story holds, picture or film, Meta does not say: most are pictures."""
_STORIES = frozenset({"story_mention", "ig_story"})
_SHARED = frozenset({"share", "fallback", "reel", "ig_reel", "ig_post"})
_NO_FILES = frozenset({"fallback", "location", "template"})
_PAGES = ("facebook.com", ".facebook.com", "instagram.com", ".instagram.com", "fb.watch")
"""Where a link leads to a page to look at: Meta keeps its files elsewhere."""
_LONGEST_URL = 4096


def read(attachments: list[Attachment], channel: str) -> tuple[tuple[Media, ...], dict[str, Any]]:
    """The files of a message, and its details."""
    media: list[Media] = []
    details: dict[str, Any] = {}
    for attachment in attachments:
        payload = object_of(attachment.payload)
        url = _url(payload, attachment)
        if url and _is_file(attachment.type, channel) and not allowed(url, _PAGES):
            media.append(_media(attachment.type, payload, url))
        for name, value in _told(attachment, payload, url).items():
            details.setdefault(name, value)
    return tuple(media), details


def _is_file(kind: str | None, channel: str) -> bool:
    # What is shared on Messenger is a web page, on Instagram a picture of the post.
    return kind not in _NO_FILES and (kind != "share" or channel == "instagram")


def _media(kind: str | None, payload: dict[str, Any], url: str) -> Media:
    known = "sticker" if payload.get("sticker_id") else _KINDS.get(kind or "", "document")
    return Media(kind=known, url=url, expires=True)


def _told(attachment: Attachment, payload: dict[str, Any], url: str | None) -> dict[str, Any]:
    match attachment.type:
        case "location":
            return without_nothing(location=_location(attachment, payload))
        case "template":
            return without_nothing(referral=_product(payload))
        case kind if kind in _STORIES:
            story = without_nothing(id=_plain(payload.get("story_media_id")), url=url)
            return without_nothing(story=story)
        case kind if kind in _SHARED:
            return without_nothing(url=url)
        case _:
            return {}


def _location(attachment: Attachment, payload: dict[str, Any]) -> dict[str, Any]:
    found = payload.get("coordinates")
    where = found if isinstance(found, dict) else {}
    return without_nothing(
        latitude=where.get("lat"), longitude=where.get("long"), name=attachment.title
    )


def _product(payload: dict[str, Any]) -> dict[str, Any]:
    """The product that a customer sent from the shop, as a product template comes in."""
    product = payload.get("product")
    elements = objects_of(product.get("elements")) if isinstance(product, dict) else []
    products = [
        without_nothing(
            id=_plain(one.get("retailer_id")) or _plain(one.get("id")),
            title=_plain(one.get("title")),
        )
        for one in elements
    ]
    return without_nothing(product=products[0] if products else None)


def _url(payload: dict[str, Any], attachment: Attachment) -> str | None:
    given = payload.get("url") or payload.get("story_media_url") or attachment.url
    return given if isinstance(given, str) and len(given) <= _LONGEST_URL else None


def _plain(value: Any) -> str | None:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else None
