"""Letters on their way: claimed acks first, attempted in one commit before connecting, settled by what the server said.

After a kill at most one letter a connection is uncertain; it is sent again with the same bytes and Message-ID. What the server said is
never forgotten while the process lives: where the database is out of reach, it is settled when it comes back.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

import structlog

from maild.delivery.outcome import Deferred, Delivered, Failed, Outcome, ServerAway, Uncertain
from maild.delivery.put_off import PutOff
from maild.delivery.retry import next_attempt, server_backoff
from maild.delivery.smtp import Account
from maild.delivery.wire import Wire
from maild.store.faults import Unavailable
from maild.store.outbox import LAST_PRIORITY, ClaimedLetter, LetterState, Settlement
from maild.store.store import Store

log = structlog.get_logger("outbox")

CLAIM_LETTERS = 20  # few, so that an ack which is queued meanwhile does not stand behind many notifications
IDLE_SECONDS = 1.0
URGENT_PRIORITY = 3  # acks, people's answers, holds and challenges (delivery/compose.py)


class Deliverer:
    """One connection to the outgoing server, one thread."""

    def __init__(
        self,
        account: Account,
        store: Store,
        *,
        clock: Callable[[], datetime],
        desk_clock: Callable[[], datetime] | None = None,
        sent: Callable[[ClaimedLetter, datetime], None] = lambda letter, at: None,
        hurried: Callable[[], bool] = lambda: False,
        was_sent: Callable[[str], bool] = lambda message_id: False,
    ) -> None:
        self.store = store
        self._wire = Wire(account)
        self._clock = clock
        self._desk_clock = desk_clock or clock
        self._sent = sent
        self._was_sent = was_sent  # whether a copy lies where the provider keeps what was sent
        self._hurried = hurried  # while a backlog is taken in, acks have the machine to themselves
        self._stop = threading.Event()
        self.work = threading.Event()  # set by whoever queues a letter
        self.away = ""  # why the server is out of reach, '' while it is not
        self._owed: list[Settlement] = []  # outcomes that the database has not taken yet
        self._held: list[ClaimedLetter] = []  # claimed, and neither sent nor given back
        self._put_off = PutOff()
        self._forward: list[int] = []  # letters to be tried at once, for the server takes some again

    def stop(self) -> None:
        """End after the letter that is under way."""
        self._stop.set()
        self.work.set()

    def run(self) -> None:
        """The loop of a thread."""
        failures = 0
        while not self._stop.is_set():
            self.work.clear()
            try:
                done, reached = self.deliver()
                failures = 0 if reached else failures + 1
                if not reached:
                    self._stop.wait(server_backoff(failures, random.random()).total_seconds())  # noqa: S311 - spread, no secret
                elif not done:
                    self.work.wait(IDLE_SECONDS)
            except Unavailable as trouble:
                failures += 1
                log.warning("database out of reach", trouble=str(trouble))
                self._stop.wait(server_backoff(failures).total_seconds())
            except Exception:
                failures += 1
                log.exception("outbox loop failed")
                self._stop.wait(server_backoff(failures).total_seconds())
        with suppress(Unavailable):  # what is owed then is uncertain, and sent again
            self._make_up()
        self._wire.close()

    def drain(self) -> bool:
        """Deliver all that is due now (for `once`). False where the server is out of reach."""
        try:
            while True:
                done, reached = self.deliver()
                if not reached:
                    return False
                if not done:
                    return True
        finally:
            self._wire.close()

    def deliver(self) -> tuple[int, bool]:
        """Send one claim. Returns (letters handled, whether the server was in reach)."""
        self._make_up()
        last = URGENT_PRIORITY if self._hurried() else LAST_PRIORITY
        self._held = self.store.claim_letters(CLAIM_LETTERS, self._clock(), up_to_priority=last)
        done, reached = 0, True
        while self._held and not self._stop.is_set():
            each = self._held[0]
            if each.uncertain and self._was_sent(each.letter.message_id):
                self._arrived(each)
                done += 1
                continue
            if not self._begin(each):
                continue
            outcome = self._wire.send(each.letter, lambda each=each: self.store.still_mine(each))  # type: ignore[misc]
            self._owed = [self._settlement(each, outcome)]
            self._forward += self._put_off.mark(each.id, outcome, self._clock())
            reached = not isinstance(outcome, ServerAway)
            self.away = outcome.reply if isinstance(outcome, ServerAway) else ""
            if not reached:
                break
            done += 1
        self._make_up()
        return done, reached

    def _arrived(self, each: ClaimedLetter) -> None:
        """Settle a letter that had left when its outcome was lost."""
        self._settle_owed()
        self._held.pop(0)
        self._owed = [self._settlement(each, Delivered("found among what was sent"))]

    def _begin(self, each: ClaimedLetter) -> bool:
        """Commit the attempt, and with it what became of the letter before. False: another node has it by now."""
        previous = self._owed[0] if self._owed else None
        try:
            mine = self.store.attempt(each, previous, self._clock())
        except Unavailable:  # it was not sent, whether the attempt was recorded or not
            self._held.pop(0)
            self._owed.append(Settlement(each.id, each.fence, LetterState.DEFERRED, "database out of reach", self._clock()))
            raise
        self._held.pop(0)
        self._owed.clear()
        return mine

    def _make_up(self) -> None:
        """Settle what is owed, give back what is held: at the end of each turn, and again once the database is back."""
        self._settle_owed()
        self.store.give_back_letters(self._held)
        self._held.clear()
        if self._forward:
            self.store.bring_forward(self._forward)
            self._forward.clear()

    def _settle_owed(self) -> None:
        while self._owed:
            self.store.settle(self._owed[0], self._clock())
            self._owed.pop(0)

    def _settlement(self, each: ClaimedLetter, outcome: Outcome) -> Settlement:
        now, at = self._clock(), self._desk_clock()
        match outcome:
            case Delivered(reply=reply):
                self._sent(each, at)
                return Settlement(each.id, each.fence, LetterState.SENT, reply, at=at)
            case ServerAway(reply=reply):
                log.warning("server out of reach", reply=reply, advice=outcome.advice)
                return Settlement(each.id, each.fence, LetterState.DEFERRED, reply, next_at=now, at=at)
            case Deferred(reply=reply):
                again = next_attempt(each.attempts + 1, each.queued_at or now, now, random.random())  # noqa: S311
                log.info("letter deferred", message_id=each.letter.message_id, reply=reply, again_at=str(again))
                state = LetterState.DEFERRED if again else LetterState.FAILED
                return Settlement(each.id, each.fence, state, reply, next_at=again, at=at)
            case Failed(reply=reply):
                log.warning("letter failed", message_id=each.letter.message_id, kind=each.letter.kind, reply=reply)
                return Settlement(each.id, each.fence, LetterState.FAILED, reply, at=at)
            case Uncertain(reason=reason):  # the same bytes go again, more and more seldom, lest a broken server be flooded
                log.warning("letter uncertain", message_id=each.letter.message_id, reason=reason)
                again = next_attempt(each.attempts + 1, each.queued_at or now, now, random.random())  # noqa: S311
                state = LetterState.UNCERTAIN if again else LetterState.FAILED
                return Settlement(each.id, each.fence, state, reason, next_at=again, at=at)
        raise TypeError(f"no settlement for {outcome}")
