"""Staff API: who is unhappy, and who has been cared for."""

from chalicelib.clock import to_millis
from chalicelib.errors import Conflict
from chalicelib.store import customers, moods
from chalicelib.voice.caring import Caring, mood_of
from chalicelib.voice.moods import of_family
from chalicelib.web.endpoints import CURSOR, LIMIT, Call, Endpoint
from chalicelib.web.voice_people import people
from chalicelib.web.voice_views import UnhappyPage, UnhappyView


def list_unhappy(call: Call) -> UnhappyPage:
    """Customers whose last word was a bad one – a low score, few stars, an angry message about
    something grave – and for whom nobody has cared since; the latest first. A page may have fewer
    than `limit`, where two turned out to be one person."""
    listed, cursor = moods.unhappy(limit=call.limit, before=call.cursor)
    known = people(listed)
    leaders = {one: leader for one in listed if (leader := known.leader(one))}
    family = {name for leader in leaders.values() for name in leader.family}
    kept = {name: mood_of(found) for name, found in moods.find_many(family).items()}
    views = []
    for customer_id, leader in leaders.items():
        whole = of_family(kept[name] for name in leader.family if name in kept)
        own = kept[customer_id].unhappy if customer_id in kept else None
        # One person under several ids is listed once: where their last bad sign is.
        if own is not None and whole.unhappy == own:
            views.append(UnhappyView.of(leader, whole))
    return UnhappyPage(customers=views, next_cursor=cursor)


def note_care(call: Call) -> UnhappyView:
    """Somebody has looked after this customer: they leave the list until the next bad sign. Calling
    again changes nothing as long as there was none."""
    customer = customers.get(call.path["customer_id"])
    kept = {name: mood_of(one) for name, one in moods.find_many(customer.family).items()}
    whole = of_family(kept.values())
    if not any(sign.feeling == "bad" for sign in whole.signs):
        raise Conflict(f"customer {customer.id} has given no bad sign: there is nothing to note")
    if whole.unhappy is not None:
        # A platform's clock may be ahead of ours.
        at, caring = max(to_millis(call.wiring.clock()), whole.unhappy.at), Caring()
        whole = of_family([caring.care(name, at, call.key.name) for name in kept])
    return UnhappyView.of(customer, whole)


ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/v1/voice/unhappy",
        scope="voice:read",
        summary="Customers who are unhappy, the latest first",
        handle=list_unhappy,
        returns=UnhappyPage,
        query=(LIMIT, CURSOR),
    ),
    Endpoint(
        method="POST",
        path="/v1/voice/unhappy/{customer_id}/cared",
        scope="voice:write",
        summary="Note that an unhappy customer was cared for",
        handle=note_care,
        returns=UnhappyView,
    ),
)
