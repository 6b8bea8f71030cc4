"""What could tell whose a text is leaves it; what it is about stays."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.inbox.redaction import redacted


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Adresim ayse.yilmaz+x@ornek.com.tr, yazın", "Adresim [mail], yazın"),
        ("Beni 0532 111 22 33'ten arayın", "Beni [number]'ten arayın"),
        ("call +90 (532) 111-22-33 now", "call [number] now"),
        ("#1001 nerede?", "[number] nerede?"),
        ("order #17 is late", "order [number] is late"),
        ("sipariş TR-2024-17 gelmedi", "sipariş [number] gelmedi"),
        ("KHV1001 kayıp", "[number] kayıp"),
        ("TR12 0006 4000 0011 2345 6789 01 iade", "[number] [number] iade"),
        ("bak: https://kargo.example/t?no=12 bozuk", "bak: [link] bozuk"),
        ("@ayse_y yazdı", "[name] yazdı"),
        ("3 gündür 2 paket bekliyorum", "3 gündür 2 paket bekliyorum"),
        ("iade istiyorum", "iade istiyorum"),
    ],
)
def test_addresses_and_numbers_are_taken_out(text: str, left: str) -> None:
    assert redacted(text) == left


def test_the_customers_own_name_is_taken_out_in_any_case() -> None:
    said = redacted("Ben AYŞE YILMAZ, ayşe hanım diye geçer. Yılmazlar değil.", ["Ayşe Yılmaz"])
    assert said == "Ben [name] [name], [name] hanım diye geçer. Yılmazlar değil."


@given(st.text(), st.lists(st.text(min_size=3, max_size=12), max_size=3))
def test_no_text_breaks_it_and_no_long_number_survives(text: str, names: list[str]) -> None:
    assert not re.search(r"\d{4}", redacted(text, names))
