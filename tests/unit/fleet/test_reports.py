"""Device reports: what contract C7 allows is read, anything else is refused with field and fix."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.errors import ParseError
from chalicelib.fleet.reports.report import Location, Report, parse_report

EVENTS = Path(__file__).parents[3] / "events" / "iot"
NOW = datetime(2026, 11, 14, 18, 30, 0, 250999, tzinfo=UTC)
DEVICE = "bogaz-0042"


def parse(**fields: Any) -> Report:
    body = {"temas_device_id": DEVICE, "at": "2026-11-14T18:30:00Z", **fields}
    return parse_report(json.dumps(body), NOW)


def event(name: str) -> Report:
    """A payload of `events/iot`, with the device id that the IoT rule adds."""
    return parse(**json.loads((EVENTS / f"{name}.json").read_bytes()))


class TestAllowed:
    def test_as_the_rule_forwards_it(self) -> None:
        report = parse_report((EVENTS / "forwarded.too_hot.json").read_bytes(), NOW)
        assert report == Report(
            device_id=DEVICE,
            at=datetime(2026, 11, 14, 8, 10, tzinfo=UTC),
            received_at=datetime(2026, 11, 14, 8, 10, 1, 250000, tzinfo=UTC),
            status="alarm",
            metrics={
                "boiler_c": 133.7,
                "group_c": 92.6,
                "pressure_bar": 9.3,
                "water_tank_l": 1.3,
            },
            counters={"brews": 438, "brews_since_descaling": 438, "pump_seconds": 11826},
            errors=("E07 boiler over-temperature",),
            firmware="2.4.1",
        )

    @pytest.mark.parametrize("path", sorted(EVENTS.glob("status.*.json")), ids=lambda p: p.stem)
    def test_every_status_event(self, path: Path) -> None:
        assert event(path.stem).counters["brews"] > 0

    def test_the_time_alone_is_enough(self) -> None:
        at = datetime(2026, 11, 14, 18, 30, tzinfo=UTC)
        assert parse() == Report(
            device_id=DEVICE, at=at, received_at=NOW.replace(microsecond=250000)
        )
        assert parse(metrics=None, counters=None, errors=None, status=None) == parse()

    @pytest.mark.parametrize(
        "at",
        ["2026-11-14T21:30:00+03:00", "2026-11-14T18:30:00.000999Z", 1794681000, 1794681000.0004],
    )
    def test_times_to_the_millisecond(self, at: object) -> None:
        assert parse(at=at) == parse()

    def test_a_clock_somewhat_ahead_is_believed(self) -> None:
        late = NOW.replace(microsecond=250000) + timedelta(minutes=10)
        assert parse(at=late.isoformat()).at == late

    def test_a_sensor_without_reading_is_left_out(self) -> None:
        assert "boiler_c" not in event("status.sensor_lost").metrics

    def test_error_codes_as_text(self) -> None:
        assert parse(errors=[12, "E07  hot\n"]).errors == ("12", "E07 hot")

    def test_a_place_with_or_without_how_exact_it_is(self) -> None:
        there = parse(location={"lat": 41.0082, "lon": 28.9784, "accuracy_m": 12})
        assert there.location == Location(lat=41.0082, lon=28.9784, accuracy_m=12)
        assert parse(location={"lat": -90, "lon": 180}).location == Location(lat=-90, lon=180)
        assert parse(location=None) == parse()

    def test_a_report_that_waited_on_a_device_for_years(self) -> None:
        assert parse(at="2020-01-01T00:00:00Z").at == datetime(2020, 1, 1, tzinfo=UTC)

    def test_the_rank_knows_the_place_only_where_there_is_one(self) -> None:
        assert parse(status="ready").rank == "c0adf44269f5"  # as it was before there were places
        here, there = ({"lat": 41, "lon": lon} for lon in (28, 29))
        assert len({parse().rank, parse(location=here).rank, parse(location=there).rank}) == 3
        assert parse(location=here).rank == parse(location={"lat": 41.0, "lon": 28.0}).rank

    def test_rank_is_what_is_said(self) -> None:
        one = parse(metrics={"a": 1, "b": 2})
        assert one.rank == parse(metrics={"b": 2.0, "a": 1.0}, temas_received_at=1794700000000).rank
        assert one.rank != parse(metrics={"a": 1, "b": 2}, status="ready").rank


class TestRefused:
    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"at": None}, "at: is missing"),
            ({"at": ""}, "at: "),
            ({"at": "2026-11-14T18:30:00"}, "at: .* time zone"),
            ({"at": "1970-01-01T00:00:41Z"}, "at: .*2000.* clock that is set"),
            ({"at": "2019-12-31T23:59:59.999Z"}, "at: is in 2019.*clock is not set"),
            ({"location": [41, 28]}, "location: .*object"),
            ({"location": {"lat": 41}}, "location.lon: is missing"),
            ({"location": {"lat": 90.1, "lon": 0}}, "location.lat: is 90.1.*-90 to 90"),
            ({"location": {"lat": 0, "lon": -181}}, "location.lon: is -181.*-180 to 180"),
            ({"location": {"lat": "41", "lon": 28}}, "location.lat: .*number"),
            ({"location": {"lat": float("nan"), "lon": 28}}, "location.lat: .*finite"),
            ({"location": {"lat": 41, "lon": 28, "accuracy_m": -1}}, "location.accuracy_m: "),
            ({"at": "2100-01-01T00:00:00Z"}, "at: .*2099"),
            ({"at": 1794681000000}, "at: .*Unix seconds"),
            ({"at": float("nan")}, "at: "),
            ({"at": True}, "at: "),
            ({"at": [1]}, "at: "),
            ({"at": "2026-11-14T18:41:00Z"}, "at: .*660 s ahead .* clock"),
            ({"temas_received_at": "1794643801250"}, "temas_received_at"),
            ({"temas_received_at": True}, "temas_received_at"),
            ({"temas_received_at": 10**400}, "temas_received_at"),
            ({"temas_received_at": -1}, "temas_received_at"),
            ({"temas_received_at": 41_000}, "temas_received_at"),
            ({"temas_device_id": None}, "temas_device_id"),
            ({"temas_device_id": "a/b"}, "temas_device_id"),
            ({"temas_device_id": "a" * 129}, "temas_device_id"),
            ({"temas_device_id": 42}, "temas_device_id"),
            ({"metrics": {"boiler_c": float("nan")}}, "metrics.boiler_c: .*finite"),
            ({"metrics": {"boiler_c": float("inf")}}, "metrics.boiler_c: .*finite"),
            ({"metrics": {"boiler_c": -float("inf")}}, "metrics.boiler_c: .*finite"),
            ({"counters": {"brews": 10**400}}, "counters.brews: .*finite"),
            ({"counters": {"brews": "431"}}, "counters.brews: .*number"),
            ({"counters": {"brews": True}}, "counters.brews: .*number"),
            ({"counters": {"brews": [1]}}, "counters.brews: .*number"),
            ({"metrics": [1]}, "metrics: .*object"),
            ({"metrics": {f"m{i}": 1 for i in range(201)}}, "metrics: .*201.*200"),
            ({"counters": {"m" * 65: 1}}, "counters: .*64"),
            ({"counters": {"": 1}}, "counters: .*64"),
            ({"counters": {"a\ud800": 1}}, "counters: .*printable"),
            ({"status": 5}, "status: "),
            ({"status": "a" * 65}, "status: "),
            ({"firmware": "\x00"}, "firmware: "),
            ({"errors": "E07"}, "errors: .*list"),
            ({"errors": ["E"] * 51}, "errors: .*50"),
            ({"errors": [None]}, r"errors\[0\]"),
            ({"errors": ["E07", False]}, r"errors\[1\]"),
            ({"errors": ["E" * 201]}, r"errors\[0\].*200"),
            ({"errors": ["\ud800"]}, r"errors\[0\].*printable"),
        ],
    )
    def test_with_field_and_fix(self, fields: dict[str, Any], words: str) -> None:
        with pytest.raises(ParseError, match=words):
            parse(**fields)

    @pytest.mark.parametrize("name", ["refused.text_for_number", "refused.clock_in_1970"])
    def test_refused_events(self, name: str) -> None:
        with pytest.raises(ParseError):
            event(name)

    @pytest.mark.parametrize(
        "body", [b"", b"\xff\xff", b"{", b"[]", "null", '"x"', b"[" * 100_000, b"1" * 5000]
    )
    def test_what_is_no_report(self, body: bytes | str) -> None:
        with pytest.raises(ParseError, match="report"):
            parse_report(body, NOW)

    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ('{"at": 1794681000, "at": 1794681001}', "'at'"),
            ('{"at": 1794681000, "metrics": {"a": 1, "a": 2}}', "'metrics.a'"),
            ('{"at": 1794681000, "location": {"lat": 1, "lon": 2, "lat": 3}}', "'location.lat'"),
        ],
    )
    def test_a_name_given_twice(self, text: str, name: str) -> None:
        with pytest.raises(ParseError, match=f"{name}: is given twice"):
            parse_report(text.replace("{", '{"temas_device_id": "d1", ', 1), NOW)

    def test_a_huge_body(self) -> None:
        with pytest.raises(ParseError, match="over 256 KiB"):
            parse_report(b" " * (256 * 1024 + 1), NOW)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=6,
)
NAMES = st.sampled_from(["at", "status", "metrics", "counters", "errors", "firmware", "location"])


@settings(deadline=None)
@given(st.dictionaries(NAMES, VALUES) | st.binary(max_size=40))
def test_anything_is_read_or_refused(body: dict[str, Any] | bytes) -> None:
    try:
        report = parse_report(body, NOW) if isinstance(body, bytes) else parse(**body)
    except ParseError:
        return
    assert report.rank.encode()
