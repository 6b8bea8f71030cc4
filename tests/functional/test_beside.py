"""What is no turn of a conversation: reactions, edits, deletions, echoes, consents, new numbers."""

import json
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from chalicelib.store import entries
from tests.support.faults import failing, refusal
from tests.support.http_calls import staff
from tests.support.inbound import drain, ingest, told
from tests.support.webhook_calls import (
    chat_message,
    queued,
    telegram_message,
    whatsapp_message,
)
from tests.support.world import DEPLOYMENT, World

PHONE = "905321112233"
ACCOUNT = "15550001111"
FIRST = f"whatsapp:{ACCOUNT}:wamid.in.1"


def whatsapp(world: World, message_id: str, minute: int = 0, **changes: Any) -> str:
    """A WhatsApp message of Ayşe's, with these of its fields changed (None: left out)."""
    payload = whatsapp_message(message_id, world.now + timedelta(minutes=minute))
    (message,) = payload["entry"][0]["changes"][0]["value"]["messages"]
    message |= changes
    for name in [name for name, value in message.items() if value is None]:
        del message[name]
    return queued("whatsapp", payload, world.now)


def change(world: World, field: str, **value: Any) -> str:
    """A WhatsApp delivery about something else than messages."""
    payload = whatsapp_message("wamid.none", world.now)
    inner = payload["entry"][0]["changes"][0]
    del inner["value"]["messages"]
    inner["field"] = field
    inner["value"] |= value
    return queued("whatsapp", payload, world.now)


def reaction(world: World, emoji: str | None, minute: int, name: str = "wamid.in.r") -> str:
    about = {"message_id": "wamid.in.1", **({"emoji": emoji} if emoji else {})}
    return whatsapp(world, f"{name}{minute}", minute, type="reaction", text=None, reaction=about)


def edit(world: World, text: str, minute: int) -> str:
    inner = {"type": "text", "text": {"body": text}}
    about = {"original_message_id": "wamid.in.1", "message": inner}
    return whatsapp(world, f"wamid.in.e{minute}", minute, type="edit", text=None, edit=about)


def revoked(world: World, minute: int) -> str:
    about = {"original_message_id": "wamid.in.1"}
    return whatsapp(world, f"wamid.in.d{minute}", minute, type="revoke", text=None, revoke=about)


def echo(world: World, message_id: str, text: str, to: str = PHONE) -> str:
    at = str(int(world.now.timestamp()))
    said = {"from": ACCOUNT, "to": to, "id": message_id, "timestamp": at, "type": "text"}
    return change(world, "smb_message_echoes", message_echoes=[{**said, "text": {"body": text}}])


def ayse(world: World) -> str:
    """Ayşe has written once, and was greeted; her conversation."""
    world.put("inbound", whatsapp(world, "wamid.in.1"))
    world.settle()
    (case,) = world.items("conversation")
    return str(case["pk"]).removeprefix("V#")


