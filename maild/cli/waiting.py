"""`maild quarantine` and `maild outbox`: what waits on either side of the desk, and how it goes on."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from maild.cli import show
from maild.cli.opened import Opened, Wrong, opened
from maild.cli.options import config_option, reading

if TYPE_CHECKING:
    from maild.store.queries import OutboxItem, Quarantined

HEADERS_SHOWN = ("From", "To", "Subject", "Date", "Message-ID")


@click.group()
@config_option
def quarantine(config_path: Path) -> None:
    """Mail that was set aside because it could not be read or trusted."""


@quarantine.command("list")
@reading
def list_quarantine(as_json: bool, config_path: Path) -> None:
    """List what was set aside, oldest first."""
    with opened(config_path) as desk:
        found = desk.store.quarantined()
        if as_json:
            show.print_json_rows(map(_quarantined_row, found))
            return
        zone = desk.config.desk.zone
        rows = ((q.arrival_id, q.mailbox, show.moment(q.arrived_at, zone), q.size, show.clean(q.reason, 70)) for q in found)
        show.print_table(
            ("Id", "Mailbox", "Arrived", "Bytes", "Reason"), rows, right=("Id", "Bytes"), empty="The quarantine is empty."
        )


@quarantine.command("show")
@click.argument("arrival", type=click.IntRange(min=1), metavar="ID")
@click.option("--raw", is_flag=True, help="Write the message's own bytes, unchanged: only into a file or a pipe.")
@reading
def show_quarantined(arrival: int, raw: bool, as_json: bool, config_path: Path) -> None:
    """Show one of them: the reason, and how maild reads it."""
    with opened(config_path) as desk:
        found = _quarantined(desk, arrival)
        octets = desk.store.raw(arrival) or b""
        if raw:
            sys.stdout.buffer.write(octets)
        elif as_json:
            show.print_json({**_quarantined_row(found), "headers": _headers(octets)})
        else:
            click.echo(f"{found.arrival_id}: {show.clean(found.reason)}")
            click.echo(
                f"mailbox {found.mailbox}, arrived {show.moment(found.arrived_at, desk.config.desk.zone)}, {found.size} bytes"
            )
            for name, value in _headers(octets):
                click.echo(f"  {name}: {show.clean(value, 200)}")
            click.echo(f"\n`maild quarantine show --raw {arrival}` writes it whole; `release {arrival}` has it judged again.")


@quarantine.command()
@click.argument("arrivals", type=click.IntRange(min=1), nargs=-1, required=True, metavar="ID...")
@reading
@click.pass_context
def release(ctx: click.Context, arrivals: tuple[int, ...], as_json: bool, config_path: Path) -> None:
    """Have messages judged again, by `maild run` or the next `maild once`."""
    with opened(config_path, writes=True) as desk:
        outcome = {arrival: desk.store.release_quarantined(arrival) for arrival in dict.fromkeys(arrivals)}
    if as_json:
        show.print_json([{"id": arrival, "released": done} for arrival, done in outcome.items()])
    else:
        for arrival, done in outcome.items():
            click.echo(
                f"{arrival}: released" if done else f"{arrival} is not in quarantine: `maild quarantine list`", err=not done
            )
    ctx.exit(0 if all(outcome.values()) else 1)


@click.group()
@config_option
def outbox(config_path: Path) -> None:
    """Letters that have not left yet, or could not."""


@outbox.command("list")
@reading
def list_outbox(as_json: bool, config_path: Path) -> None:
    """List letters that wait, in the order in which they leave, and those that failed."""
    with opened(config_path) as desk:
        found = desk.store.outbox()
        if as_json:
            show.print_json_rows(map(_letter_row, found))
            return
        zone = desk.config.desk.zone
        heads = ("Id", "State", "Kind", "#", "To", "Tries", "Next", "Answer of the server")
        rows = (
            (i.id, i.state, i.kind, i.ticket, i.recipient, i.attempts, show.moment(i.due_at, zone), show.clean(i.reply, 70))
            for i in found
        )
        show.print_table(heads, rows, right=("Id", "#", "Tries"), empty="The outbox is empty.")


@outbox.command()
@click.argument("letters", type=click.IntRange(min=1), nargs=-1, metavar="[ID...]")
@reading
def retry(letters: tuple[int, ...], as_json: bool, config_path: Path) -> None:
    """Send deferred and failed letters at once: those named, or all."""
    with opened(config_path, writes=True) as desk:
        if letters:
            waiting = {item.id for item in desk.store.outbox() if item.state in ("deferred", "failed")}
            if others := sorted(set(letters) - waiting):
                raise Wrong(f"neither deferred nor failed: {', '.join(map(str, others))}; `maild outbox list` tells what waits")
        count = desk.store.retry_letters(letters or None)
    if as_json:
        show.print_json({"retried": count})
    else:
        click.echo(
            f"{count} to be sent again, by `maild run` or the next `maild once`." if count else "Nothing is deferred or failed."
        )


def _quarantined(desk: Opened, arrival: int) -> Quarantined:
    found = next((each for each in desk.store.quarantined() if each.arrival_id == arrival), None)
    if found is None:
        raise Wrong(f"{arrival} is not in quarantine: `maild quarantine list`")
    return found


def _quarantined_row(found: Quarantined) -> dict[str, Any]:
    from maild.ledger.rows import instant  # noqa: PLC0415

    return {
        "id": found.arrival_id,
        "mailbox": found.mailbox,
        "arrived_at": instant(found.arrived_at),
        "reason": found.reason,
        "size": found.size,
        "message_id": found.message_id,
    }


def _letter_row(item: OutboxItem) -> dict[str, Any]:
    from maild.ledger.rows import instant  # noqa: PLC0415

    return {
        "id": item.id,
        "message_id": item.message_id,
        "kind": item.kind,
        "to": item.recipient,
        "ticket": item.ticket,
        "state": item.state,
        "attempts": item.attempts,
        "queued_at": instant(item.queued_at),
        "due_at": instant(item.due_at),
        "reply": item.reply,
        "age_seconds": max(0, int((datetime.now(UTC) - item.queued_at).total_seconds())),
    }


def _headers(octets: bytes) -> list[tuple[str, str]]:
    """The fields that tell a message apart, found by a scan of lines: no parser is trusted with what was set aside."""
    wanted = {name.lower().encode(): name for name in HEADERS_SHOWN}
    found: list[tuple[str, str]] = []
    for line in octets[: 256 * 1024].split(b"\n"):
        if not line.strip():
            break
        name, colon, value = line.partition(b":")
        if colon and name.lower() in wanted:
            found.append((wanted[name.lower()], value[:1000].decode("utf-8", "replace").strip()))
    return found
