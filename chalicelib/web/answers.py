"""An answer, checked before it is planned: may it go out there, now, as it is? Pure but for asking
when the customer last wrote on another channel."""

from typing import Annotated, Literal

import msgspec

from chalicelib.channels.base import Outlet
from chalicelib.errors import Conflict, InvalidRequest
from chalicelib.outreach.purposes import answered
from chalicelib.outreach.windows import shut
from chalicelib.store.notification_records import Attachment, TemplateChoice
from chalicelib.store.records import Contact, Conversation, Customer
from chalicelib.wiring import Wiring

LONGEST = 65_536
MOST_ATTACHMENTS = 10

VariableText = Annotated[str, msgspec.Meta(max_length=1000)]


class AttachmentRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file to send along: an https URL at which the platform finds it."""

    kind: Literal["image", "audio", "video", "document"]
    url: Annotated[str, msgspec.Meta(pattern=r"^https://[^\s]+$", max_length=2048)]
    name: Annotated[str, msgspec.Meta(max_length=200)] | None = None
    mime: Annotated[str, msgspec.Meta(max_length=100)] | None = None


class TemplateRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A template that the platform has approved, for when its window is shut."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=512)]
    language: Annotated[str, msgspec.Meta(min_length=2, max_length=16)]
    variables: list[Annotated[str, msgspec.Meta(max_length=1024)]] = []


class AnswerRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An answer to the customer. `channel` only to leave the one they wrote on; `reply_to` is the
    key of the message it quotes; with `template` the platform writes the text, and `text` is what
    the thread shows of it. `canned` names an answer that is written already, sent in the customer's
    language (or `language`) with `variables` filled in, instead of `text`."""

    text: Annotated[str, msgspec.Meta(max_length=LONGEST)] = ""
    channel: Annotated[str, msgspec.Meta(max_length=40)] | None = None
    reply_to: Annotated[str, msgspec.Meta(max_length=500)] | None = None
    attachments: Annotated[list[AttachmentRequest], msgspec.Meta(max_length=MOST_ATTACHMENTS)] = []
    template: TemplateRequest | None = None
    canned: Annotated[str, msgspec.Meta(max_length=64)] | None = None
    variables: Annotated[dict[str, VariableText], msgspec.Meta(max_length=20)] = {}
    language: Literal["tr", "en"] | None = None


def written(
    wanted: AnswerRequest, case: Conversation, customer: Customer, agent: str, wiring: Wiring
) -> AnswerRequest:
    """The answer with its canned text, if it is one. Raises NotFound for a name there is not;
    InvalidRequest for what a canned answer can't be sent with, and for missing variables."""
    if wanted.canned is None:
        if wanted.variables or wanted.language:
            raise InvalidRequest("variables and language belong to a `canned` answer: name it")
        return wanted
    if wanted.text or wanted.template:
        raise InvalidRequest("canned has its text already: leave text and template out")
    from chalicelib.store import canned
    from chalicelib.web.canned_words import words

    text, _ = words(
        canned.get(wanted.canned),
        customer=customer,
        case=case,
        playbook=wiring.playbook,
        agent=agent,
        given=wanted.variables,
        wanted=wanted.language,
    )
    return msgspec.structs.replace(wanted, text=text)


def checked(
    wanted: AnswerRequest, case: Conversation, customer: Customer, wiring: Wiring
) -> Contact:
    """Where the answer goes.

    Raises Conflict, saying what would work instead, if it can't go there now; InvalidRequest if it
    can't go there as it is.
    """
    contact = _contact(wanted, case, customer)
    if contact.channel == "email":
        _check_mail(wanted)
        return contact
    outlet = wiring.outlet(contact.channel, contact.account)
    if outlet is None:
        raise Conflict(f"nothing can be sent on {contact.channel}: {_elsewhere(customer, wiring)}")
    _check_content(wanted, contact.channel, outlet)
    if wanted.template is None and _is_shut(contact, case, customer, wiring):
        raise Conflict(_shut_words(contact, outlet, customer, wiring))
    return contact


