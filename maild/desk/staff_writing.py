"""What of a staff mail the customer will read: fresh words, quoted lines they answer to, no signature, nothing of the desk's."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from maild.desk import command
from maild.desk.address import TOKEN_LETTERS
from maild.desk.case import Shelf
from maild.desk.command_kinds import New
from maild.desk.command_kinds_books import Faq
from maild.desk.comparison import bare_line, desk_part, holds_words_of
from maild.desk.decision import Side, Stored
from maild.desk.directory import Directory
from maild.desk.faq import answer_text
from maild.desk.hidden_words import TELLING_WORDS, found_in, squeezed
from maild.desk.incoming import Incoming, Rules
from maild.desk.ticket import Ticket
from maild.lines import Line, LineKind
from maild.message import address_key

_TELLING_WORDS = 3  # a line of fewer words is nobody's in particular: that a note holds it too says nothing


@dataclass(frozen=True, slots=True)
class Writing:
    """The words for the customer, commands taken out; `quoted[n]` says that line n is the customer's, answered to below it.

    `trouble` is why they may not go (a reason code of a hold, or ''), `line` the words at fault.
    """

    lines: tuple[str, ...] = ()
    quoted: tuple[bool, ...] = ()
    trouble: str = ""
    line: str = ""

    @property
    def text(self) -> str:
        """All lines, as whoever has seen all that is quoted will read them."""
        return command.tidy(self.lines)

    def for_reader(self, seen: str) -> str:
        """The same for somebody who has seen only these words: other quotes are left out."""
        kept = (line for line, quoted in zip(self.lines, self.quoted, strict=True) if not quoted or bare_line(line) in seen)
        return command.tidy([*kept])


def fresh_lines(mail: Incoming) -> tuple[Line, ...]:
    """The lines in which commands are looked for."""
    return tuple(line for line in mail.lines if line.kind is LineKind.FRESH)


def taken_as_text(mail: Incoming, wrong: Collection[int]) -> Incoming:
    """The mail with the commands of these lines (indexes into `fresh_lines`) as words: what /send asks for."""
    parsed = mail.parsed
    commands = tuple(given for given in parsed.commands if given.source.line_no not in wrong)
    at = parsed.command_lines - frozenset(wrong)
    text = command.tidy([None if number in at else line.text for number, line in enumerate(fresh_lines(mail))])
    return replace(mail, parsed=replace(parsed, commands=commands, refusals=(), text=text, command_lines=at))


def writing(mail: Incoming, ticket: Ticket | None, shelf: Shelf, rules: Rules) -> Writing:
    """Put together what goes out, and look once more for what must not."""
    thread = shelf.threads.get(ticket.number, []) if ticket else []
    page = _page(mail, seen_words(thread), _standard_answers(mail, rules))
    if not page.text:
        return page
    if mail.unknown_quotes and not mail.released:
        return replace(page, trouble="unknown-quote", line=mail.unknown_quotes[0])
    letters = (*thread, *([sent] if (sent := shelf.ours.get(mail.answers)) else []))
    if line := _line_of_the_desk(page, letters, _client_note(ticket, rules)):
        return replace(page, trouble="desk-words", line=line)
    if (line := _line_of_a_note(page, thread)) and not mail.plain:
        return replace(page, trouble="note-words", line=line)
    if line := private_line(page.text, rules):
        if not mail.plain:
            return replace(page, trouble="private-address", line=line)
        return replace(page, lines=tuple(without_private(each, rules) for each in page.lines))
    return page


def seen_words(thread: Iterable[Stored], reader: str = "", joined_at: datetime | None = None) -> str:
    """The customers' words on a ticket that were proven; for one reader those that they wrote or that came after they joined."""
    proven = (stored for stored in thread if stored.side is Side.IN and stored.proven)
    words = (
        stored.text
        for stored in proven
        if not reader or address_key(stored.from_address) == reader or (joined_at is not None and joined_at <= stored.at)
    )
    return " ".join(bare for text in words for line in text.split("\n") if (bare := bare_line(line)))


def without_private(text: str, rules: Rules) -> str:
    """Staff's own addresses and signed reply addresses replaced by the desk's."""
    for address in _private_addresses(rules.directory):
        text = re.sub(re.escape(address), rules.desk.address, text, flags=re.I)
    return _token_pattern(rules).sub(rules.desk.address, text)


# --- the page --------------------------------------------------------------------------------------------------------------------


def _standard_answers(mail: Incoming, rules: Rules) -> dict[int, list[str]]:
    """Line of a /faq among the fresh ones -> the answer that stands in its place."""
    known = rules.directory.faq
    said = (given for given in mail.parsed.commands if isinstance(given, Faq) and given.name in known)
    return {given.source.line_no: answer_text(known[given.name]).split("\n") for given in said}


