"""The page for reviews: one click leads to it, looking changes nothing, a button sends, and what
goes wrong is said in a kind way."""

import email
import email.policy
import html
import re
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

import pytest

from chalicelib.commerce.reviews import Written
from chalicelib.outreach.links import LIFETIME
from chalicelib.web import public_reviews
from tests.support.aws_calls import counted, failing
from tests.support.http_calls import Answer, call, problem_of, staff
from tests.support.reviews import COFFEE, FORM, ORDER, POT, buy, link, order, send, send_photo, use
from tests.support.webhook_calls import SHOP, queued_order
from tests.support.world import DEPLOYMENT, World
from tests.unit.commerce.test_photos import HOME, PNG_BEGIN, PNG_END, PNG_SECRETS, jpeg

SHOP_PAGE = f"/reviews/{quote(f'shopify:{SHOP}', safe='')}"
COFFEE_PAGE = f"/reviews/{quote(COFFEE, safe='')}"


class Page(HTMLParser):
    """A page as those meet it who can’t see: each hint and label leads somewhere."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(text)
        ids = [attrs["id"] for _, attrs in self.tags if "id" in attrs]
        assert len(ids) == len(set(ids))
        for tag, attrs in self.tags:
            for described in attrs.get("aria-describedby", "").split():
                assert described in ids, (tag, described)
            if "for" in attrs:
                assert attrs["for"] in ids

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def named(self, name: str) -> list[dict[str, str]]:
        return [attrs for _, attrs in self.tags if attrs.get("name") == name]

    @property
    def stars(self) -> list[str]:
        """The stars that are chosen already."""
        return [one["value"] for one in self.named("stars") if "checked" in one]


def assert_safe(answer: Answer) -> Page:
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self'" in policy
    assert "unsafe" not in policy
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    page = Page(answer.text)
    assert not {"script", "img", "iframe", "link", "b", "i"} & {tag for tag, _ in page.tags}
    return page


def text_of(mail: bytes, kind: str = "plain") -> str:
    read = email.message_from_bytes(mail, policy=email.policy.default)
    body = read.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def public(url: str = SHOP_PAGE) -> Any:
    answer = call("GET", url)
    assert answer.status == 200, answer.text
    return answer.json


def speak(world: World, who: str, locale: str) -> None:
    staff(world).patch(f"/v1/customers/{who}/preferences", {"locale": locale})


def test_the_link_chooses_the_stars_and_records_nothing(world: World) -> None:
    path = link(world, buy(world))
    with counted() as calls:
        answers = [call("GET", f"{path}?stars=4"), call("GET", path)]
    assert set(calls) == {"BatchGetItem", "GetSecretValue"}
    assert [answer.status for answer in answers] == [200, 200]
    assert assert_safe(answers[0]).stars == ["4"]
    assert assert_safe(answers[1]).stars == []
    assert world.items("review") == []


@pytest.mark.parametrize(
    ("locale", "title", "spoken"),
    [
        ("tr", "Siparişinizi nasıl buldunuz?", "5 üzerinden 4 yıldız"),
        ("en", "How do you like your order?", "4 of 5 stars"),
    ],
)
def test_it_speaks_the_customers_language_and_can_be_heard(
    world: World, locale: str, title: str, spoken: str
) -> None:
    who = buy(world)
    speak(world, who, locale)
    answer = call("GET", link(world, who))
    page = assert_safe(answer)
    assert f'<html lang="{locale}">' in answer.text
    assert f"<h1>{title}</h1>" in answer.text
    assert [one["aria-label"] for one in page.named("stars")][3] == spoken
    assert page.named("author")[0]["value"] == "Ayşe Y."
    assert world.wiring.playbook.review.template.in_(locale) in answer.text  # type: ignore[arg-type]
    assert "Cezve &lt;b&gt;" in answer.text
    assert "Bahşiş" not in answer.text


def test_a_review_is_sent_once_however_often_the_button_is_pressed(world: World) -> None:
    path = link(world, buy(world))
    said = {"stars": "5", "title": " Çok  iyi ", "text": "İlk satır\r\nİkinci", "author": "Ayşe Y."}
    answers = [send(path, said) for _ in range(3)]
    assert [answer.status for answer in answers] == [200] * 3
    assert len({answer.text for answer in answers}) == 1
    assert "Teşekkürler!" in answers[0].text
    assert_safe(answers[0])
    (shown,) = public()["review"]
    assert (shown["name"], shown["reviewBody"]) == ("Çok iyi", "İlk satır\nİkinci")
    ids = {
        e["detail"]["metadata"]["id"]
        for e in world.events()
        if e["detail-type"] == "ReviewSubmitted"
    }
    assert len(ids) == 1


def test_thanks_are_the_same_whatever_the_stars(world: World) -> None:
    thanks = set()
    for stars in range(1, 6):
        who = buy(world, 7 + stars)
        path = link(world, who, f"shopify:{SHOP}:{7 + stars}")
        thanks.add(send(path, stars=str(stars)).text)
    assert len(thanks) == 1
    assert "yaklaşık 30 dakika sonra" in thanks.pop()


def test_no_code_is_promised_that_will_not_come(world: World) -> None:
    path = link(world, buy(world))
    assert "indirim kodu" in send(path, stars="5").text
    world.now += timedelta(minutes=30)
    assert "indirim kodu" not in send(path, stars="1").text
    use(world, coupon=None)
    who = buy(world, 8)
    assert "indirim kodu" not in send(link(world, who, f"shopify:{SHOP}:8"), stars="5").text


def test_item_by_item_each_has_a_form_until_it_is_reviewed(world: World) -> None:
    use(world, per="item")
    path = link(world, buy(world))
    page = assert_safe(call("GET", f"{path}?stars=4"))
    assert [one["value"] for one in page.named("product")] == ["11", "12"]
    assert page.stars == []
    one = assert_safe(call("GET", f"{path}?stars=4&item=2"))
    assert ([p["value"] for p in one.named("product")], one.stars) == (["12"], ["4"])

    thanks = send(path, stars="2", product="12")
    assert '<a href="?item=1">Filtre Kahve</a>' in thanks.text
    assert '<a href="?item=2">Değerlendirmemi' in thanks.text
    assert [p["value"] for p in assert_safe(call("GET", path)).named("product")] == ["11"]
    assert "diğer ürünler" not in send(path, stars="5", product="11").text
    again = assert_safe(call("GET", path))
    assert [p["value"] for p in again.named("product")] == ["11", "12"]
    assert again.stars == ["5", "2"]
    assert public(COFFEE_PAGE)["aggregateRating"]["ratingValue"] == 5
    assert public(f"/reviews/{quote(POT, safe='')}")["name"] == "Cezve <b>"


def test_what_is_wrong_is_said_and_what_was_typed_comes_back(world: World) -> None:
    path = link(world, buy(world))
    said = {"title": "t" * 121, "text": "</textarea><b>İyi" + "x" * 4000, "author": '"><i>' * 13}
    answer = send(path, said)
    page = assert_safe(answer)
    assert answer.status == 400
    assert 'role="alert"' in answer.text
    (title,), (author,) = page.named("title"), page.named("author")
    assert (title["value"], author["value"]) == (said["title"], said["author"])
    assert "&lt;/textarea&gt;&lt;b&gt;İyi" in answer.text
    wrong = [attrs for _, attrs in page.tags if attrs.get("aria-invalid") == "true"]
    assert len(wrong) == 4
    assert all("-error" in attrs["aria-describedby"] for attrs in wrong)
    assert world.items("review") == []


def test_while_it_cannot_be_kept_nothing_that_was_typed_is_lost(world: World) -> None:
    path = link(world, buy(world))
    with failing("TransactWriteItems", "ThrottlingException"):
        answer = send(path, stars="4", text="Uzun uzun yazdım")
    assert (answer.status, "yeniden gönderin" in answer.text) == (503, True)
    assert "Uzun uzun yazdım" in answer.text
    assert assert_safe(answer).stars == ["4"]
    assert send(path, stars="4", text="Uzun uzun yazdım").status == 200


@pytest.mark.parametrize("stars", ["", "0", "6", "4.5", "-1", "beş", "٤", "1e0", " "])
def test_stars_are_one_to_five(world: World, stars: str) -> None:
    answer = send(link(world, buy(world)), stars=stars)
    assert (answer.status, "yıldız seçin" in answer.text) == (400, True)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (FORM, b"&".join(b"f%d=x" % n for n in range(5000)) + b"&stars=5"),
        (FORM, b"stars=" + b"5" * 1_000_000),
        (FORM, b"text=" + b"%F0" * 1_000_000),
        (FORM, b"\xff\x00"),
        ("multipart/form-data; boundary=x", b"--x\r\n" * 5000),
        ("multipart/form-data; boundary=x", b""),
        (
            "multipart/form-data",
            b'--y\r\nContent-Disposition: form-data; name="stars"\r\n\r\n9\r\n--y--',
        ),
        ("application/json", b'{"stars": 5}'),
        ("text/plain", b"stars=5"),
        ("", b""),
    ],
)
def test_a_form_that_is_none_of_ours_is_answered_with_ours(
    world: World, kind: str, body: bytes
) -> None:
    path = link(world, buy(world))
    answer = call("POST", path, headers={"Content-Type": kind}, body=body)
    assert answer.status == 400
    assert len(answer.text) < 50_000
    assert_safe(answer)
    assert world.items("review") == []


def test_a_product_of_another_order_is_not_reviewed(world: World) -> None:
    path = link(world, buy(world))
    assert "<form" in send(path, stars="5", product="11").text
    use(world, per="item")
    for product in ("99", "", "12 ", "'"):
        answer = send(path, stars="5", product=product)
        assert ("<form" in answer.text) is (product != "12 ")
    assert len(world.items("review")) == 1


def test_hostile_words_are_words_everywhere(world: World) -> None:
    evil = '<script>alert("x")</script>\u202e</textarea>'
    path = link(world, buy(world))
    send(path, {"stars": "1", "title": evil[:100], "text": evil, "author": evil[:60]})
    assert_safe(call("GET", path))
    answer = call("GET", SHOP_PAGE)
    assert "<" not in answer.text
    assert answer.json["review"][0]["reviewBody"] == evil.replace("\u202e", "")


# --- who may --------------------------------------------------------------------------------------


def test_a_link_that_is_not_ours_or_over_meets_a_kind_page_without_data(world: World) -> None:
    who = buy(world)
    good = link(world, who)
    payload, _, signature = good.partition(".")
    bad = [
        link(world, who, key="another"),
        f"{payload}.{signature[:-3]}AAA",
        payload,
        "/r/x",
        "/r/%00",
        good.replace("/r/", "/r/ş"),
        link(world, "cus_unknown"),
        world.wiring.links.unsubscribe(who, "review", world.now).replace(
            "https://api.kahve.example/u/", "/r/"
        ),
    ]
    for path in bad:
        for answer in (call("GET", path), send(path, stars="5")):
            assert answer.status == 403, path
            assert "geçerli değil" in answer.text
            assert "Ayşe" not in answer.text
            assert_safe(answer)
    world.now += LIFETIME + timedelta(seconds=1)
    assert call("GET", good).status == 403
    assert world.items("review") == []


def _cancelled(world: World) -> None:
    buy(world, cancelled_at=world.now.isoformat())


def _refunded(world: World) -> None:
    buy(world, financial_status="refunded")


@pytest.mark.parametrize("end", [_cancelled, _refunded])
def test_an_order_that_is_no_more_meets_a_kind_page(world: World, end: Any) -> None:
    path = link(world, buy(world))
    world.now += timedelta(minutes=1)
    end(world)
    for answer in (call("GET", path), send(path, stars="5")):
        assert (answer.status, "artık değerlendirilemiyor" in answer.text) == (410, True)
        assert_safe(answer)
    assert world.items("review") == []


def test_an_order_of_somebody_else_or_none_meets_a_kind_page(world: World) -> None:
    buy(world)
    other = {"id": 2, "email": "can@ornek.example", "verified_email": True}
    world.put("inbound", queued_order("orders/create", order(world, 8, customer=other), world.now))
    world.settle()
    (stranger,) = {o["customer_id"] for o in world.items("order") if o["pk"].endswith(":8")}
    for path in (link(world, stranger), link(world, stranger, "shopify:x:9")):
        for answer in (call("GET", path), send(path, stars="5")):
            assert (answer.status, "<form" in answer.text) == (410, False)


def test_whoever_was_merged_into_another_still_has_their_link(world: World) -> None:
    who = buy(world)
    other = {"id": 2, "email": "can@ornek.example", "verified_email": True}
    world.put("inbound", queued_order("orders/create", order(world, 8, customer=other), world.now))
    world.settle()
    (lead,) = {o["customer_id"] for o in world.items("order") if o["pk"].endswith(":8")}
    staff(world).post(f"/v1/customers/{lead}/merge", {"customer_id": who})
    assert send(link(world, who), stars="5").status == 200


def test_after_half_a_year_it_can_be_read_and_not_changed(world: World) -> None:
    who = buy(world)
    send(link(world, who), stars="5")
    world.now += timedelta(days=181)
    answer = send(link(world, who), stars="1")
    assert (answer.status, "yazalı çok oldu" in answer.text) == (410, True)


# --- photos ---------------------------------------------------------------------------------------


def kept_photo(world: World) -> bytes:
    (review,) = world.items("review")
    key = f"reviews/{review['pk'][2:]}/photo"
    got = world.client("s3").get_object(Bucket=DEPLOYMENT.files_bucket, Key=key)
    body: bytes = got["Body"].read()
    assert got["ContentType"] == review["photo"]
    return body


@pytest.mark.parametrize("content", [jpeg(6), PNG_BEGIN + PNG_SECRETS + PNG_END])
def test_a_photo_is_published_without_where_it_was_taken(world: World, content: bytes) -> None:
    path = link(world, buy(world))
    answer = send_photo(path, content, stars="5", text="Fotoğraflı")
    assert answer.status == 200
    assert HOME not in kept_photo(world)
    (shown,) = public()["review"]
    assert shown["reviewBody"] == "Fotoğraflı"
    found = call("GET", shown["image"].removeprefix("https://api.kahve.example"))
    assert found.status == 302
    assert (
        "X-Amz-Expires=300" in found.headers["location"] or "Expires=" in found.headers["location"]
    )
    assert found.headers["cache-control"] == "public, max-age=60"
    assert "fotoğraf duruyor" in call("GET", path).text
    send(path, stars="4")
    assert public()["review"][0]["image"] == shown["image"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xd8\xff" + bytes(4_000_001), "4 MB"),
        (b"<svg onload=alert(1)>", "JPEG, PNG ya da WebP"),
        (jpeg()[:60], "okunamadı"),
    ],
)
def test_a_photo_that_is_none_is_refused_in_a_kind_way(
    world: World, content: bytes, words: str
) -> None:
    answer = send_photo(link(world, buy(world)), content, stars="5", text="yazdığım")
    assert answer.status == 400
    assert words in answer.text
    assert "yazdığım" in answer.text
    assert assert_safe(answer).stars == ["5"]
    assert world.items("review") == []


def test_without_a_photo_chosen_browsers_send_an_empty_one(world: World) -> None:
    path = link(world, buy(world))
    assert send_photo(path, b"", name="", stars="5").status == 200
    assert "image" not in public()["review"][0]


def test_only_published_photos_are_shown(world: World) -> None:
    path = link(world, buy(world))
    send_photo(path, jpeg(), stars="5")
    (id_,) = (item["pk"][2:] for item in world.items("review"))
    someone = staff(world)
    someone.patch(f"/v1/reviews/{id_}", {"status": "hidden"})
    for name in (id_, "rev_none", "x", "%00", "a" * 600, "rev_" + "a" * 20):
        assert "no such photo" in problem_of(call("GET", f"/reviews/{name}/photo"), 404)
    assert someone.get(f"/v1/reviews/{id_}").json["photo_url"].startswith("https://")


# --- for everybody -------------------------------------------------------------------------------


def test_the_worlds_copy_names_nobody(world: World) -> None:
    who = buy(world)
    send(link(world, who), stars="4", title="İyi", text="Kokusu güzel", author="Ayşe Y.")
    (id_,) = (item["pk"][2:] for item in world.items("review"))
    staff(world).patch(f"/v1/reviews/{id_}", {"answer": "Afiyet olsun."})
    answer = call("GET", SHOP_PAGE)
    assert answer.headers["content-type"].startswith("application/ld+json")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.json == {
        "@context": "https://schema.org",
        "@type": "Store",
        "identifier": f"shopify:{SHOP}",
        "name": "Kahve Dükkânı",
        "aggregateRating": {
            "@type": "AggregateRating",
            "ratingValue": 4.0,
            "reviewCount": 1,
            "bestRating": 5,
            "worstRating": 1,
        },
        "review": [
            {
                "@type": "Review",
                "author": {"@type": "Person", "name": "Ayşe Y."},
                "datePublished": "2026-11-23",
                "reviewRating": {
                    "@type": "Rating",
                    "ratingValue": 4,
                    "bestRating": 5,
                    "worstRating": 1,
                },
                "name": "İyi",
                "reviewBody": "Kokusu güzel",
                "inLanguage": "tr",
                "comment": {
                    "@type": "Comment",
                    "author": {"@type": "Organization", "name": "Kahve Dükkânı"},
                    "text": "Afiyet olsun.",
                },
            }
        ],
    }
    for secret in (who, ORDER, "ornek.example", "Yılmaz"):
        assert secret not in answer.text


def test_without_a_review_there_is_no_rating(world: World) -> None:
    nothing = public(COFFEE_PAGE)
    assert (nothing["@type"], nothing["productID"], nothing["review"]) == ("Product", "11", [])
    assert "aggregateRating" not in nothing
    use(world, publish="after_check")
    send(link(world, buy(world)), stars="5", author="")
    assert "aggregateRating" not in public()
    (id_,) = (item["pk"][2:] for item in world.items("review"))
    staff(world).patch(f"/v1/reviews/{id_}", {"status": "published"})
    assert public()["review"][0]["author"]["name"] == "Bir müşteri"


def test_the_next_page_is_a_link_away(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public_reviews, "PER_PAGE", 3)
    for number in range(5):
        buy(world, 100 + number)
        world.now += timedelta(seconds=1)
        world.wiring.reviews.submit(f"shopify:{SHOP}:{100 + number}", Written(stars=1 + number))
    answer = call("GET", SHOP_PAGE)
    after = answer.json["next"]
    assert answer.headers["link"] == f'<{after}>; rel="next"'
    rest = public(after.removeprefix("https://api.kahve.example"))
    assert "next" not in rest
    stars = [r["reviewRating"]["ratingValue"] for r in (*answer.json["review"], *rest["review"])]
    assert stars == [5, 4, 3, 2, 1]
    assert answer.json["aggregateRating"] == rest["aggregateRating"]


@pytest.mark.parametrize(
    "name", ["x", "%00", "a" * 600, ":", "x:", "%F0%9F", f"x:y?cursor={'a' * 600}"]
)
def test_what_can_be_neither_product_nor_shop_is_not_found(world: World, name: str) -> None:
    problem_of(call("GET", f"/reviews/{name}"), 404)


def test_a_wrong_cursor_harms_nothing(world: World) -> None:
    for cursor in ("%00", "~", "%F0%9F%98%80", "2026"):
        assert public(f"{SHOP_PAGE}?cursor={cursor}")["review"] == []


# --- the whole way --------------------------------------------------------------------------------


def test_from_the_delivery_to_the_code(world: World) -> None:
    use(world, per="item")
    buy(world)
    world.advance(timedelta(days=7, hours=1))
    (mail,) = world.mails()
    assert world.outcomes()[f"review:{ORDER}:1"] == "sent"
    assert world.outcomes()[f"review:{ORDER}:2"] == "planned"
    stars = re.findall(r'href="https://api.kahve.example(/r/[^"]+)"', text_of(mail, "html"))
    assert len(stars) == 10
    clicked = html.unescape(stars[2])
    assert clicked.endswith("?stars=3&item=1")

    assert assert_safe(call("GET", clicked)).stars == ["3"]
    assert world.items("review") == []
    path = clicked.partition("?")[0]
    send(clicked, stars="3", product="11", text="Fena değil")
    world.settle()
    assert public(COFFEE_PAGE)["aggregateRating"]["reviewCount"] == 1
    assert world.outcomes()[f"review:{ORDER}:2"] == "planned"
    assert world.outcomes()[f"coupon:review:{ORDER}"] == "planned"

    send(path, stars="1", product="12")
    world.settle()
    assert world.outcomes()[f"review:{ORDER}:2"] == "cancelled"
    world.advance(timedelta(days=1))
    assert world.outcomes()[f"coupon:review:{ORDER}"] == "sent"
    codes = [item for item in world.items("coupon") if item["reason"] == "coupon"]
    assert len(codes) == 1
    assert codes[0]["pk"][2:] in text_of(world.mails()[-1])
    world.advance(timedelta(days=60))
    sent = [
        key for key, status in world.outcomes().items() if "review:" in key and status == "sent"
    ]
    assert sorted(sent) == [f"coupon:review:{ORDER}", f"review:{ORDER}:1"]
