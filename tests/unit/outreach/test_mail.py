"""Mail: what leaves for SES, byte by byte, and what SES's answers mean."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    ReadTimeoutError,
)

from chalicelib.channels.base import NotSent, Rejected, Sent, Unknown
from chalicelib.outreach.mail import Mail, answer_subject, mime
from chalicelib.outreach.ses import Mailer

URL = "https://abc.execute-api.eu-central-1.amazonaws.com/api/u/" + "eyJ1c2Ui" * 20 + "." + "x" * 43
MAIL = Mail(
    sender="Kahve Dükkânı <merhaba@kahve.example>",
    reply_to="destek@kahve.example",
    to="ayse@example.com",
    subject="#1001 siparişinizi nasıl buldunuz? Görüşünüzü öğrenmek isteriz, hem de çok",
    text="Merhaba Ayşe,\n\nışık, öğün, çağrı.\n",
    html="<p>Merhaba Ayşe, ışık</p>" * 60,
    locale="tr",
    unsubscribe=URL,
    notification_id="ntf_1",
)


def read(mail: Mail) -> EmailMessage:
    found = message_from_bytes(mime(mail), policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def test_a_mail_has_text_then_html_and_both_read_back_as_written() -> None:
    mail = read(MAIL)

    assert mail.get_content_type() == "multipart/alternative"
    text, html = mail.iter_parts()
    assert isinstance(text, EmailMessage)
    assert isinstance(html, EmailMessage)
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert text.get_content().replace("\r\n", "\n") == MAIL.text
    assert html.get_content().strip() == MAIL.html


def test_its_headers_read_back_as_written() -> None:
    mail = read(MAIL)

    assert mail["From"] == "Kahve Dükkânı <merhaba@kahve.example>"
    assert mail["To"] == "ayse@example.com"
    assert mail["Reply-To"] == "destek@kahve.example"
    assert mail["Subject"] == MAIL.subject
    assert mail["Content-Language"] == "tr"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Temas-Notification"] == "ntf_1"


def test_it_is_seven_bit_with_lines_no_longer_than_smtp_takes() -> None:
    raw = mime(MAIL)

    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_the_unsubscribe_link_stands_in_its_header_in_one_piece() -> None:
    # RFC 8058, as a mail program reads it: no encoded words, no folding inside the URL.
    assert f"\r\nList-Unsubscribe: <{URL}>\r\n".encode() in mime(MAIL)
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in mime(MAIL)


def test_without_one_the_headers_are_absent() -> None:
    plain = read(replace(MAIL, unsubscribe=None, reply_to=None, notification_id=None))

    for name in ("List-Unsubscribe", "List-Unsubscribe-Post", "Reply-To", "X-Temas-Notification"):
        assert plain[name] is None


def test_an_answer_names_the_mails_it_answers_in_one_piece_each() -> None:
    ids = tuple(f"<{'x' * 90}{n}@mail.example>" for n in range(20))
    raw = mime(replace(MAIL, in_reply_to=ids[-1], references=ids))

    assert f"\r\nIn-Reply-To: {ids[-1]}\r\n".encode() in raw
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    mail = message_from_bytes(raw, policy=policy.default)
    assert mail["References"].split() == list(ids)


@pytest.mark.parametrize("bad", ["", "no brackets", "<a b>", "<a>\r\nBcc: x@y.example", "<ş@x>"])
def test_an_id_that_is_none_stays_out_of_the_header(bad: str) -> None:
    mail = read(replace(MAIL, in_reply_to=bad, references=(bad, "<1@x.example>")))

    assert mail["In-Reply-To"] is None
    assert mail["References"] == "<1@x.example>"
    assert mail["Bcc"] is None
    assert read(replace(MAIL, references=(bad,)))["References"] is None


@pytest.mark.parametrize(
    ("subject", "answer"),
    [
        ("Siparişim nerede?", "Re: Siparişim nerede?"),
        ("Re: Siparişim", "Re: Siparişim"),
        ("RE: Ynt: re[2]: AW: x", "Re: x"),
        ("  YNT :  x\r\n y", "Re: x y"),
        ("Reklam: x", "Re: Reklam: x"),
        ("Fwd: x", "Re: Fwd: x"),
    ],
)
def test_the_subject_of_an_answer_has_one_re(subject: str, answer: str) -> None:
    assert answer_subject(subject) == answer


@pytest.mark.parametrize(
    "to",
    ["", "ayse", "@", "a@", "<>", "a b@c.example", "a,b@c.example", "a@b@c", "a;b@c.example",
     "ayşe@example.com", "a@b.example\r\nBcc: x@y.example", "a@b.example\nX: y", "a@b.example\0",
     '"a\r\nb"@c.example'],
)  # fmt: skip
def test_an_address_that_is_none_is_refused_before_anything_is_sent(to: str) -> None:
    ses = Ses()

    result = mailer(ses).send(replace(MAIL, to=to))

    assert isinstance(result, Rejected)
    assert result.code == "InvalidAddress"
    assert not ses.calls


# --- SES -----------------------------------------------------------------------------------------


@dataclass
class Ses:
    """As boto3's client: keeps its calls and answers, or raises, what it is told."""

    error: Exception | None = None
    calls: list[dict[str, Any]] = field(default_factory=list)

    def send_raw_email(self, **call: Any) -> dict[str, str]:
        self.calls.append(call)
        if self.error:
            raise self.error
        return {"MessageId": "0102018f"}


