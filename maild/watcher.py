"""One mailbox watched: everything that is in it is kept, judged, and only then filed. One thread, one connection.

The mailbox is the queue; what memory knows of it decides, never a cursor: each round lists all UIDs, asks which are new, and files
again what was recorded before a crash could file it. A long backlog is taken by turns among senders (ingest/fair_order.py). A UID that
is known but should not be here any more is read again: some servers give a number to another message.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime

import structlog

from maild.config_known import PUBLIC_MAIL_DOMAINS
from maild.delivery.retry import server_backoff
from maild.ingest.errands import Errands
from maild.ingest.fair_order import fair, sender_of
from maild.ingest.imap import Mailbox
from maild.ingest.imap_fetch import Batch
from maild.ingest.imap_session import Account, MailboxTrouble
from maild.ingest.reader import ReaderUnavailableError
from maild.mailbox_lease import LEASE_SECONDS, MailboxLease
from maild.message import Arrival
from maild.oversized import headers_alone
from maild.pipeline import Begun, Pipeline
from maild.put_away import PutAway
from maild.reclaim import reclaim
from maild.store.arrivals import ArrivalState
from maild.store.faults import Unavailable

log = structlog.get_logger("mailbox")

STAND_BY_SECONDS = 5.0  # between looks at whether the node that watches has died
WAITING_ARRIVALS = 50
WINDOW_MESSAGES = 1_000  # of the oldest and of the newest whose senders are asked for: ten thousand fields take half a minute
TURN_MESSAGES = 400  # of a longer backlog so many are taken, by turns among senders, before the folder is looked at again


@dataclass
class Health:
    """What `status` tells of a mailbox."""

    name: str
    connected: bool = False
    last_success_at: datetime | None = None
    backlog: int | None = None
    trouble: str = ""
    elsewhere: bool = False  # another node watches it, and this one stands by


class Watcher:
    """Watches one mailbox until told to stop; reconnects with back-off."""

    def __init__(
        self,
        account: Account,
        pipeline: Pipeline,
        *,
        poll_seconds: float,
        max_bytes: int,
        clock: Callable[[], datetime],
        desk_clock: Callable[[], datetime] | None = None,
    ) -> None:
        self.account = account
        self.pipeline = pipeline
        self.health = Health(account.name)
        self._mailbox = Mailbox(account, clock=clock)
        self._errands = Errands()
        self._poll_seconds = poll_seconds
        self._max_bytes = max_bytes
        self._clock = clock  # the machine's: leases
        self._desk_clock = desk_clock or clock  # `once --now` sets it
        self._stop = threading.Event()
        self._lease = MailboxLease(pipeline.store, account.name, clock)
        self._put_away = PutAway(pipeline.store, self._say)
        self._beside = False  # `once` needs no lease: what it does twice with another node is done once
        self._owes_arrivals = False  # what was kept and not judged when trouble came is still leased
        self._senders: dict[int, str] = {}
        self._restored = False  # from a restore until all that was in the queue is done
        self._sure: set[int] = (
            set()
        )  # UIDs that stay in the folder and were found, over this connection, to be what was recorded

    def stop(self) -> None:
        """End the round at the next batch, and any wait at once."""
        self._stop.set()
        self._mailbox.interrupt()

    def run(self) -> None:
        """The loop of a thread."""
        failures = 0
        while not self._stop.is_set():
            try:
                self.health.elsewhere = not self._lease.hold()
                if self.health.elsewhere:
                    self._stop.wait(STAND_BY_SECONDS)
                    continue
                self._give_back_arrivals()
                self._connect()
                self.health.connected, self.health.trouble = True, ""
                while not self._stop.is_set() and self._lease.hold():
                    self.round()
                    failures = 0
                    self._wait()
            except (MailboxTrouble, Unavailable, ReaderUnavailableError) as trouble:
                failures += 1
                pause = getattr(trouble, "after_seconds", None) or server_backoff(failures).total_seconds()
                log.warning(
                    "mailbox out of reach", mailbox=self.account.name, trouble=str(trouble), again_in_seconds=round(pause, 1)
                )
                self.health.trouble = str(trouble)
                self._owes_arrivals = True
                with suppress(Unavailable):  # else before the next connection
                    self._give_back_arrivals()
                self._stop.wait(pause)
            except Exception:
                failures += 1
                log.exception("mailbox loop failed", mailbox=self.account.name)
                self._stop.wait(server_backoff(failures).total_seconds())
            finally:
                self.health.connected = False
                self._mailbox.close()
        self._errands.close()
        self._lease.give_back()

    def once(self) -> None:
        """One round on a connection of its own, also beside a `maild run` that watches this mailbox. Raises MailboxTrouble."""
        self._beside = True
        try:
            self._connect()
            self.round()
            self._put_away.complain()
        finally:
            self._mailbox.close()
            self._errands.close()

    def _connect(self) -> None:
        self._mailbox.connect()
        self._sure.clear()
        self._senders.clear()
        self._restored = reclaim(self._mailbox, self.pipeline.store, self._max_bytes) or self._restored

    def round(self) -> None:
        """Take all that is in the folder: new messages batch by batch, those recorded before only to be filed."""
        try:
            self._round()
            self._restored = False
        finally:
            self._errands.drop()  # where all went well there are none

    def _round(self) -> None:
        taken = 1
        while True:
            uids = self._mailbox.listing()
            fresh = self._fresh(uids)
            self.health.backlog = len(fresh)
            whole = len(fresh) <= TURN_MESSAGES or not taken  # where a turn brought nothing, all are tried once
            if not whole:
                oldest, newest = fresh[:WINDOW_MESSAGES], fresh[WINDOW_MESSAGES:][-WINDOW_MESSAGES:]
                fresh = fair([*oldest, *newest], self._senders_of([*oldest, *newest]))
            taken = 0
            begun: Begun | None = None
            # What was done after a backup is done again: one by one, for an answer needs the letter that it answers.
            at_once = {"max_batch": 1} if self._restored else {}
            bodies = self._mailbox.fetch(
                fresh if whole else fresh[:TURN_MESSAGES], max_message_bytes=self._max_bytes, **at_once
            )
            with closing(self._errands.ahead(bodies)) as batches:
                for batch in batches:
                    following = self._begin(batch)  # is read by the workers while the batch before is judged
                    taken += self._finish(begun)
                    begun = following
                    if not self._goes_on():
                        break
            taken += self._finish(begun)
            self._errands.done()
            if not self._goes_on():
                return
            self.health.last_success_at = self._clock()
            while self.pipeline.take_waiting(WAITING_ARRIVALS, self._desk_clock()):
                taken += 1
            if not taken and whole:
                return

    def _senders_of(self, uids: Sequence[int]) -> dict[int, str]:
        """Whose turn each message of a long backlog takes."""
        self._senders = {uid: self._senders[uid] for uid in uids if uid in self._senders}
        fields = self._mailbox.from_fields([uid for uid in uids if uid not in self._senders])
        self._senders |= {uid: sender_of(field, PUBLIC_MAIL_DOMAINS) for uid, field in fields.items()}
        return self._senders

    def _fresh(self, uids: Sequence[int]) -> list[int]:
        """The UIDs to read: those that memory does not know, and those whose number may have been given to another message.

        What is recorded and lies here still is filed on the way.
        """
        store, mailbox = self.pipeline.store, self._mailbox
        seen = store.known_sightings(self.account.name, mailbox.uidvalidity, [uid for uid in uids if uid not in self._sure])
        settled = {uid: s for uid, s in seen.items() if s.state is not ArrivalState.KEPT}
        other = mailbox.others({uid: (s.arrived_at, s.size) for uid, s in settled.items()})
        same = {uid: s for uid, s in settled.items() if uid not in other}
        recorded = {uid: s.state for uid, s in same.items() if not self._stays(s.filed)}
        self._put_away(mailbox, recorded, [seen[uid].arrival_id for uid in recorded])
        self._are_sure(same)
        return [uid for uid in uids if uid not in self._sure and (uid not in seen or uid in other)]

    def _are_sure(self, uids: Iterable[int]) -> None:
        """These messages stay where they are and need not be looked at again over this connection."""
        if not self.account.filed:
            self._sure.update(uids)

    def _begin(self, batch: Batch) -> Begun:
        arrivals: list[Arrival] = list(batch.arrivals)
        arrivals += [headers_alone(self.account.name, self._mailbox.uidvalidity, each) for each in batch.oversized]
        return self.pipeline.begin(arrivals, self._desk_clock())

    def _finish(self, begun: Begun | None) -> int:
        """Judge, then file; return how many were new."""
        if begun is None:
            return 0
        kept = self.pipeline.finish(begun, self._desk_clock())
        states = {each.arrival.uid: each.state for each in kept if each.arrival.uid is not None}
        recorded = [each.arrival_id for each in kept if each.state != ArrivalState.KEPT]
        self._errands.give(lambda: self._put_away(self._mailbox, states, recorded))
        self._are_sure(uid for uid, state in states.items() if state not in (ArrivalState.KEPT, ArrivalState.QUARANTINED))
        self.health.backlog = max((self.health.backlog or 0) - len(kept), 0)
        return len(begun.fresh)

    def _say(self, trouble: str) -> None:
        self.health.trouble = trouble

    def _stays(self, filed: bool) -> bool:
        return filed and self.account.filed == ""

    def _wait(self) -> None:
        """Until something is new; never longer than the lease or the poll."""
        if not self._stop.is_set():
            self._mailbox.wait(min(self._poll_seconds, LEASE_SECONDS / 3))

    def _goes_on(self) -> bool:
        """Whether this round may take another batch: a long backlog must not outlast the lease."""
        return not self._stop.is_set() and (self._beside or self._lease.hold())

    def _give_back_arrivals(self) -> None:
        """What was kept and not judged when trouble came waits for nobody's lease. Raises Unavailable."""
        if self._owes_arrivals:
            self.pipeline.store.release_arrivals(self.pipeline.store.node)
            self._owes_arrivals = False
