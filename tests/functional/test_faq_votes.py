"""Whether an answer helped: readers whom nobody knows say so once; editors see what to rewrite."""

import json
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from chalicelib.playbook_sections import Contact
from chalicelib.playbook_values import ContactAddress
from chalicelib.store import article_votes, articles, keys
from chalicelib.store.article_records import VersionVotes
from chalicelib.store.models_selfservice import VotesItem
from chalicelib.store.table import Refusal, Refused, Transaction
from tests.support.articles import article
from tests.support.aws_calls import counted
from tests.support.http_calls import Answer, Staff, call, problem_of, staff
from tests.support.public_pages import Form, forms, get, links, post
from tests.support.world import World

URL = "/faq/hours?lang=tr"
TEXT = {"title": "Kaçta açılıyorsunuz?", "body": "Her gün 9'da."}


@pytest.fixture
def editor(world: World) -> Staff:
    """Who has written one article."""
    someone = staff(world)
    assert someone.put("/v1/articles/hours", {"texts": {"tr": TEXT}}).status == 200
    return someone


def the_form(url: str = URL) -> Form:
    """The last form of a page: the one that asks whether it helped."""
    return forms(get(url).text)[-1]


def say(helped: str, form: Form | None = None) -> Answer:
    """Press a button, on a page of one's own or on this one."""
    return (form or the_form()).send(URL, {"helped": helped})


def votes(editor: Staff) -> tuple[int, int]:
    seen = editor.get("/v1/articles/hours").json
    return seen["helpful"], seen["not_helpful"]


def test_who_was_helped_is_thanked_and_counted(world: World, editor: Staff) -> None:
    thanks = say("yes")
    assert thanks.status == 200
    assert "<h1>Teşekkürler</h1>" in thanks.text
    assert "mailto:" not in thanks.text
    assert thanks.headers["cache-control"] == "no-store"
    assert "set-cookie" not in thanks.headers
    assert votes(editor) == (1, 0)


def test_who_was_not_helped_is_led_to_a_person_in_the_pages_language(
    world: World, editor: Staff
) -> None:
    ways = {"whatsapp": "https://wa.me/905321112233", "phone": "tel:+902121112233"}
    contact = Contact(**{name: ContactAddress.parse(way) for name, way in ways.items()})
    brand = msgspec.structs.replace(world.playbook.brand, contact=contact)
    world.playbook = msgspec.structs.replace(world.playbook, brand=brand)
    world.restart()
    thanks = the_form("/faq/hours?lang=en").send("/faq/hours?lang=en", {"helped": "no"})
    assert '<html lang="en">' in thanks.text
    for way in (*ways.values(), "mailto:destek@kahve.example"):
        assert f'<a href="{way}">' in thanks.text
    assert "Somebody of our team will answer." in thanks.text
    world.now += timedelta(hours=12)
    assert "Şu an kapalıyız" in say("no").text
    assert votes(editor) == (0, 2)


def test_a_ballot_counts_once_however_often_and_whatever_it_says(
    world: World, editor: Staff
) -> None:
    form = the_form()
    for helped in ("yes", "yes", "no"):
        assert say(helped, form).status == 200
    assert votes(editor) == (1, 0)
    # A reader who opens the page again has a new one.
    assert say("yes").status == 200
    assert votes(editor) == (2, 0)


def test_a_vote_is_one_transaction_and_looking_writes_nothing(world: World, editor: Staff) -> None:
    with counted() as calls:
        form = the_form()
    assert set(calls) <= {"BatchGetItem", "GetItem", "Query", "GetSecretValue"}
    with counted() as calls:
        say("yes", form)
    assert [one for one in calls if one != "GetSecretValue"] == ["TransactWriteItems"]


def test_what_is_no_ballot_of_ours_counts_nothing_and_meets_the_answer_again(
    world: World, editor: Staff
) -> None:
    late = the_form()
    survey = links().preferences("cus_1", world.now).rpartition("/")[2]
    good = the_form().fields["ballot"]
    for ballot in ("", "x", survey, good[:-1] + "_", good.partition(".")[0] + ".", "ş" * 50):
        answer = post(URL, {"ballot": ballot, "helped": "yes"})
        assert (answer.status, 'role="alert"' in answer.text) == (403, True), ballot
    answer = post(URL, {"ballot": good, "helped": "perhaps"})
    assert answer.status == 400
    world.now += timedelta(hours=5)
    again = say("yes", late)
    assert again.status == 403
    assert "Her gün 9" in again.text
    assert votes(editor) == (0, 0)
    assert say("yes", forms(again.text)[-1]).status == 200
    assert votes(editor) == (1, 0)


