"""`maild sandbox`: the little mail world kept up, with the real daemon in it, until Ctrl-C: play all roles with any mail client."""

from __future__ import annotations

import signal
import tempfile
import threading
from pathlib import Path

from rich.console import Console
from rich.table import Table

from maild.sandbox.demo import DESK, running
from maild.sandbox.world import MailWorld

IMAP_PORT, SMTP_PORT = 1143, 1025


def serve(folder: Path | None = None, imap_port: int = IMAP_PORT, smtp_port: int = SMTP_PORT) -> int:
    """Serve until a signal; return an exit code. Mail lives in memory, the desk's database in `folder`."""
    console = Console()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with tempfile.TemporaryDirectory(prefix="maild-sandbox-") as scratch, MailWorld(imap_port, smtp_port) as world:
        config = world.write_config(folder or Path(scratch), poll="5s")
        with running(config) as daemon:
            table = Table(
                "address (login)",
                "who",
                title=f"IMAP {world.host}:{world.imap_port} · SMTP {world.host}:{world.smtp_port} · no encryption",
            )
            for account in world.accounts:
                table.add_row(account.address, f"{account.name}: {account.part}")
            console.print(table)
            console.print(
                f"Everybody's password: [bold]{world.password}[/bold]. Write to {DESK}; staff log in to send, customers need not."
            )
            console.print(f"Configuration: {config}\nLook inside:   maild tickets --config {config}\nCtrl-C ends it.")
            while not stop.wait(0.5):
                if daemon.poll() is not None:
                    console.print(
                        f"maild ended with {daemon.returncode}; its log: {config.parent.parent / 'var' / 'maild.log'}"
                    )
                    return 1
    return 0
