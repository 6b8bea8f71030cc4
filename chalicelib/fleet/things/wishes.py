"""What may be wanted of a device's certificate. Pure."""

from dataclasses import dataclass

from chalicelib.errors import InvalidRequest
from chalicelib.fleet.things.names import checked_request


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is wanted: a certificate for this signing request, or for a key that AWS makes; beside
    the one that is there (`rotate`), then without the older (`retire`) or the newer (`abandon`)."""

    csr: str | None = None
    rotate: bool = False
    retire: bool = False
    abandon: bool = False


def checked(wish: Wish) -> str | None:
    """The digest of the signing request, if one came. Raises InvalidRequest."""
    if sum((wish.rotate, wish.retire, wish.abandon)) > 1:
        raise InvalidRequest("rotate, retire, abandon: send one of them at a time")
    if wish.csr is not None and (wish.retire or wish.abandon):
        raise InvalidRequest("csr: goes with rotate, or alone; leave it out here")
    return checked_request(wish.csr) if wish.csr is not None else None
