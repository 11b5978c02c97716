"""Commands that make a ticket: /new of a call or a forwarded mail, /split of a mail that asks something else."""

from __future__ import annotations

from dataclasses import replace

from maild.desk import command_kinds as t
from maild.desk import notices, promise
from maild.desk.decision import NEW, Event, Notice, Side, Stored
from maild.desk.directory import WALK_IN, Client
from maild.desk.draft import Draft, Trouble
from maild.desk.incoming import carried, is_desk_address, own_id, shown_subject
from maild.desk.phrases import language_of
from maild.desk.routing import assignment
from maild.desk.ticket import Participant, State, Ticket
from maild.message import Address, Attachment, Forwarded, address_key, is_writable


def new(draft: Draft, given: t.New) -> Trouble | None:
    """A ticket for a phone call, or for the mail that is forwarded: its contact is the requester, and is acknowledged.

    The mail's own words stay inside, but for what follows /answer. Who takes a call has the ticket; a forwarded mail is routed as
    if its writer had sent it here.
    """
    forward = carried(draft.mail, draft.rules)
    whose = _requester(draft, given, forward)
    if isinstance(whose, Trouble):
        return whose
    address, client = whose
    forward = forward if forward and forward.sender.key == address.key else None
    ticket = _new_ticket(draft, address, client, forward)
    requester = Participant(address.key, address.name, draft.mail.arrived_at)
    origin = [_words_of(forward, ticket, draft)] if forward else []
    draft.stand_on(ticket, origin, {requester.address: requester})
    draft.joined.append((NEW, requester))
    draft.more += origin
    if forward and forward.message_id:
        draft.keys.append((forward.message_id, NEW))
        if same := draft.shelf.keys.get(forward.message_id):
            draft.changed("resembles", f"#{same}")
    files = [each.filename for each in _files_of(forward, draft) if not each.inline] if forward else []
    draft.extra.append(_ack(draft, ticket, client, forward.message_id if forward else "", files))
    draft.changed("opened", f"{client.name}, {address.name or address.address}")
    draft.note_event("opened", "forwarded mail" if forward else "by staff")
    return None


def _requester(draft: Draft, given: t.New, forward: Forwarded | None) -> tuple[Address, Client] | Trouble:
    """Who asks, and for which client: an address that is typed; a client's contact; whoever wrote the mail that is forwarded."""
    directory = draft.rules.directory
    known = directory.clients.get(given.client)
    if given.address:
        address = forward.sender if forward and forward.sender.key == address_key(given.address) else Address("", given.address)
    elif known and not _is_theirs(forward, known, draft):
        if not known.contacts:
            return Trouble("no-contact", facts={"client": known.name})
        address = Address(known.contacts[0].name, known.contacts[0].address)
    elif forward:
        address = forward.sender
    else:
        return Trouble("new-whom")
    if is_desk_address(address.address, draft.rules.desk) or directory.staff_at(address.address):
        return Trouble("not-a-customer", facts={"address": address.address})
    if not is_writable(address.address):
        return Trouble("not-a-customer", facts={"address": address.address})
    contact = directory.contact_at(address.address)
    client = known or directory.client_at(address.address, draft.shelf.remembered)
    return replace(address, name=address.name or (contact.name if contact else "")), client


def _is_theirs(forward: Forwarded | None, client: Client, draft: Draft) -> bool:
    """Whether a forwarded mail may be a client's: it came from its people, or from somebody whom no client claims."""
    if forward is None:
        return False
    return draft.rules.directory.client_at(forward.sender.address, draft.shelf.remembered).id in (client.id, WALK_IN)


def _new_ticket(draft: Draft, address: Address, client: Client, forward: Forwarded | None) -> Ticket:
    directory, at = draft.rules.directory, draft.mail.arrived_at
    contact = directory.contact_at(address.address)
    words = forward.text if forward else draft.mail.parsed.text
    subject = (forward.subject if forward else "") or draft.mail.message.subject
    own = client.language if client.id != WALK_IN else ""
    language = (contact.language if contact else "") or own or language_of(f"{subject}\n{words}", draft.rules.desk.language)
    contracts = client.contracts_on(at.astimezone(client.zone).date())
    if forward or "engineer" not in draft.staff.roles:
        assignee, team = assignment(
            client, subject, words, directory, language=language, absent=draft.shelf.unavailable, load=draft.shelf.open_count
        )
    else:
        assignee, team = draft.staff.id, ""
    return Ticket(
        NEW,
        shown_subject(subject),
        client.id,
        address.address,
        address.name,
        language,
        at,
        assignee=assignee,
        team=team,
        contract=contracts[0].id if contracts else "",
        answer_due_at=promise.first_answer_due(client, at, directory.calendars),
        solution_due_at=promise.solution_due(client, at, directory.calendars),
        awaiting_since=at,
        last_customer_at=at,
    )


