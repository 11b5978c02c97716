"""What of a staff mail the customer will read: fresh words, quoted lines they answer to, no signature, nothing of the desk's."""

from __future__ import annotations

import re
from dataclasses import dataclass

from maild.desk.address import TOKEN_LETTERS
from maild.desk.comparison import bare_line
from maild.desk.directory import Directory
from maild.desk.incoming import Incoming, Rules
from maild.message import Line, LineKind

_DELIMITER = re.compile(r"^--\s?$")  # RFC 3676, 4.3


@dataclass(frozen=True, slots=True)
class Writing:
    """The words for the customer, commands taken out, and why they may not go (`trouble` is a reason code of a hold, or '')."""

    text: str
    trouble: str = ""
    line: str = ""


def fresh_lines(mail: Incoming) -> tuple[Line, ...]:
    """The lines in which commands are looked for."""
    return tuple(line for line in _settled_signature(mail.lines) if line.kind is LineKind.FRESH)


def writing(mail: Incoming, rules: Rules) -> Writing:
    """Put together what goes out, and look once more for what must not."""
    text = mail.parsed.text.strip("\n").rstrip()
    if text and _is_interleaved(mail.lines):
        text = _interleaved(mail, text)
    if mail.unknown_quotes and text and not mail.released:
        return Writing(text, "unknown-quote", mail.unknown_quotes[0])
    if line := _private_line(text, rules):
        if mail.plain:
            return Writing(without_private(text, rules))
        return Writing(text, "private-address", line)
    return Writing(text)


def without_private(text: str, rules: Rules) -> str:
    """Staff's own addresses and signed reply addresses replaced by the desk's."""
    for address in _private_addresses(rules.directory):
        text = re.sub(re.escape(address), rules.desk.address, text, flags=re.I)
    return _token_pattern(rules).sub(rules.desk.address, text)


def _private_line(text: str, rules: Rules) -> str:
    private = _private_addresses(rules.directory)
    tokens = _token_pattern(rules)
    for line in text.split("\n"):
        lowered = line.lower()
        if any(address in lowered for address in private) or tokens.search(line):
            return line
    return ""


def _private_addresses(directory: Directory) -> tuple[str, ...]:
    return tuple(address.lower() for person in directory.staff.values() for address in person.addresses)


def _token_pattern(rules: Rules) -> re.Pattern[str]:
    local, _, domain = rules.desk.address.partition("@")
    return re.compile(rf"{re.escape(local + rules.desk.separator)}[a-z2-7]{{{TOKEN_LETTERS}}}@{re.escape(domain)}", re.I)


def _settled_signature(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """A signature under its delimiter is replaced by the desk's; one that was only guessed stays the author's words."""
    settled: list[Line] = []
    delimited = False
    for line in lines:
        if line.kind is LineKind.SIGNATURE:
            delimited = delimited or bool(_DELIMITER.match(line.text))
            settled.append(line if delimited else Line(line.text, LineKind.FRESH))
        else:
            delimited = False
            settled.append(line)
    return tuple(settled)


def _is_interleaved(lines: tuple[Line, ...]) -> bool:
    """Whether fresh words stand below quoted ones and quoted ones below fresh: answers to single lines."""
    seen_quote = False
    for line in lines:
        if line.kind is LineKind.QUOTED and bare_line(line.text):
            seen_quote = True
        elif line.kind is LineKind.FRESH and line.text.strip() and seen_quote and not bare_line(line.text).startswith("/"):
            return True
    return False


def _interleaved(mail: Incoming, text: str) -> str:
    """The customer's lines from the first that is answered to the last, with the answers where they were written.

    Only quotes that the letter held as the customer's words stay: the desk's own lines do not.
    """
    wanted = iter(text.split("\n"))
    following = next(wanted, None)
    page: list[str] = []
    for line in _settled_signature(mail.lines):
        if line.kind is LineKind.FRESH:
            if following is not None and line.text.strip() == following.strip():
                page.append(line.text)
                following = next(wanted, None)
        elif line.kind is LineKind.QUOTED and (bare := bare_line(line.text)) and bare in mail.quotable:
            page.append(f"> {bare}")
    page.extend(line for line in (following, *wanted) if line is not None)
    while page and page[-1].startswith(">"):
        page.pop()
    return "\n".join(page).strip("\n")
