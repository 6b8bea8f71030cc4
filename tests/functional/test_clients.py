"""The functions' AWS clients: what they find, and what they say of who calls."""

from typing import Any

import botocore.session
import pytest
from botocore.exceptions import UnknownServiceError

from chalicelib.clients import Clients
from chalicelib.service_models import go_straight
from tests.support.world import DEPLOYMENT, World


def sent(client: Any, operation: str, **arguments: Any) -> dict[str, str]:
    """The headers of a call."""
    seen: dict[str, str] = {}

    def look(request: Any, **_: Any) -> None:
        seen.update({name: str(value) for name, value in request.headers.items()})

    client.meta.events.register("before-sign", look)
    getattr(client, operation)(**arguments)
    return seen


def test_a_chain_of_messages_to_oneself_is_not_taken_for_a_runaway_loop(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lambda ends one after some sixteen links, by the lineage in the header of each call."""
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "temas-prod-campaign")
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-2-3;Lineage=1:abc:15")
    clients = Clients(DEPLOYMENT)
    url = world.queue_url("campaigns")
    headers = sent(clients.get("sqs"), "send_message", QueueUrl=url, MessageBody="{}")
    assert "X-Amzn-Trace-Id" not in headers
    assert "X-Amzn-Trace-Id" in sent(clients.get("scheduler"), "list_schedules")


def test_a_service_is_found_without_reading_the_list_of_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session = go_straight(botocore.session.get_session())
    with pytest.raises(UnknownServiceError, match=r"Valid service names are: .*dynamodb"):
        session.create_client("nosuch", region_name="eu-central-1")
    monkeypatch.setattr("botocore.loaders.Loader.list_available_services", None)
    assert session.create_client("sqs", region_name="eu-central-1")


def test_where_descriptions_lie_elsewhere_they_are_looked_for_as_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_DATA_PATH", "/somewhere/else")
    session = go_straight(botocore.session.get_session())
    assert "/somewhere/else" in session.get_component("data_loader").search_paths
