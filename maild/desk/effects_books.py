"""Commands that move minutes: time, items, waivers, the vendor's own defect; and the accountants' top-ups and corrections."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock

from maild.desk import command_kinds as t
from maild.desk import command_kinds_books as b
from maild.desk.directory import Client
from maild.desk.draft import Draft, Trouble
from maild.desk.incoming import own_id
from maild.desk.proposal import ProposalState
from maild.desk.purpose import Purpose
from maild.desk.ticket import Ticket
from maild.ledger import billing, correction
from maild.ledger.contract import Charge
from maild.ledger.entry import Entry, live
from maild.ledger.work import Refused, Work

MINUTES_A_DAY = 24 * 60


def time(draft: Draft, given: t.Time) -> Trouble | None:
    """Book a worklog on the mail's ticket or on the one that it names."""
    ticket = draft.find_ticket(given.ticket) if given.ticket else draft.ticket
    if ticket is None:
        return Trouble("no-such-ticket" if given.ticket else "needs-ticket", facts={"number": given.ticket})
    client = draft.client_of(ticket)
    day = given.work_date or draft.local_date(client)
    today = draft.local_date(client)
    if day > today:
        return Trouble("future-date", facts={"day": day})
    clock = _clock(given, day, client)
    minutes = int((clock[1] - clock[0]) / timedelta(minutes=1)) if clock else given.minutes  # a night the clocks are changed
    if minutes <= 0:
        return Trouble("no-such-hour", facts={"day": day})
    if (total := _worked_on(draft, day) + minutes) > MINUTES_A_DAY:
        return Trouble("too-long-day", facts={"day": day, "minutes": total})
    if booked := _told_by_a_sheet(draft, ticket, client, day):
        return Trouble("booked-already", facts={"number": ticket.number, "day": day, "minutes": booked})
    work = replace(
        _work(draft, ticket, client, day),
        worked_minutes=minutes,
        clock=clock,
        urgent=any(isinstance(c, t.Urgent) for c in draft.mail.parsed.commands),
        free=next((c.name for c in draft.mail.parsed.commands if isinstance(c, t.Free)), ""),
        note=given.what or ticket.subject,
        note_internal=given.for_staff,
    )
    priced = _priced(draft, work, client, ticket)
    if isinstance(priced, Refused):
        return _refused(priced)
    draft.book(priced)
    draft.touch(ticket)
    draft.note_event("time", f"{minutes} min on {day.isoformat()}", ticket.number)
    return None


def _told_by_a_sheet(draft: Draft, ticket: Ticket, client: Client, day: date) -> int:
    """Minutes that a line of the evening's timesheet would book a second time: it asks only where that person's day had none.

    A line that its author has typed to mend the hold is meant.
    """
    token = draft.mail.token
    if token is None or token.purpose is not Purpose.TIMES or draft.mail.released:
        return 0
    own = own_id(draft.mail)
    return sum(
        entry.worked_minutes
        for entry in live(draft.history(client, ticket.number).ticket)
        if (entry.staff, entry.work_date) == (draft.staff.id, day) and entry.source_message_id != own
    )


def _priced(draft: Draft, work: Work, client: Client, ticket: Ticket) -> tuple[Entry, ...] | Refused:
    """Time on a ticket with a quote is the quote's: the oldest agreed one with room pays; before the yes, and beyond, it is held.

    A quote that was declined is as if it had never been made, and so is help by the hour that nobody has agreed to.
    """
    terms, history = draft.terms(client), draft.history(client, ticket.number)
    quotes = [quote for quote in draft.shelf.quotes(ticket.number) if quote.client == client.id]
    agreed = [quote for quote in quotes if quote.state is ProposalState.AGREED]
    pending = [quote for quote in quotes if quote.state is ProposalState.OPEN and quote.minutes is not None]
    result: tuple[Entry, ...] | Refused | None = None
    for quote in (*agreed, *pending[:1]):
        result = billing.price(replace(work, quote=quote.as_quote), terms, history)
        if not isinstance(result, Refused):
            return result
    return result or billing.price(work, terms, history)


def _work(draft: Draft, ticket: Ticket, client: Client, day: date) -> Work:
    """What is known of any work on a ticket, whatever was done."""
    own = draft.ticket is not None and draft.ticket.number == ticket.number
    return Work(
        client.id,
        draft.staff.id,
        day,
        draft.now,
        ticket=ticket.number,
        cause=draft.ticket.cause if own and draft.ticket else ticket.cause,
        vendor_defect=ticket.vendor_defect or (own and any(isinstance(c, t.Bug) for c in draft.mail.parsed.commands)),
        opened_on=ticket.opened_at.astimezone(client.zone).date(),
        source_message_id=own_id(draft.mail),
    )


def charge_item(draft: Draft, given: t.ChargeItem, ticket: Ticket) -> Trouble | None:
    """Charge a price-list item."""
    client = draft.client_of(ticket)
    work = replace(_work(draft, ticket, client, draft.local_date(client)), item=given.item, count=given.count)
    priced = billing.price(work, draft.terms(client), draft.history(client, ticket.number))
    if isinstance(priced, Refused):
        return _refused(priced)
    draft.book(priced)
    draft.note_event("charged", given.item)
    return None


