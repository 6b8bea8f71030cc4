"""Twilio's signature against its own library, its published example, and what forgers may try."""

from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from chalicelib.channels.twilio import TWILIO
from chalicelib.errors import SignatureError
from tests.unit.channels.direct import RECEIVED, event_bytes

URL = "https://api.example.com/webhooks/twilio"
TOKEN = "9c1e7a5b3d8f4c2e6a0b1d3f5e7c9a2b"


class Fields(dict[str, list[str]]):
    """A form as web frameworks have it, for the library."""

    def getlist(self, name: str) -> list[str]:
        return self[name]


def sign(body: bytes, url: str = URL, token: str = TOKEN, algorithm: str | None = None) -> str:
    fields = Fields(parse_qs(body.decode(), keep_blank_values=True))
    signature: str = RequestValidator(token).compute_signature(url, fields, algorithm)
    return signature


def verify(
    given: str, body: bytes, *, url: str = URL, secrets: dict[str, Any] | None = None, **more: str
) -> None:
    headers = {"x-twilio-signature": given, **{k.replace("_", "-"): v for k, v in more.items()}}
    TWILIO.verify(
        headers=headers, body=body, secrets=secrets or {"secrets": [TOKEN]}, now=RECEIVED, url=url
    )


def test_the_published_example_verifies() -> None:
    body = urlencode(
        {
            "CallSid": "CA1234567890ABCDE",
            "Caller": "+12349013030",
            "Digits": "1234",
            "From": "+12349013030",
            "To": "+18005551212",
        }
    ).encode()
    verify(
        "0/KCTR6DLpKmkAf8muzZqo1nDgQ=",
        body,
        url="https://mycompany.com/myapp.php?foo=1&bar=2",
        secrets={"secrets": ["12345"]},
    )


@pytest.mark.parametrize("name", ["sms.form", "whatsapp_location.form", "call_completed.form"])
def test_what_twilios_library_signs_verifies(name: str) -> None:
    body = event_bytes(TWILIO, name)
    verify(sign(body), body)
    with pytest.raises(SignatureError):
        verify(sign(body), body + b"&Extra=1")


def test_empty_untrimmed_and_repeated_fields_count_as_they_are() -> None:
    body = b"Body=%20%20hello%20%0A&Empty=&MediaUrl=b&MediaUrl=a&MediaUrl=b&Utf=%F0%9F%98%9F"
    verify(sign(body), body)
    for other in (body.replace(b"&Empty=", b""), body.replace(b"%20%0A", b"")):
        with pytest.raises(SignatureError):
            verify(sign(body), other)


PARTS = st.text(max_size=8)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.text(min_size=1, max_size=6), PARTS), max_size=8))
def test_any_form_is_read_as_the_library_reads_it(fields: list[tuple[str, str]]) -> None:
    body = urlencode(fields, errors="replace").encode()
    if body:
        verify(sign(body), body)


@pytest.mark.parametrize(
    ("called", "seen"),
    [
        ("https://a.example.com/webhooks/twilio", "http://a.example.com/webhooks/twilio"),
        ("https://a.example.com/webhooks/twilio", "https://a.example.com:443/webhooks/twilio"),
        ("https://a.example.com:443/webhooks/twilio", "https://a.example.com/webhooks/twilio"),
        ("http://a.example.com:80/w", "http://a.example.com/w"),
        ("https://a.example.com:8443/w", "http://a.example.com:8443/w"),
        ("https://a.example.com/w?q=a%20b", "https://a.example.com/w?q=a+b"),
        ("https://a.example.com/w?q=a+b&b=1&a=2", "https://a.example.com/w?q=a%20b&b=1&a=2"),
    ],
)
def test_what_proxies_do_to_the_url_does_not_matter(called: str, seen: str) -> None:
    body = event_bytes(TWILIO, "sms.form")
    verify(sign(body, called), body, url=seen)


@pytest.mark.parametrize(
    "seen", ["https://b.example.com/w", "https://a.example.com/v", "https://a.example.com/w?x=1"]
)
def test_another_host_path_or_query_is_refused(seen: str) -> None:
    body = event_bytes(TWILIO, "sms.form")
    with pytest.raises(SignatureError):
        verify(sign(body, "https://a.example.com/w"), body, url=seen)


