"""What carts, win-backs and thank-yous are about, and the mails that are made of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from chalicelib.commerce import checkouts
from chalicelib.commerce import records as order_records
from chalicelib.commerce.checkouts import Basket
from chalicelib.commerce.facts import Buyer, Item
from chalicelib.commerce.orders import Order
from chalicelib.matters import matter
from chalicelib.outreach import compose
from chalicelib.outreach.compose import Urls
from chalicelib.outreach.mail import Mail
from chalicelib.playbook import load
from chalicelib.playbook_values import Locale
from chalicelib.store.briefing import Briefing
from chalicelib.store.notification_records import Notification
from chalicelib.store.outreach_records import Checkout, Coupon
from chalicelib.store.records import Customer, OrderRecord

PLAYBOOK = load("prod")
TELL = matter(PLAYBOOK)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CUSTOMER = Customer(id="cus_1", created_at=NOW, name="Ayşe Yılmaz", country="TR")
COUPON = Coupon(
    code="KV7P2-9XQ4M",
    customer_id="cus_1",
    reason="cart",
    percent=5,
    issued_at=NOW,
    # Late in the evening in UTC: the next day in Istanbul.
    expires_at=datetime(2027, 2, 25, 22, tzinfo=UTC),
)
BASKET = Basket(
    platform="shopify",
    shop="kahve",
    checkout_id="c1",
    updated_at=NOW - 2 * HOUR,
    buyer=Buyer(email="ayse@example.com"),
    items=(Item(product_id="1", title="Demlik <mavi>", quantity=2),),
    url="https://kahve.example/devam?a=1&b=2",
)
ORDER = Order(
    platform="shopify",
    shop="kahve",
    order_id="1",
    placed_at=NOW - 120 * DAY,
    total=Decimal(1),
)


def note(kind: str) -> Notification:
    return Notification(
        id="ntf_1",
        key="k",
        purpose="marketing",
        kind=kind,
        customer_id="cus_1",
        planned_at=NOW,
        planned_for=NOW,
        due_at=NOW,
    )


def about_cart(basket: Basket = BASKET, customer: Any = CUSTOMER, **checkout: Any) -> Briefing:
    kept = Checkout(
        key=basket.key,
        document=checkouts.to_record(basket),
        **({"customer_id": "cus_1", "updated_at": basket.updated_at} | checkout),
    )
    return Briefing(notification=note("cart"), customer=customer, checkout=kept, coupon=COUPON)


def about_order(order: Order = ORDER, **customer: Any) -> Briefing:
    kept = OrderRecord(key=order.key, document=order_records.to_record(order))
    person = msgspec.structs.replace(CUSTOMER, last_order_at=ORDER.placed_at, **customer)
    return Briefing(notification=note("win_back"), customer=person, order=kept, coupon=COUPON)


def changed(value: Any, **fields: Any) -> Any:
    of_struct = isinstance(value, msgspec.Struct)
    return (msgspec.structs.replace if of_struct else replace)(value, **fields)


ORDERED_SINCE = msgspec.structs.replace(CUSTOMER, last_order_at=NOW - HOUR)
ORDERED_BEFORE = msgspec.structs.replace(CUSTOMER, last_order_at=NOW - 3 * HOUR)
MEMBER = msgspec.structs.replace(CUSTOMER, id="cus_9", members=("cus_1",))


@pytest.mark.parametrize(
    ("brief", "over"),
    [
        (about_cart(), None),
        (about_cart(ordered_at=NOW), "ordered"),
        (about_cart(customer=ORDERED_SINCE), "ordered"),
        (about_cart(customer=ORDERED_BEFORE), None),
        (about_cart(changed(BASKET, items=())), "checkout_gone"),
        (about_cart(changed(BASKET, gone_at=NOW)), "checkout_gone"),
        (about_cart(customer_id="cus_2"), "not_the_buyer"),
        (about_cart(customer=MEMBER), None),
        (about_cart(customer=None), None),
        (Briefing(notification=note("cart"), customer=CUSTOMER), "checkout_gone"),
        (about_order(), None),
        (about_order(last_seen_at=NOW - 150 * DAY), None),
        (about_order(last_seen_at=NOW - 100 * DAY), "active_again"),
        (about_order(changed(ORDER, placed_at=NOW - 130 * DAY)), "active_again"),
        (about_order(changed(ORDER, test=True)), "test_order"),
        (about_order(changed(ORDER, cancelled_at=NOW)), None),
        (Briefing(notification=note("win_back"), customer=CUSTOMER), "order_gone"),
        (Briefing(notification=note("coupon"), customer=CUSTOMER, coupon=COUPON), None),
        (Briefing(notification=note("coupon"), customer=CUSTOMER), "coupon_gone"),
    ],
)
def test_whether_it_still_holds(brief: Briefing, over: str | None) -> None:
    assert TELL(brief, NOW).over == over


@pytest.mark.parametrize(
    ("fields", "over"),
    [
        ({"expires_at": NOW}, "coupon_expired"),
        ({"redeemed_at": NOW, "redeemed_by": "till"}, "coupon_redeemed"),
        ({"issued_at": NOW + HOUR}, None),
    ],
)
def test_a_code_that_is_worth_nothing_is_not_sent(fields: Any, over: str | None) -> None:
    coupon = msgspec.structs.replace(COUPON, **fields)
    brief = Briefing(notification=note("coupon"), customer=CUSTOMER, coupon=coupon)
    assert TELL(brief, NOW).over == over
    told = TELL(changed(about_cart(), coupon=coupon), NOW)
    assert told.over is None
    assert bool(told.subject.more["code"]) is (over is None)


def test_it_waits_while_something_happens() -> None:
    touched = about_cart(changed(BASKET, updated_at=NOW - HOUR))
    told = TELL(touched, NOW)
    assert (told.wait_until, told.wait_reason) == (NOW + HOUR, "still_shopping")
    asked = TELL(about_order(last_seen_at=NOW - 118 * DAY), NOW)
    assert (asked.wait_until, asked.wait_reason) == (NOW + 2 * DAY, "wrote_meanwhile")


def mail(kind: str, brief: Briefing, locale: Locale) -> Mail:
    person = msgspec.structs.replace(brief.customer or CUSTOMER, locale=locale)
    told = TELL(changed(brief, customer=person), NOW)
    return compose.mail(
        note(kind),
        told.subject,
        PLAYBOOK,
        locale,
        to="ayse@example.com",
        now=NOW,
        urls=Urls(unsubscribe="https://x/u", preferences="https://x/p"),
    )


BRIEFS = {
    "cart": about_cart(),
    "win_back": about_order(),
    "coupon": Briefing(notification=note("coupon"), customer=CUSTOMER, coupon=COUPON),
}


@pytest.mark.parametrize("kind", BRIEFS)
@pytest.mark.parametrize(("locale", "day"), [("tr", "26 Şubat 2027"), ("en", "26 February 2027")])
def test_the_mail_has_the_code_and_the_last_day_in_the_customers_calendar(
    kind: str, locale: Locale, day: str
) -> None:
    sent = mail(kind, BRIEFS[kind], locale)
    for words in (sent.text, sent.html):
        assert "KV7P2-9XQ4M" in words
        assert day in words
        assert ("%5" if locale == "tr" else "5%") in words
        assert "https://x/u" in words
    assert "{{" not in sent.text + sent.html


@pytest.mark.parametrize("kind", ["cart", "win_back"])
@pytest.mark.parametrize("locale", ["tr", "en"])
def test_without_a_code_the_mail_says_nothing_of_one(kind: str, locale: Locale) -> None:
    sent = mail(kind, changed(BRIEFS[kind], coupon=None), locale)
    assert "KV7P2" not in sent.text + sent.html
    assert "%" not in sent.text
    assert "\n\n\n" not in sent.text


def test_what_is_in_the_basket_is_text_and_its_way_back_a_link() -> None:
    sent = mail("cart", about_cart(), "tr")
    assert "- 2 × Demlik <mavi>\n" in sent.text
    assert "2 × Demlik &lt;mavi&gt;" in sent.html
    assert "Sepetime dön: https://kahve.example/devam?a=1&b=2" in sent.text
    assert 'href="https://kahve.example/devam?a=1&amp;b=2"' in sent.html
    bare = mail("cart", about_cart(changed(BASKET, url=None)), "tr")
    assert "Sepetime" not in bare.text + bare.html
