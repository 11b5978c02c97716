"""`maild tickets`, `maild ticket N`: what people asked and what was done about it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from maild.cli import show
from maild.cli.opened import Opened, Wrong, opened, refuse
from maild.cli.options import reading

if TYPE_CHECKING:
    from maild.desk.ticket import Ticket
    from maild.store.queries import ThreadItem, TicketView

STATES = ("new", "open", "waiting", "solved", "closed")


@click.command()
@click.option("--state", "states", type=click.Choice(STATES), multiple=True, help="Only these states; may be repeated.")
@click.option("--client", help="Only this client's.")
@click.option("--assignee", metavar="STAFF", help="Only this person's.")
@click.option("--unanswered", is_flag=True, help="Only those whose customer waits for a person's answer.")
@click.option("--overdue", is_flag=True, help="Only those whose promised time has passed.")
@reading
def tickets(
    states: tuple[str, ...],
    client: str | None,
    assignee: str | None,
    unanswered: bool,
    overdue: bool,
    as_json: bool,
    config_path: Path,
) -> None:
    """List tickets, oldest first."""
    from maild.desk.ticket import State  # noqa: PLC0415
    from maild.store.queries import Filter  # noqa: PLC0415

    with opened(config_path) as desk:
        if client is not None and client not in desk.config.directory.clients:
            refuse("client", client, desk.config.directory.clients)
        which = Filter(
            client=client,
            assignee=assignee,
            states=tuple(State(state) for state in states),
            overdue_at=datetime.now(UTC) if overdue else None,
            unanswered=unanswered,
        )
        found = desk.store.tickets(which)
        if as_json:
            show.print_json_rows(map(ticket_row, found))
        else:
            _print_tickets(found, desk)


@click.command()
@click.argument("number", type=click.IntRange(min=1))
@reading
def ticket(number: int, as_json: bool, config_path: Path) -> None:
    """Show one ticket with its thread and history."""
    with opened(config_path) as desk:
        view = desk.store.ticket(number)
        if view is None:
            raise Wrong(f"there is no ticket {number}: `maild tickets` lists them")
        if as_json:
            show.print_json(view_row(view))
        else:
            _print_view(view, desk)


def ticket_row(ticket: Ticket) -> dict[str, Any]:
    """One element of `tickets --json`; what is absent is null."""
    from maild.ledger.rows import instant  # noqa: PLC0415

    return {
        "number": ticket.number,
        "subject": ticket.subject,
        "client": ticket.client,
        "requester": ticket.requester,
        "requester_name": ticket.requester_name,
        "state": ticket.state.value,
        "assignee": ticket.assignee or None,
        "team": ticket.team or None,
        "cause": ticket.cause or None,
        "contract": ticket.contract or None,
        "opened_at": instant(ticket.opened_at),
        "acked_at": instant(ticket.acked_at),
        "first_answer_at": instant(ticket.first_answer_at),
        "answer_due_at": instant(ticket.answer_due_at),
        "awaiting_since": instant(ticket.awaiting_since),
        "solved_at": instant(ticket.solved_at),
        "closed_at": instant(ticket.closed_at),
        "closed_by": ticket.closed_by or None,
        "linked_to": ticket.linked_to,
        "merged_into": ticket.merged_into,
        "reopened": ticket.reopened,
        "rating": ticket.rating,
        "unanswered_again": ticket.unanswered,
        "eta_at": instant(ticket.eta_at),
        "solution_due_at": instant(ticket.solution_due_at),
        "later_at": instant(ticket.later_at),
        "waits_on": ticket.waits_on or None,
        "messages": ticket.messages,
        "worked_minutes": ticket.worked_minutes,
        "charged_minutes": ticket.charged_minutes,
    }


def view_row(view: TicketView) -> dict[str, Any]:
    """`ticket N --json`: the row of `tickets` with participants, thread and events."""
    from maild.ledger.rows import instant  # noqa: PLC0415

    return {
        **ticket_row(view.ticket),
        "participants": [
            {"name": p.name, "address": p.address, "joined_at": instant(p.joined_at), "flagged": p.flagged}
            for p in view.participants
        ],
        "thread": [_message_row(item) for item in view.thread],
        "events": [
            {"at": instant(e.at), "what": e.what, "who": e.who, "detail": e.detail, "message_id": e.message_id}
            for e in view.events
        ],
    }


def _message_row(item: ThreadItem) -> dict[str, Any]:
    from maild.ledger.rows import instant  # noqa: PLC0415

    stored = item.stored
    return {
        "message_id": stored.message_id,
        "direction": stored.side.value,
        "from": stored.from_address,
        "from_name": stored.from_name,
        "to": list(stored.to),
        "at": instant(stored.at),
        "kind": stored.kind,
        "subject": stored.subject,
        "text": stored.text,
        "author": stored.author or None,
        "proven": stored.proven,
        "attachments": [
            {"filename": a.filename, "size": a.size, "content_type": a.content_type, "sha256": a.sha256}
            for a in item.attachments
        ],
    }


def _print_tickets(found: list[Ticket], desk: Opened) -> None:
    zone = desk.config.desk.zone
    heads = ("#", "Client", "State", "Who", "Opened", "Answer due", "Min", "Subject")
    rows = (
        (
            t.number,
            t.client,
            t.state.value,
            t.assignee or t.team,
            show.moment(t.opened_at, zone),
            show.moment(t.answer_due_at, zone) if t.awaiting_since else "",
            t.worked_minutes,
            show.clean(t.subject, 60),
        )
        for t in found
    )
    show.print_table(heads, rows, right=("#", "Min"), empty="No tickets.")


def _print_view(view: TicketView, desk: Opened) -> None:
    zone, t = desk.config.desk.zone, view.ticket
    click.echo(f"#{t.number} {show.clean(t.subject)}")
    who = f"{show.clean(t.requester_name)} <{show.clean(t.requester)}>".strip()
    click.echo(
        f"{t.client} · {who} · {t.state.value} · {t.assignee or t.team or 'nobody has it'}"
        + (f" · {t.cause}" if t.cause else "")
    )
    moments = {
        "opened": t.opened_at,
        "acknowledged": t.acked_at,
        "answered": t.first_answer_at,
        "answer due": t.answer_due_at if t.awaiting_since else None,
        "solved": t.solved_at,
        "closed": t.closed_at,
    }
    click.echo(" · ".join(f"{word} {show.moment(at, zone)}" for word, at in moments.items() if at) + f" ({zone.key})")
    click.echo(f"worked {show.hours(t.worked_minutes)} min, charged {show.hours(t.charged_minutes)} min")
    for item in view.thread:
        said = item.stored
        arrow = {"in": "→", "out": "←"}.get(said.side.value, "·")
        click.echo(f"\n{arrow} {show.moment(said.at, zone)} {show.clean(said.from_name or said.from_address)} ({said.kind})")
        for line in show.clean_lines(said.text):
            click.echo(f"    {line}".rstrip())
        for part in item.attachments:
            click.echo(f"    [{show.clean(part.filename)}, {part.content_type}, {part.size} bytes]")
    if view.events:
        click.echo()
        rows = ((show.moment(e.at, zone), e.what, e.who, show.clean(e.detail, 60)) for e in view.events)
        show.print_table(("When", "What", "Who", "Detail"), rows)
