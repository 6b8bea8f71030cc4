"""Many notifications planned at once, each of them once."""

from collections.abc import Iterable

from chalicelib.errors import Contention
from chalicelib.store.models import NotificationItem
from chalicelib.store.notification_records import Notification
from chalicelib.store.notifications import item
from chalicelib.store.table import Refused, Transaction

ATTEMPTS = 5


def put_missing(notifications: Iterable[Notification]) -> None:
    """Keep those of at most 100 new plans whose keys are not planned yet, in one request; in a
    second one without those that are, whatever became of them.

    Raises Contention if others keep writing the same ones.
    """
    left = {notification.id: notification for notification in notifications}
    for _ in range(ATTEMPTS):
        transaction = Transaction()
        for name, notification in left.items():
            transaction.put(name, item(notification), NotificationItem.pk.does_not_exist())
        try:
            transaction.commit()
        except Refused as refused:
            known = {refusal.tag for refusal in refused.refusals if refusal.condition_failed}
            left = {name: one for name, one in left.items() if name not in known}
            continue
        return
    raise Contention("these notifications are being planned elsewhere")
