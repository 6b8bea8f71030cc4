"""SendGrid's Inbound Parse: forms in which every field has a charset of its own."""

import base64
import json
import time
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from sendgrid.helpers.eventwebhook import EventWebhook

from chalicelib.channels.base import Handle, Ignored, InboundMessage
from chalicelib.channels.sendgrid import SENDGRID
from chalicelib.errors import ParseError, SignatureError
from tests.unit.channels.direct import EVENTS, delivery, event_bytes, message_in, parsed

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
FORMS = sorted((EVENTS / "sendgrid").glob("*.multipart"))


def body_of(name: str) -> bytes:
    return event_bytes(SENDGRID, f"{name}.multipart")


def headers_of(body: bytes) -> dict[str, str]:
    """As SendGrid posts it: the boundary is the first line without its dashes."""
    boundary = body.partition(b"\r\n")[0][2:].decode()
    return {"content-type": f"multipart/form-data; boundary={boundary}"}


def message(name: str) -> InboundMessage:
    body = body_of(name)
    return message_in(parsed(SENDGRID, body, headers_of(body)))


def form(**fields: str | bytes) -> bytes:
    parts = [
        b'--q\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
        % (name.encode(), value if isinstance(value, bytes) else value.encode())
        for name, value in fields.items()
    ]
    return b"".join(parts) + b"--q--\r\n"


def test_a_mail_in_fields_is_the_customers_message() -> None:
    found = message("parsed")

    assert found.key == "email::sg-1@posta.example"
    assert found.sender.handles == (Handle(kind="email", value="sevgi.ozturk@posta.example"),)
    assert found.sender.name == "Sevgi Öztürk"
    assert found.address == "sevgi.ozturk@posta.example"
    assert (found.subject, found.text) == ("Siparişim nerede?", "Merhaba, siparişim nerede?")
    assert found.at == datetime(2026, 11, 22, 9, 2, 17, tzinfo=UTC)


def test_every_field_is_read_in_the_charset_it_came_in() -> None:
    assert message("latin5").text == "Merhaba, şu ığdır çayı ne zaman gelir?"


def test_html_alone_is_read_as_text() -> None:
    assert message("html_only").text == "Selam,\n\nn’aber?"


def test_files_are_references_and_their_bytes_are_in_the_delivery() -> None:
    body = body_of("attachments")
    found = message("attachments")

    assert [(m.kind, m.id, m.mime, m.name, m.size) for m in found.media] == [
        ("image", "attachment1", "image/jpeg", "kırık bardak.jpg", 64),
        ("document", "attachment2", "application/pdf", "fatura.pdf", 24),
    ]
    file = SENDGRID.carried(delivery(SENDGRID, body, headers_of(body)), None, "attachment2")
    assert file
    assert (file.content, file.mime) == (b"%PDF-1.4\r\n--temas\r\n%%EOF", "application/pdf")
    assert SENDGRID.carried(delivery(SENDGRID, body, headers_of(body)), None, "attachment9") is None


def test_a_raw_mail_is_read_as_such() -> None:
    found = message("raw")

    assert (found.message_id, found.subject) == ("att-77@example.com.tr", "Fatura ve fotoğraf")
    assert [media.id for media in found.media] == ["1.2", "2"]
    assert found.sender.handles[0].kind == "email"
    body = body_of("raw")
    file = SENDGRID.carried(delivery(SENDGRID, body, headers_of(body)), None, "2")
    assert file
    assert file.content.startswith(b"%PDF")


def test_a_boundary_that_got_lost_is_found_in_the_body() -> None:
    body = body_of("parsed")
    assert message_in(parsed(SENDGRID, body)) == message("parsed")


HEADERS = "From: Ali <ali@x.example>\r\nMessage-ID: <1@x.example>"


