"""What staff do with alerts: each change is written once, and then told on the bus.

Whoever repeats a call, after a crash or because an answer got lost, changes nothing and tells the
bus the same event once more, under the same id.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib import events
from chalicelib.bus import Bus
from chalicelib.clock import Clock, iso, to_millis
from chalicelib.store import alerts
from chalicelib.store.device_records import Alert


@dataclass(frozen=True, kw_only=True)
class Handling:
    """Commands on alerts, `by` somebody of the staff. All raise NotFound, or Unavailable: then
    repeat the call."""

    bus: Callable[[], Bus]
    clock: Clock

    def acknowledge(self, device_id: str, alert_id: str, *, by: str) -> Alert:
        """Somebody has seen it; the first one counts."""
        alert = alerts.acknowledge(device_id, alert_id, by=by, at=self._now())
        assert alert.acknowledged_at is not None
        told = events.AlertAcknowledged(
            alert_id=alert.id,
            device_id=alert.device_id,
            at=alert.acknowledged_at,
            by=alert.acknowledged_by or by,
        )
        self._tell(told, alert, at=told.at)
        return alert

    def assign(self, device_id: str, alert_id: str, assignee: str | None, *, by: str) -> Alert:
        """Make it somebody's, or (None) nobody's."""
        alert = alerts.assign(device_id, alert_id, assignee, by=by, at=self._now())
        if alert.assigned_at is not None:
            told = events.AlertAssigned(
                alert_id=alert.id,
                device_id=alert.device_id,
                at=alert.assigned_at,
                by=alert.assigned_by or by,
                assignee=alert.assignee,
            )
            self._tell(told, alert, iso(told.at), at=told.at)
        return alert

    def snooze(self, device_id: str, alert_id: str, until: datetime | None, *, by: str) -> Alert:
        """Let the owner hear nothing of it until then, or (None) again from now on. Raises Conflict
        for an alert that is over."""
        ends = to_millis(until) if until else None
        alert = alerts.snooze(device_id, alert_id, ends, by=by, at=self._now())
        if alert.snoozed_at is not None:
            told = events.AlertSnoozed(
                alert_id=alert.id,
                device_id=alert.device_id,
                at=alert.snoozed_at,
                by=alert.snoozed_by or by,
                until=alert.snoozed_until,
            )
            self._tell(told, alert, iso(told.at), at=told.at)
        return alert

    def comment(
        self, device_id: str, alert_id: str, text: str, *, by: str, comment_id: str
    ) -> Alert:
        """Write something on it; one `comment_id` is one comment, the first that came."""
        said = {"id": comment_id, "at": iso(self._now()), "by": by, "text": text}
        alert = alerts.comment(device_id, alert_id, said)
        kept: dict[str, Any] = next(c for c in alert.comments if c["id"] == comment_id)
        at = datetime.fromisoformat(kept["at"])
        told = events.AlertCommented(
            alert_id=alert.id, device_id=device_id, at=at, by=kept["by"], comment_id=comment_id
        )
        self._tell(told, alert, comment_id, at=at)
        return alert

    def _tell(self, told: events.Data, alert: Alert, *which: str, at: datetime) -> None:
        happened = events.event(told, alert.id, *which, at=at, trace=alert.device_id)
        self.bus().publish([happened])

    def _now(self) -> datetime:
        return to_millis(self.clock())
