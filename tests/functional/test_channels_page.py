"""docs/channels.md: its example works as it stands, and its table names every channel."""

import hmac
import json
import re
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from types import ModuleType

import pytest

from chalicelib.channels import registry
from chalicelib.channels.base import HttpReply
from chalicelib.channels.registry import CHANNELS, OUTLETS, PLATFORMS, Platform
from chalicelib.commerce.registry import SHOPS
from tests.support.http_calls import call, problem_of, staff
from tests.support.world import World

PAGE = (Path(__file__).parents[2] / "docs" / "channels.md").read_text(encoding="utf-8")
MODULE, LINE = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
SECRETS, PAYLOAD = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def guest_book(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The example, in the place where the page says that it goes."""
    module = ModuleType("chalicelib.channels.misafir")
    exec(compile(MODULE, "docs/channels.md", "exec"), module.__dict__)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    line = eval(LINE, {"Platform": Platform})
    monkeypatch.setitem(CHANNELS._places, line.name, f"{line.name}:{line.source}")
    for channel, outlet in line.outlets.items():
        monkeypatch.setitem(OUTLETS._places, channel, f"{line.name}:{outlet}")
        monkeypatch.setitem(registry._SECRETS, channel, line.name)
    for name, part in json.loads(SECRETS.replace("…", "gizli")).items():
        client = world.client("secretsmanager")
        found = json.loads(client.get_secret_value(SecretId=f"temas-local-{name}")["SecretString"])
        text = json.dumps(found | part)
        client.put_secret_value(SecretId=f"temas-local-{name}", SecretString=text)
    world.restart()
    yield
    for table in (CHANNELS, OUTLETS):
        table._loaded.pop("misafir", None)


@pytest.mark.usefixtures("guest_book")
def test_the_worked_example_takes_a_message_in_and_answers_it(world: World) -> None:
    body = PAYLOAD.encode()
    signature = hmac.new(b"gizli", body, sha256).hexdigest()
    problem_of(call("POST", "/webhooks/misafir", body=body), 401)
    signed = {"X-Misafir-Signature": signature, "Content-Type": "application/json"}
    assert call("POST", "/webhooks/misafir", headers=signed, body=body).status == 200
    world.settle()

    someone = staff(world)
    found = someone.get("/v1/customers?identity=misafir:moda:g-7").json
    assert found["name"] == "Deniz Kaya"
    case = found["open_conversation_id"]
    answer = someone.post(f"/v1/conversations/{case}/messages", {"text": "Afiyet olsun"})
    assert answer.status == 202
    world.platforms.answers = [HttpReply(status=201, headers={}, body=b'{"id": "a-1"}')]
    world.settle()
    (note,) = [n for n in world.items("notification") if n["kind"] == "reply"]
    assert (note["status"], note["message_id"]) == ("sent", "a-1")
    url, headers, said = world.platforms.posts[-1]
    assert url == "https://api.misafir.example/entries/m-1/answer"
    assert headers["authorization"] == "Bearer gizli"
    assert said["text"] == "Afiyet olsun"


def test_the_page_names_every_channel_and_platform() -> None:
    channels = [name for name in OUTLETS if " " not in name]
    names = {*channels, *CHANNELS, *SHOPS, "voice", "email"}
    assert [name for name in sorted(names) if f"`{name}`" not in PAGE] == []


def test_every_platform_has_a_page_of_its_own() -> None:
    folder = Path(__file__).parents[2] / "docs" / "channels"
    wanted = {one.name for one in PLATFORMS} | set(SHOPS)
    assert wanted <= {page.stem for page in folder.glob("*.md")}


def test_every_platform_can_be_loaded_under_its_own_name() -> None:
    assert {name: source.name for name, source in CHANNELS.items()} == {n: n for n in CHANNELS}
    assert all(outlet.longest > 0 for outlet in OUTLETS.values())
