"""The process that reads mail for `reader.py`: `python -m maild.ingest.reader_worker WORD…`.

The words are CPU seconds, memory bytes, largest mail, most parts, and the resident bytes above which it asks to be replaced.

Requests come on standard input, answers leave on standard output, both framed; it ends when its input ends, so that it never outlives
its parent, however that died. A mail that takes too much CPU ends the process by SIGPROF; one that takes too much memory is answered
as unreadable.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import resource
import signal
import sys
from pathlib import Path

from maild.child_streams import exactly, served, write
from maild.ingest import limits
from maild.ingest.read import read
from maild.ingest.reader_frames import ANSWER, MAIL, REQUEST
from maild.message import Message, Unreadable


def main(words: list[str]) -> int:
    """Serve until the input ends."""
    cpu_seconds, (memory_bytes, max_bytes, max_parts, resident_bytes) = float(words[0]), map(int, words[1:])
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(BrokenPipeError, EOFError):
        requests, answers = served()
        while True:
            messages = []
            for _ in range(*REQUEST.unpack(exactly(requests, REQUEST.size))):
                follows, total = MAIL.unpack(exactly(requests, MAIL.size))
                raw = exactly(requests, follows)
                signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
                messages.append(_read(raw, total, max_bytes, max_parts))
                del raw
            octets = pickle.dumps(messages, protocol=5)
            signal.setitimer(signal.ITIMER_PROF, 0)
            del messages
            write(answers, ANSWER.pack(_resident_bytes() > resident_bytes, len(octets)) + octets)
    return 0


def _read(raw: bytes, total: int, max_bytes: int, max_parts: int) -> Message | Unreadable:
    if total > max_bytes:
        return limits.salvage(raw, f"the message has {total} octets, more than {max_bytes}")
    return read(raw, max_bytes, max_parts)


def _resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGESIZE")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
