from datetime import UTC, datetime, timedelta

from maild.clock import SharedClock

HERE = datetime(2027, 11, 22, 12, tzinfo=UTC)  # a machine whose clock is a year ahead
THERE = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_all_nodes_go_by_the_databases_clock_and_a_step_of_their_own_is_not_seen():
    machine, steady = [HERE], [100.0]
    clock = SharedClock(lambda: machine[0], lambda: THERE, lambda: steady[0])
    assert clock() == HERE
    clock.look()
    steady[0] += 7
    machine[0] -= timedelta(days=365)
    assert clock() == THERE + timedelta(seconds=7)


def test_where_no_database_tells_the_machines_clock_counts():
    machine = [HERE]
    clock = SharedClock(lambda: machine[0], lambda: None)
    clock.look()
    machine[0] += timedelta(hours=1)
    assert clock() == HERE + timedelta(hours=1)
