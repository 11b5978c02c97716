"""What leaves after a staff mail was acted on: relays, the question whether it is solved, notes for colleagues, the receipt."""

from __future__ import annotations

from dataclasses import replace

from maild.desk import notices
from maild.desk.case import Shelf
from maild.desk.charge_notes import charge_notes
from maild.desk.command_table import TABLE
from maild.desk.decision import Decision, Kind, Notice, Stored
from maild.desk.draft import Draft
from maild.desk.effects_tickets import opens
from maild.desk.handing_over import hand_over
from maild.desk.holds import stored_staff
from maild.desk.incoming import own_id
from maild.desk.purpose import RATINGS, Purpose
from maild.desk.receipt import receipt
from maild.desk.routing import audience
from maild.desk.staff_writing import seen_words
from maild.desk.ticket import Act, Participant, Ticket
from maild.ledger.contract import Charge
from maild.message import Address

BUTTONS = (Purpose.YES, Purpose.NOT_YET, *RATINGS)


def letters(draft: Draft) -> Decision:
    """Turn a draft that held no trouble into the decision that is recorded."""
    if _only_asks(draft):
        return Decision(
            stored=(stored_staff(draft.mail, None, draft.staff, "lookup"),),
            dues=tuple(draft.dues),
            notices=tuple(draft.extra),
            reason="lookup",
        )
    told: list[Notice] = []
    if draft.ticket:
        draft.move(Act.STAFF_ACTED)
        told += _words(draft, draft.ticket)
        if opens(draft):
            hand_over(
                draft,
                (
                    person
                    for person in audience(draft.ticket, draft.rules.directory, draft.shelf.unavailable)
                    if person.id != draft.staff.id
                ),
            )
    told = [*draft.extra, *told, *_told_of_over(draft)]
    if any(not TABLE[given.word].asks for given in draft.mail.parsed.commands) and draft.staff.receipts == "all":
        told.append(receipt(draft))
    kind = "answer" if draft.relays else "note" if draft.internal or (opens(draft) and draft.mail.parsed.text) else "commands"
    stored = replace(
        stored_staff(draft.mail, draft.ticket, draft.staff, kind), contact=draft.relays and draft.ticket is not None
    )
    message_id = draft.mail.message.message_id
    return Decision(
        tickets=(*((draft.ticket,) if draft.ticket else ()), *draft.other_tickets.values()),
        joined=tuple(draft.joined),
        stored=(stored, *draft.more),
        keys=(*draft.keys, *(((message_id, draft.ticket.number),) if draft.ticket and message_id else ())),
        events=tuple(draft.events),
        entries=tuple(draft.entries),
        holds=tuple(draft.settled),
        remembered=tuple(draft.remembered),
        dues=tuple(draft.dues),
        proposals=tuple(draft.proposals),
        notices=tuple(told),
        release=draft.release,
        frozen=tuple(draft.frozen),
        absences=tuple(draft.absences),
        ideas=tuple(draft.ideas),
        reason=kind,
    )


def _only_asks(draft: Draft) -> bool:
    """Whether a mail only looks something up: it changes nothing, not even its ticket."""
    commands = draft.mail.parsed.commands
    return bool(commands) and all(TABLE[given.word].asks for given in commands) and not (draft.relays and draft.ticket)


def _words(draft: Draft, ticket: Ticket) -> list[Notice]:
    """The answer, or the question alone, and what colleagues read."""
    told: list[Notice] = []
    if draft.relays:
        draft.answered()
        draft.note_event("answered")
        told += _relays(draft)
    elif draft.asks:
        told += _questions(draft)
    return told + _note_copies(draft) if draft.internal else told


def _relays(draft: Draft) -> list[Notice]:
    """One letter a recipient: reply addresses differ, and nobody is quoted what they have not seen."""
    ticket = draft.ticket
    assert ticket is not None
    quoted = notices.last_words_of_customer(ticket.number, draft.shelf)
    notes = charge_notes(draft.entries, draft.client_of(ticket), ticket.number)
    made: list[Notice] = []
    for address in draft.recipients:
        seen = quoted if quoted and _has_seen(address, quoted, ticket, draft.shelf) else None
        asks = draft.asks and address.key == draft.recipients[0].key
        joined = draft.shelf.participants.get(ticket.number, {}).get(address.key)
        known = seen_words(draft.shelf.threads.get(ticket.number, []), address.key, joined.joined_at if joined else None)
        facts = notices.relayed_words(draft.words.for_reader(known), seen) | {
            "signature": draft.staff.name,
            "charge_notes": notes,
            "promised_at": draft.promised[0] if draft.promised else None,
            "promised_text": draft.promised[1] if draft.promised else "",
            "close_after_days": _close_after_days(draft) if asks else None,
        }
        made.append(
            notices.relay(
                address,
                ticket,
                draft.rules,
                draft.shelf,
                facts,
                key=f"relay:{own_id(draft.mail)}:{draft.mail.fingerprint}:{address.key}",
                author=draft.staff.name,
                attachments=draft.files,
                markup=draft.mail.message.markup,
                staff=draft.staff.id,
                asks=asks,
                links=BUTTONS if asks else (),
            )
        )
    return made


