"""`check staff`: the mails leave at once or wait; the table shows who has answered and which proofs came."""

import pytest
import structlog
from desk_day import NINE, record

from maild.config import load
from maild.desk.decision import Decision, Side, Stored
from maild.desk.staff_check import ProofsSeen


def answered(store, author, seen, at=NINE):
    stored = Stored(
        "<a@vendor.test>", Side.INTERNAL, "check", "x@vendor.test", "", (), at, "Re: word", seen.text, author=author
    )
    record(store, at, Decision(stored=(stored,)))


@pytest.fixture(autouse=True)
def logs_as_they_were():
    """The command sends logs to its own standard error, which ends with it."""
    yield
    structlog.reset_defaults()


def people(config_path):
    return load(config_path).directory.staff


def test_each_person_is_mailed_and_waits_in_the_outbox_where_the_server_is_away(cli, config_path, filled):
    done = cli("check", "staff", "--json")
    assert (done.code, done.json()["sent"]) == (75, False)
    assert "wait in the outbox" in done.err
    waiting = sorted(letter.recipient for letter in filled.outbox() if letter.kind == "alert")
    assert waiting == sorted(person.address.address for person in people(config_path).values())
    assert done.json()["queued"] == len(people(config_path)) == len(done.json()["staff"])
    assert {row["answered_at"] for row in done.json()["staff"]} == {None}


def test_no_mail_shows_the_newest_answer_and_queues_nothing(cli, config_path, filled):
    first, second, *_ = people(config_path).values()
    before = filled.outbox()
    answered(filled, first.id, ProofsSeen(False, False, "no"))
    answered(filled, first.id, ProofsSeen(True, False, "dmarc", "Thunderbird"))
    done = cli("check", "staff", "--no-mail", "--json")
    assert done.code == 0
    assert filled.outbox() == before
    rows = {row["id"]: row for row in done.json()["staff"]}
    told = {"token": True, "reply_to": False, "authentication": "dmarc", "program": "Thunderbird"}
    assert rows[first.id].items() >= told.items()
    assert rows[first.id]["answered_at"].startswith("2026-11-20T07:00")
    assert rows[second.id]["token"] is None
    shown = cli("check", "staff", "--no-mail").out
    assert shown.split(first.name)[1].split()[3:6] == ["lost", "dmarc", "Thunderbird"]
    assert "not yet" in shown


@pytest.mark.parametrize("place", ["before", "behind"])
def test_the_configuration_is_named_on_either_side(cli, config_path, place):
    words = ("--config", config_path, "check", "staff", "--no-mail")
    assert cli(*(words if place == "before" else words[2:])).code == 0
