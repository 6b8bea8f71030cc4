"""Replying to a review on Trustpilot, in public: one reply to each review."""

import base64
from urllib.parse import quote

import msgspec

from chalicelib.channels.base import (
    Account,
    HttpReply,
    NotSent,
    OutboundMessage,
    Outlet,
    Rejected,
    SendResult,
    Transport,
    Unknown,
)
from chalicelib.channels.oauth import access_token
from chalicelib.channels.sending import Refusal, outcome, setting
from chalicelib.channels.trustpilot.source import PRODUCT
from chalicelib.channels.wire import decode
from chalicelib.errors import ParseError

API_BASE = "https://api.trustpilot.com"
_GRANTS = "/v1/oauth/oauth-business-users-for-applications/accesstoken"
LONGEST = 4096
_EXPLANATIONS = {
    400: "Trustpilot does not take the text.",
    401: "Trustpilot does not accept the access token: set api_key and api_secret anew.",
    403: "This account may not reply to the review.",
    404: "The review does not exist any more.",
}


class Failure(msgspec.Struct):
    message: str | None = None
    details: str | None = None


_FAILURE = msgspec.json.Decoder(Failure)


def send(message: OutboundMessage, account: Account, transport: Transport) -> SendResult:
    """Raises ConfigurationError if the account lacks api_key and api_secret (or access_token)."""
    if message.address.startswith(PRODUCT):
        return Rejected(code="product_review", detail="Trustpilot takes no public reply there.")
    base = setting(account, "trustpilot", "api_base", API_BASE).rstrip("/")
    token = _token(base, account, transport)
    if not isinstance(token, str):
        return token
    body = {"message": message.text}
    if account.get("business_user_id"):
        body["authorBusinessUserId"] = setting(account, "trustpilot", "business_user_id")
    reply = transport.post(
        f"{base}/v1/private/reviews/{quote(message.address, safe='')}/reply",
        headers={"authorization": f"Bearer {token}", "content-type": "application/json"},
        body=msgspec.json.encode(body),
    )
    return outcome(
        reply,
        accepted=lambda _: f"{message.address}:reply",
        refused=lambda body: _refusal(reply, body),
        hide=(token,),
    )


def _token(base: str, account: Account, transport: Transport) -> str | NotSent | Rejected:
    if account.get("access_token"):
        return setting(account, "trustpilot", "access_token")
    key = setting(account, "trustpilot", "api_key")
    secret = setting(account, "trustpilot", "api_secret")
    basic = base64.b64encode(f"{key}:{secret}".encode()).decode()
    return access_token(
        f"{base}{_GRANTS}",
        {"grant_type": "client_credentials"},
        transport,
        headers={"authorization": f"Basic {basic}"},
    )


def _refusal(reply: HttpReply | NotSent | Unknown, body: bytes) -> Refusal:
    explanation = _EXPLANATIONS.get(reply.status) if isinstance(reply, HttpReply) else None
    try:
        failure = decode(_FAILURE, body)
    except ParseError:
        failure = Failure()
    texts = (explanation, failure.message or failure.details)
    return Refusal(detail=" ".join(text for text in texts if text) or None)


OUTLET = Outlet(send=send, longest=LONGEST)
