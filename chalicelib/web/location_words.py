"""The words by which a customer agrees to the use of their location, in every language.

The consent is recorded with `VERSION`: whoever changes what the words mean changes it, too.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.web.page_words import Word

VERSION = "location-2026-11"

WORDS: "Mapping[str, Word]" = {
    "title": {"tr": "Konumunuzu kullanalım mı?", "en": "May we use your location?"},
    "hint": {
        "tr": "Mağazalarımızdan birine yaklaştığınızda size bir teklif gönderebilmek için. "
        "Yalnızca uygulamamızın veya sitemizin ilettiği en son konumu saklarız, en çok 24 saat "
        "kullanır, sonra sileriz. Vazgeçtiğinizde saklanan konum hemen silinir. Teklif gelmesi "
        "için kampanya mesajlarına da izin vermiş olmanız gerekir.",
        "en": "To send you an offer when you come near one of our stores. We keep only the latest "
        "position that our app or site tells us, use it for 24 hours at most, then delete it. If "
        "you change your mind, what is kept is deleted at once. Offers come only if you have "
        "agreed to campaign messages as well.",
    },
    "yes": {"tr": "Evet, konumumu kullanabilirsiniz", "en": "Yes, you may use my location"},
}
