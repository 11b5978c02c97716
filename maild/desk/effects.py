"""What each command does to the draft of a staff mail: a table, so that one more command is one more row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from maild.desk import (
    absence,
    effects_books,
    effects_causes,
    effects_lookup,
    effects_merge,
    effects_proposals,
    effects_tickets,
    hold_answers,
    watch,
)
from maild.desk import command_kinds as t
from maild.desk import command_kinds_books as b
from maild.desk.draft import Draft, Trouble
from maild.desk.handing_over import hand_over
from maild.desk.staff_writing import private_line
from maild.desk.ticket import Act, Participant, Ticket
from maild.desk.unanswered import after_closing
from maild.message import address_key

CLOSE_REASONS_FOR_ALL = frozenset({"spam", "duplicate", "спам", "дубликат", "дубль", "дублікат"})
Effect = Callable[[Draft, Any], Trouble | None]


def on_ticket(effect: Callable[[Draft, Any, Ticket], Trouble | None]) -> Effect:
    """An effect that needs a ticket: in a mail that is on none it is trouble."""

    def applied(draft: Draft, given: t.Command) -> Trouble | None:
        return effect(draft, given, draft.ticket) if draft.ticket else Trouble("needs-ticket")

    return applied


def _solved(draft: Draft, given: t.Solved, ticket: Ticket) -> None:
    draft.solve()
    if given.cause:
        _set_cause(draft, given.cause)
    draft.changed("solved")
    draft.note_event("solved", given.cause)


def _wait(draft: Draft, given: t.Wait, ticket: Ticket) -> None:
    draft.move(Act.STAFF_WAITS)
    draft.ticket = replace(draft.ticket or ticket, waiting_since=draft.now)
    draft.changed("waiting")
    draft.note_event("waiting")


def at_clock(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """The instant of a minute of a local day."""
    return datetime.combine(day, time(minute // 60 % 24, minute % 60), zone).astimezone(UTC)


def _eta(draft: Draft, given: t.Eta, ticket: Ticket) -> Trouble | None:
    """A verdict with a time: the customer reads it, and its clock warns like every other."""
    if draft.internal:
        return Trouble("promise-in-note")
    zone = draft.client_of(ticket).zone
    at = at_clock(given.on, given.minute, zone)
    if at <= max(draft.now, draft.mail.arrived_at):
        return Trouble("past-time")
    if line := private_line(given.text, draft.rules):
        return Trouble("private-address", facts={"line": line})
    draft.ticket = replace(draft.ticket or ticket, eta_at=at, eta_given_at=draft.now)
    draft.promised = (at, given.text)
    draft.changed("eta", f"{at.astimezone(zone):%Y-%m-%d %H:%M} ({zone.key})")
    draft.note_event("promised", f"{at.isoformat()} {given.text}".strip())
    return None


def _faq(draft: Draft, given: b.Faq, ticket: Ticket) -> None:
    """The standard answer stands where its command stood (desk/staff_writing.py)."""
    draft.changed("faq", draft.rules.directory.faq[given.name].title)
    draft.note_event("faq inserted", given.name)


def _later(draft: Draft, given: t.Later, ticket: Ticket) -> None:
    """Back in the author's agenda on that day; no clock stops."""
    at = at_clock(given.on, 0, draft.rules.desk.zone)
    draft.ticket = replace(draft.ticket or ticket, later_at=at, later_by=draft.staff.id)
    draft.changed("later", given.on.isoformat())
    draft.note_event("later", given.on.isoformat())


def _close(draft: Draft, given: t.Close, ticket: Ticket) -> Trouble | None:
    word = given.reason.split()[0].lower().strip(".,;:") if given.reason.split() else ""
    if "manager" not in draft.staff.roles and word not in CLOSE_REASONS_FOR_ALL:
        return Trouble("close-not-allowed")
    draft.move(Act.STAFF_CLOSED)
    assert draft.ticket is not None
    draft.ticket = replace(
        draft.ticket,
        closed_at=draft.now,
        closed_by=f"staff:{draft.staff.id}: {given.reason}"[:200],
        awaiting_since=None,
        answer_due_at=None,
        waiting_since=None,
        eta_at=None,
        eta_given_at=None,
        unanswered=after_closing(ticket),
    )
    draft.changed("closed", given.reason)
    draft.note_event("closed", given.reason)
    return None


def _note(draft: Draft, given: t.Note, ticket: Ticket) -> None:
    draft.changed("note")
    draft.note_event("note")


