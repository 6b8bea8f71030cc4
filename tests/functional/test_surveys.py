"""Answers to surveys: kept once, whichever way they come, and followed by what they ask for."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.errors import Contention, InvalidRequest, NotFound
from chalicelib.outreach.plan import notification_id
from chalicelib.store import conversations, customers, notifications, surveys
from chalicelib.store.outreach_records import Survey
from chalicelib.store.table import Transaction
from tests.support.aws_calls import Killed, killed_at
from tests.support.http_calls import problem_of, staff
from tests.support.outreach import ORDER_KEY, furnish, keep_order, plan
from tests.support.world import START, World
from tests.support.world import world as fresh_world


def ask(world: World, name: str = "svy", kind: str = "satisfaction", **more: Any) -> str:
    """Keep a question that was asked about the furnished case; returns its id."""
    about = {"conversation_id": "cnv_1", "resolution": 1} if kind == "satisfaction" else {}
    survey = Survey(
        id=f"ntf_{name}",
        kind=kind,
        asked_at=world.now,
        until=world.now + timedelta(days=7),
        channel="chat",
        **{"customer_id": "cus_1", **about, **more},
    )
    transaction = Transaction()
    surveys.put_asked(transaction, survey)
    transaction.commit()
    return survey.id


def answer(world: World, survey_id: str, score: int, **more: Any) -> Survey:
    given: dict[str, Any] = {"at": world.now, "channel": "chat", **more}
    return world.wiring.surveys.answer(survey_id, score=score, **given)


def answered_events(world: World) -> list[dict[str, Any]]:
    return [e["detail"] for e in world.events() if e["detail-type"] == "SurveyAnswered"]


def lines(world: World, kind: str) -> list[dict[str, Any]]:
    return [entry for entry in world.items("entry") if entry["kind"] == kind]


def with_playbook(world: World, **satisfaction: Any) -> None:
    book = world.wiring.playbook
    section = msgspec.structs.replace(book.satisfaction, **satisfaction)
    world.restart(playbook_override=msgspec.structs.replace(book, satisfaction=section))


# --- keeping ------------------------------------------------------------------------------------


def test_an_answer_is_kept_and_told_once_however_often_it_comes(world: World) -> None:
    furnish(world)
    survey_id = ask(world)
    kept = [answer(world, survey_id, 4, comment=" Hızlıydı. ") for _ in range(3)]
    assert kept[0] == kept[1] == kept[2]
    assert (kept[0].score, kept[0].comment, kept[0].answered_at) == (4, "Hızlıydı.", world.now)
    told = answered_events(world)
    assert len({detail["metadata"]["id"] for detail in told}) == 1
    assert told[0]["data"]["score"] == 4
    assert "comment" not in told[0]["data"]


def test_the_last_answer_counts_and_an_older_one_that_comes_later_does_not(world: World) -> None:
    furnish(world)
    survey_id = ask(world)
    answer(world, survey_id, 2)
    later = answer(world, survey_id, 5, at=world.now + timedelta(minutes=1), channel="page")
    late = answer(world, survey_id, 1, at=world.now + timedelta(seconds=30))
    assert late == later
    assert (late.score, late.channel) == (5, "page")


@pytest.mark.parametrize(("kind", "wrong"), [("satisfaction", (0, 6, -1)), ("nps", (-1, 11))])
def test_a_score_off_the_scale_is_refused(world: World, kind: str, wrong: tuple[int]) -> None:
    furnish(world)
    survey_id = ask(world, kind=kind)
    for score in wrong:
        with pytest.raises(InvalidRequest, match=r"from [01] to (5|10)"):
            answer(world, survey_id, score)
    assert surveys.get(survey_id).score is None


def test_an_answer_to_no_question_is_refused(world: World) -> None:
    furnish(world)
    greeting = plan(world, "greeting", key="hello")
    for unknown in ("ntf_none", greeting.id):
        with pytest.raises(NotFound, match="named after the notification"):
            answer(world, unknown, 5)


def test_an_answer_that_overtakes_the_record_of_its_question_is_kept(world: World) -> None:
    furnish(world)
    note = plan(world, "satisfaction", key="satisfaction:cnv_1:1")
    kept = [answer(world, note.id, 2, channel="telegram") for _ in range(2)]
    assert kept[0] == kept[1]
    assert (kept[0].score, kept[0].conversation_id, kept[0].resolution) == (2, "cnv_1", 1)
    assert kept[0].until - kept[0].asked_at == world.wiring.playbook.satisfaction.answer_within


def test_a_question_recorded_at_the_same_moment_as_its_answer_is_kept_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    furnish(world)
    note = plan(world, "satisfaction", key="satisfaction:cnv_1:1")
    real = surveys.find

    def not_yet(survey_id: str) -> None:
        monkeypatch.setattr(surveys, "find", real)
        ask(world, survey_id.removeprefix("ntf_"))

    monkeypatch.setattr(surveys, "find", not_yet)
    assert answer(world, note.id, 4).score == 4
    assert len(world.items("survey")) == 1


def test_a_huge_comment_is_cut_and_the_answer_kept(world: World) -> None:
    furnish(world)
    kept = answer(world, ask(world), 3, comment="ş" * 100_000)
    assert kept.comment == "ş" * 2000


def test_of_two_answers_at_once_none_is_lost_and_the_later_counts(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    furnish(world)
    survey_id = ask(world)
    real, others = surveys.answer, [4, 3]

    def meanwhile(survey: Survey, **what: Any) -> Survey:
        if others:
            score, at = others.pop(), world.now - timedelta(seconds=len(others) + 1)
            current = surveys.get(survey_id)
            real(current, score=score, at=at, comment=None, channel="page")
        return real(survey, **what)

    monkeypatch.setattr(surveys, "answer", meanwhile)
    assert answer(world, survey_id, 5).score == 5
    assert len(world.pauses) == 2


def test_who_keeps_being_overtaken_is_asked_to_come_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    furnish(world)
    survey_id = ask(world)

    def refuse(*_: Any, **__: Any) -> Survey:
        raise Contention("changed")

    monkeypatch.setattr(surveys, "answer", refuse)
    with pytest.raises(Contention, match="repeat the call"):
        answer(world, survey_id, 5)


moments = st.integers(0, 5).map(lambda n: START + timedelta(milliseconds=n))
answers = st.tuples(
    st.integers(1, 5), moments, st.sampled_from([None, "İyi", "Kötü"]), st.sampled_from("xy")
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(given=st.lists(answers, min_size=1, max_size=4), data=st.data())
def test_any_order_and_any_repeats_end_in_the_same_survey(given: Any, data: Any) -> None:
    others = data.draw(st.permutations(given + data.draw(st.lists(st.sampled_from(given)))))
    with fresh_world() as world:
        furnish(world)
        ends = []
        for name, series in (("one", given), ("two", others)):
            survey_id = ask(world, name)
            for score, at, comment, channel in series:
                answer(world, survey_id, score, at=at, comment=comment, channel=channel)
            end = surveys.get(survey_id)
            ends.append((end.score, end.answered_at, end.comment, end.channel))
        assert ends[0] == ends[1]
        assert ends[0][1] == max(at for _, at, _, _ in given)


# --- what follows -------------------------------------------------------------------------------


def test_who_was_not_helped_has_their_case_open_again_and_urgent(world: World) -> None:
    furnish(world)
    survey_id = ask(world)
    answer(world, survey_id, 1, comment="Kargom gelmedi.")
    world.settle()

    case = staff(world).get("/v1/conversations/cnv_1").json
    assert (case["status"], case["priority"]) == ("open", "high")
    assert customers.get("cus_1").open_conversation_id == "cnv_1"
    (line,) = lines(world, "survey")
    assert line["text"] == "Kargom gelmedi."
    assert '"score":1' in line["details"]
    (told,) = [e for e in world.events() if e["detail-type"] == "ConversationReopened"]
    assert told["detail"]["data"]["reopened_by"] == "survey"
    # In the chat, there is an answer.
    (said,) = [post for _, _, post in world.platforms.posts]
    assert "Konunuzu yeniden açtık" in str(said)
    assert "Ayşe" in str(said)


def test_the_team_is_told_where_the_playbook_says(world: World) -> None:
    furnish(world)
    with_playbook(world, team_mail="Ekip <ekip@kahve.example>")
    survey_id = ask(world)
    answer(world, survey_id, 2, comment="Bekletildim {name}", channel="page")
    answer(world, survey_id, 2, comment="Bekletildim {name}", channel="page")
    world.settle()
    (mail,) = [n for n in world.items("notification") if n["kind"] == "team"]
    assert mail["key"] == f"team:{survey_id}"
    assert (mail["purpose"], mail["address"]) == ("service", "ekip@kahve.example")
    assert "5 üzerinden 2" in mail["text"]
    assert "Bekletildim {name}" in mail["text"]
    assert "cnv_1" in mail["text"]
    # The page has thanked already.
    assert world.platforms.posts == []


@pytest.mark.parametrize("score", [3, 4])
def test_a_middling_answer_is_thanked_for_and_no_more(world: World, score: int) -> None:
    furnish(world)
    answer(world, ask(world), score)
    world.settle()
    assert conversations.get("cnv_1").status == "resolved"
    assert [n["kind"] for n in world.items("notification")] == ["survey_thanks"]
    assert "geri bildiriminiz bize ulaştı" in str(world.platforms.posts)


def test_a_customer_who_has_another_case_open_by_now_has_that_one_urgent(world: World) -> None:
    furnish(world)
    other = msgspec.structs.replace(
        conversations.get("cnv_1"), id="cnv_2", status="open", resolutions=0
    )
    conversations.item(other).save()
    customers.change(customers.get("cus_1"), open_conversation_id="cnv_2")
    answer(world, ask(world), 1)
    world.settle()
    assert conversations.get("cnv_1").status == "resolved"
    assert conversations.get("cnv_2").priority == "high"
    answer(world, "ntf_svy", 1)
    world.wiring.cases.resolve("cnv_2", "Support desk")
    world.settle()
    # The repeat hurries nobody again, nor opens the other.
    assert {conversations.get(one).status for one in ("cnv_1", "cnv_2")} == {"resolved"}
    assert conversations.get("cnv_2").priority is None


def test_a_case_that_changes_at_the_same_moment_is_looked_at_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The customer wrote just when their case was being opened again: the new one is urgent."""
    furnish(world)
    real = conversations.reopen

    def meanwhile(*what: Any, **more: Any) -> None:
        monkeypatch.setattr(conversations, "reopen", real)
        old = conversations.get("cnv_1")
        other = msgspec.structs.replace(old, id="cnv_2", status="open", resolutions=0)
        conversations.item(other).save()
        customers.change(customers.get("cus_1"), open_conversation_id="cnv_2")
        real(*what, **more)

    monkeypatch.setattr(conversations, "reopen", meanwhile)
    answer(world, ask(world), 1)
    world.settle()
    assert conversations.get("cnv_1").status == "resolved"
    assert conversations.get("cnv_2").priority == "high"