def _words_of(forward: Forwarded, ticket: Ticket, draft: Draft) -> Stored:
    """The forwarded mail as its ticket keeps it. A proven person of the desk vouches for it."""
    made = f"<forward.{draft.mail.fingerprint[:32]}@no-message-id.invalid>"
    return Stored(
        forward.message_id or made,
        Side.IN,
        "mail",
        ticket.requester,
        ticket.requester_name,
        (),
        draft.mail.arrived_at,
        forward.subject,
        forward.text,
        ticket=NEW,
        client=ticket.client,
        contact=True,
        attachments=_files_of(forward, draft),
    )


def _files_of(forward: Forwarded, draft: Draft) -> tuple[Attachment, ...]:
    """The files beside a mail that was forwarded in the text are its own; an attached mail keeps its files inside."""
    return () if forward.how == "attached" else draft.mail.message.attachments


def _ack(draft: Draft, ticket: Ticket, client: Client, answers: str, files: list[str]) -> Notice:
    """The proof that the request is here, to whoever asks."""
    return notices.acknowledgement(
        ticket,
        client,
        draft.rules,
        key=f"ack:{own_id(draft.mail)}:{draft.mail.fingerprint}",
        proven=client.id != WALK_IN,
        at=draft.mail.arrived_at,
        files=files,
        in_reply_to=answers,
    )


def split(draft: Draft, given: t.Split, ticket: Ticket) -> Trouble | None:
    """Make a ticket of its own of the customer's mail that is answered: what else this mail says and books belongs to it."""
    theirs = [said for said in draft.shelf.threads.get(ticket.number, []) if said.side is Side.IN and said.kind == "mail"]
    sent = draft.shelf.ours.get(draft.mail.answers)
    told = [said for said in theirs if sent is None or said.at <= sent.at]
    if len(theirs) < 2 or not told:
        return Trouble("nothing-to-split")
    said = told[-1]
    people = draft.shelf.participants.get(ticket.number, {})
    named = {address_key(address) for address in (said.from_address, *said.to)}
    joining = {key: replace(each, joined_at=said.at) for key, each in people.items() if key in named}
    requester = Participant(address_key(said.from_address), said.from_name, said.at)
    client = draft.client_of(ticket)
    parted = replace(
        ticket,
        number=NEW,
        subject=given.subject or shown_subject(said.subject) or ticket.subject,
        requester=said.from_address,
        requester_name=said.from_name,
        opened_at=said.at,
        state=State.OPEN,
        cause="",
        vendor_defect=False,  # another question: its time is charged by its own cause
        acked_at=None,
        first_answer_at=None,
        last_answer_at=None,
        answer_due_at=promise.first_answer_due(client, said.at, draft.rules.directory.calendars),
        solution_due_at=promise.solution_due(client, said.at, draft.rules.directory.calendars),
        awaiting_since=said.at,
        last_customer_at=said.at,
        solved_at=None,
        waiting_since=None,
        linked_to=ticket.number,
        reopened=0,
        denied=0,
        rating=None,
        unanswered=False,
        eta_at=None,
        eta_given_at=None,
        waits_on="",
        later_at=None,
        later_by="",
        messages=0,
        worked_minutes=0,
        charged_minutes=0,
        version=0,
    )
    draft.other_tickets[ticket.number] = _without(ticket, said)
    draft.events.append(Event(ticket.number, draft.now, "split", draft.staff.id, parted.subject, own_id(draft.mail)))
    copy = replace(said, ticket=NEW, contact=False)  # the day's contact was counted where it came
    draft.stand_on(parted, [copy], {**joining, requester.address: requester})
    draft.joined += [(NEW, person) for person in {**joining, requester.address: requester}.values()]
    draft.more.append(copy)
    draft.extra.append(_ack(draft, parted, client, said.message_id, []))
    draft.changed("split", f"#{ticket.number}")
    draft.note_event("opened", f"split from #{ticket.number}")
    return None


def _without(ticket: Ticket, said: Stored) -> Ticket:
    """The ticket that a mail was taken from: what that mail asked is asked there no more."""
    if ticket.awaiting_since != said.at:
        return ticket
    return replace(ticket, awaiting_since=None, answer_due_at=None)


def opens(draft: Draft) -> bool:
    """Whether this mail makes a ticket, or joins two: whoever has it then has not seen it yet."""
    return any(isinstance(given, t.New | t.Split | t.Merge) for given in draft.mail.parsed.commands)
