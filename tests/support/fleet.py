"""Rules and plans for tests, written as a brand would write them."""

from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from chalicelib.device_sections import DeviceRule, ModelPlan, decode
from chalicelib.fleet.rules.compiling import compiled, plan_rule
from chalicelib.fleet.rules.rule import Rule
from chalicelib.maintenance_sections import MaintenancePlan

ISTANBUL = ZoneInfo("Europe/Istanbul")
SAID = {"tr": "bir şey var.", "en": "something is up."}


def written(name: str, severity: str = "warning", **more: Any) -> DeviceRule:
    """A rule; give `when` (and `steps` …) as JSON would have it."""
    given = {"name": name, "severity": severity, "message": SAID, **more}
    return msgspec.convert(given, DeviceRule, dec_hook=decode)


def rule(name: str, severity: str = "warning", **more: Any) -> Rule:
    """The same, ready to judge."""
    return compiled(written(name, severity, **more), ISTANBUL)


def plan(name: str = "descale", **more: Any) -> MaintenancePlan:
    return msgspec.convert(
        {"name": name, "message": SAID, **more}, MaintenancePlan, dec_hook=decode
    )


def planned(name: str = "descale", **more: Any) -> Rule:
    """A plan's rule, ready to judge."""
    return plan_rule(plan(name, **more))


def model(**more: Any) -> ModelPlan:
    return msgspec.convert(more, ModelPlan, dec_hook=decode)
