"""Where something was said, as İYS codes it. Pure."""

import re
from collections.abc import Mapping

DECISION = "HS_KARAR"
"""The brand's own decision to send no more: İYS takes it for RET only, and never as the first word
about a recipient."""

CODES = frozenset(
    {
        "HS_WEB", "HS_MESAJ", "HS_EPOSTA", "HS_CAGRI_MERKEZI", "HS_SOSYAL_MEDYA", "HS_MOBIL",
        "HS_FIZIKSEL_ORTAM", "HS_ISLAK_IMZA", "HS_ETKINLIK", "HS_EORTAM", "HS_ATM", "HS_2015",
        DECISION,
    }
)  # fmt: skip

_BY_WORD: Mapping[str, str] = {
    "list-unsubscribe link": "HS_EPOSTA",
    "preference page": "HS_WEB", "preferences page": "HS_WEB", "preferences": "HS_WEB",
    "web": "HS_WEB", "website": "HS_WEB", "web site": "HS_WEB", "checkout": "HS_WEB",
    "shop": "HS_WEB", "newsletter form": "HS_WEB",
    "app": "HS_MOBIL", "mobile app": "HS_MOBIL",
    "call centre": "HS_CAGRI_MERKEZI", "call center": "HS_CAGRI_MERKEZI",
    "phone": "HS_CAGRI_MERKEZI", "phone call": "HS_CAGRI_MERKEZI",
    "store": "HS_FIZIKSEL_ORTAM", "till": "HS_FIZIKSEL_ORTAM",
    "signed form": "HS_ISLAK_IMZA", "paper form": "HS_ISLAK_IMZA",
    "event": "HS_ETKINLIK",
}  # fmt: skip
"""What sources are called, here and by staff, in small letters."""

_BY_CHANNEL: Mapping[str, str] = {
    "email": "HS_EPOSTA",
    "sms": "HS_MESAJ",
    "chat": "HS_WEB", "shopify": "HS_WEB", "woocommerce": "HS_WEB", "orders": "HS_WEB",
    **dict.fromkeys(
        ("whatsapp", "telegram", "messenger", "instagram", "x", "slack"), "HS_SOSYAL_MEDYA"
    ),
}  # fmt: skip
"""Of what was said in a message ("message: sms"), or told by its platform ("sms: opted_out")."""

_OWN = re.compile(r"\bHS_[A-Z0-9_]+\b")


def source_code(source: str) -> str | None:
    """The code for a consent's source, None if it can't be told. One that İYS itself knows
    ("HS_ISLAK_IMZA") may stand in it; the name of an API key behind it says nothing."""
    said = source.rpartition(" (")[0] if source.endswith(")") else source
    for code in _OWN.findall(said):
        if code in CODES:
            return str(code)
    words = " ".join(said.casefold().split())
    if words.endswith(" checkout"):
        return _BY_WORD["checkout"]
    channel, colon, _ = words.removeprefix("message: ").partition(":")
    told = colon or words.startswith("message: ")
    return _BY_WORD.get(words) or (_BY_CHANNEL.get(channel) if told else None)
