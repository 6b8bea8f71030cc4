"""Mail as it leaves: MIME with text and HTML, one-click unsubscribe, through SES."""

from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
)

from chalicelib.channels.base import NotSent, Rejected, SendResult, Sent, Unknown

BUSY = {"Throttling", "ThrottlingException", "TooManyRequestsException", "ServiceUnavailable"}


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One mail to one person. `unsubscribe` is the one-click URL where the purpose allows one."""

    sender: str
    to: str
    subject: str
    text: str
    html: str
    locale: str
    reply_to: str | None = None
    unsubscribe: str | None = None
    notification_id: str | None = None


def mime(mail: Mail) -> bytes:
    """The mail as SMTP bytes: multipart/alternative, text first, headers per RFC 8058 and 3834."""
    message = EmailMessage(policy=SMTP)
    message["From"] = _address(mail.sender)
    message["To"] = _address(mail.to)
    message["Subject"] = " ".join(mail.subject.split())
    if mail.reply_to:
        message["Reply-To"] = _address(mail.reply_to)
    message["Content-Language"] = mail.locale
    # So that out-of-office robots leave it unanswered.
    message["Auto-Submitted"] = "auto-generated"
    if mail.unsubscribe:
        message["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if mail.notification_id:
        message["X-Temas-Notification"] = mail.notification_id
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message.as_bytes()


def _address(text: str) -> Address:
    name, addr = parseaddr(text)
    return Address(display_name=name, addr_spec=addr)


@dataclass(frozen=True, kw_only=True)
class Mailer:
    """SES. `client` is boto3's `ses`, with retries off: a retried timeout could send twice."""

    client: Any
    configuration_set: str

    def send(self, mail: Mail) -> SendResult:
        """Hand one mail to SES and say what became of it."""
        try:
            reply = self.client.send_raw_email(
                Source=mail.sender,
                Destinations=[mail.to],
                RawMessage={"Data": mime(mail)},
                ConfigurationSetName=self.configuration_set,
            )
        except ClientError as error:
            return _refusal(error)
        except (EndpointConnectionError, ConnectTimeoutError, NoCredentialsError) as error:
            return NotSent(code=type(error).__name__, detail="SES can't be reached")
        except BotoCoreError as error:
            return Unknown(code=type(error).__name__, detail="the line to SES broke")
        except ValueError as error:
            # The standard library's refusal to write an address that is none.
            return Rejected(code="InvalidAddress", detail=str(error))
        return Sent(message_id=reply["MessageId"])


def _refusal(error: ClientError) -> SendResult:
    code = error.response["Error"]["Code"]
    detail = error.response["Error"].get("Message", "")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in BUSY:
        return NotSent(code=code, detail=detail)
    if status >= 500:
        return Unknown(code=code, detail=detail)
    return Rejected(code=code, detail=detail)
