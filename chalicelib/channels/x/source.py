"""X: direct messages to the brand, and posts that mention, answer or quote it.

`account` is the number of the brand's user. A direct message is "dm:{id}", a post "post:{id}";
addresses are "dm:{user}", answered in private, and "post:{id}", answered in public below that post.

Not messages of a customer, and therefore Ignored under their names: reposts, the brand's own posts
(its answers come as an Echo), typing, follows, mutes, what the brand itself likes or blocks,
revoked access, and families that did not exist when this was written.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

import msgspec

from chalicelib.channels import signatures
from chalicelib.channels.base import Channel, ChannelEvent, Delivery, Secrets
from chalicelib.channels.extras import NOTHING
from chalicelib.channels.wire import decode
from chalicelib.channels.x import activity, direct, posts, wire
from chalicelib.channels.x.occasions import Occasion
from chalicelib.channels.x.people import included, known
from chalicelib.errors import ParseError, SignatureError

_HEADER = "x-twitter-webhooks-signature"
_LONGEST_TOKEN = 1000
_MOST_EVENTS = 2000
"""Far above what X sends at once; more is a flood that would hold up everything behind it."""
_MOST_FAMILIES = 100
_ABOUT = frozenset({"for_user_id", "users", "apps", "user_has_blocked", "is_blocked_by"})
"""What surrounds the families of events in a delivery."""
_WITHOUT_USE = frozenset({"direct_message_indicate_typing_events", "user_event"})

_TRUE = (b"true", b'"true"')


class XChannel(Channel):
    name = "x"

    def verify(
        self,
        *,
        headers: Mapping[str, str],
        body: bytes,
        secrets: Secrets,
        now: datetime,
        url: str = "",
    ) -> None:
        """The signature has no time stamp, so an old call can't be told apart: repeats are harmless
        because every event has a name of its own."""
        given = signatures.header(headers, _HEADER)
        signatures.check_base64(given, body, keys=signatures.listed(secrets), prefix="sha256=")

    def handshake(self, *, query: Mapping[str, str], secrets: Secrets) -> str:
        """X's challenge, which it repeats every hour: proof that we have the consumer secret, the
        first of those listed. X takes it as JSON."""
        token = query.get("crc_token", "")
        if not 0 < len(token) <= _LONGEST_TOKEN:
            raise SignatureError("Not a challenge of X's: crc_token is missing")
        key = signatures.listed(secrets)[0]
        answer = signatures.base64_hmac(key.encode(), token.encode("utf-8", "surrogatepass"))
        return msgspec.json.encode({"response_token": f"sha256={answer}"}).decode()

    def parse(self, delivery: Delivery) -> list[ChannelEvent]:
        fields = decode(wire.FIELDS, delivery.body)
        if "data" in fields:
            return list(_activity(fields["data"], delivery.received_at))
        if "for_user_id" not in fields and not fields.keys() & _FAMILIES:
            raise ParseError("neither events of accounts nor an activity of X's")
        if len(fields) > _MOST_FAMILIES:
            raise ParseError(f"$ holds more than {_MOST_FAMILIES} families of events")
        account = direct.account_of(fields.get("for_user_id", NOTHING))
        on = Occasion(account=account, received_at=delivery.received_at)
        return list(_families(fields, on))


def _families(fields: dict[str, msgspec.Raw], on: Occasion) -> Iterator[ChannelEvent]:
    on = replace(on, people=known(fields.get("users", NOTHING)))
    blocked = bytes(fields.get("user_has_blocked", NOTHING)) in _TRUE
    for family, raw in fields.items():
        if family in _ABOUT:
            continue
        reader = _READERS.get(family)
        if blocked and family == "tweet_create_events":
            yield on.ignored("blocked_by_us")
        elif reader is None:
            yield on.ignored(family if family in _WITHOUT_USE else f"unknown:{family}")
        else:
            for number, one in enumerate(_several(raw, f"{on.path}.{family}")):
                yield reader(one, on.at(f"{on.path}.{family}[{number}]"))


def _several(raw: msgspec.Raw, path: str) -> list[msgspec.Raw]:
    found = decode(wire.LIST, raw, path)
    if len(found) > _MOST_EVENTS:
        raise ParseError(f"{path} holds more than {_MOST_EVENTS} events")
    return found


def _activity(raw: msgspec.Raw, received_at: datetime) -> Iterator[ChannelEvent]:
    """An event of the X Activity API. Its direct messages are families as before."""
    told = decode(wire.ACTIVITY, raw, "$.data")
    account, kind = (told.filter.user_id if told.filter else None) or "", told.event_type
    on = Occasion(account=account, received_at=received_at, path="$.data.payload")
    if kind.startswith("dm."):
        yield from _families(decode(wire.FIELDS, told.payload, on.path), on)
    elif kind == "chat.received":
        yield direct.encrypted(told.payload, on)
    elif kind == "post.delete":
        yield activity.deletion(decode(wire.DELETED, told.payload, on.path), on, received_at)
    elif kind.startswith("post."):
        on = replace(on, people=included(told.includes))
        yield posts.event_of(posts.version_2(told.payload, on), on)
    else:
        yield on.ignored(kind)


def _post(raw: msgspec.Raw, on: Occasion) -> ChannelEvent:
    return posts.event_of(posts.version_1(raw, on), on)


_RELATIONS = ("block", "unblock", "follow", "unfollow", "mute", "unmute")
_READERS: dict[str, Callable[[msgspec.Raw, Occasion], ChannelEvent]] = {
    "direct_message_events": direct.message,
    "direct_message_mark_read_events": direct.read,
    "tweet_create_events": _post,
    "tweet_delete_events": activity.removal,
    "favorite_events": activity.like,
    **{f"{name}_events": activity.relation for name in _RELATIONS},
}
_FAMILIES = _READERS.keys() | _WITHOUT_USE

X = XChannel()
