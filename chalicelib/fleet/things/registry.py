"""What provisioning needs of a registry of devices, in its own words (AWS IoT's: `iot_things`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

ACTIVE = "ACTIVE"


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """A certificate as it stands there."""

    pem: str
    status: str

    @property
    def active(self) -> bool:
        return self.status == ACTIVE


@dataclass(frozen=True, kw_only=True)
class Issued:
    """A certificate that was just made, inactive; with its private key if that was made there."""

    certificate_id: str
    pem: str
    private_key: str | None = field(default=None, repr=False)


class Things(Protocol):
    """Every method raises Unavailable when it may be repeated; those that make or remove say when
    that was done before by doing nothing."""

    def endpoint(self) -> str:
        """The host that devices connect to."""
        ...

    def attributes(self, thing: str) -> Mapping[str, str] | None:
        """What a thing says of itself; None if it isn't there."""
        ...

    def make(self, thing: str, attributes: Mapping[str, str]) -> None: ...

    def remove(self, thing: str) -> None:
        """Without its certificates, which must be removed before."""
        ...

    def certificates(self, thing: str) -> Sequence[str]:
        """The ids of those attached to a thing; of none if it isn't there."""
        ...

    def certificate(self, certificate_id: str) -> Certificate | None: ...

    def certify(self, csr: str) -> Issued:
        """Raises InvalidRequest if the signing request won't do."""
        ...

    def make_keys(self) -> Issued: ...

    def attach(self, thing: str, certificate_id: str) -> None: ...

    def allow(self, certificate_id: str) -> None:
        """Attach the policy of devices."""
        ...

    def activate(self, certificate_id: str) -> None: ...

    def remove_certificate(self, thing: str, certificate_id: str) -> None:
        """End its power at once, then take it off the thing and delete it."""
        ...
