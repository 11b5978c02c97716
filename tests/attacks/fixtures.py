"""A desk for each test, with its own database copied from one that was migrated once."""

import pytest
from attacks.desk_at_work import DeskAtWork, migrated


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory):
    return migrated(tmp_path_factory.mktemp("template"))


@pytest.fixture
def make_desk(tmp_path, empty_database):
    """A function that makes a desk; what is given replaces its defaults."""
    made = []

    def make(**more):
        made.append(DeskAtWork(tmp_path, empty_database, **more))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def desk(make_desk):
    return make_desk()
