"""Whose mail a mail carries: forwards as the popular programs write them, attached mails, and what is no forward."""

from email.message import EmailMessage
from pathlib import Path

import pytest

from maild.ingest.read import read
from maild.message import Forwarded, Message

WORDS = "Принтер не печатает чеки.\nAnna"

# (program, what it writes above the forwarded words, name, address, subject)
HEADS: list[tuple[str, str, str, str, str]] = [
    (
        "Outlook in one line",
        "From: Anna Petrova <anna@acme.test> Sent: Monday, November 23, 2026 2:05 PM To: olga@vendor.test Subject: Re: Printer",
        "Anna Petrova",
        "anna@acme.test",
        "Re: Printer",
    ),
    (
        "Outlook ru in one line",
        "От: Анна Петрова <anna@acme.test> Отправлено: понедельник, 23 ноября 2026 г. 14:05 Кому: olga@vendor.test Тема: Принтер",
        "Анна Петрова",
        "anna@acme.test",
        "Принтер",
    ),
    (
        "Samsung in one line",
        "-------- Original message --------From: Anna Petrova <anna@acme.test> Date: 23/11/26 14:05 "
        "(GMT+02:00) To: o@vendor.test Subject: Printer",
        "Anna Petrova",
        "anna@acme.test",
        "Printer",
    ),
    (
        "NetEase",
        "---- 回复的原邮件 ----\n| 发件人 | Anna<anna@acme.test> |\n| 日期 | 2026年11月23日 14:05 |\n"
        "| 收件人 | <olga@vendor.test> |\n| 主题 | Printer |",
        "Anna",
        "anna@acme.test",
        "Printer",
    ),
    (
        "Outlook hy",
        "Ուղարկող՝ Anna Petrova <anna@acme.test>\nՈւղարկվել է՝ 23.11.2026 14:05\nՍտացող՝ olga@vendor.test\nԹեմա՝ Printer",
        "Anna Petrova",
        "anna@acme.test",
        "Printer",
    ),
    (
        "Outlook bg",
        "От: Anna Petrova <anna@acme.test>\nИзпратено: понеделник, 23 ноември 2026 г. 14:05\nДо: olga@vendor.test\nОтносно: Printer",
        "Anna Petrova",
        "anna@acme.test",
        "Printer",
    ),
    (
        "Gmail en",
        "---------- Forwarded message ---------\nFrom: Anna Petrova <anna@acme.test>\nDate: Mon, Nov 23, 2026 at 2:05 PM\n"
        "Subject: Printer\nTo: Olga Ivanova <olga@vendor.test>",
        "Anna Petrova",
        "anna@acme.test",
        "Printer",
    ),
    (
        "Gmail ru",
        "---------- Forwarded message ---------\nОт: Анна Петрова <anna@acme.test>\nDate: пн, 23 нояб. 2026 г. в 14:05\n"
        "Subject: Принтер\nTo: <olga@vendor.test>",
        "Анна Петрова",
        "anna@acme.test",
        "Принтер",
    ),
    (
        "Gmail uk",
        "---------- Forwarded message ---------\nВід: Анна Петренко <anna@acme.test>\nDate: пн, 23 лист. 2026 р. о 14:05\n"
        "Subject: Принтер\nTo: Olga <olga@vendor.test>",
        "Анна Петренко",
        "anna@acme.test",
        "Принтер",
    ),
    (
        "Outlook en",
        "From: Anna Petrova <anna@acme.test>\nSent: Monday, November 23, 2026 2:05 PM\nTo: Olga Ivanova <olga@vendor.test>\n"
        "Subject: Printer",
        "Anna Petrova",
        "anna@acme.test",
        "Printer",
    ),
    (
        "Outlook en, old",
        "-----Original Message-----\nFrom: Anna Petrova [mailto:anna@acme.test]\nSent: Monday, November 23, 2026 2:05 PM\n"
        "To: Olga Ivanova\nSubject: Printer",
        "Anna Petrova",
        "anna@acme.test",
        "Printer",
    ),
    (
        "Outlook ru",
        "От: Анна Петрова <anna@acme.test>\nОтправлено: 23 ноября 2026 г. 14:05\nКому: Ольга Иванова <olga@vendor.test>\n"
        "Тема: Принтер",
        "Анна Петрова",
        "anna@acme.test",
        "Принтер",
    ),
    (
        "Outlook ru, mailto",
        "From: Анна Петрова [mailto:anna@acme.test]\nSent: Monday, November 23, 2026 2:05 PM\nTo: Ольга\nSubject: Принтер",
        "Анна Петрова",
        "anna@acme.test",
        "Принтер",
    ),
    (
        "Outlook uk",
        "Від: Анна Петренко <anna@acme.test>\nНадіслано: 23 листопада 2026 р. 14:05\nКому: Ольга <olga@vendor.test>\n"
        "Тема: Принтер",
        "Анна Петренко",
        "anna@acme.test",
        "Принтер",
    ),
    (
        "Outlook for the web, link in the address",
        "________________________________\nFrom: Anna Petrova <anna@acme.test<mailto:anna@acme.test>>\n"
        "Sent: Monday, November 23, 2026 2:05:33 PM\nTo: Olga\nSubject: Printer",
        "Anna Petrova",
        "anna@acme.test",
        "Printer",
    ),
    (
        "Apple Mail en",
        "Begin forwarded message:\n\n> From: Anna Petrova <anna@acme.test>\n> Subject: Printer\n"
        "> Date: 23 November 2026 at 14:05:33 EET\n> To: olga@vendor.test",
        "Anna Petrova",
        "anna@acme.test",
        "Printer",
    ),
    (
        "Apple Mail ru",
        "Начало переадресованного сообщения:\n\nОт: Анна Петрова <anna@acme.test>\nТема: Принтер\n"
        "Дата: 23 ноября 2026 г. в 14:05:33 GMT+2\nКому: olga@vendor.test",
        "Анна Петрова",
        "anna@acme.test",
        "Принтер",
    ),
    (
        "Apple Mail uk",
        "Початок переадресованого повідомлення:\n\nВід: Анна <anna@acme.test>\nТема: Принтер\n"
        "Дата: 23 листопада 2026 р. о 14:05:33 EET\nКому: olga@vendor.test",
        "Анна",
        "anna@acme.test",
        "Принтер",
    ),
    (
        "Thunderbird en",
        "-------- Forwarded Message --------\nSubject: \tPrinter\nDate: \tMon, 23 Nov 2026 14:05:33 +0200\n"
        "From: \tAnna Petrova <anna@acme.test>\nTo: \tolga@vendor.test",
        "Anna Petrova",
        "anna@acme.test",
        "Printer",
    ),
    (
        "Thunderbird ru",
        "-------- Перенаправленное сообщение --------\nТема: \tПринтер\nДата: \tMon, 23 Nov 2026 14:05:33 +0200\n"
        "От: \tАнна Петрова <anna@acme.test>\nКому: \tolga@vendor.test",
        "Анна Петрова",
        "anna@acme.test",
        "Принтер",
    ),
    (
        "Thunderbird uk",
        "-------- Переслане повідомлення --------\nТема: \tПринтер\nДата: \tMon, 23 Nov 2026 14:05:33 +0200\n"
        "Від: \tАнна <anna@acme.test>\nКому: \tolga@vendor.test",
        "Анна",
        "anna@acme.test",
        "Принтер",
    ),
    (
        "Mail.ru",
        "-------- Пересылаемое сообщение --------\nОт: Анна Петрова <anna@acme.test>\nКому: Ольга <olga@vendor.test>\n"
        "Дата: Понедельник, 23 ноября 2026, 14:05 +03:00\nТема: Принтер",
        "Анна Петрова",
        "anna@acme.test",
        "Принтер",
    ),
    (
        "Yandex",
        '-------- Пересылаемое сообщение --------\n23.11.2026, 14:05, "Анна Петрова" <anna@acme.test>:',
        "Анна Петрова",
        "anna@acme.test",
        "",
    ),
    (
        "Ukr.net",
        '--- Переслане повідомлення ---\nВід кого: "Анна Петренко" <anna@acme.test>\nКому: olga@vendor.test\n'
        "Дата: 23 листопада 2026, 14:05:33\nТема: Принтер",
        "Анна Петренко",
        "anna@acme.test",
        "Принтер",
    ),
    (
        "The Bat! en",
        "This is a forwarded message\nFrom: Anna Petrova <anna@acme.test>\nTo: Olga <olga@vendor.test>\n"
        "Date: Monday, November 23, 2026, 2:05:33 PM\nSubject: Printer\n\n===8<==============Original message text===============",
        "Anna Petrova",
        "anna@acme.test",
        "Printer",
    ),
    (
        "The Bat! ru",
        "Это пересылаемое сообщение\nОт: Анна Петрова <anna@acme.test>\nКому: Ольга <olga@vendor.test>\n"
        "Дата: 23 ноября 2026 г., 14:05:33\nТема: Принтер\n\n===8<==============Исходный текст сообщения===============",
        "Анна Петрова",
        "anna@acme.test",
        "Принтер",
    ),
    (
        "Yahoo",
        "----- Forwarded Message -----\nFrom: Anna Petrova <anna@acme.test>\nTo: olga@vendor.test <olga@vendor.test>\n"
        "Sent: Monday, November 23, 2026 at 02:05:33 PM GMT+2\nSubject: Printer",
        "Anna Petrova",
        "anna@acme.test",
        "Printer",
    ),
    (
        "mutt",
        "----- Forwarded message from Anna Petrova <anna@acme.test> -----\n\nDate: Mon, 23 Nov 2026 14:05:33 +0200\n"
        "From: Anna Petrova <anna@acme.test>\nTo: olga@vendor.test\nSubject: Printer",
        "Anna Petrova",
        "anna@acme.test",
        "Printer",
    ),
    (
        "ProtonMail",
        "------- Forwarded Message -------\nFrom: Anna Petrova <anna@acme.test>\nDate: On Monday, November 23rd, 2026 at 2:05 PM\n"
        "Subject: Printer\nTo: olga@vendor.test <olga@vendor.test>",
        "Anna Petrova",
        "anna@acme.test",
        "Printer",
    ),
    (
        "Outlook de",
        "Von: Anna Petrova <anna@acme.test>\nGesendet: Montag, 23. November 2026 14:05\nAn: Olga <olga@vendor.test>\n"
        "Betreff: Drucker",
        "Anna Petrova",
        "anna@acme.test",
        "Drucker",
    ),
    (
        "Thunderbird de",
        "-------- Weitergeleitete Nachricht --------\nBetreff: \tDrucker\nDatum: \tMon, 23 Nov 2026 14:05:33 +0200\n"
        "Von: \tAnna <anna@acme.test>\nAn: \tolga@vendor.test",
        "Anna",
        "anna@acme.test",
        "Drucker",
    ),
    (
        "Outlook fr",
        "De : Anna Petrova <anna@acme.test>\nEnvoyé : lundi 23 novembre 2026 14:05\nÀ : Olga <olga@vendor.test>\n"
        "Objet : Imprimante",
        "Anna Petrova",
        "anna@acme.test",
        "Imprimante",
    ),
    (
        "Outlook es",
        "De: Anna <anna@acme.test>\nEnviado el: lunes, 23 de noviembre de 2026 14:05\nPara: Olga <olga@vendor.test>\n"
        "Asunto: Impresora",
        "Anna",
        "anna@acme.test",
        "Impresora",
    ),
    (
        "Outlook pl",
        "Od: Anna <anna@acme.test>\nWysłano: poniedziałek, 23 listopada 2026 14:05\nDo: Olga <olga@vendor.test>\n"
        "Temat: Drukarka",
        "Anna",
        "anna@acme.test",
        "Drukarka",
    ),
    (
        "Outlook it",
        "Da: Anna <anna@acme.test>\nInviato: lunedì 23 novembre 2026 14:05\nA: Olga <olga@vendor.test>\nOggetto: Stampante",
        "Anna",
        "anna@acme.test",
        "Stampante",
    ),
    (
        "Outlook nl",
        "Van: Anna <anna@acme.test>\nVerzonden: maandag 23 november 2026 14:05\nAan: Olga <olga@vendor.test>\n"
        "Onderwerp: Printer",
        "Anna",
        "anna@acme.test",
        "Printer",
    ),
    (
        "Gmail pt",
        "---------- Forwarded message ---------\nDe: Anna <anna@acme.test>\nDate: seg., 23 de nov. de 2026 às 14:05\n"
        "Subject: Impressora\nTo: <olga@vendor.test>",
        "Anna",
        "anna@acme.test",
        "Impressora",
    ),
    (
        "Exchange, a name alone",
        "From: Petrova, Anna\nSent: Monday, November 23, 2026 2:05 PM\nTo: Ivanova, Olga\nSubject: Printer",
        "Petrova, Anna",
        "",
        "Printer",
    ),
    (
        "a wrapped recipient list",
        "From: Anna Petrova <anna@acme.test>\nSent: Monday, November 23, 2026 2:05 PM\nTo: Olga <olga@vendor.test>;\n"
        "Ivan <ivan@vendor.test>\nSubject: Printer",
        "Anna Petrova",
        "anna@acme.test",
        "Printer",
    ),
    ("a reply, en", "On Mon, 23 Nov 2026 at 14:05, Anna Petrova <anna@acme.test> wrote:", "Anna Petrova", "anna@acme.test", ""),
    ("a reply, ru", "пн, 23 нояб. 2026 г. в 14:05, Анна Петрова <anna@acme.test>:", "Анна Петрова", "anna@acme.test", ""),
    ("a reply, uk", "пн, 23 лист. 2026 р. о 14:05 Анна Петренко <anna@acme.test> пише:", "Анна Петренко", "anna@acme.test", ""),
    ("a reply, de", "Am Mo., 23. Nov. 2026 um 14:05 Uhr schrieb Anna <anna@acme.test>:", "Anna", "anna@acme.test", ""),
    (
        "a reply, fr",
        "Le lun. 23 nov. 2026 à 14:05, Anna Petrova <anna@acme.test> a écrit :",
        "Anna Petrova",
        "anna@acme.test",
        "",
    ),
    ("Apple, a reply", "> 23 нояб. 2026 г., в 14:05, Анна <anna@acme.test> написал(а):\n> ", "Анна", "anna@acme.test", ""),
]