def _questions(draft: Draft) -> list[Notice]:
    """The question whether it is solved, in a mail of its own: there is no answer for it to ride on."""
    ticket = draft.ticket
    assert ticket is not None
    if not draft.recipients:
        return []
    address = draft.recipients[0]
    thread = notices.thread_for(address.key, ticket.number, draft.shelf)
    return [
        notices.to_customer(
            Kind.CONFIRM,
            address,
            ticket,
            draft.rules,
            key=f"confirm:{own_id(draft.mail)}:{draft.mail.fingerprint}",
            facts={"close_after_days": _close_after_days(draft), "staff_name": draft.staff.name},
            thread=thread,
            in_reply_to=thread[-1] if thread else "",
            asks=True,
            links=BUTTONS,
        )
    ]


def _note_copies(draft: Draft) -> list[Notice]:
    """An internal note for whoever has the ticket, unless they wrote it: the assignee, while there is none the team."""
    ticket, client = draft.ticket, draft.client
    assert ticket is not None and client is not None
    facts = notices.ticket_facts(ticket, client, draft.shelf) | {
        "words_of_customer": draft.text,
        "author_name": draft.staff.name,
        "author_address": "",
        "kind_of": "note",
        "internal": True,
        "unproven": False,
        "attachments": [a.filename for a in draft.mail.message.attachments],
        "perhaps_same": None,
        "joinable": False,
        "unlisted": [],
        "machine": [],
        "sealed": "",
    }
    key = f"note:{own_id(draft.mail)}:{draft.mail.fingerprint}"
    told = {draft.staff.id, *(notice.person for notice in draft.extra if notice.kind is Kind.NOTIFICATION)}
    return [
        notices.notification(
            person,
            ticket,
            draft.rules,
            draft.shelf,
            facts,
            key=f"{key}:{person.id}",
            author=draft.staff.name,
            attachments=draft.mail,
        )
        for person in audience(ticket, draft.rules.directory, draft.shelf.unavailable)
        if person.id not in told
    ]


def _told_of_over(draft: Draft) -> list[Notice]:
    """The accountants hear at once of time beyond a prepaid contract and its overdraft; a retainer's overage is agreed business."""
    after = {(balance.client, balance.contract): balance.closing for balance in draft.balances_after()}
    told: list[Notice] = []
    for entry in draft.entries:
        client = draft.rules.directory.clients[entry.client]
        if entry.over_minutes <= 0 or not entry.rule.startswith(Charge.PREPAID.value):
            continue
        balance = draft.shelf.balances.get((entry.client, entry.contract))
        closing = after.get((entry.client, entry.contract), balance.closing if balance else 0)
        detail = {"client": client.name, "contract": entry.contract, "minutes": entry.over_minutes, "closing": closing}
        facts = {"reason_code": "over", "detail": {**detail, "staff": draft.staff.name, "ticket": entry.ticket}}
        key = f"over:{own_id(draft.mail)}:{draft.mail.fingerprint}:{entry.id}"
        told += [
            notices.to_staff(
                Kind.ALERT, person, draft.rules, key=f"{key}:{person.id}", facts=facts, client=entry.client, subject_of=0
            )
            for person in draft.rules.directory.with_role("accountant")
        ]
    return told


def _has_seen(address: Address, quoted: Stored, ticket: Ticket, shelf: Shelf) -> bool:
    """Whether somebody wrote those words or was already on the ticket when they came."""
    joined: Participant | None = shelf.participants.get(ticket.number, {}).get(address.key)
    return address.key == quoted.from_address.lower() or (joined is not None and joined.joined_at <= quoted.at)


def _close_after_days(draft: Draft) -> int | None:
    after = draft.rules.directory.promises.close_after
    return after.days if after else None
