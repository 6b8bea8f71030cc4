"""What is listed under an erased customer: orders, surveys, codes, checkouts, handles, devices."""

from collections.abc import Sequence

from chalicelib.commerce import records
from chalicelib.consequences.erasing.taking import PAGE, SOON, Taken
from chalicelib.consequences.hands import Hands
from chalicelib.fleet.disowning import disowned
from chalicelib.metrics.tally import plain
from chalicelib.search.words import order_name
from chalicelib.store import (
    devices,
    erasing,
    erasing_marks,
    erasure_counts,
    keys,
    orders,
    searching,
)
from chalicelib.store.erasure_records import Erasure
from chalicelib.store.models import DeviceItem, Item, NotificationItem, OrderItem
from chalicelib.store.models_fleet import OwnershipItem
from chalicelib.store.models_outreach import CouponItem, SurveyItem
from chalicelib.store.table import Key


def take_handles(erasure: Erasure, customer_id: str, hands: Hands) -> Taken | None:  # noqa: ARG001
    """Those that did not go with the customer, before all else: until then they lead to nobody, and
    a message from one of them has to wait."""
    found = erasing.handles(customer_id, limit=PAGE)
    if not found:
        return None
    return Taken(erasure=erasure_counts.remove(erasure, erasing.by_kind(found)))


def take_things(erasure: Erasure, customer_id: str, hands: Hands) -> Taken | None:  # noqa: ARG001
    """Devices are things and stay, as nobody's. Notifications have been seen to before."""
    found, rows = erasing.things_and_ghosts(customer_id, limit=PAGE)
    if not rows:
        return None
    theirs = [item for item in found if isinstance(item, DeviceItem)]
    periods = [item for item in found if isinstance(item, OwnershipItem)]
    rest = [
        item
        for item in found
        if not isinstance(item, DeviceItem | OwnershipItem | NotificationItem)
    ]
    after = _leave_devices(erasure, theirs, periods)
    if rest:
        beside = [key for item in rest for key in _beside(item)]
        erasing.forget(beside)
        erasing.forget_figures([name for item in rest for name in _figures(item)])
        after = erasure_counts.remove(after, erasing.by_kind(rest))
        # Once more: what was being indexed meanwhile.
        erasing.forget(beside)
    return Taken(erasure=after) if after != erasure else Taken(erasure=after, rest=SOON)


def _leave_devices(
    erasure: Erasure, theirs: Sequence[DeviceItem], periods: Sequence[OwnershipItem]
) -> Erasure:
    """The alerts of their time first: they are found by the device."""
    names = [row.pk.removeprefix("D#") for row in (*theirs, *periods)]
    erasing_marks.clear_alerts(names, erasure.family)
    for row in theirs:
        erasure = erasing_marks.disown(erasure, disowned(devices.device_from(row)))
    return erasing_marks.end_ownerships(erasure, periods) if periods else erasure


def _beside(item: Item) -> list[Key]:
    """What lies elsewhere and is found by this alone."""
    if isinstance(item, OrderItem):
        order = orders.from_item(item)
        name = order_name(records.from_record(order.document).name)
        return [searching.order_name(name, order.key)] if name else []
    if isinstance(item, CouponItem) and item.step:
        return [keys.issued(item.step)]
    if isinstance(item, SurveyItem):
        return [keys.answered(item.pk.removeprefix("Q#"))]
    return []


def _figures(item: Item) -> list[str]:
    """The names of the cards that figures have of it."""
    if isinstance(item, OrderItem):
        return [f"O#{plain(item.pk.removeprefix('O#'))}"]
    return [item.pk] if isinstance(item, SurveyItem) else []
