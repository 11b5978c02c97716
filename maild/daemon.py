"""The long-running process: a thread for each mailbox and each connection to the outgoing server, one for time, one for health.

Signals: SIGTERM and SIGINT end it cleanly, SIGHUP reads the configuration again.
"""

from __future__ import annotations

import gc
import signal
import sys
import threading
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import structlog

from maild import __version__, logs
from maild.config import ConfigFaults, SecretUnavailable
from maild.deliverer import Deliverer
from maild.health import HealthServer
from maild.heart import Heart
from maild.ingest.imap_sent import was_sent
from maild.message import Arrival
from maild.notify import notify_systemd
from maild.service import Service
from maild.store.faults import AlreadyRunning, Unavailable
from maild.tally import Tally
from maild.watcher import Watcher

if TYPE_CHECKING:
    from maild.ingest.lmtp import LmtpDoor

log = structlog.get_logger("daemon")

TICK_SECONDS = 1.0
STOP_SECONDS = 9.0
BACKLOG_MESSAGES = 100
HURRY = timedelta(seconds=60)
TURN_SECONDS = 0.0005  # of a thread, where others wait: at Python's 5 ms each reply of the outgoing server would wait as long
GC_ALLOCATIONS = 30_000  # net, before the youngest are looked at: what half a batch of mails makes
DONE, WRONG = 0, 1


