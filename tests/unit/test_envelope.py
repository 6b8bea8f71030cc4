"""The envelope: bytes in, the same bytes out."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.channels.base import Delivery
from chalicelib.envelope import delivery, seal, unseal
from chalicelib.errors import ParseError

AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def of(body: bytes, headers: dict[str, str] | None = None) -> Delivery:
    return Delivery(
        delivery_id="dlv_1", source="chat", received_at=AT, headers=headers or {}, body=body
    )


@given(
    st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)),
    st.dictionaries(st.text(max_size=20), st.text(max_size=20), max_size=3),
)
def test_a_delivery_comes_out_byte_for_byte(body: bytes, headers: dict[str, str]) -> None:
    sealed = unseal(seal(of(body, headers)))
    assert sealed.inline == body
    assert delivery(sealed, body) == of(body, headers)


def test_text_stays_readable_in_the_queue() -> None:
    message = json.loads(seal(of('{"text": "çay"}'.encode())))
    assert message == {
        "delivery_id": "dlv_1",
        "source": "chat",
        "received_at": "2026-11-22T10:00:00Z",
        "body": '{"text": "çay"}',
    }


def test_bytes_that_are_no_text_travel_as_base64() -> None:
    message = json.loads(seal(of(b"\xff\x00")))
    assert (message["body_b64"], "body" in message) == ("/wA=", False)


def test_a_body_that_lies_elsewhere_is_not_in_the_message() -> None:
    sealed = unseal(seal(of(b"x" * 1000), s3_key="inbound/chat/dlv_1"))
    assert (sealed.inline, sealed.s3_key) == (None, "inbound/chat/dlv_1")


def test_an_empty_body_is_a_body() -> None:
    assert unseal(seal(of(b""))).inline == b""


@pytest.mark.parametrize("message", ["", "[]", "{}", "null", '{"delivery_id": 1}'])
def test_anything_else_is_a_parse_error(message: str) -> None:
    with pytest.raises(ParseError):
        unseal(message)
