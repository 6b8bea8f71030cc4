"""Reviews: each kept once, counted exactly, told of under one name, and moderated by staff."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.commerce.reviews import EDITABLE, Written
from chalicelib.errors import Conflict, NotFound
from chalicelib.store import reviews
from tests.support.aws_calls import Killed, failing, intercepted, killed_at
from tests.support.http_calls import problem_of, staff
from tests.support.reviews import COFFEE, ORDER, POT, buy, use
from tests.support.webhook_calls import SHOP
from tests.support.world import World
from tests.support.world import world as make_world

WHOLE = f"shopify:{SHOP}"


def submit(world: World, stars: int = 4, product: str | None = None, **said: Any) -> Any:
    return world.wiring.reviews.submit(ORDER, Written(stars=stars, **said), product_id=product)


def told(world: World) -> list[dict[str, Any]]:
    return [e["detail"] for e in world.events() if e["detail-type"] == "ReviewSubmitted"]


def stars_of(subject: str) -> list[int]:
    """How many published reviews give 1, 2, 3, 4 and 5 stars."""
    rating = reviews.rating(subject)
    return [getattr(rating, f"stars_{stars}") for stars in range(1, 6)]


def test_a_review_of_the_whole_order_completes_it(world: World) -> None:
    who = buy(world)
    world.events()
    done = submit(world, 4, title="Güzel", text="Çok beğendim", author="Ayşe Y.", locale="tr")
    assert (done.complete, done.review.status, done.review.product) == (True, "published", None)
    (event,) = told(world)
    assert event["metadata"]["id"].startswith("evt_")
    assert event["data"] == {
        "order_key": ORDER,
        "customer_id": who,
        "stars": 4,
        "review_id": done.review.id,
        "product": None,
        "complete": True,
    }
    assert stars_of(WHOLE) == [0, 0, 0, 1, 0]
    assert reviews.rating(WHOLE).average == 4


def test_item_by_item_the_last_one_completes_the_order(world: World) -> None:
    use(world, per="item")
    buy(world)
    world.events()
    assert not submit(world, 2, product="11").complete
    assert submit(world, 5, product="12").complete
    assert [event["data"]["complete"] for event in told(world)] == [False, True]
    assert (stars_of(COFFEE), stars_of(POT)) == ([0, 1, 0, 0, 0], [0, 0, 0, 0, 1])
    assert stars_of(WHOLE) == [0] * 5


def test_a_word_about_the_whole_order_leaves_no_item_to_ask_about(world: World) -> None:
    use(world, per="item")
    buy(world)
    assert submit(world, 3).complete


def test_a_review_stands_on_the_timeline(world: World) -> None:
    who = buy(world)
    submit(world, 4, title="Güzel", text="Çok beğendim")
    submit(world, 2, title="Olmadı", text="Fikrim değişti")
    entries = staff(world).get(f"/v1/customers/{who}/timeline").json["entries"]
    (line,) = [entry for entry in entries if entry["kind"] == "review"]
    assert (line["text"], line["details"]["stars"]) == ("Olmadı\n\nFikrim değişti", 2)


def test_the_same_again_changes_nothing_and_is_told_under_the_same_name(world: World) -> None:
    buy(world)
    world.events()
    first = submit(world, 4, text="İyi")
    world.now += timedelta(minutes=5)
    assert submit(world, 4, text="İyi").review == first.review
    assert len({event["metadata"]["id"] for event in told(world)}) == 1
    assert stars_of(WHOLE) == [0, 0, 0, 1, 0]


def test_its_author_may_change_it_for_half_a_year(world: World) -> None:
    buy(world)
    first = submit(world, 4, title="İyi", text="Sade")
    world.now += EDITABLE
    changed = submit(world, 1, text="Bozuldu").review
    assert (changed.id, changed.at) == (first.review.id, first.review.at)
    assert (changed.stars, changed.title, changed.text) == (1, "İyi", "Bozuldu")
    assert stars_of(WHOLE) == [1, 0, 0, 0, 0]
    world.now += timedelta(seconds=1)
    with pytest.raises(Conflict, match="too old"):
        submit(world, 5)
    assert submit(world, 1, text="Bozuldu").review == changed


def test_a_text_box_left_as_it_was_says_nothing(world: World) -> None:
    buy(world)
    template = world.wiring.playbook.review.template.tr
    assert submit(world, 4, text=template.replace("\n", "\r\n ") + "\n").review.text == ""
    assert submit(world, 4, text=template + "hiç").review.text.endswith("hiç")


def test_what_was_not_bought_is_not_reviewed(world: World) -> None:
    buy(world)
    with pytest.raises(NotFound, match="no product 99"):
        submit(world, 4, product="99")
    with pytest.raises(NotFound):
        world.wiring.reviews.submit("shopify:x:1", Written(stars=4))
    assert world.items("review") == []


def test_where_reviews_are_checked_first_none_counts_before(world: World) -> None:
    use(world, publish="after_check")
    buy(world)
    review = submit(world, 5).review
    assert (review.status, stars_of(WHOLE)) == ("pending", [0] * 5)
    moderate = world.wiring.reviews.moderate
    moderate(review.id, status="published")
    assert stars_of(WHOLE) == [0, 0, 0, 0, 1]
    assert submit(world, 4).review.status == "pending"
    assert stars_of(WHOLE) == [0] * 5


def test_what_staff_have_hidden_does_not_come_back_by_being_changed(world: World) -> None:
    buy(world)
    review = submit(world, 1, text="küfür").review
    world.wiring.reviews.moderate(review.id, status="hidden")
    assert submit(world, 1, text="küfür").review.status == "hidden"
    assert submit(world, 1, text="daha kötüsü").review.status == "pending"
    assert submit(world, 1, text="en kötüsü").review.status == "pending"
    assert reviews.of_subject(WHOLE, limit=5)[0] == []


def test_newest_first_page_by_page(world: World) -> None:
    for number in range(5):
        buy(world, 7 + number)
        key = f"shopify:{SHOP}:{7 + number}"
        world.wiring.reviews.submit(key, Written(stars=1 + number))
        world.now += timedelta(minutes=1)
    first, cursor = reviews.of_subject(WHOLE, limit=3)
    rest, end = reviews.of_subject(WHOLE, limit=3, before=cursor)
    assert [review.stars for review in (*first, *rest)] == [5, 4, 3, 2, 1]
    assert end is None
    listed = staff(world).pages("/v1/reviews?status=published", "reviews", limit=2)
    assert [r["stars"] for page in listed for r in page] == [5, 4, 3, 2, 1]


DEEDS = st.lists(
    st.one_of(
        st.tuples(st.just("submit"), st.sampled_from([7, 8]), st.integers(1, 5)),
        st.tuples(st.sampled_from(["published", "hidden"]), st.sampled_from([7, 8]), st.none()),
    ),
    max_size=6,
)


@settings(
    deadline=None, max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    deeds=DEEDS,
    lost=st.sets(st.integers(0, 5)),
    publish=st.sampled_from(["at_once", "after_check"]),
)
def test_the_figures_are_a_recount_whatever_happens_and_however_often(
    deeds: list[tuple[str, int, Any]], lost: set[int], publish: str
) -> None:
    with make_world() as world:
        use(world, publish=publish)
        for order_id in (7, 8):
            buy(world, order_id)
        for number, (what, order_id, stars) in enumerate(deeds):
            key = f"shopify:{SHOP}:{order_id}"
            for answered in (True, False) if number in lost else (False,):
                try:
                    with killed_at(1, answered=True) if answered else failing("None", ""):
                        if what == "submit":
                            world.wiring.reviews.submit(key, Written(stars=stars))
                        else:
                            id_ = reviews.review_id(key, None)
                            world.wiring.reviews.moderate(id_, status=what)
                except (Killed, NotFound):
                    continue
        kept = [i for i in world.items("review") if i["status"] == "published"]
        counted = Counter(int(item["stars"]) for item in kept)
        assert stars_of(WHOLE) == [counted[stars] for stars in range(1, 6)]
        page, _ = reviews.of_subject(WHOLE, limit=9)
        assert {review.id for review in page} == {item["pk"][2:] for item in kept}


@pytest.mark.parametrize("answered", [False, True])
def test_a_worker_that_ends_anywhere_leaves_one_review_told_of(
    world: World, answered: bool
) -> None:
    buy(world)
    for number in range(20):
        world.events()
        try:
            with killed_at(number, answered=answered):
                submit(world, 1 + number % 5, title=f"{number}")
                break
        except Killed:
            submit(world, 1 + number % 5, title=f"{number}")
        assert len({event["metadata"]["id"] for event in told(world)}) == 1
        assert sum(stars_of(WHOLE)) == 1
    else:
        raise AssertionError("it never got through")


def test_two_at_the_same_moment_are_counted_one_after_the_other(world: World) -> None:
    """Between reading and writing, the same customer's other tab, staff, and another customer."""
    for order_id in (7, 8):
        buy(world, order_id)
    other = f"shopify:{SHOP}:8"
    meanwhile: list[Callable[[], Any]] = [
        lambda: submit(world, 2),
        lambda: world.wiring.reviews.moderate(reviews.review_id(ORDER, None), status="hidden"),
        lambda: world.wiring.reviews.submit(other, Written(stars=1)),
    ]

    busy = [False]

    def interfere(operation: str) -> None:
        if operation == "TransactWriteItems" and meanwhile and not busy[0]:
            busy[0] = True
            meanwhile.pop(0)()
            busy[0] = False

    with intercepted(interfere):
        done = submit(world, 5)
    assert meanwhile == []
    assert done.review.stars == 5
    kept = reviews.get(done.review.id)
    counted = 1 if kept.status == "published" else 0
    assert stars_of(WHOLE) == [1, 0, 0, 0, counted]


