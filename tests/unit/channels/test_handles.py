import pytest

from chalicelib.channels.base import Handle
from chalicelib.channels.handles import (
    country_of,
    e164_handle,
    email_handle,
    mail_address,
    phone_handle,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (" Ayse.Yilmaz@Example.COM ", "ayse.yilmaz@example.com"),
        ("info@çiçek.com.tr", "info@xn--iek-1lab.com.tr"),
        ("info@ÇİÇEK.com.tr", None),
        ("post@straße.example", "post@xn--strae-oqa.example"),
        ("x+tag@sub.example.org.", "x+tag@sub.example.org"),
    ],
)
def test_a_mail_address_is_compared_in_one_form(text: str, value: str | None) -> None:
    handle = email_handle(text)
    if value is None:
        # The capital dotted İ is another letter in lower case: such a domain does not exist.
        assert handle != email_handle("info@çiçek.com.tr")
    else:
        assert handle
        assert handle.key == f"email::{value}"


def test_mail_goes_to_the_address_as_written_and_is_compared_by_its_mailbox() -> None:
    written = " Ayse.Yilmaz+Kahve@Googlemail.com "

    assert mail_address(written) == "ayse.yilmaz+kahve@googlemail.com"
    assert email_handle(written) == email_handle("ayseyilmaz@gmail.com")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "@",
        "a@",
        "@b.co",
        "a@b",
        "a b@c.de",
        "a@@b.de",
        "a@b..de",
        "a@-b.de",
        "a\n@b.de",
        "x" * 65 + "@b.de",
        "a@" + "b." * 130 + "de",
        "a@\ud800.de",
        "<a@b.de>",
    ],
)
def test_what_is_no_mail_address_is_none(text: str) -> None:
    assert email_handle(text) is None
    assert mail_address(text) is None


@pytest.mark.parametrize(
    ("text", "region"),
    [("+90 532 555 01 47", None), ("0532 555 01 47", "TR"), ("00 90 532 5550147", "TR")],
)
def test_a_phone_number_is_compared_in_e164(text: str, region: str | None) -> None:
    assert phone_handle(text, region) == e164_handle("905325550147")


@pytest.mark.parametrize(
    "text", ["", "0532 555 01 47", "hello", "+90", "+90 532 555 01 47 ext. 5", "+" + "9" * 400]
)
def test_what_names_no_single_number_is_none(text: str) -> None:
    assert phone_handle(text) is None


@pytest.mark.parametrize("text", ["", "+", "0532", "12", "1" * 16, "+9053²5550147", "TR.1234567"])
def test_only_international_digits_are_e164(text: str) -> None:
    assert e164_handle(text) is None


@pytest.mark.parametrize(
    ("text", "country"), [("905325550147", "TR"), ("4915112345678", "DE"), ("99912345678", None)]
)
def test_a_number_tells_its_country(text: str, country: str | None) -> None:
    handle = e164_handle(text)
    assert handle
    assert country_of(handle) == country


def test_other_handles_tell_no_country() -> None:
    assert country_of(Handle(kind="email", value="a@b.de")) is None
    assert country_of(Handle(kind="phone", value="+")) is None
