"""Staff API: customers in a search, by what they are called and by their addresses."""

from chalicelib.search.people import called, leads
from chalicelib.store import customers
from chalicelib.web.endpoints import Call, allowed
from chalicelib.web.identities import home_countries, keys_of
from chalicelib.web.views import View


class PersonView(View, frozen=True, kw_only=True):
    """A customer who was found, by name or address."""

    id: str
    name: str | None = None
    open_conversation_id: str | None = None


def people(call: Call) -> tuple[PersonView, ...]:
    """Who has this address or, if it is none, is called so; nobody for a key that may not read
    customers."""
    if not allowed(call.key.scopes, "customers:read"):
        return ()
    text = call.query["q"]
    keys = keys_of(text, home_countries(call.wiring.playbook))
    owners = customers.identities(keys)
    theirs = dict.fromkeys(owners[key].customer_id for key in keys if key in owners)
    known = customers.find_many(list(theirs))
    # Whom an address still names may be gone.
    found = leads([known[who] for who in theirs if who in known]) or called(text)
    return tuple(
        PersonView(id=one.id, name=one.name, open_conversation_id=one.open_conversation_id)
        for one in found
    )
