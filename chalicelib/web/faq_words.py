"""The words of the public answers, in every language."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.web.page_words import Word

WORDS: "Mapping[str, Word]" = {
    "title": {"tr": "Sık sorulan sorular", "en": "Frequently asked questions"},
    "search": {"tr": "Sorunuz", "en": "Your question"},
    "button": {"tr": "Ara", "en": "Search"},
    "all": {"tr": "Bütün sorular", "en": "All questions"},
    "found": {"tr": "“{q}” için yanıtlar", "en": "Answers to “{q}”"},
    "elsewhere": {"tr": "İngilizce yanıtlar", "en": "Answers in Turkish"},
    "only_elsewhere": {
        "tr": "Türkçe bir yanıt bulamadık; bunlar İngilizce.",
        "en": "We found no answer in English; these are in Turkish.",
    },
    "this_elsewhere": {
        "tr": "Bu yanıt yalnızca İngilizce var.",
        "en": "This answer is in Turkish only.",
    },
    "nothing": {
        "tr": "Bunun için bir yanıt bulamadık. Başka sözcüklerle deneyin ya da bize yazın.",
        "en": "We found no answer to this. Try other words, or write to us.",
    },
    "empty": {"tr": "Henüz bir yanıt yayımlanmadı.", "en": "No answers have been published yet."},
    "other": {"tr": "Diğer sorular", "en": "Other questions"},
    "switch": {"tr": "In English", "en": "Türkçe"},
    "helped": {"tr": "Bu yanıt yardımcı oldu mu?", "en": "Did this answer help?"},
    "yes": {"tr": "Evet", "en": "Yes"},
    "no": {"tr": "Hayır", "en": "No"},
    "thanks": {"tr": "Teşekkürler", "en": "Thank you"},
    "glad": {
        "tr": "Yardımcı olabildiğimize sevindik.",
        "en": "We are glad that it helped.",
    },
    "sorry": {
        "tr": "Söyledikleriniz yanıtlarımızı iyileştirmemize yardımcı oluyor.",
        "en": "What you tell us helps us to write better answers.",
    },
    "person": {"tr": "Bir kişiye sorun", "en": "Ask a person"},
    "open": {
        "tr": "Size ekibimizden biri yanıt verir.",
        "en": "Somebody of our team will answer.",
    },
    "closed": {
        "tr": "Şu an kapalıyız. Bize şimdiden yazabilirsiniz; açıldığımızda ({opens}) yanıtlarız.",
        "en": "We are closed just now. You can write already; we answer when we open ({opens}).",
    },
    "or_chat": {
        "tr": "Bizimle daha önce yazıştıysanız aynı sohbete yazmanız da yeterli.",
        "en": "If you have written to us before, just write in that chat.",
    },
    "phone": {"tr": "Telefon", "en": "Phone"},
    "again": {
        "tr": "Bunu sayamadık: sayfa uzun süre açık kalmış olabilir. "
        "Lütfen aşağıdan bir daha seçin.",
        "en": "We could not count this: the page may have been open for long. "
        "Please choose once more below.",
    },
    "gone_title": {"tr": "Bu yanıt artık yok", "en": "This answer is gone"},
    "gone": {
        "tr": "Kaldırılmış ya da başka bir yanıtla birleştirilmiş olabilir.",
        "en": "It may have been taken back, or become part of another one.",
    },
}
