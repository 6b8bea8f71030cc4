"""By which certificates a device may speak, and who is changing that just now."""

from datetime import datetime

from pynamodb.exceptions import PutError

from chalicelib.errors import Contention
from chalicelib.store.mapping import fields, record
from chalicelib.store.models_provisions import ProvisionItem
from chalicelib.store.records import Record
from chalicelib.store.table import CONDITION_FAILED, Key, get_many, translated, update_if


class Provision(Record, frozen=True, kw_only=True):
    """A device's thing in AWS IoT, and its certificate, if it has one now.

    `request` is the SHA-256 of the signing request that the certificate was made for, if there was
    one; `previous_id` and `previous_request` are those of the certificate that a rotation left
    active beside it. `by` is whose key did the last change. Until `busy_until` one call has the
    device for itself.
    """

    device_id: str
    thing: str
    certificate_id: str | None = None
    request: str | None = None
    previous_id: str | None = None
    previous_request: str | None = None
    created_at: datetime | None = None
    rotated_at: datetime | None = None
    removed_at: datetime | None = None
    by: str | None = None
    busy_until: datetime | None = None
    version: int | None = None

    @property
    def certificates(self) -> frozenset[str]:
        """The ids of those that are active."""
        return frozenset(filter(None, (self.certificate_id, self.previous_id)))


def find(device_id: str) -> Provision | None:
    found = get_many([_key(device_id)]).get(_key(device_id))
    return record(Provision, found, device_id=device_id) if found else None


def save(provision: Provision) -> Provision:
    """Write it, as it is now. Raises Contention if somebody else did since it was read."""
    pk, sk = _key(provision.device_id)
    item = ProvisionItem(pk=pk, sk=sk, **fields(provision, "device_id"))
    try:
        with translated():
            item.save()
    except PutError as error:
        if error.cause_response_code == f"{CONDITION_FAILED}Exception":
            raise Contention(
                f"device {provision.device_id} is being provisioned by another call: "
                "repeat this one in half a minute"
            ) from error
        raise
    return record(Provision, item, device_id=provision.device_id)


def release(device_id: str, busy_until: datetime) -> None:
    """Let the next call have the device, if it is still the one until then that has it."""
    update_if(
        ProvisionItem(*_key(device_id)),
        [ProvisionItem.busy_until.remove()],
        ProvisionItem.busy_until == busy_until,
    )


def _key(device_id: str) -> Key:
    return f"D#{device_id}", "PROVISIONED"
