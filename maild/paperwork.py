"""From memory to the figures and files of a client's period: what acts, statements and the register are made of. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from maild.config import ConfigFaults, read_directory
from maild.desk.decision import Document
from maild.desk.directory import Client
from maild.desk.incoming import Rules
from maild.ledger.entry import Entry
from maild.ledger.statement import corrected_by, period
from maild.message import Attachment
from maild.reports.act_periods import period_key
from maild.reports.figures_of_period import Covered, figures, is_worth_a_document
from maild.reports.paper import Heading
from maild.reports.paper_files import files
from maild.store.queries import Filter
from maild.store.store import Store

ACT, STATEMENT = "act", "statement"
Days = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Prepared:
    """The figures of a period, the entries behind them, and whether they are worth a document."""

    facts: dict[str, Any]
    entries: tuple[int, ...]
    worth: bool


def client_of(store: Store, rules: Rules, name: str) -> Client | None:
    """A client of the directory; one that was taken out of it as the newest terms that name it have it. None where none does."""
    if (client := rules.directory.clients.get(name)) is not None:
        return client
    for version, _ in reversed(store.directory_versions()):
        text = store.directory_text(version)
        with suppress(ConfigFaults):  # terms that this program cannot read any more name nobody
            known = read_directory(text or "", f"version {version[:12]}", rules.desk).clients
            if name in known:
                return known[name]
    return None


def taken_out(store: Store, rules: Rules, since: datetime) -> tuple[Client, ...]:
    """Clients that the directory no longer names, and for which something was booked since an instant."""
    names = sorted(store.chain_heads().keys() - rules.directory.clients.keys())
    found = (client_of(store, rules, name) for name in names if store.booked(name, since))
    return tuple(client for client in found if client is not None)


def act_of(store: Store, client: Client, days: Days, rules: Rules, until: datetime | None = None) -> Prepared:
    """What the next act of a client tells for these days: what was booked in them, and what an earlier act could not know.

    `until` leaves out what was booked after it. Raises FiguresError where the balances do not agree with the books, or with the act before.
    """
    start, end = period(*days, client.zone)
    last = store.last_document(ACT, client.id)
    since = start
    if last is not None:  # entries of the time before that were noticed after its act was made belong to this one
        since = min(start, period(*days_of(last), client.zone)[0])
    open_entries = store.booked(client.id, since, end, ACT)
    entries = [entry for entry in open_entries if until is None or entry.booked_at <= until]
    later = [*(entry for entry in open_entries if until is not None and entry.booked_at > until), *store.booked(client.id, end)]
    follows = last is not None and (days[0] - days_of(last)[1]).days == 1
    closed = {each["contract"]: each["closing"] for each in last.facts["contracts"]} if last and follows else None
    return _prepared(store, client, days, entries, later, rules, closed)


def corrected_act(store: Store, client: Client, old: Document, rules: Rules) -> Prepared:
    """An act once more, with what has been booked since for its days, or to correct its entries."""
    days = days_of(old)
    start, _ = period(*days, client.zone)
    covered = told_in(old)  # a correction covers only what the acts before it did not
    fresh = [entry for entry in store.booked(client.id, start, None, ACT) if _belongs(entry, covered, days)]
    entries = sorted((*store.entries_by_id(sorted(covered)), *fresh), key=lambda entry: entry.id)
    known = {entry.id for entry in entries}
    later = [entry for entry in store.booked(client.id, start) if entry.id not in known]
    return _prepared(store, client, days, entries, later, rules, None)


def _belongs(entry: Entry, covered: set[int], days: Days) -> bool:
    """Whether an entry of a later day is about a document: it corrects one of its entries, or is work of its days."""
    corrects = corrected_by(entry)
    return corrects in covered if corrects else entry.is_time and days[0] <= entry.work_date <= days[1]


def statement_for(store: Store, client: Client, days: Days, rules: Rules, until: datetime | None = None) -> Prepared:
    """What was booked for a client within these days, whatever documents cover; `until` leaves out what was booked after it."""
    start, end = period(*days, client.zone)
    since = store.booked(client.id, start)
    entries = [entry for entry in since if entry.booked_at < end and (until is None or entry.booked_at <= until)]
    known = {entry.id for entry in entries}
    return _prepared(store, client, days, entries, [e for e in since if e.id not in known], rules, None)


def _prepared(
    store: Store,
    client: Client,
    days: Days,
    entries: Sequence[Entry],
    later: Sequence[Entry],
    rules: Rules,
    closed: dict[str, int] | None,
) -> Prepared:
    start, end = period(*days, client.zone)
    covered = Covered(
        entries,
        later,
        {balance.contract: balance for balance in store.balances(client.id)},
        store.subjects({entry.ticket for entry in entries if entry.ticket}),
        store.tickets(Filter(client=client.id, opened_from=start, opened_before=end)),
        closed,
    )
    told = figures(client, days, covered, rules.desk, rules.directory)
    return Prepared(told, tuple(entry.id for entry in entries), is_worth_a_document(entries))


def statement_files(client: Client, days: Days, prepared: Prepared) -> tuple[Attachment, ...]:
    """A statement as PDF, XLSX and CSV, dated at the end of its period: the same ledger gives the same bytes."""
    _, end = period(*days, client.zone)
    return files(Heading(STATEMENT, 0, days[1]), prepared.facts, period_key(*days), end)


def draft_files(client: Client, days: Days, prepared: Prepared) -> tuple[Attachment, ...]:
    """An act that has no number yet."""
    _, end = period(*days, client.zone)
    return files(Heading(ACT, 0, days[1]), prepared.facts, period_key(*days), end)


def heading_of(document: Document) -> Heading:
    """What an act that was made is called."""
    corrects = document.facts.get("corrects")
    old = (int(corrects["number"]), date.fromisoformat(corrects["day"])) if corrects else None
    return Heading(ACT, document.number, document.day, old)


def rendered_again(document: Document) -> tuple[Attachment, ...]:
    """The files of an act, made anew from its kept figures: they must be the kept ones, byte for byte."""
    return files(heading_of(document), document.facts, document.period.partition("/")[0], document.cut_at)


def told_in(document: Document) -> set[int]:
    """Every entry that a document tells, those included that an act before it was the first to cover."""
    return {row["entry"] for row in document.facts["lines"]}


def days_of(document: Document) -> Days:
    """The first and the last local day that a document covers."""
    return date.fromisoformat(document.facts["from"]), date.fromisoformat(document.facts["to"])
