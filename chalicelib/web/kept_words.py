"""The words for what is kept about a customer and why, in every language."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.web.page_words import Word

WORDS: "Mapping[str, Word]" = {
    "title": {"tr": "Hakkınızda ne saklıyoruz, neden?", "en": "What we keep about you, and why"},
    "name": {"tr": "Adınız", "en": "Your name"},
    "name_why": {"tr": "Size adınızla hitap etmek için", "en": "To call you by it"},
    "addresses": {"tr": "Adresleriniz", "en": "Your addresses"},
    "addresses_why": {
        "tr": "Size yanıt verebilmek ve yazanın siz olduğunuzu bilmek için",
        "en": "To answer you, and to know that it is you who writes",
    },
    "orders": {"tr": "Siparişleriniz", "en": "Your orders"},
    "orders_why": {
        "tr": "Teslimatta, iadede ve garantide yardımcı olmak için",
        "en": "To help with delivery, returns and the warranty",
    },
    "conversations": {"tr": "Yazışmalarınız", "en": "Your conversations"},
    "conversations_why": {
        "tr": "Aynı şeyi bize iki kez anlatmak zorunda kalmamanız için",
        "en": "So that you need not tell us the same thing twice",
    },
    "reviews": {"tr": "Değerlendirmeleriniz", "en": "Your reviews"},
    "reviews_why": {
        "tr": "Başkalarına yardımcı olmak ve kendimizi geliştirmek için",
        "en": "To help others, and to do better ourselves",
    },
    "devices": {"tr": "Cihazlarınız", "en": "Your devices"},
    "devices_why": {
        "tr": "Bir arıza veya bakım zamanı gelmeden size haber vermek için",
        "en": "To tell you before something fails or maintenance is due",
    },
    "location": {"tr": "Konumunuz", "en": "Your location"},
    "location_why": {
        "tr": "Mağazalarımızdan birine yaklaştığınızda size bir teklif gönderebilmek için",
        "en": "To send you an offer when you come near one of our stores",
    },
    "position": {
        "tr": "yalnızca en son konum ({until} itibarıyla silinir)",
        "en": "only the latest one (until {until})",
    },
    "consents": {"tr": "İzinleriniz", "en": "Your consents"},
    "consents_why": {
        "tr": "Neye izin verdiğinizi bilmek ve gösterebilmek için",
        "en": "To know, and to be able to show, what you agreed to",
    },
    "none": {"tr": "yok", "en": "none"},
    "at_least": {"tr": "{count} veya daha fazla", "en": "{count} or more"},
    "granted": {"tr": "izin verdiniz", "en": "you agreed"},
    "withdrawn": {"tr": "istemediğinizi söylediniz", "en": "you declined"},
    "everywhere": {"tr": "bütün kanallar", "en": "all channels"},
    "rights": {
        "tr": "Hepsinin bir kopyasını isteyebilir, düzeltilmesini veya silinmesini "
        "talep edebilirsiniz: ",
        "en": "You may ask for a copy of all of it, and have it corrected or erased: ",
    },
}

SOURCES: "Mapping[str, Word]" = {
    "List-Unsubscribe link": {"tr": "e-postadaki bağlantıyla", "en": "by the link in a mail"},
    "preference page": {"tr": "bu sayfada", "en": "on this page"},
    "staff": {"tr": "ekibimizle", "en": "with our team"},
    "message": {"tr": "kendi mesajınızla", "en": "by a message of yours"},
    "checkout": {"tr": "sipariş verirken", "en": "while ordering"},
}
"""Where something was said, as its record begins or ends and as the customer reads it."""