def test_a_ballot_is_for_one_article_and_no_link_for_a_customer(
    world: World, editor: Staff
) -> None:
    editor.put("/v1/articles/other", {"texts": {"tr": TEXT}})
    ballot = the_form().fields["ballot"]
    assert post("/faq/other", {"ballot": ballot, "helped": "yes"}).status == 403
    assert get(f"/p/{ballot}").status == 403


def test_a_get_counts_nothing_and_what_is_too_large_is_refused(world: World, editor: Staff) -> None:
    ballot = the_form().fields["ballot"]
    get(f"/faq/hours?lang=tr&ballot={ballot}&helped=yes")
    assert post(URL, {"ballot": ballot, "helped": "yes" * 10_000}).status == 413
    assert votes(editor) == (0, 0)


def test_an_article_that_is_gone_says_so_kindly(world: World, editor: Staff) -> None:
    form = the_form()
    editor.delete("/v1/articles/hours")
    world.restart()
    gone = get(URL)
    assert gone.status == 404
    assert "<h1>Bu yanıt artık yok</h1>" in gone.text
    assert get("/faq/<script>").status == 404
    # Who read it while it was there may still say so.
    assert say("no", form).status == 200


def test_a_loop_is_bounded_by_hour_and_by_day(
    world: World, editor: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(article_votes, "MOST_AN_HOUR", 2)
    monkeypatch.setattr(article_votes, "MOST_A_DAY", 3)
    for hour, counted_so_far in ((0, 2), (1, 3), (2, 3), (24, 5)):
        at = world.now
        world.now += timedelta(hours=hour)
        for _ in range(3):
            assert say("no").status == 200
        assert votes(editor) == (0, counted_so_far)
        world.now = at


def test_while_others_are_in_the_way_nothing_is_lost_and_the_reader_may_press_again(
    world: World, editor: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy, commit = [3], Transaction.commit

    def at_first_in_the_way(transaction: Transaction) -> None:
        if busy[0]:
            busy[0] -= 1
            raise Refused([Refusal(tag="total", code="TransactionConflict", old=None)])
        commit(transaction)

    monkeypatch.setattr(Transaction, "commit", at_first_in_the_way)
    assert say("yes").status == 200
    assert votes(editor) == (1, 0)
    form, busy[0] = the_form(), 4
    answer = say("yes", form)
    assert (answer.status, "Şu anda yanıt veremiyoruz" in answer.text) == (503, True)
    assert say("yes", form).status == 200
    assert votes(editor) == (2, 0)


def test_nothing_of_who_voted_is_kept(world: World, editor: Staff) -> None:
    say("no")
    kept = [*world.items("article_votes"), *world.items("ballot")]
    assert len(kept) == 3
    names = {name for item in kept for name in item}
    assert names == {
        *("pk", "sk", "type", "expires_at", "helpful", "not_helpful", "votes", "hour_13"),
    } - {"helpful"}
    assert "203.0.113.7" not in json.dumps(kept, default=str)
    (ballot,) = world.items("ballot")
    ends = world.now + timedelta(hours=4, days=1)
    assert int(ballot["expires_at"]) == int(ends.timestamp())


def test_while_the_stage_cannot_sign_answers_are_read_without_the_question(
    world: World, editor: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(world.wiring.vault), "read", lambda *_: {})
    page = get(URL)
    assert page.status == 200
    assert "Her gün 9" in page.text
    assert "<form" not in page.text


# --- what editors see -----------------------------------------------------------------------------


def cast(name: str, helpful: int, not_helpful: int, version: int = 1) -> None:
    """So many votes, in the counters."""
    VotesItem(
        *keys.article_votes(name, version, "tr"), helpful=helpful, not_helpful=not_helpful
    ).save()


def test_a_new_version_begins_anew_and_the_old_ones_are_told_beside_it(
    world: World, editor: Staff
) -> None:
    form = the_form()
    say("no")
    both = {"tr": TEXT | {"body": "Her gün 10'da."}, "en": TEXT | {"title": "Opening hours"}}
    editor.put("/v1/articles/hours", {"texts": both})
    world.restart()
    say("yes")
    the_form("/faq/hours?lang=en").send("/faq/hours?lang=en", {"helped": "no"})
    say("no", form)  # of the version that was on the page
    seen = editor.get("/v1/articles/hours").json
    assert (seen["version"], seen["helpful"], seen["not_helpful"]) == (2, 1, 1)
    assert seen["helpful_share"] == {"value": 0.5, "low": 0.0945, "high": 0.9055}
    told = [
        (one["version"], one["language"], one["helpful"], one["not_helpful"])
        for one in seen["by_version"]
    ]
    assert told == [(2, "tr", 1, 0), (2, "en", 0, 1), (1, "tr", 0, 2)]
    versions = editor.get("/v1/articles/hours/versions").json["articles"]
    assert [(one["helpful"], one["not_helpful"]) for one in versions] == [(1, 1), (0, 2)]
    listed = editor.get("/v1/articles").json["articles"]
    assert [(one["helpful"], one["not_helpful"]) for one in listed] == [(1, 1)]


def test_days_are_the_brands_and_come_page_by_page(world: World, editor: Staff) -> None:
    world.now = world.now.replace(hour=20, minute=30)
    say("yes")
    world.now += timedelta(hours=1)  # half past midnight in Istanbul
    say("no")
    pages = editor.pages("/v1/articles/hours/votes", "votes", limit=1)
    days = [(one["day"], one["helpful"], one["not_helpful"]) for page in pages for one in page]
    assert days == [("2026-11-24", 0, 1), ("2026-11-23", 1, 0)]
    assert "next_cursor" in problem_of(editor.get("/v1/articles/hours/votes?cursor=x"), 400)
    assert editor.get("/v1/articles/none/votes").status == 404


def test_what_to_rewrite_first_is_first(world: World, editor: Staff) -> None:
    """What is surest to be of little help: not what has one "no" alone."""
    known = {"a": (90, 10), "b": (2, 20), "c": (0, 1), "d": (0, 0), "e": (200, 400)}
    for name, (helpful, not_helpful) in known.items():
        editor.put(f"/v1/articles/{name}", {"texts": {"tr": TEXT}})
        if helpful or not_helpful:
            cast(name, helpful, not_helpful)
    editor.delete("/v1/articles/hours")
    world.restart()
    with counted() as calls:
        pages = editor.pages("/v1/articles?sort=least_helpful", "articles", limit=2)
    order = [one["id"] for page in pages for one in page]
    assert order == ["b", "e", "c", "a", "d"]
    assert calls.count("BatchGetItem") <= 6
    assert "id or least_helpful" in problem_of(editor.get("/v1/articles?sort=best"), 400)


def test_no_more_than_the_latest_versions_are_told(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert world.wiring.table
    monkeypatch.setattr(article_votes, "MOST_VERSIONS", 1)
    articles.put(article(version=1), known=0)
    for version in range(8, 12):
        cast("hours", 1, 0, version)
    found = article_votes.by_version("hours")
    assert [one.version for one in found] == [11, 10]  # as many as one version has languages
    assert found[0] == VersionVotes(helpful=1, version=11, language="tr")


# --- a widget of the shop's own -------------------------------------------------------------------


def widget(said: dict[str, Any]) -> Answer:
    kind = {"Content-Type": "application/json", "Origin": "https://kahve.example"}
    return call("POST", "/faq.json", headers=kind, body=json.dumps(said).encode())


def test_a_widget_gets_a_ballot_with_the_answer_and_brings_the_word(
    world: World, editor: Staff
) -> None:
    asked = call("OPTIONS", "/faq.json", headers={"Origin": "https://kahve.example"})
    assert asked.status == 204
    assert asked.headers["access-control-allow-methods"] == "GET, POST"
    assert asked.headers["access-control-allow-headers"] == "Content-Type"
    one = get("/faq.json?article=hours&lang=en")
    assert one.headers["cache-control"] == "no-store"
    assert one.json["articles"][0]["language"] == "tr"
    word = {"article": "hours", "ballot": one.json["ballot"], "language": "en"}
    for _ in range(2):
        answer = widget(word | {"helped": False})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.json["contact"] == [
        {
            "channel": "email",
            "name": "E-mail",
            "url": "mailto:destek@kahve.example",
            "shown": "destek@kahve.example",
        }
    ]
    assert answer.json["message"] == "What you tell us helps us to write better answers."
    assert votes(editor) == (0, 1)


def test_what_a_widget_sends_wrongly_is_told_to_it(world: World, editor: Staff) -> None:
    ballot = get("/faq.json?article=hours").json["ballot"]
    for said, status in (
        ({"article": "other", "ballot": ballot, "helped": True}, 403),
        ({"article": "hours", "ballot": "x", "helped": True}, 403),
        ({"article": "hours", "ballot": ballot, "helped": "yes"}, 400),
        ({"article": "hours", "ballot": ballot}, 400),
        ({"article": "hours", "ballot": ballot, "helped": True, "language": "de"}, 400),
    ):
        answer = widget(said)
        assert problem_of(answer, status)
        assert answer.headers["access-control-allow-origin"] == "*"
    assert get("/faq.json?article=none").status == 404
    assert votes(editor) == (0, 0)
