"""The power goes at any moment: what was said to be safe is safe, because the files were synced first and in order.

A traced run gives every write and sync. At each commit that was answered, images of the files are made as a power cut could have left
them: all that was synced, and of what was not, whatever the dice leave. SQLite must open each image whole, with everything in it that
had been answered.
"""

import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from maild.store import schema as s
from maild.store import schema_books as b
from maild.store.store import Store

ROUNDS, IMAGES = 6, 4
CALLS = "openat,pwrite64,write,fdatasync,fsync,ftruncate,unlink"
LINE = re.compile(
    r'(?P<call>\w+)\((?P<fd>\d+)<(?P<path>[^>]*)>(?:, "(?P<data>(?:\\x[0-9a-f]{2})*)"(?:\.\.\.)?, \d+(?:, (?P<at>\d+))?)?'
)
UNLINK = re.compile(r'unlink\("(?P<path>(?:\\x[0-9a-f]{2})*)"\)')
TRUNCATE = re.compile(r"ftruncate\(\d+<(?P<path>[^>]*)>, (?P<size>\d+)\)")


class Disk:
    """Files as they are on the platter, and the writes that are still on their way there."""

    def __init__(self, folder):
        self.folder = folder
        self.safe, self.pending = {}, {}
        self.present, self.named = set(), set()  # names as programs see them, and as they are on the platter

    def write(self, path, at, data):
        self.present.add(path)
        self.pending.setdefault(path, []).append((at, data))

    def unlink(self, path):
        self.present.discard(path)
        self.pending.pop(path, None)

    def sync(self, path):
        if Path(path) == self.folder:
            self.named = set(self.present)
            return
        self.safe[path] = _laid(self.safe.get(path, b""), self.pending.get(path, []))
        self.pending[path] = []

    def image(self, into, rng):
        """What a power cut leaves now: of unsynced writes any may be missing; a file whose name was not synced is not there."""
        shutil.rmtree(into, ignore_errors=True)
        into.mkdir()
        for path in self.named:
            unsynced = [write for write in self.pending.get(path, []) if rng.random() < 0.5]
            if not path.endswith("-shm"):
                (into / Path(path).name).write_bytes(_laid(self.safe.get(path, b""), unsynced))


def _laid(octets, writes):
    image = bytearray(octets)
    for at, data in writes:
        if data is None:
            del image[at:]
            continue
        image.extend(b"\0" * (at - len(image)))
        image[at : at + len(data)] = data
    return bytes(image)


@pytest.fixture
def trace(tmp_path):
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is missing: apt install strace")
    folder = tmp_path / "desk"
    folder.mkdir()
    writer = [sys.executable, str(Path(__file__).with_name("power_loss_writer.py")), str(folder), str(ROUNDS)]
    out = tmp_path / "trace"
    command = [strace, "-qq", "-y", "-xx", "-s", "200000", "-e", f"trace={CALLS}", "-o", str(out), *writer]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode and "ptrace" in done.stderr.lower():
        pytest.skip("this machine lets nobody trace")
    assert done.returncode == 0, done.stderr[-1000:]
    return folder, out.read_text().splitlines()


@pytest.mark.thorough
def test_what_was_answered_survives_a_power_cut(trace, tmp_path):
    folder, lines = trace
    disk, answered, images = Disk(folder), Counter(), 0
    rng = random.Random(7)
    for line in lines:
        if cut := TRUNCATE.match(line):
            path = _plain(cut["path"])
            disk.write(path, int(cut["size"]), None)
            continue
        if gone := UNLINK.match(line):
            disk.unlink(bytes.fromhex(gone["path"].replace("\\x", "")).decode())
            continue
        found = LINE.match(line)
        if found is None:
            continue
        path = _plain(found["path"])
        if found["call"] == "write" and found["fd"] == "1":
            answered[bytes.fromhex((found["data"] or "").replace("\\x", "")).decode().strip()] += 1
            for _ in range(IMAGES):
                disk.image(tmp_path / "image", rng)
                survives(tmp_path / "image", answered)
                images += 1
        elif not path.startswith(str(folder)):
            continue
        elif found["call"] == "pwrite64":
            disk.write(path, int(found["at"]), bytes.fromhex((found["data"] or "").replace("\\x", "")))
        elif found["call"] in ("fdatasync", "fsync"):
            disk.sync(path)
    assert (answered["booked"], images) == (ROUNDS, IMAGES * (3 * ROUNDS + 1))


def survives(image, answered):
    store = Store(f"sqlite:///{image}/maild.db", "survivor")
    try:
        with store.reading() as connection:
            assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
            assert connection.execute(text("PRAGMA foreign_key_check")).first() is None
            arrivals = connection.execute(select(func.count()).where(s.arrival.c.mailbox == "other")).scalar_one()
            tickets = connection.execute(select(func.count()).select_from(s.ticket)).scalar_one()
            entries = connection.execute(select(func.count()).select_from(b.entry)).scalar_one()
        assert arrivals >= answered["kept"]
        assert tickets >= answered["opened"] + answered["booked"]
        assert entries >= answered["booked"]
    finally:
        store.close()


def _plain(path):
    """strace writes paths in -xx as it writes data."""
    return bytes.fromhex(path.replace("\\x", "")).decode() if path.startswith("\\x") else path
