"""What customers and staff write, and by which words somebody who remembers it looks for it.

Invented for measuring the search (docs/staff.md). The queries were written down without a look at
which words are kept, the way one types them: two or three words, without diacritics or endings.
"""

TEXTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "Merhaba, geçen hafta sizden aldığım mavi su ısıtıcısının kapağındaki conta daha üçüncü "
        "kullanımda yerinden çıktı. Suyu kaynatırken kapağın kenarından buhar kaçırıyor ve "
        "tezgâha su damlıyor. Kutusunu atmadım, faturası da duruyor. Yedek conta gönderebilir "
        "misiniz, yoksa ürünü komple mi değiştirmek gerekiyor? Küçük çocuğum olduğu için açıkçası "
        "kullanmaya çekiniyorum. Hafta sonu evde olmayacağım, kargo gelecekse pazartesiden sonra "
        "gelsin lütfen. Şimdiden teşekkür ederim, iyi çalışmalar dilerim.",
        ("mavi isitici conta", "conta buhar", "isitici kapak", "yedek conta", "conta cocuk"),
    ),
    (
        "İyi günler, 48213 numaralı siparişimle ilgili yazıyorum. Kargo firması paketi teslim "
        "edildi olarak göstermiş ama bana ulaşan bir şey yok. Kapıcımıza sordum, komşulara "
        "sordum, kimse almamış. Apartmanda kamera var, izledik, o saatte kimse gelmemiş. Kargo "
        "şubesini aradım, kuryenin raporunda imza görünüyormuş ama imza bana ait değil. Sizden "
        "ricam paketin nerede olduğunu araştırmanız, bulunamıyorsa da yenisini göndermeniz ya da "
        "paramı iade etmeniz. Doğum günü hediyesiydi, gerçekten çok mağdur oldum.",
        ("48213", "kurye imza", "kapici kamera", "dogum gunu hediye", "teslim imza"),
    ),
    (
        "Merhabalar, kahve makinesi alalı iki ay oldu. Son günlerde sabah ilk çalıştırdığımda "
        "pompadan çok yüksek bir ses geliyor, kahve de ılık akıyor. Kireç çözme programını iki "
        "kere çalıştırdım, filtreyi değiştirdim, fark etmedi. Ekranda E4 hatası bir görünüp "
        "kayboluyor. Kullanma kılavuzunda E4 için yetkili servise başvurun yazıyor. Bulunduğum "
        "ilçede servis yok, en yakını kırk kilometre uzakta. Makineyi sizin aldırmanız mümkün mü? "
        "Garanti belgesi ekte. Bilgilerinize sunar, geri dönüşünüzü beklerim.",
        ("kahve pompa", "e4 hata", "kirec kahve", "pompa ses", "kahve ilik", "e4 servis"),
    ),
    (
        "Selamlar, kız kardeşime hediye olarak kırmızı deri cüzdan sipariş etmiştim, içinden "
        "kahverengi çıktı. Üstelik hediye paketi istememe rağmen normal poşetle gelmiş, not kartı "
        "da konulmamış. Kardeşim perşembe günü yurt dışına çıkıyor, o yüzden o güne kadar doğru "
        "rengin gelmesi gerekiyor. Yetişmeyecekse değişim istemiyorum, iade edeceğim. Kahverengi "
        "olanı kuryeyle aldırabilirsiniz, kullanılmadı, etiketi üstünde. Lütfen bugün içinde "
        "haber verin, telefonum sistemde kayıtlı zaten.",
        ("kirmizi cuzdan", "deri cuzdan", "cuzdan kahverengi", "hediye cuzdan", "not karti"),
    ),
    (
        "Sayın yetkili, abonelik iptali için üç kez müşteri hizmetlerini aradım, her seferinde "
        "farklı bir şey söylendi. İlkinde sistemden iptal edildi dediler, ikincisinde cayma "
        "bedeli çıkardılar, üçüncüsünde ise dilekçe istediler. Bu ay kartımdan yine 249 lira "
        "çekilmiş. Sözleşmede cayma bedelinden bahsedilmiyor, gerekirse tüketici hakem heyetine "
        "başvuracağım. Parayı iade etmenizi ve aboneliğin bittiğini yazılı olarak bildirmenizi "
        "istiyorum. Aksi takdirde bankadan itiraz kaydı açtıracağım.",
        ("abonelik cayma", "hakem heyeti", "cayma bedeli", "249 lira", "abonelik dilekce"),
    ),
    (
        "Merhaba, robot süpürge haritayı sürekli unutuyor. Salonu öğretiyorum, ertesi gün sanki "
        "yeni bir evdeymiş gibi baştan dolaşıyor. Uygulamayı silip tekrar kurdum, modemi yeniden "
        "başlattım, yazılımı 3.2.1 sürümüne güncelledim. Şarj istasyonunun yerini de "
        "değiştirmedik. Bir de merdivenin başında durmuyor, iki kere düştü, tekerleğinin kenarı "
        "çizildi. Düşme sensörlerini kuru bezle sildim. Bu bir yazılım sorunu mu yoksa cihazı "
        "göndermem mi lazım? Videosunu çektim, isterseniz atabilirim.",
        ("supurge harita", "robot merdiven", "robot sensor", "supurge dustu", "robot yazilim"),
    ),
    (
        "Arkadaşlar bu müşteriyle dün telefonda konuştum. Isıtıcının contası için daha önce de "
        "yazmış, o zaman yedek parça göndereceğiz denmiş ama depoda kalmamış, kimse de haber "
        "vermemiş. Müşteri haklı olarak kızgın. Tedarikçiye sordum, contalar 14 Aralık'ta "
        "geliyor. Müşteriye o tarihe kadar kullanması için mağazadaki teşhir ürününü verebiliriz "
        "dedim, kabul etti. Kadıköy mağazasına gidecek, Selin bilgilendirildi. İade isterse "
        "sorgusuz kabul edelim, yorum sitesine yazacağını söyledi.",
        ("conta tedarikci", "kadikoy selin", "teshir isitici", "conta depo", "conta kadikoy"),
    ),
    (
        "Merhaba Ayşe Hanım, gecikme için özür dileriz. Isıtıcınızın kapak contası üretici "
        "tarafından ücretsiz değiştiriliyor. Yeni contayı bugün sizin için ayırdık, yarın kargoya "
        "teslim edilecek ve takip numarası SMS ile gelecek. Değişimi kendiniz yapabilirsiniz: "
        "kapağı ters çevirip eski contayı bir kaşık sapıyla kaldırın, yenisini oluğa bastırarak "
        "yerleştirin, ilk seferde yarıya kadar su doldurarak kaynatın. Sızdırma devam ederse "
        "ürünü yenisiyle değiştireceğiz. Başka bir sorunuz olursa bu mesaja yanıt vermeniz yeter.",
        ("conta kasik", "isitici conta ucretsiz", "conta oluk", "kapak conta", "conta degisim"),
    ),
    (
        "İyi akşamlar, balkon için aldığımız katlanır masa ve iki sandalye bugün geldi. Masanın "
        "vida poşeti eksik, sandalyelerden birinin arkalığı da kırık. Nakliyeci acele ettirdi, "
        "tutanak tutturamadık ama paketi açarken fotoğraf çektik. Eksik vidaları nalburdan "
        "bulabilirim ama kırık sandalye için ne yapacağız? Tek sandalye değişimi oluyor mu yoksa "
        "takımı mı geri göndereceğiz? Üçüncü kata asansörsüz taşıdık, tekrar indirmek istemiyoruz "
        "açıkçası. Teşekkürler şimdiden.",
        ("masa vida", "sandalye kirik", "balkon masa", "sandalye tutanak", "katlanir masa"),
    ),
    (
        "Kaç gündür sitenizden ödeme yapamıyorum. Kartı giriyorum, bankadan şifre geliyor, "
        "şifreyi yazınca sayfa beyaz kalıyor ve sepet boşalıyor. Üç farklı tarayıcıyla denedim, "
        "telefondan da denedim. Bankayı aradım, onlarda provizyon görünüyor, yani para bloke "
        "ediliyor ama sizde sipariş oluşmuyor. Şu an hesabımda 1899 liralık iki bloke var. "
        "Sepetteki bisiklet kaskı son iki adetti, bu arada başkası alırsa ne olacak? Ya ürünü "
        "bana ayırın ya da blokeleri hemen kaldırın.",
        ("provizyon bloke", "bisiklet kask", "odeme beyaz sayfa", "kask bloke", "sepet sifre"),
    ),
    (
        "Merhabalar, bebek arabasının ön tekerleği sola çekiyor. Düz yolda bile elimi bıraksam "
        "kaldırıma gidiyor. Mağazanıza götürdüm, oradaki arkadaş yağladı, iki gün iyiydi sonra "
        "aynısı. Rulmanında sorun var bence. Ürün garanti kapsamında, altı ay olmadı. Bizim başka "
        "arabamız yok, tamir on beş gün sürerse bebeği nasıl taşıyacağım? Yerine geçici bir araba "
        "veriyor musunuz? Veriyorsanız yarın getirebilirim, vermiyorsanız sadece tekerleği "
        "gönderin, ben takarım.",
        ("bebek tekerlek", "araba rulman", "bebek arabasi", "tekerlek magaza", "gecici araba"),
    ),
    (
        "Hi there, I ordered the blue enamel kettle three weeks ago and the rubber gasket under "
        "the lid has already started to come apart. Small black crumbs end up in the water, which "
        "I really don't want to drink. I tried to push it back into place but it will not hold "
        "anymore. Is there any chance that you could send me just the gasket? I would rather not "
        "return the entire kettle because it was a wedding present and I threw away the "
        "packaging. If a replacement part is not available, please let me know what else could be "
        "done. Thanks a lot for your help, and have a lovely weekend!",
        ("blue kettle gasket", "kettle lid", "gasket crumbs", "wedding kettle", "enamel kettle"),
    ),
    (
        "Hello, my parcel has been sitting in the customs office in Frankfurt for eleven days "
        "now. The tracking page only says that additional documents are required, but nobody has "
        "told me which ones. I called the courier twice; the first person told me to contact the "
        "sender, the second one told me to wait. Could you please send them a commercial invoice "
        "with the correct value? On the label somebody wrote 900 instead of 90 euros, so they "
        "probably think I should pay duties. I need the lamp before Christmas because we are "
        "moving house on the twentieth. Thank you very much in advance.",
        ("customs frankfurt", "lamp customs", "commercial invoice", "parcel duties", "label 900"),
    ),
    (
        "Good morning, I would like to complain about the installation of my dishwasher "
        "yesterday. The technician arrived two hours late, was in a hurry and did not level the "
        "machine. During the first programme the door was leaking and there is now a stain on our "
        "oak floor. When I called your hotline, I was told that the installation company is "
        "responsible, and the installation company says it is the manufacturer. I have "
        "photographs of everything. I expect somebody to come back this week to repair the leak "
        "and to tell me how the damage to the floor will be handled. My neighbour is a lawyer, by "
        "the way.",
        ("dishwasher leak", "oak floor", "technician late", "dishwasher floor", "stain lawyer"),
    ),
    (
        "Hi team, thanks for sending the replacement charger so quickly, unfortunately it is the "
        "wrong one again. My scooter needs the 42 volt charger with the round three-pin plug and "
        "this is the flat two-pin version. I have now received the same incorrect charger twice. "
        "The serial number on the bottom of the scooter starts with KX7, maybe that helps to find "
        "the correct part. Until then I cannot ride to work and have to take the bus, which costs "
        "me almost five pounds every day. Would it be possible to refund something for that?",
        ("scooter charger", "kx7", "charger plug", "42 volt", "scooter bus"),
    ),
    (
        "Spoke with the customer on the phone today. She does not want a voucher; she wants the "
        "gasket and nothing else. The part is discontinued for the blue kettle, but the one of "
        "the older white model fits, I measured it in the workshop. I promised to post two of "
        "them tomorrow without charging for shipping. If she writes again please do not send her "
        "the standard answer about limescale, she has had that twice already and was rather "
        "upset. Procurement should be told that the supplier changed the rubber mixture in "
        "spring, we have seen quite a number of these recently.",
        ("kettle gasket", "gasket workshop", "gasket white", "limescale", "rubber supplier"),
    ),
    (
        "Dear Mr Weber, thank you for your patience while we were looking into this. The "
        "warehouse has confirmed that your armchair was damaged by the forklift before it was "
        "loaded, so it should never have left our premises. A new armchair in the same moss green "
        "fabric will be delivered on Thursday between eight and noon, and the driver will take "
        "the damaged one back without any packaging. You do not have to sign anything except the "
        "delivery note. As an apology we have also refunded the delivery charge of 39 euros to "
        "your card; depending on your bank this may take a few days to appear.",
        (
            "armchair forklift",
            "green armchair",
            "weber armchair",
            "armchair delivery",
            "moss green",
        ),
    ),
    (
        "Hello! I have been trying to change the email address of my account since Monday. "
        "Whenever I click on the confirmation link I get a message saying that the token has "
        "expired, even if I click within a minute. I have tried this in Firefox and on my phone. "
        "The old address belongs to my former employer and will be switched off on Friday, after "
        "which I will not be able to log in at all. Please also make sure that my loyalty points "
        "are kept, there should be about two thousand of them. Happy to verify my identity in "
        "whichever way you require.",
        (
            "token expired",
            "email confirmation",
            "loyalty points",
            "account employer",
            "change email",
        ),
    ),
    (
        "Merhaba, siparişim nerede? Üç gün önce kargoya verildi yazıyordu, hâlâ gelmedi.",
        ("siparis nerede", "kargo gelmedi"),
    ),
    (
        "Mavi ısıtıcının contası için yedek parça var mı acaba, varsa fiyatı nedir?",
        ("isitici conta", "yedek parca", "conta fiyat"),
    ),
    (
        "Merhaba, 48213 numaralı siparişiniz yarın teslim edilecek. Kurye sizi arayacak.",
        ("48213", "kurye", "yarin teslim"),
    ),
    (
        "Kendisini aradım, açmadı. Yarın öğleden sonra tekrar aranacak, fatura adresi de yanlış.",
        ("fatura adres", "tekrar aranacak"),
    ),
    (
        "Can I still change the delivery address of my order? I typed the wrong house number.",
        ("delivery address", "wrong house"),
    ),
    (
        "We have posted the gasket today, it should be with you by Friday. Sorry for the wait!",
        ("gasket friday", "posted gasket"),
    ),
    (
        "Ürün elime ulaştı ama kutusu ezilmiş, içindeki bardaklardan ikisi kırık çıktı. Fotoğraf "
        "ekledim, nasıl bir yol izleyeceğiz? Diğer dördü sağlam, tüm seti geri göndermek "
        "istemiyorum.",
        ("bardak kirik", "kutu ezilmis", "bardak set"),
    ),
    (
        "The app keeps saying that my thermostat is offline although the display shows full wifi. "
        "I have already restarted the router and reset the thermostat. It worked until the update "
        "last Tuesday.",
        ("thermostat offline", "thermostat update", "router reset"),
    ),
)
