"""What must be known before a mail is decided: the keys that its clues, tokens and commands name."""

from __future__ import annotations

from datetime import date, timedelta

from maild.desk import command_kinds as t
from maild.desk import command_kinds_books as b
from maild.desk import floods, watch
from maild.desk.case import Needs
from maild.desk.challenge import alarm_mark
from maild.desk.command_kinds import Command
from maild.desk.dispute import report_named
from maild.desk.effects_causes import references_of
from maild.desk.incoming import Incoming, Rules, carried, subject_numbers
from maild.desk.proposal import ANSWERS
from maild.desk.purpose import FAQ, RATINGS, Purpose
from maild.desk.threading import conversation_key
from maild.message import address_key

CITED_IDS = 50  # of an over-long References field the newest, and the first: enough to find any ticket
_OF_TICKETS = (Purpose.STAFF, Purpose.CUSTOMER, Purpose.YES, Purpose.NOT_YET, Purpose.BOUNCE, *RATINGS, *FAQ)
_OF_LETTERS = (Purpose.STAFF, Purpose.CUSTOMER)
_OF_HOLDS = (Purpose.HOLD, Purpose.CHALLENGE, Purpose.CHALLENGE_YES, Purpose.CHALLENGE_NOT_MINE)


def needs_of(mail: Incoming, rules: Rules) -> Needs:
    """Everything that one mail asks for."""
    message = mail.message
    references = message.references
    cited = (*message.in_reply_to, *references[:1], *references[-CITED_IDS:], *(s.original_message_id for s in message.bounces))
    commands = mail.parsed.commands
    named = {number for given in commands if (number := b.row_number(_named_hold(given)))}
    token = mail.token
    forwarded = carried(mail, rules) if mail.staff else None
    others = frozenset(
        (
            *(address_key(given.address) for given in commands if isinstance(given, t.New) and given.address),
            *((forwarded.sender.key,) if forwarded else ()),
        )
    )
    return Needs(
        fingerprints=frozenset({mail.fingerprint}),
        message_ids=frozenset(
            each
            for each in (message.message_id, forwarded.message_id if forwarded else "", *cited, conversation_key(message))
            if each
        ),
        tickets=frozenset(
            (
                *subject_numbers(message.subject),
                *(t.number for t in (token, mail.expired) if t and t.purpose in _OF_TICKETS and t.number),
                *(number for number in (_named_ticket(given) for given in commands) if number),
            )
        ),
        addresses=(others | {mail.sender_key}) - {""},
        clients=frozenset(
            (
                *(rules.directory.client_at(address).id for address in (mail.sender_key, *others)),
                *(name for name in (_named_client(given) for given in commands) if name),
            )
        ),
        holds=frozenset((*named, *((token.number,) if token and token.purpose in _OF_HOLDS else ()))),
        entries=frozenset(number for given in commands if (number := b.row_number(_named_entry(given)))),
        reports=frozenset({report} if (report := report_named(mail, rules.directory)) else ()),
        proposals=frozenset({(ANSWERS[token.purpose][0].value, token.number)} if token and token.purpose in ANSWERS else ()),
        owners=_owners(mail),
        references=references_of(commands),
        letters=frozenset(
            (token.number, cited)
            for cited in message.in_reply_to[:1]
            if token and token.purpose in _OF_LETTERS and token.number
        ),
        tokens=frozenset(
            (
                *((token.id,) if token and token.purpose in _OF_HOLDS else ()),
                *((alarm_mark(mail.staff.id, mail.arrived_at),) if mail.staff and not mail.both_proofs else ()),
                *((watch.frozen_mark(mail.staff.id, mail.arrived_at),) if mail.staff else ()),
            )
        ),
        staff_days=_staff_days(mail),
        staff=frozenset({mail.staff.id} if mail.staff else ()),
        staff_mails=frozenset({message.message_id} - {""} if mail.staff else ()),
        tallies=frozenset((*watch.names_of(mail), *floods.names_of(mail, rules))),
    )


def _owners(mail: Incoming) -> frozenset[str]:
    """Whose tickets go to their team: of whoever says that they are away, or whose mail program does; of whom a manager stops."""
    if mail.staff is None:
        return frozenset()
    said = any(isinstance(given, b.Away) for given in mail.parsed.commands) or not mail.is_person
    stopped = {given.person for given in mail.parsed.commands if isinstance(given, b.Freeze)}
    return frozenset(stopped | ({mail.staff.id} if said else set()))


def _staff_days(mail: Incoming) -> frozenset[tuple[str, date]]:
    """Days on which time is written down; the mail's date is one of two in some zone, so both are asked for."""
    if mail.staff is None:
        return frozenset()
    around = mail.arrived_at.date()
    default = (around - timedelta(days=1), around, around + timedelta(days=1))
    return frozenset(
        (mail.staff.id, day)
        for given in mail.parsed.commands
        if isinstance(given, t.Time)
        for day in ((given.work_date,) if given.work_date else default)
    )


def _named_ticket(given: Command) -> int | None:
    match given:
        case t.Time(ticket=number) | t.Merge(ticket=number) | b.Show(ticket=number):
            return number
        case _:
            return None


def _named_client(given: Command) -> str:
    match given:
        case (
            b.Topup(client=name)
            | b.Adjust(client=name)
            | b.BalanceOf(client=name)
            | b.Statement(client=name)
            | t.SetClient(client=name)
            | t.New(client=name)
        ):
            return name
        case _:
            return ""


def _named_hold(given: Command) -> str:
    return given.id if isinstance(given, b.Release | b.Drop) else ""


def _named_entry(given: Command) -> str:
    return given.entry if isinstance(given, b.Undo) else ""
