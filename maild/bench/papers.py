"""The documents of a year: what the desk would have sent of a ledger, a report each evening with work and an act each month.

They are made by the program's own rules, each client's by itself, in as many processes as there are processors; only their letters
are left out. Nothing is written here.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, time
from functools import cache
from itertools import groupby
from pathlib import Path

from maild import paperwork
from maild.config import Config, load
from maild.desk.decision import Document
from maild.desk.directory import Client
from maild.desk.incoming import Rules
from maild.ledger.balance import Balance, apply, effects
from maild.ledger.entry import Entry
from maild.ledger.statement import month_days, period
from maild.reports import daily
from maild.reports.act_periods import period_key
from maild.reports.daily_sums import Uncovered
from maild.reports.paper import Heading
from maild.reports.paper_files import files
from maild.service import setting_of
from maild.store.store import Store

Month = tuple[int, int]
Order = tuple[str, tuple[tuple[Month, int], ...]]  # a client, and the numbers that its acts get


def documents(config_path: Path, orders: Sequence[Order], last_day: date) -> Iterator[list[Document]]:
    """Each client's reports up to a day (without numbers) and its acts."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(len(os.sched_getaffinity(0))) as pool:
        yield from pool.imap(_of_client, ((config_path, order, last_day) for order in orders))


def _of_client(asked: tuple[Path, Order, date]) -> list[Document]:
    config_path, (name, acts), last_day = asked
    config, rules = _desk(config_path)
    client = config.directory.clients[name]
    with closing(Store(config.database_url, "bench")) as store:
        entries = list(store.entries(name))
        subjects = store.subjects({entry.ticket for entry in entries if entry.ticket})
        made = list(reports(client, entries, subjects, last_day, rules))
        made += [_act(store, client, month_days(*month), number, rules) for month, number in acts]
    return made


@cache
def _desk(config_path: Path) -> tuple[Config, Rules]:
    config = load(config_path)
    return config, setting_of(config, datetime.combine(date.today(), time(), UTC)).rules


def reports(
    client: Client, entries: Iterable[Entry], subjects: dict[int, str], last_day: date, rules: Rules
) -> Iterator[Document]:
    """A client's reports, each as if its evening had come before anything later was booked."""
    balances: dict[str, Balance] = {}
    last: Document | None = None
    waiting: list[Entry] = []
    seq = 1
    for due_at, booked in groupby(entries, lambda entry: daily.due_after(client, entry.booked_at)):
        if due_at > daily.due_on(client, last_day):
            return
        for entry in booked:
            waiting.append(entry)
            for contract in effects(entry):
                balances[contract] = apply(balances.get(contract) or Balance(client.id, contract), entry)
        uncovered = Uncovered(tuple(waiting), False, last, (), balances, (), subjects, next_seq=seq + len(waiting))
        if made := daily.report(client, due_at, uncovered, rules).documents:
            last = made[0]
            seq += len(waiting)
            waiting.clear()
            yield last


def _act(store: Store, client: Client, days: tuple[date, date], number: int, rules: Rules) -> Document:
    facts = {**paperwork.act_of(store, client, days, rules).facts, "corrects": None, "csv": {}}
    key, (_, cut_at) = period_key(*days), period(*days, client.zone)
    covered = tuple(sorted(row["entry"] for row in facts["lines"]))
    made = files(Heading(paperwork.ACT, number, days[1]), facts, key, cut_at)
    return Document(paperwork.ACT, client.id, key, cut_at, days[1], facts, covered, days[1].year, number, made)
