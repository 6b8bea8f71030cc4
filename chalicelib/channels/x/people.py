"""Who is who: users by their number. A user name can change and be taken by somebody else."""

from collections.abc import Mapping

import msgspec

from chalicelib.channels.base import Handle, Sender
from chalicelib.channels.wire import clean_name, decode
from chalicelib.channels.x.wire import INCLUDES, USERS, User
from chalicelib.errors import ParseError

CHANNEL = "x"
People = Mapping[str, User]


def known(raw: msgspec.Raw) -> People:
    """The users that a delivery describes, by number; odd ones cost the names only."""
    try:
        users = decode(USERS, raw)
    except ParseError:
        return {}
    return {number: user.data or user for number, user in users.items()}


def included(raw: msgspec.Raw) -> People:
    """The same of the X Activity API, which lists them."""
    try:
        users = decode(INCLUDES, raw).users or []
    except ParseError:
        return {}
    found = [user.data or user for user in users]
    return {user.number: user for user in found if user.number}


def person(number: str, people: People) -> Sender:
    user = people.get(number)
    name = None
    if user:
        name = clean_name(user.name) or clean_name(user.screen_name) or clean_name(user.username)
    return Sender(handles=(Handle(kind="x", value=number),), name=name)
