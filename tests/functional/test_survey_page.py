"""The survey page: a click in the mail chooses, the button answers, everybody meets a kind word."""

import re
from datetime import timedelta
from email import message_from_bytes, policy
from html import unescape
from urllib.parse import quote

import msgspec
import pytest

from chalicelib.store import conversations, surveys
from tests.functional.test_surveys import ask
from tests.support.http_calls import call, staff
from tests.support.outreach import MAIL, furnish, plan
from tests.support.public_pages import assert_safe, events_of, forms, get, links, post
from tests.support.world import World

QUESTION = "Merhaba Ayşe, Kahve Dükkânı desteğinden ne kadar memnun kaldınız?"


def link(world: World, survey_id: str) -> str:
    return links().survey("cus_1", survey_id, world.now)


def test_following_the_link_records_nothing(world: World) -> None:
    furnish(world)
    url = link(world, ask(world))
    before = world.items("survey")
    answer = get(f"{url}?score=4")
    assert answer.status == 200
    assert_safe(answer)
    assert QUESTION in answer.text
    assert world.items("survey") == before
    (form,) = forms(answer.text)
    assert form.offered["score"] == ["1", "2", "3", "4", "5"]
    assert form.fields["score"] == "4"


@pytest.mark.parametrize("score", ["", "6", "0", "1e9", "５", "-1", " 4 x", "٤", "4" * 500, "<b>"])
def test_a_click_on_no_score_chooses_none(world: World, score: str) -> None:
    furnish(world)
    answer = get(f"{link(world, ask(world))}?score={quote(score)}")
    assert answer.status == 200
    assert "score" not in forms(answer.text)[0].fields
    assert_safe(answer)


def test_the_button_answers_and_thanks(world: World) -> None:
    furnish(world)
    survey_id = ask(world)
    url = link(world, survey_id)
    (form,) = forms(get(f"{url}?score=4").text)
    answer = form.send(url, {"comment": "Çabuk oldu.\r\nTeşekkürler!"})
    assert answer.status == 200
    assert_safe(answer)
    assert "geri bildiriminiz bize ulaştı" in answer.text
    kept = surveys.get(survey_id)
    assert (kept.score, kept.comment) == (4, "Çabuk oldu.\nTeşekkürler!")
    assert (kept.channel, kept.answered_at) == ("page", world.now)
    (told,) = events_of(world, "SurveyAnswered")
    assert (told["score"], told["channel"]) == (4, "page")


def test_a_low_score_opens_the_case_again_and_says_so(world: World) -> None:
    furnish(world)
    survey_id = ask(world)
    answer = post(link(world, survey_id), {"score": "1"})
    assert "Konunuzu yeniden açtık" in answer.text
    world.settle()
    case = conversations.get("cnv_1")
    assert (case.status, case.priority) == ("open", "high")
    # Thanked on the page: no message besides.
    assert world.items("notification") == []


def test_sent_twice_it_is_one_answer(world: World) -> None:
    furnish(world)
    survey_id = ask(world)
    for _ in range(3):
        post(link(world, survey_id), {"score": "5"})
    assert surveys.get(survey_id).version == 2
    assert len(events_of(world, "SurveyAnswered")) == 1


def test_an_answer_can_be_changed_on_the_page(world: World) -> None:
    furnish(world)
    survey_id = ask(world)
    url = link(world, survey_id)
    post(url, {"score": "2", "comment": "\nOlmadı </textarea><b>"})
    world.now += timedelta(minutes=5)
    again = get(url)
    assert_safe(again)
    assert "daha önce yanıtladınız" in again.text
    (form,) = forms(again.text)
    assert form.fields == {"score": "2", "comment": "Olmadı </textarea><b>"}
    form.send(url, {"score": "5"})
    kept = surveys.get(survey_id)
    assert (kept.score, kept.comment) == (5, "Olmadı </textarea><b>")


def test_without_a_score_the_page_comes_back_with_what_was_written(world: World) -> None:
    furnish(world)
    survey_id = ask(world)
    for score in ("", "9", "５", "1e9", "4.0", "true"):
        answer = post(link(world, survey_id), {"score": score, "comment": "Şöyle ki"})
        assert answer.status == 400
        assert "Lütfen 1 ile 5 arasında bir puan seçin." in answer.text
        assert forms(answer.text)[0].fields["comment"] == "Şöyle ki"
        assert_safe(answer)
    assert surveys.get(survey_id).score is None


