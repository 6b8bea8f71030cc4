"""Signatures by private keys, made by `cryptography` and checked without it."""

from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.channels.public_keys import check_rsa, fits_ecdsa
from chalicelib.errors import SignatureError

SAID = "Merhaba 👋".encode()


@cache
def rsa_key(bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


@cache
def certificate(bits: int) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    at = datetime(2026, 1, 1, tzinfo=UTC)
    key = rsa_key(bits)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name)
    made = made.public_key(key.public_key()).serial_number(7)
    made = made.not_valid_before(at).not_valid_after(at + timedelta(days=400))
    return made.sign(key, SHA256()).public_bytes(Encoding.PEM)


@cache
def curve_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@cache
def curve_public() -> bytes:
    return curve_key().public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def test_what_the_key_signed_fits_with_either_digest() -> None:
    for digest, hashed in (("sha1", SHA1()), ("sha256", SHA256())):
        signature = rsa_key(2048).sign(SAID, padding.PKCS1v15(), hashed)
        check_rsa(certificate(2048), signature, SAID, digest)  # type: ignore[arg-type]
        with pytest.raises(SignatureError):
            check_rsa(certificate(2048), signature, SAID + b" ", digest)  # type: ignore[arg-type]


def test_the_other_digest_another_padding_and_another_key_do_not_fit() -> None:
    fine = rsa_key(2048).sign(SAID, padding.PKCS1v15(), SHA256())
    pss = rsa_key(2048).sign(SAID, padding.PSS(padding.MGF1(SHA256()), 32), SHA256())
    other = rsa_key(3072).sign(SAID, padding.PKCS1v15(), SHA256())
    for signature, digest in ((fine, "sha1"), (pss, "sha256"), (other, "sha256")):
        with pytest.raises(SignatureError):
            check_rsa(certificate(2048), signature, SAID, digest)  # type: ignore[arg-type]


def test_a_key_that_is_too_short_proves_nothing() -> None:
    signature = rsa_key(1024).sign(SAID, padding.PKCS1v15(), SHA256())
    with pytest.raises(SignatureError, match="2,048"):
        check_rsa(certificate(1024), signature, SAID, "sha256")


@given(st.data())
def test_a_damaged_certificate_or_signature_is_refused(
    data: st.DataObject,
) -> None:
    signature = rsa_key(2048).sign(SAID, padding.PKCS1v15(), SHA256())
    pem = certificate(2048)
    start = data.draw(st.integers(0, len(pem)))
    end = data.draw(st.integers(start, len(pem)))
    broken = pem[:start] + data.draw(st.binary(max_size=20)) + pem[end:]
    for given_pem, given_signature in ((broken, signature[:-1]), (pem, data.draw(st.binary()))):
        with pytest.raises(SignatureError):
            check_rsa(given_pem, given_signature, SAID, "sha256")


def test_what_the_curves_key_signed_fits() -> None:
    signature = curve_key().sign(SAID, ec.ECDSA(SHA256()))
    assert fits_ecdsa(curve_public(), signature, SAID)
    assert not fits_ecdsa(curve_public(), signature, SAID + b" ")


@given(key=st.binary(max_size=120), signature=st.binary(max_size=120))
def test_bytes_that_are_no_key_or_signature_fit_nothing(key: bytes, signature: bytes) -> None:
    assert not fits_ecdsa(key, signature, SAID)
    assert not fits_ecdsa(curve_public(), signature, SAID)
