"""A hold that is repeated after 15 minutes tells again why, and what to type: its author may not have the first one at hand."""

import pytest
from attacks.desk_at_work import OLGA, one


def lines_of(letter):
    """Why, and what to type."""
    return [line for line in letter.text.splitlines() if line.strip()][:2]


@pytest.mark.parametrize(
    ("line", "why", "advice"),
    [
        ("/tmie 25m checked", "/tmie", "/time 25m checked"),
        ("/assign ogla", "ogla", "/assign olga"),
        ("/time 25m @2027-01-01 checked", "2027-01-01", "/time"),
        ("/topup acme 10h invoice 1", "/topup", ""),  # an accountant's
        ("/solved /wait", "/solved /wait", "/solved"),
    ],
)
def test_the_second_hold_says_as_much_as_the_first(desk, line, why, advice):
    first = one(desk.reply(OLGA, desk.request(), f"Hello Anna,\n\nswitch the cable.\n\n{line}"), "hold")
    again = one(desk.pass_time(minutes=16), "hold")
    assert lines_of(again) == lines_of(first)
    assert why in lines_of(again)[0]
    assert advice in lines_of(again)[1]


def test_the_day_of_the_mail_decides_what_lay_in_the_future(desk):
    """Held just before midnight in Kyiv, repeated after it: the date is refused still, not taken for today's."""
    desk.now = desk.now.replace(hour=21, minute=50)
    first = one(desk.reply(OLGA, desk.request(), "Hello Anna.\n\n/time 25m @2026-11-24 checked"), "hold")
    again = one(desk.pass_time(minutes=16), "hold")
    assert lines_of(again) == lines_of(first)


def test_what_was_held_for_another_reason_tells_that_one_again(desk):
    first = one(desk.reply(OLGA, desk.request(), "/wait"), "hold")
    again = one(desk.pass_time(minutes=16), "hold")
    assert lines_of(again) == lines_of(first)
