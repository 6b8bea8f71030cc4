"""Mails as mail programs really write them: charsets, parts, files, damage."""

import base64
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from chalicelib.channels.email.mail import MOST_REFERENCES, file_in, read
from tests.unit.channels.mails import MAILS, recorded, written

LATIN5 = "Siparişim hâlâ gelmedi, nerede? ığüşöç İĞ"


def test_turkish_in_iso_8859_9_reads_as_it_was_written() -> None:
    mail = read(recorded("turkish_8859_9"))

    assert mail.sender
    assert (mail.sender.name, mail.sender.address) == ("Sevgi Öztürk", "sevgi.ozturk@posta.example")
    assert mail.subject == "Siparişim gecikti, nerede?"
    assert mail.text
    assert mail.text.startswith("Merhaba,\n\n1001 numaralı siparişim hâlâ gelmedi.")
    assert mail.date == datetime(2026, 11, 22, 8, 2, 17, tzinfo=UTC)


def test_bytes_of_eight_bits_in_a_header_are_in_the_bodys_charset() -> None:
    mail = read(recorded("raw_windows_1254"))

    assert mail.sender
    assert mail.sender.name == "Çağrı Işık"
    assert mail.subject == "Değişim isteği"
    assert mail.text == "Bardağın kulpu kırık çıktı, değiştirebilir misiniz?"


@pytest.mark.parametrize(
    ("declared", "really"),
    [
        ("iso-8859-9", "iso-8859-9"),
        ("iso-8859-9", "windows-1254"),
        ("iso-8859-9", "utf-8"),
        ("us-ascii", "utf-8"),
        ("us-ascii", "windows-1254"),
        ("utf-8", "windows-1254"),
        ("gb2312", "utf-8"),
        ("x-unknown", "windows-1254"),
        ("unicode-escape", "utf-8"),
        ("punycode", "utf-8"),
        ('"', "utf-8"),
        ("utf-16", "utf-16"),
        ("windows-1254", "windows-1254"),
    ],
)
def test_a_text_reads_well_in_the_charset_it_says_or_really_is_in(
    declared: str, really: str
) -> None:
    body = base64.b64encode(LATIN5.encode(really))
    mail = written(
        f"Content-Type: text/plain; charset={declared}",
        "Content-Transfer-Encoding: base64",
        body=body,
    )
    assert mail.text == LATIN5


def test_chinese_in_the_charset_it_says() -> None:
    words = "发票"
    mail = written(
        b"Subject: =?gb2312?B?" + base64.b64encode(words.encode("gb2312")) + b"?=",
        "Content-Type: text/plain; charset=gb2312",
        body=f"{words}不对".encode("gbk"),
    )
    assert (mail.subject, mail.text) == (words, f"{words}不对")


