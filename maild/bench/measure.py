"""One run of the bench: a world, a backlog, the daemon, and what was measured."""

from __future__ import annotations

import json
import shutil
import statistics
import tempfile
import time
import urllib.request
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from maild.bench.backlog import ATTACHED, REPLIES, fill
from maild.bench.bare import bare_loop
from maild.bench.cost import Cost
from maild.bench.grown import grow, lookups_ms
from maild.bench.peers import Peer, PeerFault, peers
from maild.bench.quiet import quiet, steady
from maild.bench.sink_process import SinkProcess
from maild.config import load
from maild.sandbox.demo import running
from maild.sandbox.dovecot import Dovecot
from maild.sandbox.filled import Filled
from maild.sandbox.world import MailWorld, free_port
from maild.store.queries import Filter
from maild.store.store import Store

SILENT_SECONDS = 20  # without a letter: what has not come by then does not come
BARE_USER = "bare@vendor.test"
STEADY_PER_SECOND = 20.0


@dataclass(frozen=True)
class Plan:
    """What to measure. `bare`, `quiet_mails` and `steady_seconds` may be 0; `grown` is (tickets, messages) already stored."""

    messages: int = 5000
    quiet_mails: int = 100
    bare: int = 1500
    grown: tuple[int, int] = (0, 0)
    steady_seconds: float = 0
    database: str = ""
    embedded: bool = False
    peers: str = ""  # a Python that has them
    peer_messages: int = 500
    nodes: int = 1  # on one PostgreSQL


@dataclass
class Figures:
    """What was measured; rates in messages a second, memory in MB (proportional set size of the daemon and its workers)."""

    messages: int
    acks: int
    notifications: int
    start_to_ready_seconds: float
    rate_with_start: float
    rate_steady: float
    rate_first_thousand: float
    rate_last_thousand: float
    all_letters_seconds: float
    acks_before_last_notification_percent: float
    peak_memory_mb: float = 0.0
    daemon_cpu_ms_each: float = 0.0
    workers_cpu_ms_each: float = 0.0
    bare_rate: float = 0.0
    percent_of_bare: float = 0.0
    grown_tickets: int = 0
    thread_lookup_ms: float = 0.0
    case_load_ms: float = 0.0
    quiet_median_seconds: float = 0.0
    quiet_worst_seconds: float = 0.0
    steady_median_seconds: float = 0.0
    steady_p99_seconds: float = 0.0
    mailbox: str = ""
    database: str = ""
    tickets: int = 0
    threads: int = 0  # that are truly there
    peers: list[Peer] = field(default_factory=list)


def bench(plan: Plan, as_json: bool = False) -> int:
    """Measure and print. Returns an exit code."""
    console = Console(stderr=as_json)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="maild-bench-")))
        folder.chmod(0o755)
        dovecot = None if plan.embedded else Dovecot.installed(folder / "dovecot")
        world: Dovecot | Filled = stack.enter_context(dovecot) if dovecot else stack.enter_context(Filled())
        sink = stack.enter_context(SinkProcess())
        health = free_port()
        config = MailWorld(world.imap_port, sink.port).write_config(
            folder, health_port=health, poll="1s", database=plan.database or "sqlite:///../var/maild.db"
        )
        url = load(config).database_url
        lookups = _grown(url, plan, console)
        bare = _bare(world, sink, plan, folder, console) if dovecot else 0.0
        others = _peers(sink, plan, folder, console)
        console.print(f"{plan.messages} mixed mails into {'Dovecot' if dovecot else 'the embedded server'} …")
        sizes, threads = fill(world.deliver, plan.messages, console)
        started = time.time()
        with running(config) as daemon:
            ready = _ready_after(health, started)
            for number in range(2, plan.nodes + 1):
                stack.enter_context(running(_another(number, world, sink, plan, folder)))
            cost = Cost(daemon.pid)
            log = _taken_in(sink, cost, plan.messages, started, console)
            spent = (cost.cpu_seconds, cost.workers_cpu_seconds)
            with closing(Store(url, "bench")) as store:
                kept = [instant.timestamp() for instant in store.kept_instants()]
                tickets = 0 if plan.grown[0] else sum(1 for _ in store.tickets(Filter()))
            latencies = [quiet(world.deliver, sink, number) for number in range(plan.quiet_mails)]
            waits = steady(world.deliver, sink, STEADY_PER_SECOND, plan.steady_seconds, console) if plan.steady_seconds else []
            cost.look()
    figures = _figures(log, kept, plan.messages, started, ready)
    figures.peak_memory_mb = round(cost.peak_mb, 1)
    figures.daemon_cpu_ms_each, figures.workers_cpu_ms_each = (round(1000 * each / plan.messages, 2) for each in spent)
    figures.bare_rate = round(bare, 1)
    figures.percent_of_bare = round(100 * figures.rate_steady / bare, 1) if bare else 0.0
    figures.grown_tickets = plan.grown[0]
    figures.thread_lookup_ms, figures.case_load_ms = (round(each, 2) for each in lookups)
    if latencies:
        figures.quiet_median_seconds, figures.quiet_worst_seconds = (
            round(each, 3) for each in (statistics.median(latencies), max(latencies))
        )
    if waits:
        figures.steady_median_seconds = round(statistics.median(waits), 3)
        figures.steady_p99_seconds = round(sorted(waits)[int(0.99 * (len(waits) - 1))], 3)
    figures.mailbox = "dovecot" if dovecot else "embedded"
    figures.database = (plan.database or "sqlite").split(":")[0]
    figures.tickets, figures.threads, figures.peers = tickets, threads, others
    _tell(figures, sizes, console, as_json)
    return 0