def _take(draft: Draft, given: t.Take, ticket: Ticket) -> None:
    draft.ticket = replace(draft.ticket or ticket, assignee=draft.staff.id)
    draft.move(Act.STAFF_ACTED)
    draft.changed("assigned", draft.staff.name)
    draft.note_event("assigned", draft.staff.id)


def _assign(draft: Draft, given: t.Assign, ticket: Ticket) -> None:
    person = draft.rules.directory.staff[given.person]
    draft.ticket = replace(draft.ticket or ticket, assignee=person.id)
    draft.move(Act.STAFF_ACTED)
    draft.changed("assigned", person.name)
    draft.note_event("assigned", person.id)
    if person.id != draft.staff.id:
        hand_over(draft, (person,))


def _team(draft: Draft, given: t.Team, ticket: Ticket) -> None:
    draft.ticket = replace(draft.ticket or ticket, team=given.name, assignee="")
    draft.move(Act.STAFF_ACTED)
    draft.changed("team", given.name)
    draft.note_event("team", given.name)
    hand_over(draft, draft.rules.directory.team(given.name))


def _cause(draft: Draft, given: t.Cause, ticket: Ticket) -> None:
    _set_cause(draft, given.name)
    draft.changed("cause", draft.rules.directory.causes.get(given.name, given.name))


def _set_cause(draft: Draft, cause: str) -> None:
    assert draft.ticket is not None
    draft.ticket = replace(draft.ticket, cause=cause)
    draft.move(Act.STAFF_ACTED)
    draft.note_event("cause", cause)


def _client(draft: Draft, given: t.SetClient, ticket: Ticket) -> None:
    draft.ticket = replace(draft.ticket or ticket, client=given.client)
    draft.__dict__.pop("client", None)
    if not given.once:
        draft.remembered.append((address_key(ticket.requester), given.client))
    draft.changed("client", draft.rules.directory.clients[given.client].name)
    draft.note_event("client", given.client)


def _cc(draft: Draft, given: b.CcAdd, ticket: Ticket) -> None:
    key = address_key(given.address)
    draft.joined.append((ticket.number, Participant(key, "", draft.now)))
    draft.changed("joined", given.address)
    draft.note_event("joined", key)


def _nothing(draft: Draft, given: t.Command) -> None:
    """Commands that other steps have read already."""


EFFECTS: dict[type[t.Command], Effect] = {
    t.New: effects_tickets.new,
    t.Split: on_ticket(effects_tickets.split),
    t.Merge: on_ticket(effects_merge.merge),
    b.Answer: _nothing,  # what follows it is what is relayed
    t.Time: effects_books.time,
    t.Solved: on_ticket(_solved),
    t.Wait: on_ticket(_wait),
    t.Close: on_ticket(_close),
    t.Eta: on_ticket(_eta),
    t.Later: on_ticket(_later),
    t.Note: on_ticket(_note),
    t.Take: on_ticket(_take),
    t.Assign: on_ticket(_assign),
    t.Team: on_ticket(_team),
    t.Cause: on_ticket(_cause),
    t.SetClient: on_ticket(_client),
    t.Bug: on_ticket(effects_causes.bug),
    t.Fixed: effects_causes.fixed,
    b.Idea: effects_causes.idea,
    b.Faq: on_ticket(_faq),
    b.Away: absence.away,
    t.Free: _nothing,  # /time reads it
    t.Urgent: _nothing,
    t.ChargeItem: on_ticket(effects_books.charge_item),
    t.Waive: on_ticket(effects_books.waive),
    t.Quote: on_ticket(effects_proposals.quote),
    t.Offer: on_ticket(effects_proposals.offer),
    b.CcAdd: on_ticket(_cc),
    b.Topup: effects_books.topup,
    b.Adjust: effects_books.adjust,
    b.Undo: effects_books.undo,
    b.Show: effects_lookup.lookup,
    b.Find: effects_lookup.lookup,
    b.List: effects_lookup.lookup,
    b.BalanceOf: effects_lookup.lookup,
    b.Help: effects_lookup.lookup,
    b.Page: effects_lookup.lookup,
    b.Statement: effects_lookup.lookup,
    b.Freeze: watch.freeze,
    b.Act: effects_lookup.act,
    b.Send: hold_answers.send,
    b.Release: hold_answers.settle,
    b.Drop: hold_answers.settle,
}
