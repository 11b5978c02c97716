"""What several contracts of a client must come to, told without a line of the ledger: plain sums over what is still true."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal


@dataclass
class Deal:
    """A contract: `kind` prepaid, hourly or retainer; `month` minutes granted a calendar month, living `rollover` months more."""

    name: str
    kind: str
    starts: date
    ends: date
    rate: Decimal
    step: int = 1  # hourly: of a ticket-day; others: of each line
    overdraft: int = 0
    month: int = 0
    rollover: int = 0


@dataclass
class Line:
    """A worklog: what each account paid, what went over, what it costs."""

    deal: Deal
    ticket: int
    day: date
    minutes: int
    paid: dict[tuple[str, int], int]  # (contract, month of the lot or 0) -> minutes
    over: int
    amount: Decimal
    stands: bool = True


@dataclass
class Truth:
    """One client."""

    deals: tuple[Deal, ...]
    given: dict[str, int] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)

    def time(self, ticket: int, day: date, minutes: int) -> Line | None:
        """A worklog's line; None where no contract was in force that day."""
        deals = [deal for deal in self.deals if deal.starts <= day <= deal.ends]
        if not deals:
            return None
        first = next((deal for deal in deals if any(room for _, room in self.rooms(deal, day))), deals[0])
        order = [first, *(deal for deal in deals if deal is not first)]
        rest = self.grown(first, ticket, day, minutes) if first.kind == "hourly" else -(-minutes // first.step) * first.step
        paid: dict[tuple[str, int], int] = {}
        rooms = [(deal, room) for deal in order for room in self.rooms(deal, day)]
        rooms += [(d, ((d.name, 0), d.overdraft + min(self.left(d), 0))) for d in order if d.kind == "prepaid"]
        for _, (account, room) in rooms:
            part = min(rest, max(room, 0))
            paid[account] = paid.get(account, 0) + part
            rest -= part
        line = Line(first, ticket, day, minutes, {account: part for account, part in paid.items() if part}, rest, Decimal(0))
        line.amount = sum((self.price(deal, line) for deal in deals), Decimal(0))
        self.lines.append(line)
        return line

    def price(self, deal: Deal, line: Line) -> Decimal:
        """What one contract's part costs, to the cent: a retainer has been paid for, what goes over costs the first one's rate."""
        own = sum(part for (name, _), part in line.paid.items() if name == deal.name) if deal.kind != "retainer" else 0
        own += line.over if deal is line.deal else 0
        return (deal.rate * own / 60).quantize(Decimal("0.01"), ROUND_HALF_EVEN)

    def grown(self, deal: Deal, ticket: int, day: date, minutes: int) -> int:
        """What an hourly ticket-day grows by."""
        before = self.worked(deal, ticket, day)
        return -(-(before + minutes) // deal.step) * deal.step - -(-before // deal.step) * deal.step

    def drawn(self, account: tuple[str, int]) -> int:
        """Minutes that standing lines have taken from an account."""
        return sum(line.paid.get(account, 0) for line in self.lines if line.stands)

    def left(self, deal: Deal) -> int:
        """What is left of a prepaid contract."""
        return self.given.get(deal.name, 0) - self.drawn((deal.name, 0))

    def rooms(self, deal: Deal, day: date) -> list[tuple[tuple[str, int], int]]:
        """Accounts of a contract that can pay for work of a day, and how much; hourly pays for anything."""
        if deal.kind == "retainer":
            months = range(max(day.month - deal.rollover, deal.starts.month), day.month + 1)
            return [((deal.name, month), deal.month - self.drawn((deal.name, month))) for month in months]
        return [((deal.name, 0), 10**9 if deal.kind == "hourly" else max(self.left(deal), 0))]

    def closing(self, deal: Deal, today: date) -> int:
        """What a contract holds on a day."""
        if deal.kind == "retainer":
            return sum(room for (_, month), room in self.rooms(deal, today) if month >= deal.starts.month)
        if deal.kind == "prepaid":
            return self.left(deal)
        days = {(line.ticket, line.day) for line in self.lines if line.deal is deal}
        return -sum(-(-self.worked(deal, *at) // deal.step) * deal.step for at in days)

    def worked(self, deal: Deal, ticket: int, day: date) -> int:
        """Minutes that stand on a ticket-day."""
        return sum(e.minutes for e in self.lines if e.stands and (e.deal, e.ticket, e.day) == (deal, ticket, day))
