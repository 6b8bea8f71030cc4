"""Mail of customers: into their thread, with its files, and never an answer to a machine."""

import json
from base64 import b64encode
from datetime import timedelta
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest

from chalicelib.clock import iso
from chalicelib.store import suppressions
from chalicelib.store.records import Contact
from tests.support.http_calls import call, staff
from tests.support.webhook_calls import chat_message, queued
from tests.support.world import DEPLOYMENT, World

LONG_LINES = default.clone(max_line_length=990)
AYSE = "Ayşe Yılmaz <ayse@posta.example>"
TOPIC = "arn:aws:sns:eu-central-1:123456789012:temas-local-mail-feedback"


def letter(
    text: str = "Merhaba, siparişim nerede?", *, name: str = "m1", **headers: str
) -> EmailMessage:
    """A mail of Ayşe's to the shop."""
    mail = EmailMessage(policy=LONG_LINES)
    given = {
        "From": AYSE,
        "To": "destek@kahve.example",
        "Subject": "Siparişim nerede?",
        "Message-ID": f"<{name}@posta.example>",
    } | {key.replace("_", "-"): value for key, value in headers.items()}
    for key, value in given.items():
        mail[key] = value
    mail.set_content(text)
    return mail


def news(world: World, mail: EmailMessage, *, passed: bool = True, **action: str) -> str:
    """What SNS puts on the queue when SES has received a mail."""
    verdict = {"status": "PASS" if passed else "FAIL"}
    told = {
        "notificationType": "Received",
        "mail": {
            "messageId": f"ses-{mail['Message-ID'].strip('<>')}",
            "source": "ayse@posta.example",
            "timestamp": iso(world.now),
            "destination": ["destek@kahve.example"],
            "headers": [{"name": name, "value": value} for name, value in mail.items()],
            "commonHeaders": {"from": [mail["From"]], "subject": mail["Subject"]},
        },
        "receipt": {
            "spfVerdict": verdict,
            "dkimVerdict": verdict,
            "dmarcVerdict": verdict,
            "spamVerdict": {"status": "PASS"},
            "virusVerdict": {"status": "PASS"},
            "action": {"type": "SNS", "encoding": "BASE64", **action},
        },
    }
    if not action:
        told["content"] = b64encode(bytes(mail)).decode()
    return json.dumps({"Type": "Notification", "TopicArn": TOPIC, "Message": json.dumps(told)})


def receive(world: World, mail: EmailMessage, **about: Any) -> None:
    world.put("inbound", news(world, mail, **about))
    world.settle()


def inbound(world: World) -> list[dict[str, Any]]:
    found = [e for e in world.items("entry") if e["direction"] == "in"]
    return sorted(found, key=lambda e: (e["at"], e["pk"]))


def test_a_mail_is_a_message_and_greeted_within_its_own_thread(world: World) -> None:
    receive(world, letter())
    (entry,) = inbound(world)
    assert entry["text"].strip() == "Merhaba, siparişim nerede?"
    (case,) = world.items("conversation")
    assert (case["subject"], case["address"]) == ("Siparişim nerede?", "ayse@posta.example")
    (greeting,) = world.mails()
    assert b"In-Reply-To: <m1@posta.example>" in greeting
    assert b"Auto-Submitted: auto-generated" in greeting


def test_a_mail_that_lies_in_s3_is_read_there_with_its_files(world: World) -> None:
    mail = letter()
    mail.add_attachment(b"%PDF-1.7 fatura", maintype="application", subtype="pdf", filename="f.pdf")
    world.client("s3").put_object(Bucket=DEPLOYMENT.raw_bucket, Key="mail/abc", Body=bytes(mail))
    receive(world, mail, type="S3", bucketName=DEPLOYMENT.raw_bucket, objectKey="mail/abc")
    (entry,) = inbound(world)
    (file,) = json.loads(entry["details"])["media"]
    assert (file["name"], file["mime"]) == ("f.pdf", "application/pdf")
    (stored,) = world.client("s3").list_objects_v2(Bucket=DEPLOYMENT.files_bucket)["Contents"]
    body = world.client("s3").get_object(Bucket=DEPLOYMENT.files_bucket, Key=stored["Key"])
    assert body["Body"].read() == b"%PDF-1.7 fatura"
    key = entry["pk"].removeprefix("E#").replace(":", "%3A").replace("@", "%40")
    assert staff(world).get(f"/v1/messages/{key}/files/0").json["name"] == "f.pdf"


def test_a_mail_that_s3_cant_give_just_now_comes_again(world: World) -> None:
    mail = letter()
    where = {"type": "S3", "bucketName": DEPLOYMENT.raw_bucket, "objectKey": "mail/abc"}
    with pytest.raises(Exception, match="messages failed"):
        receive(world, mail, **where)
    world.client("s3").put_object(Bucket=DEPLOYMENT.raw_bucket, Key="mail/abc", Body=bytes(mail))
    world.settle()
    assert len(inbound(world)) == 1


# --- machines ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"List_Id": "<haber.posta.example>"},
        {"X_Autoreply": "yes"},
    ],
)
def test_a_machine_gets_no_answer_and_opens_nothing(world: World, headers: dict[str, str]) -> None:
    receive(world, letter("Ofis dışındayım", **headers))
    assert world.items("conversation") == world.items("customer") == []
    assert world.mails() == []


