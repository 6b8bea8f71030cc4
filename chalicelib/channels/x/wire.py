"""X on the wire: the fields Temas reads, all others are passed over.

Two shapes come in. The Account Activity API sends families of events, several in one delivery, with
posts as version 1.1 had them. The X Activity API, its successor, sends one event, with direct
messages as before and posts as version 2 has them. Numbers as ids lose digits beyond 2^53 in many
languages, which is why X adds them as text (`id_str`): that one counts.
"""

from typing import Annotated

import msgspec

from chalicelib.channels.extras import NOTHING
from chalicelib.channels.wire import Id, Text

Number = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]


class User(msgspec.Struct):
    """`screen_name` in version 1.1, `username` in version 2. The X Activity API puts a user's
    fields under `data`."""

    id: Number | int | None = None
    id_str: Number | None = None
    name: str | None = None
    screen_name: str | None = None
    username: str | None = None
    data: "User | None" = None

    @property
    def number(self) -> str | None:
        return self.id_str or (None if self.id is None else str(self.id))


class Recipient(msgspec.Struct):
    recipient_id: Number


class QuickReply(msgspec.Struct):
    metadata: Text | None = None


class MessageData(msgspec.Struct):
    text: Text | None = None
    attachment: msgspec.Raw = NOTHING
    entities: msgspec.Raw = NOTHING
    quick_reply_response: QuickReply | None = None


class MessageCreate(msgspec.Struct):
    target: Recipient
    sender_id: Number
    message_data: MessageData | None = None


class DirectMessage(msgspec.Struct):
    id: Number
    message_create: MessageCreate
    created_timestamp: object = None
    initiated_via: msgspec.Raw = NOTHING


class ReadReceipt(msgspec.Struct):
    sender_id: Number
    created_timestamp: object = None


class Quoted(msgspec.Struct):
    id_str: Number | None = None
    id: Number | int | None = None
    text: Text | None = None
    full_text: Text | None = None
    user: User | None = None


class Extended(msgspec.Struct):
    """The whole of a post whose `text` is cut."""

    full_text: Text | None = None
    entities: msgspec.Raw = NOTHING
    extended_entities: msgspec.Raw = NOTHING


class Tweet(msgspec.Struct):
    """A post in version 1.1."""

    id: Number | int | None = None
    id_str: Number | None = None
    text: Text | None = None
    full_text: Text | None = None
    extended_tweet: Extended | None = None
    user: User | None = None
    created_at: object = None
    timestamp_ms: object = None
    in_reply_to_status_id_str: Number | None = None
    in_reply_to_status_id: Number | int | None = None
    in_reply_to_user_id_str: Number | None = None
    in_reply_to_user_id: Number | int | None = None
    in_reply_to_screen_name: str | None = None
    retweeted_status: msgspec.Raw = NOTHING
    quoted_status: Quoted | None = None
    entities: msgspec.Raw = NOTHING
    extended_entities: msgspec.Raw = NOTHING
    lang: str | None = None


class Reference(msgspec.Struct):
    type: str
    id: Number


class NoteTweet(msgspec.Struct):
    text: Text | None = None


class Post(msgspec.Struct):
    """A post in version 2."""

    id: Number
    author_id: Number
    text: Text | None = None
    note_tweet: NoteTweet | None = None
    created_at: object = None
    in_reply_to_user_id: Number | None = None
    in_reply_to_tweet_id: Number | None = None
    referenced_tweets: list[Reference] | None = None
    entities: msgspec.Raw = NOTHING
    attachments: msgspec.Raw = NOTHING
    lang: str | None = None


class Like(msgspec.Struct):
    id: Id
    user: User
    favorited_status: Tweet
    created_at: object = None
    timestamp_ms: object = None


class Relation(msgspec.Struct):
    """Somebody blocks, follows or mutes somebody, or no longer does."""

    type: str
    source: User
    target: User
    created_timestamp: object = None


class Status(msgspec.Struct):
    """A deleted post."""

    id: Number | int
    user_id: Number | int | None = None
    author_id: Number | None = None


class Removal(msgspec.Struct):
    status: Status
    timestamp_ms: object = None


class Includes(msgspec.Struct):
    users: list[User] | None = None


class Filter(msgspec.Struct):
    user_id: Number | None = None


class Activity(msgspec.Struct):
    """One event of the X Activity API."""

    event_type: str
    filter: Filter | None = None
    payload: msgspec.Raw = NOTHING
    includes: msgspec.Raw = NOTHING


class EncryptedMessage(msgspec.Struct):
    id: Number
    sender_id: Number
    created_at_msec: object = None


FIELDS = msgspec.json.Decoder(dict[str, msgspec.Raw])
LIST = msgspec.json.Decoder(list[msgspec.Raw])
NUMBER: msgspec.json.Decoder[str | int | None] = msgspec.json.Decoder(Number | int | None)
DIRECT_MESSAGE = msgspec.json.Decoder(DirectMessage)
READ_RECEIPT = msgspec.json.Decoder(ReadReceipt)
TWEET = msgspec.json.Decoder(Tweet)
POST = msgspec.json.Decoder(Post)
LIKE = msgspec.json.Decoder(Like)
RELATION = msgspec.json.Decoder(Relation)
REMOVAL = msgspec.json.Decoder(Removal)
DELETED = msgspec.json.Decoder(Status)
ACTIVITY = msgspec.json.Decoder(Activity)
ENCRYPTED = msgspec.json.Decoder(EncryptedMessage)
USERS = msgspec.json.Decoder(dict[str, User])
INCLUDES = msgspec.json.Decoder(Includes)