def carried(text: str, **more: str) -> tuple[Forwarded, ...]:
    mail = EmailMessage()
    mail["From"] = "olga@vendor.test"
    mail["Subject"] = more.get("subject", "Fwd: Printer")
    mail.set_content(text)
    message = read(mail.as_bytes())
    assert isinstance(message, Message)
    return message.forwarded


@pytest.mark.parametrize(("program", "head", "name", "address", "subject"), HEADS, ids=[row[0] for row in HEADS])
def test_heads_of_forwards(program: str, head: str, name: str, address: str, subject: str) -> None:
    del program
    found = carried(f"/new acme\n\n{head}\n\n{WORDS}\n")
    assert [(one.sender.name, one.sender.address, one.subject) for one in found] == [(name, address, subject)]
    assert found[0].text == WORDS
    if subject:
        assert found[0].how == "inline"


def test_an_attribution_under_a_separator_is_a_forward() -> None:
    head = '-------- Пересылаемое сообщение --------\n23.11.2026, 14:05, "Анна" <anna@acme.test>:'
    ending = "-------- Конец пересылаемого сообщения --------\n\n-- \nОльга"
    (found,) = carried(f"{head}\n\n{WORDS}\n\n{ending}\n")
    assert (found.how, found.text) == ("inline", WORDS)


