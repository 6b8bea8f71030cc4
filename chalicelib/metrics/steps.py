"""From an event to what is to be counted. Pure."""

from datetime import datetime

from chalicelib import events
from chalicelib.metrics import case_steps, customer_steps
from chalicelib.metrics.step import Step
from chalicelib.metrics.tally import Calendar

_STEPS = {**case_steps.STEPS, **customer_steps.STEPS}

COUNTED: tuple[type[events.Data], ...] = (*_STEPS, events.CustomersMerged, events.CustomersParted)
"""The events that figures are about."""


def steps(event_id: str, at: datetime, data: events.Data, calendar: Calendar) -> list[Step]:
    """What is to be counted of an event; nothing of those that no figure is about."""
    make = _STEPS.get(type(data))
    return make(event_id, at, data, calendar) if make else []
