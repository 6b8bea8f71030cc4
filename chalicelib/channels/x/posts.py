"""Posts that mention the brand, answer it or quote it. They are public; so is the answer."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from chalicelib.channels.base import ChannelEvent, Echo, InboundMessage, Media
from chalicelib.channels.extras import without_nothing
from chalicelib.channels.wire import decode
from chalicelib.channels.x import wire
from chalicelib.channels.x.media import first_url, listed, time_of, unescaped
from chalicelib.channels.x.occasions import Occasion, is_object
from chalicelib.channels.x.people import CHANNEL, People, person
from chalicelib.errors import ParseError

_UNDETERMINED = frozenset({"und", "zxx", "qme", "qht", "qam", "qct", "qst", "art"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """What both versions of a post tell."""

    number: str
    author: str
    people: People
    at: datetime
    text: str | None = None
    answers: str | None = None
    answers_whom: str | None = None
    repeats: bool = False
    media: tuple[Media, ...] = ()
    details: dict[str, Any] = field(default_factory=dict)


def event_of(post: Post, on: Occasion) -> ChannelEvent:
    """The customer's message, or the brand's answer to one as an Echo. A repost says nothing new,
    and what the brand tells everybody is no message to a customer."""
    if post.repeats:
        return on.ignored("repost")
    shared: dict[str, Any] = {
        "channel": CHANNEL,
        "account": on.account,
        "message_id": f"post:{post.number}",
        "at": post.at,
        "kind": "mention",
        "text": post.text,
        "reply_to": f"post:{post.answers}" if post.answers else None,
        "media": post.media,
        "details": post.details,
    }
    if post.author != on.account:
        sender = person(post.author, post.people)
        return InboundMessage(sender=sender, address=f"post:{post.number}", **shared)
    if not post.answers or post.answers_whom in (None, on.account):
        return on.ignored("own_post")
    recipient = person(post.answers_whom or "", post.people)
    return Echo(recipient=recipient, address=f"post:{post.answers}", **shared)


def version_1(raw: msgspec.Raw, on: Occasion) -> Post:
    """Raises ParseError if nobody knows which post it is, or whose."""
    tweet = decode(wire.TWEET, raw, on.path)
    number, author = _number(tweet.id_str, tweet.id), tweet.user.number if tweet.user else None
    if number is None or author is None or tweet.user is None:
        raise ParseError(f"Object missing required field `id_str` or `user` - at `{on.path}`")
    whole = tweet.extended_tweet or wire.Extended()
    answers_whom = _number(tweet.in_reply_to_user_id_str, tweet.in_reply_to_user_id)
    people = {author: tweet.user}
    if answers_whom and answers_whom != author and tweet.in_reply_to_screen_name:
        people[answers_whom] = wire.User(screen_name=tweet.in_reply_to_screen_name)
    return Post(
        number=number,
        author=author,
        people=people,
        at=time_of(tweet.timestamp_ms, time_of(tweet.created_at, on.received_at)),
        text=unescaped(whole.full_text or tweet.full_text or tweet.text),
        answers=_number(tweet.in_reply_to_status_id_str, tweet.in_reply_to_status_id),
        answers_whom=answers_whom,
        repeats=is_object(tweet.retweeted_status),
        media=listed(
            *(whole.extended_entities, whole.entities, tweet.extended_entities, tweet.entities)
        ),
        details=without_nothing(
            language=_language(tweet.lang),
            url=first_url(whole.entities, tweet.entities),
            quoted=_quoted(tweet.quoted_status),
        ),
    )


def version_2(raw: msgspec.Raw, on: Occasion) -> Post:
    post = decode(wire.POST, raw, on.path)
    references = {one.type: one.id for one in post.referenced_tweets or ()}
    quoted = references.get("quoted")
    return Post(
        number=post.id,
        author=post.author_id,
        people=on.people,
        at=time_of(post.created_at, on.received_at),
        text=unescaped((post.note_tweet.text if post.note_tweet else None) or post.text),
        answers=post.in_reply_to_tweet_id or references.get("replied_to"),
        answers_whom=post.in_reply_to_user_id,
        repeats="retweeted" in references,
        details=without_nothing(
            language=_language(post.lang),
            url=first_url(post.entities),
            quoted={"id": quoted} if quoted else None,
        ),
    )


def _number(text: str | None, number: str | int | None) -> str | None:
    return text or (None if number is None else str(number))


def _language(code: str | None) -> str | None:
    return None if not code or code in _UNDETERMINED or len(code) > 20 else code


def _quoted(quoted: wire.Quoted | None) -> dict[str, str]:
    if quoted is None:
        return {}
    text = unescaped(quoted.full_text or quoted.text)
    return without_nothing(id=_number(quoted.id_str, quoted.id), text=text)
