"""Under which keys the owner of a device is told of its maintenance. Pure.

`maintenance:{device}:{plan}:{cycle}` ahead of it, `maintenance:{device}:{plan}:{alert}:due`,
`maintenance:{device}:{at}:done`. Plans' names hold no colon.
"""

from datetime import datetime

from chalicelib.clock import iso

DONE, DUE = ":done", ":due"


def ahead(device_id: str, plan: str, cycle: str) -> str:
    """One cycle of a plan is told of once."""
    return f"maintenance:{device_id}:{plan}:{cycle}"


def due(device_id: str, plan: str, alert_id: str) -> str:
    return f"maintenance:{device_id}:{plan}:{alert_id}{DUE}"


def done(device_id: str, at: datetime) -> str:
    return f"{line(device_id, at)}{DONE}"


def line(device_id: str, at: datetime) -> str:
    """The key of the maintenance's line on the timeline."""
    return f"maintenance:{device_id}:{iso(at)}"


def is_due(key: str) -> bool:
    return key.endswith(DUE)


def is_done(key: str) -> bool:
    return key.endswith(DONE)


def line_of(done_key: str) -> str:
    """The line of the maintenance that is confirmed under this key."""
    return done_key.removesuffix(DONE)


def plan_in(key: str, device_id: str) -> str | None:
    """The plan that was told of, ahead or when it was due; None for a confirmation."""
    if is_done(key):
        return None
    return key.removeprefix(f"maintenance:{device_id}:").partition(":")[0]


def cycle_in(key: str, device_id: str) -> str:
    """The cycle that was told of ahead."""
    return key.removeprefix(f"maintenance:{device_id}:").partition(":")[2]
