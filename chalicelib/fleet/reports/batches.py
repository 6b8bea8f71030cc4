"""Several reports in one message: what a device kept while it was offline (contract C7, grown).

    {"reports": [{"at": …, "metrics": …}, …]} on temas/devices/{device_id}/status

comes with `temas_device_id` and `temas_received_at` around it, as the IoT rule adds them. All of it
is that one device's: the topic says whose, and no report inside may say otherwise.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.errors import ParseError
from chalicelib.fleet.reports.json_text import read_json, unique
from chalicelib.fleet.reports.report import Report, report_of

MOST_REPORTS = 200
"""In one message."""

AROUND = ("temas_device_id", "temas_received_at")
"""What stands around a batch and is true of each report in it."""


def parse_reports(body: bytes | str, received_at: datetime) -> list[Report | ParseError]:
    """Every report of a message in its order, or what is wrong with it; a message with a single
    report, or one that can't be read, gives a list of one. Raises nothing."""
    try:
        given = read_json(body, "the report")
        if not isinstance(given, dict) or "reports" not in given:
            return [report_of(given, received_at)]
        return [_one(index, given, received_at) for index in range(_count(given))]
    except ParseError as error:
        return [error]


def alone(report: object, around: Mapping[str, Any]) -> dict[str, Any]:
    """A report of a batch as if it had come alone. Raises ParseError."""
    if not isinstance(report, dict):
        raise ParseError(f"is a {type(report).__name__}; send an object as contract C7 says")
    unique(report)
    for name in ("device_id", "temas_device_id"):
        if name in report and report[name] != around["temas_device_id"]:
            raise ParseError(f"{name}: is another device's; send each device's by its own name")
    return {name: value for name, value in report.items() if name != "device_id"} | dict(around)


def _one(index: int, given: Mapping[str, Any], received_at: datetime) -> Report | ParseError:
    around = {name: given[name] for name in AROUND if name in given}
    around.setdefault("temas_device_id", None)
    try:
        return report_of(alone(given["reports"][index], around), received_at)
    except ParseError as error:
        return ParseError(f"reports[{index}]: {error}")


def _count(given: Mapping[str, Any]) -> int:
    unique(given)
    reports = given["reports"]
    if not isinstance(reports, list) or not reports:
        raise ParseError("reports: must be a list of reports, with one at least")
    if len(reports) > MOST_REPORTS:
        raise ParseError(f"reports: has {len(reports)}; send at most {MOST_REPORTS} in one message")
    return len(reports)
