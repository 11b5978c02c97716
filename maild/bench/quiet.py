"""How soon an ack is at the sink: mail by mail on a quiet desk, and at a steady rate for minutes."""

from __future__ import annotations

import random
import time

from rich.console import Console
from rich.progress import Progress

from maild.bench.backlog import Deliver, mixed_mail
from maild.bench.sink_process import SinkProcess
from maild.sandbox.demo import DESK

PATIENCE_SECONDS = 20.0


def quiet(deliver: Deliver, sink: SinkProcess, number: int) -> float:
    """Seconds from a delivery on a quiet desk to its ack at the sink."""
    sender = f"quiet{number}@acme.test"
    time.sleep(0.15)
    began = time.time()
    deliver(sender, DESK, mixed_mail(random.Random(number), 1_000_000 + number, sender, "", began))  # noqa: S311
    while time.time() - began < PATIENCE_SECONDS:
        for at, kind, recipient in sink.report():
            if kind == "ack" and recipient == sender:
                return at - began
        time.sleep(0.005)
    return PATIENCE_SECONDS


def steady(deliver: Deliver, sink: SinkProcess, per_second: float, seconds: float, console: Console) -> list[float]:
    """Seconds from delivery to ack of each mail, while so many a second come. A mail without an ack counts as `PATIENCE_SECONDS`."""
    rng = random.Random(13)  # noqa: S311 - the same mails each time
    mails = int(per_second * seconds)
    delivered: dict[str, float] = {}
    acked: dict[str, float] = {}
    began = time.time()

    def look() -> None:
        acked.update({recipient: at for at, kind, recipient in sink.report() if kind == "ack"})

    with Progress(console=console, transient=True) as progress:
        for number in progress.track(range(mails), description=f"{per_second:g} a second"):
            time.sleep(max(0.0, began + number / per_second - time.time()))
            sender = f"steady{number}@acme.test"
            raw = mixed_mail(rng, 2_000_000 + number, sender, "", time.time())
            delivered[sender] = time.time()
            deliver(sender, DESK, raw)
            if number % 100 == 0:
                look()
    ends_at = time.time() + PATIENCE_SECONDS
    while len(acked.keys() & delivered.keys()) < mails and time.time() < ends_at:
        time.sleep(0.1)
        look()
    return [acked[sender] - at if sender in acked else PATIENCE_SECONDS for sender, at in delivered.items()]
