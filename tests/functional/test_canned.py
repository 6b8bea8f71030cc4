"""Canned answers: checked when they are written, filled in for whoever reads them."""

from typing import Any

from chalicelib.store import conversations
from tests.functional.test_case_labels import arrive, case
from tests.support.http_calls import Staff, problem_of, staff
from tests.support.webhook_calls import chat_message, queued_order, telegram_message
from tests.support.world import World

WHERE = {
    "tr": "Merhaba{name}, {order} siparişiniz yolda. {agent}, {brand}",
    "en": "Hello{name}, your order {order} is on its way. {agent}, {brand}",
}


def written(someone: Staff, **more: Any) -> None:
    answer = someone.put("/v1/canned/where", {**WHERE, **more})
    assert answer.status == 200, answer.text


def order(world: World) -> None:
    """Ayşe's order, known by her mail address."""
    placed = {
        "id": 1001,
        "name": "#1001",
        "created_at": world.now.isoformat(),
        "updated_at": world.now.isoformat(),
        "currency": "TRY",
        "total_price": "10.00",
        "customer": {"id": 7, "email": "ayse@ornek.example", "verified_email": True},
        "line_items": [{"product_id": 9, "title": "Kahve", "quantity": 1}],
    }
    world.put("inbound", queued_order("orders/create", placed, world.now))
    world.settle()


def sent(world: World) -> str:
    world.settle()
    return world.platforms.texts[-1]


def test_a_canned_answer_goes_out_in_the_customers_language_with_their_data(world: World) -> None:
    one = case(world)
    someone = staff(world, name="Deniz")
    written(someone)
    body = {"canned": "where", "variables": {"order": "#7"}}
    answer = someone.post(f"/v1/conversations/{one}/messages", body)
    assert answer.status == 202, answer.text
    brand = world.playbook.brand.name
    assert f"Merhaba Ayşe, #7 siparişiniz yolda. Deniz, {brand}" in sent(world)

    conversations.change(one, {"language": "en"})
    someone.post(f"/v1/conversations/{one}/messages", body)
    assert "Hello Ayşe, your order #7 is on its way." in sent(world)
    someone.post(f"/v1/conversations/{one}/messages", {**body, "language": "tr"})
    assert "Merhaba Ayşe" in sent(world)


def test_the_latest_order_is_filled_in_and_missed_where_there_is_none(world: World) -> None:
    about: dict[str, Any] = {"email": "ayse@ornek.example", "email_verified": True, "name": "Ayşe"}
    arrive(world, "chat", chat_message("m-1", world.now, **about))
    (row,) = world.items("conversation")
    someone = staff(world)
    written(someone)
    url = f"/v1/conversations/{row['pk'].removeprefix('V#')}/messages"
    body = {"canned": "where", "language": "tr"}
    assert "order" in problem_of(someone.post(url, body), 400)
    order(world)
    assert someone.post(url, body).status == 202
    assert "#1001 siparişiniz" in sent(world)


def test_a_preview_reads_as_the_answer_would_and_sends_nothing(world: World) -> None:
    one, someone = case(world), staff(world, name="Deniz")
    written(someone, variables=[], tr="Merhaba{name}, {agent}", en="Hello{name}, {agent}")
    posts = len(world.platforms.posts)
    url = "/v1/canned/where/render"
    assert someone.post(url, {"conversation_id": one}).json == {
        "text": "Merhaba Ayşe, Deniz",
        "language": "tr",
    }
    shown = someone.post(url, {"language": "en", "variables": {"agent": "Ege"}}).json
    assert shown == {"text": "Hello Ayşe, Ege", "language": "en"}
    world.settle()
    assert len(world.platforms.posts) == posts
    problem_of(someone.post("/v1/canned/none/render", {}), 404)
    problem_of(someone.post(url, {"conversation_id": "none"}), 404)


def test_placeholders_are_checked_when_the_answer_is_written(world: World) -> None:
    someone = staff(world)
    fine = {"tr": "Merhaba{name}", "en": "Hello{name}"}
    for bad, word in (
        ({"tr": "{adi}"}, "{adi}"),
        ({"en": "{name.__class__}"}, "{name.__class__}"),
        ({"en": "{name!r}"}, "{name!r}"),
        ({"en": "{"}, "en"),
        ({"tr": "   "}, "tr"),
        ({"variables": ["name"]}, "name"),
        ({"variables": ["idle"]}, "idle"),
        ({"variables": ["Not One"]}, "variables"),
    ):
        assert word in problem_of(someone.put("/v1/canned/x", {**fine, **bad}), 400)
    problem_of(someone.put("/v1/canned/x", {"tr": "Merhaba"}), 400)
    problem_of(someone.put("/v1/canned/Not%20One", fine), 400)
    assert someone.get("/v1/canned").json == {"canned": []}


def test_a_variable_of_its_own_has_to_be_given_and_no_other(world: World) -> None:
    one, someone = case(world), staff(world)
    texts = {"tr": "Kargo: {tracking}", "en": "Parcel: {tracking}"}
    written(someone, variables=["tracking"], **texts)
    url = f"/v1/conversations/{one}/messages"
    assert "tracking" in problem_of(someone.post(url, {"canned": "where"}), 400)
    odd = {"canned": "where", "variables": {"tracking": "TR1", "odd": "x"}}
    assert "odd" in problem_of(someone.post(url, odd), 400)
    given = {"canned": "where", "variables": {"tracking": "{name} {0} %s"}}
    assert someone.post(url, given).status == 202
    assert "Kargo: {name} {0} %s" in sent(world)


def test_a_canned_answer_has_its_text_and_takes_no_other(world: World) -> None:
    one, someone = case(world), staff(world)
    written(someone)
    url = f"/v1/conversations/{one}/messages"
    problem_of(someone.post(url, {"canned": "where", "text": "Merhaba"}), 400)
    problem_of(someone.post(url, {"text": "Merhaba", "variables": {"order": "1"}}), 400)
    problem_of(someone.post(url, {"canned": "none"}), 404)


def test_answers_are_replaced_listed_and_removed(world: World) -> None:
    someone = staff(world)
    for name in ("b", "a", "c"):
        someone.put(f"/v1/canned/{name}", {"tr": "Merhaba", "en": "Hello"})
    someone.put("/v1/canned/a", {"tr": "Selam", "en": "Hi"})
    pages = someone.pages("/v1/canned", "canned", limit=2)
    assert [[one["name"] for one in page] for page in pages] == [["a", "b"], ["c"]]
    one = someone.get("/v1/canned/a").json
    assert (one["tr"], one["version"], one["updated_by"]) == ("Selam", 2, "Support desk")
    for _ in range(2):
        assert someone.delete("/v1/canned/a").status == 200
    problem_of(someone.get("/v1/canned/a"), 404)
    problem_of(staff(world, "canned:read").delete("/v1/canned/b"), 403)


def test_somebody_without_a_name_is_greeted_without_one(world: World) -> None:
    someone = staff(world)
    message = telegram_message(1, world.now)
    del message["message"]["from"]["first_name"], message["message"]["chat"]["first_name"]
    arrive(world, "telegram", message)
    (row,) = world.items("conversation")
    written(someone, tr="Merhaba{name}!", en="Hello{name}!")
    body = {"conversation_id": row["pk"].removeprefix("V#")}
    text = someone.post("/v1/canned/where/render", body).json["text"]
    assert text == "Merhaba!"
