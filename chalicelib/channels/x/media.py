"""Files and links of messages and posts, and times as X writes them."""

from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import msgspec

from chalicelib.channels.base import Media
from chalicelib.channels.extras import object_of, objects_of
from chalicelib.channels.moments import moment
from chalicelib.clock import EARLIEST, LATEST

_KINDS = {"photo": "image", "video": "video", "animated_gif": "video"}
_MOST = 20
_LONGEST_URL = 2048


def unescaped(text: str | None) -> str | None:
    """Texts come with three characters escaped, as in HTML."""
    if not text:
        return None
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def time_of(value: object, fallback: datetime) -> datetime:
    """The moment of milliseconds, of ISO 8601 or of "Mon Mar 26 16:33:26 +0000 2018"."""
    found = moment(value, LATEST)
    if found != LATEST:
        return found
    try:
        # The year comes last; the standard library's mail dates know this form too.
        dated = parsedate_to_datetime(_mail_date(value))
    except (ValueError, TypeError, OverflowError, IndexError):
        return fallback
    return dated if dated.tzinfo and EARLIEST <= dated < LATEST else fallback


def attached(raw: msgspec.Raw) -> tuple[Media, ...]:
    """The file of a direct message."""
    attachment = object_of(raw)
    found = attachment.get("media")
    return _media([found]) if attachment.get("type") == "media" and isinstance(found, dict) else ()


def listed(*entities: msgspec.Raw) -> tuple[Media, ...]:
    """The files of a post: of several descriptions, the first that has any counts."""
    for raw in entities:
        if found := _media(objects_of(object_of(raw).get("media"))):
            return found
    return ()


def first_url(*entities: msgspec.Raw) -> str | None:
    """Where the first link of a text really leads; links to X's own files are none."""
    return next((url for raw in entities for url in _urls(raw)), None)


def _urls(raw: msgspec.Raw) -> Iterator[str]:
    for one in objects_of(object_of(raw).get("urls"))[:_MOST]:
        url, shown = one.get("expanded_url"), one.get("display_url")
        own = isinstance(shown, str) and shown.startswith(("pic.twitter.com", "pic.x.com"))
        if isinstance(url, str) and 0 < len(url) <= _LONGEST_URL and not own:
            yield url


def _media(found: list[dict[str, Any]]) -> tuple[Media, ...]:
    return tuple(one for told in found[:_MOST] if (one := _file(told)))


def _file(told: dict[str, Any]) -> Media | None:
    number = told.get("id_str") or told.get("id")
    url = _film(told) or told.get("media_url_https") or told.get("media_url")
    if not isinstance(url, str) or len(url) > _LONGEST_URL:
        return None
    kind = _KINDS.get(str(told.get("type")), "document")
    return Media(kind=kind, id=None if number is None else str(number)[:40], url=url)


def _film(told: dict[str, Any]) -> Any:
    """The best version of a film that is one file."""
    info = told.get("video_info")
    versions = objects_of(info.get("variants")) if isinstance(info, dict) else []
    files = [one for one in versions if one.get("content_type") == "video/mp4" and one.get("url")]
    rates = {id(one): rate if isinstance(rate := one.get("bitrate"), int) else 0 for one in files}
    return max(files, key=lambda one: rates[id(one)])["url"] if files else None


def _mail_date(value: object) -> str:
    words = value.split() if isinstance(value, str) and len(value) < 60 else []
    if len(words) != 6:
        return ""
    weekday, month, day, clock, zone, year = words
    return f"{weekday}, {day} {month} {year} {clock} {zone}"
