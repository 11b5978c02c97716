"""Lists that the outside world decides: mail domains where anybody may have an address, currencies in use, countries with holidays."""

PUBLIC_MAIL_DOMAINS = frozenset(
    """
    gmail.com googlemail.com outlook.com outlook.de outlook.fr outlook.es outlook.it outlook.com.br hotmail.com
    hotmail.co.uk hotmail.de hotmail.fr hotmail.it hotmail.es live.com live.co.uk live.de live.fr live.nl live.it live.ru
    msn.com passport.com yahoo.com ymail.com rocketmail.com myyahoo.com yahoo.co.uk yahoo.co.in yahoo.co.jp yahoo.de
    yahoo.fr yahoo.es yahoo.it yahoo.ca yahoo.com.au yahoo.com.br yahoo.com.mx yahoo.com.ar yahoo.com.tr yahoo.com.ua
    aol.com aim.com verizon.net icloud.com me.com mac.com proton.me protonmail.com protonmail.ch pm.me tutanota.com
    tutanota.de tutamail.com tuta.io tuta.com keemail.me fastmail.com fastmail.fm hushmail.com mailfence.com posteo.de
    posteo.net mailbox.org runbox.com disroot.org riseup.net zoho.com zohomail.com zohomail.eu hey.com duck.com mail.com
    email.com usa.com post.com consultant.com europe.com gmx.com gmx.net gmx.de gmx.at gmx.ch gmx.us gmx.fr web.de
    freenet.de t-online.de arcor.de mail.ru inbox.ru list.ru bk.ru internet.ru xmail.ru mail.ua vk.com yandex.ru
    yandex.com yandex.ua yandex.by yandex.kz yandex.uz ya.ru narod.ru rambler.ru rambler.ua lenta.ru autorambler.ru
    myrambler.ru ro.ru r0.ru pochta.ru qip.ru nm.ru hotbox.ru land.ru fromru.com front.ru krovatka.su mail333.com
    newmail.ru nextmail.ru email.ru e-mail.ru sibmail.com tut.by mail.by tut.ua ukr.net i.ua ua.fm email.ua meta.ua
    bigmir.net online.ua ukrpost.ua voliacable.com 3g.ua ex.ua freemail.ukr.net mail.kz inbox.lv inbox.lt inbox.eu mail.ee
    hot.ee one.lt apollo.lv wp.pl o2.pl onet.pl onet.eu op.pl interia.pl interia.eu poczta.onet.pl gazeta.pl tlen.pl vp.pl
    buziaczek.pl go2.pl seznam.cz email.cz post.cz centrum.cz centrum.sk atlas.cz azet.sk zoznam.sk abv.bg mail.bg dir.bg
    freemail.hu citromail.hu free.fr orange.fr wanadoo.fr laposte.net sfr.fr neuf.fr bbox.fr libero.it virgilio.it
    tiscali.it alice.it tin.it email.it terra.com.br uol.com.br bol.com.br ig.com.br sapo.pt telenet.be skynet.be ziggo.nl
    xs4all.nl home.nl kpnmail.nl hetnet.nl btinternet.com ntlworld.com virginmedia.com sky.com talktalk.net
    blueyonder.co.uk comcast.net sbcglobal.net att.net bellsouth.net cox.net charter.net earthlink.net juno.com
    netzero.net optonline.net rogers.com shaw.ca sympatico.ca bigpond.com optusnet.com.au xtra.co.nz qq.com foxmail.com
    163.com 126.com yeah.net sina.com sina.cn sohu.com aliyun.com 139.com 189.cn 21cn.com naver.com daum.net hanmail.net
    nate.com rediffmail.com walla.co.il walla.com mynet.com docomo.ne.jp ezweb.ne.jp mailinator.com guerrillamail.com
    10minutemail.com temp-mail.org yopmail.com trashmail.com sharklasers.com dispostable.com
    """.split()  # noqa: SIM905 - a hundred short words read better as text
)

CURRENCIES = frozenset(  # ISO 4217, money in use; metals, funds and test codes left out
    """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY
    COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS
    INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP
    MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR
    SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV
    WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
    """.split()  # noqa: SIM905
)

# The countries whose holidays the library `holidays` knows. Asking it costs a start 0.2 s; a test sees to it that it says the same.
COUNTRIES = frozenset(
    """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC
    CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD
    GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH
    KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW
    MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC
    SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UK UM US
    UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW
    """.split()  # noqa: SIM905
)