def waive(draft: Draft, given: t.Waive, ticket: Ticket) -> Trouble | None:
    """Take an item's charge back; where nothing was charged, say in the books that it costs nothing, and why."""
    client = draft.client_of(ticket)
    work = replace(_work(draft, ticket, client, draft.local_date(client)), item=given.item, note=given.reason)
    entries = correction.waive(_entries_of(draft, ticket.number), work, draft.terms(client))
    if isinstance(entries, Refused):
        return _refused(entries)
    draft.book(entries)
    draft.note_event("waived", given.item)
    return None


def bug(draft: Draft, given: t.Bug, ticket: Ticket) -> Trouble | None:
    """The vendor's own defect: cause and all time of the ticket and of those joined to it, what was charged comes back."""
    draft.ticket = replace(draft.ticket or ticket, cause="defect", vendor_defect=True)
    tickets = {**draft.shelf.tickets, **draft.other_tickets}
    joined = sorted(each.number for each in tickets.values() if each.merged_into == ticket.number)
    entries = correction.bug(
        [entry for number in (ticket.number, *joined) for entry in _entries_of(draft, number)],
        author=draft.staff.id,
        booked_at=draft.now,
        reason=given.ref or "defect",
        source_message_id=own_id(draft.mail),
    )
    draft.book(entries)
    draft.changed("defect", given.ref)
    draft.note_event("defect", given.ref)
    return None


def topup(draft: Draft, given: b.Topup) -> Trouble | None:
    """Book minutes that a client has bought."""
    client = draft.rules.directory.clients[given.client]
    contract = next((c for c in client.contracts_on(draft.local_date(client)) if c.plan.charge is Charge.PREPAID), None)
    contract = contract or next((c for c in client.contracts if c.plan.charge is Charge.PREPAID), None)
    contract = contract or next(iter(client.contracts_on(draft.local_date(client))), None)
    if contract is None:
        return Trouble("no-prepaid-contract", facts={"client": client.name})
    entry = correction.topup(
        contract,
        given.minutes,
        given.amount,
        reference=given.ref,
        day=draft.local_date(client),
        author=draft.staff.id,
        booked_at=draft.now,
        source_message_id=own_id(draft.mail),
        directory_version=draft.rules.directory.version,
    )
    if isinstance(entry, Refused):
        return _refused(entry)
    draft.book((entry,))
    return None


def adjust(draft: Draft, given: b.Adjust) -> Trouble | None:
    """Correct a client's balance by a signed number of minutes."""
    client = draft.rules.directory.clients[given.client]
    contract = next(iter(client.contracts_on(draft.local_date(client)) or client.contracts), None)
    if contract is None:
        return Trouble("no-prepaid-contract", facts={"client": client.name})
    entry = correction.adjust(
        contract,
        given.minutes,
        draft.history(client, None).accounts,
        reason=given.reason,
        day=draft.local_date(client),
        author=draft.staff.id,
        booked_at=draft.now,
        source_message_id=own_id(draft.mail),
        directory_version=draft.rules.directory.version,
    )
    if isinstance(entry, Refused):
        return _refused(entry)
    draft.book((entry,))
    return None


def undo(draft: Draft, given: b.Undo) -> Trouble | None:
    """Reverse an entry, and bring its ticket-day right."""
    entry = draft.shelf.entries.get(b.row_number(given.entry))
    if entry is None:
        return Trouble("no-such-entry", facts={"entry": given.entry})
    related = (
        _entries_of(draft, entry.ticket)
        if entry.ticket
        else [e for e in draft.shelf.entries.values() if e.reverses == entry.id]
    )
    entries = correction.undo(
        entry, related, author=draft.staff.id, booked_at=draft.now, reason=given.reason, source_message_id=own_id(draft.mail)
    )
    if isinstance(entries, Refused):
        return _refused(entries)
    draft.book(entries)
    draft.note_event("undone", str(entry.id), entry.ticket)
    return None


def _entries_of(draft: Draft, ticket: int) -> list[Entry]:
    return [*draft.shelf.ticket_entries.get(ticket, []), *(e for e in draft.entries if e.ticket == ticket)]


def _worked_on(draft: Draft, day: date) -> int:
    booked = draft.shelf.worked.get((draft.staff.id, day), 0)
    return booked + sum(e.worked_minutes for e in draft.entries if e.staff == draft.staff.id and e.work_date == day)


def _clock(given: t.Time, day: date, client: Client) -> tuple[datetime, datetime] | None:
    """The range as instants, by the client's clock on that day."""
    if given.from_minute is None or given.until_minute is None:
        return None
    return _instant(day, given.from_minute, client), _instant(day, given.until_minute, client)


def _instant(day: date, minute: int, client: Client) -> datetime:
    days, rest = divmod(minute, MINUTES_A_DAY)
    local = datetime.combine(day + timedelta(days=days), clock(rest // 60, rest % 60), client.zone)
    return local.astimezone(UTC)


def _refused(refused: Refused) -> Trouble:
    return Trouble(f"ledger:{refused.reason.value}", facts={"ledger": dict(refused.facts)})
