"""What a lookup by mail is told: the query of an `answer` is filled in from memory, just before it gets its words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from maild.desk.clocks import stands_in_front
from maild.desk.command_help import help_lines
from maild.desk.correspondence import quotable_text
from maild.desk.decision import Kind, Notice
from maild.desk.effects_lookup import Query
from maild.desk.incoming import Rules
from maild.desk.ticket import State, Ticket
from maild.ledger.entry import EntryKind
from maild.ledger.retainer import first_day
from maild.ledger.statement import Line
from maild.message import Attachment
from maild.paperwork import statement_files, statement_for
from maild.quality_of import look
from maild.reports import manager
from maild.reports.document_words import Words
from maild.reports.figures import balances_of, statement_of
from maild.store.queries import Filter
from maild.store.store import Store

Block = dict[str, Any]
LISTED = 50
SHOWN_CHARACTERS = 4000
SHOWN_KINDS = frozenset({"mail", "note", "bounce", Kind.RELAY})  # what people wrote, and what came back
KINDS = {EntryKind.TOPUP: "bought", EntryKind.EXPIRY: "lapsed", EntryKind.ADJUST: "adjusted", EntryKind.ROUNDING: "rounding"}


def filled(notice: Notice, store: Store, rules: Rules, now: datetime) -> Notice:
    """The notice with its query answered; any other as it is."""
    query = notice.facts.get("query")
    if not isinstance(query, Query):
        return notice
    if notice.kind is Kind.MANAGER:
        return _page(notice, query, store, rules, now)
    blocks = ANSWERS[query.what](query, store, rules, now, notice.language)
    facts = {key: value for key, value in notice.facts.items() if key != "query"}
    attached = _statement_files(query, store, rules) if query.what == "statement" else ()
    return replace(notice, facts={**facts, "blocks": blocks}, attachments=(*notice.attachments, *attached))


def _statement_files(query: Query, store: Store, rules: Rules) -> tuple[Attachment, ...]:
    """The statement as a document: the same figures on paper, in a spreadsheet and as CSV."""
    name, first, last = query.value
    client = rules.directory.clients[name]
    prepared = statement_for(store, client, (first, last), rules)
    return statement_files(client, (first, last), prepared)


def _page(notice: Notice, query: Query, store: Store, rules: Rules, now: datetime) -> Notice:
    """The manager's page of a period, else of the week so far."""
    today = now.astimezone(rules.desk.zone).date()
    first, last = query.value or (today - timedelta(days=today.weekday()), today)
    seen = look(store, first, max(first, min(last, today)), rules, now)
    facts = {"zone": notice.facts["zone"], **manager.facts(seen, notice.language, rules)}
    return replace(notice, facts=facts, attachments=(manager.attachment(seen, notice.language, rules),))


def _show(query: Query, store: Store, rules: Rules, now: datetime, language: str) -> list[Block]:
    """A ticket and what people wrote on it, each mail once and without its quotes; instants where the desk is."""
    view = store.ticket(int(query.value))
    if view is None:
        return [_text(f"#{query.value}: -")]
    zone = rules.desk.zone
    due = view.ticket.answer_due_at
    until = f" → {due.astimezone(zone):%Y-%m-%d %H:%M}" if due and view.ticket.awaiting_since else ""
    opened = f"{view.ticket.opened_at.astimezone(zone):%Y-%m-%d %H:%M}{until} ({rules.desk.timezone})"
    blocks = [_text(f"{_line(view.ticket)}\n{view.ticket.requester} · {opened}")]
    told: set[tuple[str, str]] = set()
    for item in view.thread:
        said = item.stored
        words = quotable_text(said.text).strip()
        if said.kind not in SHOWN_KINDS or not words or (said.author, words) in told:
            continue
        if said.kind == Kind.RELAY:  # the same answer to several people
            told.add((said.author, words))
        person = rules.directory.staff.get(said.author)
        who = person.name if person else said.from_name or said.from_address
        blocks.append(_text(f"{said.at.astimezone(zone):%Y-%m-%d %H:%M} {who} ({said.kind})"))
        blocks.append(_text("\n".join(f"  {line}" for line in words[:SHOWN_CHARACTERS].split("\n"))))
    return blocks


