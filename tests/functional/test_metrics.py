"""Figures as staff see them: counted on a real table, told with what they mean, down to the
conversations."""

import csv
import io
import json
from datetime import date, timedelta
from random import Random
from typing import Any

import msgspec
import pytest

from chalicelib import events
from chalicelib.events import EVENTS, Event, event
from chalicelib.metrics.definitions import FIGURES
from chalicelib.metrics.keep import Counting
from chalicelib.metrics.report import Totals, figures
from chalicelib.metrics.tally import Calendar, days_between
from chalicelib.store import customers, kpi_counters
from chalicelib.store.records import Customer
from tests.support.aws_calls import Killed, counted, killed_at
from tests.support.figures import BEGIN, HOURS, made, recount, told
from tests.support.http_calls import Answer, deliver, staff
from tests.support.webhook_calls import whatsapp_message
from tests.support.world import World

ALL = days_between(BEGIN.date(), BEGIN.date() + timedelta(days=80))


def counting(world: World) -> Counting:
    assert world.wiring.table
    return Counting(calendar=Calendar(hours=HOURS), clock=lambda: world.now)


def count(counting: Counting, one: Event) -> None:
    data = msgspec.convert(one.data, EVENTS[one.type], strict=False)
    counting.count(one.id, one.occurred_at, data)


def message(number: int, world: World, **more: Any) -> Event:
    given: dict[str, Any] = {
        "message_key": f"m{number}",
        "customer_id": "cus_1",
        "conversation_id": "cnv_1",
        "channel": "whatsapp",
        "at": world.now,
    }
    data = events.MessageReceived(**(given | more))
    return event(data, data.message_key, at=data.at)


def figure(answer: Answer, name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in answer.json["figures"] if one["name"] == name)
    return found


@pytest.mark.no_cover  # thousands of events through the same lines
@pytest.mark.parametrize("seed", range(4))
def test_figures_on_the_table_equal_a_recount(world: World, seed: int) -> None:
    random = Random(seed)
    history, on_table = made(random), counting(world)
    for number in range(5):
        newcomer = Customer(id=f"cus_{number}", created_at=BEGIN)
        customers.link(newcomer, contacts=(), links=())
    merged = [("merge", pair) for pair in history.pairs] + [("part", p) for p in history.parted]
    line: list[Any] = [*told(history), *told(history)]
    random.shuffle(line)
    at = len(line) // 2
    for one in [*line[:at], *merged, *line[at:]]:
        if isinstance(one, Event):
            count(on_table, one)
            continue
        what, (lead, other) = one
        getattr(world.wiring.merging, what)(lead, other, "Ege")
        kind = events.CustomersMerged if what == "merge" else events.CustomersParted
        data = kind(customer_id=lead, other_id=other, by="Ege")
        count(on_table, event(data, lead, other, at=BEGIN))
    found = figures(Totals(kpi_counters.read(ALL).values(), "c:"))
    expected = recount(history, ALL)
    for name, definition in FIGURES.items():
        if definition.kind == "count":
            assert found[name].count == expected.numbers[name], name
        if definition.kind == "share":
            assert found[name].part == expected.numbers[name], name
            assert found[name].count == expected.numbers[f"{name}/of"], name
        if definition.lists:
            rows = [
                place
                for day in ALL
                for place in kpi_counters.listed(
                    f"KPI#{name}#{day}", channel=None, after=None, limit=100
                )[0]
            ]
            assert len(rows) == found[name].count, name


def test_a_customer_who_writes_is_in_the_figures_of_that_hour(world: World) -> None:
    for number in range(3):
        deliver("whatsapp", whatsapp_message(f"wamid.{number}", world.now), world.now)
    world.settle()
    answer = staff(world).get("/v1/metrics")
    assert figure(answer, "messages_in")["value"] == 3
    assert figure(answer, "opened")["value"] == 1
    assert answer.json["channels"] == ["whatsapp"]
    # 13 o'clock in Istanbul, on a Monday.
    assert answer.json["hours"][0]["messages_in"][13] == 3
    assert answer.json["heat_map"]["messages_in"][0][13] == 3
    assert sum(map(sum, answer.json["heat_map"]["messages_in"])) == 3


