from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.delivery.retry import ATTEMPTS_LEAST, ATTEMPTS_MOST, GIVE_UP_AFTER, next_attempt, server_backoff

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
spans = st.timedeltas(timedelta(0), timedelta(days=20))
jitters = st.floats(0, 1, exclude_max=True)


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 1), (2, 2), (3, 5), (7, 60), (9, 240), (50, 240)])
def test_steps_grow_from_a_minute_to_four_hours(attempts, minutes):
    assert next_attempt(attempts, START, START, 0.0) == START + timedelta(minutes=minutes)


def test_the_last_try_is_made_when_the_five_days_end():
    nearly = START + GIVE_UP_AFTER - timedelta(minutes=3)
    assert next_attempt(40, START, nearly, 0.5) == START + GIVE_UP_AFTER
    assert next_attempt(41, START, START + GIVE_UP_AFTER, 0.5) is None


def test_a_jump_of_the_clock_gives_up_no_letter_and_keeps_none_for_ever():
    year = timedelta(days=365)
    assert next_attempt(1, START, START + year, 0.0) == START + year + timedelta(minutes=1)
    assert next_attempt(ATTEMPTS_LEAST, START, START + year, 0.0) is None
    assert next_attempt(ATTEMPTS_MOST, START + year, START, 0.0) is None


@given(st.integers(ATTEMPTS_LEAST, ATTEMPTS_MOST - 1), spans, jitters)
def test_the_next_try_lies_ahead_and_within_five_days_or_is_none(attempts, waited, jitter):
    now = START + waited
    due = next_attempt(attempts, START, now, jitter)
    assert (due is None) == (waited >= GIVE_UP_AFTER)
    assert due is None or now < due <= START + GIVE_UP_AFTER


@given(jitters)
def test_a_letter_is_tried_some_dozens_of_times_and_then_given_up(jitter):
    now, attempts = START, 1
    while (due := next_attempt(attempts, START, now, jitter)) is not None:
        now, attempts = due, attempts + 1
    assert 25 < attempts < 45
    assert now == START + GIVE_UP_AFTER


@pytest.mark.parametrize(("failures", "seconds"), [(0, 1), (1, 1), (2, 2), (3, 4), (7, 60), (5000, 60)])
def test_a_server_is_left_alone_for_a_minute_at_most(failures, seconds):
    assert server_backoff(failures) == timedelta(seconds=seconds)


@given(st.integers(1, 100), jitters)
def test_jitter_spreads_but_never_shortens(failures, jitter):
    assert server_backoff(failures) <= server_backoff(failures, jitter) <= server_backoff(failures) * 1.2