def test_a_case_ended_once_more_since_is_left_alone(world: World) -> None:
    furnish(world)
    survey_id = ask(world)
    answer(world, survey_id, 1)
    world.settle()
    world.wiring.cases.resolve("cnv_1", "Support desk")
    answer(world, survey_id, 1)
    answer(world, survey_id, 2, at=world.now + timedelta(minutes=1))
    world.settle()
    case = conversations.get("cnv_1")
    assert (case.status, case.resolutions, case.priority) == ("resolved", 2, None)


def test_an_answer_changed_meanwhile_is_left_to_what_it_was_changed_to(world: World) -> None:
    furnish(world)
    survey_id = ask(world)
    answer(world, survey_id, 1)
    answer(world, survey_id, 5, at=world.now + timedelta(seconds=5))
    world.settle()
    assert conversations.get("cnv_1").status == "resolved"
    assert len(lines(world, "survey")) == 1


def test_a_case_or_customer_that_is_gone_stops_nothing(world: World) -> None:
    furnish(world)
    answer(world, ask(world, conversation_id="cnv_gone"), 1)
    answer(world, ask(world, "other", customer_id="cus_gone"), 1)
    world.settle()
    assert world.waiting("reactions") == 0


def test_a_very_good_answer_asks_for_a_review_once(world: World) -> None:
    furnish(world)
    answer(world, ask(world), 5)
    world.settle()
    (note,) = [n for n in world.items("notification") if n["kind"] == "review_reminder"]
    assert note["key"] == f"review:{ORDER_KEY}:1"
    assert note["order_key"] == ORDER_KEY
    assert datetime.fromisoformat(note["due_at"]) == world.now + timedelta(days=1)


