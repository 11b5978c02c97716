"""Arguments -> Command for what is looked up, bought, corrected or planned (see command_readers)."""

from __future__ import annotations

import re
from datetime import date

from maild.desk import command_kinds_books as books
from maild.desk.command_arguments import Arguments
from maild.desk.command_dates import read_future_date, read_period
from maild.desk.command_durations import read_duration
from maild.desk.command_kinds import Command, Source
from maild.desk.command_money import read_money
from maild.desk.command_readers import closed, ticket_number, words
from maild.desk.command_words import ALL_CLIENTS, folded

_BACK = re.compile(r"(?:back|off|вернул(?:ся|ась)|на месте|повернув(?:ся|лася)|на місці)(?=[\s.,;:!]|$)", re.IGNORECASE)
_UNTIL = re.compile(r"(?:until|till|to|до|по)(?:\s+|$)", re.IGNORECASE)
_CORRECTED = re.compile(r"(?:corrected|исправленный|виправлений)\.?(?=\s|$)", re.IGNORECASE)
_ALL = frozenset(folded(word) for word in ALL_CLIENTS)
_FILTERS = {
    folded(word): name
    for name, said in {
        "mine": ("mine", "мои", "мої"),
        "overdue": ("overdue", "просроченные", "прострочені"),
        "unanswered": ("unanswered", "неотвеченные", "невідповіджені"),
    }.items()
    for word in said
}


def show(a: Arguments, source: Source, _today: date) -> Command:
    """`/show [N]`."""
    number = None if a.done else ticket_number(a)
    a.end()
    return books.Show(source, number)


def list_tickets(a: Arguments, source: Source, _today: date) -> Command:
    """`/list [mine, overdue, unanswered, CLIENT]`."""
    return books.List(source, tuple(_FILTERS.get(folded(word), word) for word in words(a)))


def help_(_a: Arguments, source: Source, _today: date) -> Command:
    """`/help`, whatever follows: somebody who asks for help is helped."""
    return books.Help(source)


def topup(a: Arguments, source: Source, _today: date) -> Command:
    """`/topup CLIENT 10h [AMOUNT CUR] REF`."""
    client, minutes, amount = a.word(), read_duration(a, number_follows=True), read_money(a)
    a.skip_loose()
    return books.Topup(source, client, minutes, closed(a.needed_rest()), amount)


def adjust(a: Arguments, source: Source, _today: date) -> Command:
    """`/adjust CLIENT -15m reason`."""
    client, minutes = a.word(), read_duration(a, negative=True)
    a.skip_loose()
    return books.Adjust(source, client, minutes, a.needed_rest())


def undo(a: Arguments, source: Source, _today: date) -> Command:
    """`/undo ENTRY reason`."""
    return books.Undo(source, a.word().removeprefix("#"), a.needed_rest())


def statement(a: Arguments, source: Source, _today: date) -> Command:
    """`/statement CLIENT 2026-11`, `/statement all 2026-11`."""
    client, period = a.word(), read_period(a)
    a.end()
    return books.Statement(source, client, period)


def act(a: Arguments, source: Source, _today: date) -> Command:
    """`/act CLIENT 2026-11 [corrected]`, `/act all 2026-11`: corrections are asked for one by one."""
    client, period = a.word(), read_period(a)
    corrected = folded(client) not in _ALL and a.match(_CORRECTED) is not None
    a.end()
    return books.Act(source, client, period, corrected)


def away(a: Arguments, source: Source, today: date) -> Command:
    """`/away until DATE`, or `/away back`."""
    if a.match(_BACK):
        a.end()
        return books.Away(source, None)
    a.match(_UNTIL)
    day = read_future_date(a, today)
    a.end()
    return books.Away(source, day)


def page(a: Arguments, source: Source, _today: date) -> Command:
    """`/page [2026-11]`."""
    period = None if a.done else read_period(a)
    a.end()
    return books.Page(source, period)
