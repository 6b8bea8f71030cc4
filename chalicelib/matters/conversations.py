"""Matters of conversations: answers, which hold whatever happens, and questions about solved cases.
Pure."""

from datetime import datetime

from chalicelib.outreach.compose import Subject, first_name
from chalicelib.outreach.deliver import Matter
from chalicelib.playbook import Playbook
from chalicelib.store.briefing import Briefing
from chalicelib.store.records import Contact, Conversation


def plain(brief: Briefing, _playbook: Playbook, _now: datetime) -> Matter:
    """A greeting or an answer: it holds whatever happens."""
    return Matter(here=here(brief), subject=Subject(name=first_name(brief.customer)))


def unsolved(brief: Briefing, playbook: Playbook, now: datetime) -> Matter:
    """A word of self-service: over once the case is."""
    case = brief.conversation
    if case is None or case.status != "open":
        return Matter(over="conversation_gone" if case is None else "resolved")
    return plain(brief, playbook, now)


def here(brief: Briefing) -> Contact | None:
    """Where the conversation takes place: the channel and address the customer last wrote from."""
    case = brief.conversation
    if case is None or not case.channel or not case.address:
        return None
    return Contact(channel=case.channel, account=case.account, address=case.address)


def longer(brief: Briefing, _playbook: Playbook, _now: datetime) -> Matter:
    """That an answer takes longer, which nobody needs to read once they have it."""
    case, over = brief.conversation, None
    if case is None or case.status == "resolved":
        over = "resolved" if case else "conversation_gone"
    elif case.waiting_since is None:
        over = "answered"
    return Matter(over=over, here=here(brief), subject=Subject(name=first_name(brief.customer)))


def satisfaction(brief: Briefing, _playbook: Playbook, _now: datetime) -> Matter:
    """A question about a solved case, which must still be solved as it was then."""
    case = brief.conversation
    over = "conversation_gone" if case is None else None
    if case is not None and (case.status != "resolved" or _solved_again(brief, case)):
        over = "reopened"
    return Matter(over=over, here=here(brief), subject=Subject(name=first_name(brief.customer)))


def _solved_again(brief: Briefing, case: Conversation) -> bool:
    """Whether this question is about an earlier resolution (its key ends in the number): the
    latest has a question of its own."""
    number = brief.notification.key.rpartition(":")[2] if brief.notification else ""
    return number.isdecimal() and int(number) != case.resolutions
