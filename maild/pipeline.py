"""The journey of messages, from a door to one commit. READ FIRST: follow a mail with a finger, top to bottom.

    begin     keep: raw bytes are committed, from here a message cannot be lost; reading starts in the worker processes
    finish    Message or Unreadable comes back, and what follows is done for the whole batch:
    open      what can be told without memory: signatures, tokens, proofs, commands, what it needs to know
    load      everything the batch needs, read at once
    decide    pure: one Decision a mail, each laid upon the shelf for the next
    compose   notices become letters, byte for byte as they will leave; of a large batch in a process beside this one
    record    one commit for the batch; one by one if anything in it fails; the one that fails again goes to quarantine

The mailbox is touched only afterwards, by the door that called.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

import structlog

from maild import answers, opening
from maild.delivery.press import Letters, Press
from maild.desk.case import Needs, Shelf, all_needs
from maild.desk.clocks import dues_for
from maild.desk.decide import decide
from maild.desk.decide_archived import decide_archived, decide_archived_unreadable
from maild.desk.decide_machine import decide_oversized, decide_unreadable
from maild.desk.decision import Decision
from maild.desk.ended import ended_waits
from maild.desk.floods import UNREADABLE
from maild.desk.hold import Release
from maild.desk.incoming import Incoming, Rules
from maild.desk.needs import needs_of
from maild.desk.receipt import with_entry_numbers
from maild.desk.watch import turned_away
from maild.ingest.limits import salvage
from maild.message import ARCHIVE, Arrival, Message, Unreadable
from maild.oversized import oversize_of
from maild.reports.daily import contact_dues
from maild.setting import Setting
from maild.signatures import Checked, Signatures
from maild.store.arrivals import ArrivalState, Kept
from maild.store.faults import AlreadyJudged, Stale, Unavailable
from maild.store.record import Tx
from maild.store.store import Store

log = structlog.get_logger("pipeline")

TRIES = 3  # of a mail whose ticket other nodes are changing


class Reads(Protocol):
    """Bytes to messages, in order (ingest/reader.py)."""

    def read_many(self, raws: Sequence[bytes]) -> list[Message | Unreadable]:
        """Never raises for what mail may bring."""

    def begin_many(self, raws: Sequence[bytes]) -> Callable[[], list[Message | Unreadable]]:
        """Start reading; what is returned waits for the messages."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A kept arrival with what its reader made of it."""

    kept: Kept
    mail: Incoming | Unreadable


@dataclass(frozen=True, slots=True)
class Begun:
    """A batch that is kept, and whose fresh mails are being read."""

    kept: Sequence[Kept]
    fresh: Sequence[Kept]
    messages: Callable[[], list[Message | Unreadable]]


