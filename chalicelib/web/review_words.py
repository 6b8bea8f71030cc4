"""What the page for reviews says, in both languages. Pure."""

from datetime import timedelta

from chalicelib.playbook_values import Locale, Words

TITLE = Words(tr="Siparişinizi nasıl buldunuz?", en="How do you like your order?")
EACH = Words(tr="Ürünlerinizi nasıl buldunuz?", en="How do you like what you bought?")
ORDER = Words(tr="Sipariş {name}", en="Order {name}")
AGAIN = Words(
    tr="Bu değerlendirmeyi daha önce yazdınız. İsterseniz şimdi değiştirebilirsiniz.",
    en="You have written this review before. You can change it now if you like.",
)
STARS = Words(tr="Kaç yıldız verirsiniz?", en="How many stars do you give?")
STAR = Words(tr="5 üzerinden {stars} yıldız", en="{stars} of 5 stars")
SCALE = Words(
    tr="1: hiç beğenmedim, 5: çok beğendim", en="1: I don’t like it at all, 5: I like it very much"
)
HEADLINE = Words(tr="Başlık (isteğe bağlı)", en="Headline (optional)")
TEXT = Words(tr="Değerlendirmeniz (isteğe bağlı)", en="Your review (optional)")
TEXT_HINT = Words(
    tr="Kutudaki başlıklar yalnızca yardım olsun diye: değiştirebilir ya da silebilirsiniz.",
    en="The lines in the box are only there to help: change or delete them as you like.",
)
AUTHOR = Words(tr="Görünecek adınız (isteğe bağlı)", en="Your name as others see it (optional)")
AUTHOR_HINT = Words(
    tr="Boş bırakırsanız adınız görünmez.", en="Leave it empty and your name is not shown."
)
PHOTO = Words(tr="Fotoğraf (isteğe bağlı)", en="Photo (optional)")
PHOTO_HINT = Words(
    tr="JPEG, PNG ya da WebP, en fazla 4 MB. Çekildiği yer gibi gizli bilgileri sileriz.",
    en="JPEG, PNG or WebP, at most 4 MB. We remove hidden details such as where it was taken.",
)
PHOTO_KEPT = Words(
    tr="Gönderdiğiniz fotoğraf duruyor; yenisini seçerseniz onun yerine geçer.",
    en="The photo you sent is still there; a new one takes its place.",
)
PUBLIC = {
    "at_once": Words(
        tr="Değerlendirmeniz, kaç yıldız verirseniz verin, herkese açık olarak yayımlanır.",
        en="Your review will be public, however many stars you give.",
    ),
    "after_check": Words(
        tr="Değerlendirmeniz, kaç yıldız verirseniz verin, kısa bir kontrolden sonra herkese açık "
        "olarak yayımlanır.",
        en="Your review will be public after a short check, however many stars you give.",
    ),
}
SEND = Words(tr="Değerlendirmeyi gönder", en="Send review")

MEND = Words(tr="Değerlendirmeniz henüz gönderilmedi:", en="Your review has not been sent yet:")
NO_STARS = Words(tr="Lütfen 1 ile 5 arasında yıldız seçin.", en="Please choose from 1 to 5 stars.")
TOO_LONG = {
    "title": Words(
        tr="Başlık en fazla {limit} karakter olabilir; {given} karakter yazdınız.",
        en="The headline may have {limit} characters; you wrote {given}.",
    ),
    "text": Words(
        tr="Değerlendirme en fazla {limit} karakter olabilir; {given} karakter yazdınız.",
        en="The review may have {limit} characters; you wrote {given}.",
    ),
    "author": Words(
        tr="Ad en fazla {limit} karakter olabilir; {given} karakter yazdınız.",
        en="The name may have {limit} characters; you wrote {given}.",
    ),
}
PHOTOS = {
    "too_large": Words(
        tr="Bu fotoğraf 4 MB’tan büyük. Lütfen daha küçük bir fotoğraf seçin.",
        en="This photo is larger than 4 MB. Please choose a smaller one.",
    ),
    "no_picture": Words(
        tr="Bu dosya JPEG, PNG ya da WebP biçiminde bir fotoğraf değil. Lütfen başka bir dosya "
        "seçin.",
        en="This file is not a JPEG, PNG or WebP picture. Please choose another one.",
    ),
    "damaged": Words(
        tr="Bu fotoğraf okunamadı. Lütfen yeniden ya da başka bir fotoğraf seçin.",
        en="This photo could not be read. Please choose it again, or another one.",
    ),
}
BUSY = Words(
    tr="Şu anda kaydedemedik. Lütfen birazdan yeniden gönderin.",
    en="We could not save it just now. Please send it again in a moment.",
)
CHOOSE_AGAIN = Words(
    tr="Fotoğraf seçtiyseniz lütfen yeniden seçin.",
    en="If you had chosen a photo, please choose it again.",
)

