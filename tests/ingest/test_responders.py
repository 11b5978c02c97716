"""Autoresponders that set no header, in ten tongues, and people whose letters bear the same titles and words."""

import pytest

from maild.ingest.origin import Structure, classify
from maild.message import OriginKind

ANNA = Structure(sender="anna@acme.test", return_path="anna@acme.test")

MACHINES = [
    (
        "Abwesenheitsnotiz",
        "Sehr geehrte Damen und Herren, ich bin bis einschließlich 30.11. nicht im Büro. Ihre E-Mail wird nicht weitergeleitet.",
    ),
    (
        "Re: Drucker",
        "Vielen Dank für Ihre Nachricht. Ich bin bis zum 30.11. im Urlaub. In dringenden Fällen wenden Sie sich an Frau Müller.",
    ),
    (
        "AW: Drucker",
        "Vielen Dank für Ihre Anfrage. Dies ist eine automatisch generierte Nachricht, bitte antworten Sie nicht darauf.",
    ),
    ("Eingangsbestätigung", "Ihre Anfrage ist bei uns eingegangen. Dies ist eine automatische Antwort."),
    ("Réponse automatique", "Bonjour, je suis absent du bureau jusqu'au 30 novembre."),
    (
        "Re: Imprimante",
        "Bonjour, je suis actuellement en congés jusqu'au 30 novembre. En cas d'urgence, veuillez contacter Paul.",
    ),
    ("Accusé de réception", "Ceci est un message automatique, merci de ne pas y répondre."),
    ("Odpowiedź automatyczna: Drukarka", "Jestem na urlopie do 30.11."),
    ("Re: Drukarka", "Dzień dobry, jestem na urlopie do dnia 30.11. W pilnych sprawach proszę o kontakt z Janem."),
    ("Potwierdzenie", "Ta wiadomość została wygenerowana automatycznie, prosimy na nią nie odpowiadać."),
    ("Respuesta automática: Impresora", "Estoy de vacaciones"),
    ("Re: Impresora", "Hola, estoy de vacaciones hasta el 30 de noviembre. En caso de urgencia contacte con Pedro."),
    ("Risposta automatica: Stampante", "Sono in ferie"),
    ("Automatisch antwoord: Printer", "Ik ben met vakantie"),
    ("Automatická odpověď: Tiskárna", "Mám dovolenou"),
    ("Нет на месте: Принтер", "Буду 30.11"),
    ("Re: Принтер", "Добрый день! С 23.11 по 30.11 нахожусь в отпуске. По срочным вопросам просьба обращаться к Петрову П.П."),
    ("Re: Принтер", "Я на больничном, вернусь 30.11. По всем вопросам обращайтесь к Ивану."),
    ("Re: Принтер", "Добрый день. Сейчас в командировке до 30 ноября, отвечу на ваше письмо по возвращении."),
    ("Re: Принтер", "Ваше письмо получено и будет рассмотрено. Письмо сформировано автоматически, отвечать на него не нужно."),
    ("Ваша заявка принята", "Данное сообщение сформировано автоматически."),
    (
        "Заявка №55 принята в работу",
        "Здравствуйте! Ваша заявка зарегистрирована под номером 55.\n\nЭто автоматическое сообщение, пожалуйста, не отвечайте на него.",
    ),
    ("Re: Принтер", "Вітаю! З 23.11 до 30.11 я у відпустці. З термінових питань звертайтеся до Петра."),
    ("Re: Принтер", "Доброго дня! Я на лікарняному, повернуся 30.11. З усіх питань пишіть Олені: olena@acme.test"),
    ("Звернення №55 зареєстровано", "Ваше звернення зареєстровано. Це автоматичне повідомлення."),
    (
        "Re: Printer",
        "Thank you for your email. I am out of the office until November 30. For urgent matters please contact Boris.",
    ),
    (
        "[Acme Support] Request received: Printer",
        "##- Please type your reply above this line -##\n\nYour request (#55) has been received.\n\nThis is an automated message.",
    ),
    (
        "Ticket Received - Printer",
        "We have received your request and a ticket has been created.\nThis is an automatically generated email.\n",
    ),
    ("Re: Printer", "Hi there,\n\nThis is an automatic response to let you know we got your message."),
    ("OOO", "Back on Monday. For urgent issues please contact Boris. I am on vacation until then."),
    (
        "Postmaster: subscription confirmation",
        "Your message is being held. Please confirm your message by the link; this is a one-time challenge of an anti-spam filter.",
    ),
    ("Automatiskt svar: Skrivare", "Jag är på semester till och med 30 november."),
    ("Sv: Skrivare", "Hej! Jag är på semester och är tillbaka den 30 november. Vid brådskande ärenden kontakta Per."),
    ("SV: Printer", "Jeg er på ferie og er tilbage den 30. november. Ved hastende henvendelser kontakt Per."),
    ("Re: Stampante", "Sono fuori ufficio fino al 30 novembre. Per urgenze contattare Paolo."),
    ("Re: Impressora", "Estou de férias até 30 de novembro. Em caso de urgência contacte o Pedro."),
    ("Ausência Temporária: Impressora", "Estarei ausente até 30/11."),
    ("Re: Printer", "Ik ben afwezig tot en met 30 november. Voor dringende zaken kunt u terecht bij Piet."),
    ("Mimo kancelář: Tiskárna", "Mám dovolenou do 30. 11."),
    ("Re: Tiskárna", "Dobrý den, do 30. 11. mám dovolenou, vrátím se 1. 12. V naléhavých případech kontaktujte Petra."),
    ("Otomatik Yanıt: Yazıcı", "30 Kasım'a kadar izindeyim."),
    ("Ynt: Yazıcı", "Merhaba, 30 Kasım tarihine kadar izindeyim. Acil durumlarda Ali ile iletişime geçiniz."),
    ("自动回复: 打印机", "我正在休假，11月30日回来。"),
    ("回复: 打印机", "您好，我正在休假，11月30日返回。如有急事请联系李明。"),
    ("自動返信: プリンター", "休暇中です。"),
    ("Re: プリンター", "休暇をいただいております。11月30日まで不在です。お急ぎの場合は田中までご連絡ください。"),
    (
        "Re: Drucker",
        "Guten Tag, ich bin ab dem 30.11. wieder im Büro erreichbar und bis dahin abwesend. Meine Vertretung: Herr Kurz.",
    ),
    ("Re: Imprimante", "Je suis absente jusqu'au 30 novembre. Pour toute urgence, merci de contacter Paul."),
    ("Absence du bureau : Imprimante", "De retour le 30."),
    ("Re: Принтер", "Меня нет в офисе до 30.11, отвечу по возвращении. По срочным вопросам пишите Ивану."),
    ("Re: Принтер", "Спасибо за обращение! Это письмо создано автоматически."),
    ("Re: Принтер", "Нахожусь в декретном отпуске до 2027 года. По всем вопросам обращайтесь к Анне."),
    ("Re: Принтер", "Дякую за лист! Я у відпустці до 30.11, відповім вам після повернення. З термінових питань: Олена."),
    ("Автовідповідь: Принтер", "Мене немає на роботі"),
    ("Re: Printer", "Out of office until 30 Nov. In urgent cases please contact Boris."),
    ("Re: Printer", "I'm on parental leave until March 2027. Please contact Boris in my absence."),
    ("Re: Printer", "I am travelling with limited access to email and will be back on Monday. For urgent matters call Boris."),
    (
        "Re: Printer",
        "Our office is closed for the holidays. We will respond to your message when we return to the office on January 3.",
    ),
    ("Odpowiedź automatyczna: Drukarka", "Urlop do 30.11"),
    ("Lesebestätigung: Drucker", "Ihre Nachricht wurde am 23.11.2026 gelesen."),
    ("Lu : Imprimante", "Votre message a été lu le 23/11/2026."),
    ("Leído: Impresora", "Su mensaje fue leído el 23/11/2026."),
    ("Letto: Stampante", "Il messaggio è stato letto il 23/11/2026."),
    ("Přečteno: Tiskárna", "Vaše zpráva byla přečtena 23. 11. 2026."),
    ("Прочитано: Принтер", "Ваше сообщение было прочитано 23.11.2026 14:05."),
    ("Прочитано: Принтер", "Ваше повідомлення прочитано 23.11.2026."),
    ("Read: Printer", "Your message was read on Monday, November 23, 2026 2:05:33 PM."),
    ("Return Receipt (displayed) - Printer", "This is a Return Receipt for the mail that you sent to anna@acme.test."),
    (
        "Disposition notification",
        "The message sent on November 23, 2026 has been displayed. This is no guarantee that it has been read.",
    ),
    ("Okundu: Yazıcı", "İletiniz 23.11.2026 tarihinde okundu."),
    ("已读: 打印机", "您的邮件已被阅读。"),
    ("開封済み: プリンター", "メッセージは開封されました。"),
    (
        "Re: Printer",
        "Your message to anna@acme.test has not been delivered yet. Please confirm that you are a real person: click once, anti-spam.",
    ),
    ("Verify your email to anna@acme.test", "To prove that you are human and not a robot, click the link. Spam Arrest."),
    (
        "Bitte bestätigen Sie Ihre E-Mail",
        "Der Empfänger nutzt einen Spamschutz. Bitte bestätigen Sie, dass Sie kein Roboter sind.",
    ),
    ("Подтвердите отправку письма", "Адресат защищён от спама. Подтвердите, что вы не робот, перейдя по ссылке. Антиспам."),
]

