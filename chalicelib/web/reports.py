"""HTTP doors for device reports: from gateways that speak for many devices, and from devices that
speak no MQTT. What is let in goes to the queue where MQTT's reports come in."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.errors import InvalidRequest, ParseError, TooLarge
from chalicelib.fleet.reports.batches import alone
from chalicelib.fleet.reports.json_text import LONGEST_BODY, read_json, unique
from chalicelib.fleet.reports.report import DEVICE_ID, report_of
from chalicelib.web.endpoints import Call, Endpoint
from chalicelib.web.report_bodies import Accepted, DeviceReports, GatewayReports, Refusal

MOST_REPORTS = 500
MOST_BYTES = 1_000_000
"""Of one call."""


def post_reports(call: Call) -> Accepted:
    """Reports of several devices, each with its `device_id`. Every report is let in or refused by
    itself; 202 means that what is counted as accepted is durable. Sending the same again is
    harmless."""
    given = _listed(call.body)
    return _forward(call, [(_named(report), report) for report in given])


def post_device_reports(call: Call) -> Accepted:
    """Reports of one device: one, as a device sends it over MQTT, or several as {"reports": …}.
    A report that comes alone and is refused is a 400."""
    device_id = call.path["device_id"]
    if not DEVICE_ID.fullmatch(device_id):
        raise InvalidRequest("a device id has 1 to 128 letters, digits and : _ . -")
    if isinstance(call.body, dict) and "reports" in call.body:
        return _forward(call, [(device_id, report) for report in _listed(call.body)])
    body = _checked(device_id, call.body, call.wiring.clock())
    return _sent(call, [body], [])


def read_reports(raw: bytes) -> Any:
    """The body, read so that one report's fault stays its own. Raises InvalidRequest, TooLarge."""
    if len(raw) > MOST_BYTES:
        raise TooLarge(f"the body has {len(raw)} bytes; send at most {MOST_BYTES} in one call")
    try:
        return read_json(raw, "the body", MOST_BYTES)
    except ParseError as error:
        raise InvalidRequest(str(error)) from error


def _listed(body: Any) -> Sequence[Any]:
    if not isinstance(body, dict) or not isinstance(body.get("reports"), list):
        raise InvalidRequest('reports: must be a list; send {"reports": [{…}, …]}')
    _unique(body)
    reports: list[Any] = body["reports"]
    if not 1 <= len(reports) <= MOST_REPORTS:
        raise InvalidRequest(
            f"reports: has {len(reports)}; send 1 to {MOST_REPORTS} reports in one call"
        )
    return reports


def _unique(body: Mapping[str, Any]) -> None:
    try:
        unique(body)
    except ParseError as error:
        raise InvalidRequest(str(error)) from error


def _named(report: Any) -> str | None:
    """Whose report it says it is, if that can be somebody's."""
    name = report.get("device_id") if isinstance(report, dict) else None
    return name if isinstance(name, str) and DEVICE_ID.fullmatch(name) else None


def _forward(call: Call, reports: Sequence[tuple[str | None, Any]]) -> Accepted:
    now = call.wiring.clock()
    bodies: list[str] = []
    refused: list[Refusal] = []
    for index, (device_id, report) in enumerate(reports):
        try:
            bodies.append(_checked(device_id, report, now))
        except ParseError as error:
            refused.append(Refusal(index=index, device_id=device_id, error=str(error)))
    return _sent(call, bodies, refused)


def _sent(call: Call, bodies: list[str], refused: list[Refusal]) -> Accepted:
    """Raises Unavailable."""
    call.wiring.forwarding.send(bodies)
    call.wiring.count({"ReportsForwarded": len(bodies), "ReportsRefused": len(refused)})
    return Accepted(accepted=len(bodies), refused=refused)


def _checked(device_id: str | None, report: Any, now: datetime) -> str:
    """A report as the IoT rule would forward it. Raises ParseError."""
    if device_id is None and isinstance(report, dict):
        raise ParseError("device_id: must be 1 to 128 letters, digits and : _ . -")
    around = {"temas_device_id": device_id, "temas_received_at": int(now.timestamp() * 1000)}
    given = alone(report, around)
    report_of(given, now)
    try:
        body = json.dumps(given, separators=(",", ":"))
    except RecursionError as error:
        raise ParseError("is nested too deeply; send an object as contract C7 says") from error
    if len(body) > LONGEST_BODY:
        raise ParseError(f"is over {LONGEST_BODY // 1024} KiB; send fewer values")
    return body


ENDPOINTS = (
    Endpoint(
        method="POST",
        path="/v1/reports",
        scope="devices:report",
        summary="Take in reports of several devices",
        handle=post_reports,
        returns=Accepted,
        body=GatewayReports,
        read=read_reports,
        status=202,
        audited=False,
    ),
    Endpoint(
        method="POST",
        path="/v1/devices/{device_id}/reports",
        scope="devices:report",
        summary="Take in reports of one device",
        handle=post_device_reports,
        returns=Accepted,
        body=DeviceReports,
        read=read_reports,
        status=202,
        audited=False,
    ),
)
