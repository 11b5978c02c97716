"""A ledger as it stands after a year: work priced, chained and balanced by the program's own rules, on three kinds of contracts.

Only what mail would have brought is left out: messages and letters. Reports and acts stand as if they had been sent, those of the
last day excepted, so that an evening has that one to tell.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from sqlalchemy import Connection, insert, update

from maild.bench.papers import documents
from maild.config import Config
from maild.desk.decision import Decision, Document
from maild.desk.terms import terms_of
from maild.desk.ticket import State, Ticket
from maild.ledger.billing import price
from maild.ledger.contract import Charge
from maild.ledger.correction import topup, undo
from maild.ledger.entry import Entry, EntryKind
from maild.ledger.money import Money
from maild.ledger.statement import month_days
from maild.ledger.work import History, Refused, Terms, Work
from maild.paperwork import ACT
from maild.reports.daily import REPORT
from maild.store import schema, schema_work
from maild.store.journal import Bookings
from maild.store.numbers import document_counter
from maild.store.papers import write_documents
from maild.store.rows import ticket_row
from maild.store.store import Store

YEAR = 2026
DAYS = 250  # on which work is done
EVENING = date(YEAR, 12, 1)
ON_A_TICKET = 5  # worklogs
BETWEEN_TOPUPS, BETWEEN_UNDOS = 40, 50
BATCH = 2000  # entries of one transaction

_PLANS = """
[plan.minutes]
charge = "prepaid"
minimum = 1
overdraft = 60
rate = "60.00 USD"
[plan.half-hours]
charge = "hourly"
rounding = { step = 30, scope = "ticket-day" }
minimum = 30
rate = "40.00 EUR"
[plan.extended]
charge = "retainer"
included = { minutes = 600, per = "month", rollover = 1 }
fee = "250.00 EUR"
rate = "55.00 EUR"
[staff.olga]
name = "Olga Ivanova"
address = "olga@vendor.test"
roles = ["engineer", "accountant", "manager"]
"""


def write_clients(config_path: Path, clients: int) -> None:
    """A directory of so many clients, a third of them by each kind of contract, in the place of the one that is there."""
    plans = ("minutes", "half-hours", "extended")
    tables = (
        f'[client.c{n}]\nname = "Client {n}"\ncontacts = [{{ name = "Anna", address = "anna@c{n}.test" }}]\n'
        f'timezone = "Europe/Kyiv"\nlanguage = "{("en", "ru", "uk")[n % 3]}"\n'
        f'contracts = [{{ plan = "{plans[n % 3]}", from = {YEAR}-01-01, number = "N-{n}" }}]\n'
        for n in range(clients)
    )
    (config_path.parent / "clients.toml").write_text(_PLANS + "".join(tables), encoding="utf-8")


def keep_books(store: Store, config: Config, config_path: Path, entries: int, console: Console) -> None:
    """Fill an empty, migrated database with about so many entries of the directory's clients, and with their documents."""
    store.remember_directory(config.directory.version, config.directory_text, datetime(YEAR, 1, 1, tzinfo=UTC))
    names = [name for name in config.directory.clients if name.startswith("c")]
    made = _Books(store, [_Client(name, terms_of(config.directory.clients[name], config.directory)) for name in names])
    rounds = max(1, entries // len(names))
    with Progress(console=console, transient=True) as progress:
        for place in progress.track(range(rounds), description="booked"):
            made.round(place, rounds)
        made.close()
        before = EVENING - timedelta(days=1)
        months = sorted(month for month in made.months if month_days(*month)[1] <= before)
        orders = [
            (name, tuple((month, place * len(months) + at) for at, month in enumerate(months, 1)))
            for place, name in enumerate(names)
        ]
        papers = progress.track(documents(config_path, orders, before), total=len(names), description="documented")
        _keep_papers(store, papers, len(names) * len(months))


class _Client:
    """What pricing must know of a client, and its ticket of the moment."""

    def __init__(self, name: str, terms: Terms) -> None:
        self.name, self.terms = name, terms
        self.history = History()
        self.ticket = 0
        self.worklogs = 0


class _Books:
    """Entries that wait to be written, and the tickets that they are on."""

    def __init__(self, store: Store, clients: list[_Client]) -> None:
        self.store, self.clients = store, clients
        self.last_entry = self.last_ticket = 0
        self.months: set[tuple[int, int]] = set()
        self.waiting: list[Entry] = []
        self.tickets: dict[int, Ticket] = {}

    def round(self, place: int, rounds: int) -> None:
        """One worklog of each client; the last one is the evening's."""
        day = EVENING - timedelta(days=DAYS) + timedelta(days=DAYS * (place + 1) // rounds)
        self.months.add((day.year, day.month))
        at = datetime.combine(day, time(9), UTC)
        for client in self.clients:
            self._work(client, place, day, at)
            if len(self.waiting) >= BATCH:
                self.flush()

    def _work(self, client: _Client, place: int, day: date, at: datetime) -> None:
        contract = client.terms.contracts[0]
        if client.worklogs % ON_A_TICKET == 0:
            self.last_ticket += 1
            client.ticket = self.last_ticket
            client.history = replace(client.history, ticket=())
            self.tickets[client.ticket] = Ticket(
                *(client.ticket, "Counts wrongly", client.name, f"anna@{client.name}.test", "Anna", "en", at, State.CLOSED)
            )
        client.worklogs += 1
        if contract.plan.charge is Charge.PREPAID and place % BETWEEN_TOPUPS == 0:
            bought = {"reference": "INV", "day": day, "author": "olga", "booked_at": at}
            sold = topup(
                contract, 2000, Money.parse("2000 USD"), **bought, source_message_id=f"<t{place}.{client.name}@x>"  # type: ignore[arg-type]
            )  # fmt: skip
            self._book(client, (sold,))
        source = f"<{place}.{client.name}@vendor.test>"
        minutes = 7 + (7 * place + len(client.name)) % 50
        work = Work(
            client.name, "olga", day, at, minutes, ticket=client.ticket, note="cable replaced", source_message_id=source
        )
        booked = self._book(client, price(work, client.terms, client.history))
        if place % BETWEEN_UNDOS == BETWEEN_UNDOS - 1:
            said = {"author": "olga", "booked_at": at, "reason": "twice", "source_message_id": f"<u{source[1:]}"}
            self._book(client, undo(booked[-1], client.history.ticket, **said))  # type: ignore[arg-type]

    def _book(self, client: _Client, entries: tuple[Entry | Refused, ...] | Refused) -> list[Entry]:
        booked = []
        for entry in entries if isinstance(entries, tuple) else ():
            if isinstance(entry, Refused):
                raise RuntimeError(f"{client.name}: {entry}")
            self.last_entry += 1
            booked.append(replace(entry, id=self.last_entry))
        client.history = client.history.after(booked)
        for entry in booked:
            if entry.ticket and entry.kind is not EntryKind.TOPUP:
                ticket = self.tickets[entry.ticket]
                self.tickets[entry.ticket] = replace(
                    ticket,
                    worked_minutes=ticket.worked_minutes + entry.worked_minutes,
                    charged_minutes=ticket.charged_minutes + entry.charged_minutes,
                )
        self.waiting += booked
        return booked

    def flush(self) -> None:
        """Write what waits."""
        with self.store.writing(durable=False) as connection:
            bookings = Bookings(connection)
            bookings.read({client.name for client in self.clients})
            bookings.add(self.waiting, "bench")
            bookings.write(self.store)
        self.waiting.clear()

    def close(self) -> None:
        """Write the rest: entries, tickets, the counters."""
        self.flush()
        rows = [ticket_row(ticket) for ticket in self.tickets.values()]
        with self.store.writing(durable=False) as connection:
            connection.execute(insert(schema.ticket), rows)
            for name, last in {"entry": self.last_entry, "ticket": self.last_ticket}.items():
                _count(connection, name, last)
            connection.exec_driver_sql("ANALYZE")


def _keep_papers(store: Store, papers: Iterable[list[Document]], acts: int) -> None:
    """Write documents; reports are numbered as they come."""
    reports = 0
    for made in papers:
        numbered = []
        for paper in made:
            reports += paper.kind == REPORT
            numbered.append(replace(paper, number=reports) if paper.kind == REPORT else paper)
        with store.writing(durable=False) as connection:
            write_documents(connection, [Decision(documents=tuple(numbered))], datetime.combine(EVENING, time(), UTC))
    with store.writing(durable=False) as connection:
        _count(connection, document_counter(REPORT, YEAR), reports)
        _count(connection, document_counter(ACT, YEAR), acts)
        connection.exec_driver_sql("ANALYZE")


def _count(connection: Connection, name: str, last: int) -> None:
    counter = schema_work.counter
    if not connection.execute(update(counter).where(counter.c.name == name).values(last=last)).rowcount:
        connection.execute(insert(counter).values(name=name, last=last))
