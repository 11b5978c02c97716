"""Letters of large batches, composed in a process of their own while the next mail of the batch is decided.

Composing costs as much as all the rest of judging. What it needs are plain values, and the same values give the same bytes wherever they
are composed; so whatever happens to the process, what it has not answered is composed here.
"""

from __future__ import annotations

import pickle
import struct
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from typing import Protocol

import structlog

from maild.child import Child, ChildStartError
from maild.desk.decision import Notice, Stored
from maild.message import Letter

log = structlog.get_logger("press")

MANY_MAILS = 12  # of a batch: fewer are composed before the process would have begun
SHEET_NOTICES = 12  # that travel together
OCTETS_MAX = 1 << 20  # of a mail's files: larger ones are not worth the way there and back
SHEET_SECONDS_MAX = 5.0  # a batch keeps the database waiting: less than any lease, and than a stop may take
COMPOSER, NOTICES = b"C", b"N"  # what a request brings
REQUEST = struct.Struct(">cQ")  # one of these, octets of the pickle that follows
ANSWER = struct.Struct(">?Q")  # whether it is the letters (else what was raised), octets of the pickle that follows

Composed = list[tuple[Letter, Stored]]


class Composes(Protocol):
    """A notice to the letter as it will leave, and to the message as its thread keeps it: compose.py's Composer, which can be pickled."""

    def compose(self, notice: Notice, now: datetime) -> tuple[Letter, Stored]:
        """Raises for a template at fault."""


class Press:
    """One composing process, started by the first large batch and kept. Any number of threads may share it."""

    def __init__(self) -> None:
        self._child = Child("maild.delivery.press_worker")
        self._known: Composes | None = None  # whom the process composes by
        self._line = ThreadPoolExecutor(1, "press")
        self._closed = threading.Event()

    def batch(self, composer: Composes, now: datetime, mails: int) -> Letters:
        """For the letters of one batch of so many mails."""
        return Letters(self if mails >= MANY_MAILS and not self._closed.is_set() else None, composer, now)

    def begin(self, composer: Composes, notices: Sequence[Notice], now: datetime) -> Future[Composed | None]:
        """Letters to come; None where the process could not say. What composing raises, the future raises."""
        try:
            return self._line.submit(self._ask, composer, notices, now)
        except RuntimeError:  # closed meanwhile
            nothing: Future[Composed | None] = Future()
            nothing.set_result(None)
            return nothing

    def close(self) -> None:
        """End the process. What is under way is composed here."""
        self._closed.set()
        self._line.shutdown(cancel_futures=True)
        self._child.end()

    def _ask(self, composer: Composes, notices: Sequence[Notice], now: datetime) -> Composed | None:
        deadline = time.monotonic() + SHEET_SECONDS_MAX
        try:
            if self._child.pid is None:
                self._known = None
            if not self._child.ready(0.001):  # it is starting: this batch need not wait for it
                return None
            if self._known is not composer:
                self._say(COMPOSER, composer, deadline)
                self._known = composer
            self._say(NOTICES, (notices, now), deadline)
            good, size = ANSWER.unpack(self._child.receive(ANSWER.size, deadline))
            answer = pickle.loads(self._child.receive(size, deadline))  # noqa: S301 - our own process, which reads no mail
        except ChildStartError as fault:
            log.warning("composing process", trouble=str(fault))
            self._closed.set()  # this machine has no room for it
            return None
        except (TimeoutError, BrokenPipeError, EOFError) as fault:
            log.warning("composing process", trouble=repr(fault), ended_with=self._child.end(kill=True))
            return None
        if not good:
            raise answer
        # what travelled there with the notices need not travel back
        return [
            (letter, replace(stored, attachments=notice.attachments))
            for (letter, stored), notice in zip(answer, notices, strict=True)
        ]

    def _say(self, what: bytes, value: object, deadline: float) -> None:
        octets = pickle.dumps(value, protocol=5)
        self._child.send(REQUEST.pack(what, len(octets)) + octets, deadline)


class Letters:
    """The letters of one batch: notices in, a promise of their letters out. One thread."""

    def __init__(self, press: Press | None, composer: Composes, now: datetime) -> None:
        self._press, self._composer, self._now = press, composer, now
        self._sheets = [_Sheet(composer, now)]

    def compose(self, notices: Sequence[Notice]) -> Callable[[], Composed]:
        """What is returned gives the letters, once they are wanted. Raises at once, or then, what composing raises."""
        if self._press is None or sum(each.size for notice in notices for each in notice.attachments) > OCTETS_MAX:
            composed = [self._composer.compose(notice, self._now) for notice in notices]
            return lambda: composed
        sheet = self._sheets[-1]
        first, last = len(sheet.notices), len(sheet.notices) + len(notices)
        sheet.notices += notices
        if last >= SHEET_NOTICES:
            sheet.under_way = self._press.begin(self._composer, sheet.notices, self._now)
            self._sheets.append(_Sheet(self._composer, self._now))
        return lambda: self._of(sheet)[first:last]

    def _of(self, sheet: _Sheet) -> Composed:
        """Once the first letter is wanted all are: this process then composes too, from the end, what the other has not begun."""
        while self._sheets:
            self._sheets.pop().compose_unless_begun()
        return sheet.letters()


class _Sheet:
    """Notices that travel together."""

    def __init__(self, composer: Composes, now: datetime) -> None:
        self.notices: list[Notice] = []
        self.under_way: Future[Composed | None] | None = None
        self._composer, self._now = composer, now
        self._composed: Composed | None = None

    def compose_unless_begun(self) -> None:
        """Take it back from the line before the process, if it stands there still, and compose it here."""
        if self._composed is None and (self.under_way is None or self.under_way.cancel()):
            self._composed = self._here()

    def letters(self) -> Composed:
        """As the process composed them, else as they are composed here and now."""
        if self._composed is None and self.under_way is not None:
            self._composed = self.under_way.result()
        if self._composed is None:
            self._composed = self._here()
        return self._composed

    def _here(self) -> Composed:
        return [self._composer.compose(notice, self._now) for notice in self.notices]
