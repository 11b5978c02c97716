"""Reads mail in worker processes with limits of CPU, memory and wall time, and replaces those that die.

A mail is a stranger's program for our parsers. Whatever it does to the process that reads it, the daemon goes on, the other mails of
its batch are not hurt, and the mail itself comes back as `Unreadable` with the reason. The processes know no secret (child.py).
"""

from __future__ import annotations

import contextlib
import pickle
import queue
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from io import BytesIO
from typing import Any

import maild.lines
import maild.message
from maild.child import MEGABYTE, Child, ChildStartError
from maild.ingest.reader_frames import ANSWER, MAIL, REQUEST
from maild.message import Message, Unreadable

HEAD_BYTES = 64 * 1024  # of a mail that is too large: enough for its sender, subject and id
SHEET_MAILS = 8  # that travel together: going there and back costs a small mail as much as a quarter of being read
SHEET_BYTES = 48 * 1024  # less than a pipe takes at once
_WORDS = {"maild.message": maild.message, "maild.lines": maild.lines}
_ALLOWED = {"datetime": {"datetime": datetime, "timedelta": timedelta, "timezone": timezone}}


class Reader:
    """A pool of reading processes that any number of threads may share.

    `cpu_seconds`, `memory_bytes` and `wall_seconds` hold for each mail; `max_bytes` and `max_parts` are limits of the mail itself. A
    process that holds more than `resident_bytes` after a mail is replaced, so that one large mail does not keep its memory for ever.
    """

    def __init__(
        self,
        processes: int = 2,
        max_bytes: int = 25 * MEGABYTE,
        max_parts: int = 500,
        *,
        cpu_seconds: float = 2,
        memory_bytes: int = 512 * MEGABYTE,
        wall_seconds: float = 10,
        resident_bytes: int = 96 * MEGABYTE,
    ) -> None:
        self._max_bytes = max_bytes
        self._wall_seconds = wall_seconds
        words = [str(word) for word in (cpu_seconds, memory_bytes, max_bytes, max_parts, resident_bytes)]
        self._idle: queue.LifoQueue[_Worker] = queue.LifoQueue()
        self._workers = [_Worker(words) for _ in range(processes)]
        for worker in self._workers:
            self._idle.put(worker)
        self._threads = ThreadPoolExecutor(processes, thread_name_prefix="reader")

    def read_many(self, raws: Sequence[bytes]) -> list[Message | Unreadable]:
        """Each mail read, in the order given; uses all processes at once."""
        return self.begin_many(raws)() if len(raws) > 1 else [self.read(raw) for raw in raws]

    def begin_many(self, raws: Sequence[bytes]) -> Callable[[], list[Message | Unreadable]]:
        """Start reading and return at once; what is returned waits for the messages, in the order given."""
        begun = [self._threads.submit(self._read_sheet, sheet) for sheet in _sheets(raws)]
        return lambda: [message for each in begun for message in each.result()]

    def _read_sheet(self, raws: Sequence[bytes]) -> list[Message | Unreadable]:
        """Small mails in one request, of which none pays for another.

        Where one of them ends the process each is read alone; where one made it large a fresh one reads the rest.
        """
        rest = list(raws)
        read: list[Message | Unreadable] = []
        while len(rest) > 1:
            worker = self._idle.get()
            try:
                read += worker.ask([(raw, len(raw)) for raw in rest], self._wall_seconds)
            except _Died:
                break
            finally:
                self._idle.put(worker)
            rest = list(raws[len(read) :])
        return read + [self.read(raw) for raw in rest]

    def read(self, raw: bytes) -> Message | Unreadable:
        """One mail. A death that its limits do not explain is tried once more, lest an innocent mail pay for an accident.

        Raises ReaderUnavailableError where no process can be started.
        """
        worker = self._idle.get()
        try:
            for attempt in (1, 2):
                try:
                    octets = raw if len(raw) <= self._max_bytes else raw[:HEAD_BYTES]
                    return worker.ask([(octets, len(raw))], self._wall_seconds)[0]
                except _Died as died:
                    if died.final or attempt == 2:
                        return self._told_by_its_head(worker, raw, died.reason)
            raise AssertionError("unreachable")
        finally:
            self._idle.put(worker)

    def _told_by_its_head(self, worker: _Worker, raw: bytes, reason: str) -> Unreadable:
        """Sender, subject and id of a mail that killed its reader, from the scan of its head alone, in a fresh process."""
        try:
            (told,) = worker.ask([(raw[:HEAD_BYTES], sys.maxsize)], self._wall_seconds)
        except _Died:
            return Unreadable(reason)
        return (
            Unreadable(reason, told.sender, told.subject, told.message_id)
            if isinstance(told, Unreadable)
            else Unreadable(reason)
        )

    def close(self) -> None:
        """Let what is being read finish, then end the processes."""
        self._threads.shutdown()
        for worker in self._workers:
            worker.child.end()

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class ReaderUnavailableError(RuntimeError):
    """No reading process can be started: a fault of this machine or installation, never of a mail.

    Nothing was read and nothing is lost: whoever asked leaves the mail where it is and tries again later.
    """


