"""`maild demo`: a day of two clients, played on real IMAP and SMTP by the real daemon, shown mail by mail.

Nothing is simulated but the people: the daemon is the program itself, started as a process with configuration files.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.panel import Panel
from rich.rule import Rule
from rich.text import Text

from maild.config import load
from maild.reports.daily import due_after
from maild.sandbox.people import Person
from maild.sandbox.received import Mail
from maild.sandbox.world import MailWorld

DESK = "support@vendor.test"
STOP_SECONDS = 15
SHOWN_LINES = 24


def play(console: Console | None = None) -> int:
    """Play the day; return an exit code. Leaves nothing running."""
    console = console or Console(width=100)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="maild-demo-") as folder, MailWorld() as world:
        config = world.write_config(Path(folder), poll="5s")
        console.print(Rule("maild demo: one day of a help desk with no screens"))
        console.print(
            f"A real IMAP server (port {world.imap_port}) and SMTP server (port {world.smtp_port}) here, and maild between them.\n"
        )
        with running(config):
            day = Day(console, world)
            day.a_prepaid_client()
            day.a_client_by_the_hour()
            day.a_top_up()
            day.a_stranger()
        day.evening(config)
    console.print(Rule("what stays"))
    console.print(f"That was a day in {time.monotonic() - started:.0f} s. Nothing is left running.")
    console.print("Play all the roles yourself, with Thunderbird or mutt:  [bold].venv/bin/maild sandbox[/bold]")
    console.print("Point it at a mailbox of your own:                      [bold]docs/operating.md[/bold]")
    return 0


@contextmanager
def running(config: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The daemon as a process of its own, ended cleanly."""
    with (config.parent.parent / "var" / "maild.log").open("ab") as log:
        daemon = subprocess.Popen(  # noqa: S603 - our own program, fixed arguments
            [sys.executable, "-m", "maild", "run", "--config", str(config)], stdout=log, stderr=log, start_new_session=True
        )
        try:
            yield daemon
        finally:
            daemon.send_signal(signal.SIGTERM)
            try:
                daemon.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()


