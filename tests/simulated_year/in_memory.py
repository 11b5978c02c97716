"""A desk of the pure rooms alone: each mail is a value that `desk.decide` judges, memory is a few dictionaries.

Left out are octets, templates, SQL, and servers; a letter leaves at the instant at which it is decided.
"""

import heapq
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count

from maild import opening
from maild.desk.address import Token
from maild.desk.case import Shelf
from maild.desk.clocks import PROMISES, dues_for
from maild.desk.decide import decide
from maild.desk.decision import NEW, Decision, Due, Kind
from maild.desk.ended import ended_waits
from maild.desk.escalation import sweep
from maild.desk.incoming import Incoming, fingerprint
from maild.desk.purpose import Purpose
from maild.desk.watch import turned_away
from maild.lines import Line, LineKind, Reading
from maild.message import Address, Message
from maild.promises import TOGETHER, TOGETHER_MOST

THREAD = 6  # messages of a ticket that are remembered


@dataclass(frozen=True)
class Left:
    """A letter that left."""

    kind: str
    person: str
    ticket: int | None
    thresholds: tuple[tuple[int, int], ...] = ()


class InMemory:
    """Everything takes place at the instant that is given."""

    def __init__(self, rules) -> None:
        self.rules, self.serial, self.numbers = rules, count(1), count(1)
        self.tickets, self.people, self.threads, self.promises = {}, {}, {}, {}
        self.dues, self.moments, self.absent = {}, [], {}

    def mail(self, now, came, *, text, client=None, ticket=None, staff=None, letter=None):
        """A mail of a customer, on a ticket or none, or of somebody of the desk in answer to a letter."""
        number = letter.ticket if letter else ticket
        address = f"{staff}@vendor.test" if staff else f"person@c{client}.test"
        return self._handle(now, came, address, staff, number, text)

    def away(self, now, came, name, until):
        """Somebody says until which day they are away; returns when that ends."""
        self._handle(now, came, f"{name}@vendor.test", name, None, f"/away until {until.isoformat()}")
        return self.absent[name]

    def sweep(self, now):
        """Do all that is due, as `promises.answer` does it."""
        left = []
        while self.moments and self.moments[0][0] <= now:
            near = self._near(now + TOGETHER)
            if not any(due.at <= now for due in near):
                break
            shelf = self._shelf({int(due.which) for due in near}, now)
            decision = turned_away(sweep(near, shelf, self.rules, now), shelf, self.rules)
            left += self._record(decision, now)
        return left

    def kept(self, number):
        """What became of a ticket's promises, and what it awaits."""
        ticket = self.tickets[number]
        over = [tuple(row) for row in self.promises.get(number, ())]
        return over, (ticket.awaiting_since, ticket.answer_due_at)

    # --- memory --------------------------------------------------------------------------------------------------------------------------

    def _handle(self, now, came, address, staff, number, text):
        serial = next(self.serial)
        lines = tuple(Line(line, LineKind.FRESH) for line in text.split("\n"))
        message_id = f"<{serial}@{address.partition('@')[2]}>"
        subject = f"Re: Question [#{number}]" if number else f"Question {serial}"
        message = Message(message_id, (Address("", address),), subject=subject, text=text, reading=Reading(lines), date=came)
        person = self.rules.directory.staff_at(address) if staff else None
        purpose = Purpose.STAFF if staff else Purpose.CUSTOMER
        token = Token(f"t{serial}", purpose, number, staff or address, 1, came + timedelta(days=9)) if number else None
        mail = Incoming(
            serial, message, came, fingerprint(message), ("support@vendor.test",), True, token=token, staff=person, lines=lines
        )
        shelf = self._shelf({number} if number else set(), now)
        decision = self._numbered(decide(opening.beside_memory(mail, shelf, self.rules), shelf, self.rules, now))
        dues, ended = dues_for(decision, shelf, self.rules), ended_waits(decision, shelf, now)
        return self._record(replace(turned_away(decision, shelf, self.rules), dues=(*decision.dues, *dues), ended=ended), now)

    def _shelf(self, numbers, now):
        return Shelf(
            tickets={number: self.tickets[number] for number in numbers},
            participants={number: dict(self.people[number]) for number in numbers},
            threads={number: list(self.threads[number]) for number in numbers},
            absent={name: until for name, until in self.absent.items() if until > now},
        )

    def _numbered(self, decision: Decision) -> Decision:
        if all(each.number != NEW for each in decision.tickets):
            return decision
        given = next(self.numbers)

        def numbered(number):
            return given if number == NEW else number

        return replace(
            decision,
            tickets=tuple(replace(each, number=numbered(each.number)) for each in decision.tickets),
            joined=tuple((numbered(number), person) for number, person in decision.joined),
            stored=tuple(replace(each, ticket=numbered(each.ticket)) for each in decision.stored),
            notices=tuple(replace(each, ticket=numbered(each.ticket)) for each in decision.notices),
        )

    def _record(self, decision: Decision, now):
        for ticket in decision.tickets:
            self.tickets[ticket.number] = ticket
        for number, person in decision.joined:
            self.people.setdefault(number, {})[person.address] = person
        for stored in decision.stored:
            if stored.ticket:
                self.threads.setdefault(stored.ticket, []).append(stored)
                del self.threads[stored.ticket][1:-THREAD]
        for absence in decision.absences:
            self.absent[absence.staff] = absence.until
        for ended in decision.ended:
            row = [ended.clock, ended.since, ended.deadline, now if ended.how == "answered" else None]
            self.promises.setdefault(ended.ticket, []).append(row)
        for due in decision.dues:
            self._set(due)
        for notice in decision.notices:
            if notice.kind is Kind.RELAY and notice.author:
                ticket = self.tickets[notice.ticket]
                self.tickets[notice.ticket] = replace(ticket, first_answer_at=ticket.first_answer_at or now, last_answer_at=now)
        return [_left(notice) for notice in decision.notices]

    def _set(self, due: Due) -> None:
        if due.what not in PROMISES:
            return
        self.dues.pop((due.what, due.which), None)
        if due.at is not None:
            self.dues[due.what, due.which] = due
            heapq.heappush(self.moments, (due.at, due.which, due.what))

    def _near(self, until):
        near, kept = [], []
        while self.moments and self.moments[0][0] <= until and len(near) < TOGETHER_MOST:
            at, which, what = heapq.heappop(self.moments)
            due = self.dues.get((what, which))
            if due is not None and due.at == at and due not in near:
                near.append(due)
                kept.append((at, which, what))
        for each in kept:  # those that are not seen to stay; those that are get another instant
            heapq.heappush(self.moments, each)
        return near


def _left(notice) -> Left:
    of_promise = notice.kind in (Kind.WARNING, Kind.BREACH)
    thresholds = tuple((each["number"], each["percent"]) for each in notice.facts["tickets"]) if of_promise else ()
    return Left(str(notice.kind), notice.person, notice.ticket, thresholds)
