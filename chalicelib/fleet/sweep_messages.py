"""The messages that carry a sweep: one that starts it every minute, then one for each shard."""

from collections.abc import Callable, Sequence

import msgspec

from chalicelib.errors import ParseError
from chalicelib.fleet.sweeping import Sweeper, Swept
from chalicelib.store.keys import SWEEP_SHARDS

LONGEST = 20.0
"""Seconds a message is worked at before it hands over to another; the function has 60."""


class Sweep(msgspec.Struct, frozen=True, kw_only=True):
    """A message on the queue `sweep`: look at this shard's devices; None: at all shards'."""

    shard: int | None = None

    @classmethod
    def parse(cls, body: str) -> "Sweep":
        """Raises ParseError."""
        try:
            found = msgspec.json.decode(body, type=cls)
        except msgspec.DecodeError as error:
            raise ParseError(f"not a message of the queue sweep: {error}") from error
        if found.shard is not None and not 0 <= found.shard < SWEEP_SHARDS:
            raise ParseError(f"shard must be 0 to {SWEEP_SHARDS - 1}")
        return found

    @property
    def body(self) -> str:
        return msgspec.json.encode(self).decode()


def work(
    body: str,
    *,
    sweeper: Sweeper,
    monotonic: Callable[[], float],
    send: Callable[[Sequence[str]], None],
) -> Swept:
    """Carry the sweep on. A repeat only looks once more.

    Raises Unavailable if the listing could not be read or written: the queue tries again. A device
    that could not be looked at is in the result, and has its next moment.
    """
    asked = Sweep.parse(body)
    if asked.shard is None:
        send([Sweep(shard=shard).body for shard in range(SWEEP_SHARDS)])
        return Swept()
    ends = monotonic() + LONGEST
    swept = sweeper.sweep(asked.shard, lambda: monotonic() < ends)
    if swept.more:
        send([asked.body])
    return swept
