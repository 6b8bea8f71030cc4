"""All consents, page by page: for İYS, for a table, for a nightly job."""

import csv
import io
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from chalicelib.store import customers, suppressions
from chalicelib.store.notification_records import Suppression
from chalicelib.store.records import Consent, Contact, Customer
from tests.support.aws_calls import counted
from tests.support.http_calls import Answer, Staff, problem_of, staff
from tests.support.world import World

URL = "/v1/consents/export"


def keep(world: World, number: int, *, granted: bool = True, **more: Any) -> Customer:
    """A customer with a mail address and a phone, and something said about marketing."""
    assert world.wiring.table
    said = Consent(granted=granted, at=world.now, source="checkout", wording="v1")
    given: dict[str, Any] = {
        "contacts": (
            Contact(channel="email", address=f"c{number}@example.com"),
            Contact(channel="sms", address=f"+90532000{number:04d}"),
        ),
        "consents": {"marketing": said},
    }
    person = Customer(id=f"cus_{number}", created_at=world.now, **(given | more))
    customers.customer_item(person).save(add_version_condition=False)
    return person


def pages(someone: Staff, query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        answer = someone.get(f"{URL}?{query}{cursor}")
        assert answer.status == 200, answer.text
        found.append(answer.json)
        if (after := answer.json.get("next_cursor")) is None:
            return found
        cursor = f"&cursor={quote(after, safe='')}"


def table(answer: Answer, delimiter: str) -> list[list[str]]:
    assert answer.status == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    text = answer.text.removeprefix("\ufeff")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


@pytest.mark.parametrize("limit", [1, 7, 100])
def test_every_customer_is_told_once_however_long_the_pages(world: World, limit: int) -> None:
    for number in range(30):
        keep(world, number, granted=number % 3 > 0)
    found = pages(staff(world), f"format=iys&limit={limit}")
    told = [row for page in found for row in page.get("iys", [])]
    assert sorted((row["type"], row["recipient"], row["status"]) for row in told) == sorted(
        row
        for number in range(30)
        for status in ["ONAY" if number % 3 else "RET"]
        for row in [
            ("EPOSTA", f"c{number}@example.com", status),
            ("MESAJ", f"+90532000{number:04d}", status),
        ]
    )
    assert all(0 <= page["done"] < 1 for page in found[:-1])
    assert found[-1]["done"] == 1


def test_a_row_is_in_the_shape_of_iyss_own_request(world: World) -> None:
    keep(world, 7)
    (page,) = pages(staff(world), "format=iys&limit=100")
    assert page["iys"][0] == {
        "consentDate": "2026-11-23 13:00:00",
        "source": "HS_WEB",
        "recipient": "c7@example.com",
        "recipientType": "BIREYSEL",
        "status": "ONAY",
        "type": "EPOSTA",
    }


def test_a_stop_ends_the_grant_and_an_unknown_source_is_named(world: World) -> None:
    keep(world, 1)
    stop = Suppression(
        channel="sms",
        address="+905320000001",
        reason="opted_out",
        at=world.now + timedelta(minutes=1),
    )
    suppressions.put(stop)
    vague = Consent(granted=True, at=world.now, source="staff (Support desk)")
    keep(world, 2, consents={"marketing/email": vague})
    (page,) = pages(staff(world), "format=iys&limit=100")
    told = {(row["type"], row["status"], row["source"]) for row in page["iys"]}
    assert told == {("EPOSTA", "ONAY", "HS_WEB"), ("MESAJ", "RET", "HS_MESAJ")}
    (remark,) = page["remarks"]
    assert (remark["customer_id"], remark["reason"]) == ("cus_2", "unknown_source")


def test_what_staff_and_customers_say_is_exported_with_its_source(world: World) -> None:
    keep(world, 1, consents={})
    someone = staff(world, name="Till 3")
    said = {"purpose": "marketing", "granted": True, "source": "HS_ISLAK_IMZA", "wording": "v2"}
    assert someone.put("/v1/customers/cus_1/consents", said).status == 200
    (page,) = pages(someone, "format=iys&limit=100")
    assert {row["source"] for row in page["iys"]} == {"HS_ISLAK_IMZA"}
    (page,) = pages(someone, "limit=100")
    assert page["consents"] == [
        {
            "customer_id": "cus_1",
            "purpose": "marketing",
            "channel": None,
            "granted": True,
            "at": "2026-11-23T10:00:00Z",
            "source": "HS_ISLAK_IMZA (Till 3)",
            "wording": "v2",
        }
    ]


def test_the_merged_are_told_as_one_by_who_leads(world: World) -> None:
    lead = keep(world, 1)
    world.now += timedelta(minutes=1)
    keep(world, 2, granted=False)
    world.wiring.merging.merge(lead.id, "cus_2", "staff")
    (page,) = pages(staff(world), "format=iys&limit=100")
    told = sorted((row["recipient"], row["status"]) for row in page["iys"])
    assert told == [
        ("+905320000001", "RET"),
        ("+905320000002", "RET"),
        ("c1@example.com", "RET"),
        ("c2@example.com", "RET"),
    ]


def test_a_nightly_job_asks_only_for_what_is_new(world: World) -> None:
    keep(world, 1)
    yesterday = world.now
    world.now += timedelta(days=1)
    keep(world, 2, granted=False)
    since = yesterday.strftime("%Y-%m-%dT%H:%M:%SZ")
    (page,) = pages(staff(world), f"format=iys&limit=100&since={since}")
    assert {row["recipient"] for row in page["iys"]} == {"c2@example.com", "+905320000002"}
    (page,) = pages(staff(world), f"limit=100&since={since}")
    assert [row["customer_id"] for row in page["consents"]] == ["cus_2"]


def test_tables_have_one_head_and_pages_that_join(world: World) -> None:
    for number in range(5):
        keep(world, number)
    someone = staff(world)
    text, cursor = "", ""
    for _ in range(100):
        answer = someone.get(f"{URL}?format=iys_csv&limit=2{cursor}")
        text += answer.text
        if (after := answer.headers.get("x-next-cursor")) is None:
            break
        cursor = f"&cursor={quote(after, safe='')}"
    lines = text.splitlines()
    assert lines[0] == "IZIN TURU,ALICI,ONAY(1)-RET(0),IZIN KAYNAGI,IZIN TARIHI"
    assert len(lines) == len(set(lines)) == 1 + 2 * 5
    everything = table(someone.get(f"{URL}?format=csv&limit=100"), ";")
    assert everything[0][0] == "customer_id"
    assert len(everything) == 1 + 5


def test_a_formula_in_what_somebody_wrote_is_only_text(world: World) -> None:
    evil = Consent(granted=True, at=world.now, source="=1+1", wording='@SUM("a";1)\n-2')
    keep(world, 1, consents={"marketing": evil})
    row = table(staff(world).get(f"{URL}?format=csv&limit=100"), ";")[1]
    assert row[5:] == ["'=1+1", '\'@SUM("a";1)\n-2']


def test_nobody_at_all_is_an_empty_list(world: World) -> None:
    assert pages(staff(world), "format=iys&limit=100") == [{"done": 1.0}]
    assert len(table(staff(world).get(f"{URL}?format=iys_csv"), ",")) == 1


def test_a_page_costs_the_same_whatever_lies_behind_it(world: World) -> None:
    for number in range(20):
        keep(world, number)
    someone = staff(world)
    someone.get(f"{URL}?format=iys")
    with counted() as calls:
        someone.get(f"{URL}?format=iys&limit=1&cursor=00")
    assert calls.count("Scan") == 0
    assert len(calls) <= 16 + 3


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("format=xml", "format"),
        ("since=yesterday", "since"),
        ("since=2026-11-22", "since"),
        ("since=0001-01-01T00:00:00Z", "since"),
        ("cursor=x", "cursor"),
        ("cursor=16", "cursor"),
        ("cursor=99C%23cus_1", "cursor"),
        ("cursor=01N%23ntf", "cursor"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
    ],
)
def test_a_wrong_question_is_refused_and_the_field_named(
    world: World, query: str, named: str
) -> None:
    assert named in problem_of(staff(world).get(f"{URL}?{query}"), 400)


def test_it_takes_a_scope_of_its_own(world: World) -> None:
    assert "consents:read" in problem_of(staff(world, "customers:read").get(URL), 403)
    assert staff(world, "consents:read").get(URL).status == 200
