"""What models of devices a customer has, beside the customer, where segments look."""

from collections.abc import Callable

from chalicelib.errors import Contention, NotFound
from chalicelib.store import customers, keys
from chalicelib.store.models import CustomerItem
from chalicelib.store.table import update_if

ATTEMPTS = 5


def give(customer_id: str, device_id: str, model: str | None) -> None:
    """This device is theirs; one without a model is none that anybody could look for.

    Raises Contention if the customer keeps changing.
    """
    added = {device_id: model} if model else {}
    _change(customer_id, lambda devices: {**_without(devices, device_id), **added})


def take(customer_id: str, device_id: str) -> None:
    """This device is theirs no more; nothing happens if the customer is gone."""
    _change(customer_id, lambda devices: _without(devices, device_id))


def _without(devices: dict[str, str], device_id: str) -> dict[str, str]:
    return {name: model for name, model in devices.items() if name != device_id}


def _change(customer_id: str, change: Callable[[dict[str, str]], dict[str, str]]) -> None:
    for _ in range(ATTEMPTS):
        try:
            found = customers.read(customer_id)
        except NotFound:
            return
        devices = change(found.devices)
        if devices == found.devices:
            return
        row = CustomerItem(*keys.customer(customer_id))
        actions = [CustomerItem.devices.set(devices), CustomerItem.version.add(1)]
        if update_if(row, actions, CustomerItem.version == found.version):
            return
    raise Contention(f"customer {customer_id} keeps changing: repeat the call")