def test_a_case_solved_at_once_was_solved_at_first_contact_until_its_customer_returns(
    world: World,
) -> None:
    deliver("whatsapp", whatsapp_message("wamid.in.1", world.now), world.now)
    world.settle()
    someone = staff(world)
    case = someone.get("/v1/conversations").json["conversations"][0]["id"]
    world.now += timedelta(hours=1)
    someone.post(f"/v1/conversations/{case}/resolve", {})
    world.settle()
    answer = someone.get("/v1/metrics")
    assert figure(answer, "fcr")["value"] == 1
    assert figure(answer, "resolution_time")["value"] == pytest.approx(3600, rel=0.05)
    world.now += timedelta(days=6)
    deliver("whatsapp", whatsapp_message("wamid.in.2", world.now), world.now)
    world.settle()
    fcr = figure(someone.get("/v1/metrics"), "fcr")
    assert (fcr["value"], fcr["part"], fcr["count"]) == (0, 0, 1)
    (row,) = someone.get(fcr["conversations"]).json["conversations"]
    assert (row["conversation_id"], row["value"]) == (case, "came_back")


def test_every_figure_says_what_it_means_in_both_languages(world: World) -> None:
    answer = staff(world).get("/v1/metrics")
    assert [one["name"] for one in answer.json["figures"]] == list(FIGURES)
    for one in [*answer.json["figures"], answer.json["stated_and_behaved"]]:
        definition = one["definition"]
        assert definition["title"]["tr"] != definition["title"]["en"]
        assert definition["meaning"]["tr"]
        assert definition["meaning"]["en"]
        assert definition["formula"]
        assert definition["source"]


def test_a_report_of_thirty_days_is_three_requests_however_many_messages(world: World) -> None:
    on_table, someone = counting(world), staff(world)
    someone.get("/v1/metrics")
    seen = []
    for upto in (1, 1000):
        for number in range(upto):
            at = world.now - timedelta(minutes=40 * number)
            one = message(number, world, at=at, conversation_id=f"cnv_{number % 50}")
            count(on_table, one)
        with counted() as calls:
            answer = someone.get("/v1/metrics")
        assert figure(answer, "messages_in")["value"] == upto
        seen.append(calls)
    assert seen[0] == seen[1] == ["BatchGetItem"] * 3


def test_a_message_that_comes_again_counts_once_wherever_the_worker_dies(world: World) -> None:
    on_table, ended, number = counting(world), False, 0
    for number in range(10):
        try:
            with killed_at(number, answered=bool(number % 2)):
                count(on_table, message(number, world))
                ended = True
        except Killed:
            on_table = counting(world)
        count(on_table, message(number, world))
        if ended:
            break
    assert ended
    answer = staff(world).get("/v1/metrics")
    assert figure(answer, "messages_in")["value"] == number + 1


def test_a_channel_or_a_category_can_be_asked_for_alone(world: World) -> None:
    on_table, someone = counting(world), staff(world)
    for number, channel in enumerate(("whatsapp", "email")):
        opened = events.ConversationOpened(
            conversation_id=f"cnv_{number}", customer_id="c", opened_by="customer", channel=channel
        )
        count(on_table, event(opened, f"cnv_{number}", at=world.now))
        count(on_table, message(number, world, channel=channel))
    labelled = events.ConversationLabelled(
        conversation_id="cnv_1", customer_id="c", at=world.now, by="Ege", category="iade & para"
    )
    count(on_table, event(labelled, "cnv_1", at=world.now))
    mail = someone.get("/v1/metrics?channel=email")
    assert figure(mail, "messages_in")["value"] == figure(mail, "opened")["value"] == 1
    refunds = someone.get("/v1/metrics?category=iade%20%26%20para")
    assert figure(refunds, "opened")["value"] == 1
    assert "value" not in figure(refunds, "messages_in")
    none = someone.get("/v1/metrics?category=none")
    assert figure(none, "opened")["value"] == 1
    both = someone.get("/v1/metrics?category=a&channel=b")
    assert (both.status, both.is_problem) == (400, True)
    assert "one of both" in both.json["detail"]


def test_the_list_behind_a_figure_is_read_page_by_page(world: World) -> None:
    on_table, someone = counting(world), staff(world)
    for number in range(7):
        at = world.now - timedelta(days=number % 3)
        channel = ("email", "whatsapp")[number % 2]
        count(
            on_table, message(number, world, at=at, channel=channel, conversation_id=f"v{number}")
        )
    for query, wanted in (("", 7), ("&channel=email", 4), ("&channel=ema", 0)):
        path, seen = f"/v1/metrics/messages_in/conversations?limit=2{query}", []
        cursor = ""
        for _ in range(20):
            page = someone.get(path + cursor).json
            assert len(page["conversations"]) <= 2
            seen += [one["conversation_id"] for one in page["conversations"]]
            if not page.get("next_cursor"):
                break
            cursor = f"&cursor={page['next_cursor'].replace('#', '%23').replace('|', '%7C')}"
        assert len(seen) == len(set(seen)) == wanted, query


