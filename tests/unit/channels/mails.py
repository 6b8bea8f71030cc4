"""What the tests of mail share: the recorded ones, and small ones made on the spot."""

from pathlib import Path

from chalicelib.channels.email.mail import Mail, read

MAILS = Path(__file__).parents[3] / "events" / "email"


def recorded(name: str) -> bytes:
    """The bytes of `events/email/{name}.eml`."""
    return (MAILS / f"{name}.eml").read_bytes()


def written(*fields: str | bytes, body: str | bytes = "metin") -> Mail:
    """A mail with these header lines, read; a From is added if there is none."""
    lines = [_raw(field) for field in fields]
    if not any(line.lower().startswith(b"from:") for line in lines):
        lines.append(b"From: Ali <ali@example.com>")
    return read(b"\r\n".join([*lines, b"", _raw(body)]))


def _raw(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()
