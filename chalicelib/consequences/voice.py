"""After anything that tells what customers think: it counts as an issue, and as a sign of how they
feel."""

from chalicelib import events
from chalicelib.commerce.orders import Order
from chalicelib.commerce.records import from_record
from chalicelib.consequences.hands import Hands, Happened
from chalicelib.errors import NotFound
from chalicelib.playbook import Playbook
from chalicelib.store import conversations, customers, entries, orders, reviews
from chalicelib.store.outreach_records import Review
from chalicelib.triage.model import default
from chalicelib.triage.understanding import BY_KEYWORDS, BY_MODEL, understood
from chalicelib.triage.words import fold
from chalicelib.voice.caring import Caring
from chalicelib.voice.counting import Counting
from chalicelib.voice.facts import Facts, Mark
from chalicelib.voice.moods import (
    HIGH_NPS,
    HIGH_STARS,
    LOW_NPS,
    LOW_STARS,
    Sign,
    of_score,
)
from chalicelib.voice.naming import Bought, candidates, product_named

REVIEW = "review"
"""The channel of what was said in a review."""

MACHINES = (None, BY_MODEL, BY_KEYWORDS)

ORDERS = 20
"""A customer's latest orders, among which one that a message names is looked for."""


def hear_message(event: Happened, hands: Hands) -> None:
    """A conversation is one contact about one issue, however many messages it has. Who is angry
    about something grave is unhappy."""
    said: events.MessageTriaged = event.data
    product = _named(said)
    facts = Facts(
        first=Mark(at=said.at, id=said.message_key, what=said.channel),
        triaged=_mark(said, said.category),
        named=_mark(said, product),
        severity=said.severity,
    )
    _counting(hands).learn(said.conversation_id, facts)
    if said.sentiment == "negative" and said.severity == "critical":
        sign = Sign(
            at=said.at,
            source=said.message_key,
            kind="message",
            feeling="bad",
            conversation_id=said.conversation_id,
        )
        Caring().feel(said.customer_id, sign)


def hear_correction(event: Happened, hands: Hands) -> None:
    """What staff say a conversation is about is what it counts as. Labels alone say nothing of
    that: then the category that is told along is still the machine's."""
    said: events.ConversationLabelled = event.data
    if said.category is None:
        return
    if said.category == said.was and not _said_by_person(said.conversation_id):
        return
    word = Mark(at=said.at, id=event.id, what=said.category)
    _counting(hands).learn(said.conversation_id, Facts(staff=word))


def hear_survey(event: Happened, hands: Hands) -> None:
    """A low score is a bad sign, a high one a good one; of each survey the last answer counts."""
    said: events.SurveyAnswered = event.data
    asked = hands.playbook.satisfaction
    low, high = (LOW_NPS, HIGH_NPS) if said.kind == "nps" else (asked.low, asked.high)
    sign = Sign(
        at=said.at,
        source=said.survey_id,
        kind="nps" if said.kind == "nps" else "survey",
        feeling=of_score(said.score, low, high),
        score=said.score,
        conversation_id=said.conversation_id,
    )
    Caring().feel(said.customer_id, sign)


def hear_review(event: Happened, hands: Hands) -> None:
    """Few stars are a bad sign, and an issue of the review's product; of a review that was changed
    its last state counts."""
    said: events.ReviewSubmitted = event.data
    review = reviews.find(said.review_id) if said.review_id else None
    if review is None:  # erased meanwhile
        return
    sign = Sign(
        at=review.at,
        source=review.id,
        kind="review",
        feeling=of_score(review.stars, LOW_STARS, HIGH_STARS),
        rank=review.version or 0,
        score=review.stars,
    )
    Caring().feel(review.customer_id, sign)
    _counting(hands).learn(review.id, _of_review(review, hands.playbook))


def _counting(hands: Hands) -> Counting:
    return Counting(zone=hands.playbook.brand.zone)


def _mark(said: events.MessageTriaged, what: str | None) -> Mark | None:
    return Mark(at=said.at, id=said.message_key, what=what) if what else None


def _said_by_person(conversation_id: str) -> bool:
    try:
        return conversations.get(conversation_id).category_by not in MACHINES
    except NotFound:  # erased meanwhile
        return False


def _named(said: events.MessageTriaged) -> str | None:
    """The product of the order that a message names. Orders are read only where a word of the
    message could be the name of one."""
    entry = entries.get_entries([said.message_key]).get(said.message_key)
    text = (entry.text or "") if entry else ""
    if not candidates(text):
        return None
    try:
        family = customers.get(said.customer_id).family
    except NotFound:  # erased meanwhile
        return None
    kept = orders.of_customer(family, limit=ORDERS)
    return product_named(text, [_bought(from_record(one.document)) for one in kept], fold)


def _bought(order: Order) -> Bought:
    shop = f"{order.platform}:{order.shop}"
    products = {f"{shop}:{item.product_id}": item.title for item in order.items if item.product_id}
    return Bought(names=(order.name, order.order_id), products=products)


def _of_review(review: Review, playbook: Playbook) -> Facts:
    """Nothing that counts, if it has more stars than a complaint."""
    version = review.version or 0
    if review.stars > LOW_STARS:
        return Facts(version=version)
    text = f"{review.title}. {review.text}"
    found = understood(text, playbook.triage, default()) if playbook.triage else None
    category = found.category if found else None
    grave = found.severity if found and found.severity != "info" else "warning"
    return Facts(
        version=version,
        first=Mark(at=review.at, id=review.id, what=REVIEW),
        triaged=Mark(at=review.at, id=review.id, what=category) if category else None,
        named=Mark(at=review.at, id=review.id, what=review.product) if review.product else None,
        severity=grave,
    )