def test_words_under_quote_marks_are_given_without_them() -> None:
    (found,) = carried("See below.\n\nOn Mon, 23 Nov 2026 at 14:05, Anna <anna@acme.test> wrote:\n\n> It jams.\n> Again.\n")
    assert found.how == "quoted"
    assert "Again." in found.text


def test_a_forward_of_a_forward_names_both() -> None:
    outer = (
        "---------- Forwarded message ---------\nFrom: Ivan <ivan@vendor.test>\nDate: Mon, Nov 23, 2026 at 3:05 PM\n"
        "Subject: Fwd: Printer\nTo: <olga@vendor.test>"
    )
    found = carried(f"{outer}\n\nFor you.\n\n{HEADS[0][1]}\n\n{WORDS}\n")
    assert [one.sender.address for one in found] == ["ivan@vendor.test", "anna@acme.test"]


def attached(inner: EmailMessage, **how: str) -> tuple[Forwarded, ...]:
    mail = EmailMessage()
    mail["From"] = "olga@vendor.test"
    mail.set_content("/new acme")
    if how:
        mail.add_attachment(inner.as_bytes(), maintype="application", subtype="octet-stream", filename=how["name"])
    else:
        mail.add_attachment(inner)
    message = read(mail.as_bytes())
    assert isinstance(message, Message)
    return message.forwarded


