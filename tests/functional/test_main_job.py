"""The main job on moto: what comes in, and everything that follows from it."""

from datetime import timedelta

from chalicelib.clock import iso
from tests.support.webhook_calls import chat_message, queued, whatsapp_message
from tests.support.world import World


def test_a_first_message_opens_one_conversation_and_is_greeted_on_its_channel(
    world: World,
) -> None:
    world.put("inbound", queued("whatsapp", whatsapp_message("wamid.1", world.now), world.now))
    world.settle()

    (conversation,) = world.items("conversation")
    assert conversation["status"] == "open"
    assert conversation["channel"] == "whatsapp"
    assert list(world.outcomes().values()) == ["sent"]
    (text,) = world.platforms.texts
    assert "Merhaba Ayşe!" in text
    assert "birazdan yanıtlıyoruz" in text


def test_a_message_dated_far_in_the_future_is_kept_as_received_and_greeted_now(
    world: World,
) -> None:
    tomorrow = world.now + timedelta(days=1)
    world.put("inbound", queued("chat", chat_message("m-ahead", tomorrow), world.now))
    world.settle()

    (conversation,) = world.items("conversation")
    assert conversation["last_inbound_at"] == iso(world.now)
    assert list(world.outcomes().values()) == ["sent"]


def test_a_clock_a_little_ahead_does_not_delay_the_greeting(world: World) -> None:
    soon = world.now + timedelta(minutes=3)
    world.put("inbound", queued("chat", chat_message("m-soon", soon), world.now))
    world.settle()

    assert list(world.outcomes().values()) == ["sent"]
