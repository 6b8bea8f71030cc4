"""What goes out by Twilio, what its answers mean, and how files that came in are fetched."""

import base64
import json
from typing import Any

import pytest

from chalicelib.channels.base import (
    Fetched,
    Gone,
    Media,
    NotSent,
    OutboundMessage,
    Rejected,
    Sent,
    Template,
    Unknown,
)
from chalicelib.channels.twilio import SMS_OUTLET, WHATSAPP_OUTLET
from chalicelib.errors import ConfigurationError
from tests.support.transports import Recorder, answer

SID = "AC5f0c2a9d4b7e4f1c8a3d6e9b2c5f8a17"
ACCOUNT: dict[str, Any] = {
    "account_sid": SID,
    "auth_token": "t0ken",
    "from": "+14155550100",
    "whatsapp_from": "+14155550111",
}
TAKEN = answer(201, {"sid": "SM77", "status": "queued", "error_code": None})


def message(**changes: Any) -> OutboundMessage:
    values: dict[str, Any] = {
        "address": "+905325550147",
        "text": "Merhaba Ayşe Hanım",
        "idempotency_key": "ntf_1",
        "locale": "tr",
    }
    return OutboundMessage(**{**values, **changes})


def sent(account: dict[str, Any] | None = None, **changes: Any) -> Recorder:
    recorder = Recorder(TAKEN)
    assert SMS_OUTLET.send(message(**changes), account or ACCOUNT, recorder) == Sent(
        message_id="SM77"
    )
    return recorder


def fields(account: dict[str, Any] | None = None, **changes: Any) -> dict[str, str]:
    return dict(sent(account, **changes).last.form)


def test_a_text_message_goes_from_the_brands_number() -> None:
    recorder = sent()
    assert recorder.url == f"https://api.twilio.com/2010-04-01/Accounts/{SID}/Messages.json"
    basic = base64.b64encode(f"{SID}:t0ken".encode()).decode()
    assert recorder.headers["authorization"] == f"Basic {basic}"
    assert dict(recorder.last.form) == {
        "To": "+905325550147",
        "From": "+14155550100",
        "Body": "Merhaba Ayşe Hanım",
    }


def test_the_number_that_was_written_to_answers() -> None:
    assert fields(account=ACCOUNT, address="+1")["From"] == "+14155550100"
    recorder = Recorder(TAKEN)
    SMS_OUTLET.send(message(account="+14155550177"), ACCOUNT, recorder)
    assert dict(recorder.last.form)["From"] == "+14155550177"


@pytest.mark.parametrize("outlet", [SMS_OUTLET, WHATSAPP_OUTLET])
def test_a_whatsapp_account_of_twilios_answers_on_whatsapp(outlet: Any) -> None:
    recorder = Recorder(TAKEN)
    outlet.send(message(account="twilio:+14155550122"), ACCOUNT, recorder)
    form = dict(recorder.last.form)
    assert (form["To"], form["From"]) == ("whatsapp:+905325550147", "whatsapp:+14155550122")


def test_without_a_number_of_its_own_whatsapp_uses_the_one_that_is_set() -> None:
    form = fields(address="whatsapp:+905325550147")
    assert (form["To"], form["From"]) == ("whatsapp:+905325550147", "whatsapp:+14155550111")


def test_a_messaging_service_picks_the_number_where_there_is_none() -> None:
    form = fields({**ACCOUNT, "messaging_service_sid": "MG1"})
    assert (form["MessagingServiceSid"], "From" in form) == ("MG1", False)


def test_a_template_goes_by_its_content_sid() -> None:
    template = Template(name="HX1", language="tr", variables=("Ayşe", "48213"))
    form = fields(template=template)
    assert (form["ContentSid"], "Body" in form) == ("HX1", False)
    assert json.loads(form["ContentVariables"]) == {"1": "Ayşe", "2": "48213"}