def mailer(ses: Ses) -> Mailer:
    return Mailer(client=ses, configuration_set="temas-test-mail")


def refusal(code: str, status: int = 400) -> ClientError:
    return ClientError(
        {
            "Error": {"Code": code, "Message": "in its own words"},
            "ResponseMetadata": {"HTTPStatusCode": status},
        },
        "SendRawEmail",
    )


def test_ses_gets_the_bare_sender_one_recipient_and_our_configuration_set() -> None:
    ses = Ses()

    assert mailer(ses).send(MAIL) == Sent(message_id="0102018f")
    (call,) = ses.calls
    assert call["Source"] == "merhaba@kahve.example"
    assert call["Destinations"] == ["ayse@example.com"]
    assert call["ConfigurationSetName"] == "temas-test-mail"


@pytest.mark.parametrize(
    ("error", "result"),
    [
        (refusal("Throttling"), NotSent),
        (refusal("ThrottlingException"), NotSent),
        (refusal("ServiceUnavailable", 503), NotSent),
        (refusal("AccountSendingPausedException"), NotSent),
        (refusal("AccessDenied", 403), NotSent),
        (refusal("ConfigurationSetDoesNotExist"), NotSent),
        (refusal("MessageRejected"), Rejected),
        (refusal("InvalidParameterValue"), Rejected),
        (refusal("MailFromDomainNotVerifiedException"), Rejected),
        (refusal("InternalFailure", 500), Unknown),
        (refusal("Whatever", 502), Unknown),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_a_refusal_by_ses_is_read_for_what_it_means(error: ClientError, result: type) -> None:
    found = mailer(Ses(error)).send(MAIL)

    assert isinstance(found, result)
    assert isinstance(found, NotSent | Rejected | Unknown)
    assert found.code == error.response["Error"]["Code"]
    assert found.detail == "in its own words"


@pytest.mark.parametrize(
    ("make", "result"),
    [
        (lambda: ConnectTimeoutError(endpoint_url="https://ses"), NotSent),
        (lambda: EndpointConnectionError(endpoint_url="https://ses"), NotSent),
        (NoCredentialsError, NotSent),
        (lambda: ReadTimeoutError(endpoint_url="https://ses"), Unknown),
        (lambda: ConnectionClosedError(endpoint_url="https://ses"), Unknown),
        (lambda: ParamValidationError(report="Source"), Rejected),
    ],
)
def test_what_never_reached_ses_was_not_sent_and_what_broke_later_nobody_knows(
    make: Callable[[], Exception], result: type
) -> None:
    assert isinstance(mailer(Ses(make())).send(MAIL), result)
