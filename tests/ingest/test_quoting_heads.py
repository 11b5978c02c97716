"""Heads of quotes as mail programs truly write them (`quote_heads/`): each must part the answer from the quote."""

from pathlib import Path

import pytest

from maild.ingest.quoting import read_reply
from maild.lines import LineKind

ANSWER = "Добрый день! Да, теперь печатает.\n\nОстался один вопрос: where is the report for October?"
QUOTED = "Здравствуйте, Анна!\n\nПерезапустите, пожалуйста, службу печати.\n\nОльга"
GREETING = "Здравствуйте, Ольга."  # The Bat! writes it between the answer and the head


def heads(kind: str) -> list[object]:
    """The sections of both files of a kind: `## program` and the lines of the head under it."""
    files = sorted((Path(__file__).parent / "quote_heads").glob(f"{kind}_*.txt"))
    sections = [part.partition("\n") for path in files for part in path.read_text(encoding="utf-8").split("## ")[1:]]
    return [pytest.param(body.strip("\n"), id=name) for name, _, body in sections]


MARKED, UNMARKED = heads("marked"), heads("unmarked")


def words(text: str) -> list[str]:
    return text.removeprefix(GREETING).split()


def test_there_are_enough_of_them() -> None:
    folder = Path(__file__).parent / "quote_heads"
    assert sum(path.read_text(encoding="utf-8").count("## ") for path in folder.glob("*_ru_uk.txt")) >= 80


@pytest.mark.parametrize("head", MARKED)
def test_answer_above_a_marked_quote(head: str) -> None:
    marked = "\n".join(f"> {line}".rstrip() for line in QUOTED.split("\n"))
    text = f"{ANSWER}\n\n{head}\n\n{marked}\n"
    reading = read_reply(text)
    assert reading.reply_text.removesuffix(GREETING).rstrip() == ANSWER
    assert "\n".join(line.text for line in reading.lines) == text


@pytest.mark.parametrize("head", MARKED)
def test_answer_below_a_marked_quote(head: str) -> None:
    marked = "\n".join(f"> {line}".rstrip() for line in QUOTED.split("\n"))
    assert words(read_reply(f"{head}\n{marked}\n\n{ANSWER}").reply_text) == ANSWER.split()


@pytest.mark.parametrize("head", UNMARKED)
def test_answer_above_an_unmarked_quote(head: str) -> None:
    text = f"{ANSWER}\n\n{head}\n\n{QUOTED}"
    reading = read_reply(text)
    assert reading.reply_text == ANSWER
    assert reading.lines[-1].kind is LineKind.QUOTED
    assert "\n".join(line.text for line in reading.lines) == text


@pytest.mark.parametrize("head", UNMARKED)
def test_rule_above_an_unmarked_quote(head: str) -> None:
    assert read_reply(f"{ANSWER}\n{'_' * 32}\n{head}\n\n{QUOTED}").reply_text == ANSWER


@pytest.mark.parametrize("head", UNMARKED)
def test_a_forward_without_words_says_nothing_of_its_own(head: str) -> None:
    assert read_reply(f"{head}\n\n{QUOTED}\n/решено").reply_text == ""


@pytest.mark.parametrize(
    "cited",
    [
        "> From: Olga <support@vendor.test>\n> Date: 23.11.2026 14:05\n> To: anna@acme.test\n> Subject: printer",
        "________________\n> From: Olga <support@vendor.test>\n> Date: 23.11.2026 14:05\n> Subject: printer\n>\n> It fails.",
        ">>> printer.start() >>>\n>>> printer.stop()",
        "--- настройки ---\nпринтер: 5\nсканер: 6",
    ],
)
def test_answer_below_what_only_resembles_such_a_head(cited: str) -> None:
    assert read_reply(f"{cited}\n\n{ANSWER}").reply_text.endswith(ANSWER)
