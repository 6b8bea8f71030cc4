"""The preference page's words, in every language.

What was agreed to is recorded with the version of the words it was agreed to: whoever changes what
a choice means changes `VERSION`, too.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.web.page_words import Word

VERSION = "preferences-2026-11"

WORDS: "Mapping[str, Word]" = {
    "title": {"tr": "Tercihleriniz", "en": "Your preferences"},
    "intro": {
        "tr": "Size neyi, nereden ve ne zaman göndereceğimize siz karar verirsiniz.",
        "en": "You decide what we send you, where and when.",
    },
    "saved": {"tr": "Tercihleriniz kaydedildi.", "en": "Your preferences are saved."},
    "unchanged": {
        "tr": "Bir şey değiştirmediniz; her şey olduğu gibi kaldı.",
        "en": "You changed nothing; everything is as it was.",
    },
    "stopped": {
        "tr": "Tamam. Size artık hatırlatma, anket ve kampanya göndermeyeceğiz.",
        "en": "Done. We will send you no more reminders, surveys or campaigns.",
    },
    "what": {"tr": "Neler gelsin?", "en": "What may we send you?"},
    "nothing": {
        "tr": "Şu anda kendiliğimizden bir şey gönderebileceğimiz bir adresiniz yok.",
        "en": "There is no address of yours to which we could send anything by ourselves.",
    },
    "review": {"tr": "Değerlendirme hatırlatmaları", "en": "Review reminders"},
    "review_hint": {
        "tr": "Siparişiniz teslim edildikten sonra: nasıl buldunuz?",
        "en": "After an order has arrived: how do you like it?",
    },
    "survey": {"tr": "Memnuniyet soruları", "en": "Satisfaction questions"},
    "survey_hint": {
        "tr": "Bir konunuz çözüldükten veya siparişiniz teslim edildikten sonra tek bir soru.",
        "en": "One question after we have helped you, or some time after an order.",
    },
    "marketing": {"tr": "Kampanya mesajları", "en": "Campaign messages"},
    "marketing_hint": {
        "tr": "İndirimler, yenilikler, sepetinizde kalanlar. Yalnızca siz isterseniz.",
        "en": "Offers, news, what is left in your basket. Only if you want them.",
    },
    "how": {"tr": "Size nasıl ulaşalım?", "en": "How may we reach you?"},
    "channel": {"tr": "En çok hangi kanaldan?", "en": "On which channel, preferably?"},
    "no_channel": {"tr": "Fark etmez", "en": "Any"},
    "hours": {"tr": "Günün hangi saatlerinde?", "en": "At which hours of the day?"},
    "hours_hint": {
        "tr": "Sizin saatinize göre. Sorularınıza verdiğimiz yanıtlar her saatte gelebilir.",
        "en": "In your own time. Our answers to your questions may come at any hour.",
    },
    "usual": {"tr": "Her zamanki gibi", "en": "As usual"},
    "morning": {"tr": "Öğleden önce", "en": "In the morning"},
    "afternoon": {"tr": "Öğleden sonra", "en": "In the afternoon"},
    "evening": {"tr": "Akşam", "en": "In the evening"},
    "any": {"tr": "Her saatte", "en": "At any time"},
    "own": {"tr": "Bizimle kararlaştırdığınız gibi", "en": "As you agreed with us"},
    "language": {"tr": "Dil", "en": "Language"},
    "save": {"tr": "Kaydet", "en": "Save"},
    "stop_title": {"tr": "Hiçbiri gelmesin mi?", "en": "None of it?"},
    "stop": {
        "tr": "İsteğe bağlı her şeyi durdur",
        "en": "Stop everything optional",
    },
    "stop_hint": {
        "tr": "Siparişleriniz, cihazlarınız ve sorularınızla ilgili mesajlar yine gelir.",
        "en": "Messages about your orders, your devices and your questions still come.",
    },
}

LANGUAGES: "Mapping[str, str]" = {"tr": "Türkçe", "en": "English"}
"""Each in itself: who has the wrong one finds theirs."""
