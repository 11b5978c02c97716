"""The receipt of a staff mail: what was relayed to whom, what was booked as the client will read it, the balance after."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from maild.desk import notices
from maild.desk.decision import Decision, Kind, Notice
from maild.desk.draft import Draft
from maild.desk.incoming import own_id
from maild.desk.programs import Programs, programs
from maild.ledger.entry import Entry, EntryKind


def receipt(draft: Draft) -> Notice:
    """What was relayed to whom, what was booked as the client will read it, the balance after."""
    ticket = draft.ticket
    facts: dict[str, Any] = {
        "relayed_to": [address.name or address.address for address in draft.recipients] if draft.relays else [],
        "booked": [_booked(entry, draft) for entry in draft.entries],
        "changes": draft.changes,
        "balances": [
            {"client": draft.rules.directory.clients[b.client].name, "contract": b.contract, "closing": b.closing}
            for b in draft.balances_after()
        ],
        "asked": draft.asks,
        "internal": draft.internal,
        "warnings": _warnings(draft),
    }
    return notices.to_staff(
        Kind.RECEIPT,
        draft.staff,
        draft.rules,
        key=f"receipt:{own_id(draft.mail)}:{draft.mail.fingerprint}",
        facts=facts,
        ticket=ticket.number if ticket else None,
        client=ticket.client if ticket else "",
        subject=ticket.subject if ticket else draft.mail.message.subject,
        subject_of=ticket.number if ticket else 0,
        in_reply_to=draft.mail.message.message_id,
        thread=draft.mail.message.references,
    )


def _booked(entry: Entry, draft: Draft) -> dict[str, Any]:
    staff = draft.rules.directory.staff.get(entry.staff)
    return {
        "entry": entry.id,
        "kind": entry.kind.value,
        "ticket": entry.ticket,
        "client": draft.rules.directory.clients[entry.client].name,
        "contract": entry.contract,
        "staff": staff.name if staff else entry.staff,
        "work_date": entry.work_date,
        "worked": entry.worked_minutes,
        "charged": entry.charged_minutes,
        "class": entry.entry_class.value,
        "reason": draft.rules.directory.free.get(entry.reason, entry.reason),
        "note": entry.note,
        "minutes": _moved_minutes(entry),
        "amount": entry.amount,
        "currency": entry.currency,
        "reverses": entry.reverses,
    }


def _moved_minutes(entry: Entry) -> int:
    """Minutes of a top-up or an adjustment: what its source gave."""
    return entry.postings[0].minutes if entry.kind in (EntryKind.TOPUP, EntryKind.ADJUST) else entry.charged_minutes


def _warnings(draft: Draft) -> list[str]:
    """Codes of what the author should know although all was done."""
    found = []
    if any(entry.over_minutes for entry in draft.entries):
        found.append("over")
    if any(balance.closing < 0 and balance.bought for balance in draft.balances_after()):
        found.append("below-zero")
    if draft.relays and draft.rules.desk.programs is not Programs.PASS and programs(draft.files):
        found.append("program-sent")
    return found


def with_entry_numbers(notice: Notice, decision: Decision) -> Notice:
    """A receipt with the numbers that its entries have got: they are given only when the decision is recorded."""
    if notice.kind is not Kind.RECEIPT:
        return notice
    booked = [
        dict(row, entry=entry.id, ticket=entry.ticket)
        for row, entry in zip(notice.facts["booked"], decision.entries, strict=True)
    ]
    return replace(notice, facts={**notice.facts, "booked": booked})
