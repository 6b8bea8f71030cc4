"""Whatever bytes arrive as a mail, they are read, in time, into values that can be kept."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.channels.email.mail import Mail, file_in, read
from tests.unit.channels.mails import MAILS

FILES = sorted(MAILS.glob("*.eml"))
PIECES = st.one_of(
    st.binary(max_size=12),
    st.sampled_from(
        [
            *(
                b"\r\n",
                b"\n\n",
                b"\x00",
                b"=?",
                b"?=",
                b"--mixed_1",
                b"--b\n",
                b";",
                b'"',
                b"<",
                b">",
            ),
            b"From: x@y.example, <>\n",
            b"Content-Type: multipart/mixed; boundary=b\n\n",
            b"Content-Type: message/rfc822\n\n",
            b"Content-Transfer-Encoding: base64\n",
            b"Content-Type: text/plain; charset=utf-16; format=flowed\n",
            b"References: <a@b> <<c@d>\n",
            b"Date: 1 Jan 0000 99:99:99 +9999\n",
            b"=?gb2312?B?0LvQuw==?=",
            b"filename*0*=x''%FF%;filename*99*=a",
        ]
    ),
)


def check(mail: Mail) -> None:
    assert 0 < len(mail.message_id) <= 256
    texts = [mail.subject, mail.text, mail.message_id, mail.in_reply_to, *mail.references]
    texts += [mail.sender.address, mail.sender.name] if mail.sender else []
    texts += [one for media in mail.media for one in (media.name, media.mime, media.id)]
    for text in filter(None, texts):
        assert "\x00" not in text
        text.encode()  # no half of a letter
    assert mail.date is None or mail.date.tzinfo
    assert all((media.size or 0) >= 0 for media in mail.media)


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_recorded_mails_cut_and_mixed_with_other_bytes_are_read(data: st.DataObject) -> None:
    raw = data.draw(st.sampled_from(FILES)).read_bytes()
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(raw)))
        end = data.draw(st.integers(start, min(len(raw), start + 40)))
        raw = raw[:start] + data.draw(PIECES) + raw[end:]
    mail = read(raw)
    check(mail)
    for media in mail.media:
        assert media.id
        assert file_in(raw, media.id)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read(raw: bytes) -> None:
    check(read(raw))


HEAD = b"From: a@b.example\nSubject: x\n"
WORST = {
    "header lines": b"a: b\n",
    "words": b"=?utf-8?b?YQ==?= ",
    "addresses": b"a@b, ",
    "angles": b"<",
    "quotes": b'"\\"',
}


@pytest.mark.parametrize("field", [b"From", b"Subject", b"References", b"Content-Type", b"X"])
@pytest.mark.parametrize("piece", WORST.values(), ids=WORST)
def test_a_megabyte_of_header_is_read_in_time(field: bytes, piece: bytes) -> None:
    in_time(field + b": " + piece * (1_000_000 // len(piece)) + b"\n\nbody")


@pytest.mark.parametrize(
    "kind", [b"text/plain; format=flowed", b"text/html", b"text/plain; charset=gb2312"]
)
@pytest.mark.parametrize("encoding", [b"base64", b"quoted-printable"])
@pytest.mark.parametrize("piece", [b"a \n", b"<b>", b"=\n", b"\xff"])
def test_a_megabyte_of_body_is_read_in_time(kind: bytes, encoding: bytes, piece: bytes) -> None:
    head = HEAD + b"Content-Type: " + kind + b"\nContent-Transfer-Encoding: " + encoding
    in_time(head + b"\n\n" + piece * (1_000_000 // len(piece)))


@pytest.mark.parametrize("piece", [b"--b", b"\n--b", b"\n--b\n", b"\n--b\n\nx", b"\n--b ", b"\n-"])
def test_a_megabyte_of_boundaries_is_read_in_time(piece: bytes) -> None:
    head = HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n"
    in_time(head + piece * (1_000_000 // len(piece)))


def test_parts_within_parts_without_end_are_read_in_time() -> None:
    levels = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(20_000)
    )
    in_time(HEAD + levels + b"\nx")


def in_time(raw: bytes) -> None:
    started = time.process_time()
    read(raw)
    # Far above what it takes: this guards against quadratic behaviour.
    assert time.process_time() - started < 3
