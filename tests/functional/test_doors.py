"""Every platform's door: its own signature, and the answer it wants to read."""

import base64
import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from twilio.request_validator import RequestValidator

from chalicelib.channels.base import HttpReply
from tests.support.http_calls import Answer, call, problem_of, staff
from tests.support.world import World

HOST = "https://api.kahve.example/local"


def post(url: str, body: bytes, kind: str, **headers: str) -> Answer:
    given = {"Content-Type": kind, **{k.replace("_", "-"): v for k, v in headers.items()}}
    return call("POST", url, headers=given, body=body)


# --- Twilio --------------------------------------------------------------------------------------


SMS = {
    "MessageSid": "SM7d1f0c2a9b8e4f6d8a1c3b5e7f902143",
    "AccountSid": "AC1",
    "From": "+905321112233",
    "To": "+12125550100",
    "Body": "Merhaba, kargom nerede? 📦",
    "NumMedia": "0",
    "FromCity": "",
}


def text(url: str, **changes: str) -> Answer:
    """An SMS as Twilio posts it to this path and query, signed by Twilio's own library."""
    form = {**SMS, **changes}
    signature = RequestValidator("twilio-token").compute_signature(f"{HOST}{url}", form)
    return post(
        url,
        urlencode(form).encode(),
        "application/x-www-form-urlencoded",
        x_twilio_signature=signature,
    )


@pytest.mark.parametrize("query", ["", "?brand=kahve&shop=moda%20cad"])
def test_a_text_by_twilio_is_kept_and_answered_in_twiml(world: World, query: str) -> None:
    answer = text(f"/webhooks/twilio{query}")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/xml")
    assert "<Response" in answer.text
    world.settle()
    (entry,) = [e for e in world.items("entry") if e["direction"] == "in"]
    assert (entry["channel"], entry["text"]) == ("sms", SMS["Body"])


def test_a_text_and_a_whatsapp_of_one_phone_are_one_customers(world: World) -> None:
    text("/webhooks/twilio")
    by_whatsapp = {"From": "whatsapp:+905321112233", "To": "whatsapp:+12125550101"}
    text("/webhooks/twilio", **by_whatsapp, MessageSid="SM2", WaId="905321112233")
    world.settle()
    assert len(world.items("customer")) == len(world.items("conversation")) == 1


def test_an_answer_leaves_by_the_number_that_was_written_to(world: World) -> None:
    by_whatsapp = {"From": "whatsapp:+905321112233", "To": "whatsapp:+12125550101"}
    text("/webhooks/twilio", **by_whatsapp)
    world.settle()
    (case,) = world.items("conversation")
    path = f"/v1/conversations/{case['pk'].removeprefix('V#')}/messages"
    assert staff(world).post(path, {"text": "Yolda"}).status == 202
    world.settle()
    url, _, form = world.platforms.posts[-1]
    assert url.startswith("https://api.twilio.com/")
    assert (form["From"], form["To"]) == ("whatsapp:+12125550101", "whatsapp:+905321112233")


def test_a_text_that_was_changed_on_the_way_is_refused(world: World) -> None:
    form = {**SMS, "Body": "başka"}
    signature = RequestValidator("twilio-token").compute_signature(f"{HOST}/webhooks/twilio", SMS)
    answer = post(
        "/webhooks/twilio",
        urlencode(form).encode(),
        "application/x-www-form-urlencoded",
        x_twilio_signature=signature,
    )
    problem_of(answer, 401)
    assert world.waiting("inbound") == 0


# --- pings and challenges ------------------------------------------------------------------------


def test_woocommerces_unsigned_ping_is_answered_and_nothing_of_it_kept(world: World) -> None:
    answer = post("/webhooks/woocommerce", b"webhook_id=7", "application/x-www-form-urlencoded")
    assert answer.status == 200
    assert world.waiting("inbound") == 0
    unsigned = post("/webhooks/woocommerce", b'{"id": 1}', "application/json")
    problem_of(unsigned, 401)


# --- secrets in the URL --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "body"),
    [
        ("freshdesk", {"freshdesk_webhook": {"ticket_id": 11, "ticket_subject": "Kargo"}}),
        ("trustpilot", {"events": []}),
        ("google", {"message": {"data": "e30=", "messageId": "1"}}),
    ],
)
def test_platforms_that_sign_nothing_know_a_secret(
    world: World, source: str, body: dict[str, Any]
) -> None:
    raw = json.dumps(body).encode()
    secret = {"freshdesk": "fd-secret", "trustpilot": "tp-secret", "google": "g-secret"}[source]
    problem_of(post(f"/webhooks/{source}", raw, "application/json"), 401)
    problem_of(post(f"/webhooks/{source}?secret=guess", raw, "application/json"), 401)
    assert post(f"/webhooks/{source}?secret={secret}", raw, "application/json").status == 200
    header = post(f"/webhooks/{source}", raw, "application/json", x_temas_secret=secret)
    assert header.status == 200
    assert world.waiting("inbound") == 2


# --- pointers ------------------------------------------------------------------------------------


def test_a_google_review_is_fetched_where_its_notice_points(world: World) -> None:
    name = "accounts/1/locations/2/reviews/3"
    review = {
        "name": name,
        "reviewId": "3",
        "reviewer": {"displayName": "Deniz"},
        "starRating": "TWO",
        "comment": "Kahve soğuktu",
        "createTime": (world.now - timedelta(hours=1)).isoformat(),
    }
    notice = base64.b64encode(json.dumps({"type": "NEW_REVIEW", "review": name}).encode())
    body = {"message": {"data": notice.decode(), "messageId": "1"}, "subscription": "s"}
    token = json.dumps({"access_token": "t", "expires_in": 3600}).encode()
    world.platforms.answers = [HttpReply(status=200, headers={}, body=token)]
    url = f"https://mybusiness.googleapis.com/v4/{name}"
    world.platforms.files[url] = HttpReply(status=200, headers={}, body=json.dumps(review).encode())
    raw = json.dumps(body).encode()
    post("/webhooks/google?secret=g-secret", raw, "application/json")
    world.settle()
    (entry,) = [one for one in world.items("entry") if one["kind"] == "message"]
    assert entry["text"] == "Kahve soğuktu"
    assert json.loads(entry["details"])["stars"] == 2
    assert world.items("notification") == []