def test_a_url_set_by_hand_counts_as_it_is_and_with_the_query_of_the_call() -> None:
    body = event_bytes(TWILIO, "sms.form")
    secrets = {"secrets": [TOKEN], "urls": ["https://user:pass@shop.example.com/sms"]}
    inside = "https://internal.example.com/prod/webhooks/twilio"
    verify(sign(body, secrets["urls"][0]), body, url=inside, secrets=secrets)
    verify(sign(body, f"{secrets['urls'][0]}?a=1"), body, url=f"{inside}?a=1", secrets=secrets)


def test_a_json_body_is_bound_by_its_hash_in_the_url() -> None:
    body = event_bytes(TWILIO, "stream.json")
    url = f"{URL}?bodySHA256={sha256(body).hexdigest()}"
    given_ = RequestValidator(TOKEN).compute_signature(url, {})
    assert RequestValidator(TOKEN).validate(url, body.decode(), given_)
    verify(given_, body, url=url)
    with pytest.raises(SignatureError):
        verify(given_, body + b" ", url=url)


def test_a_json_body_without_its_hash_in_the_url_is_refused() -> None:
    body = event_bytes(TWILIO, "stream.json")
    with pytest.raises(SignatureError, match="bodySHA256"):
        verify(RequestValidator(TOKEN).compute_signature(URL, {}), body)


def test_a_configured_url_that_names_no_hash_does_not_unbind_a_json_body() -> None:
    body = event_bytes(TWILIO, "stream.json")
    url = f"{URL}?bodySHA256={sha256(body).hexdigest()}"
    given_ = RequestValidator(TOKEN).compute_signature(URL, {})
    with pytest.raises(SignatureError):
        verify(given_, body, url=url, secrets={"secrets": [TOKEN], "urls": [URL]})


def test_each_of_several_tokens_is_valid_while_they_are_changed() -> None:
    body = event_bytes(TWILIO, "sms.form")
    for token in ("old", "new"):
        verify(sign(body, token=token), body, secrets={"secrets": ["old", "new"]})
    with pytest.raises(SignatureError):
        verify(sign(body, token="older"), body, secrets={"secrets": ["old", "new"]})


def test_the_newer_algorithm_counts_where_twilio_announces_it() -> None:
    body = event_bytes(TWILIO, "sms.form")
    announced = "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"
    given_ = sign(body, algorithm="HMAC_SHA256")
    verify(given_, body, x_twilio_webhooks_signature_settings=announced)
    for settings_ in ("", "algorithm=HMAC_MD5"):
        with pytest.raises(SignatureError):
            verify(given_, body, x_twilio_webhooks_signature_settings=settings_)


@pytest.mark.parametrize("given_", ["", "x", "=", "çğış", "\ud800", "A" * 28, "A" * 5000])
@pytest.mark.parametrize("url", [URL, "", "no url", "https://[", "https://a:99999/", "\ud800"])
def test_garbage_is_refused_and_nothing_else(given_: str, url: str) -> None:
    for body in (b"Body=x", b"", b"\xff=\xfe", b"&" * 5000, b"{}", b"a" * 300_000):
        with pytest.raises(SignatureError):
            verify(given_, body, url=url)


@pytest.mark.parametrize("secrets", [{}, {"secrets": []}, {"secrets": [""]}, {"urls": 7}])
def test_without_a_token_nothing_verifies(secrets: dict[str, Any]) -> None:
    body = event_bytes(TWILIO, "sms.form")
    with pytest.raises(SignatureError):
        TWILIO.verify(
            headers={"x-twilio-signature": sign(body, token="")},
            body=body,
            secrets=secrets,
            now=RECEIVED,
            url=URL,
        )


def test_bytes_that_are_no_utf_8_are_signed_as_they_are() -> None:
    import base64
    import hmac
    from hashlib import sha1

    digest = hmac.new(TOKEN.encode(), URL.encode() + b"Body\xff", sha1).digest()
    verify(base64.b64encode(digest).decode(), b"Body=%FF")
