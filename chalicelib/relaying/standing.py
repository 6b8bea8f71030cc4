"""How an endpoint stands: whether it may be called, left alone, switched off."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from chalicelib import events
from chalicelib.bus import Bus
from chalicelib.relaying import schedule
from chalicelib.relaying.messages import Sending
from chalicelib.store import relays
from chalicelib.store.relay_records import FAILING, RelayEndpoint


@dataclass(frozen=True, kw_only=True)
class Standing:
    bus: Callable[[], Bus]

    def may_call(self, endpoint: RelayEndpoint, now: datetime) -> bool:
        """Whether the endpoint is not to be left alone, or this is the one call that one gets which
        keeps failing."""
        if endpoint.probe_at is None:
            return True
        if endpoint.probe_at > now:
            return False
        rest = schedule.rest(endpoint.failures) or schedule.SHORTEST_REST
        return relays.leave_alone(endpoint.id, now + rest, after=endpoint.probe_at)

    def note_success(self, endpoint: RelayEndpoint) -> None:
        """Costs nothing where all was well before."""
        if endpoint.failures:
            relays.note_success(endpoint.id)

    def note_failure(self, endpoint: RelayEndpoint, now: datetime) -> None:
        latest = relays.note_failure(endpoint.id, now)
        if latest is None:
            return
        if schedule.hopeless(latest.failing_since, now):
            self.switch_off(latest, FAILING, now)
        elif latest.probe_at is None and (rest := schedule.rest(latest.failures)):
            relays.leave_alone(endpoint.id, now + rest, after=None)

    def switch_off(self, endpoint: RelayEndpoint, reason: str, now: datetime) -> None:
        """Told before it is done: both are safe to repeat, and one without the other would be
        silence."""
        off = events.EndpointDisabled(endpoint_id=endpoint.id, reason=reason, at=now)
        told = events.event(off, endpoint.id, str(endpoint.version), reason, at=now)
        self.bus().publish([told])
        relays.switch_off(endpoint, reason, now)


def missed(endpoint: RelayEndpoint, sending: Sending) -> bool:
    """Whether an endpoint that is off is to have this one day: it was on when the event came, or
    is off for no more than failing."""
    off_at = endpoint.disabled_at
    return endpoint.reason == FAILING or off_at is None or sending.since <= off_at
