"""The second half of the story: what the brand says by itself, and what people make of it."""

import re
from collections.abc import Callable
from email import message_from_string
from email.policy import default
from html import unescape
from typing import Any

from infra.local.callers import Callers
from infra.local.progress import StepFailed, step
from infra.local.waiting import until

TEMPLATE = {
    "tr": {
        "subject": "{{ brand }}: yeni hasat geldi",
        "text": "Merhaba{{ name }}, yeni hasat Etiyopya çekirdeğimiz geldi.",
    },
    "en": {
        "subject": "{{ brand }}: the new harvest is here",
        "text": "Hello{{ name }}, our new harvest from Ethiopia is here.",
    },
}

REVIEW = {
    "stars": "5",
    "title": "Tam kıvamında",
    "text": "Her sabah aynı keyif. Kargo da hızlıydı.",
}


def answer_the_question(callers: Callers, answer: Callable[[], bytes], customer_id: str) -> None:
    """The satisfaction question comes by WhatsApp, and is answered there with one digit."""
    with step("Ayşe is asked how it went, and answers 5"):
        asked = until(
            lambda: _sent(callers, customer_id, "satisfaction"), "the question was not sent"
        )
        callers.webhook("whatsapp", answer())
        until(
            lambda: callers.staff("GET", f"/surveys/{asked['id']}").get("score"),
            "the answer was not counted",
        )


def review_the_order(callers: Callers, address: str) -> str:
    """The reminder's link opens a page; what is written there is public at once. Returns the page's
    address."""
    with step("she opens the review reminder, and gives five stars on its page"):
        mail = until(lambda: _mail_with(callers, address, "/r/"), "no reminder came")
        link = _link(mail, "/r/")
        page = callers.page("GET", link)
        if 'name="stars"' not in page:
            raise StepFailed("the review page shows no stars")
        callers.page("POST", link, REVIEW)
        until(lambda: callers.staff("GET", "/reviews")["reviews"], "the review was not kept")
    return link


def send_a_campaign(callers: Callers, consenting: list[str]) -> dict[str, Any]:
    """A campaign to everybody: those who agreed get it, the others don't, each with the reason."""
    with step("marketing looks at a campaign first, then sends it"):
        for customer in consenting:
            body = {"purpose": "marketing", "granted": True, "source": "shop counter"}
            callers.staff("PUT", f"/customers/{customer}/consents", body)
        callers.staff("PUT", "/templates/new_harvest", {"contents": TEMPLATE})
        wanted = {"name": "New harvest", "segment": "all", "template": "new_harvest"}
        campaign = f"/campaigns/{callers.staff('POST', '/campaigns', wanted)['id']}"
        callers.staff("POST", f"{campaign}/preview")
        callers.staff("POST", f"{campaign}/start")
        done: dict[str, Any] = until(
            lambda: callers.staff("GET", campaign),
            "the campaign did not end",
            done=lambda found: found["status"] == "done",
        )
    return done


def _sent(callers: Callers, customer_id: str, kind: str) -> dict[str, Any] | None:
    page = callers.staff("GET", f"/customers/{customer_id}/notifications?limit=100")
    found = (n for n in page["notifications"] if n["kind"] == kind and n["status"] == "sent")
    return next(found, None)


def _mail_with(callers: Callers, address: str, path: str) -> str | None:
    """The text of the newest mail to the address that has a link with this path."""
    for mail in reversed(callers.mails()):
        parsed = message_from_string(mail["raw"], policy=default)
        if str(parsed["To"]) != address:
            continue
        plain = parsed.get_body(("plain",))
        text = plain.get_content() if plain else ""
        if path in text:
            return str(text)
    return None


def _link(text: str, path: str) -> str:
    found = re.search(rf"https?://\S+{re.escape(path)}[^\s?\"<]+", unescape(text))
    if found is None:
        raise StepFailed(f"the mail has no link with {path}")
    return found[0]