def attachments(wanted: AnswerRequest) -> tuple[Attachment, ...]:
    return tuple(
        Attachment(kind=one.kind, url=one.url, name=one.name, mime=one.mime)
        for one in wanted.attachments
    )


def template(wanted: AnswerRequest) -> TemplateChoice | None:
    chosen = wanted.template
    if chosen is None:
        return None
    return TemplateChoice(
        name=chosen.name, language=chosen.language, variables=tuple(chosen.variables)
    )


def quoted(wanted: AnswerRequest, contact: Contact) -> str | None:
    """The platform's id of the message to quote. Raises InvalidRequest for one from elsewhere."""
    if wanted.reply_to is None:
        return None
    channel, _, rest = wanted.reply_to.partition(":")
    if channel != contact.channel or ":" not in rest:
        raise InvalidRequest(
            f"reply_to must be the key of a message on {contact.channel}, as the thread shows it"
        )
    return rest.partition(":")[2]


def _contact(wanted: AnswerRequest, case: Conversation, customer: Customer) -> Contact:
    if wanted.channel is not None and wanted.channel not in answered():
        raise InvalidRequest(f"$.channel must be one of {', '.join(answered())}")
    here = None
    if case.channel and case.address:
        here = Contact(channel=case.channel, account=case.account, address=case.address)
    if here and wanted.channel in (None, here.channel):
        return here
    known = [c for c in customer.contacts if wanted.channel in (None, c.channel)]
    if wanted.channel is None:
        known = [c for channel in answered() for c in known if c.channel == channel]
    if not known:
        names = ", ".join(sorted({c.channel for c in customer.contacts})) or "none"
        raise Conflict(
            f"the customer has no address on {wanted.channel or 'any channel'}: known are {names}"
        )
    # The last one they used.
    return known[-1] if wanted.channel else known[0]


def _check_mail(wanted: AnswerRequest) -> None:
    if wanted.template:
        raise InvalidRequest("email has no templates: write the text itself")
    if wanted.attachments:
        raise InvalidRequest("mails go out without attachments: put a link into the text")
    if not wanted.text.strip():
        raise InvalidRequest("text is blank: there is nothing to send")


def _check_content(wanted: AnswerRequest, channel: str, outlet: Outlet) -> None:
    if wanted.template and not outlet.templates:
        raise InvalidRequest(f"{channel} has no templates: write the text itself")
    if not (wanted.text.strip() or wanted.attachments or wanted.template):
        raise InvalidRequest("text is blank: there is nothing to send")
    for one in wanted.attachments:
        if one.kind not in outlet.media:
            takes = ", ".join(sorted(outlet.media)) or "no files"
            raise InvalidRequest(f"{channel} takes {takes}, not {one.kind}: put a link into text")
    length = outlet.measure(wanted.text)
    if length > outlet.longest and not outlet.split:
        raise InvalidRequest(f"{channel} takes {outlet.longest} at once, text has {length}: cut it")


def _is_shut(contact: Contact, case: Conversation, customer: Customer, wiring: Wiring) -> bool:
    return contact.channel in shut([contact], customer, case, wiring.window, wiring.clock())


def _shut_words(contact: Contact, outlet: Outlet, customer: Customer, wiring: Wiring) -> str:
    hours = int(outlet.window.total_seconds() // 3600) if outlet.window else 0
    template = "send an approved `template` instead, or " if outlet.templates else ""
    return (
        f"{contact.channel} takes free text only within {hours} hours of the customer's last "
        f"message there: {template}{_elsewhere(customer, wiring)}"
    )


def _elsewhere(customer: Customer, wiring: Wiring) -> str:
    """The customer's channels on which an answer could go out now."""
    outside = shut(customer.contacts, customer, None, wiring.window, wiring.clock())
    able = [
        channel
        for channel in dict.fromkeys(c.channel for c in customer.contacts)
        if channel not in outside and (channel == "email" or wiring.outlet(channel, ""))
    ]
    if not able:
        return "wait until they write again"
    return f"answer with `channel` set to {' or '.join(able)}"
