"""From Message to Incoming: tokens verified, the From judged, the reply told apart from what it answers, commands read.

Everything here is pure; it stands above `ingest` and `desk` because it joins what the one read with what the other rules.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from maild.delivery.compose import BOUNCES
from maild.desk import address, command, timesheet
from maild.desk.address import Token
from maild.desk.case import Shelf, ours_key
from maild.desk.command_lines import segments
from maild.desk.comparison import bare_line, compare
from maild.desk.decision import Stored
from maild.desk.directory import Staff
from maild.desk.hold import Hold, Release
from maild.desk.holds import FIXED
from maild.desk.incoming import Incoming, Rules, fingerprint
from maild.desk.purpose import Purpose
from maild.desk.staff_writing import fresh_lines, taken_as_text
from maild.ingest import quoting
from maild.ingest.authentication import DkimOutcome, judge
from maild.ingest.signature import is_dashes, is_device_line
from maild.lines import Line, LineKind
from maild.message import Arrival, Message, OriginKind

FRESH_FOR = timedelta(hours=72)  # a mail whose Date is farther from its arrival proves nothing (section 4)


@dataclass(frozen=True, slots=True)
class Door:
    """What is trusted of a door: whose Authentication-Results count."""

    trust_authserv: tuple[str, ...] = ()


def open_mail(
    arrival_id: int,
    arrival: Arrival,
    message: Message,
    rules: Rules,
    doors: Mapping[str, Door],
    own_check: DkimOutcome | None = None,
) -> Incoming:
    """Derive all that can be told of a mail without memory. `own_check` is what we found of its signatures, where that was asked."""
    trusted = doors.get(arrival.mailbox, Door()).trust_authserv
    staff = staff_of(message, rules)
    verdict = judge(message, trusted, logins=(staff.login, *staff.addresses) if staff else None, own_check=own_check)
    authenticated = (verdict.authenticated and _is_fresh(message, arrival)) if verdict.required else None
    delivered_to = delivered_addresses(arrival, message)
    token, expired, owner = _token(message, staff, delivered_to, rules, arrival.arrived_at)
    mail = Incoming(
        arrival_id,
        with_reverse_path(message, arrival),
        arrival.arrived_at,
        fingerprint(message),
        delivered_to,
        authenticated,
        f"{verdict.method}: {', '.join(verdict.reasons)}",
        token,
        expired,
        owner,
        staff,
        settled_signature(message.reading.lines, staff) if staff else message.reading.lines,
    )
    return _with_commands(mail, rules, rules.desk.zone) if staff else mail


def staff_of(message: Message, rules: Rules) -> Staff | None:
    """The member of staff whose registered address stands among a mail's From addresses, proven or not."""
    return next((found for each in message.senders if (found := rules.directory.staff_at(each.address))), None)


def beside_memory(mail: Incoming, shelf: Shelf, rules: Rules) -> Incoming:
    """Look at a staff mail once more with what memory holds: the letter that it answers, the zone of its ticket's client.

    The reply is compared with the very words that we sent, so that the desk's part never goes out and no fresh line is lost.
    """
    staff = mail.staff
    if staff is None:
        return mail
    ticket = shelf.tickets.get(mail.token.number) if mail.token and mail.token.purpose is Purpose.STAFF else None
    thread = shelf.threads.get(ticket.number, []) if ticket else []
    lines = mail.message.reading.lines
    if (sent := _answered_letter(mail, staff, shelf)) is not None:
        own = quoting.own_lines("\n".join(line.text for line in lines), sent.text)
        compared = compare(lines, own, sent, thread)
        lines = compared.lines
        mail = replace(mail, unknown_quotes=compared.unknown, answers=sent.message_id)
    written = {bare_line(line) for stored in thread if stored.author == staff.id for line in stored.text.split("\n")}
    mail = replace(mail, lines=settled_signature(lines, staff, written))
    return _with_commands(mail, rules, _zone(mail, shelf, rules))


def released(mail: Incoming, release: Release, held: Hold, shelf: Shelf, rules: Rules) -> Incoming:
    """A held mail as its author has cleared it: with corrected lines in place of the wrong ones, or above a text without any."""
    cleared = replace(mail, released=True, plain=release.plain, confirmed=held.reason == FIXED and not release.corrections)
    if release.corrections:
        new = tuple(Line(text, LineKind.FRESH) for text in release.corrections)
        wrong = [n for n, line in enumerate(mail.lines) if line.text in held.wrong_lines and line.kind is LineKind.FRESH]
        mended = command.mend(mail.lines, wrong, new) if wrong else None
        cleared = replace(cleared, lines=mended or (*new, *mail.lines))
    return _with_commands(cleared, rules, _zone(cleared, shelf, rules))


def _zone(mail: Incoming, shelf: Shelf, rules: Rules) -> ZoneInfo:
    """Of the client whose ticket the mail is on, else the desk's own."""
    ticket = shelf.tickets.get(mail.token.number) if mail.token and mail.token.purpose is Purpose.STAFF else None
    client = rules.directory.clients.get(ticket.client) if ticket else None
    return client.zone if client else rules.desk.zone


