"""The shapes of reports over HTTP, as the OpenAPI shows them. Bodies are not read by these but by
`fleet.reports`, which refuses each report by itself."""

from typing import Annotated

import msgspec

from chalicelib.web.views import View

Values = Annotated[dict[str, float | None], msgspec.Meta(max_length=200)]
Degrees = Annotated[float, msgspec.Meta(ge=-180, le=180)]


class PlaceBody(msgspec.Struct, frozen=True, kw_only=True):
    """Where the device is: degrees (WGS 84), and within how many metres that is known."""

    lat: Annotated[float, msgspec.Meta(ge=-90, le=90)]
    lon: Degrees
    accuracy_m: float | None = None


class ReportBody(msgspec.Struct, frozen=True, kw_only=True):
    """A report: `at` is its time by the device's clock (ISO 8601 with a zone, or Unix seconds)."""

    at: str | float
    status: str | None = None
    metrics: Values | None = None
    counters: Values | None = None
    errors: list[str | int] | None = None
    firmware: str | None = None
    location: PlaceBody | None = None


class GatewayReport(ReportBody, frozen=True, kw_only=True):
    """A report of the device `device_id`."""

    device_id: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9:_.-]{1,128}$")]


class GatewayReports(msgspec.Struct, frozen=True, kw_only=True):
    """Reports of several devices, in any order."""

    reports: Annotated[list[GatewayReport], msgspec.Meta(min_length=1, max_length=500)]


class DeviceReports(msgspec.Struct, frozen=True, kw_only=True):
    """One report, or `reports` for several: then nothing else."""

    at: str | float | None = None
    status: str | None = None
    metrics: Values | None = None
    counters: Values | None = None
    errors: list[str | int] | None = None
    firmware: str | None = None
    location: PlaceBody | None = None
    reports: Annotated[list[ReportBody], msgspec.Meta(min_length=1, max_length=500)] | None = None


class Refusal(View, frozen=True, kw_only=True):
    """The report at `index` was not taken in; `error` names the field and what to send instead."""

    index: int
    error: str
    device_id: str | None = None


class Accepted(View, frozen=True, kw_only=True):
    """How many reports were taken in, and which were not: those are as before if sent again."""

    accepted: int
    refused: list[Refusal]
