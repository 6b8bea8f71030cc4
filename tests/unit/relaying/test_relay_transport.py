"""The way out to endpoints connects to no address but those it has checked."""

import socket
from collections.abc import Iterator

import pytest

from chalicelib.channels.base import HttpReply, NotSent
from chalicelib.channels.http import HttpsTransport
from chalicelib.relaying import transport
from chalicelib.relaying.transport import guarded
from tests.unit.channels.loopback import Platform, reply


@pytest.fixture
def desk() -> Iterator[Platform]:
    """A receiver on 127.0.0.1."""
    platform = Platform()
    yield platform
    platform.close()


def post(way: HttpsTransport, url: str) -> object:
    return way.post(url, headers={"webhook-id": "evt_1"}, body=b"{}")


@pytest.mark.parametrize(
    "found",
    [["127.0.0.1"], ["10.0.0.1"], ["169.254.169.254"], ["93.184.215.14", "127.0.0.1"], ["::1"]],
)
def test_a_name_that_leads_into_a_network_gets_no_connection(
    desk: Platform, found: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[object] = []
    monkeypatch.setattr(socket, "create_connection", lambda *a, **k: opened.append(a))
    result = post(guarded(look_up=lambda *_: found), f"https://desk.example:{desk.port}/in")
    monkeypatch.undo()
    assert isinstance(result, NotSent)
    assert opened == []


def test_an_address_in_the_url_itself_is_checked_too(desk: Platform) -> None:
    assert isinstance(post(guarded(), f"https://127.0.0.1:{desk.port}/in"), NotSent)
    assert isinstance(post(guarded(), f"http://127.0.0.1:{desk.port}/in"), NotSent)
    assert desk.requests == []


def test_a_name_that_leads_nowhere_is_not_sent_to() -> None:
    result = post(guarded(look_up=lambda *_: []), "https://desk.example/in")
    assert isinstance(result, NotSent)


def test_the_connection_goes_to_the_very_address_that_was_checked(
    desk: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name is looked up once: the second answer, which leads inside, is never asked for."""
    answers = iter([["93.184.215.14"], ["127.0.0.1"]])
    opened: list[tuple[str, int]] = []
    real = socket.create_connection

    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        opened.append(address)
        return real(("127.0.0.1", desk.port), timeout=timeout)

    monkeypatch.setattr(socket, "create_connection", connect)
    way = guarded(["localhost:1"], look_up=lambda *_: next(answers))
    # Plain HTTP is for loop-back names alone, so TLS is what fails here: after the connection.
    assert not isinstance(post(way, "https://desk.example/in"), HttpReply)
    monkeypatch.undo()
    assert opened == [("93.184.215.14", 443)]


def test_a_host_that_is_trusted_is_reached_wherever_it_is(desk: Platform) -> None:
    found = post(guarded(["127.0.0.1"]), f"http://127.0.0.1:{desk.port}/in")
    assert isinstance(found, HttpReply)
    found = post(guarded([f"localhost:{desk.port}"]), f"http://localhost:{desk.port}/in")
    assert isinstance(found, HttpReply)
    assert len(desk.requests) == 2


def test_a_redirect_is_an_answer_and_not_followed(desk: Platform) -> None:
    desk.scripts = [reply("302 Found", b"", "Location: http://127.0.0.1:1/\r\n")]
    found = post(guarded(["127.0.0.1"]), f"http://127.0.0.1:{desk.port}/in")
    assert isinstance(found, HttpReply)
    assert found.status == 302
    assert len(desk.requests) == 1


def test_names_are_resolved_as_the_system_does_and_nonsense_to_nothing() -> None:
    assert transport.resolve("127.0.0.1", 443) == ["127.0.0.1"]
    assert transport.resolve("x" * 70 + ".example", 443) == []
