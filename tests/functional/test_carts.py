"""A checkout that is left: a word with a code, unless an order comes first – whatever comes twice,
late or in another order."""

import json
from datetime import timedelta
from email import message_from_bytes, policy
from itertools import permutations
from typing import Any

import pytest

from chalicelib.channels.base import HttpReply, NotSent
from tests.support.aws_calls import Killed, killed_at
from tests.support.http_calls import deliver, staff
from tests.support.webhook_calls import SHOP, queued, queued_order
from tests.support.world import DEPLOYMENT, SECRETS, START, World, aws, world

KEY = f"shopify:{SHOP}:77"
CART = f"cart:{KEY}"
YES = {"state": "subscribed", "consent_updated_at": "2026-10-01T10:00:00Z"}
BUYER = {"id": 7, "email": "ayse@ornek.example", "verified_email": True, "first_name": "Ayşe"}
URL = "https://kahve.example/devam?sepet=77"
ITEMS = [{"product_id": n, "title": f"Ürün <{n}>", "quantity": n} for n in range(1, 8)]
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
SHOPS = {
    "shopify": {"shop": "kahve", "access_token": "shpat_1"},
    "woocommerce": {"url": "https://k.example", "consumer_key": "ck", "consumer_secret": "cs"},
}


def checkout(minute: int = 0, **more: Any) -> dict[str, Any]:
    """A checkout as it stood so many minutes after it was begun."""
    return {
        "id": 77,
        "token": "t77",
        "created_at": START.isoformat(),
        "updated_at": (START + minute * MINUTE).isoformat(),
        "email": BUYER["email"],
        "customer": {**BUYER, "email_marketing_consent": YES},
        "customer_locale": "tr",
        "line_items": ITEMS,
        "abandoned_checkout_url": URL,
        **more,
    }


def order(minute: int = 60, **more: Any) -> dict[str, Any]:
    at = (START + minute * MINUTE).isoformat()
    return {
        "id": 5001,
        "name": "#1001",
        "created_at": at,
        "updated_at": at,
        "currency": "TRY",
        "total_price": "100.00",
        "customer": BUYER,
        **more,
    }


def take_in(stage: World, *told: tuple[str, Any]) -> None:
    for topic, payload in told:
        stage.put("inbound", queued_order(topic, payload, stage.now))
    stage.settle()


def begin(stage: World, minute: int = 0, **more: Any) -> None:
    take_in(stage, ("checkouts/update", checkout(minute, **more)))


def notes(stage: World, kind: str = "cart") -> list[tuple[str, str]]:
    return [(n["status"], n["reason"]) for n in stage.items("notification") if n["kind"] == kind]


def code_of(stage: World) -> str:
    (note,) = [n for n in stage.items("notification") if n["kind"] == "cart"]
    return str(note["coupon"])


def body_of(mail: bytes, kind: str = "plain") -> str:
    part = message_from_bytes(mail, policy=policy.default).get_body((kind,))
    assert part is not None
    return str(part.get_content())


def open_shops(stage: World) -> None:
    """Give the platforms secret the credentials of two shops."""
    value = json.dumps({**SECRETS["platforms"], **SHOPS})
    name = DEPLOYMENT.name("platforms")
    aws("secretsmanager").put_secret_value(SecretId=name, SecretString=value)
    stage.restart()


def test_from_a_checkout_that_is_left_to_the_order_that_uses_its_code(world: World) -> None:
    open_shops(world)
    assert deliver("shopify", checkout(), world.now, topic="checkouts/create").status == 200
    world.settle()
    world.advance(2 * HOUR - MINUTE)
    assert world.mails() == []
    assert world.platforms.posts == []

    created: Any = {"data": {"discountCodeBasicCreate": {"userErrors": []}}}
    world.platforms.answers += [
        HttpReply(status=200, headers={}, body=json.dumps(created).encode()),
        HttpReply(status=201, headers={}, body=b"{}"),
    ]
    world.advance(2 * MINUTE)
    (mail,) = world.mails()
    code, text = code_of(world), body_of(mail)
    assert message_from_bytes(mail, policy=policy.default)["Subject"].endswith(
        "sepetiniz sizi bekliyor"
    )
    assert f"{code} koduyla %5 indiriminiz var." in text
    assert "26 Kasım 2026 tarihine kadar" in text
    assert f"Sepetime dön: {URL}" in text
    assert text.count("\n- ") == 5
    html = body_of(mail, "html")
    assert "2 × Ürün &lt;2&gt;" in html
    assert f'href="{URL}"' in html
    (at_shopify, at_woocommerce) = world.platforms.posts
    assert at_shopify[0] == "https://kahve.myshopify.com/admin/api/2026-07/graphql.json"
    assert at_shopify[2]["variables"]["discount"]["code"] == code
    assert at_woocommerce[2]["code"] == code

    used = order(180, checkout_id=77, discount_codes=[{"code": code.lower(), "amount": "5.00"}])
    for _ in range(2):
        take_in(world, ("orders/create", used))
    found = staff(world).get(f"/v1/coupons/{code}").json
    assert (found["state"], found["redeemed_by"]) == ("redeemed", f"shopify:{SHOP}:5001")
    assert notes(world) == [("sent", "due")]
    told = [e["detail"]["data"] for e in world.events() if e["detail-type"] == "CouponIssued"]
    assert {one["code"] for one in told} == {code}


