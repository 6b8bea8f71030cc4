"""Consents as files: İYS's own list for its portal, and all of them for the brand. Pure."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from chalicelib.clock import iso
from chalicelib.outreach.csv_text import BOM, lines
from chalicelib.outreach.iys import Row
from chalicelib.store.records import Customer

IYS_COLUMNS = ("IZIN TURU", "ALICI", "ONAY(1)-RET(0)", "IZIN KAYNAGI", "IZIN TARIHI")
"""The head of the list that the İYS portal takes, as public tools for it write it."""


class ConsentRow(msgspec.Struct, frozen=True, kw_only=True):
    """What a customer last said about one purpose, on one channel or (None) on all."""

    customer_id: str
    purpose: str
    channel: str | None
    granted: bool
    at: datetime
    source: str
    wording: str


def every(customer: Customer, *, since: datetime | None = None) -> list[ConsentRow]:
    """All that stands now, whatever its purpose."""
    found = []
    for about, said in sorted(customer.consents.items()):
        if since is None or said.at > since:
            purpose, _, channel = about.partition("/")
            found.append(
                ConsentRow(
                    customer_id=customer.id,
                    purpose=purpose,
                    channel=channel or None,
                    granted=said.granted,
                    at=said.at,
                    source=said.source,
                    wording=said.wording,
                )
            )
    return found


def csv_of_iys(rows: Iterable[Row], *, head: bool) -> str:
    """İYS's list: commas, no BOM. Its recipients are checked before: none is a formula, and a
    number keeps its plus."""
    cells = (
        (
            row.type,
            row.recipient,
            "1" if row.status == "ONAY" else "0",
            row.source,
            row.consent_date,
        )
        for row in rows
    )
    return lines([*([IYS_COLUMNS] if head else []), *cells], delimiter=",", exact=True)


def csv_of_all(rows: Iterable[ConsentRow], *, head: bool) -> str:
    """Everything, as a spreadsheet opens it in Turkey and most of Europe: semicolons, a BOM."""
    columns = ConsentRow.__struct_fields__
    text = lines([*([columns] if head else []), *map(_cells, rows)])
    return f"{BOM}{text}" if head else text


def _cells(row: ConsentRow) -> tuple[str, ...]:
    return (
        row.customer_id,
        row.purpose,
        row.channel or "",
        "yes" if row.granted else "no",
        iso(row.at),
        row.source,
        row.wording,
    )
