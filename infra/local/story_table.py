"""What the story came to, as a table for people: counted first, then told line by line."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from email import message_from_string
from email.policy import default
from typing import Any

WIDTH = 100

OUTCOMES = {
    ("greeting", "sent"): "greeted on the channel they wrote on",
    ("reply", "sent"): "an agent's answer, on the channel last used",
    ("review_reminder", "sent"): "review reminder by mail, at its due time",
    ("review_reminder", "cancelled"): "review reminder withdrawn",
    ("satisfaction", "sent"): "satisfaction question after the case was solved",
    ("article", "sent"): "answered at once by an article, or offered some",
    ("hand_off", "sent"): "told that a person will answer",
    ("alert", "sent"): "told that their device needs attention",
    ("well_again", "sent"): "told that all is well with it again",
    ("maintenance", "sent"): "told of their device's maintenance",
    ("survey_thanks", "sent"): "thanked for the answer",
    ("coupon", "sent"): "a code as thanks for the review, whatever its stars",
    ("campaign", "sent"): "the campaign, by the channel they prefer",
    ("campaign", "skipped"): "left out of the campaign",
    ("nps", "planned"): "would they recommend us: asked some weeks after delivery",
    ("win_back", "planned"): "a word if they fall silent for months",
}


@dataclass(frozen=True, kw_only=True)
class Told:
    """What the staff API said after the story, as decoded JSON."""

    customers: Sequence[dict[str, Any]]
    timelines: Sequence[Sequence[dict[str, Any]]]
    notifications: Sequence[dict[str, Any]]
    conversations: Sequence[dict[str, Any]]
    alerts: Sequence[dict[str, Any]]
    mails: Sequence[dict[str, Any]]
    surveys: Sequence[dict[str, Any]]
    reviews: Sequence[dict[str, Any]]
    campaign: dict[str, Any]


def render(told: Told) -> str:
    """The whole report."""
    names = {
        known: one.get("name") or "?"
        for one in told.customers
        for known in (one["id"], *one.get("members", ()))
    }
    blocks = [
        _heading("What happened"),
        *_rows(_counts(told)),
        _heading("What was sent, and what was not – each with its reason"),
        *_rows((names[n["customer_id"]], _outcome(n)) for n in _by_plan(told.notifications)),
        _heading(f"One timeline: {names[told.customers[0]['id']]}"),
        *_rows((_when(entry), _line(entry)) for entry in reversed(told.timelines[0])),
    ]
    return "\n".join(blocks)


def _counts(told: Told) -> list[tuple[str, str]]:
    entries = [entry for timeline in told.timelines for entry in timeline]
    incoming = [e for e in entries if e["kind"] == "message" and e["direction"] == "in"]
    channels = Counter(entry["channel"] for entry in incoming)
    by_kind = Counter((n["kind"], n["status"]) for n in told.notifications)
    planned = sum(count for (kind, _), count in by_kind.items() if kind == "review_reminder")
    solved = [case for case in told.conversations if case["status"] == "resolved"]
    alerted = [case for case in told.conversations if case["opened_by"] == "alert"]
    reminders = by_kind["review_reminder", "sent"]
    return [
        ("messages kept", f"{len(incoming)} ({_list(channels)}; repeats dropped)"),
        ("customers", f"{len(told.customers)}; {_widest(told)}"),
        (
            "cases",
            f"{len(told.conversations)} opened ({len(alerted)} by a device), {len(solved)} solved",
        ),
        (
            "review reminders",
            f"{planned} scheduled, {reminders} sent by mail,"
            f" {by_kind['review_reminder', 'cancelled']} withdrawn",
        ),
        (
            "satisfaction",
            f"{by_kind['satisfaction', 'sent']} question sent, answered"
            f" {', '.join(str(one['score']) for one in told.surveys)} of 5",
        ),
        ("reviews", ", ".join("★" * one["stars"] + f" {one['title']}" for one in told.reviews)),
        (
            "campaign",
            f"{told.campaign['name']}: {by_kind['campaign', 'sent']} sent,"
            f" {by_kind['campaign', 'skipped']} left out for want of consent",
        ),
        ("alerts", f"{len(told.alerts)} raised, {by_kind['alert', 'sent']} owner told"),
        *(("mail headers", header) for header in _headers(told.mails)),
    ]


def _widest(told: Told) -> str:
    """Who is known on the most channels."""
    channels = [
        (len({c["channel"] for c in one.get("contacts", ())}), str(one.get("name")))
        for one in told.customers
    ]
    count, name = max(channels)
    merged = sum(len(one.get("members", ())) for one in told.customers)
    return f"{name} on {count} channels, {merged} of them recognised by an agent"


def _list(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))


def _headers(mails: Iterable[dict[str, Any]]) -> list[str]:
    """What mail programs look for in a mail that a customer can end with one click (RFC 8058)."""
    found = []
    for mail in mails:
        parsed = message_from_string(mail["raw"], policy=default)
        if parsed["List-Unsubscribe"]:
            found.append(f"List-Unsubscribe: {str(parsed['List-Unsubscribe'])[:60]}…")
            found.append(f"List-Unsubscribe-Post: {parsed['List-Unsubscribe-Post']}")
    return found[:2]


def _by_plan(notifications: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(notifications, key=lambda note: str(note["planned_at"]))


def _outcome(note: dict[str, Any]) -> str:
    words = OUTCOMES.get((note["kind"], note["status"]), f"{note['kind']}: {note['status']}")
    channel = f" [{note['channel']}]" if note["status"] == "sent" else ""
    return f"{words}{channel} – {note['reason']}"


def _when(entry: dict[str, Any]) -> str:
    return str(entry["at"])[:19].replace("T", " ")


def _line(entry: dict[str, Any]) -> str:
    details = entry.get("details", {})
    match entry["kind"]:
        case "message":
            arrow = "→" if entry["direction"] == "in" else "←"
            text = " ".join((entry.get("text") or "").split())
            files = f"[{details['media'][0]['kind']}] " if details.get("media") else ""
            return f"{arrow} {entry['channel']:<9} {files}{_short(text)}"
        case "order":
            return f"• order     {details['order']} {details['milestone']}"
        case "alert":
            return f"! device    {_short(', '.join((entry.get('text') or '').splitlines()))}"
        case "maintenance":
            return f"• device    {details['device_id']}: maintained ({', '.join(details['plans'])})"
        case "conversation":
            by = f" by {details['by']}" if "by" in details else ""
            return f"• case      {_short(entry.get('text') or details['change'] + by)}"
        case "note":
            return f"• note      {_short(' '.join((entry.get('text') or '').split()))}"
        case "survey":
            return f"• survey    answered {details.get('score')}"
        case "review":
            return f"• review    {details.get('stars')} of 5 stars"
        case "identity":
            return f"• identity  {details['change']} by {details['by']}"
    return str(entry["kind"])


def _short(text: str) -> str:
    room = WIDTH - 36
    return text if len(text) <= room else f"{text[: room - 1]}…"


def _heading(text: str) -> str:
    return f"\n{text}\n{'─' * min(WIDTH, len(text))}"


def _rows(rows: Iterable[tuple[str, str]]) -> list[str]:
    return [f"  {left:<20} {right}" for left, right in rows]