@pytest.mark.parametrize(
    ("dkim", "spf", "envelope", "vouched"),
    [
        ("{@x.example : pass}", "fail", "b@mailer.example", True),
        ("{@mail.x.example : pass}", "", "", True),
        ("{@x.example : fail}", "pass", "ali@x.example", True),
        ("{@x.example : fail, @y.example : pass}", "none", "ali@x.example", False),
        ("{@y.example : pass}", "pass", "b@mailer.example", False),
        ("{@xx.example : pass}", "softfail", "ali@x.example", False),
        ("none", "pass", "", False),
        ('{"@x.example":"pass"}', "", "", False),
        ("", "", "", False),
    ],
)
def test_an_address_counts_if_spf_or_dkim_vouches_for_its_own_domain(
    dkim: str, spf: str, envelope: str, vouched: bool
) -> None:
    sent_by = json.dumps({"to": ["d@k.example"], "from": envelope})
    body = form(headers=HEADERS, text="metin", dkim=dkim, SPF=spf, envelope=sent_by)
    found = message_in(parsed(SENDGRID, body))
    assert found.sender.handles[0].kind == ("email" if vouched else "email_claimed")


def test_a_spoofed_mail_comes_in_but_not_as_the_customer() -> None:
    assert message("spoofed").sender.handles == (
        Handle(kind="email_claimed", value="sevgi.ozturk@posta.example"),
    )


def test_what_the_header_lacks_the_fields_say() -> None:
    body = form(**{"from": "Şule <sule@x.example>", "subject": "Konu", "text": "metin"})
    found = message_in(parsed(SENDGRID, body))

    assert (found.sender.name, found.address, found.subject) == ("Şule", "sule@x.example", "Konu")
    # Without an id of its own the mail has one of its content: the same in every repeat.
    again = message_in(parsed(SENDGRID, body.replace(b"--q", b"--another")))
    assert again.message_id == found.message_id


@pytest.mark.parametrize("field", ["charsets", "envelope", "attachment-info"])
@pytest.mark.parametrize("value", [b"", b"no json", b"[]", b'{"text": 7, "from": {}}', b"\xff"])
def test_a_field_that_is_not_what_it_should_be_loses_nothing_else(field: str, value: bytes) -> None:
    fields: dict[str, str | bytes] = {"headers": HEADERS, "text": "metin", field: value}
    body = form(**fields)
    assert message_in(parsed(SENDGRID, body)).text == "metin"


def test_automatic_mail_is_marked_and_the_null_senders_is_no_message() -> None:
    body = form(headers=f"{HEADERS}\r\nAuto-Submitted: auto-replied", text="metin")
    assert message_in(parsed(SENDGRID, body)).automatic
    body = form(headers="From: <>", text="x", envelope='{"from": ""}')
    assert parsed(SENDGRID, body) == [Ignored(channel="email", what="automatic:null_sender")]


def test_news_of_sent_mail_is_ignored_by_name() -> None:
    assert parsed(SENDGRID, event_bytes(SENDGRID, "event_webhook")) == [
        Ignored(channel="email", what="event:delivered"),
        Ignored(channel="email", what="event:open"),
    ]


@pytest.mark.parametrize(
    "body", [b"", b" ", b"{}", b"[]", b"[7]", b"null", b"\xff", b"--q", form(other="x"), b"a=b"]
)
def test_what_is_no_mail_waits_for_a_fix(body: bytes) -> None:
    with pytest.raises(ParseError):
        parsed(SENDGRID, body)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_forms_cut_and_mixed_with_other_bytes_are_read_or_refused(data: st.DataObject) -> None:
    body = data.draw(st.sampled_from(FORMS)).read_bytes()
    start = data.draw(st.integers(0, len(body)))
    end = data.draw(st.integers(start, min(len(body), start + 60)))
    body = body[:start] + data.draw(st.binary(max_size=8)) + body[end:]
    try:
        (event,) = parsed(SENDGRID, body, headers_of(body_of("parsed")))
    except ParseError:
        return
    assert isinstance(event, InboundMessage | Ignored)


