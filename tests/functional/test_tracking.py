"""What became of what was sent: told by the platform, in any order, shown with the notification."""

import json
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from chalicelib.clock import iso
from chalicelib.store import receipts
from tests.support.aws_calls import counted
from tests.support.http_calls import staff
from tests.support.outreach import MAIL, furnish, now, plan
from tests.support.world import World

TOPIC = "arn:aws:sns:eu-central-1:123456789012:temas-local-mail-feedback"
PAGE = "https://kahve.example/menu"


def mailed(world: World, key: str = "note") -> str:
    """A mail that has gone out; SES's id of it."""
    if not world.items("customer"):
        furnish(world, channel="email", contacts=(MAIL,))
    plan(world, "reply", key=key)
    world.settle()
    assert now(key).status == "sent"
    return str(now(key).message_id)


def news(kind: str, message_id: str, at: datetime, **more: Any) -> str:
    """What SES publishes about a mail, as SNS brings it to the queue."""
    told = {
        "eventType": kind,
        "mail": {"messageId": message_id, "timestamp": iso(at), "destination": [MAIL.address]},
        kind.lower(): {"timestamp": iso(at), **more},
    }
    return json.dumps(
        {"Type": "Notification", "MessageId": "1", "TopicArn": TOPIC, "Message": json.dumps(told)}
    )


def delivery(world: World, key: str = "note") -> dict[str, Any]:
    answer = staff(world).get(f"/v1/notifications/{now(key).id}")
    found: dict[str, Any] = answer.json["delivery"]
    return found


def test_a_notification_shows_its_delivery_and_which_links_were_followed(world: World) -> None:
    sent = mailed(world)
    assert delivery(world) == {"status": "sent"}
    at = world.now + timedelta(minutes=1)
    world.put(
        "inbound",
        news("Delivery", sent, at),
        news("Click", sent, at, link=f"{PAGE}?who=ayse@example.com"),
        news("Click", sent, at + timedelta(minutes=1), link=PAGE),
    )
    world.settle()
    assert delivery(world) == {
        "status": "read",
        "statuses": {"delivered": iso(at)[:-5] + "Z", "clicked": "2026-11-23T10:02:00Z"},
        "links": [PAGE],
    }


def test_a_complaint_is_shown_and_ends_the_address(world: World) -> None:
    sent = mailed(world)
    spam = {"complainedRecipients": [{"emailAddress": MAIL.address}]}
    world.put("inbound", news("Complaint", sent, world.now, **spam))
    world.settle()
    assert delivery(world)["status"] == "delivered"
    assert "complained" in delivery(world)["statuses"]
    plan(world, "review_reminder", key="next")
    world.settle()
    assert (now("next").status, now("next").reason) == ("skipped", "suppressed_complained")


def test_a_bounce_after_all_is_shown_though_the_outcome_stays(world: World) -> None:
    sent = mailed(world)
    gone = {"bounceType": "Permanent", "bounceSubType": "NoEmail"}
    recipients = [{"emailAddress": MAIL.address}]
    world.put("inbound", news("Bounce", sent, world.now, bouncedRecipients=recipients, **gone))
    world.settle()
    shown = staff(world).get(f"/v1/notifications/{now().id}").json
    assert (shown["outcome"], shown["delivery"]["status"]) == ("sent", "failed")
    assert shown["delivery"]["error"]["code"] == "Permanent/NoEmail"


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_in_whatever_order_and_how_often_it_is_told(world: World, order: tuple[int, ...]) -> None:
    sent = mailed(world)
    minutes = [world.now + timedelta(minutes=n) for n in range(3)]
    told = [
        news("Click", sent, minutes[0], link=PAGE),
        news("Click", sent, minutes[1], link="https://kahve.example/kampanya"),
        news("Delivery", sent, minutes[2]),
    ]
    for number in (*order, *order):
        world.put("inbound", told[number])
        world.settle()
    shown = delivery(world)
    assert shown["status"] == "read"
    assert shown["links"] == ["https://kahve.example/kampanya", PAGE]
    assert shown["statuses"]["clicked"] == "2026-11-23T10:01:00Z"


def test_a_click_may_overtake_the_record_of_its_mail(world: World) -> None:
    assert world.wiring.table
    receipts.advance_status("email::early", status="clicked", at=world.now, now=world.now)
    assert receipts.add_link("email::early", PAGE)
    assert not receipts.add_link("email::early", PAGE)


def test_a_machine_that_follows_every_link_fills_no_table(world: World) -> None:
    sent = mailed(world)
    for number in range(13):
        world.put("inbound", news("Click", sent, world.now, link=f"{PAGE}/{number}"))
    world.settle()
    assert len(delivery(world)["links"]) == receipts.MOST_LINKS


def test_a_list_of_notifications_costs_one_request_more_for_all_their_deliveries(
    world: World,
) -> None:
    for number in range(4):
        mailed(world, f"note{number}")
    someone = staff(world)
    with counted() as calls:
        page = someone.get("/v1/customers/cus_1/notifications").json["notifications"]
    assert [one["delivery"]["status"] for one in page] == ["sent"] * 4
    # The key, the customer, the notifications; and the entries.
    assert calls.count("BatchGetItem") == 3 + 1
