"""Listening: short messages that answer a question of ours, or say what we may still send.

They are kept on the timeline as what they are, but beside conversations: an answer to "how did we
do?" is no new case to greet. In an open conversation in which something was said since the
question, a number may mean anything and stays a message; a wish is followed there, too.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from chalicelib import events
from chalicelib.bus import Bus
from chalicelib.errors import InvalidRequest, NotFound
from chalicelib.inbox import hearing
from chalicelib.inbox.arrivals import Arrival
from chalicelib.inbox.consents import consent_event, record_consent
from chalicelib.outreach.compose import SCORES
from chalicelib.outreach.surveys import Surveys
from chalicelib.playbook import Playbook
from chalicelib.selfservice import attempts, replies
from chalicelib.store import conversations, customers, surveys
from chalicelib.store.outreach_records import Survey
from chalicelib.store.records import MESSAGE, Consent, Customer

OPTIONAL = ("survey", "review", "marketing")
"""Purposes that a customer can do without; orders, devices and answers go on."""

BY_MESSAGE = "message: "
"""What the source of a consent begins with that was said in a message."""


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What a message means: the score it gives to a survey, or the wish it says, or (`article`, the
    name of an attempt of self-service) the number of what it chooses there."""

    arrival: Arrival
    beside: bool
    survey_id: str | None = None
    score: int = 0
    allowed: bool | None = None
    article: str | None = None


@dataclass(frozen=True, kw_only=True)
class Listening:
    """Hears and does. It asks the table only about messages that may mean something."""

    playbook: Playbook
    surveys: Surveys
    bus: Callable[[], Bus]
    pause: Callable[[int], None]

    def hear(
        self, arrivals: Iterable[Arrival], silenced: Collection[tuple[str, str]]
    ) -> dict[str, Heard]:
        """What these messages mean, by entry key. Of the addresses in `silenced` the platform has
        told itself what they want."""
        candidates = [arrival for arrival in arrivals if self._may_mean_something(arrival)]
        if not candidates:
            return {}
        known = _customers(candidates)
        heard = (self._heard(one, known.get(one.entry.key), silenced) for one in candidates)
        return {one.arrival.entry.key: one for one in heard if one is not None}

    def act(self, heard: Iterable[Heard]) -> None:
        """Record the answers and the wishes. Raises Unavailable or Contention to be called again;
        doing it twice is doing it once."""
        for one in heard:
            if one.article:
                self._choose(one, one.article)
            elif one.survey_id:
                self._answer(one, one.survey_id)
            elif one.allowed is not None:
                self._follow(one, one.allowed)

    def _may_mean_something(self, arrival: Arrival) -> bool:
        entry = arrival.entry
        if entry.kind != MESSAGE or entry.direction != "in" or arrival.beside or not arrival.last:
            return False
        if arrival.last.group or entry.details.get("media"):
            return False
        return (
            hearing.pressed(entry.details.get("payload")) is not None
            or hearing.chosen(entry.details.get("payload")) is not None
            or hearing.score(entry.text) is not None
            or hearing.agreement(entry.text) is not None
            or hearing.wish(entry.text, self.playbook.opt_out) is not None
        )

    def _heard(
        self, arrival: Arrival, customer: Customer | None, silenced: Collection[tuple[str, str]]
    ) -> Heard | None:
        entry, last = arrival.entry, arrival.last
        assert last is not None  # it is a message
        alone = customer is None or customer.open_conversation_id is None
        allowed = hearing.wish(entry.text, self.playbook.opt_out)
        if allowed is not None and (last.channel, last.address) not in silenced:
            return Heard(arrival=arrival, beside=alone, allowed=allowed)
        if customer is None:
            return None
        if found := hearing.pressed(entry.details.get("payload")):
            survey_id, score = found
            return self._of_survey(arrival, customer, survey_id, score)
        if found := hearing.chosen(entry.details.get("payload")):
            return self._of_article(arrival, customer, *found)
        bare, agrees = hearing.score(entry.text), hearing.agreement(entry.text)
        if bare is None and agrees is None:
            return None
        asked = surveys.pending(customer.family, last.channel, at=entry.at)
        if asked is not None and asked.kind == "article":
            return _spoken(arrival, asked, bare, agrees)
        if asked is None or bare is None or bare not in SCORES.get(asked.kind, ()):
            return None
        if not alone and _said_since(asked, customer):
            return None
        return Heard(arrival=arrival, beside=True, survey_id=asked.id, score=bare)

    def _of_survey(
        self, arrival: Arrival, customer: Customer, survey_id: str, score: int
    ) -> Heard | None:
        """A pressed button, if it is under a question that this customer was asked."""
        try:
            asked = self.surveys.read(survey_id)
        except NotFound:
            return None
        if asked.customer_id not in customer.family or score not in SCORES.get(asked.kind, ()):
            return None
        return Heard(arrival=arrival, beside=True, survey_id=survey_id, score=score)

    def _of_article(
        self, arrival: Arrival, customer: Customer, note_id: str, number: int
    ) -> Heard | None:
        """A pressed button under an article, or under some to choose from, that this customer
        got."""
        try:
            asked = self.surveys.read(note_id)
        except NotFound:
            return None
        if asked.kind != "article" or asked.customer_id not in customer.family:
            return None
        return _choice(arrival, asked, number)

    def _choose(self, heard: Heard, key: str) -> None:
        entry = heard.arrival.entry
        customer = _customers([heard.arrival]).get(entry.key)
        if customer is None:
            return
        told = replies.take(
            key, heard.score, customer_id=customer.id, at=entry.at, message_key=entry.key
        )
        if told is not None:
            self.bus().publish([told])

    def _answer(self, heard: Heard, survey_id: str) -> None:
        entry = heard.arrival.entry
        try:
            self.surveys.answer(
                survey_id, score=heard.score, at=entry.at, channel=entry.channel or ""
            )
        except (InvalidRequest, NotFound):
            # The question is gone since it was heard: the message itself is kept.
            return

    def _follow(self, heard: Heard, allowed: bool) -> None:
        entry = heard.arrival.entry
        customer = _customers([heard.arrival]).get(entry.key)
        if customer is None:
            return
        channel = entry.channel or ""
        purposes = OPTIONAL if not allowed else self._returning(customer, channel)
        told = []
        for purpose in purposes:
            record_consent(
                customer.id,
                purpose,
                granted=allowed,
                source=f"{BY_MESSAGE}{channel}",
                wording=(entry.text or "").strip(),
                at=entry.at,
                pause=self.pause,
                channel=channel,
            )
            told.append(consent_event(customer.id, purpose, allowed, entry.at, channel))
        wish = (events.OptedIn if allowed else events.OptedOut)(
            customer_id=customer.id, message_key=entry.key, channel=channel, at=entry.at
        )
        told.append(events.event(wish, entry.key, at=entry.at, trace=entry.delivery_id))
        self.bus().publish(told)

    def _returning(self, customer: Customer, channel: str) -> Sequence[str]:
        """What a word like START allows again: what such a word had ended here – and of what needs
        a consent, only what had been consented to before."""
        history = customers.consent_history(customer.family)
        return [
            purpose
            for purpose in OPTIONAL
            if _ended_by_message(customer.consents.get(f"{purpose}/{channel}"))
            and (
                self.playbook.purposes.named(purpose).consent != "opt_in"
                or _once_granted(history, purpose, channel)
            )
        ]


