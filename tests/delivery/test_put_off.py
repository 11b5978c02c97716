"""What was put off is tried as soon as the server takes letters again, and not with each letter that passes."""

from datetime import UTC, datetime, timedelta

import pytest

from maild.delivery.outcome import Deferred, Delivered, Failed, ServerAway, Uncertain
from maild.delivery.put_off import BROUGHT_FORWARD_MOST, PutOff

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FULL, TAKEN = Deferred("452 disk full"), Delivered("250")


def play(*steps):
    """What each of (letter, outcome, seconds) brings forward."""
    seen = PutOff()
    return [seen.mark(letter, outcome, NOW + timedelta(seconds=seconds)) for letter, outcome, seconds in steps]


def test_what_was_put_off_goes_with_the_first_letter_that_is_taken():
    assert play((1, FULL, 0), (2, FULL, 1), (3, TAKEN, 60)) == [[], [], [1, 2]]
    assert play((1, FULL, 0), (2, FULL, 1), (1, TAKEN, 60)) == [[], [], [2]]
    assert play((1, FULL, 0), (2, TAKEN, 60), (3, TAKEN, 61)) == [[], [1], []]


@pytest.mark.parametrize(
    "outcome", [Deferred("450 greylisted", of_recipient=True), Failed("550 no"), Uncertain("no answer"), ServerAway("421")]
)
def test_what_waits_for_another_reason_keeps_its_own_time(outcome):
    assert play((1, outcome, 0), (2, TAKEN, 60)) == [[], []]


def test_a_letter_that_has_been_put_off_and_then_failed_stays_so():
    assert play((1, FULL, 0), (1, Failed("550 no"), 60), (2, TAKEN, 90)) == [[], [], []]


def test_what_passes_at_once_is_no_news_and_what_passes_later_is():
    assert play((1, FULL, 0), (2, TAKEN, 1), (3, TAKEN, 30)) == [[], [], [1]]


def test_a_letter_that_the_server_minds_for_itself_is_brought_forward_a_few_times_in_all():
    steps = [step for minute in range(9) for step in ((1, FULL, 60 * minute), (2, TAKEN, 60 * minute + 30))]
    assert sum(forward == [1] for forward in play(*steps)) == BROUGHT_FORWARD_MOST
