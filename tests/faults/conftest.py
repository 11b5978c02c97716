import pytest

from faults.world import FIGURES, FaultWorld


@pytest.fixture
def make_world(dovecot, tmp_path):
    made = []

    def make(**options):
        made.append(FaultWorld(tmp_path, dovecot, **options))
        return made[-1]

    yield make
    for world in made:
        world.close()


@pytest.fixture
def world(make_world):
    return make_world()


def pytest_terminal_summary(terminalreporter):
    if FIGURES.offered:
        terminalreporter.section("faults")
        for line in FIGURES.lines():
            terminalreporter.line(line)