THANKS = Words(tr="Teşekkürler!", en="Thank you!")
KEPT = {
    "published": Words(
        tr="Değerlendirmeniz yayımlandı. Hem diğer müşterilere hem bize yol gösterecek.",
        en="Your review is public now. It will help other customers, and us.",
    ),
    "pending": Words(
        tr="Değerlendirmenizi aldık. Kısa bir kontrolden sonra yayımlayacağız.",
        en="We have your review and will publish it after a short check.",
    ),
}
COUPON = Words(
    tr="Zaman ayırdığınız için size bir indirim kodu veriyoruz: yaklaşık {wait} sonra e-postayla "
    "gelir, gece ise sabah.",
    en="For taking the time you get a discount code: it comes by mail in about {wait}, at night "
    "the next morning.",
)
MORE = Words(
    tr="Bu siparişten değerlendirebileceğiniz diğer ürünler:",
    en="What else of this order you can review:",
)
CHANGE = Words(tr="Değerlendirmemi değiştir", en="Change my review")

INVALID_TITLE = Words(tr="Bu bağlantı geçerli değil", en="This link is not valid")
INVALID = Words(
    tr="Süresi dolmuş ya da eksik kopyalanmış olabilir. Size gelen son e-postadaki bağlantıyı "
    "kullanabilirsiniz.",
    en="It may have run out, or was not copied in full. Please use the one in the latest mail you "
    "got from us.",
)
OVER_TITLE = Words(
    tr="Bu sipariş artık değerlendirilemiyor", en="This order can’t be reviewed any more"
)
OVER = Words(
    tr="İptal ya da iade edilmiş olabilir. Bize söylemek istediğiniz bir şey varsa e-postamızı "
    "yanıtlamanız yeterli.",
    en="It may have been cancelled or refunded. If there is something you want to tell us, just "
    "answer our mail.",
)
OLD = Words(
    tr="Bu değerlendirmeyi yazalı çok oldu, artık değiştirilemiyor. Bize söylemek istediğiniz bir "
    "şey varsa e-postamızı yanıtlamanız yeterli.",
    en="You wrote this review long ago, so it can’t be changed any more. If there is something you "
    "want to tell us, just answer our mail.",
)

ANONYMOUS = Words(tr="Bir müşteri", en="A customer")

_UNITS = (
    (86400, Words(tr="{n} gün", en="{n} days"), Words(tr="bir gün", en="one day")),
    (3600, Words(tr="{n} saat", en="{n} hours"), Words(tr="bir saat", en="one hour")),
    (60, Words(tr="{n} dakika", en="{n} minutes"), Words(tr="bir dakika", en="one minute")),
)


def span(length: timedelta, locale: Locale) -> str:
    """About how long: "30 dakika", "2 hours"."""
    seconds = max(length.total_seconds(), 60)
    for size, many, one in _UNITS:
        if seconds >= size:
            number = round(seconds / size)
            return one.in_(locale) if number == 1 else many.in_(locale).format(n=number)
    raise AssertionError("a minute is the least")
