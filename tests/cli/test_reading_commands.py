"""`tickets` and `ticket N`: the shapes of the contract, filters, and nothing of a stranger's that a terminal would obey."""

import pytest
from desk_day import NINE

from maild.desk.case import Needs
from maild.desk.decision import NEW, Decision
from maild.desk.ticket import State, Ticket

TICKET_KEYS = {
    *("number", "subject", "client", "requester", "state", "assignee", "cause", "opened_at", "acked_at", "first_answer_at"),
    *("answer_due_at", "solved_at", "closed_at", "closed_by", "messages", "worked_minutes", "charged_minutes"),
}
MESSAGE_KEYS = {"message_id", "direction", "from", "to", "at", "kind", "text", "attachments"}


def test_a_ticket_has_the_keys_of_the_contract(cli, filled):
    (row,) = cli("tickets", "--json").json()
    assert row.keys() >= TICKET_KEYS
    wanted = {
        "number": 1,
        "subject": "Принтер молчит",
        "client": "acme",
        "requester": "anna@acme.test",
        "state": "open",
        "assignee": "olga",
        "cause": None,
        "opened_at": "2026-11-20T07:00:00Z",
        "acked_at": None,
        "answer_due_at": "2026-11-21T07:00:00Z",
        "closed_by": None,
        "messages": 1,
        "worked_minutes": 25,
        "charged_minutes": 25,
    }
    assert {key: row[key] for key in wanted} == wanted


def test_json_is_ascii(cli, filled):
    for words in (["tickets"], ["ticket", 1], ["time"], ["statement", "acme", "2026"], ["directory", "plan"]):
        assert cli(*words, "--json").out.isascii()


def test_one_ticket_brings_its_thread_and_its_history(cli, filled):
    row = cli("ticket", 1, "--json").json()
    assert row.keys() >= TICKET_KEYS | {"thread", "events"}
    (said,) = row["thread"]
    assert said.keys() >= MESSAGE_KEYS
    assert (said["direction"], said["from"], said["to"]) == ("in", "anna@acme.test", ["support@vendor.test"])
    assert (said["text"], said["at"], said["kind"]) == ("Не печатает.", "2026-11-20T07:00:00Z", "mail")
    digest = "0f4636c78f65d3639ece5a064b5ae753e3408614a14fb18ab4d7540d2c248543"
    assert said["attachments"] == [{"filename": "фото.png", "size": 4, "content_type": "image/png", "sha256": digest}]
    assert [(event["what"], event["at"]) for event in row["events"]] == [("opened", "2026-11-20T07:00:00Z")]


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ([], [1, 2]),
        (["--state", "open"], [1]),
        (["--state", "open", "--state", "closed"], [1, 2]),
        (["--state", "solved"], []),
        (["--client", "globex"], [2]),
        (["--assignee", "olga"], [1]),
        (["--unanswered"], [1]),
        (["--overdue"], [1]),
        (["--overdue", "--client", "globex"], []),
    ],
)
def test_filters_narrow_together(cli, filled, words, numbers):
    with filled.begin() as tx:
        tx.load(Needs(), NINE)
        other = Ticket(NEW, "Done", "globex", "gleb@globex.test", "", "en", NINE, State.CLOSED)
        tx.record(None, None, "", tx.number(Decision(tickets=(other,))))
    assert [row["number"] for row in cli("tickets", "--json", *words).json()] == numbers


def test_people_see_the_thread_by_the_desks_clock(cli, filled):
    shown = cli("ticket", 1).out
    assert "opened 2026-11-20 09:00" in shown and "Europe/Kyiv" in shown
    assert "Не печатает." in shown and "[фото.png, image/png, 4 bytes]" in shown


def test_no_escape_sequence_reaches_the_terminal(cli, filled):
    with filled.begin() as tx:
        tx.load(Needs(), NINE)
        bad = Ticket(NEW, "\x1b]0;owned\x07\x1b[2J [bold]red[/bold] :smile:", "acme", "x@acme.test", "\x1b[31m", "en", NINE)
        tx.record(None, None, "", tx.number(Decision(tickets=(bad,))))
    for words in (["tickets"], ["ticket", 2]):
        shown = cli(*words).out
        assert "\x1b" not in shown and "\x07" not in shown
        assert "[bold]red[/bold] :smile:" in shown
