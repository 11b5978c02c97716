"""Commands in the mails that staff write: what is one, what is text, what is held."""

from __future__ import annotations

from datetime import date, timedelta
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.desk.command import meant, mend, parse, tidy
from maild.desk.command_kinds import Cause, Note, Reason, Solved, Take, Time, Wait
from maild.desk.command_kinds_books import Answer, Send
from maild.desk.command_table import TABLE
from maild.desk.command_words import LANGUAGES, WORDS, folded, word_for
from maild.lines import Line, LineKind

TODAY = date(2026, 11, 22)


def words(line: str) -> list[str]:
    """The commands of one line, in English; near misses and unreadable ones as their reason."""
    parsed = parse(line, TODAY)
    return [one.word for one in parsed.commands] + [refusal.reason.value for refusal in parsed.refusals]


COMMAND_LINES = [
    ("/solved", ["solved"]),
    ("/time 25m cable /solved", ["time", "solved"]),
    ("/time 25m cable\t/solved defect /take", ["time", "solved", "take"]),
    ("/TIME 25m", ["time"]),
    ("/Time 25m", ["time"]),
    ("/ time 25m", ["time"]),
    ("  /time 25m", ["time"]),
    ("\u00a0/time\u00a025m", ["time"]),
    ("\u200b/time 25m\u200b", ["time"]),
    ("\ufeff/time 25m", ["time"]),
    ("／time 25m", ["time"]),
    ("/solved.", ["solved"]),
    ("/solved!", ["solved"]),
    ("/solved …", ["solved"]),
    ("/time25m", ["time"]),
    ("/time:25m", ["time"]),
    ("/time: 25m", ["time"]),
    ("/time: 25m\r", ["time"]),
    ("/время 25 мин", ["time"]),
    ("/ВРЕМЯ 25м", ["time"]),
    ("/час 25 хв", ["time"]),
    ("/решено", ["solved"]),
    ("/Решено.", ["solved"]),
    ("/вирішено", ["solved"]),
    ("/ждем", ["wait"]),
    ("/ждём", ["wait"]),
    ("/жде\u0308м", ["wait"]),
    ("/чекаємо", ["wait"]),
    ("/закрити спам", ["close"]),
    ("/заметка", ["note"]),
    ("/нотатка", ["note"]),
    ("/об'єднати 7", ["merge"]),
    ("/об’єднати 7", ["merge"]),
    ("/смета 3ч доработка", ["quote"]),
    ("/остаток acme", ["balance"]),
    ("/допомога", ["help"]),
]


@pytest.mark.parametrize(("line", "found"), COMMAND_LINES)
def test_habits_and_phones_are_forgiven(line, found):
    assert words(line) == found
    assert parse(line, TODAY).text == ""


TEXT_LINES = [
    "/etc/hosts is the file",
    "/usr/bin/time -v ls",
    "/time/25m",
    "/time.log shows it",
    "/notes.txt",
    "and/or",
    "1/2",
    "please type /solved at the end",
    "https://vendor.test/time",
    "/",
    "//",
    "// for staff",
    "/ ",
    "/2026",
    "/completely unrelated words",
    "/var",
    "/home",
    "/опубликовано сегодня",
    "a / time",
    "- a list",
    "* /etc/hosts",
    "-time 25m",
    "time 25m",
    "(/completely",
    "./time 25m",
    "~/time",
    "C:/time",
]


@pytest.mark.parametrize("line", TEXT_LINES)
def test_paths_and_prose_stay_text(line):
    parsed = parse(line, TODAY)
    assert (parsed.commands, parsed.refusals, parsed.text) == ((), (), line.strip("\n").rstrip())


NEAR_MISSES = [
    ("/tmie 25m", "/time 25m"),
    ("/tiem 25m", "/time 25m"),
    ("/tim 25m", "/time 25m"),
    ("/timee 25m cable", "/time 25m cable"),
    ("/sloved", "/solved"),
    ("/slovd", "/solved"),
    ("/Sovled.", "/solved"),
    ("/решно", "/решено"),
    ("/врмея 25м", "/время 25м"),
    ("/bugg 17", "/bug 17"),
    ("/assing olga", "/assign olga"),
    ("/tmie 25m cable /solved", "/time 25m cable /solved"),
    ("/time 25m cable /sloved", "/time 25m cable /solved"),
    ("- /time 25m", "/time 25m"),
    ("* /solved", "/solved"),
    ("//solved", "/solved"),
    ("\\time 25m", "/time 25m"),
    ("(/solved)", "/solved"),
    ("/time-25m", "/time"),
]


@pytest.mark.parametrize(("line", "advice"), NEAR_MISSES)
def test_near_misses_are_held_with_what_to_type(line, advice):
    (refusal,) = parse(line, TODAY).refusals
    assert refusal.reason is Reason.NEAR_MISS and refusal.advice.startswith(advice)
    assert (refusal.line, refusal.line_no) == (line, 0)


