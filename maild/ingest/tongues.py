"""The words with which mail programs introduce a quote, by language: data only, no rule lives here.

Sources are the programs' own texts: Gmail, Outlook (desktop, web, phone), Apple Mail, Thunderbird, Yahoo, Mail.ru, Yandex,
Ukr.net, The Bat!, Lotus Notes, Zoho. Everything is lower case; rules compare against lower-cased lines.
"""

from __future__ import annotations

from maild.ingest.word_tables import table, words

# "… wrote": the verb of an attribution line, in the forms that programs use.
WROTE = words(
    """
    wrote|writes|schrieb|geschrieben|schreibt|ecrit|écrit|écrivait|escribió|escribio|escribía|escreveu|escrito|scritto|scrisse
    scrive|skrev
    skreiv|skriver|schreef|geschreven|napisał|napisał(a)|napisała|napisal|napisal(a)|pisze|napsal|napsal(a)|napsala|napísal
    napísal(a)|napísala
    píše|írta|scris|yazdı|yazmış|kirjoitti|viết|menulis|tulis|rašė|rakstīja|kirjutas|skrifaði|escriure|escrigué|idatzi|έγραψε
    написал|написал(а)|написала|написали|пишет|писал|писал(а)|писала|писали|пишете|написав|написав(ла)|написала(в)|написав(-ла)
    пише
    писав|писав(ла)|пишуть|напісаў|піша|написа|написао|написао/ла|napisao|napisala|napisal/-a|כתב|כתב/ה|מאת|كتب|كتبت|نوشت|เขียนว่า
    写道|寫道|書きました|작성|napisala|geskryf|жазды|գրեց|shkroi|sumulat|escribiu|लिखा
    napisao/la|scríobh|ysgrifennodd|aliandika|idatzi|sinulat|бичсэн|yozdi|напиша
    """
)

# Verbs that count only beside an address: they are too common in people's own sentences.
SENT = words("sent|said|schickte|envoyé|envió|отправил|отправила|надіслав|надіслала")

# The first word of an attribution that begins with the date.
LEADS = words(
    """
    on|at|in|am|um|vom|le|el|em|il|in data|op|den|på|w|dnia|dne|dňa|pe|în|în data|la|vào|lúc|ngày|pada|no|a|ve|v|u|dana|fecha
    kuupäev|ในวันที่|در|noong|o|në|op|сағат|më|þann|ar|mnamo
    в|во|от|у|о|на|дата|вкл|di|em|σε|στις|tarihinde|في|بتاريخ|ב|ביום|il giorno|kun|mon|tue|在|בתאריך
    """
)

# Days of the week written out, as the first word of an attribution: "lunedì 23 novembre 2026 14:05, … ha scritto:".
DAYS = words(
    """
    monday|tuesday|wednesday|thursday|friday|saturday|sunday|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag
    lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo
    lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica|segunda-feira|terça-feira|quarta-feira|quinta-feira|sexta-feira
    maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|måndag|tisdag|onsdag|torsdag|fredag|lördag|söndag
    mandag|tirsdag|lørdag|søndag|poniedziałek|wtorek|środa|czwartek|piątek|sobota|niedziela|pondělí|úterý|středa|čtvrtek|pátek
    neděle|pondelok|utorok|streda|štvrtok|piatok|nedeľa|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье
    понеділок|вівторок|середа|четвер|п'ятниця|п’ятниця|субота|неділя|maanantai|tiistai|keskiviikko|torstai|perjantai
    lauantai|sunnuntai|hétfő|kedd|szerda|csütörtök|péntek|szombat|vasárnap|luni|marți|miercuri|joi|vineri|sâmbătă|duminică
    """
)

# Whoever says "I wrote" in a sentence is a person who tells something, not a program that introduces a quote.
FIRST_PERSON = words(
    "i|we|ich|wir|je|j'ai|nous|yo|io|ik|wij|jeg|jag|vi|я|мы|ми|eu|nós|noi|én|mi|he|she|they|he's|он|она|они|він|вона|вони"
)

