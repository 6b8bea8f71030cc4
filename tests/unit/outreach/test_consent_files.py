"""Consents as files: each row as it was, and nothing that a spreadsheet would run."""

import csv
import io
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.outreach.consent_files import csv_of_all, csv_of_iys, every
from chalicelib.outreach.csv_text import BOM, lines
from chalicelib.outreach.iys import Row
from chalicelib.store.records import Consent, Customer

AT = datetime(2026, 11, 22, 21, 30, 5, tzinfo=UTC)
ROW = Row(
    consent_date="2026-11-23 00:30:05",
    source="HS_WEB",
    recipient="+905321112233",
    status="ONAY",
    type="MESAJ",
)


def person(wording: str = "v3") -> Customer:
    grant = Consent(granted=True, at=AT, source="checkout", wording=wording)
    withdrawal = Consent(granted=False, at=AT, source="sms: opted_out")
    consents = {"marketing": grant, "marketing/sms": withdrawal}
    return Customer(id="cus_1", created_at=AT, consents=consents)


def test_the_list_for_the_portal_keeps_a_number_as_it_is() -> None:
    assert csv_of_iys([ROW], head=True) == (
        "IZIN TURU,ALICI,ONAY(1)-RET(0),IZIN KAYNAGI,IZIN TARIHI\r\n"
        "MESAJ,+905321112233,1,HS_WEB,2026-11-23 00:30:05\r\n"
    )


def test_everything_as_a_table() -> None:
    text = csv_of_all(every(person()), head=True)
    assert text.startswith(BOM)
    assert text.removeprefix(BOM).splitlines() == [
        "customer_id;purpose;channel;granted;at;source;wording",
        "cus_1;marketing;;yes;2026-11-22T21:30:05.000Z;checkout;v3",
        "cus_1;marketing;sms;no;2026-11-22T21:30:05.000Z;sms: opted_out;",
    ]


def test_pages_joined_are_one_table() -> None:
    rows = every(person())
    pages = csv_of_all(rows[:1], head=True) + csv_of_all(rows[1:], head=False)
    assert pages == csv_of_all(rows, head=True)
    assert csv_of_iys([], head=False) == ""


def test_a_formula_is_only_text() -> None:
    text = csv_of_all(every(person('=HYPERLINK("https://x";"y")')), head=False)
    assert "'=HYPERLINK" in text
    assert ";=HYPERLINK" not in text


@given(st.lists(st.text(max_size=20), min_size=1, max_size=5))
def test_no_cell_begins_a_formula_and_none_loses_a_letter(cells: list[str]) -> None:
    (row,) = csv.reader(io.StringIO(lines([cells]), newline=""), delimiter=";")
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for cell in row)
    assert [cell.removeprefix("'") for cell in row] == [cell.removeprefix("'") for cell in cells]
