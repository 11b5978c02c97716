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
    ("Подтвердите отправку письма", "Адресат защищён от спама. Подтвердите, что вы не робот, перейдя по ссылке. Антиспам."),
]

PERSONS = [
    ("Автоответчик", "У нас не работает автоответчик в вашей программе."),
    ("Autoreply", "Please switch the autoreply of our account off."),
    ("Автовідповідач", "Вимкніть, будь ласка, автовідповідач у нашому кабінеті."),
    ("Отпуск", "Не печатается приказ на отпуск сотрудника Петрова. Программа пишет ошибку 5."),
    ("Больничный", "Не считается больничный лист, сумма неверная. Нужно до пятницы."),
    ("Urlaub", "Der Urlaubsantrag lässt sich nicht drucken. Bitte helfen Sie bis zum Freitag."),
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
