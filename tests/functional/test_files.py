"""Files that came with messages: fetched once, kept in our own bucket, handed out for minutes."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from chalicelib.channels.base import HttpReply, NotSent
from chalicelib.files import LARGEST
from tests.support.http_calls import Answer, problem_of, staff
from tests.support.webhook_calls import chat_message, queued, whatsapp_message
from tests.support.world import DEPLOYMENT, World

KEY = "whatsapp:15550001111:wamid.in.1"
LOOK_UP = "https://graph.facebook.com/v21.0/7001"
FILE = "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=7001"


def arrive(world: World, mime: str = "image/jpeg", **image: Any) -> None:
    """Ayşe sends a picture by WhatsApp."""
    payload = whatsapp_message("wamid.in.1", world.now)
    (message,) = payload["entry"][0]["changes"][0]["value"]["messages"]
    message |= {"type": "image", "image": {"id": "7001", "mime_type": mime, **image}}
    del message["text"]
    world.put("inbound", queued("whatsapp", payload, world.now))


def serve(world: World, content: bytes = b"\xff\xd8jpeg", mime: str = "image/jpeg") -> None:
    """The platform has the file."""
    found = json.dumps({"url": FILE, "mime_type": mime, "file_size": len(content)}).encode()
    world.platforms.files = {
        LOOK_UP: HttpReply(status=200, headers={}, body=found),
        FILE: HttpReply(status=200, headers={"content-type": mime}, body=content),
    }


def link(world: World, key: str = KEY, number: str = "0") -> Answer:
    return staff(world).get(f"/v1/messages/{quote(key, safe='')}/files/{number}")


def stored(world: World) -> dict[str, Any]:
    listed = world.client("s3").list_objects_v2(Bucket=DEPLOYMENT.files_bucket)
    return {one["Key"]: one["Size"] for one in listed.get("Contents", [])}


def test_a_picture_is_fetched_with_our_token_and_can_be_looked_at(world: World) -> None:
    serve(world)
    arrive(world)
    world.settle()

    reply = link(world).json
    assert (reply["mime"], reply["expires_in"]) == ("image/jpeg", 300)
    parts = urlsplit(reply["url"])
    key = parts.path.split("/", 2)[-1] if DEPLOYMENT.files_bucket in parts.path else parts.path[1:]
    found = world.client("s3").get_object(Bucket=DEPLOYMENT.files_bucket, Key=key)
    assert found["Body"].read() == b"\xff\xd8jpeg"
    assert found["ContentType"] == "image/jpeg"
    assert {"X-Amz-Expires", "Expires"} & set(parse_qs(parts.query))
    assert all(h["authorization"] == "Bearer wa-token" for _, h in world.platforms.gets)


def test_it_is_fetched_once_however_often_the_event_comes(world: World) -> None:
    serve(world)
    arrive(world)
    world.work("ingest", "inbound")
    records = world.take("reactions")
    world.invoke("react", records)
    asked = len(world.platforms.gets)
    world.invoke("react", records)
    assert len(world.platforms.gets) == asked


def test_until_it_is_there_the_answer_says_so(world: World) -> None:
    arrive(world)
    world.work("ingest", "inbound")
    assert "yet" in problem_of(link(world), 404)


def test_a_platform_that_is_down_is_asked_again(world: World) -> None:
    arrive(world)
    world.work("ingest", "inbound")
    world.work("react", "reactions", limit=1)
    broken = NotSent(code="connect_timeout", detail="no connection in time")
    world.platforms.files = {LOOK_UP: broken}  # type: ignore[dict-item]
    with pytest.raises(Exception, match="messages failed"):
        world.work("react", "reactions")
    serve(world)
    world.settle()
    assert link(world).status == 200


def test_what_is_gone_for_good_says_why_and_is_not_asked_for_again(world: World) -> None:
    arrive(world)
    world.settle()
    assert "any more" in problem_of(link(world), 404)
    assert list(stored(world).values()) == [0]


def test_what_is_too_large_is_left_where_it_is(world: World) -> None:
    serve(world, content=b"x" * (LARGEST + 1))
    arrive(world)
    world.settle()
    assert str(LARGEST) in problem_of(link(world), 404)


@pytest.mark.parametrize("mime", ["text/html", "image/svg+xml", "application/x-msdownload"])
def test_what_could_run_in_a_browser_is_only_ever_downloaded(world: World, mime: str) -> None:
    serve(world, mime=mime)
    arrive(world, mime=mime)
    world.settle()
    (key,) = stored(world)
    head = world.client("s3").head_object(Bucket=DEPLOYMENT.files_bucket, Key=key)
    assert head["ContentType"] == "application/octet-stream"
    assert head["ContentDisposition"].startswith("attachment")


def test_a_file_that_anybody_may_fetch_is_left_where_it_is(world: World) -> None:
    payload = chat_message("m1", world.now)
    file = {"kind": "image", "url": "https://kahve.example/a.png", "mime": "image/png"}
    payload["data"]["message"]["attachments"] = [file]
    world.put("inbound", queued("chat", payload, world.now))
    world.settle()
    assert link(world, "chat::m1").json["url"] == "https://kahve.example/a.png"
    assert stored(world) == {}


def test_a_message_without_files_asks_nobody(world: World) -> None:
    world.put("inbound", queued("whatsapp", whatsapp_message("wamid.in.2", world.now), world.now))
    world.settle()
    assert world.platforms.gets == []


def test_what_was_taken_back_is_not_fetched_any_more(world: World) -> None:
    serve(world)
    arrive(world)
    payload = whatsapp_message("wamid.in.9", world.now + timedelta(minutes=1))
    (message,) = payload["entry"][0]["changes"][0]["value"]["messages"]
    message |= {"type": "revoke", "revoke": {"original_message_id": "wamid.in.1"}}
    del message["text"]
    world.put("inbound", queued("whatsapp", payload, world.now))
    world.work("ingest", "inbound")
    world.settle()
    assert stored(world) == {}


@pytest.mark.parametrize("number", ["1", "-1", "x", "9999"])
def test_there_are_no_more_files_than_came(world: World, number: str) -> None:
    serve(world)
    arrive(world)
    world.settle()
    problem_of(link(world, number=number), 404)


def test_nobody_knows_a_message_that_never_came(world: World) -> None:
    problem_of(link(world, "whatsapp:1:none"), 404)
