"""The decision: order of reasons, choice of channel, and 10,500 random worlds for each rule."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any, TypeVar, get_args
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
from chalicelib.outreach.purposes import Kind, Manner, manner
from chalicelib.playbook import load
from chalicelib.playbook_sections import Cap, Caps, Purpose
from chalicelib.store.notification_records import OURSELVES, Notification
from chalicelib.store.outreach_records import Ledger, Slot
from chalicelib.store.records import Consent, Contact, Customer
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
POLITE = Purpose(consent="opt_out", quiet_hours="respect", caps="respect", uncertain="never_again")
URGENT = Purpose(consent="none", quiet_hours="exempt", caps="exempt", uncertain="again")
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


def got(notification_id: str, *, kind: str = "", at: datetime = NOON) -> Ledger:
    """Of somebody who got a review reminder then; of the kind if one is named."""
    slot = Slot(notification_id=notification_id, purpose="review", at=at)
    return Ledger(customer_id="cus_1", slots=(slot,), last={kind: slot} if kind else {})


OBSTACLES: list[tuple[dict[str, Any], Any]] = [
    ({"customer": None}, Cancel(reason="customer_gone")),
    ({"over": "refunded"}, Cancel(reason="refunded")),
    ({"now": NIGHT + timedelta(days=1)}, Skip(reason="too_late")),
    (
        {"wait_until": NOON + timedelta(days=9), "wait_reason": "campaign_paused"},
        Postpone(until=NOON + timedelta(days=9), reason="campaign_paused"),
    ),
    (
        {"manner": replace(ANY, gap=Span(days=90)), "ledger": got("ntf_2", kind="review_reminder")},
        Skip(reason="asked_recently"),
    ),
    ({"consents": {"review": WITHDRAWN}}, Skip(reason="consent_withdrawn")),
    ({"suppressed": suppressed(WHATSAPP, MAIL)}, Skip(reason="suppressed_bounced")),
    (
        {"caps": Caps(review=Cap(week=1)), "ledger": got("ntf_2")},
        Postpone(until=NOON + timedelta(days=7), reason="frequency_cap"),
    ),
    ({"now": NIGHT}, Postpone(until=NOON + timedelta(hours=20), reason="quiet_hours")),
    ({"control": True}, Skip(reason="holdout", contact=WHATSAPP)),
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


def test_what_was_put_off_is_late_only_from_the_end_of_that() -> None:
    until = NOON + timedelta(days=5)
    limit = until + timedelta(hours=24)

    assert isinstance(decide(situation(now=until, late_from=until)), Send)
    assert isinstance(decide(situation(now=limit, late_from=until)), Send)
    after = situation(now=limit + timedelta(seconds=1), late_from=until)
    assert decide(after) == Skip(reason="too_late")
    assert isinstance(decide(situation(late_from=NOON - timedelta(days=9))), Send)


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
    assert known["consent"] == {"all": "granted"}
    assert known["channels"] == ["email", "whatsapp"]
    assert known["zone"] == "Europe/Istanbul"
    text = msgspec.json.encode(known).decode()
    assert "ayse" not in text
    assert "90532" not in text


def test_facts_are_told_of_a_customer_who_is_gone_too() -> None:
    known = facts(situation(customer=None))

    assert (known["zone"], known["channels"], known["consent"]) == (None, [], {})
    said = {"review": WITHDRAWN, "review/email": GRANTED, "survey": GRANTED}
    assert facts(situation(consents=said))["consent"] == {"all": "withdrawn", "email": "granted"}


def test_retries_wait_longer_each_time_and_then_end() -> None:
    waits = [(retry_at(n, NOON, None) or NOON) - NOON for n in range(len(RETRY_AFTER))]

    assert waits == [timedelta(minutes=m) for m in (1, 5, 30, 120, 480)]
    assert retry_at(len(RETRY_AFTER), NOON, 5) is None
    assert retry_at(0, NOON, 90) == NOON + timedelta(seconds=90)
    assert retry_at(0, NOON, 5) == NOON + timedelta(minutes=1)
    assert retry_at(0, NOON, 1e9) == NOON + timedelta(days=1)


def test_every_kind_has_a_manner() -> None:
    playbook = load("prod")

    for kind in get_args(Kind):
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
    Purpose(consent=consent, quiet_hours=quiet, caps=caps, uncertain="never_again")
    for consent in ("none", "opt_out", "opt_in")
    for quiet in ("respect", "exempt")
    for caps in ("respect", "exempt")
)
MANNERS = (
    ANY,
    ANSWER,
    replace(ANY, channels=("email",)),
    replace(ANY, lateness=Span(minutes=90)),
    replace(ANY, gap=Span(days=3)),
)
SAID = ("review", "review/email", "review/whatsapp", "review/chat", "survey")
LIMITS = (None, 1, 2, 3)
OWN_HOURS = (None, None, ("22:00", "10:00"), ("00:00", "00:00"), ("12:00", "18:30"))
CLOSED = (frozenset[str](), frozenset({"sunday", "03-29", "2026-10-25"}))
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

    def consents(self) -> dict[str, Consent]:
        """Words about some purposes and channels, some of them of the same moment."""
        spoken = (name for name in SAID if self.roll(3) == 0)
        return {
            name: Consent(
                granted=self.roll(2) == 0, at=NOON + timedelta(days=self.roll(3)), source="test"
            )
            for name in spoken
        }

    def ledger(self, now: datetime) -> Ledger:
        slots = tuple(
            Slot(
                notification_id="ntf_1" if self.roll(12) == 0 else f"ntf_other_{number}",
                purpose=self.one(("review", "survey", "marketing")),
                at=now - timedelta(minutes=self.roll(9 * 1440) - 5),
            )
            for number in range(self.roll(5))
        )
        last = {"review_reminder": slots[0]} if slots and self.roll(2) else {}
        return Ledger(customer_id="cus_1", slots=slots, last=last)

    def caps(self) -> Caps:
        return Caps(
            overall=Cap(day=self.one(LIMITS), week=self.one(LIMITS)),
            review=Cap(day=self.one(LIMITS), week=self.one(LIMITS)),
        )

    def clock(self) -> time:
        quarter = self.roll(96)
        return time(quarter // 4, quarter % 4 * 15)


def random_world(number: int) -> Situation:
    dice = Dice(number)
    here = dice.roll(len(ADDRESSES) + 2)
    customer: dict[str, Any] = {
        "contacts": dice.some(ADDRESSES),
        "consents": dice.consents(),
        "quiet_hours": dice.one(OWN_HOURS),
        "time_zone": dice.one(ZONES),
        "preferred_channel": dice.one((None, "email", "chat", "fax")),
        "last_channel": dice.one((None, "whatsapp", "telegram")),
    }
    gone: Mapping[str, Any] = {"customer": None} if dice.roll(12) == 0 else customer
    planned = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=dice.roll(366 * 1440))
    note = msgspec.structs.replace(NOTE, planned_for=planned, **dice.one(FIXED))
    bad = dice.some((*ADDRESSES, Contact(channel="email", address="desk@example.com")))
    now = planned + timedelta(minutes=dice.roll(1800) - 60)
    return situation(
        **gone,
        notification=note,
        control=dice.roll(5) == 0,
        caps=dice.caps(),
        ledger=dice.ledger(now),
        wait_until=now + timedelta(minutes=dice.roll(120) - 60) if dice.roll(6) == 0 else None,
        wait_reason="campaign_paused",
        over=dice.one(OVER),
        here=ADDRESSES[here] if here < len(ADDRESSES) else None,
        suppressed=suppressed(*bad),
        purpose=dice.one(RULES),
        manner=dice.one(MANNERS),
        quiet=QuietHours(start=dice.clock(), end=dice.clock(), closed=dice.one(CLOSED)),
        now=now,
    )


AT_ONCE = 50
"""Worlds an example looks at: making examples is what takes the time."""

VAST = 10**80

worlds = st.integers(VAST // 10, VAST).map(
    lambda seed: [random_world(seed * prime % VAST) for prime in range(1, 2 * AT_ONCE, 2)]
)
many = settings(max_examples=210, deadline=None)
"""More than 10,000 worlds for each rule."""


def last_word(world: Situation, channel: str) -> bool | None:
    """The rule once more: what they said last of this purpose on this channel or in general; a
    withdrawal wins a tie."""
    assert world.customer is not None
    said = [world.customer.consents.get(name) for name in ("review", f"review/{channel}")]
    known = [one for one in said if one]
    if not known:
        return None
    latest = max(one.at for one in known)
    return all(one.granted for one in known if one.at == latest)


def has_room(world: Situation) -> bool:
    """The rule once more, by counting: with this one, no cap would be broken in the window that
    ends now."""
    others = [slot for slot in world.ledger.slots if slot.notification_id != "ntf_1"]
    for cap, counted in (
        (world.caps.overall, others),
        (world.caps.review, [slot for slot in others if slot.purpose == "review"]),
    ):
        for limit, days in ((cap.day, 1), (cap.week, 7)):
            recent = [s for s in counted if world.now - s.at < timedelta(days=days)]
            if limit is not None and len(recent) + 1 > limit:
                return False
    return True


def is_quiet(world: Situation, moment: datetime) -> bool:
    """The rule once more, in words of its own: minutes of the local day."""
    assert world.customer is not None
    name = world.customer.time_zone
    zone = ZoneInfo(name) if name and "/" in name and name != "No/Where" else ISTANBUL
    local = moment.astimezone(zone)
    if {f"{local:%m-%d}", f"{local:%Y-%m-%d}", f"{local:%A}".lower()} & world.quiet.closed:
        return True
    minute = local.hour * 60 + local.minute
    start, end = (clock.hour * 60 + clock.minute for clock in (world.quiet.start, world.quiet.end))
    if world.customer.quiet_hours:
        start, end = (int(h[:2]) * 60 + int(h[3:]) for h in world.customer.quiet_hours)
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
        said = last_word(world, verdict.contact.channel)
        withdrawn = said is False
        assert world.purpose.consent != "opt_in" or said is True
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
        if isinstance(verdict, Postpone) and verdict.reason == "quiet_hours":
            assert is_quiet(world, world.now)
            assert not is_quiet(world, verdict.until)
            assert world.purpose.quiet_hours == "respect"
            assert world.now < verdict.until <= world.now + timedelta(hours=75)


@many
@given(worlds)
def test_nothing_is_ever_sent_over_a_cap_but_by_recorded_exemption(some: list[Situation]) -> None:
    for world in some:
        verdict = decide(world)
        if isinstance(verdict, Send):
            over = world.manner.proactive and not has_room(world)
            assert not over or world.purpose.caps == "exempt"
            assert over == ("frequency_cap" in verdict.exemptions)
        if isinstance(verdict, Postpone) and verdict.reason == "frequency_cap":
            assert not has_room(world)
            assert verdict.until > world.now
            assert has_room(msgspec.structs.replace(world, now=verdict.until))
            assert not has_room(
                msgspec.structs.replace(world, now=verdict.until - timedelta(seconds=1))
            )


@many
@given(worlds)
def test_nobody_of_a_control_group_or_asked_lately_or_too_early_gets_anything(
    some: list[Situation],
) -> None:
    for world in some:
        verdict = decide(world)
        if not isinstance(verdict, Send):
            # Who is held out would have got it: both groups passed the same rules.
            if isinstance(verdict, Skip) and verdict.reason == "holdout":
                treated = decide(msgspec.structs.replace(world, control=False))
                assert isinstance(treated, Send)
                assert treated.contact == verdict.contact
            continue
        assert not world.control
        assert world.wait_until is None or world.wait_until <= world.now
        last = world.ledger.last.get("review_reminder")
        if last and world.manner.gap and last.notification_id != "ntf_1":
            assert world.now >= last.at + world.manner.gap


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


# --- the brand's own people ----------------------------------------------------------------------


def to_the_team(**changed: Any) -> Situation:
    note = msgspec.structs.replace(
        NOTE, customer_id=OURSELVES, kind="incident", channel="email", address=MAIL.address
    )
    values: dict[str, Any] = {"notification": note, "customer": None, "now": NIGHT}
    return situation(**{**values, **changed})


def test_the_team_is_told_at_any_hour_without_consent_or_caps() -> None:
    assert decide(to_the_team()) == Send(contact=MAIL)


def test_the_team_is_not_told_at_a_mailbox_that_refused_mail_nor_without_an_address() -> None:
    refused = {(MAIL.channel, MAIL.address): "bounce"}
    assert decide(to_the_team(suppressed=refused)) == Skip(reason="suppressed_bounce")
    nowhere = msgspec.structs.replace(to_the_team().notification, address=None)
    assert decide(to_the_team(notification=nowhere)) == Skip(reason="no_address")


def test_a_customer_who_is_gone_is_not_taken_for_the_team() -> None:
    assert decide(to_the_team(notification=NOTE)) == Cancel(reason="customer_gone")
