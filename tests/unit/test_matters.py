"""Whether what a notification is about still holds, and the words for it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace as changed

from chalicelib.commerce.facts import Item
from chalicelib.commerce.orders import Order, Refund
from chalicelib.commerce.records import to_record
from chalicelib.matters import matter
from chalicelib.matters.orders import MAX_ITEMS
from chalicelib.outreach.compose import first_name
from chalicelib.outreach.deliver import Matter
from chalicelib.playbook import load
from chalicelib.store.briefing import Briefing
from chalicelib.store.device_records import Alert, DeviceRecord
from chalicelib.store.notification_records import Notification
from chalicelib.store.records import Contact, Conversation, Customer, OrderRecord

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


def told(brief: Briefing) -> Matter:
    return matter(load("prod"))(brief, NOW)


CUSTOMER = Customer(id="cus_1", created_at=NOW, name="Ayşe Nur Yılmaz")
CASE = Conversation(
    id="cnv_1",
    customer_id="cus_1",
    status="resolved",
    opened_by="customer",
    opened_at=NOW,
    channel="whatsapp",
    account="1555",
    address="905321112233",
    resolutions=1,
)
ORDER = Order(
    platform="shopify",
    shop="kahve",
    order_id="5001",
    name="#1001",
    total=Decimal("120.50"),
    currency="TRY",
    placed_at=NOW,
    items=tuple(Item(product_id=str(n), title=f"Kahve {n}", quantity=1) for n in range(8)),
    deliveries={"f1": NOW},
)
DEVICE = DeviceRecord(id="dev-1", owner_id="cus_1", name="Mutfak")
ALERT = Alert(
    id="alr_1", device_id="dev-1", rule="boiler_too_hot", severity="critical", raised_at=NOW
)


def note(kind: str, key: str = "k") -> Notification:
    return Notification(
        id="ntf_1",
        key=key,
        purpose="reply",
        kind=kind,
        customer_id="cus_1",
        planned_at=NOW,
        planned_for=NOW,
        due_at=NOW,
    )


def order(**changes: Any) -> OrderRecord:
    return OrderRecord(key="shopify:kahve:5001", document=to_record(changed(ORDER, **changes)))


@pytest.mark.parametrize("kind", ["greeting", "reply"])
def test_an_answer_holds_whatever_happens_and_goes_where_the_customer_wrote(kind: str) -> None:
    found = told(Briefing(notification=note(kind), customer=CUSTOMER, conversation=CASE))

    assert found.over is None
    assert found.here == Contact(channel="whatsapp", account="1555", address="905321112233")
    assert found.subject.name == "Ayşe"


@pytest.mark.parametrize("lost", [{"channel": None}, {"address": None}])
def test_a_case_without_a_place_has_no_here(lost: dict[str, Any]) -> None:
    case = msgspec.structs.replace(CASE, **lost)

    assert told(Briefing(notification=note("reply"), conversation=case)).here is None
    assert told(Briefing(notification=note("reply"))).here is None


@pytest.mark.parametrize(
    ("name", "first"),
    [("Ayşe Nur", "Ayşe"), ("  Can ", "Can"), ("Ayşe\r\nNur", "Ayşe"), ("", None), (None, None)],
)
def test_people_are_addressed_by_the_first_word_of_their_name(
    name: str | None, first: str | None
) -> None:
    assert first_name(msgspec.structs.replace(CUSTOMER, name=name)) == first
    assert first_name(None) is None


@pytest.mark.parametrize(
    ("status", "resolutions", "over"),
    [("resolved", 1, None), ("open", 1, "reopened"), ("resolved", 2, "reopened")],
)
def test_a_question_is_about_a_case_that_is_still_solved_as_it_was_then(
    status: str, resolutions: int, over: str | None
) -> None:
    case = msgspec.structs.replace(CASE, status=status, resolutions=resolutions)
    about = note("satisfaction", "satisfaction:cnv_1:1")

    assert told(Briefing(notification=about, conversation=case)).over == over


def test_a_case_that_is_gone_asks_nothing() -> None:
    assert told(Briefing(notification=note("satisfaction"))).over == "conversation_gone"


def test_a_reminder_names_the_order_and_its_first_items() -> None:
    found = told(Briefing(notification=note("review_reminder"), customer=CUSTOMER, order=order()))

    assert found.over is None
    assert found.subject.order_name == "#1001"
    assert found.subject.items == tuple(f"Kahve {n}" for n in range(MAX_ITEMS))


@pytest.mark.parametrize(
    ("changes", "over"),
    [
        (
            {"refunds": {"r": Refund(at=NOW, amount=Decimal("120.50"), currency="TRY")}},
            "refunded",
        ),
        ({"refunds": {"r": Refund(at=NOW, amount=Decimal("20"), currency="TRY")}}, None),
        (
            {"refunds": {"r": Refund(at=NOW, amount=Decimal(0), returned=8)}},
            "returned",
        ),
        ({"refunds": {"r": Refund(at=NOW, amount=Decimal(0), returned=7)}}, None),
        ({"cancelled_at": NOW}, "cancelled"),
        ({"reviewed_at": NOW}, "reviewed"),
        ({"deliveries": {}}, "not_delivered"),
    ],
)
def test_a_reminder_is_about_an_order_still_to_be_reviewed(
    changes: dict[str, Any], over: str | None
) -> None:
    brief = Briefing(notification=note("review_reminder"), order=order(**changes))

    assert told(brief).over == over


def test_a_reminder_says_which_one_it_is_and_asks_of_what_is_left() -> None:
    book = load("prod")
    each = msgspec.structs.replace(
        book, review=msgspec.structs.replace(book.review, per="item", url="https://a.example")
    )
    reviewed = order(reviewed_products=("0", "2"))

    def asked(number: int) -> Any:
        about = note("review_reminder", f"review:shopify:kahve:5001:{number}")
        return matter(each)(Briefing(notification=about, order=reviewed), NOW).subject.more

    assert [asked(number)["turn"] for number in (1, 2, 3)] == [1, 2, 3]
    assert [asked(number)["last"] for number in (1, 2, 3)] == [False, False, True]
    assert asked(1)["products"] == [(n + 1, f"Kahve {n}") for n in (1, 3, 4, 5, 6)]
    assert asked(1)["own_page"] is True
    plain = told(Briefing(notification=note("review_reminder"), order=reviewed)).subject.more
    assert plain == {"turn": 1, "last": False, "products": [], "own_page": False}


def test_an_order_that_is_gone_or_nameless() -> None:
    assert told(Briefing(notification=note("review_reminder"))).over == "order_gone"
    nameless = Briefing(notification=note("review_reminder"), order=order(name=""))
    assert told(nameless).subject.order_name == "5001"


URGENT = msgspec.structs.replace(note("alert"), purpose="safety")


def test_a_notice_tells_the_owner_which_device_and_what() -> None:
    found = told(Briefing(notification=URGENT, device=DEVICE, alert=ALERT))

    assert found.over is None
    assert found.subject.device == "Mutfak"
    assert found.subject.message is not None
    assert found.subject.message.tr == "kazan sıcaklığı çok yüksek."


def test_a_notice_is_over_when_the_trouble_is_or_the_device_is_someone_elses() -> None:
    def over(**changes: Any) -> str | None:
        usual: dict[str, Any] = {"notification": URGENT, "device": DEVICE, "alert": ALERT}
        return told(Briefing(**(usual | changes))).over

    assert over(alert=msgspec.structs.replace(ALERT, cleared_at=NOW)) == "alert_cleared"
    assert over(device=msgspec.structs.replace(DEVICE, owner_id="cus_2")) == "not_the_owner"
    assert over(alert=None) == "alert_gone"
    assert over(device=None) == "alert_gone"
    assert over(notification=note("alert")) == "alert_escalated"
    assert over() is None


def test_a_notice_waits_while_staff_have_put_it_off_and_is_late_only_after_that() -> None:
    until = NOW + timedelta(days=5)
    snoozed = msgspec.structs.replace(ALERT, snoozed_until=until)

    found = told(Briefing(notification=URGENT, device=DEVICE, alert=snoozed))

    assert (found.wait_until, found.wait_reason, found.late_from) == (until, "snoozed", until)


def test_all_is_well_again_once_it_is_over_and_as_long_as_it_stays_so() -> None:
    about: dict[str, Any] = {"notification": note("well_again"), "device": DEVICE}
    cleared = msgspec.structs.replace(ALERT, cleared_at=NOW)

    assert told(Briefing(**about, alert=cleared)).over is None
    assert told(Briefing(**about, alert=ALERT)).over == "alert_open_again"
    assert told(Briefing(**about)).over == "alert_gone"
    other = {**about, "device": msgspec.structs.replace(DEVICE, owner_id="cus_2")}
    assert told(Briefing(**other, alert=cleared)).over == "not_the_owner"


def test_a_rule_that_the_playbook_no_longer_has_is_told_by_its_name() -> None:
    alert = msgspec.structs.replace(ALERT, rule="old_rule")
    nameless = msgspec.structs.replace(DEVICE, name=None)

    subject = told(Briefing(notification=note("alert"), device=nameless, alert=alert)).subject

    assert subject.message is not None
    assert subject.message.en == "old_rule."
    assert subject.device == "dev-1"