class Daemon:
    """All threads of `maild run`."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.stopping = threading.Event()
        self.tally = Tally()
        service.store.acked = self.tally.acked
        config, clock = service.config, service.clock
        self.deliverers = [
            Deliverer(
                config.smtp,
                service.store,
                clock=clock,
                sent=self.tally.sent,
                hurried=self._hurried,
                was_sent=partial(was_sent, config.mailboxes),
            )
            for _ in range(config.smtp.connections)
        ]
        self.watchers = [
            Watcher(
                box,
                service.pipeline,
                poll_seconds=box.poll.total_seconds(),
                max_bytes=config.limits.message_bytes,
                clock=clock,
            )
            for box in config.mailboxes
        ]
        service.pipeline.queued = self.letters_queued
        self.door: LmtpDoor | None = None
        self._hurry_ends_at: datetime | None = None
        self.waiting = threading.Event()  # arrivals that the LMTP door has kept

    def run(self) -> None:
        """Until told to stop."""
        with ExitStack() as stack:
            stack.enter_context(self.service.store.hold_exclusive())
            self._take_back()
            stack.enter_context(Heart(self.service.store, self.service.clock, self._took_over))
            if self.service.config.lmtp:
                self._open_lmtp(self.service.config.lmtp.host, self.service.config.lmtp.port)
            threads = [
                *(threading.Thread(target=w.run, name=f"mailbox {w.account.name}") for w in self.watchers),
                *(threading.Thread(target=d.run, name=f"outbox {n}") for n, d in enumerate(self.deliverers)),
                threading.Thread(target=self._arrivals, name="arrivals"),
            ]
            for thread in threads:
                thread.daemon = True
                thread.start()
            if self.service.config.health:
                health = self.service.config.health
                server = HealthServer(health.host, health.port, self.status, self.ready, self.tally)
                server.start()
                stack.callback(server.stop)
            _spare_the_collector()
            sys.setswitchinterval(TURN_SECONDS)
            notify_systemd("READY=1")
            log.info("ready", version=__version__, mailboxes=[w.account.name for w in self.watchers])
            self._time()
            self._end(threads)

    def letters_queued(self) -> None:
        """Wake the connections: a letter waits."""
        for deliverer in self.deliverers:
            deliverer.work.set()

    def status(self) -> dict[str, Any]:
        """What /status tells, and `maild status` shows."""
        store, now = self.service.store, self.service.clock()
        counts = store.counts()
        return {
            "mailboxes": [
                {
                    "name": w.health.name,
                    "connected": w.health.connected,
                    "last_success_at": w.health.last_success_at.strftime("%Y-%m-%dT%H:%M:%SZ")
                    if w.health.last_success_at
                    else None,
                    "backlog": w.health.backlog,
                    "trouble": w.health.trouble,
                }
                for w in self.watchers
            ],
            "letters": counts.letters,
            "quarantine": counts.quarantined,
            "waiting": counts.arrivals_waiting,
            "tickets": counts.tickets,
            "overdue": store.overdue(now),
            "sweep_lag_seconds": _seconds_since(store.next_due_at(), now),
            "oldest_unacked_seconds": _seconds_since(store.oldest_unacked_at(), now),
            "version": __version__,
        }

    def ready(self) -> str:
        """'' where mail can be taken in and sent, else what is missing."""
        try:
            self.service.store.ping()
        except Unavailable as trouble:
            return f"database: {trouble}"
        late = [w.account.name for w in self.watchers if not (w.health.connected or w.health.elsewhere)]
        return f"mailbox out of reach: {', '.join(late)}" if late else ""

    def _hurried(self) -> bool:
        """Whether a backlog is being taken in: then notifications wait behind acks, though never for longer than a minute."""
        backlog = max((watcher.health.backlog or 0 for watcher in self.watchers), default=0)
        now = self.service.clock()
        if backlog < BACKLOG_MESSAGES:
            self._hurry_ends_at = None
            return False
        self._hurry_ends_at = self._hurry_ends_at or now + HURRY
        return now < self._hurry_ends_at

    def _take_back(self) -> None:
        """What a process of this node held when it died: on SQLite no other can live, so nothing has to wait for its lease."""
        if self.service.store.is_sqlite:
            self.service.store.release_all(self.service.clock())

    def _open_lmtp(self, host: str, port: int) -> None:
        from maild.ingest.lmtp import LmtpDoor, TryLater  # noqa: PLC0415  (aiosmtpd, which a desk without this door need not load)

        def keep(arrival: Arrival) -> None:
            try:
                self.service.store.keep([arrival], self.service.clock(), lease_seconds=0)
            except Unavailable as trouble:
                raise TryLater(str(trouble)) from trouble
            self.waiting.set()

        self.door = LmtpDoor(host, port, keep, self.service.config.limits.message_bytes, self.service.clock)
        self.door.start()

    def _arrivals(self) -> None:
        """Judge what was kept and not judged: the LMTP door's, and what another node left behind."""
        while not self.stopping.is_set():
            try:
                if not self.service.pipeline.take_waiting(50, self.service.desk_clock()):
                    self.waiting.wait(TICK_SECONDS if self.door or self.service.resolver else 5.0)
                    self.waiting.clear()
            except Unavailable as trouble:
                log.warning("database out of reach", trouble=str(trouble))
                self.stopping.wait(2.0)
            except Exception:
                log.exception("arrivals loop failed")
                self.stopping.wait(2.0)

    def _time(self) -> None:
        """The main thread: what is due, the watchdog, signals."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stopping.set())
        reloading = threading.Event()
        signal.signal(signal.SIGHUP, lambda *_: reloading.set())
        begun = False
        while not self.stopping.is_set():
            if reloading.is_set():
                reloading.clear()
                self._reload()
            try:
                if not begun:
                    self.service.begin_day()
                    begun = True
                if self.service.timetable.keep(self.service.desk_clock(), self.service.clock()):
                    self.letters_queued()
                notify_systemd("WATCHDOG=1")
            except Unavailable as trouble:
                log.warning("database out of reach", trouble=str(trouble))
            except Exception:
                log.exception("timetable failed")
            self.stopping.wait(TICK_SECONDS)

    def _took_over(self) -> None:
        """Another node's work is ours now."""
        self.waiting.set()
        self.letters_queued()

    def _reload(self) -> None:
        try:
            self.service.reload()
            log.info("configuration reloaded")
        except (ConfigFaults, SecretUnavailable, OSError, ValueError) as faults:
            log.error("configuration not reloaded: the running one stays in force", faults=str(faults))

    def _end(self, threads: list[threading.Thread]) -> None:
        notify_systemd("STOPPING=1")
        ends_at = monotonic() + STOP_SECONDS
        if self.door:
            self.door.stop()
        for watcher in self.watchers:
            watcher.stop()
        for deliverer in self.deliverers:
            deliverer.stop()
        self.waiting.set()
        for thread in threads:
            thread.join(max(0.1, ends_at - monotonic()))
        log.info("stopped", unfinished=[t.name for t in threads if t.is_alive()])


def _spare_the_collector() -> None:
    """What is there at the start stays: the garbage collector need not walk through it, nor come after every few mails.

    It slept until here (cli/service.py): nothing that a start makes is garbage.
    """
    gc.freeze()
    gc.set_threshold(GC_ALLOCATIONS, 20, 50)
    gc.enable()


def run(config_path: Path) -> int:
    """`maild run`. Returns an exit code; raises ConfigFaults."""
    logs.configure()
    service = Service(config_path)
    try:
        Daemon(service).run()
    except AlreadyRunning as fault:
        log.error("refused to start", fault=str(fault))
        return WRONG
    finally:
        service.close()
    return DONE


def _seconds_since(instant: datetime | None, now: datetime) -> float:
    """How long ago something was; 0 for what is still to come, or for nothing."""
    return max(0.0, (now - instant).total_seconds()) if instant else 0.0
