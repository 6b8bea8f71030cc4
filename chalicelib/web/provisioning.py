"""Staff API: giving devices a certificate for AWS IoT, renewing it, taking it away."""

from datetime import datetime
from typing import Annotated

import msgspec

from chalicelib.fleet.things.names import LONGEST_CSR, topic
from chalicelib.fleet.things.provisioning import Provisioned
from chalicelib.fleet.things.wishes import Wish
from chalicelib.web.endpoints import Call, Endpoint
from chalicelib.web.views import View


class ProvisionRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`csr` is a certificate signing request in PEM; without one AWS makes the key as well.
    `rotate` asks for a certificate beside the present one; `retire` ends the older of the two,
    `abandon` the newer."""

    csr: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_CSR)] | None = None
    rotate: bool = False
    retire: bool = False
    abandon: bool = False


class ProvisionView(View, frozen=True, kw_only=True):
    """What the device needs to connect: over TLS to `endpoint`, port 8883, as the MQTT client
    `client_id`, to publish to `topic`. `private_key` is told this once and kept by nobody else."""

    device_id: str
    thing: str
    client_id: str
    endpoint: str
    topic: str
    certificate_id: str
    certificate_pem: str
    private_key: str | None = None
    previous_certificate_id: str | None = None
    created_at: datetime | None = None
    rotated_at: datetime | None = None

    @classmethod
    def of(cls, done: Provisioned) -> "ProvisionView":
        kept = done.kept
        assert kept.certificate_id  # or it would not be provisioned
        return cls(
            device_id=kept.device_id,
            thing=kept.thing,
            client_id=kept.thing,
            endpoint=done.endpoint,
            topic=topic(kept.device_id),
            certificate_id=kept.certificate_id,
            certificate_pem=done.certificate_pem,
            private_key=done.private_key,
            previous_certificate_id=kept.previous_id,
            created_at=kept.created_at,
            rotated_at=kept.rotated_at,
        )


class RemovedView(View, frozen=True, kw_only=True):
    """How many certificates ended with this call."""

    device_id: str
    certificates_removed: int


def provision_device(call: Call) -> ProvisionView:
    """Make the device's thing, certificate and permission, whatever of them is missing. With the
    same body again, it tells what is there; a private key is never told twice."""
    wanted: ProvisionRequest = call.body
    wish = Wish(csr=wanted.csr, rotate=wanted.rotate, retire=wanted.retire, abandon=wanted.abandon)
    provisioner = call.wiring.provisioner
    return ProvisionView.of(provisioner.provision(call.path["device_id"], wish, by=call.key.name))


def unprovision_device(call: Call) -> RemovedView:
    """End the device's certificates and remove its thing; what it reported stays."""
    device_id = call.path["device_id"]
    removed = call.wiring.provisioner.remove(device_id, by=call.key.name)
    return RemovedView(device_id=device_id, certificates_removed=removed)


ENDPOINTS = (
    Endpoint(
        method="POST",
        path="/v1/devices/{device_id}/provision",
        scope="devices:provision",
        summary="Let a device connect to AWS IoT",
        handle=provision_device,
        returns=ProvisionView,
        body=ProvisionRequest,
    ),
    Endpoint(
        method="DELETE",
        path="/v1/devices/{device_id}/provision",
        scope="devices:provision",
        summary="Let a device connect no more",
        handle=unprovision_device,
        returns=RemovedView,
    ),
)
