"""The survey page's words, in every language. Question and thanks are the brand's own, from the
playbook."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.web.page_words import Word

WORDS: "Mapping[str, Word]" = {
    "satisfaction": {"tr": "Nasıldık?", "en": "How did we do?"},
    "nps": {"tr": "Bizi önerir misiniz?", "en": "Would you recommend us?"},
    "satisfaction_lowest": {"tr": "hiç memnun değilim", "en": "not at all happy"},
    "satisfaction_highest": {"tr": "çok memnunum", "en": "very happy"},
    "nps_lowest": {"tr": "hiç önermem", "en": "not at all"},
    "nps_highest": {"tr": "kesinlikle öneririm", "en": "certainly"},
    "comment": {"tr": "Eklemek ister misiniz?", "en": "Would you like to add something?"},
    "comment_hint": {
        "tr": "İsteğe bağlı, en fazla {most} karakter. Yalnızca ekibimiz okur.",
        "en": "If you like, up to {most} characters. Only our team reads it.",
    },
    "send": {"tr": "Gönder", "en": "Send"},
    "again": {
        "tr": "Bu soruyu daha önce yanıtladınız; yanıtınızı burada değiştirebilirsiniz.",
        "en": "You have answered this before; you can change your answer here.",
    },
    "no_score": {
        "tr": "Lütfen {lowest} ile {highest} arasında bir puan seçin.",
        "en": "Please choose a score from {lowest} to {highest}.",
    },
    "too_long": {
        "tr": "Yazınız {long} karakter; lütfen {most} karaktere kısaltın.",
        "en": "Your text has {long} characters; please shorten it to {most}.",
    },
    "thanks": {"tr": "Teşekkür ederiz", "en": "Thank you"},
    "change": {"tr": "Yanıtımı değiştir", "en": "Change my answer"},
}