def beside(arrivals: Sequence[Arrival], heard: Mapping[str, Heard]) -> list[Arrival]:
    """The arrivals, those that are no turn of a conversation set beside them."""
    return [
        replace(arrival, beside=True)
        if (one := heard.get(arrival.entry.key)) and one.beside
        else arrival
        for arrival in arrivals
    ]


def _customers(arrivals: Sequence[Arrival]) -> dict[str, Customer]:
    """Who wrote each of these, by entry key; strangers are left out."""
    identities = customers.identities(h.key for a in arrivals for h in a.handles)
    ids = {
        arrival.entry.key: next(
            (identities[h.key].customer_id for h in arrival.handles if h.key in identities), None
        )
        for arrival in arrivals
    }
    people = {who: customers.get(who) for who in dict.fromkeys(ids.values()) if who}
    return {key: people[who] for key, who in ids.items() if who}


def _spoken(
    arrival: Arrival, asked: Survey, number: int | None, agrees: bool | None
) -> Heard | None:
    """A number, a yes or a no, while an article waits for it: unless the customer has gone on
    talking or a person has the case, when it may mean anything."""
    try:
        case = conversations.get(asked.conversation_id or "")
    except NotFound:
        return None
    went_on = case.last_inbound_at is not None and case.last_inbound_at > asked.asked_at
    if went_on or case.handed_off or case.answered_at:
        return None
    if agrees is not None:
        return _choice(arrival, asked, 1 if agrees else 2, bare=False)
    return _choice(arrival, asked, number)


def _choice(
    arrival: Arrival, asked: Survey, number: int | None, *, bare: bool = True
) -> Heard | None:
    """What is chosen of an attempt of self-service, if there is such a number. Without a `bare`
    number it was a yes or a no, which says nothing where there are several to choose from."""
    key = attempts.attempt_key(asked.conversation_id or "", asked.resolution)
    attempt = attempts.one(key)
    if attempt is None or number is None or not 1 <= number <= attempt.choices:
        return None
    if not (bare or attempt.confident):
        return None
    return Heard(arrival=arrival, beside=True, article=key, score=number)


def _said_since(asked: Survey, customer: Customer) -> bool:
    """Whether the customer's open conversation has gone on since the question was asked, on the
    same channel: elsewhere the question is still the last word."""
    try:
        case = conversations.get(customer.open_conversation_id or "")
    except NotFound:
        return False
    words = (case.last_inbound_at, case.last_outbound_at)
    went_on = any(at is not None and at > asked.asked_at for at in words)
    return case.channel == asked.channel and went_on


def _ended_by_message(consent: Consent | None) -> bool:
    return consent is not None and not consent.granted and consent.source.startswith(BY_MESSAGE)


def _once_granted(history: Sequence[tuple[str, Consent]], purpose: str, channel: str) -> bool:
    about = (purpose, f"{purpose}/{channel}")
    return any(said.granted for name, said in history if name in about)