def customers() -> EmailMessage:
    inner = EmailMessage()
    inner["From"] = "Анна Петрова <anna@acme.test>"
    inner["To"] = "olga@vendor.test"
    inner["Subject"] = "Принтер"
    inner["Message-ID"] = "<p1@acme.test>"
    inner["Date"] = "Mon, 23 Nov 2026 14:05:33 +0200"
    inner.set_content(WORDS)
    return inner


def test_an_attached_mail() -> None:
    (found,) = attached(customers())
    assert (found.how, found.sender.name, found.sender.address) == ("attached", "Анна Петрова", "anna@acme.test")
    assert (found.subject, found.message_id, found.date) == ("Принтер", "<p1@acme.test>", "2026-11-23T12:05:33Z")
    assert found.text.strip() == WORDS


def test_an_attached_file_that_is_a_mail() -> None:
    (found,) = attached(customers(), name="Printer.EML")
    assert (found.how, found.sender.address) == ("attached", "anna@acme.test")


def test_an_attached_mail_is_surer_than_a_head_in_the_text() -> None:
    inner = customers()
    inner.set_content(f"{HEADS[3][1].replace('anna', 'boss')}\n\n{WORDS}")
    assert [one.sender.address for one in attached(inner)] == ["anna@acme.test", "boss@acme.test"]


