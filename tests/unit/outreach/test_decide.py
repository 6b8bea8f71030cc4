"""The decision: order of reasons, choice of channel, and 12,000 random worlds."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.outreach.decide import (
    RETRY_AFTER,
    Cancel,
    Postpone,
    Send,
    Situation,
    Skip,
    choose,
    decide,
    facts,
    retry_at,
    zone_of,
)
from chalicelib.outreach.purposes import Manner, manner
from chalicelib.playbook import Purpose, load
from chalicelib.store.records import Consent, Contact, Customer, Notification
from chalicelib.times import QuietHours, Span

NOON = datetime(2026, 11, 23, 10, tzinfo=UTC)
"""13:00 in Istanbul."""
NIGHT = NOON + timedelta(hours=10)
ISTANBUL = ZoneInfo("Europe/Istanbul")

WHATSAPP = Contact(channel="whatsapp", address="905321112233", account="1555")
MAIL = Contact(channel="email", address="ayse@example.com")
OTHER_MAIL = Contact(channel="email", address="ayse@work.example")
CHAT = Contact(channel="chat", address="visitor-1")
GRANTED = Consent(granted=True, at=NOON, source="test")
WITHDRAWN = Consent(granted=False, at=NOON, source="test")

NOTE = Notification(
    id="ntf_1",
    key="review:1",
    purpose="review",
    kind="review_reminder",
    customer_id="cus_1",
    planned_at=NOON,
    planned_for=NOON,
    due_at=NOON,
)
CUSTOMER = Customer(id="cus_1", created_at=NOON, contacts=(WHATSAPP, MAIL))
POLITE = Purpose(consent="opt_out", quiet_hours="respect", uncertain="never_again")
URGENT = Purpose(consent="none", quiet_hours="exempt", uncertain="again")
ANY = Manner(
    channels=("whatsapp", "telegram", "chat", "email"), lateness=Span(hours=24), proactive=True
)
ANSWER = replace(ANY, proactive=False, lateness=None)


def situation(**changes: Any) -> Situation:
    note = {n: changes.pop(n) for n in ("channel", "address", "account") if n in changes}
    customer = {n: changes.pop(n) for n in tuple(changes) if n in Customer.__struct_fields__}
    usual: dict[str, Any] = {
        "notification": msgspec.structs.replace(NOTE, **note),
        "customer": msgspec.structs.replace(CUSTOMER, **customer),
        "over": None,
        "here": None,
        "suppressed": {},
        "purpose": POLITE,
        "manner": ANY,
        "quiet": QuietHours(start=time(21), end=time(9)),
        "default_zone": ISTANBUL,
        "now": NOON,
    }
    return Situation(**(usual | changes))


def suppressed(*contacts: Contact, reason: str = "bounced") -> dict[tuple[str, str], str]:
    return {(c.channel, c.address): reason for c in contacts}


def test_what_is_due_and_allowed_goes_out() -> None:
    assert decide(situation()) == Send(contact=WHATSAPP)


# --- the order of reasons ------------------------------------------------------------------------

OBSTACLES: list[tuple[dict[str, Any], Any]] = [
    ({"customer": None}, Cancel(reason="customer_gone")),
    ({"over": "refunded"}, Cancel(reason="refunded")),
    ({"now": NIGHT + timedelta(days=1)}, Skip(reason="too_late")),
    ({"consents": {"review": WITHDRAWN}}, Skip(reason="consent_withdrawn")),
    ({"suppressed": suppressed(WHATSAPP, MAIL)}, Skip(reason="suppressed_bounced")),
    ({"now": NIGHT}, Postpone(until=NOON + timedelta(hours=20), reason="quiet_hours")),
]


@pytest.mark.parametrize("first", range(len(OBSTACLES)))
def test_of_several_reasons_the_first_in_order_is_given(first: int) -> None:
    changes: dict[str, Any] = {}
    for obstacle, _ in reversed(OBSTACLES[first:]):
        changes |= obstacle
    if "customer" in changes:
        changes.pop("consents", None)

    assert decide(situation(**changes)) == OBSTACLES[first][1]


def test_just_in_time_is_not_too_late() -> None:
    limit = NOON + timedelta(hours=24)

    assert isinstance(decide(situation(now=limit)), Send)
    assert decide(situation(now=limit + timedelta(seconds=1))) == Skip(reason="too_late")
    late = situation(now=limit + timedelta(days=900), manner=ANSWER)
    assert isinstance(decide(late), Send)


@pytest.mark.parametrize(
    ("rule", "consents", "reason"),
    [
        ("none", {}, None),
        ("none", {"review": WITHDRAWN}, None),
        ("opt_out", {}, None),
        ("opt_out", {"review": GRANTED}, None),
        ("opt_out", {"review": WITHDRAWN}, "consent_withdrawn"),
        ("opt_in", {}, "no_consent"),
        ("opt_in", {"marketing": GRANTED}, "no_consent"),
        ("opt_in", {"review": WITHDRAWN}, "consent_withdrawn"),
        ("opt_in", {"review": GRANTED}, None),
    ],
)
def test_consent_is_asked_for_as_the_purpose_says(
    rule: str, consents: dict[str, Consent], reason: str | None
) -> None:
    purpose = msgspec.structs.replace(POLITE, consent=rule)

    verdict = decide(situation(purpose=purpose, consents=consents))

    assert (verdict.reason if isinstance(verdict, Skip) else None) == reason


def test_every_rule_that_a_purpose_sets_aside_is_recorded() -> None:
    verdict = decide(
        situation(
            purpose=URGENT,
            manner=ANSWER,
            now=NIGHT,
            consents={"review": WITHDRAWN},
            suppressed=suppressed(WHATSAPP),
        )
    )

    assert verdict == Send(contact=WHATSAPP, exemptions=("consent", "suppression", "quiet_hours"))
    assert decide(situation(purpose=URGENT, manner=ANSWER)) == Send(contact=WHATSAPP)


# --- which way -----------------------------------------------------------------------------------


def test_the_channel_asked_for_comes_first_then_here_preferred_last_used_any() -> None:
    ways: dict[str, Any] = {
        "contacts": (WHATSAPP, MAIL, CHAT),
        "here": Contact(channel="telegram", address="7"),
        "preferred_channel": "email",
        "last_channel": "chat",
    }
    expected = ["chat", "telegram", "email", "chat", "whatsapp"]
    chosen = []
    for drop in (None, "channel", "here", "preferred_channel", "last_channel"):
        ways |= {"channel": "chat"} if drop is None else {drop: None}
        found = choose(situation(**ways), situation(**ways).customer or CUSTOMER)
        chosen.append(found.channel if isinstance(found, Contact) else found)

    assert chosen == expected


def test_a_fixed_address_is_the_only_one() -> None:
    fixed = Contact(channel="email", address="desk@example.com", account="a")
    way = {"channel": "email", "address": "desk@example.com", "account": "a"}

    assert decide(situation(**way)) == Send(contact=fixed)
    blocked = situation(**way, suppressed=suppressed(fixed, reason="complained"))
    assert decide(blocked) == Skip(reason="suppressed_complained")


def test_where_it_is_talked_about_counts_before_the_customers_address_there() -> None:
    here = Contact(channel="whatsapp", address="905559998877")

    assert decide(situation(here=here)) == Send(contact=here)


def test_a_suppressed_address_gives_way_to_the_next_even_on_the_same_channel() -> None:
    ways: dict[str, Any] = {"contacts": (MAIL, OTHER_MAIL, CHAT), "preferred_channel": "email"}

    def chosen(*bad: Contact) -> Any:
        return decide(situation(**ways, suppressed=suppressed(*bad)))

    assert chosen(OTHER_MAIL) == Send(contact=MAIL)
    assert chosen(MAIL) == Send(contact=OTHER_MAIL)
    assert chosen(MAIL, OTHER_MAIL) == Send(contact=CHAT)
    assert chosen(MAIL, OTHER_MAIL, CHAT) == Skip(reason="suppressed_bounced")


def test_a_channel_that_the_kind_does_not_use_is_no_way() -> None:
    mail_only = replace(ANY, channels=("email",))

    assert decide(situation(manner=mail_only, here=CHAT)) == Send(contact=MAIL)
    none = situation(manner=mail_only, here=CHAT, contacts=(WHATSAPP,))
    assert decide(none) == Skip(reason="no_address")


# --- the customer's zone -------------------------------------------------------------------------


@pytest.mark.parametrize("zone", [None, "", "Mars/Olympus", "Europe", "..", "x" * 400, "a\0b"])
def test_an_unknown_zone_is_the_default_one(zone: str | None) -> None:
    customer = msgspec.structs.replace(CUSTOMER, time_zone=zone)

    assert zone_of(customer, ISTANBUL) is ISTANBUL


def test_quiet_hours_are_the_customers_own() -> None:
    in_new_york = situation(now=NOON, time_zone="America/New_York")

    assert decide(in_new_york) == Postpone(
        until=datetime(2026, 11, 23, 14, tzinfo=UTC), reason="quiet_hours"
    )


# --- facts and retries ---------------------------------------------------------------------------


def test_facts_explain_without_addresses_or_texts() -> None:
    one = situation(suppressed=suppressed(MAIL), consents={"review": GRANTED})

    known = facts(one)

    assert known["suppressed"] == {"email": "bounced"}
    assert known["consent"] == "granted"
    assert known["channels"] == ["email", "whatsapp"]
    assert known["zone"] == "Europe/Istanbul"
    text = msgspec.json.encode(known).decode()
    assert "ayse" not in text
    assert "90532" not in text


def test_facts_are_told_of_a_customer_who_is_gone_too() -> None:
    known = facts(situation(customer=None))

    assert (known["zone"], known["channels"], known["consent"]) == (None, [], "unknown")
    assert facts(situation(consents={"review": WITHDRAWN}))["consent"] == "withdrawn"


def test_retries_wait_longer_each_time_and_then_end() -> None:
    waits = [(retry_at(n, NOON, None) or NOON) - NOON for n in range(len(RETRY_AFTER))]

    assert waits == [timedelta(minutes=m) for m in (1, 5, 30, 120, 480)]
    assert retry_at(len(RETRY_AFTER), NOON, 5) is None
    assert retry_at(0, NOON, 90) == NOON + timedelta(seconds=90)
    assert retry_at(0, NOON, 5) == NOON + timedelta(minutes=1)
    assert retry_at(0, NOON, 1e9) == NOON + timedelta(days=1)


def test_every_kind_has_a_manner() -> None:
    playbook = load("prod")

    for kind in ("greeting", "reply", "review_reminder", "satisfaction", "alert"):
        assert manner(kind, playbook).channels
    with pytest.raises(KeyError):
        manner("fax", playbook)


# --- random worlds -------------------------------------------------------------------------------

T = TypeVar("T")
ZONES = (
    None, "Europe/Istanbul", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe",
    "Pacific/Kiritimati", "Asia/Kathmandu", "No/Where", "Europe",
)  # fmt: skip
ADDRESSES = (WHATSAPP, MAIL, OTHER_MAIL, CHAT, Contact(channel="telegram", address="7"))
RULES = tuple(
    Purpose(consent=consent, quiet_hours=quiet, uncertain="never_again")
    for consent in ("none", "opt_out", "opt_in")
    for quiet in ("respect", "exempt")
)
MANNERS = (ANY, ANSWER, replace(ANY, channels=("email",)), replace(ANY, lateness=Span(minutes=90)))
CONSENTS: tuple[dict[str, Consent], ...] = ({}, {"review": GRANTED}, {"review": WITHDRAWN})
FIXED: tuple[dict[str, str], ...] = (
    {},
    {"channel": "email"},
    {"channel": "email", "address": "desk@example.com"},
)
OVER = (None, None, None, None, "refunded")


@dataclass
class Dice:
    """Choices out of one large number, which is far cheaper than a draw each."""

    number: int

    def roll(self, sides: int) -> int:
        self.number, face = divmod(self.number, sides)
        return face

    def one(self, of: tuple[T, ...]) -> T:
        return of[self.roll(len(of))]

    def some(self, of: tuple[Contact, ...]) -> tuple[Contact, ...]:
        bits = self.roll(2 ** len(of))
        return tuple(one for n, one in enumerate(of) if bits >> n & 1)

    def clock(self) -> time:
        quarter = self.roll(96)
        return time(quarter // 4, quarter % 4 * 15)


def random_world(number: int) -> Situation:
    dice = Dice(number)
    here = dice.roll(len(ADDRESSES) + 2)
    customer: dict[str, Any] = {
        "contacts": dice.some(ADDRESSES),
        "consents": dice.one(CONSENTS),
        "time_zone": dice.one(ZONES),
        "preferred_channel": dice.one((None, "email", "chat", "fax")),
        "last_channel": dice.one((None, "whatsapp", "telegram")),
    }
    gone: Mapping[str, Any] = {"customer": None} if dice.roll(12) == 0 else customer
    planned = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=dice.roll(366 * 1440))
    note = msgspec.structs.replace(NOTE, planned_for=planned, **dice.one(FIXED))
    bad = dice.some((*ADDRESSES, Contact(channel="email", address="desk@example.com")))
    return situation(
        **gone,
        notification=note,
        over=dice.one(OVER),
        here=ADDRESSES[here] if here < len(ADDRESSES) else None,
        suppressed=suppressed(*bad),
        purpose=dice.one(RULES),
        manner=dice.one(MANNERS),
        quiet=QuietHours(start=dice.clock(), end=dice.clock()),
        now=planned + timedelta(minutes=dice.roll(1800) - 60),
    )


AT_ONCE = 20
"""Worlds an example looks at: making examples is what takes the time."""

worlds = st.integers(0, 10**26).map(
    lambda seed: [random_world(seed * prime % 10**26) for prime in range(1, 2 * AT_ONCE, 2)]
)
many = settings(max_examples=150, deadline=None)


def is_quiet(world: Situation, moment: datetime) -> bool:
    """The rule once more, in words of its own: minutes of the local day."""
    assert world.customer is not None
    name = world.customer.time_zone
    zone = ZoneInfo(name) if name and "/" in name and name != "No/Where" else ISTANBUL
    local = moment.astimezone(zone)
    minute = local.hour * 60 + local.minute
    start, end = (clock.hour * 60 + clock.minute for clock in (world.quiet.start, world.quiet.end))
    return (minute - start) % 1440 < (end - start) % 1440


@many
@given(worlds)
def test_nothing_is_ever_sent_against_consent_or_suppression_but_by_recorded_exemption(
    some: list[Situation],
) -> None:
    for world in some:
        verdict = decide(world)
        if not isinstance(verdict, Send):
            continue

        assert world.customer is not None
        consent = world.customer.consents.get("review")
        withdrawn = consent is not None and not consent.granted
        assert world.purpose.consent != "opt_in" or (consent and consent.granted)
        assert not withdrawn or world.purpose.consent == "none"
        blocked = (verdict.contact.channel, verdict.contact.address) in world.suppressed
        assert not (blocked and world.manner.proactive)
        assert withdrawn == ("consent" in verdict.exemptions)
        assert blocked == ("suppression" in verdict.exemptions)


@many
@given(worlds)
def test_nothing_is_ever_sent_in_quiet_hours_but_by_recorded_exemption(
    some: list[Situation],
) -> None:
    for world in some:
        verdict = decide(world)
        if isinstance(verdict, Send):
            quiet = is_quiet(world, world.now)
            assert not quiet or world.purpose.quiet_hours == "exempt"
            assert quiet == ("quiet_hours" in verdict.exemptions)
        if isinstance(verdict, Postpone):
            assert is_quiet(world, world.now)
            assert world.purpose.quiet_hours == "respect"
            assert world.now < verdict.until <= world.now + timedelta(hours=25)


@many
@given(worlds)
def test_what_is_over_late_or_nobodys_is_never_sent_and_the_way_is_one_of_the_customers(
    some: list[Situation],
) -> None:
    for world in some:
        verdict = decide(world)
        if not isinstance(verdict, Send | Postpone):
            continue

        assert world.customer is not None
        assert world.over is None
        lateness = world.manner.lateness
        assert lateness is None or world.now <= world.notification.planned_for + lateness
        if isinstance(verdict, Send):
            contact = verdict.contact
            fixed = world.notification.address
            assert contact.channel in world.manner.channels
            assert contact.address == fixed if fixed else contact in (
                *world.customer.contacts, world.here,
            )  # fmt: skip


@many
@given(worlds)
def test_a_decision_is_the_same_each_time_and_can_be_kept_and_shown(
    some: list[Situation],
) -> None:
    for world in some:
        verdict = decide(world)

        assert decide(world) == verdict
        assert verdict.reason
        shown = msgspec.json.encode(facts(world)).decode()
        assert not any(
            contact.address in shown for contact in ADDRESSES if len(contact.address) > 1
        )
