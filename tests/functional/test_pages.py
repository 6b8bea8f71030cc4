"""The public pages: a link in a mail asks, a button acts, and nobody else learns anything."""

import re
from datetime import timedelta

from chalicelib.outreach.links import LIFETIME
from tests.support.aws_calls import counted
from tests.support.http_calls import call, staff
from tests.support.public_pages import assert_safe, events_of, links
from tests.support.webhook_calls import queued, whatsapp_message
from tests.support.world import World


def customer(world: World, name: str = "Ayşe") -> str:
    message = whatsapp_message("wamid.in.1", world.now)
    message["entry"][0]["changes"][0]["value"]["contacts"][0]["profile"]["name"] = name
    world.put("inbound", queued("whatsapp", message, world.now))
    world.settle()
    return str(world.items("customer")[0]["pk"]).removeprefix("C#")


def token(world: World, who: str, purpose: str = "review", key: str | None = None) -> str:
    return links(key).unsubscribe(who, purpose, world.now).removeprefix("/u/")


def consents(world: World, who: str) -> list[bool]:
    answer = staff(world).get(f"/v1/customers/{who}/consents")
    return [line["granted"] for line in answer.json["history"]]


def test_following_the_link_changes_nothing(world: World) -> None:
    who = customer(world)
    link = f"/u/{token(world, who)}"
    call("GET", link)
    with counted() as requests:
        answers = [call("GET", link, headers={"Content-Type": "text/html"}) for _ in range(3)]
    assert set(requests) == {"BatchGetItem"}
    assert [a.status for a in answers] == [200] * 3
    assert "değerlendirme hatırlatmaları almak istemiyor musunuz?" in answers[0].text
    assert '<form method="post"><button>' in answers[0].text
    assert_safe(answers[0])
    assert consents(world, who) == []


def test_one_click_ends_the_mails(world: World) -> None:
    """RFC 8058: the mail program posts this very body, and nobody reads the page."""
    who = customer(world)
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    world.events()

    answer = call(
        "POST", f"/u/{token(world, who)}", headers=kind, body=b"List-Unsubscribe=One-Click"
    )

    assert answer.status == 200
    assert "göndermeyeceğiz" in answer.text
    assert_safe(answer)
    kept = staff(world).get(f"/v1/customers/{who}/consents").json
    assert kept["consents"]["review"]["granted"] is False
    assert kept["consents"]["review"]["source"] == "List-Unsubscribe link"
    assert set(kept["consents"]) == {"review"}
    (told,) = events_of(world, "ConsentChanged")
    assert (told["customer_id"], told["purpose"], told["granted"]) == (who, "review", False)


def test_afterwards_the_page_leads_to_the_preferences_for_as_long_as_its_own_link_lasts(
    world: World,
) -> None:
    who, first = customer(world), world.now
    link = f"/u/{token(world, who)}"
    world.now += timedelta(days=100)
    (found,) = re.findall(r'href="https://api.kahve.example(/p/[^"]+)"', call("POST", link).text)
    assert call("GET", found).status == 200
    world.now = first + LIFETIME + timedelta(seconds=1)
    assert call("GET", found).status == 403


def test_pressed_again_it_says_the_same_and_records_nothing_more(world: World) -> None:
    who = customer(world)
    staff(world).put(f"/v1/customers/{who}/consents", {"purpose": "review", "granted": True})
    world.now += timedelta(seconds=1)
    world.events()
    answers = {call("POST", f"/u/{token(world, who)}").text for _ in range(3)}
    assert len(answers) == 1
    assert consents(world, who) == [True, False]
    assert len(events_of(world, "ConsentChanged")) == 1


def test_what_was_allowed_on_one_channel_since_is_ended_too(world: World) -> None:
    who = customer(world)
    link = f"/u/{token(world, who)}"
    call("POST", link)
    world.now += timedelta(days=1)
    one = {"purpose": "review", "granted": True, "channel": "whatsapp"}
    staff(world).put(f"/v1/customers/{who}/consents", one)
    world.now += timedelta(days=1)
    call("POST", link)
    assert consents(world, who) == [False, True, False]


def test_the_button_works_with_any_body_and_twice(world: World) -> None:
    who = customer(world)
    for kind, body in (("multipart/form-data; boundary=x", b"--x--"), ("", b""), ("a/b", b"\xff")):
        answer = call("POST", f"/u/{token(world, who)}", headers={"Content-Type": kind}, body=body)
        assert answer.status == 200
    assert consents(world, who)[-1] is False


def test_the_page_speaks_the_customers_language(world: World) -> None:
    who = customer(world)
    staff(world).patch(f"/v1/customers/{who}/preferences", {"locale": "en"})
    for purpose, words in (
        ("review", "No more review reminders?"),
        ("survey", "No more satisfaction questions?"),
        ("marketing", "No more campaign messages?"),
    ):
        answer = call("GET", f"/u/{token(world, who, purpose)}")
        assert words in answer.text
        assert '<html lang="en">' in answer.text


def test_a_link_that_is_not_ours_or_over_meets_a_kind_page_without_data(world: World) -> None:
    who = customer(world)
    good = token(world, who)
    payload, _, signature = good.partition(".")
    another = token(world, "cus_another").partition(".")[0]
    bad = [
        token(world, who, key="another key"),
        f"{another}.{signature}",
        f"{payload}.{signature[:-4]}AAAA",
        f"{payload}.",
        f".{signature}",
        payload,
        "x",
        ".",
        "%00",
        "ş.ş",
        "%2e%2e",
        token(world, "cus_unknown"),
    ]
    for method in ("GET", "POST"):
        for one in bad:
            answer = call(method, f"/u/{one}")
            assert answer.status == 403, one
            assert "geçerli değil" in answer.text
            assert "Ayşe" not in answer.text
            assert who not in answer.text
            assert_safe(answer)
    world.now += LIFETIME + timedelta(seconds=1)
    assert call("POST", f"/u/{good}").status == 403
    world.now -= timedelta(seconds=2)
    assert call("GET", f"/u/{good}").status == 200
    assert consents(world, who) == []


def test_a_token_tells_nobody_who_the_customer_is(world: World) -> None:
    who = customer(world)
    assert "<" not in token(world, who)
    assert "Ayşe" not in call("GET", f"/u/{token(world, who)}").text


def test_what_the_brand_calls_itself_is_escaped(world: World) -> None:
    import msgspec

    from chalicelib import playbook

    book = playbook.load("prod")
    brand = msgspec.structs.replace(book.brand, name="Kahve & <script>alert(1)</script>")
    world.restart(playbook_override=msgspec.structs.replace(book, brand=brand))
    answer = call("GET", "/u/x")
    assert "Kahve &amp; &lt;script&gt;" in answer.text
    assert_safe(answer)
