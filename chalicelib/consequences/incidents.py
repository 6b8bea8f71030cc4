"""After an incident: the cases that were opened before it know of it, and the team is told."""

from collections.abc import Iterable
from itertools import islice

import msgspec

from chalicelib import events
from chalicelib.consequences import alert_lines as lines
from chalicelib.consequences import incident_words as words
from chalicelib.consequences.hands import Hands, Happened
from chalicelib.outreach.plan import Plan
from chalicelib.store import alerts, entries, incidents, troubles
from chalicelib.store.notification_records import OURSELVES
from chalicelib.store.records import Entry

AT_ONCE = 100
"""Lines written in one request."""


def link_cases(event: Happened, hands: Hands) -> None:
    """The first alerts of a wave have cases of their own, which nobody closes unasked: somebody may
    be working on them. Each gets a line that it is one of many. A case that is only opened now has
    the line from its beginning, and so has one whose alert joins later.

    Two requests, and one for each 50 alerts and 100 cases, of which there are ten as a rule.
    """
    opened: events.IncidentOpened = event.data
    incident = incidents.find(opened.incident_id)
    if incident is None:
        return
    locale = hands.playbook.brand.default_locale
    began = troubles.gathered(
        incident.model,
        incident.rule,
        incident.since - hands.playbook.devices.incidents.within,
        None,
        after=None,
    )
    wanted = {alert: (alert, device, lines.case_key(alert)) for alert, device, _ in began}
    cases = alerts.cases_of(incident.id, wanted.values())
    _note(
        msgspec.structs.replace(
            lines.part_of(alert_id, incident.id, incident.opened_at, locale),
            customer_id=case.customer_id,
            conversation_id=case.conversation_id,
        )
        for alert_id, case in cases.items()
    )


def _note(story: Iterable[Entry]) -> None:
    rest = iter(story)
    while some := list(islice(rest, AT_ONCE)):
        entries.keep_beside(some)


def tell_team(event: Happened, hands: Hands) -> None:
    """A mail to each address of the playbook's `[devices.incidents] tell`, once for each time that
    an incident opened, has ten times as many alerts, or closed."""
    addresses = words.bare(hands.playbook.devices.incidents.tell)
    if not addresses:
        return
    happened: words.Told = event.data
    incident = incidents.find(happened.incident_id)
    text = words.text(happened, hands.playbook)
    grave = incident is not None and incident.severity == "critical"
    for address in addresses:
        hands.planner.plan(
            Plan(
                key=words.key(happened, address),
                # Told twice rather than not at all, where that is the choice, if it is critical.
                purpose="safety" if grave else "service",
                kind="incident",
                customer_id=OURSELVES,
                due_at=hands.clock(),
                channel="email",
                address=address,
                text=text,
            )
        )
