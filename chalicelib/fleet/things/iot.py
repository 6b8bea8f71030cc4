"""The registry of AWS IoT."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.errors import ConfigurationError, InvalidRequest, PlatformRefused, Unavailable
from chalicelib.fleet.things.registry import ACTIVE, Certificate, Issued

NOT_FOUND = "ResourceNotFoundException"
_LATER = {
    "ThrottlingException",
    "ServiceUnavailableException",
    "ServiceUnavailable",
    "InternalFailureException",
    "InternalFailure",
    "LimitExceededException",
    "DeleteConflictException",  # what was just detached is not yet detached everywhere
    "RequestTimeout",
}
_NOT_ALLOWED = {"UnauthorizedException", "AccessDeniedException", "AccessDenied"}


@dataclass(frozen=True, kw_only=True)
class IotThings:
    """`client` is boto3's client of "iot", `arn` the beginning of its ARNs
    (arn:aws:iot:region:account), `policy` what devices may do there."""

    client: Any
    arn: str
    policy: str
    _endpoint: list[str] = field(default_factory=list, init=False, repr=False)

    def endpoint(self) -> str:
        if not self._endpoint:
            with translated():
                found = self.client.describe_endpoint(endpointType="iot:Data-ATS")
            self._endpoint.append(found["endpointAddress"])
        return self._endpoint[0]

    def attributes(self, thing: str) -> Mapping[str, str] | None:
        with translated(missing := Missing()):
            found: Mapping[str, str] = self.client.describe_thing(thingName=thing)["attributes"]
        return None if missing else found

    def make(self, thing: str, attributes: Mapping[str, str]) -> None:
        with translated():
            self.client.create_thing(
                thingName=thing, attributePayload={"attributes": dict(attributes)}
            )

    def remove(self, thing: str) -> None:
        try:
            with translated(Missing()):
                self.client.delete_thing(thingName=thing)
        except PlatformRefused as error:
            raise Unavailable(
                f"{error}: what was just detached may take AWS a moment; repeat the call"
            ) from error

    def certificates(self, thing: str) -> Sequence[str]:
        found: list[str] = []
        more: dict[str, str] = {}
        while True:
            with translated(missing := Missing()):
                page = self.client.list_thing_principals(thingName=thing, **more)
            if missing:
                return []
            found += page["principals"]
            if not page.get("nextToken"):
                return [arn.rpartition("/")[2] for arn in found if ":cert/" in arn]
            more = {"nextToken": page["nextToken"]}

    def certificate(self, certificate_id: str) -> Certificate | None:
        with translated(missing := Missing()):
            answer = self.client.describe_certificate(certificateId=certificate_id)
        if missing:
            return None
        found = answer["certificateDescription"]
        return Certificate(pem=found["certificatePem"], status=found["status"])

    def certify(self, csr: str) -> Issued:
        try:
            with translated():
                # Inactive, as everything that is made here is unless it is asked for.
                made = self.client.create_certificate_from_csr(certificateSigningRequest=csr)
        except PlatformRefused as error:
            raise InvalidRequest(
                f"csr: AWS IoT will not sign it ({error}); send one for an RSA key of 2048 bits or "
                "more, or an elliptic one on P-256, P-384 or P-521"
            ) from error
        return Issued(certificate_id=made["certificateId"], pem=made["certificatePem"])

    def make_keys(self) -> Issued:
        with translated():
            made = self.client.create_keys_and_certificate()
        return Issued(
            certificate_id=made["certificateId"],
            pem=made["certificatePem"],
            private_key=made["keyPair"]["PrivateKey"],
        )

    def attach(self, thing: str, certificate_id: str) -> None:
        with translated():
            self.client.attach_thing_principal(
                thingName=thing, principal=self._principal(certificate_id)
            )

    def allow(self, certificate_id: str) -> None:
        with translated(missing := Missing()):
            self.client.attach_policy(
                policyName=self.policy, target=self._principal(certificate_id)
            )
        if missing:
            raise ConfigurationError(
                f"AWS IoT has no policy {self.policy}: `make deploy` of this stage makes it"
            )

    def activate(self, certificate_id: str) -> None:
        with translated():
            self.client.update_certificate(certificateId=certificate_id, newStatus=ACTIVE)

    def remove_certificate(self, thing: str, certificate_id: str) -> None:
        principal = self._principal(certificate_id)
        with translated(Missing("CertificateStateException")):  # revoked by hand
            self.client.update_certificate(certificateId=certificate_id, newStatus="INACTIVE")
        with translated(Missing()):
            self.client.detach_policy(policyName=self.policy, target=principal)
        with translated(Missing()):
            self.client.detach_thing_principal(thingName=thing, principal=principal)
        with translated(Missing()):
            self.client.delete_certificate(certificateId=certificate_id, forceDelete=True)

    def _principal(self, certificate_id: str) -> str:
        return f"{self.arn}:cert/{certificate_id}"


class Missing:
    """Stands for "it isn't there", where that is an answer; true once it was. `codes` are further
    refusals that say as much."""

    def __init__(self, *codes: str) -> None:
        self.codes = {NOT_FOUND, *codes}
        self.seen = False

    def __bool__(self) -> bool:
        return self.seen


@contextmanager
def translated(missing: Missing | None = None) -> Iterator[None]:
    """AWS IoT's refusals as our own."""
    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if missing is not None and code in missing.codes:
            missing.seen = True
        elif code in _LATER:
            raise Unavailable(f"AWS IoT is not ready ({code}): repeat the call") from error
        elif code in _NOT_ALLOWED:
            raise ConfigurationError(
                "the API's function may not do this in AWS IoT: `make policies`, then `make deploy`"
            ) from error
        else:
            raise PlatformRefused(
                f"{code}: {error.response['Error'].get('Message', '')}"
            ) from error
    except BotoCoreError as error:
        raise Unavailable("AWS IoT is not answering: repeat the call") from error