@pytest.mark.parametrize(
    ("written_as", "subject"),
    [
        ("=?utf-8?Q?Sipari=C5=9F_1001?=", "Sipariş 1001"),
        ("=?UTF-8?B?xJ8=?= =?utf-8?b?xJ8=?=", "ğğ"),
        ("=?utf-8?B?xA==?=\r\n =?utf-8?B?nw==?=", "ğ"),
        ("a =?utf-8?Q?b?= c =?utf-8?Q?d?=", "a b c d"),
        ("=?utf-8*tr?Q?b?=", "b"),
        ("=?nonsense?Q?=C5=9F?=", "ş"),
        ("=?utf-8?B?xJ8?=", "ğ"),
        ("=?utf-8?B?!!!?=", ""),
        ("=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
        ("=?utf-8?Q?unclosed", "=?utf-8?Q?unclosed"),
        ("two\r\n  lines", "two lines"),
        ("folded without\r\nits indent", "folded without its indent"),
        ("nul\x00l", "null"),
    ],
)
def test_a_subject_reads_as_mail_programs_show_it(written_as: str, subject: str) -> None:
    assert (written(f"Subject: {written_as}").subject or "") == subject


@pytest.mark.parametrize(
    ("field", "address", "name"),
    [
        ("Ayşe <AYSE@Example.com>", "ayse@example.com", "Ayşe"),
        ('"Yılmaz, Ayşe" <ayse@example.com>', "ayse@example.com", "Yılmaz, Ayşe"),
        ("Yılmaz, Ayşe <ayse@example.com>", "ayse@example.com", "Ayşe"),
        ("ayse@example.com (Ayşe Yılmaz)", "ayse@example.com", "Ayşe Yılmaz"),
        ('"=?utf-8?B?QXnFn2U=?=" <ayse@example.com>', "ayse@example.com", "Ayşe"),
        ("=?utf-8?Q?a=2C_b=40c=2Ede?= <ayse@example.com>", "ayse@example.com", "a, b@c.de"),
        ("ayse@example.com <ayse@example.com>", "ayse@example.com", None),
        ("<ayse@example.com>", "ayse@example.com", None),
        ("<@relay.example:ayse@example.com>", "ayse@example.com", None),
        ("Friends: ayse@example.com, can@example.com;", "ayse@example.com", None),
        ('"Ayşe <ayse@example.com>', "ayse@example.com", None),
        ('"a \\"b\\" c" <ayse@example.com>', "ayse@example.com", 'a "b" c'),
        ("ayse@çiçek.example", "ayse@xn--iek-1lab.example", None),
        ('"odd"@example.com', '"odd"@example.com', None),
        ("root@localhost", "root@localhost", None),
    ],
)
def test_a_sender_is_found_however_from_is_written(
    field: str, address: str, name: str | None
) -> None:
    sender = written(f"From: {field}").sender

    assert sender
    assert (sender.address, sender.name) == (address, name)


@pytest.mark.parametrize(
    "field", ["", "<>", "MAILER DAEMON <>", "Ali", "undisclosed:;", "@", "<@>"]
)
def test_nobody_is_nobody(field: str) -> None:
    assert written(f"From: {field}").sender is None


@pytest.mark.parametrize(
    "fields",
    [
        ["From: a@x.example, b@y.example"],
        ["From: a@x.example", "From: b@y.example"],
        ["From: <a@x.example> <b@y.example>"],
        ["From: b@y.example <a@x.example>"],
        ["From: a@x.example (b@y.example)"],
        ["From: a@x.example" + "\r\n a" * 9000],
        ["Filler: x"] * 5000 + ["From: a@x.example"],
    ],
)
def test_a_from_that_others_may_read_otherwise_is_not_taken_for_one_address(
    fields: list[str],
) -> None:
    assert not written(*fields).alone


def test_one_address_is_alone_even_if_its_name_repeats_it() -> None:
    assert written('From: "a@x.example" <a@x.example>').alone


# --- parts ---------------------------------------------------------------------------------------


def test_of_alternatives_the_plain_one_counts_and_files_are_listed() -> None:
    mail = read(recorded("attachments"))

    assert mail.text == (
        "Merhaba, faturayı ve kırık parçanın fotoğrafını ekte gönderiyorum."
        "\n\n> Fotoğraf alabilir miyiz?"
    )
    assert mail.html
    assert [(m.kind, m.id, m.mime, m.name, m.size) for m in mail.media] == [
        ("image", "1.2", "image/png", "kırık parça.png", 128),
        ("document", "2", "application/pdf", "fatura şubat kopyası.pdf", 309),
    ]


def test_a_files_bytes_are_found_again_by_its_id() -> None:
    raw = recorded("attachments")

    for media in read(raw).media:
        assert media.id
        found = file_in(raw, media.id)
        assert found
        assert (len(found.content), found.mime) == (media.size, media.mime)
    assert file_in(raw, "9.9") is None


def test_html_alone_reads_as_text() -> None:
    mail = read(recorded("html_only"))

    assert mail.text == (
        "Hello,\n\nthe grinder I bought in October – n° 1042 –\ndoes not start.\n\nClaire"
    )
    assert mail.sender
    assert mail.sender.name == "Moreau, Claire"


def test_a_mail_within_is_a_file_and_its_header_counts_for_nothing() -> None:
    mail = read(recorded("forwarded_as_file"))

    assert (mail.subject, mail.message_id) == ("Fwd: teklif", "fwd-1@kara.example")
    assert mail.text == "Size gelen yanlış mı?"
    assert [media.mime for media in mail.media] == ["message/rfc822"]


def test_a_mail_that_is_nothing_but_another_keeps_its_own_header_and_the_others_words() -> None:
    mail = written(
        "Subject: outer",
        "Content-Type: message/rfc822",
        body="From: inner@x.example\nSubject: inner\n\nInner words.",
    )
    assert mail.sender
    assert (mail.sender.address, mail.subject, mail.text) == (
        "ali@example.com",
        "outer",
        "Inner words.",
    )


def multipart(kind: str, *parts: str, tail: str = "--q--") -> tuple[str, str]:
    body = "".join(f"--q\n{part}\n" for part in parts)
    return f"Content-Type: multipart/{kind}; boundary=q", f"{body}{tail}"


def test_parts_one_after_the_other_all_count_in_order() -> None:
    header, body = multipart(
        "mixed", "Content-Type: text/html\n\n<p>one</p>", "Content-Type: image/png\n\nx", "\ntwo"
    )
    assert written(header, body=body).text == "one\n\ntwo"


def test_the_same_words_twice_count_once_where_alternatives_were_meant() -> None:
    header, body = multipart("mixed", "\nthe same", "Content-Type: text/html\n\n<b>the</b> same")
    assert written(header, body=body).text == "the same"


def test_a_blank_plain_part_gives_way_to_html() -> None:
    header, body = multipart("alternative", "\n \n", "Content-Type: text/html\n\n<p>words</p>")
    assert written(header, body=body).text == "words"


def test_of_a_digest_the_mails_are_files() -> None:
    header, body = multipart("digest", "\nFrom: x@y.example\n\nInner", "\n\nOther")
    mail = written(header, body=body)

    assert mail.text is None
    assert [media.mime for media in mail.media] == ["message/rfc822"] * 2


@pytest.mark.parametrize(
    ("header", "body"),
    [
        multipart("mixed", "\nwords", tail=""),
        multipart("mixed", "\nwords", tail="--q--\nepilogue"),
        ("Content-Type: multipart/mixed", "--guessed\n\nwords\n--guessed--"),
        ("Content-Type: multipart/mixed; boundary=gone", "words"),
        ("Content-Type: multipart/mixed; boundary=", "words"),
        ("Content-Type: text", "words"),
        ("Content-Type: ;;;", "words"),
        ("Content-Type: text/plain; charset=utf-8; name=note.txt", "words"),
        ("Content-Transfer-Encoding: quoted-printable", "wor=\r\nds"),
        ("Content-Transfer-Encoding: BASE64", "d29y\nZHM"),
        ("Content-Transfer-Encoding: base64", "d29yZHM=\n\n-- \nscanned by a gateway"),
        ("X-Folded: a", "words"),
    ],
)
def test_words_survive_what_mailers_do_to_the_structure(header: str, body: str) -> None:
    assert written(header, body=body).text == "words"


def test_quoted_printable_with_damage_loses_nothing_else() -> None:
    mail = written("Content-Transfer-Encoding: quoted-printable", body="a=ZZb=C5=9Fc=")
    assert mail.text == "a=ZZbşc"


def test_a_named_text_is_a_file_beside_words_but_words_if_there_are_no_other() -> None:
    note = 'Content-Type: text/plain; name="note.txt"\n\nin the file'
    header, body = multipart("mixed", "\nwords", note)
    assert written(header, body=body).text == "words"
    header, body = multipart("mixed", note)
    assert written(header, body=body).text == "in the file"


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ('"../../etc/passwd"', "passwd"),
        ('"C:\\\\temp\\\\fatura.pdf"', "fatura.pdf"),
        ('"annexe\u202efdp.exe"', "annexe fdp.exe"),
        ("my file.pdf", "my file.pdf"),
        ('"=?utf-8?B?xJ8ucGRm?="', "ğ.pdf"),
        ('"/"', None),
    ],
)
def test_a_files_name_is_a_name_and_nothing_else(name: str, clean: str | None) -> None:
    part = f"Content-Type: application/pdf\nContent-Disposition: attachment; filename={name}\n\nx"
    header, body = multipart("mixed", part)
    (media,) = written(header, body=body).media
    assert media.name == clean


