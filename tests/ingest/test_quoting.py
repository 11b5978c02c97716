"""How a plain text body is taken apart: tops, bottoms, middles, signatures, banners, and bodies written to hurt."""

import pickle
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maild.ingest.quoting import MARKER_PREFIX, read_reply
from maild.lines import Line, LineKind, Reading

HEAD = "On Mon, Nov 23, 2026 at 2:05 PM Olga Ivanova <support@vendor.test> wrote:"


def kinds(reading: Reading) -> list[str]:
    return [line.kind.value for line in reading.lines]


def test_answers_between_quotes_are_kept_in_their_order() -> None:
    text = f"{HEAD}\n> Is it on?\nYes, it is.\n> Is there paper?\n\nNo, sorry.\n\n> Which model?\n>\nX-12\n"
    assert read_reply(text).reply_text == "Yes, it is.\n\nNo, sorry.\n\nX-12"


def test_answer_above_and_below_a_quote() -> None:
    reading = read_reply(f"See below.\n\n{HEAD}\n> Which model?\n\nIt is the X-12.\n")
    assert reading.reply_text == "See below.\n\n\nIt is the X-12."
    assert LineKind.ATTRIBUTION in {line.kind for line in reading.lines}


def test_the_bat_quotes_by_initials() -> None:
    text = "Здравствуйте, Ольга.\n\nВы писали 23 ноября 2026 г., 14:05:33:\n\nОИ> Он включён?\nДа.\nОИ> Бумага есть?\nНет.\n"
    assert read_reply(text).reply_text == "Здравствуйте, Ольга.\n\n\nДа.\nНет."


def test_initials_quote_only_under_an_introduction() -> None:
    text = "SQL> select 1\nPS> dir\nAB> is my prompt"
    assert read_reply(text).reply_text == text


def test_tail_of_a_quoted_line_that_was_wrapped_is_quoted() -> None:
    long = "> the driver was installed on the second server of the branch office and it"
    assert read_reply(f"Hm.\n\n{HEAD}\n{long}\nprinted twice\n> after that\n").reply_text == "Hm."


@pytest.mark.parametrize("answer", ["yes", "Да, так и есть", "/solved", "5", "не помогло"])
def test_a_short_answer_after_a_finished_quoted_line_is_kept(answer: str) -> None:
    long = "> the driver was installed on the second server of the branch office, was it not?"
    assert read_reply(f"{HEAD}\n{long}\n{answer}\n> after that\n").reply_text == answer


def test_desk_marker_parts_the_rest_even_without_marks() -> None:
    marker = f"{MARKER_PREFIX} the desk's part: facts below =--"
    reading = read_reply(f"Reinstall it.\n\n{marker}\nlicence TS-1180\n/solved\n")
    assert reading.reply_text == "Reinstall it."
    assert kinds(reading)[-2:] == ["quoted", "quoted"]


def test_marker_inside_a_marked_quote_leaves_answers_below() -> None:
    marker = f"> {MARKER_PREFIX} facts below =--"
    assert read_reply(f"{HEAD}\n> Hello\n{marker}\n> licence\n\nAnswer\n> more\n").reply_text.strip() == "Answer"


def test_a_forward_with_words() -> None:
    head = "From: A <a@x.test>\nSubject: S\nDate: 23 November 2026 at 14:05\nTo: B <b@x.test>"
    text = f"Please look.\n\nBegin forwarded message:\n\n{head}\n\n/close it\n"
    assert read_reply(text).reply_text == "Please look."


def test_few_cited_lines_above_an_answer_that_nothing_introduces_are_the_authors() -> None:
    text = "> error 12 on line 3\n\nThis is what I see."
    assert read_reply(text).reply_text == text


@pytest.mark.parametrize("between", ["\r", "\x0b", "\x1c", " \r "])
def test_dashes_around_nothing_are_the_authors(between: str) -> None:
    text = f"Look:\n---{between}---\nThat is all."
    assert read_reply(text).reply_text == text


def test_mbox_escape_is_no_quote() -> None:
    text = "It began on Monday.\n>From then on it never stopped.\nPlease help."
    assert read_reply(text).reply_text == text


