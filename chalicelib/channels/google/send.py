"""Replying to a review on Google, in public: one reply to each review, the last one counts."""

import msgspec

from chalicelib.channels.base import Account, OutboundMessage, Outlet, SendResult, Transport
from chalicelib.channels.google import api
from chalicelib.channels.sending import Refusal, outcome, setting
from chalicelib.channels.wire import decode
from chalicelib.errors import ParseError

LONGEST = 4096
"""Bytes."""
_EXPLANATIONS = {
    "INVALID_ARGUMENT": "Google does not take the text.",
    "NOT_FOUND": "The review does not exist any more.",
    "PERMISSION_DENIED": "This account may not reply for the place, or the API is not enabled.",
    "UNAUTHENTICATED": "Google does not accept the access: set refresh_token anew.",
    "RESOURCE_EXHAUSTED": "Too many requests at once: Google asks to wait.",
    "FAILED_PRECONDITION": "The place is not verified, so its reviews take no reply.",
}


class Error(msgspec.Struct):
    status: str | None = None
    message: str | None = None


class Failure(msgspec.Struct):
    error: Error


_FAILURE = msgspec.json.Decoder(Failure)


def send(message: OutboundMessage, account: Account, transport: Transport) -> SendResult:
    """Raises ConfigurationError without client_id, client_secret and refresh_token, or for an
    address that is only a review's id without `location`.

    The same reply twice is one: a repeat does no harm.
    """
    name = message.address
    if "/" not in name:
        place = message.account or setting(account, "google", "location")
        name = f"{place}/reviews/{name}"
    granted = api.token(account, transport)
    if not isinstance(granted, str):
        return granted
    reply = transport.put(
        f"{api.base(account)}/v4/{api.path(name)}/reply",
        headers={"authorization": f"Bearer {granted}", "content-type": "application/json"},
        body=msgspec.json.encode({"comment": message.text}),
    )
    review_id = name.rpartition("/")[2]
    return outcome(
        reply,
        accepted=lambda _: f"{review_id}:reply",
        refused=_refusal,
        hide=(granted,),
        idempotent=True,
    )


def _refusal(body: bytes) -> Refusal:
    try:
        error = decode(_FAILURE, body).error
    except ParseError:
        return Refusal()
    texts = (_EXPLANATIONS.get(error.status or ""), error.message)
    return Refusal(code=error.status, detail=" ".join(text for text in texts if text) or None)


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


OUTLET = Outlet(send=send, longest=LONGEST, idempotent=True, measure=_bytes)