def _another(number: int, world: Dovecot | Filled, sink: SinkProcess, plan: Plan, folder: Path) -> Path:
    """The configuration of one node more: the same files, the same key, a health port of its own."""
    place = folder / f"node{number}"
    place.mkdir()
    made = MailWorld(world.imap_port, sink.port).write_config(place, health_port=free_port(), poll="1s", database=plan.database)
    (key,) = folder.rglob("desk.key")
    there = made.parent.parent / key.relative_to(folder)
    there.parent.mkdir(exist_ok=True)
    shutil.copy(key, there)
    return made


def _peers(sink: SinkProcess, plan: Plan, folder: Path, console: Console) -> list[Peer]:
    """What others make of the same mails, on the same machine in the same run."""
    if not plan.peers:
        return []
    console.print(f"{plan.peer_messages} of the same mails for others …")
    made = []
    try:
        for each in peers(plan.peers, plan.peer_messages, sink.port, folder):
            made.append(replace(each, letters=len(sink.report())))
    except PeerFault as fault:
        console.print(f"  not compared: {fault}")
    return made


def _grown(url: str, plan: Plan, console: Console) -> tuple[float, float]:
    """Fill the database before the daemon starts; return milliseconds of a thread's lookup, and of all that one mail needs."""
    tickets, messages = plan.grown
    if not tickets:
        return 0.0, 0.0
    console.print(f"{tickets} tickets and {messages} messages into the database …")
    with closing(Store(url, "bench-grown")) as store:
        store.migrate()
        grow(store, tickets, messages, datetime.now(UTC), console)
        return lookups_ms(store, tickets * max(1, messages // tickets), datetime.now(UTC))


def _bare(world: Dovecot | Filled, sink: SinkProcess, plan: Plan, folder: Path, console: Console) -> float:
    """The bare loop on a mailbox of its own, in the same run; 0 where it is not wanted."""
    if not plan.bare:
        return 0.0
    console.print(f"{plan.bare} of the same mails for the bare loop …")
    fill(world.deliver, plan.bare, console, BARE_USER)
    rate = bare_loop(world.imap_port, sink.port, BARE_USER, folder)
    sink.report()  # its letters are none of the daemon's
    return rate


def _taken_in(sink: SinkProcess, cost: Cost, messages: int, started: float, console: Console) -> list[tuple[float, str, str]]:
    """Wait until every notification is at the sink, or nothing comes any more; return what came."""
    log: list[tuple[float, str, str]] = []
    last_news = started
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("taken in", total=messages)
        while True:
            news = sink.report()
            log += news
            done = sum(kind == "notification" for _, kind, _ in log)
            cost.look()
            progress.update(task, completed=done)
            last_news = time.time() if news else last_news
            if done >= messages or time.time() - last_news > SILENT_SECONDS:
                return log
            time.sleep(0.25)


def _ready_after(port: int, started: float) -> float:
    """Seconds until /healthz answers."""
    while time.time() - started < 60:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1):
                return time.time() - started
        except OSError:
            time.sleep(0.02)
    raise RuntimeError("the daemon did not become ready within a minute")


def _figures(log: list[tuple[float, str, str]], kept: list[float], messages: int, started: float, ready: float) -> Figures:
    """Rates count all messages until their last ack is at the sink: a reply on a ticket has none, and is taken in between.

    The first and the last thousand are compared by when they were taken in, because letters catch up at the end.
    """
    acks = sorted(at for at, kind, _ in log if kind == "ack") or [started, started]
    notified = sorted(at for at, kind, _ in log if kind == "notification") or [started]
    each = messages / len(acks)  # messages an ack stands for
    thousand = min(1000, len(kept) // 2)

    def rate(instants: list[float], each: float = 1.0) -> float:
        seconds = instants[-1] - instants[0] if instants else 0.0
        return round((len(instants) - 1) * each / seconds, 1) if seconds else 0.0

    return Figures(
        messages=messages,
        acks=len(acks),
        notifications=len(notified),
        start_to_ready_seconds=round(ready, 2),
        rate_with_start=round(messages / max(acks[-1] - started, 0.001), 1),
        rate_steady=rate(acks, each),
        rate_first_thousand=rate(kept[: thousand + 1]),
        rate_last_thousand=rate(kept[-thousand - 1 :]),
        all_letters_seconds=round(max(acks[-1], notified[-1]) - started, 1),
        acks_before_last_notification_percent=round(100 * sum(at <= notified[-1] for at in acks) / len(acks), 1),
    )


def _tell(figures: Figures, sizes: list[int], console: Console, as_json: bool) -> None:
    if as_json:
        print(json.dumps(asdict(figures), indent=1))
        return
    console.print(
        f"median mail {statistics.median(sizes) / 1024:.1f} KB, {100 * ATTACHED:.0f} % with attachments, {100 * REPLIES:.0f} % replies"
    )
    rows = asdict(figures)
    del rows["peers"]
    for name, value in rows.items():
        console.print(f"  {name.replace('_', ' '):40} {value}")
    for each in figures.peers:
        console.print(
            f"  {each.name}: {each.rate} a second, {each.tickets} tickets of {each.threads} threads, "
            f"{each.letters} letters, {each.memory_mb} MB"
        )
