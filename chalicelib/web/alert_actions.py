"""Staff API: what staff do with alerts. Every call may be repeated."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated

import msgspec

from chalicelib.errors import InvalidRequest
from chalicelib.ids import new_id, stable_id
from chalicelib.store.device_records import Alert
from chalicelib.web.alerts import ALERT
from chalicelib.web.endpoints import Call, Endpoint

LONGEST_SNOOZE = timedelta(days=90)

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
CommentId = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_.:-]{1,64}$")]
Assignee = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class AssignRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who looks after it, a person or a team; null for nobody."""

    assignee: Assignee | None


class SnoozeRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Until when its owner hears nothing of it, at most 90 days from now; null: again from now."""

    until: datetime | None


class ClearRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why it is closed. The body may be left out."""

    comment: Text | None = None


class CommentRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A comment. With an `id` of the caller's own a repeated call adds it once."""

    text: Text
    id: CommentId | None = None


def acknowledge_alert(call: Call) -> Alert:
    """Say that somebody has seen it; the first one counts."""
    device_id, alert_id = _which(call)
    return call.wiring.handling.acknowledge(device_id, alert_id, by=call.key.name)


def assign_alert(call: Call) -> Alert:
    device_id, alert_id = _which(call)
    wanted: AssignRequest = call.body
    handling = call.wiring.handling
    return handling.assign(device_id, alert_id, wanted.assignee, by=call.key.name)


def snooze_alert(call: Call) -> Alert:
    """Notices to its owner that wait go on waiting until then. Ends with the alert."""
    device_id, alert_id = _which(call)
    until = _until(call.body, call.wiring.clock())
    return call.wiring.handling.snooze(device_id, alert_id, until, by=call.key.name)


def _until(wanted: SnoozeRequest, now: datetime) -> datetime | None:
    until = wanted.until
    if until is None:
        return None
    if until.tzinfo is None:
        raise InvalidRequest("until needs a time zone: end it with Z or an offset")
    if not now < until <= now + LONGEST_SNOOZE:
        raise InvalidRequest("until must be a moment to come, at most 90 days from now")
    return until


def clear_alert(call: Call) -> Alert:
    """Close an open alert by hand. Its rule raises no new one for the device before its condition
    was off once. The owner is not told that all is well."""
    device_id, alert_id = _which(call)
    wanted: ClearRequest = call.body
    by = call.key.name
    if wanted.comment:
        # The same words of the same person about the same closing are one comment.
        comment_id = stable_id("cmt", alert_id, "clear", by, wanted.comment)
        call.wiring.handling.comment(
            device_id, alert_id, wanted.comment, by=by, comment_id=comment_id
        )
    return call.wiring.watch.clear(device_id, alert_id, by=by, at=call.wiring.clock())


def comment_on_alert(call: Call) -> Alert:
    """Only staff read it. The latest 50 are kept."""
    device_id, alert_id = _which(call)
    wanted: CommentRequest = call.body
    return call.wiring.handling.comment(
        device_id,
        alert_id,
        wanted.text,
        by=call.key.name,
        comment_id=wanted.id or new_id("cmt"),
    )


def _which(call: Call) -> tuple[str, str]:
    return call.path["device_id"], call.path["alert_id"]


def _action(
    name: str, summary: str, handle: Callable[[Call], Alert], body: type | None = None
) -> Endpoint:
    return Endpoint(
        method="POST",
        path=f"{ALERT}/{name}",
        scope="alerts:write",
        summary=summary,
        handle=handle,
        returns=Alert,
        body=body,
    )


ENDPOINTS = (
    _action("acknowledge", "Say that an alert was seen", acknowledge_alert),
    _action("assign", "Say who looks after an alert", assign_alert, AssignRequest),
    _action("snooze", "Leave the owner alone for a while", snooze_alert, SnoozeRequest),
    _action("clear", "Close an alert by hand", clear_alert, ClearRequest),
    _action("comments", "Comment on an alert", comment_on_alert, CommentRequest),
)
