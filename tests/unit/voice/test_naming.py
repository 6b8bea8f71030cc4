"""Which product a message is about: only what it says itself."""

import pytest

from chalicelib.triage.words import fold
from chalicelib.voice.naming import Bought, candidates, product_named

ONE = Bought(names=("#1001", "5001"), products={"shopify:k:1": "Filtre Kahve"})
TWO = Bought(
    names=("#1002", "5002"), products={"shopify:k:1": "Filtre Kahve", "shopify:k:2": "Cezve"}
)


@pytest.mark.parametrize(
    ("text", "product"),
    [
        ("1001 nolu siparişim bozuk geldi", "shopify:k:1"),
        ("#1001!", "shopify:k:1"),
        ("order 5001 broken", "shopify:k:1"),
        ("siparişim bozuk geldi", None),
        ("Filtre kahve bozuk", None),
        ("1002 bozuk", None),
        ("1002 içindeki CEZVE bozuk", "shopify:k:2"),
        ("1002: cezve ve filtre kahve bozuk", None),
        ("21001 bozuk", None),
        ("1003 bozuk", None),
        ("", None),
    ],
)
def test_a_product_is_told_only_where_the_message_names_its_order(
    text: str, product: str | None
) -> None:
    assert product_named(text, [ONE, TWO], fold) == product


def test_orders_are_looked_for_only_where_a_word_could_name_one() -> None:
    assert candidates("Merhaba, 2 adet aldım, 10 gün oldu") == frozenset()
    assert candidates("KHV-1001 ve #7 ile #77x5, 0532 1 22") == {"KHV-1001", "7", "77X5", "0532"}