# Labels of a header block. One kind a row; a label may be followed by blanks before its colon ("De :").
_LABELS = {
    "from": """
        from|von|de|da|van|fra|från|od|от|отправитель|від|від кого|відправник|від:|ад|lähettäjä|feladó|kimden|gönderen|από
        从|发件人|寄件者|寄件人|差出人|送信者|보낸 사람|보낸사람|từ|dari|expéditeur|remitente|mittente|remetente|absender
        afzender|expeditor|de la|odesílatel|odosielateľ|nuo|no|saatja|من|מאת|от кого|pošiljatelj|izvor
        šalje|шаље|kimdən|жіберуші|საწყისი|ուղարկող|จาก|از|प्रेषक
    """,
    "date": """
        date|sent|datum|gesendet|envoyé|envoyé le|envoyée|fecha|enviado|enviado el|enviado em|enviada em|enviada|enviado a
        data|inviato|verzonden|sendt|skickat|dato|wysłano|wysłane|дата|отправлено|дата отправки|когда|надіслано|відправлено
        надісланий|послано|lähetetty|päivämäärä|päiväys|elküldve|küldve|dátum|tarih|gönderme tarihi|gönderildi|ημερομηνία
        στάλθηκε|发送时间|发送日期|日期|寄件日期|傳送日期|送信日時|日時|보낸 날짜|날짜|đã gửi|gửi|ngày|tanggal|dikirim
        odesláno|odoslané|poslano|trimis|data e ora|verstuurd|verzonden op|sendedatum|inviata|enviat|saadetud|išsiųsta
        nosūtīts|تاريخ|תאריך|נשלח|odesláno dne|dátum küldés|date d'envoi|date sent|sent at|time
        изпратено|poslato|послато|enviat el|göndərilib|жіберілген күні|გაგზავნის დრო|ուղարկվել է|ส่ง|تم الإرسال|ارسال شده|भेजा गया
    """,
    "to": """
        to|an|à|a|para|aan|til|till|do|для|кому|до|komu|pour|per|vastaanottaja|címzett|kime|alıcı|προς|收件人|收件者|宛先
        받는 사람|받는사람|đến|tới|kepada|către|pentru|destinataire|destinatario|empfänger|ontvanger|kam|saaja|إلى|אל|za
        kim|recipient|recipients|получатель|отримувач
        prima|прима|per a|kimə|алушы|ადრესატი|ստացող|ถึง|به|प्रति|adressaat
    """,
    "cc": """
        cc|kopie|copie|copie à|kopi|kopia|dw|копия|копія|ск|másolat|másolatot kap|bilgi|kopio|kopija|κοιν|κοινοποίηση|抄送
        副本|참조|c.c|bcc|blind copy|скрытая копия|прихована копія|cci|cco|ccn|c/c
    """,
    "subject": """
        subject|betreff|objet|sujet|asunto|assunto|oggetto|onderwerp|emne|ämne|temat|тема|предмет|předmět|predmet|aihe
        tárgy|konu|θέμα|主题|主旨|主題|標題|件名|제목|chủ đề|tiêu đề|subjek|perihal|subiect|tema|teema|موضوع|נושא|zadeva
        assumpte|тэма|betr
        относно|наслов|mövzu|тақырып|თემა|թեմա|เรื่อง|الموضوع|विषय|ogg|tēma
    """,
    "other": """
        reply-to|reply to|antwort an|répondre à|responder a|rispondi a|risposta|antwoord aan|svara till|svar til
        odpowiedz do|ответить|обратный адрес|кому ответить|відповісти|зворотна адреса|importance|priority|wichtigkeit
        importanza|importancia|prioridade|важность|важливість|приоритет|пріоритет|attachments|anlagen|pièces jointes
        allegati|adjuntos|anexos|вложения|вложение|вкладення|organization|organisation|x-mailer|message-id|sensitivity
        sender|folder|cc:|categories|категории|sent by|resent-from|resent-to|mailing list|list
    """,
}
LABELS: dict[str, str] = {}
for _kind, _row in _LABELS.items():
    for _word in table(_row):
        LABELS.setdefault(_word, _kind)

