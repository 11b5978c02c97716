"""`maild bench`: how fast the real daemon takes in a backlog, how soon it answers on a quiet desk, what it costs in memory.

Figures, not tests: the same daemon process, configuration files, IMAP and SMTP as in service. Mail comes from Debian's Dovecot where
it is installed, else from the embedded server.
"""

from __future__ import annotations

import base64
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass
from email.utils import formatdate
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from maild.config import load
from maild.sandbox.demo import DESK, running
from maild.sandbox.dovecot import Dovecot
from maild.sandbox.filled import Filled
from maild.sandbox.world import MailWorld, free_port
from maild.store.store import Store

SENDERS = 400
REPLIES = 0.40
ATTACHED = 0.15
SILENT_SECONDS = 20  # without a letter: what has not come by then does not come
WORDS = [
    "the",
    "report",
    "counts",
    "wrongly",
    "since",
    "the",
    "update",
    "printer",
    "invoice",
    "settings",
    "licence",
    "please",
    "help",
    "us",
    "with",
    "export",
    "of",
    "stock",
    "rows",
]

Deliver = Callable[[str, str, bytes], None]


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
    peak_memory_mb: float
    quiet_median_seconds: float
    quiet_worst_seconds: float
    mailbox: str = ""
    database: str = ""


def bench(messages: int = 5000, quiet: int = 100, database: str = "", embedded: bool = False, as_json: bool = False) -> int:
    """Measure and print. Returns an exit code."""
    console = Console(stderr=as_json)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="maild-bench-")))
        folder.chmod(0o755)
        dovecot = None if embedded else Dovecot.installed(folder / "dovecot")
        world: Dovecot | Filled = stack.enter_context(dovecot) if dovecot else stack.enter_context(Filled())
        sink = stack.enter_context(SinkProcess())
        health = free_port()
        config = MailWorld(world.imap_port, sink.port).write_config(
            folder, health_port=health, poll="1s", database=database or "sqlite:///../var/maild.db"
        )
        console.print(f"{messages} mixed mails into {'Dovecot' if dovecot else 'the embedded server'} …")
        sizes = _fill(world.deliver, messages, console)
        started = time.time()
        with running(config) as daemon, Progress(console=console, transient=True) as progress:
            ready = _ready_after(health, started)
            memory = Memory(daemon.pid)
            task = progress.add_task("taken in", total=messages)
            log: list[tuple[float, str, str]] = []
            last_news = started
            while True:
                news = sink.report()
                log += news
                done = sum(kind == "notification" for _, kind, _ in log)
                memory.look()
                progress.update(task, completed=done)
                last_news = time.time() if news else last_news
                if done >= messages or time.time() - last_news > SILENT_SECONDS:
                    break
                time.sleep(0.25)
            with closing(Store(load(config).database_url, "bench")) as store:
                kept = [instant.timestamp() for instant in store.kept_instants()]
            latencies = [_quiet(world.deliver, sink, number) for number in range(quiet)]
            memory.look()
    figures = _figures(log, kept, messages, started, ready, memory.peak_mb, latencies)
    figures.mailbox = "dovecot" if dovecot else "embedded"
    figures.database = (database or "sqlite").split(":")[0]
    if as_json:
        print(json.dumps(asdict(figures), indent=1))
    else:
        console.print(
            f"median mail {statistics.median(sizes) / 1024:.1f} KB, {100 * ATTACHED:.0f} % with attachments, {100 * REPLIES:.0f} % replies"
        )
        for name, value in asdict(figures).items():
            console.print(f"  {name.replace('_', ' '):40} {value}")
    return 0


class SinkProcess:
    """The SMTP sink, in a process of its own so that it takes nothing from the daemon's interpreter."""

    def __enter__(self) -> SinkProcess:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "maild.sandbox.sink"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(5)

    def report(self) -> list[tuple[float, str, str]]:
        """What came since the last report: (when, Maild-Kind, recipient)."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("report\n")
        self.process.stdin.flush()
        return [(at, kind, to) for at, kind, to in json.loads(self.process.stdout.readline())]


class Memory:
    """The peak of a process tree's proportional set size."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.peak_mb = 0.0

    def look(self) -> None:
        """Measure now."""
        total = 0
        for pid in _tree(self.pid):
            try:
                text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
            except OSError:
                continue  # it has ended meanwhile
            total += sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
        self.peak_mb = max(self.peak_mb, total / 1024)


