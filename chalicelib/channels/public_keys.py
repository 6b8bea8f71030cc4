"""Signatures made with private keys: SNS's (RSA, its key in a certificate) and SendGrid's (ECDSA).

Checked with the pure-Python `ecdsa`, for DER and the curve: `cryptography` would double the zip
(docs/decisions/0013). Only checking is done here, which handles nothing secret. Loaded by who needs
it.
"""

import hashlib
import re
from base64 import b64decode
from typing import Literal

from ecdsa import VerifyingKey, der
from ecdsa.errors import MalformedPointError
from ecdsa.keys import BadDigestError, BadSignatureError
from ecdsa.util import sigdecode_der

from chalicelib.errors import SignatureError

Digest = Literal["sha1", "sha256"]

_LEAST_BITS, _MOST_BITS = 2048, 8192
_RSA = (1, 2, 840, 113549, 1, 1, 1)
_DIGEST_INFO = {
    "sha1": bytes.fromhex("3021300906052b0e03021a05000414"),
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
}
"""What PKCS #1 v1.5 puts before a digest (RFC 8017, section 9.2, note 1)."""
_PEM = re.compile(
    rb"-----BEGIN CERTIFICATE-----\s*([A-Za-z0-9+/=\s]{1,16000})-----END CERTIFICATE-----"
)
_VERSION = 0xA0


def check_rsa(pem: bytes, signature: bytes, signed: bytes, digest: Digest) -> None:
    """The signature (RSASSA-PKCS1-v1_5) of the signed bytes is by the key of this X.509
    certificate; SignatureError otherwise.

    The padded digest is made anew and compared whole (RFC 8017, section 8.2.2): what nobody parses,
    nobody forges.
    """
    modulus, exponent = _key_in(pem)
    size = (modulus.bit_length() + 7) // 8
    if len(signature) != size:
        raise SignatureError("the signature has not the length of its key")
    found = pow(int.from_bytes(signature, "big"), exponent, modulus).to_bytes(size, "big")
    tail = _DIGEST_INFO[digest] + hashlib.new(digest, signed).digest()
    if found != b"\x00\x01" + b"\xff" * (size - len(tail) - 3) + b"\x00" + tail:
        raise SignatureError("the signature does not fit the message")


def fits_ecdsa(public_key: bytes, signature: bytes, signed: bytes) -> bool:
    """Whether the signature (DER) over SHA-256 is by this public key (SubjectPublicKeyInfo in DER).
    False for a key or signature that is none."""
    try:
        key = VerifyingKey.from_der(public_key)
        key.verify(signature, signed, hashfunc=hashlib.sha256, sigdecode=sigdecode_der)
    except (
        BadSignatureError,
        BadDigestError,
        MalformedPointError,
        der.UnexpectedDER,
        ValueError,
        IndexError,
    ):
        return False
    return True


def _key_in(pem: bytes) -> tuple[int, int]:
    """Modulus and exponent of a certificate's RSA key (RFC 5280, section 4.1: the key is the sixth
    field after the version)."""
    found = _PEM.search(pem)
    if found is None:
        raise SignatureError("there is no certificate at the address that was named")
    try:
        certificate, _ = der.remove_sequence(b64decode(found[1]))
        fields, _ = der.remove_sequence(certificate)
        if fields[0] == _VERSION:
            _, _, fields = der.remove_constructed(fields)
        for _ in range(5):  # serial number, algorithm, issuer, validity, subject
            fields = _after_one(fields)
        key_info, _ = der.remove_sequence(fields)
        algorithm, key_info = der.remove_sequence(key_info)
        kind, _ = der.remove_object(algorithm)
        bits, _ = der.remove_bitstring(key_info, 0)
        numbers, _ = der.remove_sequence(bits)
        modulus, numbers = der.remove_integer(numbers)
        exponent, _ = der.remove_integer(numbers)
    except (der.UnexpectedDER, ValueError, IndexError, TypeError) as error:
        raise SignatureError("the certificate can't be read") from error
    if kind != _RSA or not _LEAST_BITS <= modulus.bit_length() <= _MOST_BITS or exponent < 3:
        raise SignatureError("the certificate has no RSA key of 2,048 bits or more")
    return modulus, exponent


def _after_one(fields: bytes) -> bytes:
    """What is behind the first field, whatever that is."""
    length, of_length = der.read_length(fields[1:])
    end = 1 + of_length + length
    if end > len(fields):
        raise der.UnexpectedDER("a field is longer than what holds it")
    return fields[end:]
