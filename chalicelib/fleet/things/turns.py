"""One call at a time provisions a device: two at once would each take the other's certificate for a
crash's remainder. What a dead call held is free after half a minute."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

import msgspec

from chalicelib.clock import Clock, to_millis
from chalicelib.errors import Contention, TemasError
from chalicelib.store import provisions
from chalicelib.store.provisions import Provision

TURN = timedelta(seconds=30)
"""How long one call may have a device: three times what the API's function may run."""


@contextmanager
def alone(device_id: str, thing: str, clock: Clock) -> Iterator[Provision]:
    """The device, for one call; whoever saves it ends the turn. Raises Contention while another
    call has it."""
    now = to_millis(clock())
    kept = provisions.find(device_id) or Provision(device_id=device_id, thing=thing)
    if kept.busy_until and kept.busy_until > now:
        left = (kept.busy_until - now).total_seconds()
        raise Contention(
            f"device {device_id} is being provisioned by another call: repeat this one in "
            f"{left:.0f} seconds"
        )
    until = now + TURN
    mine = provisions.save(msgspec.structs.replace(kept, busy_until=until))
    try:
        yield mine
    except TemasError:
        with suppress(TemasError):
            provisions.release(device_id, until)
        raise