def thread(world: World, case: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (
        staff(world).get(f"/v1/conversations/{case}/messages").json["messages"]
    )
    said = [m for m in found if m["kind"] not in ("conversation", "note")]
    return [m for m in said if m.get("details", {}).get("type") != "greeting"]


# --- reactions, edits, deletions -----------------------------------------------------------------


def test_a_reaction_stands_under_its_message_and_opens_nothing(world: World) -> None:
    case = ayse(world)
    staff(world).post(f"/v1/conversations/{case}/resolve")
    world.put("inbound", reaction(world, "😮", 1))
    world.settle()

    (message,) = [m for m in thread(world, case) if m["kind"] == "message"]
    assert [one["emoji"] for one in message["details"]["reactions"]] == ["😮"]
    assert len(world.items("conversation")) == 1
    assert len(world.items("notification")) == 2


def test_an_edit_is_what_the_agent_reads(world: World) -> None:
    case = ayse(world)
    world.put("inbound", edit(world, "Merhabalar", 1))
    world.settle()
    (message,) = thread(world, case)
    assert message["text"] == "Merhabalar"
    assert "edited_at" in message["details"]


def test_what_was_taken_back_is_gone_from_the_table_too(world: World) -> None:
    case = ayse(world)
    world.put("inbound", revoked(world, 1))
    world.settle()
    (message,) = thread(world, case)
    assert (message.get("text"), message["details"]) == (None, {"deleted": True})
    assert entries.get_entries([FIRST])[FIRST].text is None


def test_in_whatever_order_they_come_and_however_often_the_thread_reads_the_same(
    world: World,
) -> None:
    case = ayse(world)
    said = [edit(world, "Bir", 1), edit(world, "İki", 2), reaction(world, "👍", 3)]
    seen = set()
    for order in permutations(said):
        world.put("inbound", *order, order[0])
        drain(world)
        (message,) = thread(world, case)
        seen.add(json.dumps(message, sort_keys=True))
    assert len(seen) == 1


def test_a_reaction_of_a_stranger_makes_nobody_and_is_counted(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.put("inbound", reaction(world, "👍", 1))
    world.settle()
    assert world.items("customer") == world.items("entry") == []
    assert '"EventsOfStrangers":[1.0]' in capsys.readouterr().out.replace(" ", "")


def test_what_is_beside_is_told_once_also_when_the_worker_was_cut_off(world: World) -> None:
    ayse(world)
    world.events()
    world.put("inbound", reaction(world, "👍", 1))
    with pytest.raises(Exception, match="messages failed"):
        ingest(world, before=failing("PutEvents", refusal("ThrottlingException")))
    ingest(world)
    (extended,) = told(world.events()).values()
    assert extended[0] == "TimelineExtended"
    assert extended[1]["kind"] == "reaction"


# --- what the brand wrote elsewhere --------------------------------------------------------------


def test_an_answer_from_the_brands_own_app_is_in_the_thread_as_an_answer(world: World) -> None:
    case = ayse(world)
    world.put("inbound", echo(world, "wamid.app", "Yoldayız"))
    world.put("inbound", echo(world, "wamid.app", "Yoldayız"))
    world.settle()
    answers = [m for m in thread(world, case) if m["direction"] == "out"]
    assert [(m["text"], m["details"]["by"]) for m in answers] == [("Yoldayız", "echo")]


@pytest.mark.parametrize("echo_first", [True, False])
def test_an_echo_of_our_own_message_is_that_message(world: World, echo_first: bool) -> None:
    case = ayse(world)
    number = len(world.platforms.posts) + 1
    said = echo(world, f"wamid.{number}", "Buyurun")
    if echo_first:
        world.put("inbound", said)
        drain(world)
    staff(world).post(f"/v1/conversations/{case}/messages", {"text": "Buyurun"})
    world.settle()
    if not echo_first:
        world.put("inbound", said)
        drain(world)
    (answer,) = [m for m in thread(world, case) if m["direction"] == "out"]
    assert (answer["text"], answer["details"]["by"]) == ("Buyurun", "Support desk")


def test_somebody_the_brand_wrote_to_first_is_a_customer_without_a_case(world: World) -> None:
    world.put("inbound", echo(world, "wamid.app", "Merhaba, siparişiniz hazır", to="905551112233"))
    world.settle()
    assert world.items("conversation") == []
    found = staff(world).get("/v1/customers?identity=phone:905551112233").json
    assert found["contacts"][0]["address"] == "905551112233"
    (entry,) = world.items("entry")
    assert (entry["direction"], entry["status"]) == ("out", "sent")


def test_a_status_that_came_before_the_echo_is_not_lost(world: World) -> None:
    ayse(world)
    at = str(int(world.now.timestamp()) + 60)
    status = {"id": "wamid.app", "status": "read", "timestamp": at, "recipient_id": PHONE}
    world.put("inbound", change(world, "messages", statuses=[status]))
    drain(world)
    world.put("inbound", echo(world, "wamid.app", "Yoldayız"))
    drain(world)
    key = f"whatsapp:{ACCOUNT}:wamid.app"
    entry = entries.get_entries([key])[key]
    assert (entry.status, entry.text) == ("read", "Yoldayız")


# --- consents ------------------------------------------------------------------------------------


def preference(world: World, value: str, minute: int) -> str:
    at = int((world.now + timedelta(minutes=minute)).timestamp())
    said = {"wa_id": PHONE, "category": "marketing_messages", "value": value, "timestamp": at}
    return change(world, "user_preferences", user_preferences=[said])


def test_no_more_marketing_said_on_whatsapp_is_a_consent_withdrawn(world: World) -> None:
    ayse(world)
    for order in permutations([("stop", 2), ("resume", 1)]):
        for value, minute in order:
            world.put("inbound", preference(world, value, minute))
            drain(world)
        (customer,) = world.items("customer")
        consent = json.loads(customer["consents"])["marketing/whatsapp"]
        assert consent["granted"] is False
        assert consent["source"].startswith("whatsapp")


def member(world: World, status: str, minute: int) -> str:
    person = {"id": 4242, "is_bot": False, "first_name": "Mehmet"}
    bot = {"id": 7, "is_bot": True, "first_name": "Bot"}
    before = "member" if status == "kicked" else "kicked"
    return queued(
        "telegram",
        {
            "update_id": 0,
            "my_chat_member": {
                "chat": {"id": 4242, "type": "private"},
                "from": person,
                "date": int((world.now + timedelta(minutes=minute)).timestamp()),
                "old_chat_member": {"user": bot, "status": before},
                "new_chat_member": {"user": bot, "status": status},
            },
        },
        world.now,
    )


@pytest.mark.parametrize("order", [("kicked", "member"), ("member", "kicked")])
def test_who_blocks_the_bot_hears_nothing_until_they_unblock_it(
    world: World, order: tuple[str, str]
) -> None:
    minutes = {"kicked": 1, "member": 2}
    world.put("inbound", queued("telegram", telegram_message(1, world.now), world.now))
    world.put("inbound", member(world, "kicked", 1))
    drain(world)
    (suppression,) = world.items("suppression")
    assert (suppression["reason"], suppression["lifted"]) == ("blocked", False)
    for status in order:
        world.put("inbound", member(world, status, minutes[status]))
        drain(world)
    (suppression,) = world.items("suppression")
    assert suppression["lifted"] is True


# --- identities ----------------------------------------------------------------------------------


def new_number(world: World) -> str:
    system = {
        "type": "user_changed_number",
        "wa_id": "905429998877",
        "body": f"Ayşe changed from {PHONE} to 905429998877",
    }
    return whatsapp(world, "wamid.in.s", 1, type="system", text=None, system=system)


def test_a_changed_number_stays_the_same_customer(world: World) -> None:
    ayse(world)
    world.put("inbound", new_number(world))
    world.settle()
    someone = staff(world)
    before = someone.get(f"/v1/customers?identity=phone:{PHONE}").json
    after = someone.get("/v1/customers?identity=phone:905429998877").json
    assert before["id"] == after["id"]
    assert after["contacts"][-1]["address"] == "905429998877"


def test_one_who_wrote_from_the_new_number_first_becomes_the_same_customer(world: World) -> None:
    ayse(world)
    new: dict[str, Any] = {"from": "905429998877"}
    world.put("inbound", whatsapp(world, "wamid.in.2", **new))
    world.settle()
    world.put("inbound", new_number(world))
    world.settle()
    someone = staff(world)
    before = someone.get(f"/v1/customers?identity=phone:{PHONE}").json
    after = someone.get("/v1/customers?identity=phone:905429998877").json
    assert before["id"] == after["id"]
    assert len(before["members"]) == 1


# --- one conversation across channels ------------------------------------------------------------


def over_chat(world: World, message_id: str, minute: int = 0) -> str:
    at = world.now + timedelta(minutes=minute)
    about: dict[str, Any] = {"customer": "v1", "phone": f"+{PHONE}", "phone_verified": True}
    return queued("chat", chat_message(message_id, at, **about), world.now)


def test_another_channel_carries_on_the_open_conversation(world: World) -> None:
    case = ayse(world)
    world.put("inbound", over_chat(world, "m1", 5))
    world.settle()
    assert [m["channel"] for m in thread(world, case)] == ["whatsapp", "chat"]
    assert len(world.items("conversation")) == 1


@pytest.mark.parametrize("known", [False, True])
def test_but_not_after_a_week_of_silence(world: World, known: bool) -> None:
    case = ayse(world)
    if known:
        world.put("inbound", over_chat(world, "m0", 1), whatsapp(world, "wamid.in.2", 2))
        world.settle()
    world.now += timedelta(days=8)
    world.put("inbound", over_chat(world, "m1"))
    world.settle()
    cases = {item["pk"]: item for item in world.items("conversation")}
    assert len(cases) == 2
    assert cases[f"V#{case}"]["status"] == "open"
    (customer,) = world.items("customer")
    assert customer["open_conversation_id"] != case

    world.put("inbound", over_chat(world, "m2", 1))
    world.settle()
    assert len(world.items("conversation")) == 2


def test_the_same_channel_carries_on_however_long_it_was_silent(world: World) -> None:
    ayse(world)
    world.now += timedelta(days=60)
    world.put("inbound", whatsapp(world, "wamid.in.2"))
    world.settle()
    assert len(world.items("conversation")) == 1


# --- what is left alone --------------------------------------------------------------------------


def test_what_nobody_has_heard_of_is_kept_raw_for_a_while(world: World) -> None:
    body = change(world, "flying_cars", cars=[1])
    world.put("inbound", body)
    world.settle()
    found = world.client("s3").list_objects_v2(Bucket=DEPLOYMENT.raw_bucket)["Contents"]
    (key,) = [one["Key"] for one in found]
    assert key.startswith("aside/whatsapp/flying_cars/dlv_")
    kept = world.client("s3").get_object(Bucket=DEPLOYMENT.raw_bucket, Key=key)["Body"].read()
    assert json.loads(kept)["entry"][0]["changes"][0]["field"] == "flying_cars"
    assert world.items("entry") == []


def test_a_group_is_not_greeted(world: World) -> None:
    world.put("inbound", whatsapp(world, "wamid.in.1", group_id="Y2FwaV9ncm91cDox"))
    world.settle()
    assert world.items("notification") == []
    (case,) = world.items("conversation")
    assert (case["address"], case["group"]) == ("Y2FwaV9ncm91cDox", True)


def test_in_a_group_each_ones_receipts_are_shown(world: World) -> None:
    group = "Y2FwaV9ncm91cDox"
    world.put("inbound", whatsapp(world, "wamid.in.1", group_id=group))
    world.settle()
    (case,) = world.items("conversation")
    name = case["pk"].removeprefix("V#")
    someone = staff(world)
    someone.post(f"/v1/conversations/{name}/messages", {"text": "Merhaba herkese"})
    world.settle()
    at = int(world.now.timestamp())

    def status(who: str, what: str, second: int) -> dict[str, Any]:
        return {
            "id": f"wamid.{len(world.platforms.posts)}",
            "status": what,
            "timestamp": str(at + second),
            "recipient_id": group,
            "recipient_type": "group",
            "recipient_participant_id": who,
        }

    told_ = [status("905321110000", "read", 3), status("905321119999", "delivered", 1)]
    for one in (*told_, status("905321110000", "delivered", 2)):
        world.put("inbound", change(world, "messages", statuses=[one]))
        drain(world)
    (answer,) = [m for m in thread(world, name) if m["direction"] == "out"]
    assert answer["status"] == "read"
    assert answer["recipients"] == {"905321110000": "read", "905321119999": "delivered"}
