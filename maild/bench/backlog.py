"""The mail that a bench delivers: the same each time, of the sizes and shapes that a small vendor gets."""

from __future__ import annotations

import base64
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import formatdate

from rich.console import Console
from rich.progress import Progress

from maild.sandbox.demo import DESK

SENDERS = 400
REPLIES = 0.40
ATTACHED = 0.15
WORDS = """
    the report counts wrongly since the update printer invoice settings licence please help us with export of stock rows
    """.split()  # noqa: SIM905

Deliver = Callable[[str, str, bytes], None]


@dataclass(frozen=True, slots=True)
class Written:
    """One mail of the backlog. `opens`: it begins a thread, and is no reply to its sender's earlier mail."""

    sender: str
    raw: bytes
    opens: bool


def backlog(count: int, at: float) -> Iterator[Written]:
    """Fresh requests and replies to the sender's own earlier mail, written at an instant (epoch seconds); the same each time."""
    rng = random.Random(7)  # noqa: S311 - the same backlog each time
    written: dict[str, str] = {}
    for number in range(count):
        sender = f"u{rng.randrange(SENDERS)}@acme.test"
        replies = sender in written and rng.random() < REPLIES
        raw = mixed_mail(rng, number, sender, written.get(sender, "") if replies else "", at)
        written.setdefault(sender, f"<bench.{number}@acme.test>")
        yield Written(sender, raw, not replies)


def fill(deliver: Deliver, count: int, console: Console, recipient: str = DESK) -> tuple[list[int], int]:
    """Deliver a backlog. Returns the sizes of its mails in octets, and how many threads they are."""
    sizes: list[int] = []
    threads = 0
    with Progress(console=console, transient=True) as progress:
        for mail in progress.track(backlog(count, time.time()), total=count, description="delivered"):
            deliver(mail.sender, recipient, mail.raw)
            sizes.append(len(mail.raw))
            threads += mail.opens
    return sizes, threads


def mixed_mail(rng: random.Random, number: int, sender: str, replies_to: str, at: float) -> bytes:
    """One mail: 4 KB of words, now and then with an attachment; `replies_to` names the mail of ours or theirs that it answers."""
    body = "\r\n".join(" ".join(rng.choices(WORDS, k=11)) for _ in range(max(3, int(rng.gauss(52, 20)))))
    head = [
        "Authentication-Results: mx.vendor.test; dmarc=pass header.from=acme.test; dkim=pass header.d=acme.test",
        f"From: User {sender.partition('@')[0][1:]} <{sender}>",
        "To: support@vendor.test",
        f"Subject: {'Re: ' if replies_to else ''}Request {number}",
        f"Message-ID: <bench.{number}@acme.test>",
        f"Date: {formatdate(at)}",
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
