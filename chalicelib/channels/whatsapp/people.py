"""Who takes part in a change's messages, by their own ids and by the contacts that came along."""

from chalicelib.channels.base import Handle, Sender
from chalicelib.channels.handles import e164_handle
from chalicelib.channels.whatsapp.shapes import Message
from chalicelib.channels.whatsapp.wire import Contact
from chalicelib.channels.wire import clean_name
from chalicelib.errors import ParseError

_LONGEST_ID = 256

_Ids = tuple[str | None, str | None, str | None]
"""Phone number, business-scoped id, and the id that a group of businesses shares."""


class People:
    """The people of one change."""

    def __init__(self, contacts: list[Contact], account: str) -> None:
        self.account = account
        self._by_id = {
            key.removeprefix("+"): contact
            for contact in contacts
            for key in (contact.wa_id, contact.user_id)
            if key
        }
        self._only = contacts[0] if len(contacts) == 1 else None
        self._known: dict[_Ids, tuple[Sender, str]] = {}

    def sender(self, message: Message) -> tuple[Sender, str]:
        """Who wrote, and the address that reaches them; ParseError if the message names nobody."""
        return self.known_as(message.phone, message.from_user_id, message.from_parent_user_id)

    def recipient(self, message: Message) -> tuple[Sender, str]:
        """To whom the brand wrote, likewise."""
        return self.known_as(message.to, message.to_user_id, message.to_parent_user_id)

    def known_as(
        self, phone: str | None, user: str | None, parent: str | None = None
    ) -> tuple[Sender, str]:
        ids = phone, user, parent
        if ids not in self._known:
            self._known[ids] = self._identify(*ids)
        return self._known[ids]

    def _identify(
        self, phone: str | None, user: str | None, parent: str | None
    ) -> tuple[Sender, str]:
        """A contact counts only if it bears an id of the message: a guess would join two people."""
        contact = self._contact(phone, user)
        if contact:
            phone, user = phone or contact.wa_id, user or contact.user_id
            parent = parent or contact.parent_user_id
        found = handles(phone, user, parent, account=self.account)
        if not found:
            raise ParseError("`from` and `from_user_id` are missing: nobody knows who wrote")
        profile = contact.profile if contact else None
        name = clean_name(profile.name) or clean_name(profile.username) if profile else None
        return Sender(handles=found, name=name), address_of(found[0])

    def _contact(self, phone: str | None, user: str | None) -> Contact | None:
        if not phone and not user:
            return self._only
        by_phone = self._by_id.get((phone or "").removeprefix("+"))
        return by_phone or self._by_id.get(user or "")


def handles(
    phone: str | None, user: str | None, parent: str | None = None, *, account: str
) -> tuple[Handle, ...]:
    """What WhatsApp vouches for. A `from` that is no phone number stands for the missing id."""
    number = e164_handle(phone) if phone else None
    scoped = (user or (phone if number is None else None), parent)
    return (
        *((number,) if number else ()),
        *(
            Handle(kind="whatsapp_user", value=value, account=account)
            for value in scoped
            if value and len(value) <= _LONGEST_ID
        ),
    )


def address_of(handle: Handle) -> str:
    """What a send takes: the digits of a number, or the scoped id as it is."""
    return handle.value.removeprefix("+") if handle.kind == "phone" else handle.value