class _Died(Exception):  # noqa: N818 - what happened, not what is wrong
    """The process ended, or was ended, before it answered; `final` where the same mail would do it again."""

    def __init__(self, reason: str, final: bool) -> None:
        self.reason, self.final = reason, final


class _Worker:
    """One process, started when first needed and again after each end. One thread at a time."""

    def __init__(self, words: Sequence[str]) -> None:
        self.child = Child("maild.ingest.reader_worker", words)
        with contextlib.suppress(ChildStartError):  # the first mail asks again, and says so where it matters
            self.child.start()

    def ask(self, mails: Sequence[tuple[bytes, int]], wall_seconds: float) -> list[Message | Unreadable]:
        """The answers of the process to mails and the octets that each has in whole, to the first one at least; raises _Died."""
        child = self.child
        try:
            if not child.ready():
                raise ReaderUnavailableError(f"the reading process did not start: it ended with {child.end(kill=True)}")
        except ChildStartError as fault:
            raise ReaderUnavailableError(f"the reading process {fault}") from fault
        deadline = time.monotonic() + wall_seconds
        try:
            frames = [piece for raw, total in mails for piece in (MAIL.pack(len(raw), total), raw)]
            child.send(b"".join([REQUEST.pack(len(mails)), *frames]), deadline)
            retire, size = ANSWER.unpack(child.receive(ANSWER.size, deadline))
            octets = child.receive(size, deadline)
        except TimeoutError:
            child.end(kill=True)
            raise _Died(f"reading took more than {wall_seconds:g} s", final=True) from None
        except (BrokenPipeError, EOFError):
            raise self._autopsy() from None
        if retire:
            child.end()
        answers = _Unpickler(BytesIO(octets)).load()
        if not isinstance(answers, list) or not 0 < len(answers) <= len(mails):
            answers = [None] * len(mails)
        nonsense = Unreadable("the reading process answered nonsense")
        return [each if isinstance(each, Message | Unreadable) else nonsense for each in answers]

    def _autopsy(self) -> _Died:
        code = self.child.end(kill=True)
        if code == -signal.SIGPROF:
            return _Died("reading took more than the CPU time allowed", final=True)
        return _Died(f"the reading process ended with {code}", final=False)


def _sheets(raws: Sequence[bytes]) -> Iterator[list[bytes]]:
    """The mails in order, small ones together."""
    sheet: list[bytes] = []
    octets = 0
    for raw in raws:
        if sheet and (len(sheet) == SHEET_MAILS or octets + len(raw) > SHEET_BYTES):
            yield sheet
            sheet, octets = [], 0
        sheet.append(raw)
        octets += len(raw)
    if sheet:
        yield sheet


class _Unpickler(pickle.Unpickler):
    """Only the words of `maild.message`, `maild.lines` and instants: a process that a mail took over can answer with nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        """The class of a name that may occur in an answer."""
        if module in _WORDS and isinstance(found := getattr(_WORDS[module], name, None), type):
            return found
        if name in _ALLOWED.get(module, {}):
            return _ALLOWED[module][name]
        raise pickle.UnpicklingError(f"{module}.{name} may not occur in an answer")