def _page(mail: Incoming, quotable: str, inserted: Mapping[int, list[str]]) -> Writing:
    """Fresh lines without commands; where they answer single lines, those of the customer's with them, the last ones left out."""
    found: list[tuple[str | None, bool]] = []
    number = -1
    for line in mail.lines:
        if line.kind is LineKind.FRESH:
            number += 1
            found.append((None if number in mail.parsed.command_lines else line.text.rstrip("\r"), False))
            found += [(answer, False) for answer in inserted.get(number, ())]
        elif line.kind is LineKind.QUOTED and (bare := bare_line(line.text)) and bare in quotable:
            found.append((f"> {bare}", True))
    if mail.parsed.internal:
        return _plain([(line, False) for line in mail.parsed.text.split("\n")])
    if mail.parsed.answer_text is not None or any(isinstance(given, New) for given in mail.parsed.commands):
        answers = [answer for lines in inserted.values() for answer in lines]
        return _plain([(line, False) for line in [*(mail.parsed.answer_text or "").split("\n"), *answers]])
    return _plain(found if _is_interleaved(found) else [each for each in found if not each[1]])


def _is_interleaved(found: list[tuple[str | None, bool]]) -> bool:
    """Whether words stand below one quote and above another, or two blocks of words around one: answers to single lines."""
    blocks = ["q" if quoted else "w" for line, quoted in found if line is not None and line.strip()]
    order = re.sub(r"(.)\1+", r"\1", "".join(blocks))
    return "qwq" in order or "wqw" in order


def _plain(found: list[tuple[str | None, bool]]) -> Writing:
    """Lines with their marks; a command leaves no hole, and what is quoted below the last answer goes."""
    while found and (found[-1][1] or not (found[-1][0] or "").strip()):
        found.pop()
    lines: list[str] = []
    marks: list[bool] = []
    after_command = False
    for text, quoted in found:
        if text is None:
            after_command = True
        elif not (after_command and not text.strip() and (not lines or not lines[-1].strip())):
            lines.append(text)
            marks.append(quoted)
            after_command = False
    return Writing(tuple(lines), tuple(marks))


# --- what must not go out ----------------------------------------------------------------------------------------------------------


def _line_of_the_desk(page: Writing, thread: Iterable[Stored], client_note: str) -> str:
    """A line that a letter to staff on this ticket holds as the desk's own, whole or hidden among other words."""
    desk = _lines_to_staff(thread)
    whole = next((line for line in _own_lines(page) if holds_words_of(desk, line)), "")
    words = squeezed("\n".join(_own_lines(page)))
    return whole or found_in(words, sorted(desk)) or found_in(words, (client_note,), _TELLING_WORDS)


def _lines_to_staff(thread: Iterable[Stored]) -> set[str]:
    return {
        line
        for stored in thread
        if stored.side is Side.INTERNAL and stored.recipient
        for line in desk_part(stored)
        if (len(line.split()) >= _TELLING_WORDS or ":" in line) and not (stored.kind == "hold" and line.startswith("- "))
    }  # a hold repeats its author's own wrong lines in a list


def hidden_lines(ticket: Ticket | None, shelf: Shelf, rules: Rules) -> tuple[str, ...]:
    """What of a ticket no file may tell its customer: sentences of the desk's letters to staff, of notes, the note on the client.

    A fact with its label ("Version: 8.2") is not among them: the customer's own licence file holds it rightly.
    """
    thread = shelf.threads.get(ticket.number, []) if ticket else []
    lines = {*_lines_to_staff(thread), *_lines_of_notes(thread)}
    telling = sorted(line for line in lines if len(line.split()) >= TELLING_WORDS)
    note = _client_note(ticket, rules)
    return (*telling, note) if len(note.split()) >= _TELLING_WORDS else tuple(telling)


def _client_note(ticket: Ticket | None, rules: Rules) -> str:
    client = rules.directory.clients.get(ticket.client) if ticket else None
    return client.note if client else ""


def _lines_of_notes(thread: Iterable[Stored]) -> set[str]:
    return {
        bare
        for stored in thread
        if stored.side is Side.INTERNAL and not stored.recipient and stored.kind == "note"
        for line in stored.text.split("\n")
        if len((bare := bare_line(line)).split()) >= _TELLING_WORDS
    }


def _line_of_a_note(page: Writing, thread: Iterable[Stored]) -> str:
    notes = _lines_of_notes(thread)
    whole = next((line for line in _own_lines(page) if bare_line(line) in notes), "")
    return whole or found_in(squeezed("\n".join(_own_lines(page))), sorted(notes))


def _own_lines(page: Writing) -> Iterable[str]:
    return (line for line, quoted in zip(page.lines, page.quoted, strict=True) if not quoted)


def private_line(text: str, rules: Rules) -> str:
    """The first line with an address that only staff may know: a colleague's own, or a signed one of the desk's."""
    private = _private_addresses(rules.directory)
    tokens = _token_pattern(rules)
    for line in text.split("\n"):
        lowered = line.lower()
        if any(address in lowered for address in private) or tokens.search(line):
            return line.strip()
    return ""


def has_signed_address(text: str, rules: Rules) -> bool:
    """Whether one of the desk's signed reply addresses stands in a text."""
    return bool(_token_pattern(rules).search(text))


def _private_addresses(directory: Directory) -> tuple[str, ...]:
    return tuple(address.lower() for person in directory.staff.values() for address in person.addresses)


def _token_pattern(rules: Rules) -> re.Pattern[str]:
    local, _, domain = rules.desk.address.partition("@")
    separator = f"(?:{re.escape(rules.desk.separator)}|%2b)"
    return re.compile(rf"{re.escape(local)}{separator}[a-z2-7]{{{TOKEN_LETTERS}}}@{re.escape(domain)}", re.I)
