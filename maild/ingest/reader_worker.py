"""The process that reads mail for `reader.py`: `python -m maild.ingest.reader_worker WORD…`.

The words are CPU seconds, memory bytes, largest mail, most parts, and the resident bytes above which it asks to be replaced.

Requests come on standard input, answers leave on standard output, both framed; it ends when its input ends, so that it never outlives
its parent, however that died. A mail that takes too much CPU ends the process by SIGPROF; one that takes too much memory is answered
as unreadable. Signals meant for the daemon's group are the parent's business.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import resource
import signal
import sys
from io import FileIO
from pathlib import Path

from maild.ingest import limits
from maild.ingest.read import read
from maild.ingest.reader_frames import ANSWER, READY, REQUEST
from maild.message import Message, Unreadable


def main(words: list[str]) -> int:
    """Serve until the input ends."""
    cpu_seconds, (memory_bytes, max_bytes, max_parts, resident_bytes) = float(words[0]), map(int, words[1:])
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    gc.collect()
    gc.freeze()
    with (
        FileIO(0, "r", closefd=False) as requests,
        FileIO(1, "w", closefd=False) as answers,
        contextlib.suppress(BrokenPipeError),
    ):
        _write(answers, READY)
        while (head := _exactly(requests, REQUEST.size)) is not None:
            follows, total = REQUEST.unpack(head)
            raw = _exactly(requests, follows)
            if raw is None:
                break
            signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
            octets = pickle.dumps(_read(raw, total, max_bytes, max_parts), protocol=5)
            signal.setitimer(signal.ITIMER_PROF, 0)
            del raw
            _write(answers, ANSWER.pack(_resident_bytes() > resident_bytes, len(octets)))
            _write(answers, octets)
    return 0


def _read(raw: bytes, total: int, max_bytes: int, max_parts: int) -> Message | Unreadable:
    if total > max_bytes:
        return limits.salvage(raw, f"the message has {total} octets, more than {max_bytes}")
    return read(raw, max_bytes, max_parts)


def _exactly(source: FileIO, wanted: int) -> bytes | None:
    """`wanted` octets, or None where the input ends before."""
    octets = bytearray(wanted)
    view, have = memoryview(octets), 0
    while have < wanted:
        got = source.readinto(view[have:])
        if not got:
            return None
        have += got
    return bytes(octets)


def _write(target: FileIO, octets: bytes) -> None:
    view = memoryview(octets)
    while view:
        view = view[target.write(view) or 0 :]


def _resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGESIZE")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
