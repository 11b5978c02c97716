"""A machine whose clock jumps: by an hour and by a year, forth and back (libfaketime reads the step from a file)."""

import shutil
from pathlib import Path

import pytest

pytestmark = [pytest.mark.long, pytest.mark.server]
LIBRARY = next((str(path) for path in Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")), None)


@pytest.mark.parametrize("steps", [("+1h", "+0"), ("-1h", "+0"), ("+365d", "+0")], ids=" then ".join)
def test_the_clock_jumps(world, tmp_path, steps):
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
    world.daemon.start().ready()
    world.recovers("clock right", 0)
    for each in steps:
        step.write_text(each)
        world.recovers(f"clock {each}")
    world.may_copy = 2
    world.judge()
