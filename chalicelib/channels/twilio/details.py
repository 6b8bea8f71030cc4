"""What comes with a message beside its words: a place, an advertisement, a filled-in form."""

from typing import Any

import msgspec

from chalicelib.channels.twilio.form import Form

_ANY: msgspec.json.Decoder[Any] = msgspec.json.Decoder()
_LONGEST_NUMBER = 40
_REFERRAL = {
    "source_url": "ReferralSourceUrl",
    "source_id": "ReferralSourceId",
    "source_type": "ReferralSourceType",
    "headline": "ReferralHeadline",
    "body": "ReferralBody",
    "media_url": "ReferralMediaUrl",
    "ctwa_clid": "ReferralCtwaClid",
}


def details(form: Form) -> dict[str, Any]:
    found = {
        "location": _location(form),
        "referral": _named(form, _REFERRAL),
        "form": _form(form),
        "forwarded": "true" in (form["Forwarded"].lower(), form["FrequentlyForwarded"].lower()),
        "country": form["FromCountry"],
    }
    return {name: value for name, value in found.items() if value}


def profile_name(form: Form) -> str:
    """The sender's name, from the field or from what the channel adds as JSON."""
    if form["ProfileName"] or not form["ChannelMetadata"]:
        return form["ProfileName"]
    value: Any = _object(form["ChannelMetadata"])
    for key in ("data", "context", "ProfileName"):
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""


def form_answers(form: Form) -> str | None:
    """The JSON text of a filled-in form (a WhatsApp flow)."""
    return form.text("FlowData") or form.text("InteractiveData")


def _form(form: Form) -> dict[str, Any] | None:
    text = form_answers(form)
    return None if text is None else _object(text)


def _object(text: str) -> dict[str, Any] | None:
    try:
        value = _ANY.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _location(form: Form) -> dict[str, Any] | None:
    latitude, longitude = _degrees(form["Latitude"]), _degrees(form["Longitude"])
    if latitude is None or longitude is None:
        return None
    place = _named(form, {"name": "Label", "address": "Address"})
    return {"latitude": latitude, "longitude": longitude, **place}


def _degrees(text: str) -> float | None:
    try:
        value = float(text[:_LONGEST_NUMBER])
    except ValueError:
        return None
    return value if -360 <= value <= 360 else None


def _named(form: Form, names: dict[str, str]) -> dict[str, Any]:
    return {key: form[name] for key, name in names.items() if form[name]}
