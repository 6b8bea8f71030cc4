"""Reminders to review, in both languages: kinder each time, and one click from the stars."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from chalicelib.outreach import compose
from chalicelib.outreach.compose import Subject, Urls
from chalicelib.outreach.mail import Mail
from chalicelib.playbook import load
from chalicelib.playbook_values import LOCALES, Locale
from chalicelib.store.notification_records import Notification

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
PAGE = "https://api.kahve.example/r/token"
BOOK = load("prod")
OWN = "https://kahve.example/degerlendir?order={order}"


def reminder(locale: Locale, url: str | None = None, **more: Any) -> Mail:
    asking = {"turn": 1, "last": False, "products": [], "own_page": url is not None}
    note = Notification(
        id="ntf_1",
        key="review:a:b:1:1",
        purpose="review",
        kind="review_reminder",
        customer_id="cus_1",
        planned_at=NOW,
        planned_for=NOW,
        due_at=NOW,
    )
    review = msgspec.structs.replace(BOOK.review, url=url)
    return compose.mail(
        note,
        Subject(name="Ayşe", order_name="#1001", items=("Kahve",), more=asking | more),
        msgspec.structs.replace(BOOK, review=review),
        locale,
        to="ayse@example.com",
        now=NOW,
        urls=Urls(page=PAGE),
    )


@pytest.mark.parametrize("locale", LOCALES)
def test_every_number_of_stars_is_a_link_that_can_be_read_without_pictures(locale: Locale) -> None:
    mail = reminder(locale)
    for stars in range(1, 6):
        assert f'href="{PAGE}?stars={stars}"' in mail.html
        assert f"{stars} {'★' * stars}{'☆' * (5 - stars)} {PAGE}?stars={stars}\n" in mail.text
    spoken = "5 üzerinden 4 yıldız" if locale == "tr" else "4 of 5 stars"
    assert f'title="{spoken}"' in mail.html
    assert "<img" not in mail.html


@pytest.mark.parametrize("locale", LOCALES)
def test_item_by_item_each_has_its_own_stars(locale: Locale) -> None:
    mail = reminder(locale, products=[(1, "Kahve"), (3, "<b>Cezve")])
    for item in (1, 3):
        assert f'href="{PAGE}?stars=5&amp;item={item}"' in mail.html
        assert f":\n{PAGE}?item={item}\n" in mail.text
    assert "&lt;b&gt;Cezve" in mail.html
    assert "- Kahve" not in mail.text
    assert "\n\n\n" not in mail.text


@pytest.mark.parametrize(
    ("locale", "second", "last"),
    [
        ("tr", "denemeye vaktiniz oldu mu", "son hatırlatma"),
        ("en", "time to try your order", "last reminder"),
    ],
)
def test_each_time_it_is_said_in_other_words(locale: Locale, second: str, last: str) -> None:
    texts = [
        reminder(locale, turn=turn, last=turn == 3).text.partition("\n\n")[2].partition("\n\n")[0]
        for turn in (1, 2, 3)
    ]
    assert len(set(texts)) == 3
    assert (second in texts[1], last in texts[2]) == (True, True)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_brands_own_page_gets_one_link_and_chooses_no_stars(locale: Locale) -> None:
    mail = reminder(locale, OWN, products=[])
    assert "https://kahve.example/degerlendir?order=%231001\n" in mail.text
    assert 'href="https://kahve.example/degerlendir?order=%231001"' in mail.html
    assert "stars=" not in mail.html + mail.text
    assert "\n\n\n" not in mail.text
