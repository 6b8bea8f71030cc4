"""Slack's way of writing text: links in angle brackets, three characters escaped."""

import re

_LINK = re.compile(r"<((?:https?|mailto|tel):[^<>|]+)(?:\|([^<>|]*))?>")
_SCHEME = re.compile(r"(?:https?://|mailto:|tel:)")


def plain(text: str) -> str:
    """What the text reads like. Mentions of people and channels stay as they are: their names are
    not in the event."""
    if "<" in text:
        text = _LINK.sub(_shown, text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def escaped(text: str) -> str:
    """The text as Slack shows it unchanged; nothing in it calls for a channel or a person."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def link(url: str, label: str) -> str:
    return f"<{escaped(url).replace('|', '%7C')}|{escaped(label).replace('|', ' ')}>"


def _shown(found: re.Match[str]) -> str:
    url, label = found[1], found[2]
    bare = _SCHEME.sub("", url, count=1)
    if not label or label in (url, bare, bare.rstrip("/")):
        return label if label and not url.startswith("http") else url
    return f"{label} ({url})"
