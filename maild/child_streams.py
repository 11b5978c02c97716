"""The child's end of `child.py`: standard input and output without buffers, whole frames at a time."""

from __future__ import annotations

import gc
import signal
from io import FileIO

from maild.child import READY

GC_ALLOCATIONS = 30_000  # as in the daemon: what one mail allocates is mostly gone before a collector could look


def served() -> tuple[FileIO, FileIO]:
    """(requests, answers), after the parent has been told that the imports succeeded.

    Signals to the daemon's group are the parent's; what is imported stays, and the collector need not walk through it.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(GC_ALLOCATIONS, 20, 50)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    requests, answers = FileIO(0, "r", closefd=False), FileIO(1, "w", closefd=False)
    write(answers, READY)
    return requests, answers


def exactly(source: FileIO, wanted: int) -> bytes:
    """`wanted` octets. Raises EOFError where the input ends before."""
    octets = bytearray(wanted)
    view, have = memoryview(octets), 0
    while have < wanted:
        got = source.readinto(view[have:])
        if not got:
            raise EOFError
        have += got
    return bytes(octets)


def write(target: FileIO, octets: bytes) -> None:
    """All of it."""
    view = memoryview(octets)
    while view:
        view = view[target.write(view) or 0 :]