def test_a_comment_that_is_too_long_comes_back_whole(world: World) -> None:
    furnish(world)
    survey_id = ask(world)
    url = link(world, survey_id)
    answer = post(url, {"score": "3", "comment": "ş" * 2001})
    assert answer.status == 400
    assert "Yazınız 2001 karakter" in answer.text
    assert forms(answer.text)[0].fields == {"score": "3", "comment": "ş" * 2001}
    # Browsers count a line's end as one character and send two.
    assert post(url, {"score": "3", "comment": "a\r\n" * 1000}).status == 200
    assert post(url, {"score": "3", "comment": "ş" * 60_000}).status == 413


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", b"&".join(b"f%d=1" % n for n in range(10_000))),
        ("application/x-www-form-urlencoded; charset=utf-16", "score=5".encode("utf-16")),
        ("application/json", b'{"score": 5}'),
        ("multipart/form-data; boundary=x", b"--x--"),
        ("", b"\xff\x00"),
    ],
)
def test_other_bodies_ask_for_a_score(world: World, kind: str, body: bytes) -> None:
    furnish(world)
    survey_id = ask(world)
    answer = call("POST", link(world, survey_id), headers={"Content-Type": kind}, body=body)
    assert answer.status == 400
    assert "bir puan seçin" in answer.text
    assert surveys.get(survey_id).score is None


def test_a_comment_in_another_charset_is_kept_as_far_as_it_can_be_read(world: World) -> None:
    furnish(world)
    survey_id = ask(world)
    body = b"score=3&comment=G%FCzel+de%F0il"
    kind = {"Content-Type": "application/x-www-form-urlencoded; charset=iso-8859-9"}
    assert call("POST", link(world, survey_id), headers=kind, body=body).status == 200
    assert surveys.get(survey_id).comment == "G\ufffdzel de\ufffdil"


def test_nps_is_asked_from_nought_to_ten(world: World) -> None:
    furnish(world)
    survey_id = ask(world, kind="nps")
    url = link(world, survey_id)
    (form,) = forms(get(f"{url}?score=10").text)
    assert form.offered["score"] == [str(number) for number in range(11)]
    assert "görüşünüz bize ulaştı" in form.send(url).text
    assert "görüşünüz bize ulaştı" in post(url, {"score": "0"}).text
    book = msgspec.structs.replace(world.wiring.playbook, nps=None)
    world.restart(playbook_override=book)
    # The brand has given it up since; who was asked may answer.
    assert get(url).status == 200
    assert post(url, {"score": "7"}).status == 200


def test_a_late_answer_counts_as_long_as_the_link_holds(world: World) -> None:
    furnish(world)
    survey_id = ask(world)
    url = link(world, survey_id)
    world.now += timedelta(days=179)
    assert post(url, {"score": "4"}).status == 200
    world.now += timedelta(days=2)
    assert post(url, {"score": "5"}).status == 403
    assert surveys.get(survey_id).score == 4


def test_the_whole_way_from_a_solved_case_to_the_thanks(world: World) -> None:
    furnish(world, channel="email", contacts=(MAIL,))
    case = conversations.get("cnv_1")
    conversations.item(msgspec.structs.replace(case, status="open", resolutions=0)).save()
    staff(world).post("/v1/conversations/cnv_1/resolve")
    world.settle()
    world.advance(timedelta(hours=1, minutes=1))
    (mail,) = world.mails()
    body = message_from_bytes(mail, policy=policy.default).get_body(("html",))
    html = body.get_content() if body else ""
    (found,) = set(re.findall(r'href="https://api.kahve.example(/s/[^"]+score=2)"', html))
    (form,) = forms(get(unescape(found)).text)
    answer = form.send(unescape(found).partition("?")[0], {"comment": "Uzun sürdü."})
    assert "Konunuzu yeniden açtık" in answer.text
    world.settle()
    assert conversations.get("cnv_1").priority == "high"
    (kept,) = staff(world).get("/v1/surveys").json["surveys"]
    assert (kept["score"], kept["comment"], kept["channel"]) == (2, "Uzun sürdü.", "page")


def test_the_page_may_be_faster_than_the_record_of_the_mail(world: World) -> None:
    furnish(world)
    note = plan(world, "satisfaction", key="satisfaction:cnv_1:1")
    url = link(world, note.id)
    assert get(f"{url}?score=3").status == 200
    assert world.items("survey") == []
    assert post(url, {"score": "3"}).status == 200
    assert surveys.get(note.id).score == 3


def test_a_link_that_is_not_good_tells_nothing(world: World) -> None:
    furnish(world)
    survey_id = ask(world)
    greeting = plan(world, "greeting", key="hello")
    bad = (
        "/s/x",
        link(world, survey_id)[:-2] + "AA",
        links("another").survey("cus_1", survey_id, world.now),
        links().review("cus_1", survey_id, world.now).replace("/r/", "/s/"),
        links().survey("cus_1", "ntf_none", world.now),
        links().survey("cus_1", greeting.id, world.now),
        links().survey("cus_gone", survey_id, world.now),
    )
    for url in bad:
        for answer in (get(url), post(url, {"score": "1"})):
            assert answer.status == 403, url
            assert "Bu bağlantı artık geçerli değil" in answer.text
            assert "Ayşe" not in answer.text
            assert_safe(answer)
    assert surveys.get(survey_id).score is None


def test_the_brands_words_and_the_customers_name_are_escaped(world: World) -> None:
    furnish(world, name="<script>x</script>", locale="en")
    answer = get(link(world, ask(world)))
    assert_safe(answer)
    assert '<html lang="en">' in answer.text
    assert "Hello &lt;script&gt;" in answer.text
