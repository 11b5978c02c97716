"""A machine whose clock jumps: by an hour and by a year, forth and back, and over the nights on which clocks change
(libfaketime reads the step from a file)."""

import shutil
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

pytestmark = [pytest.mark.long, pytest.mark.server]
LIBRARY = next((str(path) for path in Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")), None)


CLOCKS_CHANGE = {"spring": datetime(2027, 3, 28, 1, tzinfo=UTC), "autumn": datetime(2027, 10, 31, 1, tzinfo=UTC)}  # in Kyiv


@pytest.fixture
def step(world, tmp_path):
    """Where a running daemon reads by how much its clock is wrong."""
    if LIBRARY is None or shutil.which("faketime") is None:
        pytest.skip("libfaketime is missing: apt install faketime")
    step = tmp_path / "step"
    step.write_text("+0")
    world.daemon.environment = {
        "LD_PRELOAD": LIBRARY,
        "FAKETIME_TIMESTAMP_FILE": str(step),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    return step


@pytest.mark.parametrize("steps", [("+1h", "+0"), ("-1h", "+0"), ("+365d", "+0"), ("-365d", "+0")], ids=" then ".join)
def test_the_clock_jumps(world, step, steps):
    world.daemon.start().ready()
    world.recovers("clock right", 0)
    for each in steps:
        step.write_text(each)
        world.recovers(f"clock {each}")
    world.may_copy = 2
    world.judge()


@pytest.mark.parametrize("season", CLOCKS_CHANGE)
def test_the_clock_runs_through_the_night_on_which_clocks_change(world, step, season):
    world.daemon.environment["TZ"] = "Europe/Kyiv"
    change = CLOCKS_CHANGE[season].timestamp()
    step.write_text(f"+{int(change - time.time() - 12)}")
    world.daemon.start().ready()
    world.recovers(f"clocks change in {season}")
    world.offer_meanwhile(14, 1.0).join()  # one each second, from before the change until after it
    world.recovers(f"clocks change in {season}", 0)
    world.may_copy = 2
    world.judge()
