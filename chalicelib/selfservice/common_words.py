"""Words that say nothing of what a question is about: greetings, courtesies, fillers. Folded, and
without endings as `triage.words` leaves them: of Turkish the first five letters. Pure."""

from collections.abc import Mapping

_TURKISH = """
merhaba merhabalar selam selamlar slm mrb mrhb iyi gunler gunaydin aksamlar sabahlar hayirli evet
tamam lutfen rica ederim tesekkurler sagol sagolun kolay gelsin bir bu su o ve ile de da ki mi mu
misin misiniz miyim musunuz muyum midir ya yani ama fakat icin gibi kadar daha cok az en ben benim
bana beni biz bizim bize siz sizin size sizi sen senin sana onu onun acaba nasil ne neden niye hangi
kim var yok olarak olan oldu olur olsun oluyor olacak olabilir edebilir ediyor etmek etmem etmeliyim
yapabilir yapmam yapmak yapmali yapilir yapiyor istiyorum ister lazim gerekiyor gerek hala hemen
artik simdi sonra once bugun dun yarin her hic ise eger diye bile sadece ancak peki hani hadi abi
hocam efendim hanim bey arkadaslar dostum yardim yardimci soru sorum sorma bilgi almak zaman
verir ver verebilir misin alabilir alabiliyor merak ediyorum musteri
"""
_ENGLISH = """
hi hello hey dear good morn afternoon even day thank pleas the a an and or but if so of to in on at
for from with about as by it its is am are was were be been do doe did have has had i me my mine we
our us you your he she they them this that these those there here what which who how when whi
can could should would will may might not no yes ok okay just veri too also get got know want need
like help question tell let some ani all one thing still alreadi now today yesterday anyon someon
somebodi guy team sir madam s t m re ve ll d
"""

COMMON: Mapping[str, frozenset[str]] = {
    "tr": frozenset(word[:5] for word in _TURKISH.split()),
    "en": frozenset(_ENGLISH.split()),
}
