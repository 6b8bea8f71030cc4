"""The way out for mail: SES, and what each of its refusals says about the mail."""

from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
)

from chalicelib.channels.base import NotSent, Rejected, SendResult, Sent, Unknown
from chalicelib.outreach.mail import Mail, mime

LATER = {
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "ServiceUnavailable",
    "AccountSendingPausedException",
    "ConfigurationSetSendingPausedException",
    "ConfigurationSetDoesNotExist",
    "AccessDenied",
    "AccessDeniedException",
    "ExpiredToken",
    "ExpiredTokenException",
    "RequestExpired",
    "InvalidClientTokenId",
    "SignatureDoesNotMatch",
}
"""Refusals that say nothing about the mail: SES is busy, paused, or not yet set up for us."""


@dataclass(frozen=True, kw_only=True)
class Mailer:
    """SES. `client` is boto3's `ses`, with retries off: a retried timeout could send twice."""

    client: Any
    configuration_set: str

    def send(self, mail: Mail) -> SendResult:
        """Hand one mail to SES and say what became of it."""
        try:
            reply = self.client.send_raw_email(
                # The bare address: SES refuses a name here that isn't ASCII.
                Source=parseaddr(mail.sender)[1],
                Destinations=[mail.to],
                RawMessage={"Data": mime(mail)},
                ConfigurationSetName=self.configuration_set,
            )
        except ClientError as error:
            return _refusal(error)
        except (EndpointConnectionError, ConnectTimeoutError, NoCredentialsError) as error:
            return NotSent(code=type(error).__name__, detail="SES can't be reached")
        except ParamValidationError as error:
            return Rejected(code="InvalidParameter", detail=str(error))
        except BotoCoreError as error:
            return Unknown(code=type(error).__name__, detail="the line to SES broke")
        except ValueError as error:
            # An address that is none: nothing was handed over.
            return Rejected(code="InvalidAddress", detail=str(error))
        return Sent(message_id=reply["MessageId"])


def _refusal(error: ClientError) -> SendResult:
    code = error.response["Error"]["Code"]
    detail = error.response["Error"].get("Message", "")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in LATER:
        return NotSent(code=code, detail=detail)
    if status >= 500:
        return Unknown(code=code, detail=detail)
    return Rejected(code=code, detail=detail)