@pytest.mark.parametrize(
    "order",
    [
        {"deliveries": {"f1": START - timedelta(days=61)}},
        {"deliveries": {}},
        {"reviewed_at": START},
        {"cancelled_at": START},
        {"fully_refunded_at": START},
    ],
)
def test_what_is_no_order_to_review_is_not_asked_about(world: World, order: Any) -> None:
    furnish(world)
    keep_order(world, **order)
    answer(world, ask(world), 5)
    world.settle()
    assert "review_reminder" not in {n["kind"] for n in world.items("notification")}


def test_nps_opens_no_case_and_asks_for_no_review(world: World) -> None:
    furnish(world)
    for name, score in (("a", 0), ("b", 10)):
        answer(world, ask(world, name, kind="nps"), score)
    world.settle()
    assert conversations.get("cnv_1").status == "resolved"
    assert {n["kind"] for n in world.items("notification")} == {"survey_thanks"}
    assert "görüşünüz bize ulaştı" in str(world.platforms.posts)


def test_a_worker_killed_at_any_call_reopens_one_case_and_tells_it(world: World) -> None:
    furnish(world)
    with_playbook(world, team_mail="ekip@kahve.example")
    survey_id = ask(world)
    answer(world, survey_id, 1, comment="Olmadı.")
    for number in range(60):
        records = world.take("reactions")
        ended = False
        try:
            with killed_at(number, answered=number % 2 == 0):
                world.invoke("react", records)
                ended = True
        except Killed:
            world.restart()
            with_playbook(world, team_mail="ekip@kahve.example")
        world.reappear("reactions", records)
        if ended:
            break
    assert ended
    world.settle()
    case = conversations.get("cnv_1")
    assert (case.status, case.priority, case.resolutions) == ("open", "high", 1)
    assert len(lines(world, "survey")) == 1
    kinds = sorted(n["kind"] for n in world.items("notification"))
    assert kinds == ["survey_thanks", "team"]
    told = [e for e in world.events() if e["detail-type"] == "ConversationReopened"]
    assert len({e["detail"]["metadata"]["id"] for e in told}) == 1


