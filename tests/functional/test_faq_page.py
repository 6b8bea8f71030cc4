"""The public answers: readable, searchable, cached, and safe whatever is asked."""

from html import unescape
from urllib.parse import quote

import pytest

from chalicelib.store import articles as store
from chalicelib.store.article_records import Article
from tests.support import articles
from tests.support.http_calls import Answer, call, staff
from tests.support.public_pages import forms
from tests.support.world import World


def get(url: str, **headers: str) -> Answer:
    return call("GET", url, headers={name.replace("_", "-"): v for name, v in headers.items()})


def test_everything_is_there_by_category_in_both_languages(world: World) -> None:
    articles.publish(world)
    page = get("/faq")
    assert page.status == 200
    assert '<html lang="tr">' in page.text
    assert "<h2>Siparişim nerede</h2>" in page.text
    assert page.text.count("<details") == 8
    english = get("/faq?lang=en")
    assert '<html lang="en">' in english.text
    assert "Where do I find my invoice?" in english.text
    assert 'href="?lang=tr"' in english.text


def test_it_speaks_the_language_of_the_browser(world: World) -> None:
    articles.publish(world)
    assert '<html lang="en">' in get("/faq", accept_language="de;q=0.9, en-GB, tr;q=0.5").text
    assert '<html lang="tr">' in get("/faq", accept_language="de").text
    assert '<html lang="tr">' in get("/faq?lang=xx", accept_language="tr").text


@pytest.mark.parametrize("asked", ["sifremi unuttm", "şifre", "PAROLA"])
def test_a_question_finds_its_answer_opened(world: World, asked: str) -> None:
    articles.publish(world)
    page = get(f"/faq?lang=tr&q={quote(asked)}")
    assert '<details id="reset-password" open>' in page.text
    assert forms(page.text)[0].fields["q"] == asked


def test_a_question_without_an_answer_meets_a_kind_word_and_the_way_to_a_person(
    world: World,
) -> None:
    articles.publish(world)
    page = get(f"/faq?q={quote('vize randevusu')}").text
    assert "yanıt bulamadık" in page
    assert 'href="mailto:destek@kahve.example"' in page


def test_what_only_the_other_language_finds_is_shown_in_it_and_says_so(world: World) -> None:
    articles.publish(world)
    page = get("/faq?lang=en&q=iade").text
    assert '<html lang="en">' in page
    assert "We found no answer in English; these are in Turkish." in page
    assert '<span id="return-an-item_title" lang="tr">Ürünü nasıl iade ederim?</span>' in page
    assert '<div lang="tr"><p>Teslimattan' in page
    found = get("/faq.json?lang=en&q=iade").json
    assert (found["language"], found["articles"][0]["language"]) == ("en", "tr")
    assert found["articles"][0]["title"] == "Ürünü nasıl iade ederim?"


def test_what_is_far_in_the_pages_language_comes_before_what_is_close_in_the_other(
    world: World,
) -> None:
    someone = staff(world)
    english = {"title": "Do you sell Ekspres beans, cups, filters and mills?", "body": "We do."}
    turkish = {"title": "Ekspres kargo ne kadar?", "body": "50 TL."}
    someone.put("/v1/articles/beans", {"texts": {"en": english}})
    someone.put("/v1/articles/express", {"texts": {"tr": turkish}})
    found = get(f"/faq.json?lang=en&q={quote('ekspres kargo var')}").json["articles"]
    shown = [(one["id"], one["language"]) for one in found]
    assert shown == [("beans", "en"), ("express", "tr")]
    page = get(f"/faq?lang=en&q={quote('ekspres kargo var')}").text
    assert page.index('id="beans"') < page.index("<h2>Answers in Turkish") < page.index("express")


def test_where_something_close_is_in_the_pages_language_nothing_else_is_looked_for(
    world: World,
) -> None:
    articles.publish(world)
    found = get("/faq.json?lang=en&q=refund").json["articles"]
    assert {one["language"] for one in found} == {"en"}


def test_a_brand_that_writes_one_language_shows_it_to_readers_of_the_other(world: World) -> None:
    text = {"title": "Kaçta açılıyorsunuz?", "body": "9'da."}
    staff(world).put("/v1/articles/hours", {"texts": {"tr": text}})
    page = get("/faq?lang=en").text
    assert "these are in Turkish" in page
    assert 'lang="tr">Kaçta açılıyorsunuz?' in page
    assert "This answer is in Turkish only." in get("/faq/hours?lang=en").text


@pytest.mark.parametrize(
    "asked", ["<script>alert(1)</script>", '" onfocus="alert(1)', "\x00", "😀" * 100, "x" * 500,
              "{q}", "%s"],
)  # fmt: skip
def test_whatever_is_asked_is_escaped(world: World, asked: str) -> None:
    articles.publish(world)
    page = get(f"/faq?q={quote(asked)}")
    assert page.status == 200
    assert "<script" not in page.text
    assert forms(page.text)[0].fields.get("q", "") == " ".join(asked[:200].split())


def test_an_article_is_escaped_even_if_it_came_in_otherwise(world: World) -> None:
    assert world.wiring.table
    store.put(_with("<img src=x>", "<script>x</script>\n\niki"), known=0)
    page = get("/faq")
    assert "<img" not in page.text
    assert "<script" not in page.text
    assert "<p>&lt;script&gt;x&lt;/script&gt;</p><p>iki</p>" in page.text
    assert "<" not in get("/faq.json").text


def _with(title: str, body: str) -> Article:
    return articles.article(title=title, body=body, version=1)


def test_caches_may_keep_it_and_ask_whether_it_has_changed(world: World) -> None:
    articles.publish(world)
    for url in ("/faq?lang=tr", "/faq.json"):
        first = get(url)
        assert first.headers["cache-control"] == "public, max-age=300"
        assert "set-cookie" not in first.headers
        again = get(url, If_None_Match=first.headers["etag"])
        assert (again.status, again.text) == (304, "")
        assert get(url, If_None_Match='"other"').status == 200


def test_the_page_runs_no_scripts_and_search_engines_find_the_answers_only(world: World) -> None:
    articles.publish(world)
    page = get("/faq")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert '<meta name="robots" content="index, follow">' in page.text
    assert '<meta name="robots" content="noindex">' in get("/faq?q=iade").text
    assert "index, follow" in get("/faq/invoice").text


def test_as_json_it_is_for_other_pages(world: World) -> None:
    articles.publish(world)
    every = get("/faq.json?lang=en")
    assert every.headers["access-control-allow-origin"] == "*"
    assert len(every.json["articles"]) == 8
    found = get("/faq.json?lang=en&q=refund").json["articles"]
    assert found[0]["id"] == "refund-time"
    assert set(found[0]) == {"id", "language", "title", "body", "category"}
    wrong = get("/faq.json?lang=de")
    assert wrong.status == 400
    assert "lang: there is no 'de'" in unescape(wrong.text)


def test_a_brand_without_articles_says_so(world: World) -> None:
    assert "Henüz bir yanıt yayımlanmadı" in get("/faq").text
    assert get("/faq.json").json == {"language": "tr", "articles": []}
