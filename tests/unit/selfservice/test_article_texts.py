"""What an article may hold, and how it is said where it may not."""

import pytest

from chalicelib.errors import InvalidRequest
from chalicelib.selfservice.articles import check_category, check_id, checked
from chalicelib.store.article_records import ArticleText


def text(**more: object) -> dict[str, ArticleText]:
    given: dict[str, object] = {"title": "İade", "body": "14 gün içinde.", **more}
    return {"tr": ArticleText(**given)}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("Bir.\n<script>alert(1)</script>", "texts.tr.body, line 2: '<script>' is HTML"),
        ("<b>kalın</b>", "'<b>' is HTML"),
        ("<br/>", "'<br/>' is HTML"),
        ("<IMG SRC=x onerror=alert(1)>", "is HTML"),
        ("<img src=x onerror=alert(1) ", "is HTML"),
        ("<svg/onload=alert(1)", "is HTML"),
        ("</p>", "'</p>' is HTML"),
        ("<!-- gizli -->", "is HTML"),
        ("A &amp; B", "'&amp;' is HTML: write the character itself"),
        ("A&#39;B", "write the character itself"),
        ("a\x00b", "control character"),
        ("   \n ", "it is empty"),
        ("a" * 2001, "2001 characters are too many: at most 2000"),
    ],
)
def test_a_body_that_is_not_plain_text_is_refused_naming_the_place(body: str, told: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        checked(text(body=body))
    assert told in str(refused.value)
    assert str(refused.value).startswith("texts.tr.body")


@pytest.mark.parametrize(
    "body", ["5 < 6 ve 7 > 3", "Ar&Ge; bizde", "<destek@kahve.example>", "<https://kahve.example>",
             "i ❤️ <3", "R&D; x", "a && b"],
)  # fmt: skip
def test_plain_text_with_signs_of_its_own_is_kept(body: str) -> None:
    assert checked(text(body=body))["tr"].body == body


def test_white_space_and_forms_of_letters_are_put_in_order() -> None:
    kept = checked(text(title="  S\u0327ifre ", body="Bir  \r\niki\r\n\r\n"))["tr"]
    assert (kept.title, kept.body) == ("Şifre", "Bir\niki")


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"title": "a\nb"}, "texts.tr.title: write it in one line"),
        ({"title": "a" * 121}, "texts.tr.title: 121 characters"),
        ({"keywords": ("kargo", "<i>x</i>")}, "texts.tr.keywords[1], line 1: '<i>'"),
        ({"keywords": ("a",) * 31}, "texts.tr.keywords: at most 30"),
        ({"keywords": ("",)}, "texts.tr.keywords[0]: it is empty"),
    ],
)
def test_titles_and_keywords_have_limits(more: dict[str, object], told: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        checked(text(**more))
    assert told in str(refused.value)


@pytest.mark.parametrize("texts", [{}, {"de": ArticleText(title="a", body="b")}])
def test_an_article_is_in_turkish_or_english(texts: dict[str, ArticleText]) -> None:
    with pytest.raises(InvalidRequest, match="texts: write the article in tr or en"):
        checked(texts)


@pytest.mark.parametrize("name", ["İade", "a b", "-a", "", "a" * 65, "search", "a/b"])
def test_an_id_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(InvalidRequest, match="is no id for an article"):
        check_id(name)


def test_a_category_is_one_of_the_playbooks_if_it_has_any() -> None:
    check_category("return", ["return", "refund"])
    check_category(None, ["return"])
    check_category("anything", [])
    with pytest.raises(InvalidRequest, match="write one of return, refund"):
        check_category("returns", ["return", "refund"])
