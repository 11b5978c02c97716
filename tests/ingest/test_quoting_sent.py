"""A reply beside the mail that we sent: our lines are ours however they were mangled, the author's are never lost."""

import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maild.ingest.quoting import own_lines
from maild.lines import Line, LineKind

SENT = """Ответить до вт 24 ноября 18:00 (Киев), осталось 3 ч 34 мин

Здравствуйте! Наш принтер не печатает чеки с самого утра, и мы уже дважды перезапускали его.
Спасибо

--= дальше пишет служба поддержки: факты =--
Лицензия TS-1180 · версия 8.2
/solved
/time 25m что сделано
-- 
Анна"""


def fresh(lines: tuple[Line, ...]) -> list[str]:
    return [line.text for line in lines if line.kind is LineKind.FRESH and line.text.strip()]


def marked(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def test_answer_above_a_marked_quote() -> None:
    reply = f"Обновите драйвер.\n/time 10m драйвер\n\n23.11.2026 14:05, Анна пишет:\n{marked(SENT)}\n"
    lines = own_lines(reply, SENT)
    assert fresh(lines) == ["Обновите драйвер.", "/time 10m драйвер"]
    assert lines[3].kind is LineKind.ATTRIBUTION


def test_a_command_that_our_mail_shows_as_an_example_stays_the_engineers() -> None:
    assert fresh(own_lines("/solved", SENT)) == ["/solved"]
    assert fresh(own_lines(f"Готово.\n/solved\n\n{marked(SENT)}", SENT)) == ["Готово.", "/solved"]


def test_words_written_into_our_lines_are_fresh() -> None:
    reply = (
        marked(SENT)
        .replace("> Спасибо", "> Спасибо и вам, всё исправлено")
        .replace("с самого утра,", "с самого утра,\nпосмотрим\n>")
    )
    assert fresh(own_lines(reply, SENT)) == ["посмотрим", "> Спасибо и вам, всё исправлено"]


def test_lines_wrapped_anew_with_and_without_marks() -> None:
    sent = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen\nlast line"
    broken = "> one two three four five six seven eight nine ten eleven twelve\nthirteen fourteen fifteen\nmine\n> last line"
    assert fresh(own_lines(broken, sent)) == ["mine"]
    joined = "> one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen last\n> line"
    assert fresh(own_lines(joined, sent)) == []


def test_dashes_spaces_and_quotation_marks_may_change() -> None:
    sent = "Цена — 5\u00a0грн за «пачку»… \n-- \nАнна"
    assert fresh(own_lines('> Цена - 5 грн за "пачку"...\n> --\n> Анна\nда', sent)) == ["да"]


def test_a_header_block_above_our_unmarked_words_introduces_them() -> None:
    head = "От: Vendor Support <support@vendor.test>\nОтправлено: 23 ноября 2026 г. 14:05\nКому: Ольга\nТема: [#12] Принтер"
    lines = own_lines(f"Сделано\n\n{head}\n\n{SENT}", SENT)
    assert fresh(lines) == ["Сделано"]
    assert [line.kind for line in lines[2:6]] == [LineKind.ATTRIBUTION] * 4


def test_without_our_words_everything_is_the_authors() -> None:
    assert fresh(own_lines("> чужая цитата\nслова", SENT)) == ["> чужая цитата", "слова"]


SYLLABLES = ["ка", "ро", "ми", "ta", "lo", "пе", "ri", "шу", "ва", "no", "гд", "se", "жу", "mi"]
WORD = st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=4).map("".join)
SENT_LINE = st.lists(WORD, min_size=1, max_size=24).map(" ".join)
OWN_WORD = st.sampled_from(
    ["ДА", "НЕТ", "OK", "/SOLVED", "42", "X-12", "ГОТОВО", "!", "СМ.", "5"]
)  # capitals: no word of the sent lines
OWN_LINE = st.lists(OWN_WORD, min_size=1, max_size=8).map(" ".join)


def quoted(sent: list[str], prefix: str, width: int, rest_marked: bool) -> list[str]:
    """The sent lines as a client quotes them: marked, wrapped anew, the tails of wrapped lines marked or not."""
    lines = []
    for line in sent:
        first, *rest = textwrap.wrap(line, width, break_long_words=False) or [""]
        lines.append(prefix + first)
        lines.extend((prefix if rest_marked else "") + tail for tail in rest)
    return lines


@pytest.mark.thorough
@given(
    st.lists(SENT_LINE, min_size=1, max_size=15),
    st.lists(st.tuples(st.integers(0, 60), OWN_LINE), max_size=6),
    st.sampled_from(["> ", ">", "", ">> ", "| "]),
    st.integers(72, 78),
    st.booleans(),
)
@settings(max_examples=80)
def test_own_lines_anywhere_come_out_fresh_and_ours_never(
    sent: list[str], own: list[tuple[int, str]], prefix: str, width: int, rest_marked: bool
) -> None:
    body = [(line, False) for line in quoted(sent, prefix, width, rest_marked)]
    for place, line in own:
        body.insert(place % (len(body) + 1), (line, True))
    reply = "\n".join(line for line, _ in body)
    lines = own_lines(reply, "\n".join(sent))
    assert "\n".join(line.text for line in lines) == reply
    for (text, mine), line in zip(body, lines, strict=True):
        if mine:
            assert line.kind is LineKind.FRESH, text
        elif text.strip("> |"):
            assert line.kind is LineKind.QUOTED, text


@pytest.mark.thorough
@given(st.lists(SENT_LINE, min_size=1, max_size=8))
@settings(max_examples=40)
def test_a_whole_unmarked_quote_is_ours(sent: list[str]) -> None:
    assert fresh(own_lines("\n".join(sent), "\n".join(sent))) == []
