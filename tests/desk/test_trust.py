"""The table of proofs: the same in the code and in the docs, and each row and column turned wrong."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from maild.desk import command
from maild.desk.trust import TABLE, Need, Proofs, needed, stands_alone

DOCS = Path(__file__).parents[2] / "docs" / "trust.md"
COLUMNS = (Proofs(False, False), Proofs(True, False), Proofs(False, True), Proofs(True, True))
TODAY = date(2026, 11, 23)


def documented():
    return [
        tuple(cell.strip() for cell in line.strip("|").split("|"))
        for line in DOCS.read_text().split("\n")
        if line.count("|") == 7
    ]


def coded():
    return [
        (
            row.act,
            " ".join(f"`/{given.word}`" for given in row.commands) or "–",
            *(row.outcome(proofs).value for proofs in COLUMNS),
        )
        for row in TABLE
    ]


def test_the_docs_show_the_table_of_the_code():
    assert documented()[2:] == coded()


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.act)
def test_without_authentication_nothing_is_done(row):
    assert not Proofs(True, False).satisfy(row.need)
    assert not Proofs(False, False).satisfy(row.need)
    assert Proofs(True, True).satisfy(row.need)


def need_of(text, *, on_ticket=False, worked=None):
    return needed(command.parse(text, TODAY).commands, on_ticket=on_ticket, today=TODAY, worked=worked)


@pytest.mark.parametrize(
    ("text", "need"),
    [
        ("hello", Need.AUTHENTICATION),
        ("/show 1", Need.AUTHENTICATION),
        ("/time #1 12h x", Need.AUTHENTICATION),
        ("/time #1 12h x\n/time #2 1m x", Need.BOTH),
        ("/time #1 8h x\n/time #2 8h @yesterday x", Need.AUTHENTICATION),
        ("/time #1 5m @2026-11-20 x", Need.AUTHENTICATION),
        ("/time #1 5m @2026-11-19 x", Need.BOTH),
        ("/time #1 5m x\n/free courtesy", Need.AUTHENTICATION),
        ("/show 1\n/topup acme 10h x", Need.BOTH),
        ("/adjust acme 5m x", Need.BOTH),
        ("/undo 1 x", Need.BOTH),
        ("/client acme", Need.BOTH),
        ("/merge 2", Need.BOTH),
        ("/close spam", Need.BOTH),
        ("/cc add a@b.test", Need.BOTH),
        ("/release 1", Need.BOTH),
        ("/drop 1", Need.BOTH),
    ],
)
def test_a_mail_needs_what_its_dearest_command_needs(text, need):
    assert need_of(text) is need
    assert need_of(text, on_ticket=True) is Need.BOTH


def test_what_was_written_before_counts_for_a_long_day():
    assert need_of("/time #1 1h x", worked={TODAY: 11 * 60}) is Need.AUTHENTICATION
    assert need_of("/time #1 61m x", worked={TODAY: 11 * 60}) is Need.BOTH
    assert need_of("/time #1 61m x", worked={TODAY - timedelta(days=1): 11 * 60}) is Need.AUTHENTICATION


@pytest.mark.parametrize(
    ("text", "alone"),
    [("/time #1 5m x", True), ("/time 5m x", False), ("/solved", False), ("/topup acme 1h x", True), ("/show 1", True)],
)
def test_which_commands_mean_something_on_no_ticket(text, alone):
    assert any(map(stands_alone, command.parse(text, TODAY).commands)) is alone
