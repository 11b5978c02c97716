"""The journey of a day: moments that have come are claimed, judged by the pure rule of their kind, recorded in one commit.

    claim     rows of `due` whose instant has passed, leased to this node
    judge     one rule a kind: a report, the summary, a hold that nobody mended, acks that a cap held back, promises (promises.py)
    record    the decision, its letters, and the moment itself taken away or set anew: one commit

A moment is computed once and stored; nothing here walks through clients or tickets to find what is due.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from maild import bookkeeping, monthly, mornings, promises
from maild.desk import notices
from maild.desk.case import Needs
from maild.desk.decision import Decision, Due, Kind
from maild.desk.directory import WALK_IN, Client
from maild.desk.floods import ALL_STRANGERS, acks_lift_at, acks_to
from maild.desk.hold import HoldState
from maild.desk.holds import repeated
from maild.desk.ticket import State
from maild.desk.watch import turned_away
from maild.ledger.statement import period
from maild.reports import daily, standing, summary
from maild.reports.daily_sums import IdentityError, Uncovered, accounts_of
from maild.reports.figures_of_period import FiguresError
from maild.setting import Setting
from maild.store.dues import ClaimedDue
from maild.store.faults import AlreadyMade, Stale, Unavailable
from maild.store.outbox import UNDELIVERED
from maild.store.queries import Filter
from maild.store.store import Store
from maild.undelivered import undelivered

log = structlog.get_logger("timetable")

CLAIM_MOMENTS = 50
LEASE_SECONDS = 120.0
INSTANT = timedelta(microseconds=1)
AGAIN_AFTER = timedelta(minutes=10)  # a moment whose judge failed comes back


class Timetable:
    """Sees to every moment that has come. Shared by threads and nodes; holds no state of its own."""

    def __init__(self, store: Store, setting: Callable[[], Setting]) -> None:
        self.store = store
        self.setting = setting

    def keep(self, now: datetime, clock: datetime) -> int:
        """Do all that is due before `now` on the desk's clock (`clock` is the machine's, for leases). Return how many moments."""
        done = 0
        while claimed := self.store.claim_dues(now, CLAIM_MOMENTS, LEASE_SECONDS, clock):
            for moment in claimed:
                self._see_to(moment, now)
            done += len(claimed)
        return done

    def begin_day(self, now: datetime) -> None:
        """Set the moments that exist by themselves: the next summary, months of retainers under new terms, agendas, lists."""
        self.store.sweep_tallies(now)
        if not self.store.dues("summary"):
            setting = self.setting()
            at = summary.due_after(setting.rules.directory, setting.rules.desk, now)
            self.store.set_dues((Due("summary", "desk", at),))
        known = [due for what in bookkeeping.MOMENTS for due in self.store.dues(what)]
        if opened := bookkeeping.first_moments(self.setting().rules.directory, known, now):
            self.store.set_dues(opened)
        coming = [due for what in mornings.MOMENTS for due in self.store.dues(what)]
        if awaited := mornings.first_moments(self.setting().rules, coming, now):
            self.store.set_dues(awaited)
        if papers := monthly.first_moments(self.store, self.setting().rules, now):
            self.store.set_dues(papers)

    def _see_to(self, moment: ClaimedDue, now: datetime) -> None:
        try:
            JUDGES[moment.what](self, moment, now)
        except Unavailable:
            raise
        except (Stale, AlreadyMade) as fault:
            log.info("another node was faster", what=moment.what, which=moment.which, fault=str(fault))
        except (IdentityError, FiguresError) as broken:
            log.error("report not sent", client=moment.which, fault=str(broken))
            self._alarm(moment, "identity", {"client": moment.which, "detail": str(broken)}, now)
        except Exception as error:
            log.exception("moment failed", what=moment.what, which=moment.which)
            self._alarm(
                moment, "moment-failed", {"what": moment.what, "which": moment.which, "detail": type(error).__name__}, now
            )

    def _record(self, moment: ClaimedDue, decision: Decision, now: datetime) -> None:
        setting = self.setting()
        with self.store.begin() as tx:
            shelf = tx.load(Needs(), now)
            numbered = tx.number(turned_away(decision, shelf, setting.rules))
            letters = [setting.composer.compose(notice, now) for notice in numbered.notices]
            tx.record(None, None, "", numbered, letters)
            tx.finish_due(moment)

    def _alarm(self, moment: ClaimedDue, reason: str, detail: dict[str, str], now: datetime) -> None:
        """Tell the managers once a moment, and come back later."""
        rules = self.setting().rules
        facts = {"reason_code": reason, "detail": detail}
        told = tuple(
            notices.to_staff(
                Kind.ALERT,
                person,
                rules,
                key=f"{reason}:{moment.what}:{moment.which}:{moment.at.isoformat()}:{person.id}",
                facts=facts,
            )
            for person in rules.directory.with_role("manager")
        )
        again = Due(moment.what, moment.which, now + AGAIN_AFTER, (*moment.facts, ("alarmed", "yes")))
        self._record(moment, Decision(dues=(again,), notices=() if ("alarmed", "yes") in moment.facts else told), now)

    def _report(self, moment: ClaimedDue, now: datetime) -> None:
        """One client's daily report, and the next moment if there was contact after this one's cut."""
        rules = self.setting().rules
        client = rules.directory.clients.get(moment.which)
        if client is None or not client.report_to:
            self._record(moment, Decision(reason="nobody to report to"), now)
            return
        last = self.store.last_document(daily.REPORT, client.id)
        if last is not None and last.cut_at >= moment.at:  # contact that was handled late: it belongs to the next report
            self._record(moment, Decision(dues=(Due("report", client.id, daily.due_after(client, last.cut_at)),)), now)
            return
        first = int(last.facts.get("next_seq", 0)) if last else 0
        cut_at, made_at = (last.cut_at, self.store.made_at(last)) if last else (None, None)
        messages, ids, next_seq = self.store.contact(client.id, cut_at, moment.at, made_at, first)
        entries = tuple(entry for entry in self.store.entries_by_id(ids))
        later = tuple(self.store.entries_after(client.id, moment.at))
        unfinished = tuple(state for state in State if state is not State.CLOSED)
        open_tickets = tuple(self.store.tickets(Filter(client=client.id, states=unfinished)))
        month_day = moment.at.astimezone(client.zone).date().replace(day=1)
        month = self.store.booked(client.id, period(month_day, month_day, client.zone)[0], moment.at + INSTANT)
        named = {entry.ticket for entry in entries if entry.ticket}
        uncovered = Uncovered(
            entries,
            bool(messages),
            last,
            later,
            {b.contract: b for b in self.store.balances(client.id)},
            open_tickets,
            self.store.subjects(named),
            tuple(self.store.quotes_on(named)),
            self.store.account_sums(client.id),
            self._lately(client, moment.at),
            month=tuple(month),
            proven=self.store.proven_tickets([ticket.number for ticket in open_tickets]),
            next_seq=next_seq,
        )
        decision = daily.report(client, moment.at, uncovered, rules)
        following, waiting, _ = self.store.contact(client.id, moment.at, now, first=first)
        if following or len(waiting) > len(ids):
            decision = _with_due(decision, Due("report", client.id, daily.due_after(client, moment.at)))
        self._record(moment, decision, now)

    def _lately(self, client: Client, at: datetime) -> tuple[int, int]:
        """(minutes used of the client's accounts in force, within so many days up to now)"""
        since = at.date() - timedelta(days=standing.PACE_DAYS)
        accounts = accounts_of(client, at.astimezone(client.zone).date())
        found = [self.store.used_since(client.id, contract.id, since) for contract in accounts]
        firsts = [first for _, first in found if first]
        return sum(used for used, _ in found), (at.date() - min(firsts)).days + 1 if firsts else 0

    def _summary(self, moment: ClaimedDue, now: datetime) -> None:
        rules = self.setting().rules
        last = self.store.last_document(summary.SUMMARY, "")
        first = int(last.facts.get("next_entry", 0)) if last else 0
        ids, next_entry = self.store.uncovered(summary.SUMMARY, moment.at, first)
        entries = tuple(self.store.entries_by_id(ids))
        since = last.cut_at if last else moment.at - timedelta(days=1)
        answers = self.store.answers(rules.directory.clients, since, moment.at)
        logged = self.store.logged_days({each.ticket for each in answers})
        movement = summary.Movement(
            entries,
            {(b.client, b.contract): b for b in self.store.balances()},
            self.store.open_holds(),
            self.store.counts().quarantined,
            summary.without_time(answers, logged, rules),
            summary.late_acks(
                self.store.opened(since - summary.longest_ack(rules.directory), moment.at),
                self.store.acks_waiting(),
                since,
                moment.at,
                rules.directory,
            ),
            next_entry,
        )
        decision = summary.evening(moment.at, movement, rules)
        at = summary.due_after(rules.directory, rules.desk, max(moment.at, now - timedelta(days=1)))
        self._record(moment, _with_due(decision, Due("summary", "desk", at)), now)

    def _hold(self, moment: ClaimedDue, now: datetime) -> None:
        """A held mail that nobody mended in time is repeated to its author and told to the team."""
        held = self.store.hold(int(moment.which))
        if held is None or held.state is not HoldState.OPEN:
            self._record(moment, Decision(reason="mended in time"), now)
            return
        view = self.store.ticket(held.ticket) if held.ticket else None
        original = next(iter(self.store.messages_of(held.arrival)), None)
        text = original.stored.text if original else ""
        self._record(moment, repeated(held, view.ticket if view else None, text, self.setting().rules), now)

    def _cap(self, moment: ClaimedDue, now: datetime) -> None:
        """Tickets whose acks a cap held back are acknowledged together, by number, now that it lifts."""
        rules = self.setting().rules
        waiting = self.store.tickets_without_ack(moment.which)
        if not waiting:
            self._record(moment, Decision(reason="acknowledged already"), now)
            return
        tallies = self.store.tallies((acks_to(moment.which), ALL_STRANGERS), now)
        stranger = rules.directory.client_at(moment.which).id == WALK_IN
        if stranger and (lifts_at := acks_lift_at(moment.which, tallies, rules.desk, now)):
            self._record(moment, Decision(dues=(Due(moment.what, moment.which, lifts_at),), reason="still capped"), now)
            return
        first, *others = waiting
        told = notices.late_ack(first, tuple(ticket.number for ticket in others), rules)
        named = tuple(replace(ticket, acked_at=now) for ticket in others)
        counted = (acks_to(moment.which), ALL_STRANGERS) if stranger else ()
        self._record(moment, Decision(tickets=named, notices=(told,), tallies=counted, reason="acknowledged late"), now)


def _with_due(decision: Decision, due: Due) -> Decision:
    return replace(decision, dues=(*decision.dues, due))


def _promised(judge: promises.Judge) -> Callable[[Timetable, ClaimedDue, datetime], None]:
    return lambda timetable, moment, now: judge(timetable.store, timetable.setting(), moment, now)


JUDGES: dict[str, Callable[[Timetable, ClaimedDue, datetime], None]] = {
    "report": Timetable._report,
    "summary": Timetable._summary,
    "hold": Timetable._hold,
    "cap": Timetable._cap,
    UNDELIVERED: _promised(undelivered),
    **{what: _promised(judge) for what, judge in {**promises.MOMENTS, **bookkeeping.MOMENTS, **mornings.MOMENTS}.items()},
    **{what: _promised(judge) for what, judge in monthly.MOMENTS.items()},
}