def _tree(pid: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        children = [int(child) for task in tasks for child in (task / "children").read_text(encoding="ascii").split()]
    except OSError:
        return []
    return [pid, *(each for child in children for each in _tree(child))]


def _fill(deliver: Deliver, count: int, console: Console) -> list[int]:
    """Deliver a backlog: fresh requests and replies to the sender's own earlier mail."""
    rng = random.Random(7)  # noqa: S311 - the same backlog each time
    written: dict[str, str] = {}
    sizes: list[int] = []
    with Progress(console=console, transient=True) as progress:
        for number in progress.track(range(count), description="delivered"):
            sender = f"u{rng.randrange(SENDERS)}@acme.test"
            replies = sender in written and rng.random() < REPLIES
            raw = _mail(rng, number, sender, written.get(sender, "") if replies else "")
            written.setdefault(sender, f"<bench.{number}@acme.test>")
            deliver(sender, DESK, raw)
            sizes.append(len(raw))
    return sizes


def _mail(rng: random.Random, number: int, sender: str, replies_to: str) -> bytes:
    body = "\r\n".join(" ".join(rng.choices(WORDS, k=11)) for _ in range(max(3, int(rng.gauss(52, 20)))))
    head = [
        "Authentication-Results: mx.vendor.test; dmarc=pass header.from=acme.test; dkim=pass header.d=acme.test",
        f"From: User {sender[1:3]} <{sender}>",
        "To: support@vendor.test",
        f"Subject: {'Re: ' if replies_to else ''}Request {number}",
        f"Message-ID: <bench.{number}@acme.test>",
        f"Date: {formatdate()}",
        *((f"In-Reply-To: {replies_to}", f"References: {replies_to}") if replies_to else ()),
        "MIME-Version: 1.0",
    ]
    if rng.random() >= ATTACHED:
        return "\r\n".join([*head, "Content-Type: text/plain; charset=utf-8", "", body, ""]).encode()
    octets = rng.randbytes(rng.randrange(15_000, 150_000))

    file = base64.encodebytes(octets).replace(b"\n", b"\r\n").decode()
    parts = [
        *head,
        'Content-Type: multipart/mixed; boundary="b"',
        "",
        "--b",
        "Content-Type: text/plain; charset=utf-8",
        "",
        body,
        "--b",
        'Content-Type: application/pdf; name="scan.pdf"',
        'Content-Disposition: attachment; filename="scan.pdf"',
        "Content-Transfer-Encoding: base64",
        "",
        file + "--b--",
        "",
    ]
    return "\r\n".join(parts).encode()


def _ready_after(port: int, started: float) -> float:
    """Seconds until /healthz answers."""
    while time.time() - started < 60:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1):
                return time.time() - started
        except OSError:
            time.sleep(0.02)
    raise RuntimeError("the daemon did not become ready within a minute")


def _quiet(deliver: Deliver, sink: SinkProcess, number: int) -> float:
    """Seconds from a delivery on a quiet desk to its ack at the sink."""
    sender = f"quiet{number}@acme.test"
    time.sleep(0.15)
    began = time.time()
    deliver(sender, DESK, _mail(random.Random(number), 1_000_000 + number, sender, ""))  # noqa: S311
    while time.time() - began < 20:
        for at, kind, recipient in sink.report():
            if kind == "ack" and recipient == sender:
                return at - began
        time.sleep(0.005)
    return 20.0


def _figures(
    log: list[tuple[float, str, str]],
    kept: list[float],
    messages: int,
    started: float,
    ready: float,
    peak_mb: float,
    latencies: list[float],
) -> Figures:
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
        peak_memory_mb=round(peak_mb, 1),
        quiet_median_seconds=round(statistics.median(latencies), 3) if latencies else 0.0,
        quiet_worst_seconds=round(max(latencies), 3) if latencies else 0.0,
    )
