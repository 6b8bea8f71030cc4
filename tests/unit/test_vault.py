"""The vault: a secret is read when needed, for five minutes, and its absence explains itself."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from chalicelib.errors import ConfigurationError, Unavailable
from chalicelib.vault import KEEP_SECONDS, Vault


class FakeManager:
    """Secrets Manager with one secret, or an error."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.asked: list[str] = []

    def get_secret_value(self, SecretId: str) -> dict[str, Any]:
        self.asked.append(SecretId)
        if isinstance(self.answer, Exception):
            raise self.answer
        return {"SecretString": self.answer}


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def vault(manager: FakeManager, clock: Clock | None = None) -> Vault:
    return Vault(
        client=lambda: manager,
        name=lambda thing: f"temas-local-{thing}",
        monotonic=clock or Clock(),
    )


def error(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": ""}}, "GetSecretValue")


def test_a_secret_is_asked_for_once_in_five_minutes() -> None:
    manager, clock = FakeManager('{"chat": {"secrets": ["a"]}}'), Clock()
    secrets = vault(manager, clock)
    for clock.now in (0.0, KEEP_SECONDS - 1.0):
        assert secrets.part("webhooks", "chat") == {"secrets": ["a"]}
    assert manager.asked == ["temas-local-webhooks"]

    manager.answer = '{"chat": {"secrets": ["b", "a"]}}'
    clock.now = KEEP_SECONDS + 1.0
    assert secrets.part("webhooks", "chat") == {"secrets": ["b", "a"]}


@pytest.mark.parametrize("value", [{}, {"chat": None}, {"chat": {}}, {"chat": "secret"}])
def test_a_part_that_is_not_set_says_how_to_set_it(value: object) -> None:
    with pytest.raises(
        ConfigurationError, match="put-secret-value --secret-id temas-local-webhooks"
    ):
        vault(FakeManager(json.dumps(value))).part("webhooks", "chat")


def test_a_secret_that_is_missing_names_the_command_that_makes_it() -> None:
    with pytest.raises(ConfigurationError, match="make deploy"):
        vault(FakeManager(error("ResourceNotFoundException"))).read("links")


@pytest.mark.parametrize("text", ["", "[]", "plain", "null"])
def test_a_secret_that_is_no_object_is_not_shown(text: str) -> None:
    with pytest.raises(ConfigurationError, match="not a JSON object"):
        vault(FakeManager(text)).read("links")


@pytest.mark.parametrize(
    "trouble",
    [error("ThrottlingException"), EndpointConnectionError(endpoint_url="https://secrets")],
)
def test_a_manager_that_does_not_answer_is_asked_again(trouble: Exception) -> None:
    manager = FakeManager(trouble)
    secrets = vault(manager)
    with pytest.raises(Unavailable):
        secrets.read("links")
    manager.answer = '{"signing_key": "k"}'
    assert secrets.read("links") == {"signing_key": "k"}