def test_flowed_lines_are_joined_as_they_were_before_they_were_wrapped() -> None:
    kind = "Content-Type: text/plain; format=flowed"
    body = "one \r\nline\r\n stuffed\r\n> quoted \r\n> too\r\n>> deeper\r\n-- \r\nAli"
    assert written(kind, body=body).text == ("one line\nstuffed\n> quoted too\n>> deeper\n-- \nAli")
    assert written(f"{kind}; delsp=yes", body="一 \n二").text == "一二"


# --- names, times, threads -----------------------------------------------------------------------


def test_a_thread_is_all_that_was_answered_the_nearest_last() -> None:
    mail = written(
        "Message-ID: <3@x.example>",
        "References: <1@x.example>\r\n <2@x.example> <1@x.example>",
        "In-Reply-To: Your message of today <2@x.example>",
    )
    assert mail.message_id == "3@x.example"
    assert mail.in_reply_to == "2@x.example"
    assert mail.references == ("1@x.example", "2@x.example")


def test_ids_without_brackets_and_very_many_are_read_within_limits() -> None:
    many = " ".join(f"<{n}@x.example>" for n in range(500))
    mail = written(f"References: {many}", "In-Reply-To: last@x.example", "Message-ID: plain-id")

    assert mail.message_id == "plain-id"
    assert len(mail.references) == MOST_REFERENCES
    assert mail.references[-2:] == ("499@x.example", "last@x.example")