@pytest.mark.parametrize(
    ("body", "reply", "signature"),
    [
        ("It works.\n\n-- \nAnna\nAcme Books\n", "It works.", "-- \nAnna\nAcme Books"),
        ("It works.\n--\nAnna\n", "It works.", "--\nAnna"),
        ("It works.\n\n—\nАнна\n", "It works.", "—\nАнна"),
        ("Работает.\n\nС уважением,\nАнна\nтел. +380 44 123-45-67\n", "Работает.", "С уважением,\nАнна\nтел. +380 44 123-45-67"),
        ("Працює.\n\nЗ повагою,\nАнна\nТОВ «Акме»\nanna@acme.test\n", "Працює.", "З повагою,\nАнна\nТОВ «Акме»\nanna@acme.test"),
        ("It works.\n\nBest regards,\nAnna Smith\nCEO @ Acme\n", "It works.", "Best regards,\nAnna Smith\nCEO @ Acme"),
        ("It works.\n\nSent from my iPhone\n", "It works.", "Sent from my iPhone"),
        ("It works.\n\nGet Outlook for iOS<https://aka.ms/o0ukef>\n", "It works.", "Get Outlook for iOS<https://aka.ms/o0ukef>"),
        ("It works.\n\nEnvoyé de mon iPhone\n", "It works.", "Envoyé de mon iPhone"),
        ("It works.\n\nVon meinem iPhone gesendet\n", "It works.", "Von meinem iPhone gesendet"),
        ("It works.\n\nBest regards,\nAnna\n", "It works.\n\nBest regards,\nAnna", ""),
        ("Спасибо!\n\nАнна\n", "Спасибо!\n\nАнна", ""),
        ("Call me: +380 44 123 45 67", "Call me: +380 44 123 45 67", ""),
        ("-- \nAnna\n", "", "-- \nAnna"),
    ],
)  # fmt: skip
def test_signature(body: str, reply: str, signature: str) -> None:
    reading = read_reply(body)
    assert (reading.reply_text, reading.signature_text) == (reply, signature)


def test_a_signature_stands_above_a_quote_as_well() -> None:
    reading = read_reply(f"Yes.\n\n-- \nAnna\n\n{HEAD}\n> Well?\n")
    assert reading.reply_text == "Yes."
    assert reading.signature_text.startswith("-- \nAnna")


def test_dashes_in_the_middle_of_a_long_text_are_no_signature() -> None:
    text = "First part.\n--\n" + "\n".join(f"line {n} of the second part" for n in range(60))
    assert read_reply(text).reply_text == text


@pytest.mark.parametrize(
    "banner",
    [
        "[EXTERNAL]",
        "CAUTION: This email originated from outside of the organization. Do not click links.",
        "*External email*: do not click links or open attachments",
        "You don't often get email from anna@acme.test. Learn why this is important",
        "Внешняя почта",
        "ВНИМАНИЕ! Внешний отправитель. Не переходите по ссылкам.",
        "Увага! Зовнішній лист: не відкривайте вкладень від невідомих.",
        "Вы не часто получаете письма от anna@acme.test. Узнайте, почему это важно",
    ],
)
def test_banner_above(banner: str) -> None:
    reading = read_reply(f"{banner}\n\nThe printer is broken.")
    assert reading.reply_text == "The printer is broken."
    assert kinds(reading)[0] == "banner"


@pytest.mark.parametrize(
    "words",
    ["[EXTERNAL] The printer is broken.", "Внимание! Принтер не печатает.", "Warning: the disk is full."],
)
def test_words_that_look_like_a_banner_are_kept(words: str) -> None:
    assert read_reply(words).reply_text == words


@pytest.mark.parametrize(
    "foot",
    [
        "This e-mail is confidential and may be privileged. If you are not the intended recipient, notify the sender and delete it.",
        "Disclaimer\n\nThe information is confidential and intended solely for the addressee. Any disclosure is prohibited.",
        "Данное письмо содержит конфиденциальную информацию и предназначено адресату. Получив его по ошибке, удалите его.",
        "Цей лист містить конфіденційну інформацію і призначений лише адресату. Якщо ви отримали його помилково, повідомте і видаліть.",
        "_______________________________________________\nusers mailing list\nusers@lists.test\nhttp://lists.test/users",
        "Без вирусов. www.avast.ru",
    ],
)
def test_foot_below(foot: str) -> None:
    reading = read_reply(f"The printer is broken.\n\n{foot}\n")
    assert reading.reply_text == "The printer is broken."


def test_a_mail_about_confidential_things_is_kept() -> None:
    text = "Our confidential report went to a wrong recipient, please delete it and notify the sender; disclosure is prohibited to us."
    assert read_reply(text).reply_text == text


# --- whatever arrives --------------------------------------------------------------------------------------------------------------

ODD_LINES = f"""
> x
>
--
Hello
{HEAD}
From: a <a@b.test>
Sent: 2026-11-23
To: c
Subject: d
-----Original Message-----
Sent from my iPhone
On Mon, Nov 23, 2026 at 2:05 PM
wrote:
Regards,
tel. +1 234 567 890
________________________________
Внешняя почта
ОИ> да
--= x =--
Вы писали 23 ноября:
disclaimer
"""
LINES = st.sampled_from([*ODD_LINES.split("\n"), "-- ", "\r", "\u200e", "> a\r"])


@pytest.mark.thorough
@given(st.one_of(st.text(), st.lists(LINES).map("\n".join)))
@settings(max_examples=200)
def test_nothing_is_dropped(text: str) -> None:
    assert "\n".join(line.text for line in read_reply(text).lines) == text


WORDS = st.sampled_from(
    ["принтер", "печатает", "чек", "отчёт", "да", "нет", "yes", "the", "report", "prints", "twice", "again", "сегодня"]
)


