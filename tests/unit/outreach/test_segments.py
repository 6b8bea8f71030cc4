"""The segment language: what it finds, and what it says of every mistake."""

import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chalicelib import playbook
from chalicelib.errors import InvalidRequest
from chalicelib.outreach.segments.facts import facts
from chalicelib.outreach.segments.matching import matches
from chalicelib.outreach.segments.parsing import Everybody, parse
from chalicelib.outreach.segments.tokens import LONGEST
from chalicelib.store.records import Consent, Contact, Customer

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
BOOK = playbook.load("prod")


def days(count: float) -> datetime:
    return NOW - timedelta(days=count)


def consent(granted: bool, at: datetime = NOW) -> Consent:
    return Consent(granted=granted, at=at, source="test")


AYSE = Customer(
    id="cus_1",
    created_at=days(400),
    locale="tr_TR",
    country="TR",
    preferred_channel="whatsapp",
    contacts=(
        Contact(channel="email", address="ayse@example.com"),
        Contact(channel="whatsapp", address="905321112233"),
    ),
    consents={
        "marketing": consent(True, days(9)),
        "marketing/whatsapp": consent(False, days(2)),
    },
    tags=("VIP", "Kahve sever", "İndirim"),
    orders=3,
    spent=75_050,
    last_order_at=days(100),
    last_seen_at=days(3),
    devices={"d1": "KD-100", "d2": "KD-7"},
)
STRANGER = Customer(id="cus_2", created_at=days(1))


def fits(text: str, who: Customer = AYSE, *members: Customer, **more: Any) -> bool:
    return matches(parse(text, **more), facts(who, members, BOOK), NOW)


@pytest.mark.parametrize(
    "text",
    [
        "all",
        "ALL",
        "orders >= 2 and spent > 500 and last_order before 90d and not tag = b2b "
        'and language = tr and consent.marketing = granted and device = "KD-100"',
        "orders = 3",
        "orders in (1, 2, 3)",
        "spent = 750.50",
        "spent < 751",
        "last_order within 101d",
        "last_order after 2026-08-01 and last_order before 2026-09-01",
        "last_seen within 72h",
        "last_order != never",
        "created before 1d",
        'tag = "kahve SEVER"',
        "tag = vip",
        "tag = indirim",
        "tag = İNDİRİM",
        "tag in (x, y, vip)",
        "tag != b2b",
        "language = TR",
        "country in (tr, de)",
        "channel = email",
        "channel != telegram",
        "preferred_channel = whatsapp",
        "device = kd-7",
        "consent.marketing.email = granted",
        "consent.marketing.whatsapp = withdrawn",
        "consent.survey = unknown",
        "consent.review in (unknown, granted)",
        "orders = 9 or spent > 1",
        "not orders = 9 and not (tag = a or tag = b)",
        "orders = 9 and orders = 8 or orders = 3",
        "ORDERS >= 2 AND NOT tag = b2b",
        "\n orders\t>=\n2 ",
    ],
)
def test_what_is_asked_of_a_customer_is_found(text: str) -> None:
    assert fits(text)


@pytest.mark.parametrize(
    "text",
    [
        "orders > 3",
        "orders = 3 and orders = 4",
        "orders = 9 and (orders = 8 or orders = 3)",
        "not orders = 3",
        "last_order within 100d and last_order before 100d",
        "last_order = never",
        "tag != vip",
        "language in (en, de)",
        "consent.marketing = withdrawn",
        "consent.marketing.whatsapp = granted",
        "channel = sms",
        "device != KD-100",
    ],
)
def test_what_does_not_hold_is_not_found(text: str) -> None:
    assert not fits(text)


def test_what_is_unknown_fits_no_comparison() -> None:
    assert fits("orders = 0 and spent = 0 and last_order = never", STRANGER)
    for text in ("last_order before 1d", "last_order within 9d", "country = TR", "tag = x"):
        assert not fits(text, STRANGER)
    assert fits("country != TR and not last_order within 9d", STRANGER)


def test_the_language_is_what_the_customer_says_or_what_we_would_write() -> None:
    german = Customer(id="cus_3", created_at=NOW, locale="de-AT")
    assert fits("language = de", german)
    assert fits("language = tr", Customer(id="cus_3", created_at=NOW, country="TR"))


def test_who_was_merged_counts_as_one_person() -> None:
    other = Customer(
        id="cus_9",
        created_at=days(900),
        orders=2,
        spent=100,
        last_order_at=days(1),
        tags=("b2b",),
        devices={"d9": "KD-9"},
        merged_into="cus_1",
    )
    assert fits("orders = 5 and spent = 751.50 and last_order within 2d", AYSE, other)
    assert fits("tag = b2b and tag = vip and device = KD-9 and created before 899d", AYSE, other)


