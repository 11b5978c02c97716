"""Delivery reports in plain words as the mail systems of the world write them (`bounce_texts/`), and persons who write about them."""

from pathlib import Path

import pytest

from maild.ingest.read import read
from maild.message import Message, OriginKind

FOLDER = Path(__file__).parent / "bounce_texts"


def sections(name: str) -> list[object]:
    """(mark, mail) of each section: what stands behind the colon of its title, and the mail under it."""
    found = []
    for section in (FOLDER / name).read_text(encoding="utf-8").split("\n## ")[1:]:
        title, _, mail = section.partition("\n")
        label, _, mark = title.partition(": ")
        found.append(pytest.param(mark, mail.rstrip("\n") + "\n", id=label))
    return found


def received(mail: str) -> Message:
    fields, _, text = mail.partition("\n\n")
    head = "To: support@vendor.test\nMessage-ID: <report@mx.test>\nContent-Type: text/plain; charset=utf-8\n"
    message = read(f"{fields}\n{head}\n{text}".encode())
    assert isinstance(message, Message)
    return message


@pytest.mark.parametrize(("mark", "mail"), [*sections("machines.txt"), *sections("machines_more.txt")])
def test_a_report_names_whom_it_speaks_of_and_whether_that_is_final(mark: str, mail: str) -> None:
    message = received(mail)
    assert message.origin.kind is OriginKind.BOUNCE
    assert not message.origin.answerable
    assert [(one.recipient, one.permanent) for one in message.bounces] == [("anna@acme.test", mark == "final")]


@pytest.mark.parametrize(("mark", "mail"), sections("persons.txt"))
def test_a_person_who_writes_about_reports_is_a_person(mark: str, mail: str) -> None:
    assert mark == ""
    message = received(mail)
    assert message.origin.kind is OriginKind.PERSON
    assert message.bounces == ()
