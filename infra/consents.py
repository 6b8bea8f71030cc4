"""The consents of all customers in a file: `python -m infra.consents --stage prod --out izin.csv`.

A name that ends in .csv becomes the list for İYS's portal, .json the body of its bulk request
(send it in parts as large as İYS takes). Run it every night with --since three days ago, and what
was said is with İYS in time; what comes twice does no harm.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TextIO

import msgspec

from chalicelib.outreach.consent_files import ConsentRow, csv_of_all, csv_of_iys
from chalicelib.outreach.iys import Row
from infra.staff_api import ApiError, StaffApi

FORMATS = ("iys_csv", "iys", "csv", "json")
_BY_SUFFIX = {".csv": "iys_csv", ".json": "iys"}
_PAGE = "100"


def export(
    api: StaffApi, out: Path, *, form: str, since: str | None, tell: Callable[[float, int], None]
) -> tuple[int, list[dict[str, Any]]]:
    """Write the file, whole or not at all; returns how many rows it has, and what a person should
    look at. `tell` hears how much is done (0 to 1) and how many rows there are. Raises ApiError."""
    part = out.with_name(f"{out.name}.part")
    _make_private(part)
    try:
        written = _write(api, part, form=form, since=since, tell=tell)
    except BaseException:
        part.unlink()
        raise
    part.replace(out)
    return written


def _make_private(path: Path) -> None:
    """An empty file that nobody else reads: what comes into it is about people."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)


def _write(
    api: StaffApi, part: Path, *, form: str, since: str | None, tell: Callable[[float, int], None]
) -> tuple[int, list[dict[str, Any]]]:
    rows, remarks = 0, []
    with part.open("w", encoding="utf-8", newline="") as file:
        write = _WRITERS[form](file)
        for page in _pages(api, "iys" if form.startswith("iys") else "json", since):
            found = page.get("iys", []) + page.get("consents", [])
            write(found)
            rows += len(found)
            remarks += page.get("remarks", [])
            tell(page["done"], rows)
        write(None)
    return rows, remarks


def _pages(api: StaffApi, form: str, since: str | None) -> Iterator[dict[str, Any]]:
    query = {"format": form, "limit": _PAGE, **({"since": since} if since else {})}
    while True:
        page: dict[str, Any] = api.get("/v1/consents/export", **query)
        yield page
        if "next_cursor" not in page:
            return
        query["cursor"] = page["next_cursor"]


Rows = list[dict[str, Any]]
Write = Callable[[Rows | None], None]
"""Takes one page's rows after the other, and None at the end."""


def _table(kind: Any, text: Callable[..., str]) -> Callable[[TextIO], Write]:
    def begin(file: TextIO) -> Write:
        file.write(text([], head=True))

        def write(rows: Rows | None) -> None:
            file.write(text(msgspec.convert(rows or [], list[kind]), head=False))

        return write

    return begin


def _array(file: TextIO) -> Write:
    before = "[\n"

    def write(rows: Rows | None) -> None:
        nonlocal before
        for row in rows or []:
            file.write(before + json.dumps(row, ensure_ascii=False))
            before = ",\n"
        if rows is None:
            file.write("[]\n" if before == "[\n" else "\n]\n")

    return write


_WRITERS: Mapping[str, Callable[[TextIO], Write]] = {
    "iys_csv": _table(Row, csv_of_iys),
    "csv": _table(ConsentRow, csv_of_all),
    "iys": _array,
    "json": _array,
}


def _show(done: float, rows: int) -> None:
    bar = "█" * round(done * 30)
    end = "\n" if done >= 1 else ""
    print(f"\r  {bar:<30} {done:4.0%}  {rows} rows", end=end, file=sys.stderr, flush=True)


def main(arguments: list[str]) -> int:
    """Run as a program. The stage `local` is that of the running local stack."""
    parser = argparse.ArgumentParser(prog="python -m infra.consents")
    parser.add_argument("--stage", required=True)
    parser.add_argument("--out", required=True, type=Path, help="the file to write")
    parser.add_argument("--format", choices=FORMATS, help="by default as the file's name ends")
    parser.add_argument("--since", help="only what was said after, e.g. 2026-11-20T00:00:00Z")
    given = parser.parse_args(arguments)
    form = given.format or _BY_SUFFIX.get(given.out.suffix)
    if form is None:
        parser.error("--out ends neither in .csv nor in .json: say which --format you want")
    try:
        api = StaffApi.of_stage(given.stage)
        rows, remarks = export(api, given.out, form=form, since=given.since, tell=_show)
    except (ApiError, OSError) as error:
        print(f"\nnothing was written: {error}", file=sys.stderr)
        return 1
    print(f"{rows} rows are in {given.out}")
    if remarks:
        beside = given.out.with_name(f"{given.out.name}.remarks.json")
        _make_private(beside)
        beside.write_text(json.dumps(remarks, ensure_ascii=False, indent=1) + "\n", "utf-8")
        for reason, count in Counter(one["reason"] for one in remarks).most_common():
            print(f"  {count} × {reason}")
        print(f"look at them in {beside}; docs/privacy.md says what each means")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
