"""What others make of the same backlog on the same machine: Roundup's and django-helpdesk's mail gateways, where they are installed.

Each runs as its own documentation says, on SQLite, over the same SMTP sink, by a Python of its own (`maild bench --peers PYTHON`, one with
`pip install roundup django-helpdesk` and what these ask for). Their mail lies in a file or a folder: they are spared IMAP.
"""

from __future__ import annotations

import json
import mailbox
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from maild.bench.backlog import Written, backlog

SECONDS_MAX = 1800


@dataclass(frozen=True, slots=True)
class Peer:
    """What one of them did: `tickets` that it made of so many `threads`, `rate` in messages a second, memory as resident set size."""

    name: str
    messages: int
    rate: float
    tickets: int
    threads: int
    memory_mb: float
    letters: int = 0  # that it sent


class PeerFault(Exception):  # noqa: N818 - a fault, as everywhere in this house
    """One of them could not be run; its last words."""


def peers(python: str, count: int, smtp_port: int, folder: Path) -> Iterator[Peer]:
    """Each of them on the first mails of the backlog. Raises PeerFault."""
    mails = list(backlog(count, time.time()))
    yield _run(python, "peer_roundup", [_as_mbox(mails, folder / "backlog.mbox")], smtp_port, folder, mails)
    yield _run(python, "peer_helpdesk", [_as_files(mails, folder / "backlog")], smtp_port, folder, mails)


def _run(python: str, script: str, more: Sequence[str], smtp_port: int, folder: Path, mails: Sequence[Written]) -> Peer:
    scratch = folder / script
    scratch.mkdir()
    command = [python, str(Path(__file__).with_name(f"{script}.py")), str(scratch), *more, str(smtp_port)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS_MAX)  # noqa: S603 - the operator's own
    try:
        told = json.loads(done.stdout.splitlines()[-1])
    except (IndexError, ValueError):
        raise PeerFault(f"{script}: {(done.stderr or done.stdout)[-400:].strip()}") from None
    threads = sum(mail.opens for mail in mails)
    return Peer(
        told["name"], len(mails), round(len(mails) / told["seconds"], 1), told["tickets"], threads, round(told["memory_mb"], 1)
    )


def _as_mbox(mails: Sequence[Written], place: Path) -> str:
    box = mailbox.mbox(place)
    for mail in mails:
        box.add(mail.raw.replace(b"\r\n", b"\n"))
    box.close()
    return str(place)


def _as_files(mails: Sequence[Written], place: Path) -> str:
    place.mkdir()
    for number, mail in enumerate(mails):
        (place / f"{number:06}.eml").write_bytes(mail.raw)
    return str(place)
