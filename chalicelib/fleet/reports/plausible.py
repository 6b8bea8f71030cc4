"""What a device can't have measured, left out before anything is concluded from it. Pure."""

from collections.abc import Mapping

from msgspec.structs import replace

from chalicelib.device_sections import Metric
from chalicelib.fleet.reports.report import Report
from chalicelib.fleet.rules.rulebook import RuleSet


def sorted_out(report: Report, rules: RuleSet) -> tuple[Report, list[str]]:
    """The report as it counts under its model, and what was left out of it and why.

    A model whose devices have no clock has its reports counted from their receipt.
    """
    if rules.clock == "receipt":
        report = replace(report, at=report.received_at)
    if not rules.metrics:
        return report, []
    problems: list[str] = []
    kept = {
        name: value
        for name, value in report.metrics.items()
        if _believable(name, value, rules.metrics, problems)
    }
    return (replace(report, metrics=kept), problems) if problems else (report, problems)


def _believable(
    name: str, value: float, metrics: Mapping[str, Metric], problems: list[str]
) -> bool:
    known = metrics.get(name)
    if known is None:
        return True
    low, high, unit = known.min, known.max, f" {known.unit}" if known.unit else ""
    if low is not None and value < low:
        problems.append(_problem(name, value, f"under the {low:g}{unit}"))
    elif high is not None and value > high:
        problems.append(_problem(name, value, f"over the {high:g}{unit}"))
    else:
        return True
    return False


def _problem(name: str, value: float, beyond: str) -> str:
    return (
        f"metrics.{name}: {value:g} is {beyond} that the model allows: check the unit and the "
        "sensor, or widen the model's metrics"
    )
