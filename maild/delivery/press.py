"""Letters of large batches, composed in a process of their own while the next mail of the batch is decided.

Composing costs as much as all the rest of judging. What it needs are plain values, and the same values give the same bytes wherever they
are composed; so whatever happens to the process, what it has not answered is composed here.
"""

from __future__ import annotations

import pickle
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Protocol

import structlog

from maild.child import Child, ChildStartError
from maild.child_exchange import Exchange
from maild.desk.decision import Notice, Stored
from maild.message import Letter

log = structlog.get_logger("press")

MANY_MAILS = 12  # of a batch: fewer are composed before the process would have begun
SHEET_NOTICES = 6  # that travel together
SHEETS_AHEAD = 4  # that the process has: the one it composes, and the next
OCTETS_MAX = 1 << 20  # of a mail's files: larger ones are not worth the way there and back
SILENT_SECONDS_MAX = 5.0  # a batch keeps the database waiting: less than any lease, and than a stop may take
COMPOSER, NOTICES = b"C", b"N"  # what a request brings
LETTERS, RAISED = b"L", b"R"  # what an answer brings

Composed = list[tuple[Letter, Stored]]


class Composes(Protocol):
    """A notice to the letter as it will leave, and to the message as its thread keeps it: compose.py's Composer, which can be pickled."""

    def compose(self, notice: Notice, now: datetime) -> tuple[Letter, Stored]:
        """Raises for a template at fault."""


class Press:
    """One composing process, started by the first large batch and kept. It serves one batch at a time."""

    def __init__(self) -> None:
        self._child = Child("maild.delivery.press_worker")
        self._exchange: Exchange | None = None  # while the process runs and is ready
        self._known: Composes | None = None  # whom it composes by
        self._numbers = count()
        self._turn = threading.Lock()
        self._closed = False

    @contextmanager
    def batch(self, composer: Composes, now: datetime, mails: int) -> Iterator[Letters]:
        """For the letters of one batch of so many mails. Who comes while another batch is served composes here."""
        served = mails >= MANY_MAILS and self._turn.acquire(blocking=False)
        try:
            yield Letters(self if served and self.ready() else None, composer, now)
        finally:
            if served:
                self._turn.release()

    def ready(self) -> bool:
        """Whether the process can work. It is started where it does not run, and not waited for."""
        if self._closed:
            return False
        if self._exchange is None:
            try:
                if self._child.ready(0.001):
                    self._exchange, self._known = Exchange(self._child), None
            except ChildStartError as fault:
                log.warning("composing process", trouble=str(fault))
                self._closed = True  # this machine has no room for it
        return self._exchange is not None

    def close(self) -> None:
        """End the process, after the batch that it serves. Where that takes long it ends with this process."""
        self._closed = True
        if self._turn.acquire(timeout=SILENT_SECONDS_MAX):
            self._exchange = None
            self._child.end()
            self._turn.release()

    def begin(self, composer: Composes, notices: Sequence[Notice], now: datetime) -> int:
        """Have these composed; the number by which the answer comes."""
        number = next(self._numbers)
        if self._exchange is not None:
            if self._known is not composer:
                self._exchange.post(COMPOSER, number, pickle.dumps(composer, protocol=5))
                self._known = composer
            self._exchange.post(NOTICES, number, pickle.dumps((notices, now), protocol=5))
        return number

    def answers(self, seconds: float = 0) -> dict[int, tuple[bytes, bytes]] | None:
        """What has come after so long at most: word and pickle by number. None: the process is no more, and nothing will come."""
        try:
            if self._exchange is not None:
                return {number: (word, octets) for word, number, octets in self._exchange.turn(seconds)}
        except (BrokenPipeError, EOFError) as fault:
            self.give_up(repr(fault))
        return None

    def give_up(self, trouble: str) -> None:
        """End a process that died or says nothing; the next batch starts another one."""
        self._exchange = None
        log.warning("composing process", trouble=trouble, ended_with=self._child.end(kill=True))


class Letters:
    """The letters of one batch: notices in, a promise of their letters out. One thread."""

    def __init__(self, press: Press | None, composer: Composes, now: datetime) -> None:
        self._press, self._composer, self._now = press, composer, now
        self._sheet = _Sheet()
        self._waiting: list[_Sheet] = []  # for the process, or for nobody any more
        self._begun: dict[int, _Sheet] = {}

    def compose(self, notices: Sequence[Notice]) -> Callable[[], Composed]:
        """What is returned gives the letters, once they are wanted. Raises at once, or then, what composing raises."""
        if self._press is None or sum(each.size for notice in notices for each in notice.attachments) > OCTETS_MAX:
            composed = self._here(notices)
            return lambda: composed
        sheet, first = self._sheet, len(self._sheet.notices)
        sheet.notices += notices
        if len(sheet.notices) >= SHEET_NOTICES:
            self._waiting.append(sheet)
            self._sheet = _Sheet()
            self._hear(self._press)
        return lambda: self._of(sheet)[first : first + len(notices)]

    def _of(self, sheet: _Sheet) -> Composed:
        """Once the first letter is wanted all are: this process composes too, from the end, what the other has not begun."""
        if self._press is not None and sheet.composed is None:
            self._waiting.append(self._sheet)
            self._sheet = _Sheet()
            heard_at = time.monotonic()
            while self._waiting or self._begun:
                if self._waiting:
                    last = self._waiting.pop()
                    last.composed = self._here(last.notices)
                if self._hear(self._press, 0 if self._waiting else SILENT_SECONDS_MAX):
                    heard_at = time.monotonic()
                elif time.monotonic() - heard_at >= SILENT_SECONDS_MAX:
                    self._press.give_up(f"silent for {SILENT_SECONDS_MAX:g} s")
        assert sheet.composed is not None
        return sheet.composed

    def _hear(self, press: Press, seconds: float = 0) -> bool:
        """Take in the answers that are there, after so long at most, and hand on what waits. Whether anything came."""
        answers = press.answers(seconds if self._begun else 0)
        if answers is None:
            self._waiting += self._begun.values()
            self._begun.clear()
            return False
        for number, (word, octets) in answers.items():
            if number in self._begun:  # else of a batch that was given up
                sheet = self._begun.pop(number)
                sheet.composed = _letters(word, octets, sheet.notices)
        while self._waiting and len(self._begun) < SHEETS_AHEAD:
            first = self._waiting.pop(0)
            self._begun[press.begin(self._composer, first.notices, self._now)] = first
        return bool(answers)

    def _here(self, notices: Sequence[Notice]) -> Composed:
        return [self._composer.compose(notice, self._now) for notice in notices]


class _Sheet:
    """Notices that travel together."""

    def __init__(self) -> None:
        self.notices: list[Notice] = []
        self.composed: Composed | None = None


def _letters(word: bytes, octets: bytes, notices: Sequence[Notice]) -> Composed:
    """As the process composed them; what travelled there with the notices need not travel back. Raises what composing raised."""
    answer = pickle.loads(octets)  # noqa: S301 - our own process, which reads no mail
    if word == RAISED:
        raise answer
    return [
        (letter, replace(stored, attachments=notice.attachments))
        for (letter, stored), notice in zip(answer, notices, strict=True)
    ]
