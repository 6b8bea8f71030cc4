"""Calls go to the internet, and never into a network of our own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import InvalidRequest
from chalicelib.relaying.addresses import check_addresses, check_url, is_public

INSIDE = (
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
    "169.254.169.254", "169.254.170.2", "100.64.0.1", "192.0.0.8", "198.18.0.1", "203.0.113.7",
    "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.88.99.1", "::", "::1", "fe80::1",
    "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "::ffff:127.0.0.1",
    "::ffff:169.254.169.254", "::10.0.0.1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2001::1",
    "2001:db8::1", "", "desk.example", "10.0.0",
)  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_a_network_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "8.8.8.8", "2606:4700::6810:85e5"])
def test_an_address_of_the_internet_is(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://desk.example/in", "https://"),
        ("ftp://desk.example/in", "https://"),
        ("desk.example/in", "https://"),
        ("https:///in", "no host"),
        ("https://user:pass@desk.example/", "user name"),
        ("https://desk.example/#here", "after #"),
        ("https://desk.example:0/", "port 0"),
        ("https://desk.example:99999/", "can't be read"),
        ("https://[::1/", "can't be read"),
        ("https://desk.example/ in", "without spaces"),
        ("https://mağaza.example/", "xn--"),
        ("https://desk.example/" + "x" * 2000, "2000"),
        ("https://localhost/", "inside a network"),
        ("https://api.localhost/", "inside a network"),
        ("https://desk/", "inside a network"),
        ("https://ip-10-0-0-1.eu-central-1.compute.internal/", "inside a network"),
        ("https://printer.local/", "inside a network"),
        ("https://LOCALHOST./", "inside a network"),
        ("https://169.254.169.254/latest/meta-data/", "inside a network"),
        ("https://[::1]/", "inside a network"),
        ("https://[::ffff:10.0.0.1]/", "inside a network"),
        ("https://127.1/", "inside a network"),
        ("https://2130706433/", "inside a network"),
        ("https://0x7f000001/", "inside a network"),
        ("https://0x7f.0.0.1/", "inside a network"),
        ("https://017700000001/", "inside a network"),
    ],
)
def test_a_url_that_leads_elsewhere_is_refused_with_the_reason(url: str, says: str) -> None:
    with pytest.raises(InvalidRequest, match=says):
        check_url(url)


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("https://desk.example/in?x=1", "desk.example", 443),
        ("https://DESK.example.:8443/in", "desk.example", 8443),
        ("https://93.184.215.14/in", "93.184.215.14", 443),
    ],
)
def test_a_url_of_the_internet_is_taken(url: str, host: str, port: int) -> None:
    assert check_url(url) == (host, port)


def test_a_host_that_the_operator_trusts_may_be_anywhere() -> None:
    assert check_url("http://127.0.0.1:9/in", ["127.0.0.1"]) == ("127.0.0.1", 9)
    assert check_url("https://desk.local:8443/", ["desk.local:8443"]) == ("desk.local", 8443)
    with pytest.raises(InvalidRequest):
        check_url("https://desk.local:8444/", ["desk.local:8443"])


def test_a_name_that_leads_inside_is_refused_even_if_it_leads_outside_too() -> None:
    check_addresses("desk.example", ["93.184.215.14"])
    with pytest.raises(InvalidRequest, match="inside a network"):
        check_addresses("desk.example", ["93.184.215.14", "10.0.0.1"])
    with pytest.raises(InvalidRequest, match="has no address"):
        check_addresses("desk.example", [])


@given(st.text(max_size=60))
def test_any_text_is_taken_or_refused_and_nothing_else(text: str) -> None:
    for url in (text, f"https://{text}", f"https://desk.example{text}"):
        try:
            host, port = check_url(url)
        except InvalidRequest:
            continue
        assert host
        assert 0 < port < 65_536