# --- who is asked -------------------------------------------------------------------------------


def open_case(world: World) -> str:
    case = conversations.get("cnv_1")
    conversations.item(msgspec.structs.replace(case, status="open", resolutions=0)).save()
    return case.id


@pytest.mark.parametrize("reason", ["spam", "auto_closed", "duplicate"])
def test_nobody_is_asked_about_what_was_not_solved(world: World, reason: str) -> None:
    furnish(world)
    case = open_case(world)
    someone = staff(world)
    answer_ = someone.post(f"/v1/conversations/{case}/resolve", {"reason": reason})
    assert answer_.json["resolved_reason"] == reason
    # A repeat with another reason changes nothing that is kept, nor what is told.
    someone.post(f"/v1/conversations/{case}/resolve", {"reason": "solved"})
    world.settle()
    assert world.items("notification") == []


@pytest.mark.parametrize("body", [None, {}, {"reason": "solved"}, b""])
def test_who_was_helped_is_asked(world: World, body: Any) -> None:
    furnish(world)
    case = open_case(world)
    assert staff(world).post(f"/v1/conversations/{case}/resolve", body).status == 200
    world.settle()
    assert list(world.outcomes()) == ["satisfaction:cnv_1:1"]


def test_an_unknown_reason_is_refused(world: World) -> None:
    furnish(world)
    answer_ = staff(world).post("/v1/conversations/cnv_1/resolve", {"reason": "bored"})
    assert "reason" in problem_of(answer_, 400)


def test_nps_is_asked_some_time_after_a_delivery(world: World) -> None:
    from chalicelib import events
    from tests.functional.test_reactions import put_event

    furnish(world)
    put_event(
        world,
        events.OrderDelivered(order_key=ORDER_KEY, customer_id="cus_1", at=world.now),
        times=2,
    )
    world.settle()
    note = notifications.get(notification_id(f"nps:{ORDER_KEY}"))
    nps = world.wiring.playbook.nps
    assert nps is not None
    assert (note.purpose, note.due_at) == ("survey", world.now + nps.delay)
    book = msgspec.structs.replace(world.wiring.playbook, nps=None)
    world.restart(playbook_override=book)
    put_event(world, events.OrderDelivered(order_key="s:x:2", customer_id="cus_1", at=world.now))
    world.settle()
    assert "nps:s:x:2" not in world.outcomes()


# --- what staff see -----------------------------------------------------------------------------


def test_staff_read_the_answers_of_a_month(world: World) -> None:
    furnish(world)
    ids = [ask(world, str(number)) for number in range(5)]
    for number, survey_id in enumerate(ids):
        answer(world, survey_id, 4, at=world.now + timedelta(minutes=number), comment=str(number))
    answer(world, ask(world, "nps", kind="nps"), 9)
    someone = staff(world, "reports:read")
    pages = someone.pages("/v1/surveys?kind=satisfaction&month=2026-11", "surveys", limit=2)
    assert [one["id"] for page in pages for one in page] == ids[::-1]
    assert [one["score"] for one in someone.get("/v1/surveys?kind=nps").json["surveys"]] == [9]
    assert someone.get("/v1/surveys?month=2026-10").json["surveys"] == []
    assert someone.get(f"/v1/surveys/{ids[0]}").json["comment"] == "0"
    assert problem_of(someone.get("/v1/surveys/none"), 404)


@pytest.mark.parametrize("query", ["kind=stars", "month=11-2026", "month=2026-13", "month=２０-11"])
def test_a_question_that_makes_no_sense_is_refused(world: World, query: str) -> None:
    from urllib.parse import quote

    assert problem_of(staff(world).get(f"/v1/surveys?{quote(query, safe='=')}"), 400)


def test_surveys_need_their_scope(world: World) -> None:
    assert problem_of(staff(world, "customers:read").get("/v1/surveys"), 403)
