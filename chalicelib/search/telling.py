"""Which words tell one message from others, and which stand in every other one. Pure.

What tells little is not left out: where there is room it is found, too. It only comes last.
"""

import re
from collections.abc import Iterable

from chalicelib.voice.common import COMMON

_MORE = """
adim adima adres adresi aldim aldik almak altinda arada arasi ayrica aynisi baktim bekliyorum
belirtmek bende benimle bildirim bilgi bilgilerinize bilgim bizde bizimle bugun bulunan
bulunmaktadir burasi calismalar cevap degil dilerim dolayisiyla donus donusunuzu durum durumda
durumu edebilirim edecek eden eder edilecek edildi edilen edilir edilmesi ediniz edip etmek etmenizi
etmistim etti ettim ettik gecen gelen geldi gerek gerekirse geri gonderebilir haber hakkinda hanim
hemen hicbir iceren iletisim ilginiz ilk istedim istegim isterseniz isteyen istiyor kac kadarki
konu konuda konusunda konuyla kolayliklar lazim lira maalesef memnun mesaj mumkun musteri musterimiz
nedeniyle neler numarali numarasi oldugum oldugunu oldugundan olmadi olmadigi olmasi olmayan olmuyor
olup oneri oncelikle onceki onlarda ornegin ozellikle ozur rica saatte sabah sagolun sahip sayin
sekilde selamlar sende sizde sizinle soru sorun sorunu suanki sunar sure surekli sureden talep tane
tarafimiza tarafindan tarih tekrar temin tesekkur tesekkurler umarim urun urunu uygun uzerinden
uzerinde vererek verilen yapabilir yapilan yapip yapmak yapti yaptim yapacagiz yardim yardimci
yarin yazdim yazili yazmistim yeni yeniden yeterli yetkili yonde zaman saygilar saygilarimla
able actually advance already although always another anymore anyone anything apologies appreciate
available bought called came cannot come contact customer customers date days every everything
expect found give given going gone good hand happened happy hear help hold hope hour hours
immediately inform information instead issue kindly know later least like long look looking lovely
made make many maybe message might money month months morning must need needed never nice nothing
number onto ordered patience people perhaps person place problem product provide question quite
rather reach receive received recently regarding reply request required response said send sending
sent several shall since sincerely something somebody someone sorry still sure take taken team tell
than thing things think time today told tomorrow tried trying twice unfortunately used using wait
waiting want week weeks well went without wonder work working would write writing wrote year
yesterday yet
"""

_LITTLE = COMMON | frozenset(_MORE.split())

_VERB = re.compile(
    r".{2,}(?:[iu]yor(?:um|uz|lar|du|dum|duk|sunuz|mus)?|[ea]bilir(?:im|iz|mi|misiniz|siniz)?"
    r"|[ea]c[ea]k(?:ler|lar|se|tir|mis)?|[ea]c[ea]g(?:im|iz)|m[iu]s(?:ti|tim|tik|tu|siniz)?"
    r"|m[ae]ktadir|d[iu]g(?:im|imi|imiz|inda|imda)|m[ae]li(?:yim|yiz)?"
    r"|..[dt][iu](?:m|k|n|niz|nuz|ler|lar)|.m[ae]di(?:m|k|n|niz|ler|lar)?|..[iu]n[iu]z)"
)
"""Turkish verbs by their endings: long words, but it is things that one remembers."""

FULL = 8
"""Letters from which a word is as telling as a longer one: Turkish makes any word long."""


def ranked(found: Iterable[str]) -> list[str]:
    """Folded words, the most telling first: numbers and codes, which name one thing; what is
    neither frequent nor a verb; the longer, as they are the rarer; of equal ones the first."""
    return sorted(found, key=_rank)


def _rank(word: str) -> tuple[bool, int, int]:
    if any(map(str.isdigit, word)):
        return False, 0, -len(word)
    little = 2 if word in _LITTLE else 1 if _VERB.fullmatch(word) else 0
    return True, little, -min(len(word), FULL)