def _with_commands(mail: Incoming, rules: Rules, zone: ZoneInfo) -> Incoming:
    """Read the fresh lines. Names are those of the directory; what it does not know, or forbids the author, is refused."""
    if mail.token and mail.token.purpose is Purpose.TIMES and not mail.released:  # its quoted lines are the answer
        mail = replace(mail, lines=timesheet.filled_in(mail.message.reading.lines, mail.token.number), unknown_quotes=())
    parsed = command.parse(fresh_lines(mail), mail.arrived_at.astimezone(zone).date())
    commands = command.resolve(parsed.commands, rules.directory)
    refusals = (*parsed.refusals, *command.check(commands, rules.directory, mail.staff))
    mail = replace(mail, parsed=replace(parsed, commands=commands, refusals=refusals))
    return taken_as_text(mail, {refusal.line_no for refusal in refusals}) if mail.plain else mail


def settled_signature(lines: Sequence[Line], staff: Staff, written: Collection[str] = ()) -> tuple[Line, ...]:
    """A signature that is certain goes, the desk puts its own there; a block that was only guessed stays its author's words.

    Certain is what stands under its delimiter, what a phone adds, what names its author, and what the author wrote in an earlier
    mail too (`written`: their lines there). A command below a signature is meant.
    """
    settled: list[Line] = []
    for kind, block in groupby(lines, key=lambda line: line.kind):
        run = tuple(block)
        certain = kind is LineKind.SIGNATURE and _is_signature(run, staff, written)
        for line in run:
            ordered = certain and (found := segments(line.text)) and all(segment.command for segment in found)
            fresh = ordered or (kind is LineKind.SIGNATURE and not certain)
            settled.append(Line(line.text, LineKind.FRESH) if fresh else line)
    return tuple(settled)


def _is_signature(block: Sequence[Line], staff: Staff, written: Collection[str]) -> bool:
    names = {staff.name.casefold(), *(part.casefold() for part in staff.name.split())}
    said = [text for line in block if (text := bare_line(line.text))]
    return all(text in written for text in said) or any(
        is_dashes(text)
        or is_device_line(text)
        or text.casefold().strip(" ,.-–—") in names
        or any(address.casefold() in text.casefold() for address in staff.addresses)
        for text in said
    )


def _answered_letter(mail: Incoming, staff: Staff, shelf: Shelf) -> Stored | None:
    """The letter of ours that a mail cites; without one, the last that its ticket sent to this person."""
    for cited in (*mail.message.in_reply_to, *reversed(mail.message.references)):
        if cited in shelf.ours:
            return shelf.ours[cited]
    if mail.token and mail.token.purpose is Purpose.STAFF:
        return shelf.ours.get(ours_key(mail.token.number, staff.addresses[0]))
    return None


def with_reverse_path(message: Message, arrival: Arrival) -> Message:
    """Nothing automatic answers a null or missing reverse-path (RFC 3834, 2; contract, section 2)."""
    path = arrival.envelope_from if arrival.envelope_from is not None else message.header("Return-Path").strip() or None
    reason = "missing-reverse-path" if path is None else "null-reverse-path" if path.strip("<> ") == "" else ""
    if not reason or not message.origin.answerable:
        return message
    origin = message.origin
    return replace(message, origin=replace(origin, reasons=(*origin.reasons, reason), answerable=False))


def delivered_addresses(arrival: Arrival, message: Message) -> tuple[str, ...]:
    """Every address that a mail was sent to, as far as anything tells it: the envelope, its traces, To and Cc."""
    traces = (
        *message.header_values("Delivered-To"),
        *message.header_values("X-Original-To"),
        *message.header_values("Envelope-To"),
    )
    named = (a.address for a in (*message.to, *message.cc))
    return tuple(dict.fromkeys((*arrival.envelope_to, *(trace.strip().strip("<>") for trace in traces), *named)))


def _token(
    message: Message, staff: Staff | None, delivered_to: tuple[str, ...], rules: Rules, now: datetime
) -> tuple[Token | None, Token | None, str]:
    """(the sender's own token, one of theirs that had expired, the staff member whose token it was instead)"""
    desk = rules.desk
    texts = address.find_tokens(delivered_to, desk.address, desk.separator)
    carried = (address.from_message_id(each, desk.domain) for each in (*message.in_reply_to, *reversed(message.references)))
    persons = _persons(message, staff)
    expired: Token | None = None
    owner = ""
    for text in dict.fromkeys((*texts, *(each for each in carried if each))):
        checked = address.verify(text, rules.keyring, now, persons)
        if isinstance(checked, Token):
            return checked, None, ""
        if checked.reason is address.Reason.EXPIRED:
            expired = expired or checked.token
        elif text in texts:
            owner = owner or address.find_owner(text, rules.keyring, rules.directory.staff) or ""
    return None, expired, "" if staff and owner == staff.id else owner


def _persons(message: Message, staff: Staff | None) -> tuple[str, ...]:
    """Whose tokens a mail may bear: its one sender's, and where a machine sent it those of a reverse-path, which are anybody's."""
    machine = (BOUNCES,) if message.origin.kind is not OriginKind.PERSON else ()
    if message.from_fields != 1 or len(message.senders) != 1:
        return machine
    return (staff.id if staff else message.senders[0].key, *machine)


def _is_fresh(message: Message, arrival: Arrival) -> bool:
    return message.date is not None and abs(message.date - arrival.arrived_at) <= FRESH_FOR