def _find(query: Query, store: Store, rules: Rules, now: datetime, language: str) -> list[Block]:
    return _tickets(store.find(str(query.value).split(), LISTED))


def _list(query: Query, store: Store, rules: Rules, now: datetime, language: str) -> list[Block]:
    words = tuple(query.value)
    which = Filter(
        client=next((word for word in words if word in rules.directory.clients), None),
        assignee=query.staff if "mine" in words else None,
        states=tuple(state for state in State if state is not State.CLOSED),
        overdue_at=now if "overdue" in words else None,
        unanswered="unanswered" in words,
        limit=LISTED,
    )
    return _tickets(sorted(store.tickets(which), key=lambda each: not stands_in_front(each)))


def _balance(query: Query, store: Store, rules: Rules, now: datetime, language: str) -> list[Block]:
    rows = [
        [b.contract, str(b.opening), str(b.bought), str(b.used), str(b.corrected), str(b.expired), str(b.closing)]
        for b in balances_of(store, rules.directory, str(query.value))
    ]
    head = ["", "opening", "bought", "used", "corrected", "expired", "closing"]
    return [_text(rules.directory.clients[str(query.value)].name), _table(head, rows, right=tuple(range(1, 7)))]


def _statement(query: Query, store: Store, rules: Rules, now: datetime, language: str) -> list[Block]:
    client, first, last = query.value
    words = Words(language)
    blocks: list[Block] = []
    for statement in statement_of(store, rules.directory.clients[client], first, last):
        rows = [
            [
                line.entry.work_date.isoformat(),
                str(line.entry.id),
                _said(line, words),
                str(line.minutes),
                str(line.left),
            ]
            for line in statement.lines
        ]
        blocks.append(_text(f"{statement.contract}: {statement.opening} -> {statement.closing}"))
        blocks.append(_table(["date", "entry", "what", "min", "left"], rows, right=(3, 4), wide=2))
    return blocks


def _said(line: Line, words: Words) -> str:
    """What a line of a statement is: what was done, else the kind of movement; and which entry or day it is about."""
    entry = line.entry
    month = dict(entry.facts).get("month", "")
    said = entry.note or entry.item or entry.reason
    if entry.kind in {EntryKind.GRANT, EntryKind.FEE} and month:
        said = words("granted" if entry.kind is EntryKind.GRANT else "fee-of", words.month(first_day(month)))
    elif entry.kind in KINDS and not said:
        said = words(KINDS[entry.kind])
    about = [words("late-for", words.short_day(line.late_for))] if line.late_for else []
    about += [words("correction-of", line.correction_of)] if line.correction_of else []
    return "; ".join([said, *about])


def _help(query: Query, store: Store, rules: Rules, now: datetime, language: str) -> list[Block]:
    person = rules.directory.staff.get(query.staff)
    lines = help_lines(language, person.roles if person else ())
    return [_text("\n".join(f"{typed}\n    {effect}" for typed, effect in lines))]


ANSWERS: dict[str, Callable[[Query, Store, Rules, datetime, str], list[Block]]] = {
    "show": _show,
    "find": _find,
    "list": _list,
    "balance": _balance,
    "statement": _statement,
    "help": _help,
}


def _tickets(tickets: list[Ticket]) -> list[Block]:
    if not tickets:
        return [_text("-")]
    rows = [[f"#{t.number}", t.client, t.state.value, t.assignee or t.team or "-", t.subject] for t in tickets]
    return [_table(["#", "client", "state", "who", "subject"], rows, wide=4)]


def _line(ticket: Ticket) -> str:
    return f"#{ticket.number} {ticket.subject} · {ticket.client} · {ticket.state} · {ticket.assignee or ticket.team or '-'}"


def _text(text: str) -> Block:
    return {"kind": "text", "text": text}


def _table(head: list[str], rows: list[list[str]], right: tuple[int, ...] = (), wide: int = 0) -> Block:
    return {"kind": "table", "head": head, "rows": rows, "right": right, "wide": wide}
