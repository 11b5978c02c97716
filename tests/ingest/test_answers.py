"""Answers as Outlook, Apple Mail, Gmail, Yandex, Mail.ru, Ukr.net and others send them, whole mails in seven tongues (`answers.txt`)."""

from pathlib import Path

import pytest

from maild.ingest.read import read
from maild.message import Message

SECTIONS = (Path(__file__).parent / "answers.txt").read_text(encoding="utf-8").split("\n## ")[1:]


@pytest.mark.parametrize("section", [pytest.param(one, id=one.partition("\n")[0]) for one in SECTIONS])
def test_the_authors_words_are_all_that_is_read_as_the_answer(section: str) -> None:
    mail, _, reply = section.partition("\n")[2].rpartition("\n=== reply\n")
    message = read(mail.replace("\n", "\r\n").encode())
    assert isinstance(message, Message)
    assert message.reading.reply_text.split() == reply.split()
    assert "\n".join(line.text for line in message.reading.lines) == message.text


def test_there_are_enough_of_them() -> None:
    assert len(SECTIONS) >= 31