def test_mails_deep_in_mails_are_files() -> None:
    inner = customers()
    for n in range(6):
        outer = EmailMessage()
        outer["From"] = f"level{n}@acme.test"
        outer.set_content("see attached")
        outer.add_attachment(inner)
        inner = outer
    assert [one.sender.address for one in attached(inner)] == ["level5@acme.test", "level4@acme.test"]


@pytest.mark.parametrize(
    "text",
    [
        "The printer jams. Write to anna@acme.test.",
        "From: home\nTo: the office",
        "От: меня\nПринтер не печатает.",
        "> a cited line\nand my words",
    ],
)
def test_what_carries_no_mail(text: str) -> None:
    assert carried(text) == ()


def test_a_bounce_carries_our_own_mail() -> None:
    mail = EmailMessage()
    mail["From"] = "MAILER-DAEMON@mx.acme.test"
    mail["Subject"] = "Undelivered Mail Returned to Sender"
    mail.set_content("<anna@acme.test>: user unknown")
    mail.add_attachment(customers())
    message = read(mail.as_bytes())
    assert isinstance(message, Message)
    assert message.forwarded == ()


FOLDER = Path(__file__).parent / "quote_heads"
HEADS_OF_PROGRAMS = [
    pytest.param(body.strip("\n"), mark, id=f"{kind}: {name}")
    for kind, mark in (("marked", "> "), ("unmarked", ""))
    for name, _, body in (
        part.partition("\n") for part in (FOLDER / f"{kind}_programs.txt").read_text("utf-8").split("## ")[1:]
    )
    if "support@vendor.test" in body and not name.startswith(("horde", "gnus"))  # which tell no hour
]


@pytest.mark.parametrize(("head", "mark"), HEADS_OF_PROGRAMS)
def test_a_colleague_passes_on_what_such_a_head_introduces(head: str, mark: str) -> None:
    text = f"Смотри.\n\n{head}\n\n{mark}Принтер не печатает чеки.\n"
    found = read(f"From: o@vendor.test\nContent-Type: text/plain; charset=utf-8\n\n{text}".encode())
    assert isinstance(found, Message)
    assert found.forwarded[0].sender.address == "support@vendor.test"
    assert found.forwarded[0].sender.name in ("Olga Ivanova", "Ольга Иванова", "Ольга Іванова", "Vendor Support", "")
    assert "Принтер не печатает чеки." in found.forwarded[0].text