def test_a_date_begins_at_midnight_of_the_brands_zone() -> None:
    just = Customer(id="c", created_at=datetime(2026, 11, 22, 21, 30, tzinfo=UTC))
    assert fits("created after 2026-11-23", just, zone=ZoneInfo("Europe/Istanbul"))
    assert not fits("created after 2026-11-23", just, zone=UTC)


@pytest.mark.parametrize(
    ("text", "position", "words"),
    [
        ("ordes > 2", 1, "did you mean orders?"),
        ("orders > 2 and contry = TR", 16, "did you mean country?"),
        ("consent.marketng = granted", 1, "did you mean consent.marketing?"),
        ("consent.marketing.mail = granted", 1, "one channel of"),
        ("consent.marketing = grantd", 21, "did you mean granted?"),
        ("channel = emial", 11, "did you mean email?"),
        ("", 1, "write all for everybody"),
        ("   ", 1, "write all for everybody"),
        ("orders", 7, "found the end after orders"),
        ("orders >", 9, "write a number such as 2"),
        ("orders > two", 10, "no whole number"),
        ("orders > 2.5", 10, "no whole number"),
        ("orders > -2", 10, "no whole number"),
        ("orders > 9999999999999", 10, "no whole number"),
        ("orders before 2", 8, "write one of = != < <= > >= in"),
        ("orders == 2", 8, "a single ="),
        ("spent > 99.999", 9, "no amount"),
        ("spent in (1, 2)", 7, "write one of"),
        ("last_order = 30d", 14, "= never"),
        ("last_order before yesterday", 19, "such as 90d"),
        ("last_order within 2026-01-01", 19, "write after and before"),
        ("last_order before 2026-02-30", 19, "there is no date"),
        ("last_order before 1999-01-01", 19, "2000 to 2099"),
        ("last_order before 999999d", 19, "longer ago than anything"),
        ("country = Turkey", 11, "two letters"),
        ("language = turkish", 12, "as in tr"),
        ('tag = ""', 7, "an empty text"),
        ('tag = "never closed', 7, "never ends"),
        ("tag = “b2b”", 7, "straight double quotes"),
        ("tag = a; drop", 8, "means nothing here"),
        ("tag in a", 8, 'found "a" where ( belongs'),
        ("tag in (a b)", 11, "the list is still open"),
        ("tag in ()", 9, "where a value for tag belongs"),
        ("(orders > 2", 12, "the parenthesis of position 1 is still open"),
        ("orders > 2)", 11, "no parenthesis is open"),
        ("orders > 2 orders > 3", 12, "`and` or `or`"),
        ("orders > 2 and", 15, "something is missing at the end"),
        ("and orders > 2", 1, "where a condition begins"),
        ("all and orders > 2", 1, "stands alone"),
        ('"orders" > 2', 1, "where a condition begins"),
        ("not " * 25 + "orders > 2", 85, "more than 20"),
        ("(" * 25 + "orders > 2" + ")" * 25, 22, "more than 20"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_its_fix(text: str, position: int, words: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        parse(text)
    assert f"position {position}:" in str(caught.value)
    assert words in str(caught.value)


def test_twenty_within_one_another_are_allowed() -> None:
    assert fits("not " * 20 + "orders = 3")
    assert fits("(" * 20 + "orders = 3" + ")" * 20)


def test_a_text_that_is_too_long_is_refused_with_a_way_out() -> None:
    with pytest.raises(InvalidRequest, match="put the customers it names under a tag"):
        parse("orders > 2 or " * 200)


WORDS = st.sampled_from(
    ["orders", "tag", "spent", "last_order", "consent.marketing", "and", "or", "not", "in", "all",
     "before", "within", "never", "granted", "(", ")", ",", "=", "!=", "<", ">=", "2", "90d",
     "2026-01-31", '"b2b"', "vip", "İ", "x" * 50]
)  # fmt: skip


@settings(max_examples=400)
@given(st.lists(WORDS, max_size=40).map(" ".join) | st.text(max_size=300))
@example("(" * LONGEST)
@example("not " * (LONGEST // 4))
@example('"' * (LONGEST - 1))
@example("\x00")
@example("١٢٣ > ٤")
def test_any_text_is_a_segment_or_an_invalid_request(text: str) -> None:
    with suppress(InvalidRequest):
        segment = parse(text)
        assert matches(segment, facts(AYSE, (), BOOK), NOW) in (True, False)


@pytest.mark.parametrize(
    "hostile",
    ["orders=1 or " * 166 + "tag=x", '"' * 1999, "a" * 2000, "<=" * 1000, "tag in (" + "a," * 990],
)
def test_hostile_text_takes_no_time(hostile: str) -> None:
    before = time.process_time()
    with suppress(InvalidRequest):
        parse(hostile)
    assert time.process_time() - before < 3


def test_everybody_is_no_condition() -> None:
    assert parse("all") == Everybody()
    assert fits("all", STRANGER)
