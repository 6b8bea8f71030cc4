"""What becomes of reports that can't be taken: kept where somebody looks, within bounds. Pure."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from chalicelib.clock import iso
from chalicelib.errors import ParseError
from chalicelib.fleet.reports.report import Report, parse_report
from chalicelib.store.device_records import Quarantine

NOBODY = "?"
"""Where that is kept of which not even the device can be read."""

MOST_WAITING = 32
MOST_REFUSED = 10
MOST_BYTES = 64 * 1024
LONGEST_EXCERPT = 2000


def waiting(
    before: Quarantine | None, device_id: str, reports: Sequence[Report], now: datetime
) -> Quarantine:
    """With reports of a device nobody has registered: the newest by time, each once."""
    known = dict.fromkeys(before.waiting if before else ())
    known |= {to_text(report): None for report in reports}
    newest = sorted(known, key=_reported_at)[-MOST_WAITING:]
    while sum(map(len, newest)) > MOST_BYTES:
        newest.pop(0)
    return Quarantine(
        device_id=device_id,
        first_at=before.first_at if before else now,
        last_at=now,
        total=(before.total if before else 0) + len(reports),
        waiting=tuple(newest),
        refused=before.refused if before else (),
    )


def refused(
    before: Quarantine | None, device_id: str, reasons: Sequence[tuple[str, str]], now: datetime
) -> Quarantine:
    """With what was refused, as (reason, body): the newest of them."""
    notes = [
        {"at": iso(now), "reason": reason, "excerpt": body[:LONGEST_EXCERPT]}
        for reason, body in reasons
    ]
    kept = [*(before.refused if before else ()), *notes][-MOST_REFUSED:]
    return Quarantine(
        device_id=device_id,
        first_at=before.first_at if before else now,
        last_at=now,
        total=(before.total if before else 0) + len(reasons),
        waiting=before.waiting if before else (),
        refused=tuple(kept),
    )


def to_text(report: Report) -> str:
    """A report as the IoT rule would forward it: what `from_text` reads."""
    said: dict[str, Any] = {
        "temas_device_id": report.device_id,
        "temas_received_at": round(report.received_at.timestamp() * 1000),
        "at": iso(report.at),
        "status": report.status,
        "metrics": dict(report.metrics),
        "counters": dict(report.counters),
        "errors": list(report.errors),
        "firmware": report.firmware,
    }
    if report.location is not None:
        where = report.location
        said["location"] = {"lat": where.lat, "lon": where.lon, "accuracy_m": where.accuracy_m}
    return json.dumps({name: value for name, value in said.items() if value not in (None, {}, [])})


def from_texts(texts: Sequence[str], now: datetime) -> list[Report]:
    """Those that can still be read."""
    found: list[Report] = []
    for text in texts:
        try:
            found.append(parse_report(text, now))
        except ParseError:
            continue
    return found


def _reported_at(text: str) -> str:
    at: str = json.loads(text)["at"]
    return at