def test_a_mail_without_an_id_gets_one_that_is_its_own_and_always_the_same() -> None:
    raw = recorded("no_boundary")

    assert read(raw).message_id == read(raw).message_id
    assert read(raw).message_id != read(raw + b"x").message_id
    assert len(written(f"Message-ID: <{'x' * 5000}@y>").message_id) <= 256


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        ("Sun, 22 Nov 2026 12:00:00 +0300", datetime(2026, 11, 22, 9, tzinfo=UTC)),
        ("22 Nov 26 12:00 -0000", datetime(2026, 11, 22, 12, tzinfo=UTC)),
        ("Sun, 22 Nov 2026 12:00:00 GMT (comment)", datetime(2026, 11, 22, 12, tzinfo=UTC)),
        ("", None),
        ("yesterday", None),
        ("Sun, 32 Nov 2026 12:00:00 +0000", None),
        ("Sun, 22 Nov 1970 12:00:00 +0000", None),
        ("Sun, 22 Nov 99999999999999999999 12:00:00 +0000", None),
        ("Sun, 22 Nov 2026 12:00:00 +9999", None),
        (", , , , ,", None),
    ],
)
def test_a_date_is_a_moment_or_unknown(date: str, moment: datetime | None) -> None:
    assert written(f"Date: {date}").date == moment


def test_the_line_of_a_mail_folder_and_empty_lines_before_a_mail_are_no_part_of_it() -> None:
    folder = b"\r\n\nFrom ali@example.com Sun Nov 22 10:00:00 2026\n"
    mail = read(folder + b"From: a@b.example\nSubject: x\n\nwords")
    assert (mail.subject, mail.text) == ("x", "words")


@pytest.mark.parametrize("raw", [b"", b"\n", b"no mail at all", b"\xff" * 50, b"a: b"])
def test_what_is_no_mail_is_read_as_what_there_is(raw: bytes) -> None:
    assert read(raw).sender is None


@pytest.mark.parametrize("name", sorted(path.stem for path in MAILS.glob("*.eml")))
def test_the_standard_library_reads_the_same_in_every_recorded_mail(name: str) -> None:
    """An independent reader, on mails that are sound enough for it."""
    theirs = message_from_bytes(recorded(name), policy=policy.default)
    assert isinstance(theirs, EmailMessage)
    ours = read(recorded(name))

    if name != "raw_windows_1254":
        assert (ours.subject or "") == theirs["Subject"]
    plain = theirs.get_body(("plain",))
    if plain is not None and "format" not in plain["Content-Type"].params:
        assert ours.text == plain.get_content().replace("\r\n", "\n").strip()
    files = {part.get_filename() for part in theirs.walk() if part.get_filename()}
    assert {media.name for media in ours.media if media.name} == files - {"smime.p7s"}