def test_short_words_in_the_middle_of_a_line_are_taken_literally():
    (time,) = parse("/time 25m moved /etc to /opt", TODAY).commands
    assert isinstance(time, Time) and time.what == "moved /etc to /opt"


def test_all_faulty_lines_are_reported_at_once():
    parsed = parse("Hello,\n\n/tmie 25m\nit works\n/solved now please\n/time\n/take\n", TODAY)
    assert [(r.line_no, r.reason) for r in parsed.refusals] == [
        (2, Reason.NEAR_MISS),
        (4, Reason.SURPLUS),
        (5, Reason.MISSING),
    ]
    assert [type(one) for one in parsed.commands] == [Take]
    assert parsed.text == "Hello,\n\nit works"
    assert parsed.command_lines == {2, 4, 5, 6}


def test_the_customer_sees_the_text_without_a_hole():
    parsed = parse("Hello Anna,\n\nplease switch the cable.\n\n/time 25m cable\n/solved\n\nOlga\n", TODAY)
    assert parsed.text == "Hello Anna,\n\nplease switch the cable.\n\nOlga"
    assert [one.source.line_no for one in parsed.commands] == [4, 5]


@pytest.mark.parametrize(
    ("kept", "text"),
    [
        (["a", None, "b"], "a\nb"),
        (["a", "", None, "", "b"], "a\n\nb"),
        (["a", "", None, None, "", "", "b"], "a\n\nb"),
        ([None, "", "a", ""], "a"),
        (["a", "", "", "b"], "a\n\n\nb"),  # the author's own blank lines stay
        (["  indented", None], "  indented"),
        ([], ""),
    ],
)
def test_tidy(kept, text):
    assert tidy(kept) == text


def test_only_fresh_lines_are_read_and_numbers_count_all_lines():
    lines = (
        Line("> /time 1h", LineKind.QUOTED),
        Line("yes", LineKind.FRESH),
        Line("/time 25m", LineKind.FRESH),
        Line("/solved", LineKind.SIGNATURE),
        Line("/close spam", LineKind.ATTRIBUTION),
    )
    parsed = parse(lines, TODAY)
    assert [one.word for one in parsed.commands] == ["time"]
    assert parsed.text == "yes" and parsed.command_lines == {2}


def test_a_note_makes_the_whole_mail_internal_and_keeps_its_words():
    parsed = parse("/note he is angry\ncall him\n/time 5m", TODAY)
    assert parsed.internal and parsed.text == "he is angry\ncall him"
    assert not parse("call him\n/time 5m", TODAY).internal
    assert parse("call him\n/note", TODAY).internal


def test_what_follows_answer_goes_to_the_customer():
    parsed = parse("/new acme\nAnna rang, cable.\n/answer\nWe shall call back.\n/time 5m\n", TODAY)
    assert parsed.answer_text == "We shall call back." and not parsed.internal
    assert parse("/new acme\n/answer Hello\nyou", TODAY).answer_text == "Hello\nyou"
    assert parse("/new acme\nAnna rang", TODAY).answer_text is None
    assert isinstance(parsed.commands[1], Answer)


def test_two_states_at_once_are_refused():
    (refusal,) = parse("/solved\n/wait", TODAY).refusals
    assert (refusal.reason, refusal.line_no, refusal.subject) == (Reason.CONFLICT, 1, "/solved /wait")
    assert parse("/solved\n/solved", TODAY).refusals == ()


def test_more_than_a_day_in_one_day_is_refused_over_several_lines():
    (refusal,) = parse("/time 14h a\n/time #7 @today 11h b", TODAY).refusals
    assert (refusal.reason, refusal.line_no) == (Reason.TOO_LONG, 1)
    assert parse("/time 14h a\n/time @yesterday 11h b", TODAY).refusals == ()


def test_one_corrected_line_takes_the_place_of_the_wrong_one():
    original = "Hello\n/tmie 25m cable\nbye"
    wrong = [refusal.line_no for refusal in parse(original, TODAY).refusals]
    mended = mend(original, wrong, "\n/time 25m cable\n")
    assert mended is not None and [line.text for line in mended] == ["Hello", "/time 25m cable", "bye"]
    assert parse(mended, TODAY).text == "Hello\nbye"
    two_for_one = mend(original, wrong, "/time 20m cable\n/time 5m driver")
    assert two_for_one is not None and len(parse(two_for_one, TODAY).commands) == 2


def test_as_many_corrections_as_wrong_lines_fill_their_places_in_order():
    original = "/tmie 5m\nHello\n/sloved"
    mended = mend(original, [2, 0], "/time 5m\n/solved")
    assert mended is not None and [line.text for line in mended] == ["/time 5m", "Hello", "/solved"]