def test_an_order_that_comes_first_takes_the_word_back_at_once(world: World) -> None:
    open_shops(world)
    begin(world)
    take_in(world, ("orders/create", order(5, checkout_id=77)))
    assert notes(world) == [("cancelled", "ordered")]
    world.advance(10 * HOUR)
    assert world.mails() == []
    assert world.platforms.posts == []


def test_an_order_by_another_way_counts_as_well(world: World) -> None:
    """Such as one at the till, which names no checkout."""
    begin(world)
    take_in(world, ("orders/create", order(5)))
    assert notes(world) == [("cancelled", "ordered")]


def test_an_order_under_another_id_of_the_same_person_counts_as_well(world: World) -> None:
    begin(world)
    (lead,) = [c["pk"].removeprefix("C#") for c in world.items("customer")]
    take_in(world, ("orders/create", order(-9, id=9, customer={"id": 8})))
    other = next(o["customer_id"] for o in world.items("order"))
    world.wiring.merging.merge(lead, other, "desk")
    assert notes(world) == [("planned", "planned")]
    take_in(world, ("orders/create", order(5, customer={"id": 8})))
    assert notes(world) == [("cancelled", "ordered")]


def test_an_old_order_that_is_told_late_does_not(world: World) -> None:
    begin(world, 10)
    take_in(world, ("orders/create", order(5)))
    assert notes(world) == [("planned", "planned")]
    world.advance(3 * HOUR)
    assert len(world.mails()) == 1


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (("checkouts/update", checkout(5, completed_at=START.isoformat())), "ordered"),
        (("checkouts/delete", {"id": 77}), "checkout_gone"),
        (("checkouts/update", checkout(5, line_items=[])), "checkout_gone"),
        (("checkouts/update", checkout(5, customer=None, email="o@example.com")), "not_the_buyer"),
    ],
)
def test_what_ends_the_checkout_ends_the_word(world: World, told: Any, reason: str) -> None:
    begin(world)
    take_in(world, told)
    world.advance(5 * HOUR)
    assert world.mails() == []
    assert ("cancelled", reason) in notes(world)


def test_who_is_still_shopping_is_left_alone_until_they_stop(world: World) -> None:
    begin(world)
    world.advance(110 * MINUTE)
    begin(world, 100)
    world.advance(20 * MINUTE)
    assert notes(world) == [("postponed", "still_shopping")]
    world.advance(90 * MINUTE)
    assert notes(world) == [("sent", "due")]
    assert len(world.mails()) == 1


@pytest.mark.parametrize(
    ("consent", "reason"),
    [
        (None, "no_consent"),
        ({"state": "not_subscribed"}, "no_consent"),
        ({**YES, "state": "unsubscribed"}, "consent_withdrawn"),
    ],
)
def test_nobody_is_written_to_without_consent(world: World, consent: Any, reason: str) -> None:
    begin(world, customer={**BUYER, "email_marketing_consent": consent})
    world.advance(3 * HOUR)
    assert notes(world) == [("skipped", reason)]
    assert world.mails() == []


def test_a_box_ticked_later_in_the_checkout_counts(world: World) -> None:
    begin(world, customer=None)
    begin(world, 5, customer=None, buyer_accepts_marketing=True)
    world.advance(3 * HOUR)
    assert notes(world) == [("sent", "due")]


def test_a_checkout_of_nobody_is_kept_and_told_of_once_its_buyer_is_known(world: World) -> None:
    begin(world, customer=None, email=None)
    assert (world.items("customer"), notes(world)) == ([], [])
    begin(world, 3)
    assert notes(world) == [("planned", "planned")]


def test_an_unsafe_link_is_left_out(world: World) -> None:
    begin(world, abandoned_checkout_url="http://kahve.example/devam")
    world.advance(3 * HOUR)
    (mail,) = world.mails()
    assert "devam" not in mail.decode(errors="replace")


def test_a_brand_without_the_section_writes_to_nobody(world: World) -> None:
    import msgspec

    playbook = msgspec.structs.replace(world.wiring.playbook, cart=None, win_back=None)
    world.restart(playbook_override=playbook)
    begin(world)
    take_in(world, ("orders/create", order()))
    assert world.items("notification") == []


def test_the_feeds_checkout_goes_the_same_way(world: World) -> None:
    told = {
        "type": "checkout.updated",
        "timestamp": world.now.isoformat(),
        "data": {
            "shop": "kahve.example",
            "checkout": {
                "id": "sepet-1",
                "customer": {"email": "elif@example.com", "locale": "en", "email_marketing": True},
                "items": [{"title": "Teapot"}],
                "url": URL,
            },
        },
    }
    world.put("inbound", queued("orders", told, world.now))
    world.settle()
    world.advance(3 * HOUR)
    (mail,) = world.mails()
    assert f"Back to my basket: {URL}" in body_of(mail)