def test_figures_go_out_as_a_table_that_no_spreadsheet_runs(world: World) -> None:
    on_table, someone = counting(world), staff(world)
    for number, channel in enumerate(("whatsapp", "=HYPERLINK(1)", "whatsapp")):
        count(on_table, message(number, world, channel=channel))
    answer = someone.get("/v1/metrics.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(answer.text[1:]), delimiter=";"))
    told_of = {row["channel"]: row["messages_in"] for row in rows}
    assert told_of == {"whatsapp": "2", "'=HYPERLINK(1)": "1"}
    assert {row["date"] for row in rows} == {"2026-11-23"}
    only = someone.get("/v1/metrics.csv?channel=whatsapp").text
    assert len(only.strip().splitlines()) == 2


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/v1/metrics?from=gestern", "from must be a day"),
        ("/v1/metrics?to=20261123", "to must be a day"),
        ("/v1/metrics?from=2026-11-02&to=2026-11-01", "from must be a day before to"),
        ("/v1/metrics?from=2026-01-01&to=2026-11-01", "at most 92 days"),
        ("/v1/metrics.csv?from=0001-01-01", "from must be a day"),
        ("/v1/metrics/opened/conversations?cursor=x", "cursor must be"),
    ],
)
def test_what_cannot_be_asked_for_is_refused_with_the_reason(
    world: World, path: str, says: str
) -> None:
    answer = staff(world).get(path)
    assert (answer.status, answer.is_problem) == (400, True)
    assert says in answer.json["detail"]


def test_a_figure_that_does_not_exist_names_those_that_do(world: World) -> None:
    answer = staff(world).get("/v1/metrics/happiness/conversations")
    assert answer.status == 404
    assert "first_response_human" in answer.json["detail"]


def test_days_are_the_brands_and_not_those_of_greenwich(world: World) -> None:
    late = world.now.replace(hour=22, minute=30)
    count(counting(world), message(1, world, at=late))
    found = kpi_counters.read(["2026-11-23", "2026-11-24"])
    assert [sum(found[day].values()) for day in found] == [0, 1]
    assert date.fromisoformat("2026-11-24").weekday() == 1
    assert json.dumps(found["2026-11-24"]) == json.dumps({"in|c:whatsapp|01": 1})


def test_an_answer_by_staff_is_timed_from_the_question(world: World) -> None:
    deliver("whatsapp", whatsapp_message("wamid.in.1", world.now), world.now)
    world.settle()
    someone = staff(world)
    case = someone.get("/v1/conversations").json["conversations"][0]["id"]
    world.now += timedelta(minutes=30)
    someone.post(f"/v1/conversations/{case}/messages", {"text": "Merhaba, bakıyoruz."})
    world.settle()
    world.now += timedelta(minutes=10)
    deliver("whatsapp", whatsapp_message("wamid.in.2", world.now), world.now)
    world.settle()
    world.now += timedelta(minutes=5)
    someone.post(f"/v1/conversations/{case}/messages", {"text": "Yola çıktı."})
    world.settle()
    answer = someone.get("/v1/metrics")
    assert figure(answer, "answers_human")["value"] == 2
    first, following = (figure(answer, f"{n}_response_human") for n in ("first", "next"))
    assert (first["count"], following["count"]) == (1, 1)
    assert first["wall_clock"]["median"] == pytest.approx(1800, rel=0.05)
    assert following["business_hours"]["p90"] == pytest.approx(300, rel=0.05)
    (row,) = someone.get(following["conversations"]).json["conversations"]
    assert (row["conversation_id"], row["value"]) == (case, "300")


def test_without_targets_nothing_is_said_of_keeping_them(world: World) -> None:
    world.playbook = msgspec.structs.replace(world.playbook, sla=None)
    world.restart()
    deliver("whatsapp", whatsapp_message("wamid.in.1", world.now), world.now)
    world.settle()
    someone = staff(world)
    case = someone.get("/v1/conversations").json["conversations"][0]["id"]
    someone.post(f"/v1/conversations/{case}/resolve", {})
    world.settle()
    assert "value" not in figure(someone.get("/v1/metrics"), "sla_resolution")


def test_counting_a_message_is_one_request(world: World) -> None:
    on_table = counting(world)
    with counted() as calls:
        count(on_table, message(1, world))
    assert calls == ["TransactWriteItems"]


def test_who_may_not_read_figures_is_refused(world: World) -> None:
    assert staff(world, "customers:read").get("/v1/metrics").status == 403
    assert staff(world, "metrics:read").get("/v1/metrics").status == 200
