"""From Message to Incoming: tokens verified, the From judged, the reply told apart from what it answers, commands read.

Everything here is pure; it stands above `ingest` and `desk` because it joins what the one read with what the other rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from maild.delivery.compose import BOUNCES
from maild.desk import address, command
from maild.desk.address import Rejected, Token
from maild.desk.case import Shelf, ours_key
from maild.desk.comparison import compare
from maild.desk.decision import Hold, Release, Stored
from maild.desk.directory import Staff
from maild.desk.incoming import Incoming, Rules, fingerprint
from maild.desk.purpose import Purpose
from maild.desk.staff_writing import fresh_lines
from maild.ingest import quoting
from maild.ingest.authentication import judge
from maild.message import Arrival, Line, LineKind, Message

FRESH_FOR = timedelta(hours=72)  # a mail whose Date is farther from its arrival proves nothing (section 4)


@dataclass(frozen=True, slots=True)
class Door:
    """What is trusted of a door: whose Authentication-Results count."""

    trust_authserv: tuple[str, ...] = ()


def open_mail(arrival_id: int, arrival: Arrival, message: Message, rules: Rules, doors: Mapping[str, Door]) -> Incoming:
    """Derive all that can be told of a mail without memory."""
    trusted = doors.get(arrival.mailbox, Door()).trust_authserv
    sender = message.sender
    staff = (
        rules.directory.staff_at(sender.address) if sender and message.from_fields == 1 and len(message.senders) == 1 else None
    )
    verdict = judge(message, trusted, logins=(staff.login, *staff.addresses) if staff else None)
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
        message.reading.lines,
    )
    return _with_commands(mail, rules.desk.zone) if staff else mail


def beside_memory(mail: Incoming, shelf: Shelf, rules: Rules) -> Incoming:
    """Look at a staff mail once more with what memory holds: the letter that it answers, the zone of its ticket's client.

    The reply is compared with the very words that we sent, so that the desk's part never goes out and no fresh line is lost.
    """
    if mail.staff is None:
        return mail
    sent = _answered_letter(mail, mail.staff, shelf)
    if sent is not None:
        text = "\n".join(line.text for line in mail.message.reading.lines)
        compared = compare(mail.message.reading.lines, quoting.own_lines(text, sent.text), sent)
        mail = replace(
            mail, lines=compared.lines, unknown_quotes=compared.unknown, quotable=compared.quotable, answers=sent.message_id
        )
    return _with_commands(mail, _zone(mail, shelf, rules))


def released(mail: Incoming, release: Release, held: Hold, shelf: Shelf, rules: Rules) -> Incoming:
    """A held mail as its author has cleared it: with corrected lines in place of the wrong ones, or above a text without any."""
    cleared = replace(mail, released=True, plain=release.plain)
    if release.corrections:
        new = tuple(Line(text, LineKind.FRESH) for text in release.corrections)
        wrong = [n for n, line in enumerate(mail.lines) if line.text in held.wrong_lines and line.kind is LineKind.FRESH]
        mended = command.mend(mail.lines, wrong, new) if wrong else None
        cleared = replace(cleared, lines=mended or (*new, *mail.lines))
    return _with_commands(cleared, _zone(cleared, shelf, rules))


def _zone(mail: Incoming, shelf: Shelf, rules: Rules) -> ZoneInfo:
    """Of the client whose ticket the mail is on, else the desk's own."""
    ticket = shelf.tickets.get(mail.token.number) if mail.token and mail.token.purpose is Purpose.STAFF else None
    client = rules.directory.clients.get(ticket.client) if ticket else None
    return client.zone if client else rules.desk.zone


def _with_commands(mail: Incoming, zone: ZoneInfo) -> Incoming:
    parsed = command.parse(fresh_lines(mail), mail.arrived_at.astimezone(zone).date())
    if mail.plain:  # released by /send: what was unclear is text
        refused = {refusal.line_no for refusal in parsed.refusals}
        kept = [
            None if number in parsed.command_lines - refused else line.text for number, line in enumerate(fresh_lines(mail))
        ]
        parsed = replace(parsed, refusals=(), text=command.tidy(kept))
    return replace(mail, parsed=parsed)


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
) -> tuple[Token | None, bool, str]:
    """(the sender's own token, whether one had expired, the staff member whose token it was instead)"""
    desk = rules.desk
    texts = address.find_tokens(delivered_to, desk.address, desk.separator)
    carried = (address.from_message_id(each, desk.domain) for each in (*message.in_reply_to, *reversed(message.references)))
    person = staff.id if staff else message.sender.key if message.sender else ""
    expired, owner = False, ""
    for text in dict.fromkeys((*texts, *(each for each in carried if each))):
        checked = address.verify(text, rules.keyring, now, (person, BOUNCES) if person else (BOUNCES,))
        if isinstance(checked, Token) and (checked.person != BOUNCES or checked.purpose is Purpose.BOUNCE):
            return checked, False, ""
        if isinstance(checked, Rejected) and checked.reason is address.Reason.EXPIRED:
            expired = True
        elif text in texts:
            owner = owner or address.find_owner(text, rules.keyring, rules.directory.staff) or ""
    return None, expired, owner


def _is_fresh(message: Message, arrival: Arrival) -> bool:
    return message.date is not None and abs(message.date - arrival.arrived_at) <= FRESH_FOR