def test_what_a_customers_machine_writes_is_kept_beside(world: World) -> None:
    receive(world, letter())
    sent = len(world.mails())
    receive(world, letter("Ofis dışındayım", name="m2", Auto_Submitted="auto-replied"))
    assert len(world.mails()) == sent
    (case,) = world.items("conversation")
    assert case["inbound_count"] == 1
    assert [json.loads(e["details"]).get("automatic") for e in inbound(world)] == [None, True]


def test_two_robots_do_not_talk_to_each_other(world: World) -> None:
    receive(world, letter())
    for number in range(5):
        world.now += timedelta(minutes=1)
        receive(world, letter("Teşekkürler, kaydınız alındı", name=f"robot{number}"))
    assert len(world.mails()) == 1


# --- threads -------------------------------------------------------------------------------------


def solved(world: World) -> tuple[str, str]:
    """Ayşe's mail was answered and her case resolved: the case, and the answer's id at SES."""
    receive(world, letter())
    (case,) = world.items("conversation")
    name = case["pk"].removeprefix("V#")
    someone = staff(world)
    someone.post(f"/v1/conversations/{name}/messages", {"text": "Yolda."})
    world.settle()
    note = next(n for n in world.items("notification") if n["kind"] == "reply")
    someone.post(f"/v1/conversations/{name}/resolve")
    world.settle()
    return name, note["message_id"]


def test_an_answer_within_the_thread_opens_the_resolved_case_again(world: World) -> None:
    case, answered = solved(world)
    world.now += timedelta(days=2)
    reply = letter("Hâlâ gelmedi", name="m2", References=f"<{answered}@eu-central-1.amazonses.com>")
    world.events()
    receive(world, reply)

    (kept,) = world.items("conversation")
    assert (kept["pk"], kept["status"]) == (f"V#{case}", "open")
    (customer,) = world.items("customer")
    assert customer["open_conversation_id"] == case
    told = [event["detail-type"] for event in world.events()]
    assert "ConversationReopened" in told
    assert "ConversationOpened" not in told
    asked = next(n for n in world.items("notification") if n["kind"] == "satisfaction")
    assert asked["status"] in ("cancelled", "sent", "skipped")


def test_but_after_a_month_it_is_a_new_case(world: World) -> None:
    case, answered = solved(world)
    world.now += timedelta(days=31)
    reply = letter("Tekrar merhaba", name="m2", In_Reply_To=f"<{answered}@email.amazonses.com>")
    receive(world, reply)
    cases = {item["pk"]: item["status"] for item in world.items("conversation")}
    assert len(cases) == 2
    assert cases[f"V#{case}"] == "resolved"


def test_nobody_else_gets_into_a_thread_by_naming_it(world: World) -> None:
    _, answered = solved(world)
    reply = letter(
        "Ben de", name="m2", References=f"<{answered}@email.amazonses.com>",
        From="can@posta.example",
    )  # fmt: skip
    receive(world, reply)
    assert len(world.items("conversation")) == 2
    assert len(world.items("customer")) == 2


# --- who it is -----------------------------------------------------------------------------------


def test_a_forged_sender_stays_off_the_customers_timeline(world: World) -> None:
    receive(world, letter())
    receive(world, letter("Adresimi değiştirin", name="m2"), passed=False)
    assert len(world.items("customer")) == 2
    owners = {e["gsi1pk"] for e in inbound(world)}
    assert len(owners) == 2


def test_a_mail_and_a_verified_visitor_of_one_mailbox_are_one_customer(world: World) -> None:
    visitor: dict[str, Any] = {"email": "A.Yilmaz+kahve@gmail.com", "email_verified": True}
    world.put("inbound", queued("chat", chat_message("c1", world.now, **visitor), world.now))
    world.settle()
    receive(world, letter(From="ayilmaz@googlemail.com"))
    (customer,) = world.items("customer")
    addresses = [c["address"] for c in json.loads(customer["contacts"]) if c["channel"] == "email"]
    assert addresses == ["a.yilmaz+kahve@gmail.com", "ayilmaz@googlemail.com"]


def test_a_bounce_of_one_spelling_suppresses_the_mailbox(world: World) -> None:
    report = {
        "notificationType": "Bounce",
        "mail": {"messageId": "x", "timestamp": iso(world.now), "destination": []},
        "bounce": {
            "bounceType": "Permanent",
            "timestamp": iso(world.now),
            "bouncedRecipients": [{"emailAddress": "A.Yilmaz@gmail.com"}],
        },
    }
    told = {"Type": "Notification", "TopicArn": TOPIC, "Message": json.dumps(report)}
    world.put("inbound", json.dumps(told))
    world.settle()
    other = Contact(channel="email", address="ayilmaz+kahve@googlemail.com")
    assert suppressions.of([other]) == {("email", other.address): "bounced"}


# --- SendGrid ------------------------------------------------------------------------------------


def test_a_mail_by_sendgrid_comes_as_a_form_with_its_files(world: World) -> None:
    mail = letter()
    mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="fincan.png")
    boundary = "xYzZY"
    fields = {"email": bytes(mail), "SPF": b"pass", "envelope": b'{"from":"ayse@posta.example"}'}
    body = (
        b"".join(
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode()
            + value
            + b"\r\n"
            for name, value in fields.items()
        )
        + f"--{boundary}--\r\n".encode()
    )
    kind = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    answer = call("POST", "/webhooks/sendgrid?secret=sg-secret", headers=kind, body=body)
    assert answer.status == 200
    world.settle()
    (entry,) = inbound(world)
    assert entry["text"].strip() == "Merhaba, siparişim nerede?"
    assert len(world.client("s3").list_objects_v2(Bucket=DEPLOYMENT.files_bucket)["Contents"]) == 1
