"""The public pages in a real browser: on a phone, by keyboard, without scripts, for everybody."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from chalicelib.store import article_votes, articles, conversations, customers, surveys
from chalicelib.store.article_records import ArticleText
from tests.functional.test_surveys import ask
from tests.support.articles import article
from tests.support.chromium import Browser, chromium, needed
from tests.support.local_site import local_site
from tests.support.outreach import furnish
from tests.support.public_pages import links
from tests.support.world import World

LOCALES = ("tr", "en")
NARROWEST = 320
"""CSS pixels: what a small phone has, and a large one at four times the size (WCAG 1.4.10)."""

LOOK = (Path(__file__).parent / "look_at_page.js").read_text(encoding="utf-8")
"""Finds what is wrong with the page as it is shown."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium(needed()) as tab:
        tab.without_scripts()
        yield tab


@pytest.fixture
def tab(browser: Browser) -> Browser:
    browser.noise.clear()
    browser.size(360, 740)
    return browser


@pytest.fixture
def site(world: World) -> Iterator[str]:
    furnish(world)
    with local_site() as address:
        yield address


def pages(world: World) -> dict[str, str]:
    """The path of every page, by name."""
    survey_id, nps_id = ask(world), ask(world, "nps", kind="nps")
    write_articles()
    return {
        "questions": "/faq",
        "answers": "/faq?q=return+invoice",
        "answers of the other language": "/faq?q=hediye",
        "an answer": "/faq/return",
        "an answer of one language": "/faq/gift",
        "unsubscribe": links().unsubscribe("cus_1", "marketing", world.now),
        "preferences": links().preferences("cus_1", world.now),
        "survey": links().survey("cus_1", survey_id, world.now),
        "survey with a score": links().survey("cus_1", survey_id, world.now) + "?score=2",
        "nps": links().survey("cus_1", nps_id, world.now) + "?score=0",
        "not good": "/s/x",
    }


def write_articles() -> None:
    """One in both languages, one in Turkish only."""
    texts = {"tr": ("İade", "14 gün içinde."), "en": ("How do I return it?", "Within 14 days.")}
    both = {name: ArticleText(title=title, body=body) for name, (title, body) in texts.items()}
    found = article("return", version=1)
    articles.put(msgspec.structs.replace(found, texts=both), known=0)
    articles.put(article("gift", "Hediye paketi var mı?", "Evet.\n\nSepette.", version=1), known=0)


def focused(tab: Browser) -> dict[str, Any]:
    """What the next key goes to."""
    found: dict[str, Any] = tab.ask(
        "(e => ({tag: e.tagName, type: e.type || '', name: e.name || '', value: e.value || '', "
        "text: e.textContent.trim(), outline: getComputedStyle(e).outlineStyle}))"
        "(document.activeElement)"
    )
    return found


def tab_to(tab: Browser, **wanted: str) -> None:
    """Press Tab until the focus is on what is wanted; every stop on the way must show that it has
    the focus."""
    for _ in range(60):
        tab.press("Tab")
        here = focused(tab)
        if here["type"] != "radio":  # a score's box has the outline, not the hidden button in it
            assert here["outline"] != "none", here
        if all(here[name] == value for name, value in wanted.items()):
            return
    raise AssertionError(f"the keyboard never gets to {wanted}")


def heading(tab: Browser) -> str:
    return str(tab.ask("document.querySelector('h1').textContent"))


def note(tab: Browser) -> str:
    return str(tab.ask("document.querySelector('.note').textContent"))


def assert_quiet(tab: Browser) -> None:
    """No error, no warning, no violation of the policy."""
    assert tab.noise == []


def test_a_survey_is_answered_by_keyboard(world: World, site: str, tab: Browser) -> None:
    survey_id = ask(world)
    tab.visit(f"{site}{links().survey('cus_1', survey_id, world.now)}?score=4")
    tab_to(tab, type="radio")
    assert focused(tab)["value"] == "4"
    tab.press("ArrowRight")
    assert tab.ask("document.querySelector('input:checked').value") == "5"
    assert tab.ask(
        "getComputedStyle(document.querySelector('input:focus').parentNode).outlineStyle"
    ) not in ("none", "")
    tab_to(tab, tag="TEXTAREA")
    tab.type("Çok ilgiliydiniz, teşekkürler! 🌱")
    tab_to(tab, tag="BUTTON")
    tab.loading(lambda: tab.press("Enter"))
    assert "geri bildiriminiz bize ulaştı" in note(tab)
    kept = surveys.get(survey_id)
    assert (kept.score, kept.comment) == (5, "Çok ilgiliydiniz, teşekkürler! 🌱")
    tab_to(tab, tag="A")
    tab.loading(lambda: tab.press("Enter"))
    assert tab.ask("document.querySelector('textarea').value") == kept.comment
    assert_quiet(tab)


def test_a_survey_without_a_score_is_not_sent(world: World, site: str, tab: Browser) -> None:
    survey_id = ask(world)
    tab.visit(site + links().survey("cus_1", survey_id, world.now))
    tab_to(tab, tag="BUTTON")
    tab.press("Enter")
    # The browser itself asks for the score, and leads there.
    assert focused(tab)["type"] == "radio"
    tab.press(" ")
    tab_to(tab, tag="BUTTON")
    tab.loading(lambda: tab.press(" "))
    assert "Konunuzu yeniden açtık" in note(tab)
    world.settle()
    assert conversations.get("cnv_1").priority == "high"
    assert_quiet(tab)


