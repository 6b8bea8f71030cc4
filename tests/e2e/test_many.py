"""What is large or in many pieces, through the deployed functions."""

import json
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from infra.local.signing import signed
from infra.local.stack import Stack

pytestmark = pytest.mark.e2e

ACCOUNT = "104857600000217"


def post(stack: Stack, source: str, body: bytes, headers: dict[str, str]) -> int:
    url = f"{stack.api_url}/webhooks/{source}"
    request = urllib.request.Request(url, data=body, headers=headers, method="POST")
    with urllib.request.urlopen(request, timeout=30) as reply:
        status: int = reply.status
    return status


def staff(stack: Stack, path: str) -> Any:
    headers = {"authorization": f"Bearer {stack.api_key}"}
    request = urllib.request.Request(f"{stack.api_url}/v1{path}", headers=headers)
    with urllib.request.urlopen(request, timeout=30) as reply:
        return json.loads(reply.read())


def thousand(run: str) -> bytes:
    """One delivery of WhatsApp's with as much as it ever holds: 400 messages of 40 people, 600
    statuses of 200 messages."""
    now = str(int(datetime.now(UTC).timestamp()))
    messages = [
        {
            "from": f"9053{run[-4:]}{n % 40:04}",
            "id": f"wamid.many-{run}-{n}",
            "timestamp": now,
            "type": "text",
            "text": {"body": f"{n}"},
        }
        for n in range(400)
    ]
    statuses = [
        {
            "id": f"wamid.sent-{run}-{n // 3}",
            "status": ("sent", "delivered", "read")[n % 3],
            "timestamp": now,
            "recipient_id": "905321112233",
        }
        for n in range(600)
    ]
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "902125550100", "phone_number_id": ACCOUNT},
        "contacts": [],
        "messages": messages,
        "statuses": statuses,
    }
    change = {"field": "messages", "value": value}
    document = {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}
    return json.dumps(document).encode()


def test_a_delivery_of_a_thousand_updates_is_kept_whole(
    stack: Stack, eventually: Callable[..., object]
) -> None:
    run = str(int(datetime.now(UTC).timestamp()))
    body = thousand(run)
    headers = signed("whatsapp", stack.webhook_secrets["whatsapp"], body, datetime.now(UTC))
    assert post(stack, "whatsapp", body, headers) == 200
    table = stack.session().resource("dynamodb").Table(stack.table)

    def all_kept() -> bool:
        keys = [f"E#whatsapp:{ACCOUNT}:wamid.many-{run}-{n}" for n in range(400)]
        strays = [f"E#whatsapp:{ACCOUNT}:wamid.sent-{run}-{n}" for n in range(200)]
        found = [table.get_item(Key={"pk": key, "sk": "E"}).get("Item") for key in (*keys, *strays)]
        return all(found) and all("read_at" in (item or {}) for item in found[400:])

    eventually(all_kept, timeout=60)
    phone = f"9053{run[-4:]}0000"
    person = staff(stack, f"/customers?identity=phone:{phone}")
    thread = staff(stack, f"/conversations/{person['open_conversation_id']}/messages")
    said = [int(m["text"]) for m in thread["messages"] if m["direction"] == "in"]
    assert sorted(said) == list(range(0, 400, 40))


def test_a_form_with_bytes_that_are_no_text_arrives_as_it_was(
    stack: Stack, eventually: Callable[..., object]
) -> None:
    run = str(int(datetime.now(UTC).timestamp()))
    mail = (
        f"From: Deniz <deniz{run}@ornek.example>\r\nTo: destek@kahve.example\r\n"
        f"Message-ID: <form-{run}@ornek.example>\r\nSubject: Soru\r\n"
        "Content-Type: text/plain; charset=iso-8859-9\r\n\r\nÇok güzel bir kahve, teşekkürler!\r\n"
    ).encode("iso-8859-9")
    parts = {"email": mail, "SPF": b"pass", "envelope": b'{"from":"deniz@ornek.example"}'}
    body = b"".join(
        f'--xYz\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value + b"\r\n"
        for name, value in parts.items()
    )
    kind = {"content-type": "multipart/form-data; boundary=xYz"}
    secret = stack.webhook_secrets["sendgrid"]
    assert post(stack, f"sendgrid?secret={secret}", body + b"--xYz--\r\n", kind) == 200
    table = stack.session().resource("dynamodb").Table(stack.table)

    def text() -> str:
        key = {"pk": f"E#email::form-{run}@ornek.example", "sk": "E"}
        return str(table.get_item(Key=key).get("Item", {}).get("text", ""))

    assert "Çok güzel bir kahve, teşekkürler!" in str(eventually(text))
