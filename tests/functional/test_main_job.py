"""The main job on moto: what comes in, and everything that follows from it."""

from tests.support.webhook_calls import queued, whatsapp_message
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