def test_preferences_are_chosen_by_keyboard(world: World, site: str, tab: Browser) -> None:
    tab.visit(site + links().preferences("cus_1", world.now))
    tab_to(tab, name="want:review/email")
    tab.press(" ")
    tab_to(tab, name="want:marketing/telegram")
    tab.press(" ")
    tab_to(tab, name="hours")
    for _ in range(3):
        tab.press("ArrowDown")
    tab_to(tab, name="language")
    tab.press("ArrowDown")
    tab_to(tab, tag="BUTTON", text="Kaydet")
    tab.loading(lambda: tab.press("Enter"))
    assert note(tab) == "Your preferences are saved."
    person = customers.get("cus_1")
    assert {about: said.granted for about, said in person.consents.items()} == {
        "review/email": False,
        "marketing/telegram": True,
    }
    assert (person.quiet_hours, person.locale) == (("21:00", "17:00"), "en")
    tab_to(tab, tag="BUTTON", text="Stop everything optional")
    tab.loading(lambda: tab.press("Enter"))
    assert "no more reminders, surveys or campaigns" in note(tab)
    assert not tab.ask("document.querySelectorAll('input[type=checkbox]:checked').length")
    assert_quiet(tab)


def test_unsubscribing_takes_one_key(world: World, site: str, tab: Browser) -> None:
    tab.visit(site + links().unsubscribe("cus_1", "marketing", world.now))
    tab_to(tab, tag="BUTTON")
    tab.loading(lambda: tab.press("Enter"))
    assert "kampanya mesajları göndermeyeceğiz" in note(tab)
    tab_to(tab, tag="A")
    assert_quiet(tab)


def test_a_reader_says_by_keyboard_that_an_answer_was_no_help(
    world: World, site: str, tab: Browser
) -> None:
    write_articles()
    tab.visit(f"{site}/faq?lang=en&q=return")
    assert tab.ask("document.querySelector('details').open")
    question = "document.querySelector('fieldset')"
    assert tab.ask(f"{question}.querySelector('legend').textContent") == "Did this answer help?"
    about = tab.ask(f"{question}.getAttribute('aria-describedby')")
    assert tab.ask(f"document.getElementById('{about}').textContent") == "How do I return it?"
    tab_to(tab, tag="BUTTON", text="Yes")
    tab_to(tab, tag="BUTTON", text="No")
    tab.loading(lambda: tab.press("Enter"))
    assert "helps us to write better answers" in note(tab)
    assert tab.ask("document.documentElement.lang") == "en"
    (said,) = article_votes.by_version("return")
    assert (said.helpful, said.not_helpful, said.language) == (0, 1, "en")
    tab_to(tab, tag="A", text="destek@kahve.example")
    tab_to(tab, tag="A", text="All questions")
    tab.loading(lambda: tab.press("Enter"))
    # From the list, a link leads to the answer's own page, which asks the same.
    tab_to(tab, tag="SUMMARY", text="How do I return it?")
    tab.press("Enter")
    tab_to(tab, tag="A", text="Did this answer help?")
    tab.loading(lambda: tab.press("Enter"))
    assert heading(tab) == "How do I return it?"
    tab_to(tab, tag="BUTTON", text="Yes")
    tab.loading(lambda: tab.press(" "))
    assert note(tab) == "We are glad that it helped."
    assert article_votes.by_version("return")[0].helpful == 1
    assert_quiet(tab)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("width", [NARROWEST, 360, 1280])
def test_every_page_can_be_read_and_used_by_everybody(
    world: World, site: str, tab: Browser, locale: str, width: int
) -> None:
    """Labels, contrast (WCAG AA), size of what is pressed, language, headings, nothing that scrolls
    sideways; and the stylesheet is the one that the policy lets through."""
    customers.change(customers.get("cus_1"), locale=locale)
    tab.size(width, 740)
    tab.call("Network.setExtraHTTPHeaders", headers={"Accept-Language": locale})
    for name, path in pages(world).items():
        tab.visit(site + path)
        problems = tab.ask(LOOK)
        assert problems == [], (name, problems)
        assert tab.ask("document.documentElement.lang") == locale, name
        assert tab.ask("getComputedStyle(document.body).backgroundColor") == "rgb(244, 241, 236)"
        if name != "not good":
            tab.loading(lambda: tab.ask("document.querySelector('form').submit()"))
            assert tab.ask(LOOK) == [], name
    # The browser reports the statuses of what is not good; nothing else.
    assert not [said for said in tab.noise if "responded with a status of 40" not in said]


def test_the_look_finds_what_is_wrong(tab: Browser) -> None:
    """That it is silent about our pages means something."""
    tab.visit(
        "data:text/html,<html><title></title><body><h1>a</h1><h1>b</h1><input><textarea></textarea>"
        "<p style='color:rgb(150,150,150)'>pale</p><a href='?' style='font-size:5px'>x</a>"
        "<div style='width:3000px'>wide</div>"
    )
    found = " ".join(tab.ask(LOOK))
    for problem in ("lang", "title", "h1", "label", "contrast", "small", "sideways"):
        assert problem in found
