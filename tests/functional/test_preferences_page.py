"""The preference page: it shows how things stand and what is kept, and records what is changed."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest

from chalicelib.store import customers
from chalicelib.store.records import Consent, Contact, Customer
from tests.support.http_calls import Answer, call, staff
from tests.support.outreach import CONTACTS, furnish
from tests.support.public_pages import Form, assert_safe, events_of, forms, get, links, post
from tests.support.world import World

MAILED = "want:review/email"


def link(world: World, who: str = "cus_1") -> str:
    return links().preferences(who, world.now)


def form(world: World) -> Form:
    return forms(get(link(world)).text)[0]


def send(world: World, changes: dict[str, str | None]) -> Answer:
    return form(world).send(link(world), changes)


def history(world: World) -> list[tuple[str, str | None, bool]]:
    found = staff(world).get("/v1/customers/cus_1/consents").json["history"]
    return [(line["purpose"], line.get("channel"), line["granted"]) for line in found]


def test_looking_changes_nothing(world: World) -> None:
    furnish(world)
    before = world.items("customer")
    answers = [get(link(world)) for _ in range(3)]
    assert [answer.status for answer in answers] == [200] * 3
    assert_safe(answers[0])
    assert world.items("customer") == before
    assert history(world) == []


def test_it_shows_what_stands(world: World) -> None:
    """Reviews and surveys come until somebody says no, campaigns only when somebody said yes."""
    furnish(world)
    ticked = {name for name in form(world).fields if name.startswith("want:")}
    channels = ("email", "whatsapp", "telegram", "chat")
    assert ticked == {MAILED, *(f"want:survey/{channel}" for channel in channels)}
    staff(world).put(
        "/v1/customers/cus_1/consents",
        {"purpose": "marketing", "granted": True, "channel": "email"},
    )
    staff(world).put("/v1/customers/cus_1/consents", {"purpose": "survey", "granted": False})
    ticked = {name for name in form(world).fields if name.startswith("want:")}
    assert ticked == {MAILED, "want:marketing/email"}


def test_what_is_changed_is_recorded_with_the_words_it_was_said_to(world: World) -> None:
    furnish(world)
    world.events()
    answer = send(world, {MAILED: None, "want:marketing/whatsapp": "on"})
    assert answer.status == 200
    assert_safe(answer)
    assert "Tercihleriniz kaydedildi." in answer.text
    kept = staff(world).get("/v1/customers/cus_1/consents").json["consents"]
    assert {about: said["granted"] for about, said in kept.items()} == {
        "review/email": False,
        "marketing/whatsapp": True,
    }
    assert {said["source"] for said in kept.values()} == {"preference page"}
    assert {said["wording"] for said in kept.values()} == {"preferences-2026-11"}
    told = events_of(world, "ConsentChanged")
    assert {(one["purpose"], one["channel"], one["granted"]) for one in told} == {
        ("review", "email", False),
        ("marketing", "whatsapp", True),
    }


def test_a_form_sent_as_it_was_or_twice_records_nothing_more(world: World) -> None:
    furnish(world)
    assert "Bir şey değiştirmediniz" in send(world, {}).text
    filled = form(world)
    world.events()
    for _ in range(3):
        filled.send(link(world), {MAILED: None, "hours": "evening"})
    assert history(world) == [("review", "email", False)]
    # Told each time, under one id: the first call might have ended before telling.
    assert len(events_of(world, "ConsentChanged")) == 1


def test_an_old_form_grants_nothing_again(world: World) -> None:
    """It lay open in a tab while they unsubscribed in another."""
    furnish(world)
    marketing = {"purpose": "marketing", "granted": True}
    staff(world).put("/v1/customers/cus_1/consents", marketing)
    world.now += timedelta(minutes=1)
    old = form(world)
    call("POST", links().unsubscribe("cus_1", "marketing", world.now))
    call("POST", links().unsubscribe("cus_1", "survey", world.now))
    world.now += timedelta(minutes=1)
    answer = old.send(link(world), {MAILED: None, "hours": "morning"})
    fresh = forms(answer.text)[0]
    assert not [name for name in fresh.fields if name.startswith("want:")]
    assert history(world)[1:] == [
        ("marketing", None, False),
        ("survey", None, False),
        ("review", "email", False),
    ]


def test_an_old_form_takes_back_no_preference_set_since(world: World) -> None:
    furnish(world)
    old = form(world)
    send(world, {"channel": "telegram", "hours": "evening", "language": "en"})
    old.send(link(world), {MAILED: None})
    person = customers.get("cus_1")
    assert (person.preferred_channel, person.locale) == ("telegram", "en")
    assert person.quiet_hours == ("21:00", "17:00")


def test_a_preference_is_set_though_others_change_the_customer_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    furnish(world)
    real, more = customers.change, [1, 2]

    def meanwhile(person: Customer, **values: Any) -> Customer:
        if more:
            real(customers.get("cus_1"), tags=(str(more.pop()),))
        return real(person, **values)

    monkeypatch.setattr(customers, "change", meanwhile)
    send(world, {"hours": "evening"})
    assert customers.get("cus_1").quiet_hours == ("21:00", "17:00")
    assert customers.get("cus_1").tags == ("1",)
    more += range(20)
    busy = send(world, {"hours": "morning"})
    assert (busy.status, "Hiçbir şey kaybolmadı" in busy.text) == (503, True)


@pytest.mark.parametrize(
    ("hours", "quiet"),
    [
        ("morning", ("12:00", "09:00")),
        ("afternoon", ("17:00", "12:00")),
        ("evening", ("21:00", "17:00")),
        ("any", ("00:00", "00:00")),
    ],
)
def test_hours_are_chosen_and_given_up_again(world: World, hours: str, quiet: Any) -> None:
    furnish(world)
    send(world, {"hours": hours})
    assert customers.get("cus_1").quiet_hours == quiet
    assert form(world).fields["hours"] == hours
    send(world, {"hours": "usual"})
    assert customers.get("cus_1").quiet_hours is None


def test_hours_that_staff_have_set_stay_until_others_are_chosen(world: World) -> None:
    furnish(world)
    someone = staff(world)
    someone.patch("/v1/customers/cus_1/preferences", {"quiet_hours": ["22:00", "10:00"]})
    page = get(link(world)).text
    assert "Bizimle kararlaştırdığınız gibi (10:00–22:00)" in page
    send(world, {MAILED: None})
    assert customers.get("cus_1").quiet_hours == ("22:00", "10:00")
    send(world, {"hours": "any"})
    assert customers.get("cus_1").quiet_hours == ("00:00", "00:00")


def test_the_answer_speaks_the_language_that_was_just_chosen(world: World) -> None:
    furnish(world)
    answer = send(world, {"language": "en"})
    assert '<html lang="en">' in answer.text
    assert "Your preferences are saved." in answer.text


def test_one_button_ends_everything_optional(world: World) -> None:
    furnish(world)
    send(world, {"want:marketing/email": "on"})
    world.now += timedelta(minutes=1)
    world.events()
    stop = forms(get(link(world)).text)[1]
    answers = [stop.send(link(world)) for _ in range(2)]
    assert "Size artık hatırlatma, anket ve kampanya göndermeyeceğiz" in answers[0].text
    assert [line for line in history(world) if line[1] is None] == [
        ("marketing", None, False),
        ("review", None, False),
        ("survey", None, False),
    ]
    assert not [name for name in form(world).fields if name.startswith("want:")]
    assert len(events_of(world, "ConsentChanged")) == 3


def test_what_is_kept_is_told_without_telling_it_to_others(world: World) -> None:
    furnish(world)
    staff(world).put(
        "/v1/customers/cus_1/consents", {"purpose": "marketing", "granted": True, "source": "staff"}
    )
    page = get(link(world)).text
    for told in (
        "Ayşe Y•••",
        "a•••@example.com",
        "WhatsApp: ••• 2233",
        "Kampanya mesajları (bütün kanallar): izin verdiniz, 23 Kasım 2026, ekibimizle",
        "destek@kahve.example",
        "<dt>Siparişleriniz</dt><dd>1</dd>",
    ):
        assert told in page
    for hidden in ("Yılmaz", "ayse@example.com", "905321112233", "Support desk", "cus_1"):
        assert hidden not in page


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("List-Unsubscribe link", "e-postadaki bağlantıyla"),
        ("message: whatsapp", "kendi mesajınızla"),
        ("shopify checkout", "sipariş verirken"),
        ("Instagram çekilişi", "Instagram çekilişi"),
    ],
)
def test_where_something_was_said_is_told_in_plain_words(
    world: World, source: str, words: str
) -> None:
    said = Consent(granted=True, at=world.now, source=source)
    furnish(world, consents={"marketing/whatsapp": said})
    line = f"Kampanya mesajları (WhatsApp): izin verdiniz, 23 Kasım 2026, {words}"
    assert line in get(link(world)).text


def test_a_long_history_is_counted_only_so_far(world: World) -> None:
    from chalicelib.store.entries import keep_beside
    from chalicelib.store.records import Entry

    furnish(world)
    for start in (0, 60):
        keep_beside(
            [
                Entry(
                    key=f"chat:{number}",
                    at=world.now - timedelta(minutes=number),
                    kind="message",
                    customer_id="cus_1",
                    conversation_id=f"cnv_{number // 40}",
                )
                for number in range(start, start + 60)
            ]
        )
    assert "<dt>Yazışmalarınız</dt><dd>3 veya daha fazla</dd>" in get(link(world)).text


def test_a_customer_merged_meanwhile_still_has_their_page(world: World) -> None:
    furnish(world)
    other = msgspec.structs.replace(
        customers.get("cus_1"),
        id="cus_2",
        version=None,
        contacts=(Contact(channel="sms", address="905551112233"),),
    )
    customers.customer_item(other).save(add_version_condition=False)
    theirs = links().preferences("cus_2", world.now)
    staff(world).post("/v1/customers/cus_1/merge", {"customer_id": "cus_2"})
    answer = forms(get(theirs).text)[0].send(theirs, {"want:survey/sms": None})
    assert "kaydedildi" in answer.text
    assert history(world) == [("survey", "sms", False)]


def test_a_customer_without_an_address_sees_what_is_kept(world: World) -> None:
    furnish(world, contacts=(), name=None)
    page = get(link(world)).text
    assert "bir adresiniz yok" in page
    assert "<dt>Adınız</dt><dd>yok</dd>" in page


def test_a_purpose_that_nobody_can_refuse_is_not_offered(world: World) -> None:
    book = world.wiring.playbook
    rule = msgspec.structs.replace(book.purposes.survey, consent="none")
    purposes = msgspec.structs.replace(book.purposes, survey=rule)
    world.restart(playbook_override=msgspec.structs.replace(book, purposes=purposes))
    furnish(world)
    assert "want:survey" not in get(link(world)).text


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"x": "y"},
        {f"field{number}": "x" for number in range(10_000)},
        {"had:review/email": "on", **{f"want:review/{n}": "on" for n in range(5_000)}},
        {"name": "x" * 200_000},
    ],
)
def test_what_is_not_our_form_meets_a_kind_page_and_changes_nothing(
    world: World, fields: dict[str, str]
) -> None:
    furnish(world)
    answer = post(link(world), fields)
    assert answer.status in (400, 413)
    assert "Bunu okuyamadık" in answer.text
    assert_safe(answer)
    assert history(world) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"channel": "fax"},
        {"channel": "sms"},
        {"hours": "25:00"},
        {"language": "de"},
        {"want:reply/email": "on", "had:reply/email": "off"},
        {"want:safety/email": None, "had:safety/email": "on"},
        {"want:marketing/sms": "on", "had:marketing/sms": "off"},
        {"want:../etc": "on", "had:../etc": "off"},
    ],
)
def test_what_is_not_on_offer_is_not_taken(world: World, changes: dict[str, str | None]) -> None:
    furnish(world)
    before = customers.get("cus_1")
    answer = send(world, changes)
    assert "Bir şey değiştirmediniz" in answer.text
    assert customers.get("cus_1") == before
    assert history(world) == []


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (
            "application/x-www-form-urlencoded; charset=iso-8859-9",
            b"had_hours=usual&hours=\xfeafak",
        ),
        ("text/plain", b"had_hours=usual&hours=any"),
        ("multipart/form-data; boundary=x", b"--x--"),
        ("", b"\x00\xff"),
    ],
)
def test_other_charsets_and_kinds_of_body_break_nothing(
    world: World, kind: str, body: bytes
) -> None:
    furnish(world)
    answer = call("POST", link(world), headers={"Content-Type": kind}, body=body)
    assert answer.status in (200, 400)
    assert customers.get("cus_1").quiet_hours is None


def test_a_link_for_something_else_or_over_shows_nothing(world: World) -> None:
    furnish(world)
    other = links().unsubscribe("cus_1", "review", world.now).replace("/u/", "/p/")
    for url in ("/p/x", other, links("another").preferences("cus_1", world.now), link(world, "x")):
        for method in ("GET", "POST"):
            body = urlencode({"stop": "all"}).encode()
            answer = call(method, url, body=body, headers={"Accept-Language": "en-GB, tr;q=0.5"})
            assert answer.status == 403
            assert "This link is not valid any more" in answer.text
            assert "Ayşe" not in answer.text
            assert_safe(answer)
    good = link(world)
    world.now += timedelta(days=181)
    assert get(good).status == 403
    assert history(world) == []


def test_names_and_addresses_are_escaped(world: World) -> None:
    furnish(world, name="<b>Ayşe</b> <script>", contacts=(*CONTACTS.values(),))
    staff(world).put(
        "/v1/customers/cus_1/consents",
        {"purpose": "survey", "granted": True, "source": "<i>form</i>"},
    )
    answer = get(link(world))
    assert_safe(answer)
    assert "&lt;b&gt;Ayşe&lt;/b&gt;" in answer.text
    assert "&lt;i&gt;form&lt;/i&gt;" in answer.text


def test_while_the_table_is_out_the_page_says_so_kindly(world: World) -> None:
    from chalicelib.errors import Unavailable

    furnish(world)
    page = link(world)

    class Out:
        def say(self, *_: Any, **__: Any) -> Any:
            raise Unavailable("DynamoDB is not answering")

    world.wiring.__dict__["choosing"] = Out()
    answer = forms(get(page).text)[1].send(page)
    assert answer.status == 503
    assert "Hiçbir şey kaybolmadı" in answer.text