@pytest.mark.parametrize("ends", [True, False])
def test_any_order_and_any_repeats_end_the_same(ends: bool) -> None:
    told: list[tuple[str, Any]] = [
        ("checkouts/create", checkout(0, line_items=ITEMS[:1])),
        ("checkouts/update", checkout(5)),
        ("checkouts/update", checkout(9, completed_at=START.isoformat() if ends else None)),
    ]
    documents, mails, outcomes = [], set(), set()
    for some in list(permutations(told))[::2]:
        with world() as stage:
            take_in(stage, *some, *some[:2])
            (kept,) = stage.items("checkout")
            documents.append({**json.loads(kept["document"]), "announced": None})
            stage.advance(5 * HOUR)
            mails.add(len(stage.mails()))
            outcomes |= {status for status, _ in notes(stage)}
    assert all(document == documents[0] for document in documents)
    assert (mails, outcomes) == (({0}, {"cancelled"}) if ends else ({1}, {"sent"}))


def test_an_order_that_overtakes_its_checkout_ends_it(world: World) -> None:
    take_in(world, ("orders/create", order(5, checkout_id=77)))
    begin(world)
    world.advance(5 * HOUR)
    assert world.mails() == []
    assert notes(world) == []


@pytest.mark.parametrize("answered", [False, True])
def test_a_worker_killed_at_any_call_tells_of_each_checkout_by_id_once(
    world: World, answered: bool
) -> None:
    ended = False
    for number in range(30):
        customer = {**BUYER, "id": 100 + number, "email": None, "email_marketing_consent": YES}
        payload = checkout(id=100 + number, customer=customer)
        world.put("inbound", queued_order("checkouts/create", payload, world.now))
        records = world.take("inbound")
        try:
            with killed_at(number, answered=answered):
                world.invoke("ingest", records)
                ended = True
        except Killed:
            world.restart()
        world.reappear("inbound", records)
        world.work("ingest", "inbound")
        seen = {
            (e["detail-type"], e["detail"]["metadata"]["id"])
            for e in world.events()
            if e["detail-type"] in ("CheckoutStarted", "ConsentChanged")
        }
        assert sorted(kind for kind, _ in seen) == ["CheckoutStarted", "ConsentChanged"]
        if ended:
            break
    assert ended
    assert len(world.items("checkout")) == len(world.items("consent")) == number + 1


@pytest.mark.parametrize("answered", [False, True])
def test_a_worker_killed_while_it_plans_leaves_one_word_with_one_code(
    world: World, answered: bool
) -> None:
    ended = False
    for number in range(20):
        customer = {**BUYER, "id": 100 + number, "email": None, "email_marketing_consent": YES}
        payload = checkout(id=100 + number, customer=customer)
        world.put("inbound", queued_order("checkouts/create", payload, world.now))
        world.work("ingest", "inbound")
        records = world.take("reactions")
        try:
            with killed_at(number, answered=answered):
                world.invoke("react", records)
                ended = True
        except Killed:
            world.restart()
        world.reappear("reactions", records)
        world.work("react", "reactions")
        if ended:
            break
    assert ended
    codes = [n["coupon"] for n in world.items("notification")]
    assert len(codes) == len(set(codes)) == len(world.items("coupon")) == number + 1
    assert len(world.schedules()) == number + 1


def test_a_shop_that_does_not_answer_is_asked_again(world: World) -> None:
    open_shops(world)
    begin(world)
    world.platforms.answers += [NotSent(code="x", detail="no connection")]
    with pytest.raises(Exception, match="failed"):
        world.advance(3 * HOUR)
    created: Any = {"data": {"discountCodeBasicCreate": {"userErrors": [{"code": "TAKEN"}]}}}
    exists = {"code": "woocommerce_rest_coupon_code_already_exists"}
    world.platforms.answers += [
        HttpReply(status=200, headers={}, body=json.dumps(created).encode()),
        HttpReply(status=400, headers={}, body=json.dumps(exists).encode()),
    ]
    world.settle()
    assert len(world.platforms.posts) == 4
    assert len(world.mails()) == 1


def test_a_code_used_at_the_till_before_the_shop_knew_it_is_not_made_there(world: World) -> None:
    open_shops(world)
    begin(world)
    world.now += 3 * HOUR
    world.wiring.coupons.used(code_of(world), "till", world.now)
    world.wiring.coupons.hand_over(code_of(world))
    assert world.platforms.posts == []


def test_codes_of_others_are_left_alone(world: World) -> None:
    codes = [{"code": "YAZ2026"}, {"code": "KV7P2-9XQ4M"}, {"code": None}]
    take_in(world, ("orders/create", order(discount_codes=codes)))
    assert world.items("coupon") == [c for c in world.items("coupon") if c["reason"] == "win_back"]
    (kept,) = world.items("order")
    assert "coupon:KV7P2-9XQ4M" in kept["announced"]