@pytest.mark.parametrize("piece", [b"--q", b"\r\n--q\r\n", b"\r\n--q\r\n\r\nx", b"{", b"a\n"])
def test_a_hostile_megabyte_is_read_in_time(piece: bytes) -> None:
    body = form(headers=HEADERS) + b"--q\r\n" + piece * (1_000_000 // len(piece))
    started = time.process_time()
    parsed(SENDGRID, body, {"content-type": "multipart/form-data; boundary=q"})
    assert time.process_time() - started < 3


# --- signatures ----------------------------------------------------------------------------------

KEY = ec.generate_private_key(ec.SECP256R1())
PUBLIC = base64.b64encode(
    KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
).decode()
OTHER = base64.b64encode(
    ec.generate_private_key(ec.SECP256R1())
    .public_key()
    .public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
).decode()
BODY = "--q\r\nmetin 👋 \u2028 ığ\r\n--q--".encode()


def signed(body: bytes = BODY, at: datetime = NOW) -> dict[str, str]:
    stamp = str(int(at.timestamp()))
    signature = KEY.sign(stamp.encode() + body, ec.ECDSA(SHA256()))
    return {
        "x-twilio-email-event-webhook-signature": base64.b64encode(signature).decode(),
        "x-twilio-email-event-webhook-timestamp": stamp,
    }


def verify(headers: dict[str, str], *keys: object, body: bytes = BODY) -> None:
    SENDGRID.verify(headers=headers, body=body, secrets={"public_keys": list(keys)}, now=NOW)


def test_what_sendgrids_own_library_accepts_verifies() -> None:
    headers = signed()
    theirs = EventWebhook(PUBLIC)
    signature, stamp = headers.values()

    assert theirs.verify_signature(BODY.decode(), signature, stamp)
    verify(headers, PUBLIC)
    assert not theirs.verify_signature(BODY.decode() + "x", signature, stamp)
    with pytest.raises(SignatureError):
        verify(headers, PUBLIC, body=BODY + b"x")


def test_several_keys_are_valid_while_they_are_changed() -> None:
    verify(signed(), OTHER, PUBLIC)
    verify(signed(), "no key", PUBLIC)
    with pytest.raises(SignatureError):
        verify(signed(), OTHER)


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_stale_signature_is_refused(seconds: int) -> None:
    verify(signed(at=NOW + timedelta(seconds=seconds - 1 if seconds > 0 else seconds + 1)), PUBLIC)
    with pytest.raises(SignatureError):
        verify(signed(at=NOW + timedelta(seconds=seconds)), PUBLIC)


@pytest.mark.parametrize("name", list(signed()))
@pytest.mark.parametrize("text", [None, "", "x", "çğış", "%%%", "AAAA", "1" * 5000, "\ud800"])
def test_missing_and_garbage_headers_are_refused(name: str, text: str | None) -> None:
    headers = {k: v for k, v in signed().items() if k != name}
    if text is not None:
        headers[name] = text
    with pytest.raises(SignatureError):
        verify(headers, PUBLIC)


@pytest.mark.parametrize("keys", ["", "AAAA", 7, None, "ğ"])
def test_a_key_that_is_none_verifies_nothing(keys: object) -> None:
    with pytest.raises(SignatureError):
        verify(signed(), keys)
    with pytest.raises(SignatureError):
        SENDGRID.verify(headers=signed(), body=BODY, secrets={"public_keys": PUBLIC}, now=NOW)


def test_without_keys_a_secret_in_the_url_shows_that_the_caller_knows_it() -> None:
    secrets = {"secrets": ["old", "s3cret"]}
    url = "https://api.example/webhooks/sendgrid?secret=s3cret"
    SENDGRID.verify(headers={}, body=BODY, secrets=secrets, now=NOW, url=url)
    for wrong in ("https://api.example/webhooks/sendgrid", url + "x"):
        with pytest.raises(SignatureError):
            SENDGRID.verify(headers={}, body=BODY, secrets=secrets, now=NOW, url=wrong)
    with pytest.raises(SignatureError):
        SENDGRID.verify(headers=signed(), body=BODY, secrets={}, now=NOW, url=url)