PERSONS = [
    ("Автоответчик", "У нас не работает автоответчик в вашей программе."),
    ("Autoreply", "Please switch the autoreply of our account off."),
    ("Автовідповідач", "Вимкніть, будь ласка, автовідповідач у нашому кабінеті."),
    ("Отпуск", "Не печатается приказ на отпуск сотрудника Петрова. Программа пишет ошибку 5."),
    ("Больничный", "Не считается больничный лист, сумма неверная. Нужно до пятницы."),
    ("Urlaub", "Der Urlaubsantrag lässt sich nicht drucken. Bitte helfen Sie bis zum Freitag."),
    ("Re: Skrivare", "Tack! Min kollega är på semester, jag testar själv i kväll."),
    ("Letto: la stampante", "Ho letto il manuale ma la stampante non stampa."),
    ("Отсутствие отчёта", "Отчёт отсутствует в списке до 30.11, хотя я его сохранял."),
    ("打印机", "休假申请打印不出来，请帮忙。"),
    ("Urlaub bis 30.11.", "Der Antrag auf Urlaub bis zum 30.11. steht im Programm doppelt, bitte löschen."),
    ("Read: Printer", "The display says: read error. Please help."),
    ("Please confirm your order", "Your price list says one time only, is it so? Please confirm your delivery date."),
    ("Нет на месте", "Принтера нет на месте, куда вы его поставили."),
    ("Re: Yazıcı", "Ali izinde, yazıcıyı ben denedim, çalışmıyor."),
    ("Re: Принтер", "Спасибо. Мой коллега в отпуске до понедельника, вернусь к вам, когда он приедет."),
    ("Re: Printer", "Thanks. I am on holiday until Monday but can test tonight, just tell me what to press."),
    ("Командировка", "В отчёте по командировкам не та сумма. Исправьте, пожалуйста."),
    ("Automatic reply", "How do I set the automatic reply in your program?"),
    ("Re: Printer", "Not read: it says so on the screen. Was read by whom?"),
    ("Принято: накладная", "Пишет «Принято», но накладной в списке нет."),
    ("Re: Сбой доставки", "В интернет-магазине сбой доставки: курьер не назначается."),
    ("Ошибка доставки", "В модуле доставки ошибка: адрес не сохраняется, пользователь не найден."),
    ("Re: Printer", "I no longer work at Acme. Please contact boris@acme.test."),  # nobody can tell; staff should know
]


@pytest.mark.parametrize(("subject", "text"), MACHINES)
def test_a_responder_without_headers_is_not_answered(subject: str, text: str) -> None:
    origin = classify((("From", "Anna <anna@acme.test>"), ("Subject", subject)), subject, text, ANNA)
    assert (origin.kind, origin.answerable) == (OriginKind.AUTOMATIC, False)


@pytest.mark.parametrize(("subject", "text"), PERSONS)
def test_a_person_under_such_a_title_is_answered(subject: str, text: str) -> None:
    origin = classify((("From", "Anna <anna@acme.test>"), ("Subject", subject)), subject, text, ANNA)
    assert (origin.kind, origin.answerable) == (OriginKind.PERSON, True)
