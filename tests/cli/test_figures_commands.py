"""`act`, `plans advise`, `export beancount`: figures for accountants, from the same books."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook


def test_an_act_that_was_not_made_is_a_draft_and_changes_nothing(cli, filled, tmp_path):
    said = cli("act", "acme", "2026-11", "--json").json()
    assert (said["draft"], said["number"], said["period"]) == (True, None, "2026-11")
    assert (said["worked"], said["charged"]) == (25, 25)
    assert said["totals"][0]["gross"] == "25.00" and said["totals"][0]["currency"] == "USD"
    assert filled.documents("act") == []
    assert said == cli("act", "acme", "2026-11", "--json").json()


def test_its_files_are_written_where_one_wants_them(cli, filled, tmp_path):
    done = cli("act", "acme", "2026-11", "--out", tmp_path / "acts")
    assert done.code == 0 and "Draft of an act, without a number" in done.out and "worked 25 min, charged 25 min" in done.out
    files = sorted(path.name for path in (tmp_path / "acts").iterdir())
    assert files == ["act-acme-2026-11.csv", "act-acme-2026-11.pdf", "act-acme-2026-11.xlsx"]
    first = {path.name: path.read_bytes() for path in (tmp_path / "acts").iterdir()}
    cli("act", "acme", "2026-11", "--out", tmp_path / "acts")
    assert first == {path.name: path.read_bytes() for path in (tmp_path / "acts").iterdir()}
    sheet = load_workbook(tmp_path / "acts" / "act-acme-2026-11.xlsx").worksheets[0]
    assert any(row[8:10] == (25, 25) for row in sheet.iter_rows(values_only=True))


def test_now_hides_what_was_booked_later(cli, filled):
    before = cli("act", "acme", "2026-11", "--json", "--now", "2026-11-20T08:30:00Z").json()
    assert before["worked"] == 25 and len([row for row in before["lines"] if row["kind"] == "time"]) == 1
    none = cli("act", "acme", "2026-11", "--json", "--now", "2026-11-19T08:30:00Z").json()
    assert none["lines"] == [] and none["contracts"][0]["closing"] == 0


def test_a_quarter_is_a_period(cli, filled):
    said = cli("act", "acme", "2026-Q4", "--json").json()
    assert (said["from"], said["to"], said["period"]) == ("2026-10-01", "2026-12-31", "2026-Q4")


def test_an_unknown_client_is_misuse(cli, filled):
    assert cli("act", "acmee", "2026-11").code == 2


def test_bean_check_accepts_the_ledger(cli, filled, tmp_path):
    done = cli("export", "beancount")
    assert done.code == 0 and "balance" in done.out
    place = tmp_path / "books.beancount"
    place.write_text(done.out)
    checker = shutil.which("bean-check", path=str(Path(sys.executable).parent))
    assert checker, "beancount is a development dependency"
    checked = subprocess.run([checker, place], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_a_part_of_the_ledger_tells_no_balances_it_cannot_know(cli, filled):
    assert " balance Income:Minutes" not in cli("export", "beancount", "--from", "2026-11-21").out


def test_advice_for_a_plan(cli, filled):
    words = ("plans", "advise", "acme", "--hour-cost", "20.00 USD", "--now", "2026-12-05T00:00:00Z", "--json")
    said = cli(*words).json()
    assert said["months"] == [{"month": "2026-11", "worked_minutes": 25}]
    assert said["average_worked_minutes"] == "25" and said["average_cost"] == "8.33"
    assert [(o["margin_percent"], o["exact"], o["price"]) for o in said["offers"]] == [
        ("30", "10.83", "20.00"),
        ("65", "13.75", "20.00"),
        ("100", "16.67", "20.00"),
    ]
    one = cli(*words, "--margin", "50%", "--round-to", "1").json()["offers"]
    assert [(o["margin_percent"], o["price"]) for o in one] == [("50", "13.00")]
    assert "an average month costs 8.33 USD" in cli(*words[:-1]).out


@pytest.mark.parametrize(
    "wrong", [["--hour-cost", "20"], ["--hour-cost", "0 USD"], ["--hour-cost", "20 USD", "--margin", "much"], []]
)
def test_advice_wants_an_hour_and_a_margin_that_can_be_read(cli, filled, wrong):
    assert cli("plans", "advise", "acme", *wrong).code == 2
