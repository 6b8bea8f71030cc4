"""What outlives a customer without them: notifications that are never planned again, devices, words
of consent."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from pynamodb.expressions.update import Action

from chalicelib.store import keys, notifications
from chalicelib.store.device_records import DeviceRecord
from chalicelib.store.erasure_counts import add, commit
from chalicelib.store.erasure_records import ERASED, Erasure
from chalicelib.store.models import AlertItem, ConsentLineItem, DeviceItem, NotificationItem
from chalicelib.store.models_erasure import ConsentProofItem
from chalicelib.store.models_fleet import OwnershipItem
from chalicelib.store.notification_records import Decision, Notification
from chalicelib.store.table import Transaction, translated, update_if

MOST = 49
"""So many words of consent fit into one transaction, with two actions each."""


def blank(erasure: Erasure, notes: Sequence[Notification]) -> Erasure:
    """Leave of notifications that have ended only that there was one under this id, when, and how
    it ended: so none of them is ever sent again, and who asks why it wasn't sent is told."""
    transaction = Transaction()
    for note in notes:
        item = notifications.item(_blank(note))
        item.gsi2pk = item.gsi2sk = None
        same = NotificationItem.status == note.status
        same &= NotificationItem.customer_id == note.customer_id
        transaction.put(note.id, item, same)
    after = add(transaction, erasure, {"notification": len(notes)})
    commit(transaction, erasure)
    return after


def _blank(note: Notification) -> Notification:
    last = [
        Decision(at=one.at, decision=one.decision, reason=one.reason) for one in note.decisions[-1:]
    ]
    return Notification(
        id=note.id,
        key=ERASED,
        customer_id=ERASED,
        purpose=note.purpose,
        kind=note.kind,
        status=note.status,
        reason=note.reason,
        channel=note.channel,
        campaign_id=note.campaign_id,
        planned_at=note.planned_at,
        planned_for=note.planned_for,
        due_at=note.due_at,
        sent_at=note.sent_at,
        decisions=tuple(last),
    )


def keep_consents(
    erasure: Erasure, lines: Sequence[ConsentLineItem], *, until: datetime
) -> Erasure:
    """Move words of consent to the record of the erasure, where they prove what was granted, and
    are gone after `until`."""
    transaction = Transaction()
    for line in lines:
        proof = ConsentProofItem(
            *keys.consent_proof(erasure.customer_id, f"{line.sk}#{line.pk.removeprefix('C#')}"),
            customer_id=line.pk.removeprefix("C#"),
            purpose=line.purpose,
            granted=line.granted,
            at=line.at,
            source=line.source,
            wording=line.wording,
        )
        proof.expires_at = int(until.timestamp())
        transaction.put(f"proof:{line.sk}", proof)
        transaction.delete(f"line:{line.sk}", ConsentLineItem(line.pk, line.sk))
    after = add(transaction, erasure, {}, {"consent": len(lines)})
    commit(transaction, erasure)
    return after


def disown(erasure: Erasure, device: DeviceRecord) -> Erasure:
    """Write a device that is nobody's now, if nobody wrote it since it had its version."""
    # With the version as it was read: pynamodb counts it up by itself.
    row = DeviceItem(*keys.device(device.id), version=device.version)
    gone = (DeviceItem.owner_id, DeviceItem.owned_since, DeviceItem.name)
    transaction = Transaction()
    transaction.update(
        "device",
        row,
        [
            *(attribute.remove() for attribute in gone),
            DeviceItem.gsi2pk.remove(),
            DeviceItem.gsi2sk.remove(),
            DeviceItem.document.set(device.document),
            DeviceItem.outbox.set(list(device.outbox)),
        ],
        DeviceItem.version == device.version,
    )
    after = add(transaction, erasure, {"device_owner": 1})
    commit(transaction, erasure)
    return after


def end_ownerships(erasure: Erasure, periods: Sequence[OwnershipItem]) -> Erasure:
    """Leave of these times only that the device was somebody's."""
    transaction = Transaction()
    for one in periods:
        nobody: list[Action] = [
            OwnershipItem.owner_id.remove(),
            OwnershipItem.gsi2pk.remove(),
            OwnershipItem.gsi2sk.remove(),
        ]
        theirs = OwnershipItem.owner_id == one.owner_id
        transaction.update(f"{one.pk}|{one.sk}", OwnershipItem(one.pk, one.sk), nobody, theirs)
    after = add(transaction, erasure, {"ownership": len(periods)})
    commit(transaction, erasure)
    return after


def clear_alerts(device_ids: Sequence[str], family: Sequence[str]) -> int:
    """Take out of these devices' alerts of the time in which they were the customer's whose they
    were, and what staff said of them. How many there were."""
    count: Counter[str] = Counter()
    for device_id in dict.fromkeys(device_ids):
        pk, _ = keys.device(device_id)
        with translated():
            rows = list(AlertItem.query(pk, AlertItem.sk.startswith("A#"), consistent_read=True))
        for row in rows:
            if row.owner_id in family:
                nobody = [AlertItem.owner_id.remove(), AlertItem.comments.remove()]
                mine = AlertItem.owner_id == row.owner_id
                count["alert"] += update_if(AlertItem(row.pk, row.sk), nobody, mine)
    return count["alert"]
