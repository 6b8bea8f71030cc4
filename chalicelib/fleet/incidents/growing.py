"""Growth: an incident is told of again when it has ten times as many alerts, not with each one."""

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.bus import Bus
from chalicelib.clock import Clock, to_millis
from chalicelib.fleet.incidents import news
from chalicelib.fleet.incidents.incident import milestone
from chalicelib.store import incidents
from chalicelib.store.incident_records import Standing


@dataclass(frozen=True, kw_only=True)
class Growing:
    """Tells of growth. Repeating it changes nothing."""

    bus: Callable[[], Bus]
    clock: Clock

    def note(self, now: Standing) -> None:
        """Tell of a number of alerts that an open incident has reached. Told first and noted then,
        so that a worker that ends in between leaves it to the next one, under the same event id.
        What it began with was told when it was opened."""
        incident = now.incident
        if incident is None or incident.status != "open":
            return
        alerts = milestone(now.raised)
        if alerts <= max(incident.grown, milestone(incident.devices)):
            return
        at = to_millis(self.clock())
        self.bus().publish([news.grew(incident, alerts=alerts, at=at)])
        incidents.make_grown(incident, alerts=alerts)
