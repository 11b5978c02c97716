"""PostgreSQL that restarts, kills its backends and loses the answer to a COMMIT; and four nodes of which one dies and one sleeps."""

import os
import signal
import time

import psycopg
import pytest

from faults.proxy import Proxy
from faults.world import FIGURES

pytestmark = [pytest.mark.long, pytest.mark.server]


def test_a_bad_day_of_postgresql(make_world, postgres_server, postgres_url):
    proxy = Proxy(postgres_server.port)
    url = postgres_url.replace(f":{postgres_server.port}/", f":{proxy.port}/")
    world = make_world(database=url)
    world.daemon.start().ready()
    world.may_copy = (
        2  # a settlement whose answer was lost is settled again; the process lives, so nothing is uncertain but by a race
    )
    for _ in range(3):
        proxy.cut_request = b"COMMIT"
        world.offer(2)
        world.all_acked()
        world.recovers("COMMIT's answer lost")
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as connection:
        world.offer(2)
        others = "pid <> pg_backend_pid() AND datname = current_database()"
        connection.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")
    world.all_acked()
    world.recovers("backends killed")
    postgres_server.stop()
    world.offer(2)
    time.sleep(2)
    postgres_server.start()
    world.all_acked()
    world.recovers("PostgreSQL restarted")
    postgres_server.crash()
    world.offer(2)
    time.sleep(2)
    postgres_server.start()
    world.all_acked()
    world.recovers("PostgreSQL crashed")
    world.judge()
    proxy.close()


def test_four_nodes_one_killed_one_asleep(make_world, postgres_url):
    world = make_world(database=postgres_url, nodes=4)
    first, *others = world.daemons
    first.start().ready()
    key = (world.configs[0].parent.parent / "var" / "desk.key").read_bytes()
    for daemon in others:
        (daemon.config.parent.parent / "var" / "desk.key").write_bytes(key)
        daemon.start()
    for daemon in others:
        daemon.ready()
    writing = world.offer_meanwhile(40, 0.1)
    time.sleep(1.5)
    world.daemons[0].kill()
    asleep = world.daemons[1]
    os.killpg(asleep.process.pid, signal.SIGSTOP)
    began = time.monotonic()
    FIGURES.faults["node killed"] += 1
    FIGURES.faults["node asleep"] += 1
    world.may_copy = 4  # two connections of each
    writing.join()
    world.all_acked(revive=False)
    taken_over = time.monotonic() - began  # and all that came meanwhile is acknowledged
    FIGURES.recoveries.append(taken_over)
    assert taken_over < 30
    os.killpg(asleep.process.pid, signal.SIGCONT)
    time.sleep(3)
    world.judge()
