"""Arguments -> Command for what concerns a ticket; each reader raises BadValue for what it cannot take.

Most commands have one of five shapes, so most rows of the table name a shape and a class.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from maild.desk import command_kinds as kinds
from maild.desk import command_kinds_books as books
from maild.desk.command_arguments import Arguments, BadValue
from maild.desk.command_dates import read_future_date
from maild.desk.command_durations import read_clock_time, read_duration
from maild.desk.command_kinds import Command, Reason, Source
from maild.desk.command_words import CAUSE_OF, folded

Reader = Callable[[Arguments, Source, date], Command]

_TICKET = re.compile(r"(?:\[?#|№\s?)?(\d{1,9})\]?(?=[\s.,;:!]|$)")
_COUNT = re.compile(r"(?:[x×хX*Х]\s?(\d{1,3})|(\d{1,3})\s?[x×хX*Х])(?=[\s.,;:!]|$)")
_ONCE = frozenset(map(folded, ("once", "один раз", "разово", "однократно", "одноразово")))
_ADD = re.compile(r"(?:add|\+|добавить|додати)\s*(?=\S)", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+\.[^\s@<>,;\".]+")


def bare(kind: Callable[[Source], Command]) -> Reader:
    """A command that takes nothing."""

    def read(a: Arguments, source: Source, _today: date) -> Command:
        a.end()
        return kind(source)

    return read


def with_text(kind: Callable[[Source, str], Command], *, needed: bool = False) -> Reader:
    """A command with free text behind it."""

    def read(a: Arguments, source: Source, _today: date) -> Command:
        return kind(source, a.needed_rest() if needed else a.rest())

    return read


def with_name(kind: Callable[[Source, str], Command]) -> Reader:
    """A command with a name, which may have several words."""

    def read(a: Arguments, source: Source, _today: date) -> Command:
        return kind(source, closed(a.needed_rest()).removeprefix("@"))

    return read


def with_word(kind: Callable[[Source, str], Command]) -> Reader:
    """A command with one word behind it or none."""

    def read(a: Arguments, source: Source, _today: date) -> Command:
        word = "" if a.done else a.word()
        a.end()
        return kind(source, word)

    return read


def with_cause(kind: Callable[[Source, str], Command], *, needed: bool = False) -> Reader:
    """A command with a cause, by its name or by one of the words that engineers use for it."""

    def read(a: Arguments, source: Source, _today: date) -> Command:
        word = "" if a.done and not needed else a.word()
        a.end()
        return kind(source, CAUSE_OF.get(folded(word), word))

    return read


def later(a: Arguments, source: Source, today: date) -> Command:
    """`/later DATE`."""
    day = read_future_date(a, today)
    a.end()
    return kinds.Later(source, day)


def fixed(a: Arguments, source: Source, _today: date) -> Command:
    """`/fixed REF BUILD`."""
    return kinds.Fixed(source, a.word(), closed(a.needed_rest()))


def free(a: Arguments, source: Source, _today: date) -> Command:
    """`/free WORD [text]`."""
    return kinds.Free(source, a.word(), a.rest())


def charge(a: Arguments, source: Source, _today: date) -> Command:
    """`/charge ITEM [xN]`."""
    item, found = a.word(), a.match(_COUNT)
    a.end()
    count = int(found[1] or found[2]) if found else 1
    if count == 0:
        raise BadValue(Reason.ZERO, found[0] if found else "")
    return kinds.ChargeItem(source, item, count)


def waive(a: Arguments, source: Source, _today: date) -> Command:
    """`/waive ITEM reason`."""
    return kinds.Waive(source, a.word(), a.needed_rest())


def quote(a: Arguments, source: Source, _today: date) -> Command:
    """`/quote 3h text`."""
    minutes = read_duration(a)
    a.skip_loose()
    return kinds.Quote(source, minutes, a.needed_rest())


def offer(a: Arguments, source: Source, _today: date) -> Command:
    """`/offer [PLAN…]`."""
    return kinds.Offer(source, words(a))


def eta(a: Arguments, source: Source, today: date) -> Command:
    """`/eta DATE TIME text`; a time without a day is today's."""
    minute = read_clock_time(a)
    day = today if minute is not None else read_future_date(a, today)
    if minute is None:
        minute = read_clock_time(a)
    if minute is None:
        raise BadValue(Reason.MISSING, a.peek())
    a.skip_loose()
    return kinds.Eta(source, day, minute, a.rest())


def merge(a: Arguments, source: Source, _today: date) -> Command:
    """`/merge N`."""
    number = ticket_number(a)
    a.end()
    return kinds.Merge(source, number)


def set_client(a: Arguments, source: Source, _today: date) -> Command:
    """`/client ID [once]`."""
    client, how = a.word(), closed(a.rest())
    if how and folded(how) not in _ONCE:
        raise BadValue(Reason.SURPLUS, how)
    return kinds.SetClient(source, client, bool(how))


def new(a: Arguments, source: Source, _today: date) -> Command:
    """`/new CLIENT` or `/new ADDRESS`; with a forwarded mail neither is needed."""
    whom = "" if a.done else a.word()
    a.end()
    return kinds.New(source, address=_address(whom)) if "@" in whom else kinds.New(source, client=whom)


def cc(a: Arguments, source: Source, _today: date) -> Command:
    """`/cc add ADDRESS`."""
    if not a.match(_ADD):
        raise BadValue(Reason.MISSING if a.done else Reason.UNREADABLE, a.peek())
    address = _address(a.word())
    a.end()
    return books.CcAdd(source, address)


def closed(text: str) -> str:
    """Without a closing full stop."""
    return text.rstrip(" .,;")


def words(a: Arguments) -> tuple[str, ...]:
    """All words that are left."""
    found = []
    while not a.done:
        found.append(a.word())
    return tuple(found)


def ticket_number(a: Arguments) -> int:
    """A ticket: `12`, `#12` or `[#12]`. Raises BadValue: MISSING, UNREADABLE."""
    found = a.match(_TICKET)
    if not found:
        raise BadValue(Reason.MISSING if a.done else Reason.UNREADABLE, a.peek())
    return int(found[1])


def _address(text: str) -> str:
    address = text.strip("<>").removeprefix("mailto:")
    if not _ADDRESS.fullmatch(address):
        raise BadValue(Reason.UNREADABLE, text)
    return address
