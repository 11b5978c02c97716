"""The process that reads mail for `reader.py`: `python -m maild.ingest.reader_worker WORD…`.

The words are CPU seconds, memory bytes, largest mail, most parts, and the resident bytes above which it asks to be replaced.

Requests come on standard input, answers leave on standard output, both framed; it ends when its input ends, so that it never outlives
its parent, however that died. A mail that takes too much CPU ends the process by SIGPROF; one that takes too much memory is answered
as unreadable.
"""

from __future__ import annotations

import contextlib
import copyreg
import os
import pickle
import resource
import signal
import sys
from enum import StrEnum

from maild.child_streams import exactly, served, write
from maild.ingest import limits
from maild.ingest.read import read
from maild.ingest.reader_frames import ANSWER, MAIL, REQUEST
from maild.lines import LineKind
from maild.message import Message, OriginKind, Unreadable

_PAGE_BYTES = os.sysconf("SC_PAGESIZE")


def main(words: list[str]) -> int:
    """Serve until the input ends."""
    for kind in (LineKind, OriginKind):
        copyreg.pickle(kind, _by_value)
    cpu_seconds, (memory_bytes, max_bytes, max_parts, resident_bytes) = float(words[0]), map(int, words[1:])
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    statm = os.open("/proc/self/statm", os.O_RDONLY)
    with contextlib.suppress(BrokenPipeError, EOFError):
        requests, answers = served()
        grown = False
        while not grown:
            messages = []
            for _ in range(*REQUEST.unpack(exactly(requests, REQUEST.size))):
                follows, total = MAIL.unpack(exactly(requests, MAIL.size))
                raw = exactly(requests, follows)
                signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
                messages.append(_read(raw, total, max_bytes, max_parts))
                del raw
                if grown := _resident_bytes(statm) > resident_bytes:
                    break  # what is left of the request is for a fresh process: this one has no room that it could promise
            octets = pickle.dumps(messages, protocol=5)
            signal.setitimer(signal.ITIMER_PROF, 0)
            del messages
            write(answers, ANSWER.pack(grown, len(octets)) + octets)
    return 0


def _by_value(word: StrEnum) -> tuple[type[StrEnum], tuple[str]]:
    """How a word of ours travels. Python before 3.11.4 writes `getattr` instead, which no answer may hold."""
    return type(word), (word.value,)


def _read(raw: bytes, total: int, max_bytes: int, max_parts: int) -> Message | Unreadable:
    if total > max_bytes:
        return limits.salvage(raw, f"the message has {total} octets, more than {max_bytes}")
    return read(raw, max_bytes, max_parts)


def _resident_bytes(statm: int) -> int:
    return int(os.pread(statm, 100, 0).split()[1]) * _PAGE_BYTES


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
