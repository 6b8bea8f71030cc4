"""The customer's own word on their location, on their preference page: what they agree to is said
beside it, and taken back it is as if it had never been."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from chalicelib.playbook_values import LOCALES
from chalicelib.web import location_words
from tests.support.http_calls import Answer, staff
from tests.support.nearby import agree, said, somebody, tell
from tests.support.outreach import furnish
from tests.support.public_pages import Form, assert_safe, events_of, forms, get, links, post
from tests.support.world import World

MINUTE = timedelta(minutes=1)
WANT = "want:location"


def link(world: World) -> str:
    return links().preferences("cus_1", world.now)


def form(world: World) -> Form:
    return forms(get(link(world)).text)[0]


def send(world: World, changes: dict[str, str | None]) -> Answer:
    return form(world).send(link(world), changes)


def word(world: World) -> dict[str, Any] | None:
    found = staff(world).get("/v1/customers/cus_1/consents").json["consents"]
    said_: dict[str, Any] | None = found.get("location")
    return said_


@pytest.mark.parametrize("locale", LOCALES)
def test_it_says_what_is_kept_how_long_and_why_beside_the_box(world: World, locale: str) -> None:
    furnish(world, locale=locale)
    answer = get(link(world))
    assert_safe(answer)
    hint = {"tr": ("konum", "24 saat", "teklif"), "en": ("position", "24 hours", "offer")}[locale]
    assert all(words in answer.text for words in hint)
    assert WANT not in form(world).fields, "nobody agrees by default"


def test_ticked_it_is_recorded_with_its_words_and_told(world: World) -> None:
    furnish(world)
    assert "Tercihleriniz kaydedildi." in send(world, {WANT: "on"}).text
    found = word(world)
    assert found is not None
    assert (found["granted"], found["source"]) == (True, "preference page")
    assert found["wording"] == location_words.VERSION
    (told,) = events_of(world, "ConsentChanged")
    assert (told["purpose"], told["granted"]) == ("location", True)
    assert WANT in form(world).fields


def test_a_page_that_is_sent_as_it_was_says_nothing_of_it(world: World) -> None:
    furnish(world)
    assert "Bir şey değiştirmediniz" in send(world, {}).text
    assert word(world) is None


def test_unticked_what_is_kept_is_gone(world: World) -> None:
    _, app = somebody(world)
    tell(world, app)
    page = get(link(world)).text
    assert "yalnızca en son konum (24 Kasım 2026 13:00 itibarıyla silinir)" in page
    assert "Konumunuzun kullanılması: izin verdiniz" in page
    world.now += MINUTE
    page = send(world, {WANT: None}).text
    assert "yalnızca en son konum" not in page
    assert world.items("location") == []
    found = word(world)
    assert found is not None
    assert not found["granted"]


def test_an_old_form_does_not_agree_again(world: World) -> None:
    _, app = somebody(world)
    old = form(world)
    world.now += MINUTE
    agree(app, "location", granted=False)
    world.now += MINUTE
    old.send(link(world), {"hours": "evening"})
    found = word(world)
    assert found is not None
    assert not found["granted"]


def test_stopping_all_stops_this_as_well(world: World) -> None:
    _, app = somebody(world)
    tell(world, app)
    world.now += MINUTE
    post(link(world), {"stop": "all"})
    found = word(world)
    assert found is not None
    assert not found["granted"]
    assert world.items("location") == []


def test_who_never_agreed_has_nothing_to_stop(world: World) -> None:
    furnish(world)
    post(link(world), {"stop": "all"})
    assert word(world) is None


def test_a_brand_without_such_offers_asks_only_who_has_agreed(world: World) -> None:
    _, app = somebody(world, "marketing")
    world.playbook = msgspec.structs.replace(world.playbook, nearby=None)
    world.restart()
    assert "had:location" not in form(world).fields
    agree(app, "location")
    assert form(world).fields[WANT] == "on"


def test_after_a_day_the_page_shows_no_location(world: World) -> None:
    _, app = somebody(world)
    assert said(tell(world, app)) == ("moda", True)
    world.now += timedelta(days=1)
    assert "yalnızca en son konum" not in get(link(world)).text


def test_the_words_are_complete_and_documented_under_their_version() -> None:
    """Change them, and the version they are recorded with has to change, too."""
    for name, words in location_words.WORDS.items():
        assert set(words) == set(LOCALES), name
        assert not set("".join(words.values())) & set("{}"), name
    page = Path(__file__).parents[2] / "docs" / "pages.md"
    rows = page.read_text(encoding="utf-8").splitlines()
    (row,) = [row for row in rows if row.startswith(f"| `{location_words.VERSION}` ")]
    for locale in LOCALES:
        assert all(words[locale] in row for words in location_words.WORDS.values())
