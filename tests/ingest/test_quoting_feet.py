"""What stands under the author's words in many tongues: signatures by evidence, and what a firm's lawyers add."""

from pathlib import Path

import pytest

from maild.ingest.quoting import read_reply
from maild.lines import LineKind

ANSWER = "Добрый день! Да, теперь печатает.\nОстался один вопрос про отчёт за октябрь."

SIGNATURES = [
    "С уважением,\nИванова Ольга Петровна\nглавный бухгалтер ООО «Ромашка»\nтел. +7 495 123-45-67",
    "З повагою,\nОльга Іванова\nголовний бухгалтер\nмоб. +380 44 123 45 67",
    "Best regards,\nOlga Ivanova\nHead of Support\n+44 20 7946 0000",
    "Mit freundlichen Grüßen\nOlga Muster\nGeschäftsführerin\nTel.: +49 30 123456",
    "Cordialement,\nOlga Martin\nDirectrice\nTél. : +33 1 23 45 67 89",
    "Saludos cordiales,\nOlga García\nDirectora\nTel. +34 91 123 45 67",
    "Cordiali saluti\nOlga Rossi\nResponsabile\nTel. +39 06 1234567",
    "Pozdrawiam,\nOlga Kowalska\nKierownik działu\ntel. +48 22 123 45 67",
    "Atenciosamente,\nOlga Silva\nGerente\n+55 11 91234-5678",
    "Met vriendelijke groet,\nOlga de Vries\nTel. +31 20 123 4567",
    "Med vänliga hälsningar\nOlga Svensson\nTel. +46 8 123 456",
    "S pozdravem\nOlga Nováková\ntel. +420 123 456 789",
    "Saygılarımla,\nOlga Yılmaz\nTel: +90 212 123 45 67",
    "Kind regards\n\nOlga Ivanova\nSupport Engineer\nVendor Ltd\nwww.vendor.test",
    "Bien à vous,\nOlga Martin\nwww.vendor.test\n+33 1 23 45 67 89",
    "Viele Grüße\nOlga Muster\nmuster@vendor.test",
    "Un saludo,\nOlga García\nolga@vendor.test",
    "Distinti saluti,\nOlga Rossi\nolga@vendor.test",
    "Z poważaniem\nOlga Kowalska\nolga@vendor.test",
    "Abraços,\nOlga Silva\nolga@vendor.test",
    "Groeten,\nOlga de Vries\nolga@vendor.test",
    "Vänliga hälsningar,\nOlga Svensson\nolga@vendor.test",
    "S úctou\nOlga Nováková\nolga@vendor.test",
    "İyi çalışmalar,\nOlga Yılmaz\nolga@vendor.test",
    "此致\n敬礼\n李明\n电话: +86 10 12345678",
    "С наилучшими пожеланиями,\nОльга\nolga@vendor.test",
    "Всего доброго,\nОльга Иванова\n+7 495 123-45-67",
    "З найкращими побажаннями,\nОльга Іванова\nolga@vendor.test",
    "Гарного дня,\nОльга\nolga@vendor.test",
    "Kindest regards,\nOlga\nolga@vendor.test",
    "Many thanks,\nOlga Ivanova\nolga@vendor.test",
    "Freundliche Grüsse\nOlga Muster\nolga@vendor.test",
    "Mit besten Grüßen\nOlga Muster\nolga@vendor.test",
    "Salutations,\nOlga Martin\nolga@vendor.test",
    "Bonne journée,\nOlga Martin\nolga@vendor.test",
]

FOLDER = Path(__file__).parent / "quote_feet"
DISCLAIMERS = (FOLDER / "disclaimers.txt").read_text(encoding="utf-8").splitlines()

WORDS = [
    *(FOLDER / "words.txt").read_text(encoding="utf-8").splitlines(),
    "Regards to the whole team!\nThe printer prints.\nCall us at +49 30 123456",
]


@pytest.mark.parametrize("signature", SIGNATURES)
def test_a_closing_a_name_and_a_contact_are_a_signature(signature: str) -> None:
    reading = read_reply(f"{ANSWER}\n\n{signature}\n")
    assert reading.reply_text == ANSWER
    assert reading.signature_text.strip() == signature


@pytest.mark.parametrize("rule", ["", "_" * 30 + "\n"], ids=["alone", "under a rule"])
@pytest.mark.parametrize("disclaimer", DISCLAIMERS)
def test_what_lawyers_add_is_no_word_of_the_author(disclaimer: str, rule: str) -> None:
    reading = read_reply(f"{ANSWER}\n\n{rule}{disclaimer}\n")
    assert reading.reply_text == ANSWER
    assert LineKind.BANNER in {line.kind for line in reading.lines}


@pytest.mark.parametrize("words", WORDS)
def test_words_that_only_sound_like_either_are_kept(words: str) -> None:
    assert read_reply(f"{ANSWER}\n\n{words}\n").reply_text == f"{ANSWER}\n\n{words}"
