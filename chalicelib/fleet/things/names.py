"""What a device is called in AWS IoT, and the signing request it may bring. Pure."""

import re
from binascii import Error as NotBase64
from binascii import a2b_base64
from hashlib import sha256

from chalicelib.errors import InvalidRequest
from chalicelib.fleet.reports.report import DEVICE_ID

LONGEST_THING = 128
"""Characters of a thing's name, and bytes of an MQTT client id."""
LONGEST_CSR = 4096

ATTRIBUTE = "device_id"
"""The thing's attribute that holds the device's own id: the policy lets it publish under that."""
MADE_BY = "made_by"

_PEM = re.compile(
    r"\s*-----BEGIN (NEW )?CERTIFICATE REQUEST-----\s(?P<body>[A-Za-z0-9+/=\s]+)"
    r"-----END (NEW )?CERTIFICATE REQUEST-----\s*"
)


def thing_name(stage: str, device_id: str) -> str:
    """The device's thing and MQTT client id: `temas-{stage}-` and its id, in which a dot, which
    things can't have, is written `_-`, and `_` is written `__`, so that no two ids meet.

    Raises InvalidRequest.
    """
    if not DEVICE_ID.fullmatch(device_id):
        raise InvalidRequest("a device id has 1 to 128 letters, digits and : _ . -")
    name = f"temas-{stage}-" + device_id.replace("_", "__").replace(".", "_-")
    if len(name) > LONGEST_THING:
        raise InvalidRequest(
            f"device_id: as a thing of AWS IoT it would be called {name[:40]}… with {len(name)} "
            f"characters, and a thing's name has at most {LONGEST_THING}; use a shorter id"
        )
    return name


def topic(device_id: str) -> str:
    """Where the device publishes its reports (contract C7)."""
    return f"temas/devices/{device_id}/status"


def attributes(device_id: str) -> dict[str, str]:
    """What the device's thing says of it."""
    return {ATTRIBUTE: device_id, MADE_BY: "staff"}


def checked_request(csr: str) -> str:
    """The SHA-256 of a certificate signing request in PEM. Raises InvalidRequest, also for one with
    a private key beside it; whether the key in it will do is for AWS to say."""
    if "PRIVATE KEY" in csr:
        raise InvalidRequest(
            "csr: holds a private key, which must never leave the device; make a new key, and send "
            "its signing request alone"
        )
    block = _PEM.fullmatch(csr) if len(csr) <= LONGEST_CSR else None
    if block is None:
        raise InvalidRequest(
            f"csr: must be one PEM block of at most {LONGEST_CSR} characters that begins with "
            "-----BEGIN CERTIFICATE REQUEST-----, as `openssl req -new` writes it"
        )
    try:
        der = a2b_base64("".join(block["body"].split()), strict_mode=True)
    except NotBase64 as error:
        raise InvalidRequest("csr: between its BEGIN and END there must be base64") from error
    if not der.startswith(b"\x30"):
        raise InvalidRequest("csr: is not a signing request; `openssl req -new` makes one")
    return sha256(der).hexdigest()
