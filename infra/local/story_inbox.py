"""The story's inbox: somebody comes to work, and a question that the FAQ answers."""

import json
import re
from collections.abc import Callable

from infra.local.callers import Callers
from infra.local.progress import step
from infra.local.waiting import until
from infra.policies import ROOT

AGENT = "elif"


def open_shop(callers: Callers) -> None:
    """Elif takes her place, and the shop's articles are published."""
    with step("Elif of customer care comes to work; the shop publishes its articles"):
        elif_ = {"name": "Elif", "teams": ["care", "orders"], "languages": ["tr", "en"]}
        callers.staff("PUT", f"/agents/{AGENT}", elif_)
        callers.staff("PUT", f"/agents/{AGENT}/presence", {"presence": "online"})
        written = (ROOT / "events" / "articles" / "demo.json").read_text(encoding="utf-8")
        for name, article in json.loads(written).items():
            callers.staff("PUT", f"/articles/{name}", article)


def ask_the_faq(
    callers: Callers, payload: Callable[[str], bytes], sent: Callable[[str], bool]
) -> None:
    """A question that an article answers, and the word that it did. `sent` tells whether something
    of this kind has gone out to who asks."""
    with step("Zeynep asks on Telegram how to return something: an article answers her"):
        _telegram(callers, payload("17_telegram_zeynep"))
        until(lambda: sent("article"), "no article answered")
    with step("it helped, she says"):
        _telegram(callers, payload("18_telegram_helped"))


def _telegram(callers: Callers, body: bytes) -> None:
    names = "update_id|message_id|date"
    plain = re.sub(rf'"({names})": "(\d+)"', r'"\1": \2', body.decode())
    callers.webhook("telegram", plain.encode())
