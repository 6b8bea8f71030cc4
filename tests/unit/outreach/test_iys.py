"""İYS is told what was said, by whom, about which address – and never more."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.outreach.iys import Remark, Row, rows
from chalicelib.outreach.iys_sources import CODES, source_code
from chalicelib.store.notification_records import Suppression
from chalicelib.store.records import Consent, Contact, Customer

AT = datetime(2026, 11, 22, 21, 30, 5, tzinfo=UTC)
MAIL = Contact(channel="email", address="ayse@example.com")
SMS = Contact(channel="sms", address="+905321112233")
WHATSAPP = Contact(channel="whatsapp", account="1", address="905321112233")
TELEGRAM = Contact(channel="telegram", address="4242")


def said(granted: bool, minutes: int = 0, source: str = "checkout") -> Consent:
    return Consent(granted=granted, at=AT + timedelta(minutes=minutes), source=source)


def ayse(*contacts: Contact, country: str | None = "TR", **consents: Consent) -> Customer:
    named = {name.replace("__", "/"): one for name, one in consents.items()}
    return Customer(id="cus_1", created_at=AT, contacts=contacts, consents=named, country=country)


def refused(contact: Contact, reason: str, minutes: int, **more: Any) -> dict[Any, Suppression]:
    where = (contact.channel, contact.address)
    at = AT + timedelta(minutes=minutes)
    return {where: Suppression(channel=where[0], address=where[1], reason=reason, at=at, **more)}


def told(customer: Customer, refusals: Any = None, **more: Any) -> list[tuple[str, str, str, str]]:
    found, _ = rows(customer, refusals or {}, **more)
    return [(row.type, row.recipient, row.status, row.source) for row in found]


def reasons(customer: Customer, refusals: Any = None) -> list[str]:
    _, remarks = rows(customer, refusals or {})
    return [remark.reason for remark in remarks]


def test_a_row_is_in_the_words_and_the_time_of_turkey() -> None:
    found, remarks = rows(ayse(MAIL, marketing=said(True)), {})
    assert found == [
        Row(
            consent_date="2026-11-23 00:30:05",
            source="HS_WEB",
            recipient="ayse@example.com",
            recipient_type="BIREYSEL",
            status="ONAY",
            type="EPOSTA",
        )
    ]
    assert remarks == []


def test_a_number_is_one_recipient_however_it_is_reached() -> None:
    assert told(ayse(SMS, WHATSAPP, MAIL, marketing=said(True))) == [
        ("EPOSTA", "ayse@example.com", "ONAY", "HS_WEB"),
        ("MESAJ", "+905321112233", "ONAY", "HS_WEB"),
    ]


def test_what_was_said_of_one_channel_is_told_of_its_recipients_only() -> None:
    customer = ayse(SMS, MAIL, marketing__email=said(True))
    assert told(customer) == [("EPOSTA", "ayse@example.com", "ONAY", "HS_WEB")]
    other = Contact(channel="whatsapp", address="905059998877")
    customer = ayse(SMS, other, marketing__whatsapp=said(True, source="whatsapp: opted_in"))
    assert told(customer) == [("MESAJ", "+905059998877", "ONAY", "HS_SOSYAL_MEDYA")]


def test_the_later_word_wins_and_on_a_tie_the_withdrawal() -> None:
    def after(minutes: int) -> str:
        customer = ayse(MAIL, marketing=said(True, 1), marketing__email=said(False, minutes))
        return told(customer)[0][2]

    assert [after(0), after(1), after(2)] == ["ONAY", "RET", "RET"]


def test_stop_on_a_channel_ends_what_was_granted_before_it() -> None:
    customer = ayse(SMS, marketing=said(True, 1))
    assert told(customer, refused(SMS, "opted_out", 2)) == [
        ("MESAJ", "+905321112233", "RET", "HS_MESAJ")
    ]
    assert told(customer, refused(SMS, "opted_out", 0))[0][2] == "ONAY"
    assert told(customer, refused(SMS, "opted_out", 2, lifted=True))[0][2] == "ONAY"


def test_a_mail_called_spam_is_our_decision_and_a_dead_mailbox_nobodys_word() -> None:
    customer = ayse(MAIL, marketing=said(True, 1))
    complained = refused(MAIL, "complained", 2)
    assert told(customer, complained) == [("EPOSTA", "ayse@example.com", "RET", "HS_KARAR")]
    assert reasons(customer, complained) == ["decided_by_us"]
    assert told(customer, refused(MAIL, "bounced", 2))[0][2] == "ONAY"


def test_who_has_said_nothing_about_marketing_is_nobody_to_iys() -> None:
    customer = ayse(MAIL, SMS, review=said(True), survey=said(False))
    assert rows(customer, refused(SMS, "opted_out", 2)) == ([], [])
    assert rows(ayse(TELEGRAM, marketing=said(True)), {}) == ([], [])


def test_a_grant_from_who_knows_where_is_named_and_left_out() -> None:
    customer = ayse(MAIL, marketing=said(True, source="staff (Support desk)"))
    assert rows(customer, {}) == (
        [],
        [
            Remark(
                customer_id="cus_1",
                type="EPOSTA",
                recipient="ayse@example.com",
                reason="unknown_source",
                source="staff (Support desk)",
            )
        ],
    )


def test_a_withdrawal_from_who_knows_where_is_told_for_it_must_not_wait() -> None:
    customer = ayse(MAIL, marketing=said(False, source="staff (Support desk)"))
    assert told(customer) == [("EPOSTA", "ayse@example.com", "RET", "HS_KARAR")]
    assert reasons(customer) == ["decided_by_us"]


@pytest.mark.parametrize(
    ("contact", "country", "reason"),
    [
        (MAIL, "DE", "not_in_turkey"),
        (Contact(channel="sms", address="+4915112345678"), "TR", "not_in_turkey"),
        (Contact(channel="sms", address="+902121230000"), "TR", "not_in_turkey"),
        (Contact(channel="sms", address="KAHVE"), "TR", "not_in_turkey"),
        (Contact(channel="email", address="ayşe@example.com"), "TR", "not_taken"),
        (Contact(channel="email", address="=cmd|x@example.com"), "TR", "not_taken"),
        (Contact(channel="email", address="+a@example.com"), "TR", "not_taken"),
    ],
)
def test_only_recipients_that_iys_takes(contact: Contact, country: str, reason: str) -> None:
    customer = ayse(contact, country=country, marketing=said(True))
    assert told(customer) == []
    assert reasons(customer) == [reason]


def test_a_turkish_number_is_turkish_wherever_its_owner_lives() -> None:
    assert told(ayse(SMS, country="DE", marketing=said(True)))[0][1] == "+905321112233"


def test_what_was_said_before_a_moment_is_left_out_on_wish() -> None:
    customer = ayse(MAIL, SMS, marketing=said(True, 1), marketing__email=said(False, 5))
    assert told(customer, since=AT + timedelta(minutes=1)) == [
        ("EPOSTA", "ayse@example.com", "RET", "HS_WEB")
    ]


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("List-Unsubscribe link", "HS_EPOSTA"),
        ("preference page", "HS_WEB"),
        ("Checkout (Shop, test (2))", None),
        ("checkout (Web team)", "HS_WEB"),
        ("HS_ISLAK_IMZA", "HS_ISLAK_IMZA"),
        ("form no. 12, HS_ISLAK_IMZA (Till 3)", "HS_ISLAK_IMZA"),
        ("staff (HS_WEB)", None),
        ("HS_NEVER_HEARD_OF", None),
        ("sms: opted_out", "HS_MESAJ"),
        ("message: sms", "HS_MESAJ"),
        ("message: whatsapp", "HS_SOSYAL_MEDYA"),
        ("message: fax", None),
        ("shopify checkout", "HS_WEB"),
        ("HS_MOBIL checkout", "HS_MOBIL"),
        ("whatsapp: opted_in", "HS_SOSYAL_MEDYA"),
        ("email: opted_out", "HS_EPOSTA"),
        ("fax: opted_out", None),
        ("email", None),
        ("", None),
        (")", None),
    ],
)
def test_where_it_was_said_as_iys_codes_it(source: str, code: str | None) -> None:
    assert source_code(source) == code
    assert code is None or code in CODES


CONTACTS = (MAIL, SMS, WHATSAPP, TELEGRAM, Contact(channel="sms", address="+14155550100"))
CONSENTS = st.builds(
    said, st.booleans(), st.integers(0, 4), st.sampled_from(["checkout", "staff (x)", "sms: y"])
)
ABOUTS = ("marketing", "marketing/email", "marketing/sms", "marketing/whatsapp", "review")
SUPPRESSED = st.sampled_from(["opted_out", "complained", "bounced", "blocked"])


@settings(max_examples=2000)
@given(
    st.sets(st.sampled_from(CONTACTS)),
    st.dictionaries(st.sampled_from(ABOUTS), CONSENTS),
    st.dictionaries(st.sampled_from(CONTACTS), st.tuples(SUPPRESSED, st.integers(0, 4))),
    st.sampled_from([None, "TR", "DE"]),
)
def test_nobody_is_ever_onay_who_has_not_granted_or_has_withdrawn_last(
    contacts: set[Contact],
    consents: dict[str, Consent],
    suppressed: dict[Contact, tuple[str, int]],
    country: str | None,
) -> None:
    customer = Customer(
        id="cus_1",
        created_at=AT,
        contacts=tuple(contacts),
        consents=consents,
        country=country,
    )
    refusals: dict[Any, Suppression] = {}
    for contact, (reason, minutes) in suppressed.items():
        refusals |= refused(contact, reason, minutes)
    found, remarks = rows(customer, refusals)
    assert len({(row.type, row.recipient) for row in found}) == len(found)
    for row in found:
        kinds = ("email",) if row.type == "EPOSTA" else ("sms", "whatsapp")
        # Only channels on which this very recipient is reached: nobody speaks for another number.
        behind = [
            c
            for c in contacts
            if c.channel in kinds and c.address.lstrip("+") == row.recipient.lstrip("+")
        ]
        assert behind
        words = [
            (one.at, one.granted)
            for about, one in consents.items()
            if about == "marketing" or about in {f"marketing/{c.channel}" for c in behind}
        ]
        stops = [
            AT + timedelta(minutes=suppressed[c][1])
            for c in behind
            if c in suppressed and suppressed[c][0] in ("opted_out", "complained")
        ]
        if row.status == "ONAY":
            granted = max(at for at, yes in words if yes)
            assert all(at < granted for at, yes in words if not yes)
            assert all(at < granted for at in stops)
            assert row.source != "HS_KARAR"
        else:
            assert stops or any(not yes for _, yes in words)
    named = {(one.type, one.recipient) for one in remarks if one.reason != "decided_by_us"}
    assert not named & {(row.type, row.recipient) for row in found}
