"""What happens to a conversation's looking-after, as lines of its story for the staff. Pure.

Each line has a key of its own, so that whatever comes twice is one line.
"""

from datetime import datetime
from typing import Any

from chalicelib.clock import iso
from chalicelib.playbook_values import Locale, Words
from chalicelib.routing.targets import Due
from chalicelib.store.records import Conversation, Entry

GIVEN = Words(tr="{team}: {agent} ilgileniyor", en="{team}: {agent} looks after it")
WAITS = Words(
    tr="{team} sırasında bekliyor: şu an kimsenin yeri yok",
    en="Waiting for {team}: nobody has room just now",
)
NOBODYS = Words(tr="Artık kimseye atanmış değil", en="Nobody's any more")
AT_RISK = Words(tr="{target} {due} UTC'ye kadar gerekli", en="{target} is due at {due} UTC")
MISSED = Words(
    tr="{target} zamanında yetişmedi ({due} UTC)", en="{target} was missed (due at {due} UTC)"
)
LONGER = Words(
    tr="Müşteriye biraz daha süre gerektiği yazıldı: yeni söz {due} UTC",
    en="The customer was told that it takes longer: promised by {due} UTC now",
)
TARGETS = {
    "first_response": Words(tr="İlk yanıt", en="The first answer"),
    "next_response": Words(tr="Yanıt", en="The next answer"),
    "resolution": Words(tr="Çözüm", en="The solution"),
}


def routed_key(conversation_id: str, name: str) -> str:
    """The line of one routing; `name` says which one."""
    return f"conversation:{conversation_id}:routed:{name}"


def routed(
    case: Conversation,
    key: str,
    at: datetime,
    *,
    team: str | None,
    called: str | None,
    assignee: str | None,
    agent: str | None,
    reason: str,
    why: str,
    locale: Locale,
    by: str | None = None,
) -> Entry:
    """Whose it is now: a team (its id, and as it is `called`), and somebody of it."""
    words = GIVEN if assignee else WAITS if team else NOBODYS
    text = words.in_(locale).format(team=called or "–", agent=agent or assignee)
    more = {"team": team, "assignee": assignee, "why": why, "by": by}
    return _line(case, key, at, text, change="routed", reason=reason, **more)


def sla_key(conversation_id: str, due: Due, what: str) -> str:
    return f"conversation:{conversation_id}:sla:{due.target}:{iso(due.since)}:{what}"


def at_risk(case: Conversation, due: Due, now: datetime, locale: Locale) -> Entry:
    return _of_target(case, due, "at_risk", AT_RISK, now, locale)


def missed(case: Conversation, due: Due, now: datetime, locale: Locale) -> Entry:
    return _of_target(case, due, "missed", MISSED, now, locale)


def _of_target(
    case: Conversation, due: Due, what: str, words: Words, now: datetime, locale: Locale
) -> Entry:
    said = {"target": TARGETS[due.target].in_(locale), "due": f"{due.due_at:%Y-%m-%d %H:%M}"}
    text = words.in_(locale).format(**said)
    more = {"target": due.target, "due_at": iso(due.due_at)}
    return _line(case, sla_key(case.id, due, what), now, text, change=f"sla_{what}", **more)


def longer_key(conversation_id: str, since: datetime, number: int) -> str:
    """The `number`th update of one wait."""
    return f"conversation:{conversation_id}:longer:{iso(since)}:{number}"


def longer(case: Conversation, key: str, until: datetime, now: datetime, locale: Locale) -> Entry:
    text = LONGER.in_(locale).format(due=f"{until:%Y-%m-%d %H:%M}")
    return _line(case, key, now, text, change="longer", until=iso(until))


def _line(case: Conversation, key: str, at: datetime, text: str, **details: Any) -> Entry:
    return Entry(
        key=key,
        at=at,
        kind="conversation",
        customer_id=case.customer_id,
        conversation_id=case.id,
        text=text,
        details={name: value for name, value in details.items() if value},
    )