@pytest.mark.thorough
@given(st.lists(st.lists(WORDS, min_size=1, max_size=9).map(" ".join), min_size=1, max_size=12))
def test_plain_words_are_never_cut(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert "".join(read_reply(text).reply_text.split()) == "".join(text.split())


HOSTILE = {
    "line ends": "\n",
    "dashes": "-",
    "marks": ">",
    "marked lines": "> quoted line\n",
    "On": "On ",
    "dated lines": "On Mon, Nov 23, 2026 at 2:05 PM\n",
    "all but attributions": "2026 12:30 x@y:\n",
    "labels": "From: a\n",
    "blocks": "From: a\nTo: b\n\n",
    "wrote": "Foo 12:30 wrote\n",
    "brackets": "<a@b ",
    "phones": "Отправлено с iPhone\n",
    "closings": "Regards,\n",
    "legal": "confidential privileged intended recipient\n\n",
    "interleaved": "> a\nb\n",
    "prose": "Здравствуйте, у нас не печатает принтер, 23.11.2026 в 14:05 он остановился.\n",
    "rules": "----\n\n",
    "addresses and hours": "a@b.test 12:00:\n",
    "heads in one line": "From: a Sent: b To: c Subject: d\n",
    "glued separators": "-------- Original message --------From: a\n",
    "colons": "a: " * 30 + "\n",
    "Armenian colons": "՝",
    "table heads": "| From | a |\n",
    "armour": "-----BEGIN PGP SIGNED MESSAGE-----\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_megabyte_of_anything_is_read_at_once(name: str) -> None:
    piece = HOSTILE[name]
    text = (piece * (1_000_000 // len(piece) + 1))[:1_000_000]
    read_reply(text[:1000])
    began = time.process_time()
    reading = read_reply(text)
    assert time.process_time() - began < 0.6  # 0.2 s on a machine that does nothing else
    assert "\n".join(line.text for line in reading.lines) == text


SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n{}\n-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----\n"


@pytest.mark.parametrize(
    ("text", "reply", "signature"),
    [
        (SIGNED.format("It prints.\n\n/solved"), "It prints.\n\n/solved", "-----BEGIN PGP SIGNATURE-----\n\niQ=="),
        (SIGNED.format("It prints.\n- -- \nAnna"), "It prints.", "- -- \nAnna\n-----BEGIN"),
        ("Above.\n\n" + SIGNED.format(f"It prints.\n\n{HEAD}\n> Is it on?"), "Above.\n\nIt prints.", "-----BEGIN"),
        ("-----BEGIN PGP SIGNED MESSAGE-----\ncut short", "cut short", ""),
        ("What is -----BEGIN PGP SIGNED MESSAGE-----?", "What is -----BEGIN PGP SIGNED MESSAGE-----?", ""),
    ],
)
def test_armour_is_nobodys_words(text: str, reply: str, signature: str) -> None:
    reading = read_reply(text)
    assert reading.reply_text.split() == reply.split()
    assert reading.signature_text.startswith(signature)
    assert "\n".join(line.text for line in reading.lines) == text


@given(st.lists(st.tuples(st.text(max_size=20), st.sampled_from(LineKind))))
def test_a_reading_crosses_between_processes_whole(lines: list[tuple[str, LineKind]]) -> None:
    reading = Reading(tuple(Line(text, kind) for text, kind in lines))
    assert pickle.loads(pickle.dumps(reading)) == reading


ONLY_FORWARDED = [
    (
        "---------- Forwarded message ----------\nFrom: Anna <a@b.test>\nDate: Mon, 23 Nov 2026\nSubject: x\nTo: o@v.test\n\nIt fails.",
        "It fails.",
    ),
    (
        "-------- Пересылаемое сообщение --------\n23.11.2026, 14:05, Анна <a@b.test>:\n\nНе печатает.\n",
        "Не печатает.",
    ),
    ("-----Original Message-----\nFrom: Anna <a@b.test>\nSent: Monday 14:05\nTo: o@v.test\nSubject: x\n\nIt fails.", ""),
    ("On Mon, 23 Nov 2026 at 14:05, Anna <a@b.test> wrote:\n> It fails.\n", ""),
    (
        "FYI\n\n---------- Forwarded message ----------\nFrom: Anna <a@b.test>\nDate: Mon\nSubject: x\nTo: o@v.test\n\nIt fails.",
        "FYI",
    ),
]


@pytest.mark.parametrize(("text", "said"), ONLY_FORWARDED)
def test_a_mail_that_is_a_forward_alone_says_what_it_passes_on_and_nothing_of_its_author(text: str, said: str) -> None:
    reading = read_reply(text)
    assert reading.said_text == said
    assert reading.reply_text == ("FYI" if said == "FYI" else "")


def test_dashes_drawn_by_hand_below_lines_cited_by_hand_begin_no_signature() -> None:
    cited = "Look at this:\n\n> the queue is full\n> of jobs\n\n"
    assert read_reply(cited + "--\nplease empty it").reply_text.endswith("please empty it")
    assert read_reply(cited + "-- \nAnna").signature_text == "-- \nAnna"
    assert (
        read_reply("Yes.\n\nOn 23.11.2026 14:05, o@v.test wrote:\n> the queue\n> is full\n\n--\nAnna").signature_text
        == "--\nAnna"
    )