@pytest.mark.parametrize("reply", ["", "yes", "/time 5m\nand this", "/time 5m\n/solved\n/take"])
def test_what_is_no_plain_correction_mends_nothing(reply):
    assert mend("/tmie 5m\n/sloved", [0, 1], reply) is None


def test_only_what_is_fresh_in_the_reply_corrects():
    reply = (Line("/time 5m", LineKind.FRESH), Line("> /tmie 5m", LineKind.QUOTED))
    mended = mend("/tmie 5m", [0], reply)
    assert mended is not None and [line.text for line in mended] == ["/time 5m"]
    assert mend("/tmie 5m", [], reply) is None


def test_values_of_plain_commands():
    commands = parse("/solved дефект\n/send\n/cause Вопрос", TODAY).commands
    assert [type(one) for one in commands] == [Solved, Send, Cause]
    assert (commands[0].cause, commands[2].name) == ("defect", "question")  # type: ignore[attr-defined]
    assert [type(one) for one in parse("/wait\n/note", TODAY).commands] == [Wait, Note]


def test_each_command_has_words_in_every_language_and_no_word_means_two():
    assert set(WORDS) == set(TABLE)
    owners: dict[str, str] = {}
    for command, languages in WORDS.items():
        assert len(languages) == len(LANGUAGES) and all(languages)
        for word in {folded(word) for row in languages for word in row}:
            assert owners.setdefault(word, command) == command, f"{word} is {owners[word]} and {command}"
    assert word_for("time", "uk") == "час" and word_for("time", "de") == "time"
    assert meant("/Решено") == "solved" and meant("nonsense") is None


def test_each_word_is_read_as_its_command():
    for command, languages in WORDS.items():
        for row in languages:
            for word in row:
                parsed = parse(f"/{word}", TODAY)
                said = [one.word for one in parsed.commands] + [refusal.reason for refusal in parsed.refusals]
                assert said in ([command], [Reason.MISSING]), (word, said)


KNOWN = [word for row in WORDS.values() for words in row for word in words]
ODD_TIMES = ["25m", "1h 30", "14:05-14:30", "@2026-02-30", "#12", "-5m"]
FORMS = ["{m}m", "{m}", "{m} мин", "{m} хв", "{h}:{r:02}", "{h}h{r}m", "{h} ч {r} м", "{h} год {r} хв"]
LINES = st.lists(
    st.one_of(
        st.text(max_size=30),
        st.builds(
            "/{} {}".format,
            st.sampled_from([word for row in WORDS.values() for words in row for word in words]),
            st.text(max_size=40),
        ),
        st.builds(
            "/time {} {}".format,
            st.sampled_from(ODD_TIMES),
            st.text(max_size=20),
        ),
    ),
    max_size=6,
)


@given(LINES)
def test_any_text_is_read_without_an_error_and_loses_no_line(lines):
    body = "\n".join(lines)
    parsed = parse(body, TODAY)
    for number, line in enumerate(body.split("\n")):
        assert number in parsed.command_lines or line.strip("\n\r").rstrip() in parsed.text or not line.strip()
    assert {refusal.line_no for refusal in parsed.refusals} <= parsed.command_lines
    assert all(refusal.advice.startswith("/") for refusal in parsed.refusals)


@given(
    st.integers(1, 24 * 60),
    st.sampled_from(["{m}m", "{m}", "{m} мин", "{m} хв", "{h}:{r:02}", "{h}h{r}m", "{h} ч {r} м", "{h} год {r} хв"]),
)
def test_minutes_come_back_as_they_were_written(minutes, form):
    said = form.format(m=minutes, h=minutes // 60, r=minutes % 60)
    (time,) = parse(f"/time {said} what", TODAY).commands
    assert isinstance(time, Time) and (time.minutes, time.what) == (minutes, "what")


@given(st.dates(TODAY - timedelta(days=3000), TODAY))
def test_work_dates_come_back_as_they_were_written(day):
    for said in (f"{day}", f"{day:%d.%m.%Y}", f"{day:%d.%m.%y}"):
        (time,) = parse(f"/time @{said} 5m", TODAY).commands
        assert isinstance(time, Time) and time.work_date == day


@pytest.mark.parametrize(
    "line",
    [
        "/time " * 300_000,
        "/topup acme 10h €1" + " " * 1_000_000 + "x",
        "/time 1h" + " " * 1_000_000 + "x",
        "/" * 1_000_000,
        "/t" + "x" * 1_000_000,
        " " * 1_000_000 + "/time 5m",
        "-" * 1_000_000,
        "/topup acme 10h 1" + ",111" * 900,
        "/topup acme 10h €1" + " " * 3900,
        "/time 1h" + " " * 3900 + "x",
        "/time 5m " + "@1 " * 1000,
    ],
)
def test_hostile_lines_take_no_time(line):
    began = perf_counter()
    parse(line, TODAY)
    assert perf_counter() - began < 0.5
