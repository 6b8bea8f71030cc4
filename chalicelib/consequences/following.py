"""After an article was sent or some were offered: what the customer answers, and their silence."""

from contextlib import suppress

from chalicelib import events
from chalicelib.consequences.hands import Hands, Happened
from chalicelib.consequences.serving import (
    SELF_SERVICE,
    open_case,
    over_to_people,
    serve_attempt,
)
from chalicelib.errors import Conflict, NotFound
from chalicelib.outreach.later import once_more
from chalicelib.selfservice import attempts
from chalicelib.selfservice.attempts import MOST, Attempt
from chalicelib.store import conversations, customers
from chalicelib.store.records import OPEN, Conversation


def send_chosen(event: Happened, hands: Hands) -> None:
    """The article that a customer chose of those offered; none of them: a person takes over."""
    chosen: events.ArticleChosen = event.data
    found = open_case(chosen.conversation_id)
    if found is None:
        return
    case, customer = found
    made = attempts.of(case.id)[case.id]
    offers = [one for one in made if not one.confident]
    if not offers:
        return
    if chosen.article_id is None:
        over_to_people(offers[-1], case, customer, "not_helped", hands)
        return
    mine = next((one for one in made if one.message_key == chosen.message_key), None)
    if mine is None and (len(made) >= MOST or chosen.article_id in attempts.tried(made)):
        return
    wanted = mine or Attempt(
        conversation_id=case.id,
        number=len(made) + 1,
        articles=(chosen.article_id,),
        confident=True,
        message_key=chosen.message_key,
        asked_at=chosen.at,
        at=hands.clock(),
        language=offers[-1].language,
    )
    serve_attempt(wanted, case, customer, hands)


def follow_rating(event: Happened, hands: Hands) -> None:
    """Not helped: a person takes over. Helped: the case is solved, a while later, if nothing more
    is said; nobody is asked how it was, as they have just said so."""
    rated: events.ArticleRated = event.data
    rules = hands.playbook.self_service
    if rated.conversation_id is None or rules is None:
        return
    if not rated.helped:
        _not_helped(rated, hands)
        return
    found = _quiet_since(rated.conversation_id, rated)
    due, now = rated.at + rules.closes_after, hands.clock()
    if found is None:
        return
    if now < due:
        hands.later().at(due, once_more(rated, event.id, event.at), now)
    elif not attempts.rejected(attempts.of(found.id)[found.id]):
        hands.cases().resolve(found.id, by=SELF_SERVICE, reason="solved")


def follow_silence(event: Happened, hands: Hands) -> None:
    """An article that nobody says anything about ends its case, a while later, without a question.
    Where there was a choice, nobody knows whether it was any help: a person looks."""
    offered: events.ArticleOffered = event.data
    rules = hands.playbook.self_service
    if rules is None:
        return
    due, now = offered.at + rules.silence, hands.clock()
    if now < due:
        hands.later().at(due, once_more(offered, event.id, event.at), now)
        return
    found = _quiet_since(offered.conversation_id, offered)
    if found is None:
        return
    made = attempts.of(found.id)[found.id]
    if not made or made[-1].message_key != offered.message_key or made[-1].helped is not None:
        return
    if offered.confident:
        hands.cases().resolve(found.id, by=SELF_SERVICE, reason="auto_closed")
    else:
        customer = customers.get(found.customer_id)
        over_to_people(made[-1], found, customer, "unsure", hands)


def _not_helped(rated: events.ArticleRated, hands: Hands) -> None:
    """A case that self-service thought solved is open again before a person gets it."""
    try:
        case = conversations.get(rated.conversation_id or "")
    except NotFound:
        return
    if case.status != OPEN and case.resolved_by == SELF_SERVICE:
        with suppress(Conflict):  # they have another one open by now
            hands.cases().reopen(case.id, by="customer")
    found = open_case(case.id)
    if found is None:
        return
    case, customer = found
    made = [one for one in attempts.of(case.id)[case.id] if rated.article_id in one.articles]
    if made and made[-1].helped is False:
        over_to_people(made[-1], case, customer, "not_helped", hands)


def _quiet_since(
    conversation_id: str, what: events.ArticleRated | events.ArticleOffered
) -> Conversation | None:
    """The conversation, if it is self-service's still and nothing has been written since."""
    found = open_case(conversation_id)
    if found is None or found[0].handed_off or found[0].answered_at:
        return None
    case, since = found[0], what.at
    if isinstance(what, events.ArticleOffered):
        made = attempts.of(case.id)[case.id]
        since = next((a.asked_at for a in made if a.message_key == what.message_key), since)
    last = case.last_inbound_at
    return None if last and last > since else case
