"""`maild bench --entries N`: what a large ledger costs. An audit of all of it, one evening's reports, a client's statement."""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from maild.bench.books import EVENING, YEAR, keep_books, write_clients
from maild.bench.multiplied import multiply
from maild.config import Config, load
from maild.desk.decision import Due
from maild.ledger.statement import month_days
from maild.reports import daily
from maild.reports.figures import balances_of, statement_of
from maild.sandbox.configuration import write_config
from maild.service import setting_of
from maild.store.store import Store
from maild.timetable import Timetable

NO_SERVER = 9  # discard: nothing is sent
SAMPLES = 100
NIGHT = datetime(EVENING.year, EVENING.month, EVENING.day, 22, tzinfo=UTC)


@dataclass
class Figures:
    """What was measured. Statements and balances: median milliseconds of a client's, read from memory that is warm."""

    entries: int
    clients: int
    made_seconds: float
    verify_seconds: float
    verify_cpu_seconds: float  # of all its processes: what a busy machine cannot blur
    verified: str
    reports: int = 0
    reports_seconds: float = 0.0
    reports_cpu_seconds: float = 0.0
    statement_ms: float = 0.0
    statement_worst_ms: float = 0.0
    balance_ms: float = 0.0
    stored_entries: int = 0
    stored_statement_ms: float = 0.0
    stored_statement_worst_ms: float = 0.0
    stored_balance_ms: float = 0.0


def bench(entries: int, clients: int, stored: int, database: str = "", as_json: bool = False) -> int:
    """Measure and print. `stored`: multiply the entries to so many before statements are measured again, 0 for not."""
    console = Console(stderr=as_json)
    with tempfile.TemporaryDirectory(prefix="maild-bench-") as folder:
        ports = {"imap_port": NO_SERVER, "smtp_port": NO_SERVER, "health_port": NO_SERVER, "password": "none"}
        url = {"database": database} if database else {}
        config_path = write_config(Path(folder), **ports, **url)  # type: ignore[arg-type]
        write_clients(config_path, clients)
        figures = _measured(config_path, entries, clients, stored, console)
    if as_json:
        print(json.dumps(asdict(figures), indent=1))
        return 0
    for name, value in asdict(figures).items():
        console.print(f"  {name.replace('_', ' '):40} {value}")
    return 0


def _measured(config_path: Path, entries: int, clients: int, stored: int, console: Console) -> Figures:
    config = load(config_path)
    with closing(Store(config.database_url, "bench")) as store:
        store.migrate()
        console.print(f"{entries} entries of {clients} clients are booked …")
        began = time.perf_counter()
        keep_books(store, config, config_path, entries, console)
        made_seconds = time.perf_counter() - began
        console.print("audited …")
        began, spent_before = time.perf_counter(), _spent_by_children()
        command = [sys.executable, "-m", "maild", "verify", "--config", str(config_path)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603 - our own program
        booked = sum(count for count, _ in store.chain_heads().values())
        seconds, spent = time.perf_counter() - began, _spent_by_children() - spent_before
        figures = Figures(booked, clients, made_seconds, seconds, spent, done.stdout.strip())
        figures.statement_ms, figures.statement_worst_ms, figures.balance_ms = _reading(store, config)
        console.print("one evening's reports …")
        began, spent_before = time.perf_counter(), time.process_time()
        figures.reports = _evening(store, config)
        figures.reports_seconds = time.perf_counter() - began
        figures.reports_cpu_seconds = time.process_time() - spent_before
        if stored:
            console.print(f"multiplied to {stored} entries …")
            figures.stored_entries = multiply(store, booked, stored)
            figures.stored_statement_ms, figures.stored_statement_worst_ms, figures.stored_balance_ms = _reading(store, config)
    for name, value in asdict(figures).items():
        if isinstance(value, float):
            setattr(figures, name, round(value, 2))
    return figures


def _spent_by_children() -> float:
    """CPU seconds of all processes that this one has started and that have ended."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def _evening(store: Store, config: Config) -> int:
    """Compose the report of every client; return how many letters wait in the outbox."""
    clients = [client for client in config.directory.clients.values() if client.report_to]
    store.set_dues([Due(daily.REPORT, client.id, daily.due_on(client, EVENING)) for client in clients])
    setting = setting_of(config, NIGHT)
    Timetable(store, lambda: setting).keep(NIGHT, NIGHT)
    return sum(store.counts().letters.values())


def _reading(store: Store, config: Config) -> tuple[float, float, float]:
    """(median, worst) milliseconds of a month's statement, and the median of a balance, over clients far apart."""
    names = [name for name in config.directory.clients if name.startswith("c")]
    first, last = month_days(YEAR, 10)
    statements, balances = [], []
    for place in range(SAMPLES):
        client = config.directory.clients[names[place * len(names) // SAMPLES]]
        began = time.perf_counter()
        made = list(statement_of(store, client, first, last))
        statements.append(1000 * (time.perf_counter() - began))
        if not made:
            raise RuntimeError(f"{client.id} has no statement")
        began = time.perf_counter()
        balances_of(store, config.directory, client.id)
        balances.append(1000 * (time.perf_counter() - began))
    return statistics.median(statements), max(statements), statistics.median(balances)
