"""Endpoints: made, changed, given another secret. What is asked for is checked here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from chalicelib.clock import Clock, iso, to_millis
from chalicelib.errors import Conflict, InvalidRequest, NotFound
from chalicelib.ids import new_id
from chalicelib.relaying import signing
from chalicelib.relaying.addresses import check_addresses, check_url, is_trusted
from chalicelib.relaying.calling import Keyring
from chalicelib.relaying.choosing import check_filters, check_types
from chalicelib.relaying.messages import Replay, Sending
from chalicelib.relaying.outbox import Outbox
from chalicelib.relaying.transport import Resolve
from chalicelib.store import relay_deliveries, relays
from chalicelib.store.relay_records import STAFF, RelayEndpoint, RelaySecret

MOST_SECRETS = 3
TEST = "WebhookTest"
"""The type of what a test sends: no event of the bus has this name."""

FAILURES = ("failures", "failing_since", "probe_at")
"""What is known of an endpoint that keeps failing."""

Filters = Mapping[str, Sequence[str | int | bool]]


@dataclass(frozen=True, kw_only=True)
class Registrar:
    keyring: Callable[[], Keyring]
    outbox: Callable[[], Outbox]
    resolve: Resolve
    clock: Clock

    def make(
        self, *, url: str, types: Sequence[str], filters: Filters, description: str, by: str
    ) -> tuple[RelayEndpoint, str]:
        """A new endpoint and its secret. Raises InvalidRequest or Conflict."""
        self._check_url(url)
        kinds = check_types(types)
        now = to_millis(self.clock())
        endpoint = RelayEndpoint(
            id=new_id("hook"),
            url=url,
            types=kinds,
            filters=check_filters(filters, kinds),
            description=description,
            secrets=(_secret(now),),
            created_at=now,
            created_by=by,
        )
        shown = self._shown(endpoint, now)
        relays.add(endpoint)
        return endpoint, shown

    def change(self, endpoint_id: str, wanted: Mapping[str, Any], by: str) -> RelayEndpoint:
        """The endpoint with these fields, among url, types, filters, description and enabled.
        Raises InvalidRequest, NotFound or Conflict."""
        endpoint, now = relays.get(endpoint_id), to_millis(self.clock())
        changes: dict[str, Any] = {k: wanted[k] for k in ("url", "description") if k in wanted}
        if "url" in changes:
            self._check_url(changes["url"])
            if changes["url"] != endpoint.url:  # what failed elsewhere says nothing
                changes |= dict.fromkeys(FAILURES)
        if "types" in wanted or "filters" in wanted:
            kinds = check_types(wanted.get("types", endpoint.types))
            chosen = check_filters(wanted.get("filters", endpoint.filters), kinds)
            changes |= {"types": kinds, "filters": chosen or None}
        if "enabled" in wanted and wanted["enabled"] != endpoint.enabled:
            changes |= _switched(wanted["enabled"], now)
        changes["description"] = changes.get("description", endpoint.description) or None
        return relays.change(endpoint, {**changes, "updated_at": now, "updated_by": by})

    def rotate(self, endpoint_id: str, overlap: timedelta, by: str) -> tuple[RelayEndpoint, str]:
        """Another secret; those before it are signed with as well until `overlap` is over."""
        endpoint, now = relays.get(endpoint_id), to_millis(self.clock())
        ends = now + overlap
        kept = [
            msgspec.structs.replace(one, until=min(one.until or ends, ends))
            for one in signing.active(endpoint.secrets, now)
        ]
        if len(kept) >= MOST_SECRETS and overlap:
            raise Conflict(
                f"{MOST_SECRETS} secrets are in use: wait until one of them ends, or rotate with "
                "overlap_hours 0, which ends them all"
            )
        secrets = (_secret(now), *(one for one in kept if one.until and one.until > now))
        changed = relays.change(endpoint, {"secrets": secrets, "updated_at": now, "updated_by": by})
        return changed, self._shown(changed, now)

    def test(self, endpoint_id: str) -> str:
        """Have the endpoint called once, whether or not it is on; returns the name of that."""
        endpoint, now = relays.get(endpoint_id), to_millis(self.clock())
        name = new_id("evt")
        said = {"type": TEST, "timestamp": iso(now), "data": {"endpoint_id": endpoint.id}}
        self.outbox().put(
            Sending(
                endpoint_id=endpoint.id,
                event_id=name,
                event_type=TEST,
                body=msgspec.json.encode(said).decode(),
                since=now,
                test=True,
            )
        )
        return name

    def replay(self, endpoint_id: str, ids: Sequence[str], since: datetime | None) -> Replay:
        """Have deliveries made again: those named, or the dead letters since then."""
        endpoint, now = relays.get(endpoint_id), to_millis(self.clock())
        if bool(ids) == (since is not None):
            raise InvalidRequest(
                "say which: either ids (of deliveries) or since (a time; dead letters only)"
            )
        if not endpoint.enabled:
            raise Conflict("the endpoint is off: switch it on first, with PATCH and enabled true")
        known = relay_deliveries.some(endpoint_id, ids) if ids else {}
        if missing := [one for one in ids if one not in known]:
            raise NotFound(
                f"ids: no delivery {missing[0][:80]} is kept here (they are for 30 days)"
            )
        wish = Replay(
            endpoint_id=endpoint_id,
            event_ids=tuple(dict.fromkeys(ids)),
            since=to_millis(since) if since else None,
            until=now if since else None,
        )
        self.outbox().put(wish)
        return wish

    def _check_url(self, url: str) -> None:
        trusted = self.keyring().trusted
        host, port = check_url(url, trusted)
        if not is_trusted(host, port, trusted):
            check_addresses(host, self.resolve(host, port))

    def _shown(self, endpoint: RelayEndpoint, now: datetime) -> str:
        return self.keyring().secrets(endpoint, now)[0]


def _secret(now: datetime) -> RelaySecret:
    return RelaySecret(salt=new_id("salt"), made_at=now)


def _switched(on: bool, now: datetime) -> dict[str, Any]:
    """On: as if nothing had ever failed."""
    if on:
        return {"enabled": True, **dict.fromkeys(("reason", "disabled_at", *FAILURES))}
    return {"enabled": False, "reason": STAFF, "disabled_at": now}