class Day:
    """The scenes, in the order in which they are played."""

    def __init__(self, console: Console, world: MailWorld) -> None:
        self.console = console
        self.people = {account.address: Person(world, account.address) for account in world.accounts}
        self.step = 0

    def a_prepaid_client(self) -> None:
        """Anna asks in Russian, Olga answers and writes 25 minutes, Anna confirms."""
        anna, olga = self.people["anna@acme.test"], self.people["olga@vendor.test"]
        self.scene("Anna of Acme writes to support@, in Russian")
        anna.send(DESK, "Молчит чековый принтер", "Здравствуйте!\n\nС утра принтер не печатает чеки. Что делать?\n\nАнна")
        ack = self.show(anna, "ack")
        note = self.show(
            olga, "notification", "Olga, Acme's own engineer, gets it as an ordinary mail, balance and deadline first"
        )
        self.scene("Olga presses Reply, answers, and writes down her time in the same mail")
        olga.reply(
            note,
            "Анна, добрый день!\n\nПереключите кабель в другой порт и напечатайте тест.\n\n"
            "/время 25м проверили драйвер по телефону\n/решено",
        )
        asks = self.show(anna, "asks", "Anna gets the answer, without Olga's lines, with the question below it")
        self.show(olga, "receipt")
        self.scene("Anna presses the first button: solved. Only her word closes the ticket")
        anna.press(asks.buttons[0])
        self.ticket = ack.ticket

    def a_client_by_the_hour(self) -> None:
        """Gleb asks in English, Petr takes the ticket and answers; time is charged by the half hour."""
        gleb, petr = self.people["gleb@globex.test"], self.people["petr@vendor.test"]
        self.scene("Gleb of Globex writes, a client by the half hour, in English")
        gleb.send(DESK, "Export stops at row 1000", "Hello,\n\nthe export stops at row 1000 since the update.\n\nGleb")
        self.show(gleb, "ack")
        note = petr.wait_for("notification")
        petr.reply(note, "Hello Gleb,\n\nplease raise the limit in Settings, Export.\n\n/tiem 10m export limit")
        self.show(petr, "hold", "A slip of the finger (/tiem) holds the whole mail: nothing is sent, nothing is booked")
        held = petr.wait_for("hold")
        self.scene("Petr replies to the hold with the corrected line alone")
        petr.reply(held, "/time 10m export limit", quote=False)
        self.show(gleb, "relay", "Now Gleb has his answer")

    def a_top_up(self) -> None:
        """The accountant books a payment; money needs two proofs."""
        alla = self.people["alla@vendor.test"]
        self.scene("Alla, the accountant, books a payment of Acme by mail")
        alla.send(DESK, "Acme paid", "/topup acme 10h invoice 2026-113")
        asked = self.show(alla, "challenge", "Money moves only with both proofs: maild asks at her registered address")
        alla.reply(asked, "yes")
        self.show(alla, "receipt")

    def a_stranger(self) -> None:
        """A stranger quotes Anna's ticket number and learns nothing."""
        vera = self.people["vera@elsewhere.test"]
        self.scene("A stranger quotes Anna's ticket number: they get a ticket of their own, and learn nothing")
        vera.send(DESK, f"Re: [#{self.ticket}] Молчит чековый принтер", "What did they answer?")
        self.show(vera, "ack")

    def evening(self, config: Path) -> None:
        """The day's report goes out at the client's own time; the books agree."""
        client = load(config).directory.clients["acme"]
        at = due_after(client, datetime.now(UTC)) + timedelta(minutes=1)
        self.scene(f"It is evening at Acme ({at.astimezone(client.zone):%d %b %H:%M}): the report of the day's work")
        self._maild("once", "--now", at.isoformat(), config=config)
        self.show(self.people["boss@acme.test"], "report")
        self._maild("verify", config=config)
        rows = json.loads(self._maild("balance", "--json", config=config))
        self.scene("The balance, as the books have it")
        for row in rows:
            self.console.print(
                f"  {row['client']:8} {row['contract']:10} opening {row['opening']:5} + bought {row['bought']:5} − used {row['used']:4}"
                f" + corrected {row['corrected']:4} − expired {row['expired']:3} = closing {row['closing']:5} min"
            )
        for person in self.people.values():
            person.close()

    def scene(self, title: str) -> None:
        """A headline."""
        self.step += 1
        self.console.print()
        self.console.print(Rule(f"{self.step}. {title}", align="left"))

    def show(self, person: Person, kind: str, remark: str = "") -> Mail:
        """Wait for a mail and show it as its reader sees it."""
        before = sum(1 for mail in person.inbox() if mail.kind == kind or (kind == "asks" and mail["Maild-Asks"] == "confirm"))
        mail = person.wait_for(kind, count=max(before, 1))
        if remark:
            self.console.print(f"[italic]{remark}[/italic]")
        lines = mail.text.rstrip("\n").split("\n")
        body = "\n".join(_shortened(line) for line in lines[:SHOWN_LINES]) + ("\n…" if len(lines) > SHOWN_LINES else "")
        head = f"From:    {mail['From']}\nTo:      {mail['To']}\nSubject: {mail.subject}"
        self.console.print(
            Panel(Text(f"{head}\n\n{body}"), title=f"{person.name} reads ({mail.kind})", title_align="left", width=96)
        )
        return mail

    def _maild(self, *words: str, config: Path) -> str:
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", "maild", *words, "--config", str(config)], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"maild {' '.join(words)} ended with {done.returncode}: {done.stderr[-400:]}")
        return done.stdout


def _shortened(line: str) -> str:
    """A signed address is long: its middle is left out on the screen."""
    start = line.find("mailto:")
    return line if start < 0 or len(line) < 60 else f"{line[: start + 24]}…{line[line.rfind('@') :]}"
