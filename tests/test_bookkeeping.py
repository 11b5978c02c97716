"""Retainers' months as the desk books them by itself: hand-computed, in quiet months too."""

from datetime import UTC, datetime

import pytest
from attacks.desk_at_work import DIRECTORY, OLGA, one
from attacks.fixtures import empty_database, make_desk

from maild.ledger.entry import EntryKind

__all__ = ["empty_database", "make_desk"]

CONTRACT = '{ plan = "minutes", from = 2026-01-01, until = 2027-12-31, number = "M-17/26" }'
PLAN = """
[plan.extended]
charge = "retainer"
included = { minutes = 300, per = "month", rollover = "none" }
fee = "250.00 EUR"
rate = "55.00 EUR"
"""
HALF = '{ plan = "extended", from = 2026-11-16, until = 2027-01-10, number = "R-1" }'


def directory(contract=HALF, plan=PLAN):
    return DIRECTORY.replace(CONTRACT, contract) + plan


@pytest.fixture
def desk(make_desk):
    made = make_desk(directory=directory())
    made.timetable.begin_day(made.now)
    return made


def to(desk, year, month, day, hour=12):
    """Let time pass until then, in UTC."""
    desk.now = datetime(year, month, day, hour, tzinfo=UTC)
    return desk.pass_time(minutes=0)


def told(desk, kind):
    return [
        (e.work_date.isoformat(), e.postings[0].minutes if e.postings else str(e.amount))
        for e in desk.entries()
        if e.kind is kind
    ]


def test_months_are_granted_charged_and_lapse_without_any_contact(desk):
    to(desk, 2026, 11, 23)
    assert told(desk, EntryKind.GRANT) == [("2026-11-16", 150)]  # 15 of 30 days
    assert told(desk, EntryKind.FEE) == [("2026-11-16", "125.00")]
    to(desk, 2026, 12, 12)
    to(desk, 2027, 1, 4)
    to(desk, 2027, 2, 1)
    assert told(desk, EntryKind.GRANT) == [("2026-11-16", 150), ("2026-12-01", 300), ("2027-01-01", 97)]  # 300 * 10 / 31 = 96.8
    assert told(desk, EntryKind.FEE)[1:] == [("2026-12-01", "250.00"), ("2027-01-01", "80.65")]  # 250 * 10 / 31 = 80.645…
    assert told(desk, EntryKind.EXPIRY) == [("2026-11-30", -150), ("2026-12-31", -300), ("2027-01-10", -97)]
    assert desk.closing() == 0
    left = [(letter.kind, letter.subject) for letter in desk.letters if letter.recipient == "boss@acme.test"]
    assert left == [("reminder", "Acme Books: extended ends on 10 Jan 2027")] * 2  # 30 and 7 days before


@pytest.mark.parametrize(("back", "letters"), [((2027, 1, 5), 1), ((2027, 1, 11), 0)])
def test_a_desk_that_was_away_tells_of_an_ending_once_and_of_a_past_one_never(desk, back, letters):
    to(desk, 2026, 11, 23)
    to(desk, *back)
    assert [letter.kind for letter in desk.letters if letter.recipient == "boss@acme.test"] == ["reminder"] * letters


def test_each_is_booked_at_the_midnight_of_the_clients_zone(desk):
    to(desk, 2026, 12, 5)
    grants = [e for e in desk.entries() if e.kind is EntryKind.GRANT]
    assert grants[1].booked_at == datetime(2026, 11, 30, 22, tzinfo=UTC)
    lapsed = next(e for e in desk.entries() if e.kind is EntryKind.EXPIRY)
    assert lapsed.booked_at == datetime(2026, 11, 30, 21, 59, 59, 999999, tzinfo=UTC)


def test_beginning_again_books_nothing_twice(desk):
    to(desk, 2026, 11, 23)
    before = len(desk.entries())
    for _ in range(2):
        desk.timetable.begin_day(desk.now)
        desk.pass_time(hours=1)
    assert len(desk.entries()) == before == 2


def test_new_terms_are_looked_at_at_once(desk):
    to(desk, 2026, 11, 23)
    desk.configure(directory(HALF.replace("2027-01-10", "2026-11-24")))
    desk.timetable.begin_day(desk.now)
    to(desk, 2026, 11, 25)
    assert told(desk, EntryKind.EXPIRY) == [("2026-11-24", -150)]


def test_rollover_draws_the_oldest_minutes_first_and_overage_has_its_rate(make_desk):
    plan = PLAN.replace('"none"', '"1"')
    desk = make_desk(directory=directory(HALF.replace("2026-11-16", "2026-10-01"), plan))
    desk.timetable.begin_day(desk.now)
    to(desk, 2026, 11, 23)
    desk.reply(OLGA, desk.request(), "Done.\n\n/time 10h rebuilt the report")
    desk.reply(OLGA, one(desk.letters, "notification"), "More.\n\n/time 30m and more")
    first, second = (e for e in desk.entries() if e.kind is EntryKind.TIME)
    assert [(p.account, p.minutes) for p in first.postings[1:]] == [
        ("acme:R-1:retainer:2026-10", 300),
        ("acme:R-1:retainer:2026-11", 300),
    ]
    assert (second.over_minutes, str(second.amount), second.currency) == (30, "27.50", "EUR")
    to(desk, 2026, 12, 2)
    assert desk.closing() == 300


def quiet_reminders(desk, *, upto):
    """What the readers of the reports were sent by then, with its day."""
    found = []
    while desk.now < upto:
        found += [
            (desk.now.date().isoformat(), letter.recipient) for letter in desk.pass_time(hours=24) if letter.kind == "reminder"
        ]
    return found


@pytest.mark.thorough
def test_an_ending_is_told_once_at_the_clients_own_time_and_not_where_another_contract_follows(make_desk):
    follows = HALF.replace("2026-11-16", "2026-11-01").replace("2027-01-10", "2026-12-24")
    desk = make_desk(directory=directory(follows))
    desk.timetable.begin_day(desk.now)
    desk.now = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # 19:00 in Kyiv
    assert quiet_reminders(desk, upto=datetime(2027, 1, 2, tzinfo=UTC)) == [
        ("2026-11-24", "boss@acme.test"),
        ("2026-12-17", "boss@acme.test"),
    ]


@pytest.mark.thorough
def test_no_ending_is_told_where_another_contract_follows(make_desk):
    ends = HALF.replace("2027-01-10", "2026-12-24")
    desk = make_desk(directory=directory(f"{ends}, {HALF.replace('2026-11-16', '2026-12-25').replace('R-1', 'R-2')}"))
    desk.timetable.begin_day(desk.now)
    assert quiet_reminders(desk, upto=datetime(2026, 12, 30, tzinfo=UTC)) == []
