"""Words of either language that tell nothing by themselves, as `fold` leaves them. Pure.

What turns a meaning round ("not", "değil", "yok") is none of them.
"""

_TURKISH = """
acaba ama ancak artik aslinda ayni az bana baska bazi belki ben benden beni benim beri bile bir
biraz biri birkac birsey biz bizden bize bizi bizim bu buna bunda bundan bunlar bunlari bunu bunun
burada cok cunku da daha de defa dedi degin diye dolayi en eger fakat fazla gibi gore hala halde hem
hep hepsi her herhangi herkes hic icin ile ilgili ise iste kadar karsi kendi kez ki kim kimse
mi mu musun misin miyim nasil ne neden nerede nereye niye o olan olarak oldu oldugu olduk olmak olsa
olsun olup olur ona ondan onlar onlari onu onun orada oysa oyle pek ragmen sadece sanki sen senden
seni senin siz sizden size sizi sizin son sonra su suna sunu suanda simdi tarafindan tum uzere var
ve veya ya yani yine yoksa zaten merhaba selam slm mrb gunler iyi lutfen tesekkur tesekkurler ederim
sagolun bey hanim gayet oldukca bayagi kesinlikle gercekten
"""
_ENGLISH = """
a about after again all also am an and any are as at be because been before being both but by can
could did do does doing done down during each even ever few for from further get got had has have
having he her here hers him his how i if in into is it its itself just let me more most much my
myself of off on once one only or other our ours out over own really s same she should so some such
than that the their theirs them then there these they this those through to too under until up us
very was we were what when where which while who whom why will with would you your yours ve ll re d
m t hello hi hey dear please thanks thank regards
"""

COMMON = frozenset((_TURKISH + _ENGLISH).split())
