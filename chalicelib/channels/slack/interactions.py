"""What comes as a form: pressed buttons and chosen options, and slash commands."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any
from urllib.parse import parse_qsl

import msgspec

from chalicelib.channels.base import ChannelEvent, InboundMessage
from chalicelib.channels.slack.messages import CHANNEL, address, ignored
from chalicelib.channels.slack.people import member
from chalicelib.channels.slack.wire import Name
from chalicelib.channels.wire import Text, clean_name, decode, epoch_or
from chalicelib.errors import ParseError

_MOST_BYTES = 500_000
_MOST_FIELDS = 100
_LONGEST_TEXT = 65_536
_PRESSES = frozenset({"block_actions", "interactive_message"})


class Party(msgspec.Struct):
    """A workspace, channel or person."""

    id: Name | None = None
    name: str | None = None
    username: str | None = None
    team_id: Name | None = None


class Words(msgspec.Struct):
    text: Text | None = None


class Option(msgspec.Struct):
    value: Text | None = None
    text: Words | str | None = None


class Action(msgspec.Struct):
    action_id: str | None = None
    name: str | None = None
    value: Text | None = None
    text: Words | str | None = None
    action_ts: Annotated[str, msgspec.Meta(max_length=40)] | None = None
    selected_option: Option | None = None
    selected_options: list[Option] | None = None
    selected_user: str | None = None
    selected_channel: str | None = None
    selected_conversation: str | None = None
    selected_date: str | None = None
    selected_time: str | None = None


class Where(msgspec.Struct):
    """The message that holds the button, as its container and as itself."""

    ts: Name | None = None
    message_ts: Name | None = None
    channel_id: Name | None = None
    thread_ts: Name | None = None


class Interaction(msgspec.Struct):
    type: str
    user: Party | None = None
    team: Party | None = None
    enterprise: Party | None = None
    channel: Party | None = None
    container: Where | None = None
    message: Where | None = None
    original_message: Where | None = None
    message_ts: Name | None = None
    action_ts: Annotated[str, msgspec.Meta(max_length=40)] | None = None
    actions: Annotated[list[Action], msgspec.Meta(max_length=100)] | None = None


_INTERACTION = msgspec.json.Decoder(Interaction)


def read(body: bytes, received_at: datetime) -> list[ChannelEvent]:
    """The events of a form. Raises ParseError for what is none of Slack's."""
    form = _fields(body)
    if "payload" in form:
        return _interaction(form["payload"].encode("utf-8", "surrogatepass"), received_at)
    if form.get("command"):
        return [_command(form, body, received_at)]
    if "ssl_check" in form:
        return [ignored("ssl_check")]
    raise ParseError("neither an event nor a form of Slack's")


def _fields(body: bytes) -> dict[str, str]:
    if len(body) > _MOST_BYTES:
        raise ParseError(f"a form of {len(body)} bytes is none of Slack's")
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError as error:
        raise ParseError(f"the form can't be read: {error}") from error


def _interaction(payload: bytes, received_at: datetime) -> list[ChannelEvent]:
    said = decode(_INTERACTION, payload, "$.payload")
    home = said.user.team_id if said.user else None
    account = next((one.id for one in (said.team, said.enterprise) if one and one.id), home) or ""
    if said.type not in _PRESSES or not said.actions:
        return [ignored(f"interaction:{said.type}", account)]
    return list(_presses(said, account, received_at))


def _presses(said: Interaction, account: str, received_at: datetime) -> Iterator[InboundMessage]:
    """Each action for itself. From an app's home page, which is in no channel, the answer goes to
    the person."""
    user = said.user
    if user is None or user.id is None:
        raise ParseError("Object missing required field `user` - at `$.payload`")
    held = said.container or Where()
    inner = said.message or said.original_message or Where()
    channel = (said.channel.id if said.channel else None) or held.channel_id
    number = held.message_ts or said.message_ts or inner.ts
    thread = held.thread_ts or inner.thread_ts
    for place, action in enumerate(said.actions or ()):
        stamp = action.action_ts or said.action_ts or ""
        name = f"{channel or user.id}:{number or ''}:action:{user.id}:{stamp}:{place}"
        text, payload = _chosen(action)
        yield InboundMessage(
            channel=CHANNEL,
            account=account,
            message_id=name,
            sender=member(user.id, user.team_id or account, clean_name(user.name or user.username)),
            address=address(channel, thread if thread != number else None) if channel else user.id,
            at=epoch_or(stamp, received_at),
            kind="button",
            text=text,
            payload=payload,
            reply_to=f"{channel}:{number}" if channel and number else None,
            group=channel if channel and not channel.startswith("D") else None,
            details={"thread": thread} if thread and channel else {},
        )


def _chosen(action: Action) -> tuple[str | None, str | None]:
    """What the customer sees as chosen, and what it means to the brand."""
    options = [action.selected_option] if action.selected_option else action.selected_options or []
    if options:
        labels = [label for one in options if (label := _label(one.text))]
        return ", ".join(labels) or None, ",".join(one.value or "" for one in options) or None
    picked = (
        *(action.selected_user, action.selected_channel, action.selected_conversation),
        *(action.selected_date, action.selected_time),
    )
    chosen = action.value or next(filter(None, picked), None)
    return _label(action.text), chosen or action.action_id or action.name


def _label(text: Words | str | None) -> str | None:
    return (text.text if isinstance(text, Words) else text) or None


def _command(form: Mapping[str, str], body: bytes, received_at: datetime) -> InboundMessage:
    """A command has no time and no message: it is named by its trigger. Where two people talk in
    private, the app can't answer: it writes to the person."""
    account, user, channel = (_id(form, name) for name in ("team_id", "user_id", "channel_id"))
    private = form.get("channel_name") == "directmessage" or channel.startswith("D")
    text: Any = f"{form['command']} {form.get('text', '')}".strip()[:_LONGEST_TEXT]
    trigger = form.get("trigger_id", "")[:100] or sha256(body).hexdigest()[:32]
    return InboundMessage(
        channel=CHANNEL,
        account=account,
        message_id=f"{channel}:command:{trigger}",
        sender=member(user, account, clean_name(form.get("user_name"))),
        address=user if private else channel,
        at=received_at,
        kind="command",
        text=text,
        group=None if private else channel,
    )


def _id(form: Mapping[str, str], name: str) -> str:
    value = form.get(name, "")
    if not value or len(value) > 100:
        raise ParseError(f"the form has no usable `{name}`")
    return value
