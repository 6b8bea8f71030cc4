"""Maintenance plans by their names. Pure."""

from collections.abc import Sequence

from chalicelib.maintenance_sections import MaintenancePlan


def plan_of(plans: Sequence[MaintenancePlan], name: str) -> MaintenancePlan | None:
    """The plan of this name; None if there is none (any more)."""
    return next((plan for plan in plans if plan.name == name), None)


def is_maintenance(rule: str, plans: Sequence[MaintenancePlan]) -> bool:
    """Whether an alert of this rule says that one of the plans is due."""
    return plan_of(plans, rule) is not None