class Pipeline:
    """Takes arrivals of any door to their decision. Shared by all threads; holds no state of its own."""

    def __init__(self, store: Store, reader: Reads, setting: Setting, signatures: Signatures | None = None) -> None:
        self.store = store
        self.signatures = signatures
        self.reader = reader
        self.setting = setting
        self.press = Press()
        self.queued: Callable[[], None] = lambda: None  # told after each commit: letters may wait

    def take(self, arrivals: Sequence[Arrival], now: datetime) -> list[Kept]:
        """Keep a batch and judge what is fresh in it; return every arrival with its state, for the door to file."""
        return self.finish(self.begin(arrivals, now), now)

    def begin(self, arrivals: Sequence[Arrival], now: datetime) -> Begun:
        """Keep a batch and start reading what is fresh in it, while the caller finishes the batch before."""
        kept = self.store.keep(arrivals, now)
        fresh = [each for each in kept if each.fresh]
        return Begun(kept, fresh, self.reader.begin_many([each.arrival.raw for each in fresh]))

    def finish(self, begun: Begun, now: datetime) -> list[Kept]:
        """Judge what was begun; return every arrival with its state."""
        states = self._judge(begun.fresh, begun.messages(), now)
        return [replace(each, state=states.get(each.arrival_id, each.state)) for each in begun.kept]

    def take_waiting(self, limit: int, now: datetime) -> int:
        """Judge what was kept but never judged: after a crash, or handed in by LMTP. Return how many."""
        waiting = self.store.claim_kept(limit, now)
        self._judge(waiting, self.reader.read_many([each.arrival.raw for each in waiting]), now)
        return len(waiting)

    def _judge(self, kept: Sequence[Kept], messages: Sequence[Message | Unreadable], now: datetime) -> dict[int, ArrivalState]:
        """Decide a batch in one commit, or one by one where that fails; return arrival id -> state."""
        if not kept:
            return {}
        setting = self.setting
        opened = (self._open(each, message, setting, now) for each, message in zip(kept, messages, strict=True))
        batch = [each for each in opened if each is not None]
        if not batch:
            return {}
        try:
            return self._record(batch, setting, now)
        except Stale:
            log.info("batch decided again: another node was faster")
        except Unavailable:
            raise  # the database is gone: nothing was changed, and nothing is wrong with the mails
        except Exception:
            log.exception("batch failed, taken one by one", size=len(batch))
        return {key: state for each in batch for key, state in self._alone(each, setting, now).items()}

    def _alone(self, each: Opened, setting: Setting, now: datetime) -> dict[int, ArrivalState]:
        for _ in range(TRIES):
            try:
                return self._record([each], setting, now)
            except AlreadyJudged:
                return {}  # another node has recorded it: the next round files it
            except Stale:
                continue
            except Unavailable:
                raise
            except Exception as error:
                log.exception("mail could not be handled", arrival=each.kept.arrival_id)
                return self._aside(each, f"could not be handled: {type(error).__name__}", setting, now)
        return {}  # contended: its lease ends, and it is judged again

    def _aside(self, each: Opened, reason: str, setting: Setting, now: datetime) -> dict[int, ArrivalState]:
        """Quarantine, with a minimal ticket so that somebody looks."""
        try:
            return self._record([Opened(each.kept, salvage(each.kept.arrival.raw, reason))], setting, now)
        except Unavailable:
            raise
        except Exception:
            log.exception("quarantined without a ticket", arrival=each.kept.arrival_id)
            self.store.quarantine(each.kept.arrival_id, reason, now)
            return {each.kept.arrival_id: ArrivalState.QUARANTINED}

    def _open(self, kept: Kept, message: Message | Unreadable, setting: Setting, now: datetime) -> Opened | None:
        """None where an answer of DNS is waited for: the arrival goes back, and comes again."""
        if isinstance(message, Unreadable):
            return Opened(kept, message)
        checked = self._checked(kept, message, setting, now)
        if checked.come_back is not None:
            self.store.defer(kept.arrival_id, checked.come_back)
            return None
        rules, doors = setting.rules, setting.doors
        mail = opening.open_mail(kept.arrival_id, kept.arrival, message, rules, doors, checked.outcome)
        return Opened(kept, replace(mail, forced=True) if kept.forced else mail)

    def _checked(self, kept: Kept, message: Message, setting: Setting, now: datetime) -> Checked:
        """Our own look at the signatures, where nobody whom we trust has looked."""
        if self.signatures is None:
            return Checked()
        door = setting.doors.get(kept.arrival.mailbox, opening.Door())
        of_staff = opening.staff_of(message, setting.rules) is not None
        return self.signatures.checked(kept.arrival, message, door, of_staff=of_staff, kept_at=kept.kept_at or now, now=now)

    def _record(self, batch: Sequence[Opened], setting: Setting, now: datetime) -> dict[int, ArrivalState]:
        states: dict[int, ArrivalState] = {}
        with self.press.batch(setting.composer, now, len(batch)) as letters, self.store.begin() as tx:
            shelf = tx.load(all_needs(self._needs(each, setting.rules) for each in batch), now)
            releases: list[Release] = []
            for each in batch:
                mail, decision = self._decide(each, shelf, setting.rules, now)
                decision = self._write(tx, each.kept.arrival_id, mail, decision, shelf, setting, letters, now)
                states[each.kept.arrival_id] = ArrivalState(decision.outcome.value)
                if decision.release:
                    releases.append(decision.release)
            for release in releases:
                self._release(tx, release, shelf, setting, letters, now)
        self.queued()
        return states

    def _needs(self, each: Opened, rules: Rules) -> Needs:
        return needs_of(each.mail, rules) if isinstance(each.mail, Incoming) else Needs(tallies=frozenset({UNREADABLE}))

    def _decide(self, each: Opened, shelf: Shelf, rules: Rules, now: datetime) -> tuple[Incoming | None, Decision]:
        archived = each.kept.arrival.mailbox == ARCHIVE
        if isinstance(each.mail, Unreadable):
            if archived:
                return None, decide_archived_unreadable(each.mail)
            source = each.kept.arrival.sha256[:32]
            return None, decide_unreadable(each.mail, source, each.kept.arrival.arrived_at, rules, shelf)
        if archived:
            return each.mail, decide_archived(each.mail, shelf, rules)
        if size := oversize_of(each.kept.arrival):
            return each.mail, decide_oversized(each.mail, size, shelf, rules, now)
        mail = opening.beside_memory(each.mail, shelf, rules)
        return mail, decide(mail, shelf, rules, now)

    def _write(
        self,
        tx: Tx,
        arrival: int | None,
        mail: Incoming | None,
        decision: Decision,
        shelf: Shelf,
        setting: Setting,
        letters: Letters,
        now: datetime,
    ) -> Decision:
        dues = (*contact_dues(decision, shelf, setting.rules.directory), *dues_for(decision, shelf, setting.rules))
        ended = ended_waits(decision, shelf, now)
        decision = turned_away(decision, shelf, setting.rules)
        decision = tx.number(replace(decision, dues=(*decision.dues, *dues), ended=ended))
        notices = [answers.filled(with_entry_numbers(n, decision), self.store, setting.rules, now) for n in decision.notices]
        fingerprint = mail.fingerprint if mail else ""
        tx.record(
            arrival,
            mail.message if mail else None,
            fingerprint,
            decision,
            composed=letters.compose(notices),
            released=bool(mail and mail.released),
            tokened=bool(mail and mail.token),
        )
        shelf.lay(decision)
        return decision

    def _release(self, tx: Tx, release: Release, shelf: Shelf, setting: Setting, letters: Letters, now: datetime) -> None:
        """Decide a held mail again, from the bytes that were kept when it came, as its author has cleared it."""
        hold = shelf.holds[release.hold]
        kept = self.store.arrival(hold.arrival)
        if kept is None:
            raise LookupError(f"hold {hold.id} names an arrival that is not kept")
        message = self.reader.read_many([kept.arrival.raw])[0]
        if isinstance(message, Unreadable):
            raise TypeError(f"hold {hold.id} cannot be read any more: {message.reason}")
        mail = opening.open_mail(
            kept.arrival_id, kept.arrival, message, setting.rules, setting.doors
        )  # as its author cleared it
        foreseen = opening.released(
            mail, release, hold, Shelf(), setting.rules
        )  # a corrected line may name what the wrong one did not
        fresh = tx.load(needs_of(mail, setting.rules) | needs_of(foreseen, setting.rules), now)
        cleared = opening.released(opening.beside_memory(mail, fresh, setting.rules), release, hold, fresh, setting.rules)
        decision = decide(cleared, fresh, setting.rules, now)
        self._write(tx, hold.arrival, cleared, decision, fresh, setting, letters, now)
