"""What an answer tells of its charges, what holds say of what nobody has agreed to pay, and what the accountants hear at once."""

from datetime import UTC, datetime

import pytest
from attacks.desk_at_work import ALLA, DIRECTORY, OLGA, one
from attacks.fixtures import empty_database, make_desk

from maild.ledger.entry import EntryKind

__all__ = ["empty_database", "make_desk"]

TERMS = "contracts = [{ plan = "
CONTRACT = '{ plan = "minutes", from = 2026-01-01, until = 2027-12-31, number = "M-17/26" }'
GOODWILL = """
[goodwill]
minutes = 15
rate = "70.00 USD"
first_urgent_free = true
offer = ["minutes"]
"""


@pytest.fixture
def desk(make_desk):
    return make_desk()


@pytest.fixture
def bare_desk(make_desk):
    """Acme has no contract in force."""
    return make_desk(directory=DIRECTORY.replace(f"contracts = [{CONTRACT}]", "contracts = []") + GOODWILL)


def answer(desk, lines, note=None):
    note = note or (one(desk.letters, "notification") if desk.letters else desk.request())
    return desk.reply(OLGA, note, f"Hello Anna,\n\ndone.\n\n{lines}")


def test_the_answer_that_carries_an_item_says_how_it_is_avoided(desk):
    text = one(answer(desk, "/charge relicense x2"), "relay").text
    assert "Charged: Licence re-registration, 60 min (1 h).\nIt costs nothing when: release code supplied.\n" in text
    assert desk.closing() == -60


def test_a_waiver_takes_the_charge_back_in_the_same_mail_and_later(desk):
    answer(desk, "/charge relicense")
    answer(desk, "/waive relicense code came")
    answer(desk, "/charge relicense\n/waive relicense code came")
    assert [(e.kind.value, e.charged_minutes, e.reverses) for e in desk.entries()] == [
        ("item", 30, None),
        ("reversal", -30, 1),
        ("item", 30, None),
        ("reversal", -30, 3),
    ]
    assert desk.closing() == 0


def test_an_item_that_was_waived_at_once_is_told_and_costs_nothing(desk):
    told = answer(desk, "/waive relicense code came")
    assert '"Licence re-registration: code came", 0 min' in " ".join(one(told, "receipt").text.split())
    assert "Licence" not in one(told, "relay").text


def test_time_on_a_defect_is_free_from_then_on_and_what_was_charged_comes_back(desk):
    answer(desk, "/time 25m looked\n/charge relicense")
    answer(desk, "/bug PR-7")
    answer(desk, "/time 40m mended it\n/charge relicense")
    assert desk.closing() == 0
    assert [(e.worked_minutes, e.rule) for e in desk.entries() if e.kind is EntryKind.TIME] == [
        (25, "prepaid"),
        (25, "free:defect"),
        (40, "free:defect"),
    ]


def test_a_charge_and_the_word_that_it_was_a_defect_in_one_mail(desk):
    answer(desk, "/time 25m looked\n/charge relicense\n/bug PR-7")
    assert desk.closing() == 0
    assert {e.rule for e in desk.entries()} == {"free:defect"}


def test_the_first_urgent_help_is_free_and_its_answer_says_that_the_next_is_paid(bare_desk):
    assert "The next is paid." in one(answer(bare_desk, "/urgent\n/time 50m the server"), "relay").text
    second = one(bare_desk.write("Anna <anna@acme.test>", "Again!", subject="Server down"), "notification")
    held = one(answer(bare_desk, "/urgent\n/time 50m the server", second), "hold")
    assert held.text.startswith("Held, no contract: /offer, /quote or /free.\n")


def test_small_questions_are_goodwill_up_to_a_limit_a_ticket(bare_desk):
    answer(bare_desk, "/time 10m")
    answer(bare_desk, "/time 5m")
    assert one(answer(bare_desk, "/time 1m"), "hold").text.startswith("Held, no contract: /offer, /quote or /free.\n")
    answer(bare_desk, "/free presale\n/time 1m")
    assert [(e.worked_minutes, e.rule) for e in bare_desk.entries()] == [(10, "free:goodwill"), (5, "free:goodwill")]


def test_what_no_plan_covers_is_held(make_desk):
    desk = make_desk(directory=DIRECTORY.replace('charge = "prepaid"', 'charge = "prepaid"\ncovers = ["question"]'))
    assert one(answer(desk, "/cause order\n/time 20m"), "hold").text.startswith("Held, not covered: /quote, /offer or /free.\n")
    answer(desk, "/cause question\n/time 20m")
    assert [e.charged_minutes for e in desk.entries()] == [20]


def test_beyond_the_overdraft_time_is_over_and_the_accountants_hear_of_it(make_desk):
    desk = make_desk(directory=DIRECTORY.replace("overdraft = 6000", "overdraft = 60"))
    told = answer(desk, "/time 100m moved the database")
    assert [(e.charged_minutes, e.over_minutes, e.entry_class.value) for e in desk.entries()] == [(100, 40, "over")]
    alert = one(told, "alert", "alla@")
    assert "Acme Books: 40 min beyond what contract M-17/26 allows." in alert.text
    assert "Balance: -60 min (-1 h)." in alert.text
    desk.reply(ALLA, alert, "/topup acme 10h 500.00 USD INV-9")
    assert desk.closing() == 540  # the 40 minutes stay over


URGENT = DIRECTORY.replace('charge = "prepaid"', 'charge = "prepaid"\nurgent = 2.0\nafter_hours = 1.5', 1)
OFFICE = '\n[calendar.office]\ntimezone = "Europe/Kyiv"\nhours = { mon-fri = "09:00-18:00" }\n'


@pytest.mark.parametrize(
    ("lines", "charged", "rule"),
    [
        ("/time 17:30-18:20 rebuilt", 60, "prepaid+after-hours"),  # 30 + 20 · 1.5
        ("/urgent\n/time 17:30-18:20 rebuilt", 100, "prepaid+urgent"),  # the larger factor for every minute
        ("/time 50m rebuilt @2026-11-22", 50, "prepaid"),  # a Sunday, but no clock range
        ("/time @2026-11-22 10:00-10:15", 23, "prepaid+after-hours+rounding"),  # 22.5, up to the minute
    ],
)
def test_factors_minute_by_minute(make_desk, lines, charged, rule):
    desk = make_desk(directory=URGENT.replace('calendar = "always"', 'calendar = "office"', 1) + OFFICE)
    desk.now = datetime(2026, 11, 24, 8, tzinfo=UTC)
    desk.request()
    desk.now = datetime(2026, 11, 24, 18, tzinfo=UTC)
    text = one(answer(desk, lines), "relay").text
    assert [(e.charged_minutes, e.rule) for e in desk.entries()] == [(charged, rule)]
    assert ("Urgent work counts 2 times: 50 min worked, 1 h 40 min charged." in text) is ("urgent" in rule)


def test_a_night_in_which_the_clocks_are_changed_has_the_minutes_that_passed(make_desk):
    desk = make_desk()
    desk.now = datetime(2026, 10, 26, 8, tzinfo=UTC)
    note = desk.request()
    answer(desk, "/time @2026-10-25 02:30-04:30 watched the backup", note)  # Kyiv put its clocks back at four
    assert [e.worked_minutes for e in desk.entries()] == [180]
