"""Words that several public pages share, in every language."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.playbook_values import Locale

    Word = Mapping[Locale, str]

KIND_PAGES: "Mapping[str, tuple[Word, Word]]" = {
    "invalid": (
        {"tr": "Bu bağlantı artık geçerli değil", "en": "This link is not valid any more"},
        {
            "tr": "Size gönderdiğimiz en son e-postadaki bağlantıyı kullanabilirsiniz.",
            "en": "Please use the one in the latest mail you had from us.",
        },
    ),
    "refused": (
        {"tr": "Bunu okuyamadık", "en": "We could not read this"},
        {
            "tr": "Lütfen e-postadaki bağlantıyı yeniden açıp bir daha deneyin.",
            "en": "Please open the link in the mail again, and try once more.",
        },
    ),
    "busy": (
        {"tr": "Şu anda yanıt veremiyoruz", "en": "We can't answer just now"},
        {
            "tr": "Hiçbir şey kaybolmadı. Lütfen birkaç dakika sonra bir daha deneyin.",
            "en": "Nothing is lost. Please try again in a few minutes.",
        },
    ),
}
"""Title and text of the pages for what is not as it should be."""

CHANNELS: "Mapping[str, Word]" = {
    "email": {"tr": "E-posta", "en": "E-mail"},
    "sms": {"tr": "SMS", "en": "Text message (SMS)"},
    "whatsapp": {"tr": "WhatsApp", "en": "WhatsApp"},
    "telegram": {"tr": "Telegram", "en": "Telegram"},
    "messenger": {"tr": "Messenger", "en": "Messenger"},
    "instagram": {"tr": "Instagram", "en": "Instagram"},
    "chat": {"tr": "Sitedeki sohbet", "en": "Chat on our site"},
    "x": {"tr": "X", "en": "X"},
    "slack": {"tr": "Slack", "en": "Slack"},
}

PURPOSES: "Mapping[str, Word]" = {
    "review": {"tr": "değerlendirme hatırlatmaları", "en": "review reminders"},
    "survey": {"tr": "memnuniyet soruları", "en": "satisfaction questions"},
    "marketing": {"tr": "kampanya mesajları", "en": "campaign messages"},
    "location": {"tr": "konumunuzun kullanılması", "en": "the use of your location"},
}
"""What each consent is about, within a sentence: mostly what is sent for a purpose."""

MONTHS: "Mapping[Locale, tuple[str, ...]]" = {
    "tr": (
        "Ocak", "Şubat", "Mart", "Nisan", "Mayıs", "Haziran",
        "Temmuz", "Ağustos", "Eylül", "Ekim", "Kasım", "Aralık",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip


def channel(name: str, locale: "Locale") -> str:
    """A channel as people call it; its own name if we have no word for it."""
    return CHANNELS[name][locale] if name in CHANNELS else name
