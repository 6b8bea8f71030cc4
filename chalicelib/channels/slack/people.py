"""Who wrote: a member of some workspace, the app itself, or another bot."""

from chalicelib.channels.base import Handle, Sender
from chalicelib.channels.slack.wire import Envelope, Message
from chalicelib.channels.wire import clean_name
from chalicelib.errors import ParseError

SLACKBOT = "USLACKBOT"


def account_of(envelope: Envelope) -> str:
    """The brand's workspace. In a channel that several companies share, `team_id` may be another's:
    the authorization names the one that the app is installed in."""
    installed = next((one.team_id for one in envelope.authorizations or () if one.team_id), None)
    account = installed or envelope.context_team_id or envelope.team_id
    if not account or len(account) > 100:
        raise ParseError("Object missing required field `team_id`")
    return account


def is_app(message: Message, envelope: Envelope) -> bool:
    """Whether it is ours: written by the app that this event is told to."""
    apps = {message.app_id, message.bot_profile.app_id if message.bot_profile else None}
    if envelope.api_app_id and envelope.api_app_id in apps:
        return True
    return is_bot_user(message.user, envelope)


def is_bot_user(user: str | None, envelope: Envelope) -> bool:
    bots = {one.user_id for one in envelope.authorizations or () if one.is_bot}
    return user is not None and user in bots


def is_bot(message: Message) -> bool:
    return (
        message.bot_id is not None or message.subtype == "bot_message" or message.user == SLACKBOT
    )


def is_colleague(message: Message, envelope: Envelope, account: str) -> bool:
    """Whether a member of the brand's own workspace writes in a channel shared with a customer."""
    home = message.user_team or message.source_team
    return envelope.is_ext_shared_channel is True and home == account


def writer(message: Message, account: str) -> Sender:
    """A person is known by the workspace they belong to, whichever channel they write in. Raises
    ParseError if nobody is named."""
    if message.user is None:
        raise ParseError("Object missing required field `user` - at `$.event`")
    team = message.user_team or message.source_team or message.team or account
    profile = message.user_profile
    name = clean_name(profile.real_name or profile.display_name) if profile else None
    return member(message.user, team, name)


def member(user: str, team: str, name: str | None = None) -> Sender:
    return Sender(handles=(Handle(kind="slack", account=team, value=user),), name=name)