# --- staff ---------------------------------------------------------------------------------------


def test_staff_note_a_review_from_elsewhere(world: World) -> None:
    who, someone = buy(world), staff(world, "reviews:write")
    body = {"order_key": ORDER, "stars": 5, "product": COFFEE, "text": "<i>İyi</i>", "author": "A"}
    answer = someone.post("/v1/reviews", body)
    assert (answer.status, answer.json["order"]["customer_id"]) == (201, who)
    review = answer.json["review"]
    assert (review["product"], review["product_title"]) == (COFFEE, "Filtre Kahve")
    assert (review["text"], review["source"], review["status"]) == (
        "<i>İyi</i>",
        "staff",
        "published",
    )
    assert (
        someone.post("/v1/reviews", {"order_key": ORDER, "stars": 5, "product": "11"}).json[
            "review"
        ]["text"]
        == "<i>İyi</i>"
    )


def test_staff_find_publish_hide_and_answer(world: World) -> None:
    use(world, publish="after_check")
    buy(world)
    id_ = submit(world, 2, text="Geç geldi").review.id
    someone = staff(world, "reviews:*")
    (waiting,) = someone.get("/v1/reviews?status=pending").json["reviews"]
    assert (waiting["id"], waiting["text"]) == (id_, "Geç geldi")
    url = f"/v1/reviews/{id_}"
    answer = someone.patch(url, {"status": "published", "answer": "Özür dileriz."})
    assert (answer.status, answer.json["status"]) == (200, "published")
    assert someone.get(url).json == answer.json
    assert someone.patch(url, {"status": "hidden"}).json["answer"] == "Özür dileriz."
    assert stars_of(WHOLE) == [0] * 5
    assert "answer" not in someone.patch(url, {"answer": ""}).json
    assert someone.get("/v1/reviews").json["reviews"] == []


def test_staff_need_the_scope_and_the_right_words(world: World) -> None:
    buy(world)
    url = f"/v1/reviews/{submit(world).review.id}"
    reader, someone = staff(world, "reviews:read"), staff(world)
    problem_of(reader.patch(url, {"status": "hidden"}), 403)
    problem_of(reader.post("/v1/reviews", {"order_key": ORDER, "stars": 5}), 403)
    assert "status" in problem_of(someone.patch(url, {"status": "pending"}), 400)
    assert "answer" in problem_of(someone.patch(url, {"answer": "x" * 4001}), 400)
    assert "status" in problem_of(someone.get("/v1/reviews?status=new"), 400)
    problem_of(someone.get("/v1/reviews/rev_none"), 404)
    problem_of(someone.patch("/v1/reviews/rev_none", {"status": "hidden"}), 404)
    for field, length in (("title", 121), ("text", 4001), ("author", 61)):
        body = {"order_key": ORDER, "stars": 5, field: "x" * length}
        assert f"$.{field}" in problem_of(someone.post("/v1/reviews", body), 400)
