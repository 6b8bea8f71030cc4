"""React: one table, event → what follows. Reading it explains the product.

Every reaction may run twice, late or in the wrong order: what it plans has a key, what it opens
has a name, and what it sends is decided once more just before it goes out.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from chalicelib import events
from chalicelib.consequences.answered import note_answer, note_waiting
from chalicelib.consequences.answers import close_the_loop
from chalicelib.consequences.campaigns import measure
from chalicelib.consequences.conversations import confirm_wish, fetch_files, greet
from chalicelib.consequences.counting import count
from chalicelib.consequences.devices import (
    end,
    follow_severity,
    note_handling,
    open_case_and_tell_owner,
)
from chalicelib.consequences.erasing import erase
from chalicelib.consequences.finding import (
    index_beside,
    index_customer,
    index_labels,
    index_order,
    index_reply,
    index_words,
)
from chalicelib.consequences.following import follow_rating, follow_silence, send_chosen
from chalicelib.consequences.hands import Hands, Happened, Reaction
from chalicelib.consequences.incidents import link_cases, tell_team
from chalicelib.consequences.maintained import close_maintenance
from chalicelib.consequences.maintenance import tell_ahead, withdraw_due
from chalicelib.consequences.nearby import offer_nearby
from chalicelib.consequences.offers import (
    hand_over_code,
    remind_of_cart,
    win_back,
    withdraw_carts,
)
from chalicelib.consequences.overdue import open_case_when_overdue
from chalicelib.consequences.reviews import (
    remind_again,
    remind_of_review,
    thank_for_review,
    withdraw_reminder,
    withdraw_unwanted,
    withdraw_when_reviewed,
)
from chalicelib.consequences.routing import (
    follow_presence,
    give_next,
    hand_over,
    move_when_labelled,
    show_step,
    take_back,
    take_in,
    watch_snooze,
    watch_time,
)
from chalicelib.consequences.selfservice import serve
from chalicelib.consequences.surveys import ask_nps, ask_satisfaction, withdraw_satisfaction
from chalicelib.consequences.triage import triage
from chalicelib.consequences.voice import (
    hear_correction,
    hear_message,
    hear_review,
    hear_survey,
)
from chalicelib.errors import ParseError
from chalicelib.store import erasures

LATE = timedelta(minutes=1)
"""After which it may be that a customer has been erased since: most news are seconds old."""

OF_ALERTS = (
    events.AlertRaised,
    events.AlertEscalated,
    events.AlertDeescalated,
    events.AlertCleared,
)
"""News of devices, which stay when their owner is erased: as nobody's they still count."""

REACTIONS: Mapping[type[events.Data], tuple[Reaction, ...]] = {
    events.ConversationOpened: (greet, take_in, index_customer, count),
    events.MessageReceived: (
        fetch_files,
        note_waiting,
        triage,
        index_words,
        count,
    ),
    events.TimelineExtended: (index_beside,),
    events.MessageTriaged: (show_step, serve, hear_message, count),
    events.ArticleOffered: (follow_silence, count),
    events.ArticleChosen: (send_chosen,),
    events.ArticleRated: (follow_rating, count),
    events.OptedOut: (confirm_wish,),
    events.OptedIn: (confirm_wish,),
    events.ConversationResolved: (ask_satisfaction, give_next, count),
    events.ConversationReopened: (withdraw_satisfaction, take_back, count),
    events.HandedOff: (hand_over, count),
    events.ConversationRouted: (watch_time,),
    events.ConversationSnoozed: (watch_snooze,),
    events.ConversationLabelled: (move_when_labelled, hear_correction, index_labels, count),
    events.AgentChanged: (follow_presence,),
    events.CheckoutStarted: (remind_of_cart,),
    events.StoreEntered: (offer_nearby,),
    events.OrderPlaced: (
        withdraw_carts,
        win_back,
        measure("ordered"),
        index_order,
        index_customer,
        count,
    ),
    events.OrderDelivered: (remind_of_review, ask_nps),
    events.OrderCancelled: (withdraw_reminder("cancelled"),),
    events.OrderReturned: (withdraw_reminder("returned"),),
    events.OrderRefunded: (withdraw_reminder("refunded"),),
    events.ReviewSubmitted: (
        withdraw_when_reviewed,
        thank_for_review,
        measure("reviewed"),
        hear_review,
        count,
    ),
    events.SurveyAnswered: (close_the_loop, hear_survey, count),
    events.NotificationSent: (hand_over_code, remind_again, note_answer, index_reply, count),
    events.ConsentChanged: (withdraw_unwanted, measure("unsubscribed")),
    events.AlertRaised: (open_case_and_tell_owner,),
    events.AlertEscalated: (follow_severity, open_case_when_overdue),
    events.AlertDeescalated: (follow_severity,),
    events.AlertCleared: (end, withdraw_due),
    events.AlertAcknowledged: (note_handling,),
    events.AlertAssigned: (note_handling,),
    events.AlertSnoozed: (note_handling,),
    events.IncidentOpened: (link_cases, tell_team),
    events.IncidentGrew: (tell_team,),
    events.IncidentClosed: (tell_team,),
    events.MaintenanceExpected: (tell_ahead,),
    events.ConversationAnswered: (count,),
    events.SlaMissed: (count,),
    events.CustomersMerged: (count,),
    events.CustomersParted: (count,),
    events.ErasureRequested: (erase,),
    events.MaintenanceDone: (close_maintenance,),
}


class _Metadata(msgspec.Struct, frozen=True):
    id: str
    occurred_at: datetime


class _Detail(msgspec.Struct, frozen=True):
    metadata: _Metadata
    data: msgspec.Raw


class _Envelope(msgspec.Struct, frozen=True, rename={"type": "detail-type"}):
    type: str
    detail: _Detail


def react(body: str, hands: Hands) -> str:
    """Do what follows from one event as EventBridge put it on the queue; returns its type.

    An event that nothing follows from is fine: subscriptions may be wider than the table. Raises
    ParseError for what isn't one of our events.
    """
    try:
        envelope = msgspec.json.decode(body, type=_Envelope)
        kind = events.EVENTS.get(envelope.type)
        following = REACTIONS.get(kind, ()) if kind else ()
        if kind is None or not following:
            return envelope.type
        data = msgspec.json.decode(envelope.detail.data, type=kind)
    except msgspec.DecodeError as error:
        raise ParseError(f"not an event of Temas: {error}") from error
    metadata = envelope.detail.metadata
    happened = Happened(id=metadata.id, at=metadata.occurred_at, data=data)
    if hands.clock() - happened.at >= LATE and _is_of_somebody_erased(data):
        if not isinstance(data, OF_ALERTS):
            return envelope.type
        nobodys = msgspec.structs.replace(data, owner_id=None)
        happened = Happened(id=metadata.id, at=metadata.occurred_at, data=nobodys)
    for reaction in following:
        reaction(happened, hands)
    return envelope.type


def _is_of_somebody_erased(data: events.Data) -> bool:
    """Whether nothing may follow for them any more, because it is about a customer who is gone. One
    request: so only news that are late are asked; of the others, what a reaction fails at comes
    again."""
    if isinstance(data, events.ErasureRequested):
        return False
    who = getattr(data, "customer_id", None) or getattr(data, "owner_id", None)
    return bool(who) and erasures.is_known(str(who))
