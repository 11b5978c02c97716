"""Russian and Ukrainian phones, and words of Russian authors that only look like a quote's head."""

import pytest

from maild.ingest.quoting import read_reply

ANSWER = "Добрый день! Да, теперь печатает.\nОстался один вопрос про отчёт за октябрь."

DEVICES = [
    "Отправлено с iPhone",
    "Отправлено с моего iPhone",
    "Отправлено с iPad",
    "Отправлено с устройства Samsung Galaxy",
    "Отправлено со смартфона Samsung Galaxy.",
    "Отправлено из Почты Mail.ru для Android",
    "Отправлено из мобильной Почты Mail.ru",
    "Отправлено из мобильной Яндекс Почты",
    "Отправлено из мобильного приложения Яндекс Почты",
    "Отправлено из Почты для Windows 10",
    "Отправлено от мобильного устройства Xiaomi",
    "Отправлено через myMail для iOS",
    "Из Почты Mail.ru для iOS",
    "Получить Outlook для Android<https://aka.ms/AAb9ysg>",
    "Скачать Outlook для iOS",
    "Надіслано з iPhone",
    "Надіслано з мого iPhone",
    "Надіслано з пристрою Galaxy",
    "Відправлено з iPhone",
    "Відправлено зі смартфона Samsung",
    "Надіслано через UKR.NET",
    "Отримати Outlook для iOS",
    "Sent from my Xiaomi",
    "Sent from a magnificent torch of pixels",
    "Sent via the Samsung Galaxy S7, an AT&T 4G LTE smartphone",
    "Gửi từ iPhone của tôi",
    "Verstuurd vanaf mijn iPhone",
    "Изпратено от моя iPhone",
    "Адпраўлена з iPhone",
    "נשלח מה-iPhone שלי",
]


@pytest.mark.parametrize("device", DEVICES)
def test_sent_from_a_phone(device: str) -> None:
    reading = read_reply(f"{ANSWER}\n\n{device}\n")
    assert reading.reply_text == ANSWER
    assert reading.signature_text.strip() == device


@pytest.mark.parametrize(
    "words",
    [
        "Sent from my desk, it is much easier than from my phone.",
        "Отправлено с iPhone, не открывается.",
        "Отправлено с iPhone не доходит до вас уже второй день, и я не понимаю, что с этим делать дальше, помогите.",
        "Вы писали 12 мая, что исправите.\nНо ничего не исправлено.",
        "23.11.2026 в 14:05 я писал вам:\nпринтер не работает.",
        "От: меня\nТема: та же\nПринтер не печатает.",
        "Кому: бухгалтерии\nПрошу прислать акт за октябрь.",
        "Дата: 23.11.2026\nСумма: 1500\nОплатите, пожалуйста.",
        "Ошибка возникает при вызове:\n2026-11-23 14:05:33 ERROR printer.cpp:120 wrote: 0 bytes",
        "План такой:\n-- сначала резервная копия\n-- затем обновление\n-- затем проверка",
        "С уважением отношусь к вашей работе, но чек не печатается.",
        "Hello,\nOn 12 May 2026 at 14:05 the system wrote:\nERROR 12\nand then it stopped.",
        "Вот лог:\n23.11.2026 14:05:33 [INFO] anna@acme.test: вход\n23.11.2026 14:05:34 [ERROR] нет бумаги\nЧто делать?",
        "Настройки почты:\nFrom: noreply@acme.test\nTo: все\nНе отправляется.",
        "Вчера, 22.11.2026 в 18:30, Иван (ivan@acme.test) пишет, что касса:\nне открывается",
        "In your mail of 23.11.2026 14:05 you wrote:\nreinstall it.\nI did, no change.",
        "Ниже текст ошибки:\n----------\nTraceback (most recent call last):\n----------\nЧто это?",
        "Добрый день.\n\nСпасибо\nтел. +380 44 123-45-67 не отвечает",
        "Hello,\n\nThanks\nPlease call the manager at +1 555 123 4567 today, the CEO is waiting.",
        "Anna wrote:\nthe printer is broken.",
        "Заказ\nОт: Иванов\nДата: 23.11.2026\nКому: склад\nТовар: 5 шт",
        "Имя: Анна\nТелефон: +380 44 123 45 67\nСообщение: не печатает",
        "в 14:05 всё работало:\nчеки печатались, отчёты шли.",
        "Клиент написал:\nпринтер не печатает, когда бумага кончилась.",
        "Список:\n* принтер\n* сканер\n\nЖду ответа.",
        "Спасибо",
        "-5 градусов в серверной, это нормально?",
        "PS> Get-Printer\nSQL> select 1 from dual\nничего не находят",
    ],
)
def test_words_of_the_author_are_kept(words: str) -> None:
    assert read_reply(words).reply_text == words


@pytest.mark.parametrize(
    "head",
    [
        "> Понедельник, 23 ноября 2026, 14:05 +03:00 от Ольга Иванова <support@vendor.test>:\n>",
        '> Message du 23/11/26 14:05\n> De : "Olga Ivanova" <support@vendor.test>\n> A : anna@acme.test\n> Objet : Re: question',
    ],
    ids=["mail.ru", "orange.fr"],
)
def test_an_introduction_inside_the_marks_makes_them_a_quote(head: str) -> None:
    assert read_reply(f"{head}\n> Печатает?\n\n{ANSWER}").reply_text == ANSWER


def test_marked_lines_without_introduction_above_the_answer_are_what_its_author_cites() -> None:
    cited = "> Понедельник: печатает\n> Вторник: нет"
    assert read_reply(f"{cited}\n\n{ANSWER}").reply_text == f"{cited}\n\n{ANSWER}"


@pytest.mark.parametrize(
    "line",
    [
        "From: the shop To: the warehouse Subject: printer paper Date: today",
        "Je vous écris de : anna@acme.test, à : 14:05, objet : imprimante",
        "Pišem vam 23. 11. 2026. u 14:05, je li netko pisao na anna@acme.test?",
        "Հանդիպումը 23.11.2026 14:05-ին է.",
    ],
)
def test_words_that_only_resemble_a_head_are_the_authors(line: str) -> None:
    assert read_reply(f"{ANSWER}\n\n{line}\n\nДо встречи.").reply_text == f"{ANSWER}\n\n{line}\n\nДо встречи."
