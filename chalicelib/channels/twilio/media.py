"""Files that came by Twilio: kept there until the brand deletes them, behind its credentials."""

import base64

from chalicelib.channels.base import Account, FetchResult, Gone, Media, Transport
from chalicelib.channels.fetching import allowed, download, host_of
from chalicelib.channels.sending import setting

API_BASE = "https://api.twilio.com"
_API = ("api.twilio.com", ".twilio.com")
_STORES = (".twiliocdn.com", "s3-external-1.amazonaws.com")
"""Where api.twilio.com sends on to; these links are signed themselves and get no credentials."""


def credentials(account: Account) -> tuple[str, str]:
    """User and password: an API key if there is one, else the account itself."""
    if account.get("api_key"):
        return setting(account, "twilio", "api_key"), setting(account, "twilio", "api_secret")
    return setting(account, "twilio", "account_sid"), setting(account, "twilio", "auth_token")


def fetch(media: Media, account: Account, transport: Transport, limit: int) -> FetchResult:
    """Raises ConfigurationError if the account lacks its credentials."""
    if not media.url:
        return Gone(reason="Twilio gave no address of the file")
    api = (*_API, host_of(setting(account, "twilio", "api_base", API_BASE)))
    headers: dict[str, str] = {}
    if allowed(media.url, api):
        basic = base64.b64encode(":".join(credentials(account)).encode()).decode()
        headers = {"authorization": f"Basic {basic}"}
    return download(media.url, transport, limit=limit, hosts=(*api, *_STORES), headers=headers)