# "-----Original Message-----", "----- Forwarded message -----": a stem of one of the first two rows and a stem of the third in one
# short line between rules.
EARLIER = table(
    """
    origin|ursprüng|ursprung|oprindelig|opprinnelig|oorspronkelijk|oryginal|исходн|первонач|оригинал|вихідн|первинн|оригінал
    зыходн|původn
    pôvodn|eredeti|alkuperäi|orijinal|özgün|πρωτότυπ|αρχικ|原始|元の|オリジナル|원본|gốc|izvorn|asal|previous|reply
    початков|原邮件|回复的|предыдущ|попередн
    """
)
FORWARDED = table(
    """
    forward|weitergeleit|transfér
    reenvia|encaminha|inoltrat|doorgestuurd|vidarebeford|videresend|przekaz|przesłan|пересыла|пересла|переадрес|пересилан
    перенаправ|přeposl|přeposí|proslijeđ|diteruskan
    preposl|továbbít|välitet|iletilen|προωθ|转发|轉寄|転送|전달|chuyển tiếp|redirecționat
    """
)
MESSAGE = table(
    """
    message|nachricht|mensaje|mensagem|messaggio|bericht|meddelelse|melding|meddelande|wiadomo|сообщени|письм|повідомлен|лист
    паведамлен|zpráv
    správ|üzenet|levél|viesti|ileti|mesaj|mail|correo|courriel|μήνυμα|邮件|郵件|メッセージ|メール|메시지|thư|tin nhắn|poruka
    sporočil|pesan|posta|appointment|termin|rendez-vous|appuntamento|встреч|зустріч|besked|brev|poruk|missatge|μηνύμα
    """
)

# A line that says "write above this line": everything under it is the earlier conversation.
WRITE_ABOVE = table(
    """
    reply above this line|type your reply above|reply above the line|write your reply above|please reply above
    oberhalb dieser zeile|über dieser zeile|au-dessus de cette ligne|por encima de esta línea|sobre esta línea
    acima desta linha|sopra questa riga|boven deze regel|ovanför denna rad|powyżej tej linii|выше этой линии|выше этой строки
    выше этой черты|выше данной линии|вище цієї лінії|вище цього рядка|вище цієї риски|nad tento řádek|над этой строкой
    над цим рядком
    """
)

# Forums and trackers that put the earlier conversation under a rule and one of these titles.
PREVIOUS_REPLIES = words(
    """
    previous replies|previous discussion|previous messages|vorherige antworten|réponses précédentes|respuestas anteriores
    respostas anteriores
    risposte precedenti|vorige antwoorden|eerdere antwoorden|tidigare svar|tidligere svar|poprzednie odpowiedzi|предыдущие ответы
    предыдущие сообщения|попередні відповіді|попередні повідомлення|předchozí odpovědi|aiemmat vastaukset|önceki yanıtlar
    之前的回复|以前の返信
    """
)

# "----- Forwarded by Anna/Acme on 11/23/2026 -----": Lotus Notes.
FORWARDED_BY = table(
    """
    forwarded by|weitergeleitet von|transféré par|inoltrato da|reenviado por|encaminhado por|doorgestuurd door|przesłane przez
    переслал|переслано|переслала|переадресовано|переадресовал|переслав|переслане|пересилав
    """
)

# The head of Apple Mail's forwards, without dashes around it.
BEGINS = table(
    """
    begin|beginn|anfang|début|inicio|início|inizio|start|början|начало|початок|начат|forwarded|fwd|转发
    począt|začát|začiat|început|započ|inicia|αρχή|转发|开始|開始|전달|転送|bắt đầu|mulai|vidarebefordra|videresend|välitet|továbbít
    """
)

# "-------- Конец пересылаемого сообщения --------": the line that ends a forward.
ENDS = table(
    """
    end forward|end of forward|end of original|ende der weitergeleitet|fin du message|fin del mensaje|fine messaggio|fim da mensagem
    конец пересыл|конец переслан|конец исходн|кінець пересил|кінець переслан|кінець вихідн|koniec przekaz|end of message
    """
)
