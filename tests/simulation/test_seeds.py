"""Seeds that found something, by what it was; and a handful of others in `make test-long`."""

import pytest

from simulation.story import play

FOUND = {
    "a deferred letter is still on its way after the storm": 12,
}


@pytest.mark.thorough
@pytest.mark.parametrize("seed", FOUND.values(), ids=FOUND)
def test_what_was_found_stays_mended(seed, empty_database):
    assert play(seed, empty_database).wrong == ()


@pytest.mark.long
@pytest.mark.parametrize("seed", range(1000, 1040))
def test_nothing_is_lost_or_doubled(seed, empty_database):
    assert play(seed, empty_database).wrong == ()
