"""What devices are called in AWS IoT, and which signing requests are let through."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import InvalidRequest
from chalicelib.fleet.things.names import attributes, checked_request, thing_name, topic
from chalicelib.fleet.things.wishes import Wish, checked
from tests.support.signing_requests import signing_request

IDS = st.text("aZ0:_.-", min_size=1, max_size=30)


def test_an_ordinary_id_is_its_thing_s_name_behind_the_stage() -> None:
    assert thing_name("prod", "bogaz-0042") == "temas-prod-bogaz-0042"
    assert thing_name("prod", "00:1A:2B") == "temas-prod-00:1A:2B"
    assert thing_name("prod", "v1.2_b") == "temas-prod-v1_-2__b"


@given(IDS, IDS)
def test_two_devices_never_share_a_thing(one: str, other: str) -> None:
    assert (thing_name("prod", one) == thing_name("prod", other)) == (one == other)


@given(IDS)
def test_every_name_is_one_that_aws_allows_and_holds_the_id_as_it_is(device_id: str) -> None:
    assert re.fullmatch(r"[a-zA-Z0-9:_-]{1,128}", thing_name("prod", device_id))
    said = attributes(device_id)
    assert said["device_id"] == device_id
    assert all(re.fullmatch(r"[a-zA-Z0-9_.,@/:#=\[\]-]{1,800}", value) for value in said.values())
    assert topic(device_id).split("/")[2] == device_id


def test_an_id_that_is_too_long_for_a_thing_is_refused_with_what_to_do() -> None:
    assert thing_name("prod", "a" * 117)
    with pytest.raises(InvalidRequest, match=r"device_id: .* 129 characters.*at most 128.*shorter"):
        thing_name("prod", "a" * 118)
    with pytest.raises(InvalidRequest, match="a device id has"):
        thing_name("prod", "a/b")


def test_a_request_is_known_again_however_its_lines_are_broken() -> None:
    csr = signing_request("d1")
    head, *body, foot = csr.strip().splitlines()
    one_line = f"{head}\r\n{''.join(body)}\r\n{foot}"
    assert checked_request(csr) == checked_request(one_line) != checked_request(signing_request())


@pytest.mark.parametrize(
    ("csr", "words"),
    [
        ("", "one PEM block"),
        ("not pem", "one PEM block"),
        ("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----", "one PEM block"),
        ("-----BEGIN CERTIFICATE REQUEST-----\n-----END CERTIFICATE REQUEST-----", "one PEM block"),
        (
            "-----BEGIN CERTIFICATE REQUEST-----\nMA=A\n-----END CERTIFICATE REQUEST-----",
            "must be base64",
        ),
        (
            "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----",
            "is not a signing request",
        ),
        (signing_request() + signing_request(), "one PEM block"),
        (signing_request() + " " * 4096, "at most 4096"),
        ("-----BEGIN EC PRIVATE KEY-----\nMAA=\n-----END EC PRIVATE KEY-----", "never leave"),
    ],
)
def test_what_is_no_signing_request(csr: str, words: str) -> None:
    with pytest.raises(InvalidRequest, match=f"csr: .*{words}"):
        checked_request(csr)


@given(st.text() | st.text("MA=\n ").map(
    lambda body: f"-----BEGIN CERTIFICATE REQUEST-----\n{body}-----END CERTIFICATE REQUEST-----"
))  # fmt: skip
def test_anything_is_known_or_refused(csr: str) -> None:
    try:
        assert re.fullmatch(r"[0-9a-f]{64}", checked_request(csr))
    except InvalidRequest:
        return


@pytest.mark.parametrize(
    "wish",
    [
        Wish(rotate=True, retire=True),
        Wish(retire=True, abandon=True),
        Wish(retire=True, csr=signing_request()),
        Wish(abandon=True, csr=signing_request()),
    ],
)
def test_wishes_that_contradict_each_other(wish: Wish) -> None:
    with pytest.raises(InvalidRequest):
        checked(wish)
