"""Before a campaign starts: its dry run, and every mistake refused with a word of help."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.outreach.campaigns import held_out
from chalicelib.store import suppressions
from chalicelib.store.notification_records import Suppression
from chalicelib.store.records import Consent, Contact
from tests.support.aws_calls import counted
from tests.support.campaigning import CONTENTS, act, crowd, customer, drafted, seen, template
from tests.support.http_calls import Staff, problem_of, staff
from tests.support.world import World


@pytest.fixture
def someone(world: World) -> Staff:
    found = staff(world)
    template(found)
    return found


def preview(someone: Staff, name: str) -> dict[str, Any]:
    answer = someone.post(f"/v1/campaigns/{name}/preview")
    assert answer.status == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def test_a_dry_run_counts_everybody_by_what_would_be_decided(world: World, someone: Staff) -> None:
    crowd(world, 20)
    no = Consent(granted=False, at=world.now, source="test")
    customer(world, 50, consents={})
    customer(world, 51, consents={"marketing": no})
    customer(world, 52, contacts=())
    gone = Contact(channel="email", address="gone@example.com")
    customer(world, 53, contacts=(gone,))
    suppressions.put(
        Suppression(channel="email", address=gone.address, reason="bounce", at=world.now)
    )
    phone = Contact(channel="whatsapp", account="1", address="905321112233")
    customer(world, 54, contacts=(phone,))
    customer(world, 55, time_zone="Pacific/Auckland")  # 23:00 there
    customer(world, 56, tags=("b2b",))
    name = drafted(someone, segment="not tag = b2b", holdout_percent=20)
    kept_out = sum(held_out(name, f"cus_{n:05d}", 20) for n in range(20))

    found = preview(someone, name)

    assert (found["looked_at"], found["matching"], found["complete"]) == (27, 26, True)
    assert (found["send"], found["holdout"]) == (20 - kept_out, kept_out)
    assert found["by_channel"] == {"email": 20 - kept_out}
    assert found["postpone"] == {"quiet_hours": 1}
    assert found["skip"] == {
        "consent_withdrawn": 1,
        "no_address": 1,
        "no_consent": 1,
        "outside_window": 1,
        "suppressed_bounce": 1,
    }
    assert world.items("notification") == []
    assert world.mails() == []


def test_a_dry_run_shows_how_it_reads_without_telling_addresses(
    world: World, someone: Staff
) -> None:
    crowd(world, 5)
    customer(world, 50, locale="en", name="John Doe")
    samples = preview(someone, drafted(someone))["samples"]

    assert sorted(one["locale"] for one in samples) == ["en", "tr", "tr", "tr"]
    english = next(one for one in samples if one["locale"] == "en")
    assert english["subject"] == "Hello John"
    assert english["text"].startswith("Kahve Dükkânı is waiting for you John.")
    assert "<html" in english["html"]
    assert english["to"] == "c…@example.com"
    assert "c50@" not in str(samples)


def test_a_dry_run_of_many_ends_in_time_and_says_so(world: World, someone: Staff) -> None:
    crowd(world, 40)
    ticks = iter(range(0, 10_000, 2))
    world.restart(monotonic=lambda: float(next(ticks)))
    found = preview(someone, drafted(someone))
    assert found["complete"] is False
    assert 0 < found["looked_at"] < 40
    assert found["about"] > found["matching"]


def test_a_segment_can_be_counted_by_itself(world: World, someone: Staff) -> None:
    crowd(world, 7)
    customer(world, 9, orders=3)
    for segment, matching in (("all", 8), ("orders > 2", 1), ("tag = none", 0)):
        answer = someone.post("/v1/segments/preview", {"segment": segment})
        assert answer.json == {"looked_at": 8, "matching": matching, "complete": True}


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"segment": "ordes > 2"}, "did you mean orders?"),
        ({"segment": "x" * 3000}, "may have 2000"),
        ({"template": "summer"}, "no template summer"),
        ({"starts_at": "2026-11-22T10:00Z"}, "in the past"),
        ({"starts_at": "tomorrow"}, "is no time"),
        ({"starts_at": "2026-12-01T10:00", "time_zone": "Europe/Konya"}, "no time zone"),
        ({"starts_at": "2036-12-01T10:00Z"}, "two years ahead"),
        ({"starts_at": "9999-12-31T23:59-23:59"}, "starts_at"),
        ({"local_hour": "25:00"}, "not an hour of the day"),
        ({"local_hour": "10 am"}, "not an hour of the day"),
        ({"every": "monthly"}, "not a length of time"),
        ({"every": "1s"}, "between"),
        ({"ends_at": "2026-12-01T10:00Z"}, "say how often"),
        ({"every": "7d", "ends_at": "2026-11-23T09:00Z"}, "in the past"),
        (
            {"every": "7d", "starts_at": "2026-12-05T10:00Z", "ends_at": "2026-12-01T10:00Z"},
            "after starts_at",
        ),
        ({"holdout_percent": 51}, "holdout_percent"),
        ({"holdout_percent": -1}, "holdout_percent"),
        ({"per_minute": 0}, "per_minute"),
        ({"purpose": "safety"}, "purpose"),
        ({"name": ""}, "name"),
        ({"budget": 3}, "budget"),
    ],
)
def test_a_mistake_in_a_draft_is_refused(someone: Staff, wish: dict[str, Any], words: str) -> None:
    usual = {"name": "Spring", "segment": "all", "template": "spring"}
    assert words in problem_of(someone.post("/v1/campaigns", usual | wish), 400)


def test_a_campaign_to_nobody_is_refused(world: World, someone: Staff) -> None:
    crowd(world, 3)
    name = drafted(someone, segment="orders > 100")
    assert "no customer matches" in problem_of(someone.post(f"/v1/campaigns/{name}/start"), 400)
    assert seen(someone, name)["status"] == "draft"


def test_a_draft_whose_time_has_passed_does_not_start(world: World, someone: Staff) -> None:
    crowd(world, 1)
    name = drafted(someone, starts_at="2026-11-23T12:00Z")
    world.now += timedelta(hours=3)
    assert "in the past" in problem_of(someone.post(f"/v1/campaigns/{name}/start"), 400)


def test_a_draft_can_be_changed_and_only_a_draft(world: World, someone: Staff) -> None:
    crowd(world, 2)
    name = drafted(someone, starts_at="2026-11-25T12:00Z", per_minute=5)
    change = {"segment": "orders = 0", "starts_at": None, "per_minute": None}
    changed = someone.patch(f"/v1/campaigns/{name}", change).json
    assert changed["segment"] == "orders = 0"
    assert "starts_at" not in changed
    assert "did you mean" in problem_of(
        someone.patch(f"/v1/campaigns/{name}", {"segment": "ordrs = 1"}), 400
    )
    act(someone, name, "start")
    assert problem_of(someone.patch(f"/v1/campaigns/{name}", change), 409)
    assert problem_of(someone.post("/v1/campaigns/cmp_none/start"), 404)


def test_starting_twice_is_starting_once(world: World, someone: Staff) -> None:
    crowd(world, 4)
    name = drafted(someone)
    act(someone, name, "start")
    act(someone, name, "start")
    world.settle()
    world.advance(timedelta(minutes=5))
    assert len(world.mails()) == 4
    assert problem_of(someone.post(f"/v1/campaigns/{name}/start"), 409)


def test_campaigns_are_listed_latest_first(world: World, someone: Staff) -> None:
    names = []
    for _ in range(5):
        names.append(drafted(someone))
        world.now += timedelta(seconds=1)
    pages = someone.pages("/v1/campaigns", "campaigns", limit=2)
    assert [one["id"] for page in pages for one in page] == names[::-1]


def test_who_may_only_write_may_not_send(world: World, someone: Staff) -> None:
    name = drafted(someone)
    writer = staff(world, "campaigns:write", "campaigns:read")
    assert problem_of(writer.post(f"/v1/campaigns/{name}/start"), 403)
    assert writer.get(f"/v1/campaigns/{name}").status == 200


# --- templates -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("contents", "words"),
    [
        ({"tr": CONTENTS["tr"]}, "en.subject, line 1: it is missing"),
        ({**CONTENTS, "de": CONTENTS["en"]}, "'de' is no language"),
        ({**CONTENTS, "en": {"subject": "a", "text": "x\n{{ nam }}"}}, "en.text, line 2"),
        ({**CONTENTS, "en": {"subject": "a{% if %}", "text": "x"}}, "en.subject, line 1"),
        (
            {**CONTENTS, "en": {"subject": "a", "text": "b", "html": "{{ name|safe }}"}},
            "en.html, line 1",
        ),
        ({}, "tr.subject, line 1: it is missing"),
    ],
)
def test_a_template_that_could_fail_is_refused(
    someone: Staff, contents: dict[str, Any], words: str
) -> None:
    assert words in problem_of(someone.put("/v1/templates/new", {"contents": contents}), 400)
    assert problem_of(someone.get("/v1/templates/new"), 404)


def test_templates_are_kept_shown_and_listed(world: World, someone: Staff) -> None:
    template(someone, name="autumn")
    template(someone, name="autumn")
    assert someone.get("/v1/templates/autumn").json["version"] == 2
    names = [one["name"] for page in someone.pages("/v1/templates", "templates", limit=1)
             for one in page]  # fmt: skip
    assert names == ["autumn", "spring"]
    samples = someone.post("/v1/templates/autumn/preview").json["samples"]
    assert [one["subject"] for one in samples] == ["Merhaba Ayşe", "Hello Ayşe"]
    assert "a-z 0-9" in problem_of(
        someone.put("/v1/templates/Not%20one", {"contents": CONTENTS}), 400
    )


# --- devices -------------------------------------------------------------------------------------


def test_a_device_is_found_with_whoever_owns_it_now(world: World, someone: Staff) -> None:
    crowd(world, 2)

    def owners(model: str) -> int:
        answer = someone.post("/v1/segments/preview", {"segment": f"device = {model}"})
        found: int = answer.json["matching"]
        return found

    def register(**wanted: str) -> None:
        assert someone.put("/v1/devices/d1", wanted).status == 200

    register(owner_id="cus_00000", model="KD-100")
    assert (owners("KD-100"), owners("KD-7")) == (1, 0)
    with counted() as calls:
        register(owner_id="cus_00000", model="KD-7")
    assert "Scan" not in calls
    assert (owners("KD-100"), owners("KD-7")) == (0, 1)
    register(owner_id="cus_00001", model="KD-7")
    answer = someone.post("/v1/segments/preview", {"segment": "device = KD-7 and channel = email"})
    assert answer.json["matching"] == 1
    register(model="KD-7")
    assert owners("KD-7") == 0
