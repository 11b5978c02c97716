"""`maild once`: one round of everything, for cron, for tests and for a desk that keeps no process."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import structlog

from maild import logs
from maild.deliverer import Deliverer
from maild.heart import Heart
from maild.ingest.imap_sent import was_sent
from maild.ingest.imap_session import MailboxTrouble
from maild.service import Service, node_name
from maild.store.faults import Unavailable
from maild.watcher import Watcher

log = structlog.get_logger("once")

DONE, TRY_LATER = 0, 75


def once(config_path: Path, now: datetime | None = None) -> int:
    """`maild once`: take in all that is there, do all that is due, deliver the outbox. 75 where a server was out of reach."""
    logs.configure()
    desk_clock: Callable[[], datetime] = (lambda: now.astimezone(UTC)) if now else (lambda: datetime.now(UTC))
    service = Service(config_path, desk_clock=desk_clock, node=node_name("once:"), waits=True)
    reached = True
    with ExitStack() as stack:
        stack.callback(service.close)
        stack.enter_context(Heart(service.store, service.clock))
        try:
            reached = _once(service)
        except Unavailable as trouble:
            log.error("database out of reach", trouble=str(trouble))
            return TRY_LATER
    return DONE if reached else TRY_LATER


def _once(service: Service) -> bool:
    """Whether every server was in reach."""
    service.begin_day()
    reached = True
    for box in service.config.mailboxes:
        watcher = Watcher(
            box,
            service.pipeline,
            poll_seconds=0,
            max_bytes=service.config.limits.message_bytes,
            clock=service.clock,
            desk_clock=service.desk_clock,
        )
        try:
            watcher.once()
        except MailboxTrouble as trouble:
            log.error("mailbox out of reach", mailbox=box.name, trouble=str(trouble))
            reached = False
    while service.pipeline.take_waiting(50, service.desk_clock()):
        pass
    service.timetable.keep(service.desk_clock(), service.clock())
    deliverer = Deliverer(
        service.config.smtp,
        service.store,
        clock=service.clock,
        desk_clock=service.desk_clock,
        was_sent=partial(was_sent, service.config.mailboxes),
    )
    reached = deliverer.drain() and reached
    while service.timetable.keep(service.desk_clock(), service.clock()):  # what failed to leave is told to somebody
        reached = deliverer.drain() and reached
    return reached
