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
    "nothing": {
        "tr": "Bunun için bir yanıt bulamadık. Başka sözcüklerle deneyin ya da bize yazın.",
        "en": "We found no answer to this. Try other words, or write to us.",
    },
    "empty": {"tr": "Henüz bir yanıt yayımlanmadı.", "en": "No answers have been published yet."},
    "other": {"tr": "Diğer sorular", "en": "Other questions"},
    "switch": {"tr": "In English", "en": "Türkçe"},
}
