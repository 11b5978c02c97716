"""`maild status`: what the running daemon says of its mailboxes, and what waits in memory."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from maild import __version__
from maild.cli import show
from maild.cli.opened import Opened, opened
from maild.cli.options import reading

if TYPE_CHECKING:
    from maild.config import HealthConfig
    from maild.store.store import Store

ANSWER_SECONDS = 2.0
ANSWER_BYTES_MAX = 1 << 20
LOOKED_AT = timedelta(days=2)  # how far back `status` audits; `verify` audits everything
UNSENT = ("queued", "attempted", "uncertain")


@click.command()
@reading
@click.pass_context
def status(ctx: click.Context, as_json: bool, config_path: Path) -> None:
    """Show mailboxes, outbox, quarantine and whether the newest bookings are sound."""
    with opened(config_path) as desk:
        told = told_by_daemon(desk.config.health)
        row = status_row(desk, told, datetime.now(UTC))
        if as_json:
            show.print_json(row)
        else:
            _print_status(row, running=told is not None, desk=desk)
    if row["ledger"] != "ok":
        ctx.exit(1)


def told_by_daemon(health: HealthConfig | None) -> Mapping[str, Any] | None:
    """What the daemon's /status says; None where it does not run, or serves none."""
    if health is None:
        return None
    import urllib.request  # noqa: PLC0415

    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(health.host, health.host)  # noqa: S104 - an address to compare with
    url = f"http://{f'[{host}]' if ':' in host else host}:{health.port}/status"
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(url, timeout=ANSWER_SECONDS) as answer:
            told = json.loads(answer.read(ANSWER_BYTES_MAX))
    except (OSError, ValueError):  # nobody listens there, or it is somebody else: the daemon is not reached either way
        return None
    return told if isinstance(told, dict) else None


def status_row(desk: Opened, told: Mapping[str, Any] | None, now: datetime) -> dict[str, Any]:
    """The object of `status --json`."""
    counts = desk.store.counts()
    oldest = desk.store.oldest_unacked_at()
    watched = {box["name"]: box for box in (told or {}).get("mailboxes", ())}
    unknown = {"connected": False, "last_success_at": None, "backlog": None}
    return {
        "mailboxes": [{"name": box.name, **unknown, **watched.get(box.name, {})} for box in desk.config.mailboxes],
        "outbox": {
            "queued": sum(counts.letters.get(state, 0) for state in UNSENT),
            "deferred": counts.letters.get("deferred", 0),
            "failed": counts.letters.get("failed", 0),
        },
        "quarantine": counts.quarantined,
        "holds": counts.holds_open,
        "tickets": counts.tickets,
        "oldest_unacked_seconds": max(0, int((now - oldest).total_seconds())) if oldest else 0,
        "ledger": newest_bookings(desk.store, now),
        "version": __version__,
    }


def newest_bookings(store: Store, now: datetime) -> str:
    """Return "ok" where the last days' entries balance and lead to the ends of their chains, else what is wrong."""
    try:
        wrong = _broken_chain(store, now - LOOKED_AT)
    except ValueError as damaged:  # a row that is no entry at all
        wrong = str(damaged)
    return f"{wrong}: run maild verify" if wrong else "ok"


def _broken_chain(store: Store, since: datetime) -> str:
    """What is wrong with the entries booked after an instant; '' for nothing."""
    from maild.ledger.chain import canonical, link  # noqa: PLC0415

    heads = store.chain_heads()
    hashes: dict[str, str] = {}
    seen: dict[str, set[str]] = {}
    for each in store.links(booked_after=since):
        entry = each.entry
        if sum(posting.minutes for posting in entry.postings):
            return f"entry {entry.id} does not balance"
        before = hashes.get(entry.client)
        if before is not None and link(before, canonical(entry, each.digests)) != each.hash:
            return f"the chain of {entry.client} breaks at entry {entry.id}"
        hashes[entry.client] = each.hash
        seen.setdefault(entry.client, set()).add(each.hash)
    for client, known in seen.items():
        if client in heads and heads[client][1] not in known and store.chain_heads() == heads:
            return f"the chain of {client} does not end where it was left"
    return ""


def _print_status(row: Mapping[str, Any], *, running: bool, desk: Opened) -> None:
    zone = desk.config.desk.zone
    click.echo(f"maild {row['version']}: " + ("running" if running else "no daemon answers"))
    boxes = (
        (
            box["name"],
            "connected" if box["connected"] else "not connected",
            show.moment(_instant(box["last_success_at"]), zone),
            box["backlog"],
            box.get("trouble", ""),
        )
        for box in row["mailboxes"]
    )
    show.print_table(
        ("Mailbox", "State", "Last success", "Backlog", "Trouble"), boxes, right=("Backlog",), empty="No mailboxes."
    )
    outbox = row["outbox"]
    click.echo(f"outbox: {outbox['queued']} queued, {outbox['deferred']} deferred, {outbox['failed']} failed")
    click.echo(f"quarantine: {row['quarantine']}   held: {row['holds']}")
    click.echo("tickets: " + (", ".join(f"{count} {state}" for state, count in sorted(row["tickets"].items())) or "none open"))
    if row["oldest_unacked_seconds"]:
        click.echo(f"somebody has been waiting for an acknowledgement for {row['oldest_unacked_seconds']} s")
    click.echo(f"ledger: {row['ledger']}")


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
