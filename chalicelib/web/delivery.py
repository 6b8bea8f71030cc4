"""Notifications as staff see them: each with what became of it once it had been sent."""

from collections.abc import Sequence

from chalicelib.outreach.outcomes import said_key
from chalicelib.store import entries
from chalicelib.store.notification_records import Notification
from chalicelib.web.views import NotificationView


def with_delivery(notes: Sequence[Notification]) -> list[NotificationView]:
    """The views of these notifications (at most 100), in one request more, or none if none of them
    was sent."""
    keys = {note.id: key for note in notes if (key := _entry_key(note))}
    said = entries.get_entries(keys.values())
    return [NotificationView.of(note, said.get(keys.get(note.id, ""))) for note in notes]


def _entry_key(note: Notification) -> str | None:
    """Under which key the timeline holds what was sent, and the platform's statuses come."""
    return said_key(note) if note.message_id else None