def test_files_go_as_addresses_and_news_is_called_back() -> None:
    files = tuple(Media(kind="image", url=f"https://cdn.example.com/{n}.jpg") for n in range(12))
    recorder = sent({**ACCOUNT, "status_callback": "https://x.example.com/s"}, media=files)
    names = [name for name, _ in recorder.last.form]
    assert names.count("MediaUrl") == 10
    assert ("StatusCallback", "https://x.example.com/s") in recorder.last.form


def test_an_api_key_may_stand_for_the_token() -> None:
    recorder = sent({"account_sid": SID, "api_key": "SK1", "api_secret": "s3cret", "from": "+1"})
    assert recorder.headers["authorization"].endswith(base64.b64encode(b"SK1:s3cret").decode())
    assert SID in recorder.url


@pytest.mark.parametrize("missing", ["account_sid", "auth_token", "from"])
def test_what_the_secret_lacks_is_named(missing: str) -> None:
    account = {name: value for name, value in ACCOUNT.items() if name != missing}
    with pytest.raises(ConfigurationError, match=f"twilio.{missing}"):
        SMS_OUTLET.send(message(), account, Recorder(TAKEN))


def refused(status: int, code: int, words: str) -> Any:
    body = {"code": code, "message": words, "more_info": "https://…", "status": status}
    return SMS_OUTLET.send(message(), ACCOUNT, Recorder(answer(status, body)))


def test_a_refusal_is_explained_and_shows_no_token() -> None:
    result = refused(400, 21610, "Attempt to send to unsubscribed recipient with t0ken")
    assert isinstance(result, Rejected)
    assert result.code == "21610"
    assert result.detail.startswith("The recipient has opted out with STOP")
    assert "t0ken" not in result.detail


@pytest.mark.parametrize("code", [21211, 21408, 21614, 63016])
def test_common_refusals_have_an_explanation(code: int) -> None:
    result = refused(400, code, "x")
    assert isinstance(result, Rejected)
    assert len(result.detail) > 10


@pytest.mark.parametrize(("status", "code"), [(429, 20429), (400, 21611), (503, 20503)])
def test_what_only_has_to_wait_was_not_sent(status: int, code: int) -> None:
    assert isinstance(refused(status, code, "x"), NotSent)


@pytest.mark.parametrize(
    "reply",
    [answer(500, b"oops"), answer(201, b"<html>"), Unknown(code="broken", detail="…")],
)
def test_what_nobody_can_know_is_unknown(reply: Any) -> None:
    assert isinstance(SMS_OUTLET.send(message(), ACCOUNT, Recorder(reply)), Unknown)


def test_twilios_limits() -> None:
    assert SMS_OUTLET.longest == WHATSAPP_OUTLET.longest == 1600
    assert SMS_OUTLET.window is None
    assert SMS_OUTLET.account == "from"
    assert WHATSAPP_OUTLET.window
    assert WHATSAPP_OUTLET.templates
    assert SMS_OUTLET.measure("😟") == 2


FILE = Media(kind="image", url=f"https://api.twilio.com/2010-04-01/Accounts/{SID}/Media/ME1")


def test_a_file_is_fetched_with_credentials_and_from_its_store_without() -> None:
    assert SMS_OUTLET.fetch
    store = "https://mms.twiliocdn.com/AC/ME1?Signature=x"
    recorder = Recorder(answer(307, location=store), answer(200, b"jpg", content_type="image/jpeg"))
    fetched = SMS_OUTLET.fetch(FILE, ACCOUNT, recorder, 100)
    assert fetched == Fetched(content=b"jpg", mime="image/jpeg")
    first, second = recorder.requests
    assert first.headers["authorization"].startswith("Basic ")
    assert (second.url, dict(second.headers)) == (store, {})


@pytest.mark.parametrize("url", [None, "https://evil.example.com/x", "https://twilio.com.evil.org"])
def test_a_file_elsewhere_is_not_fetched(url: str | None) -> None:
    assert SMS_OUTLET.fetch
    recorder = Recorder(answer(200, b"x"))
    fetched = SMS_OUTLET.fetch(Media(kind="image", url=url), ACCOUNT, recorder, 100)
    assert isinstance(fetched, Gone)
    assert not recorder.requests
