"""What is attached to a staff answer that must not go to its customer: a mail of the desk's own, a page of it, another client's mail."""

from __future__ import annotations

import re
from collections.abc import Iterable

from maild.desk.comparison import MARKER
from maild.desk.directory import WALK_IN
from maild.desk.incoming import Rules, is_desk_address
from maild.desk.staff_writing import has_signed_address, private_line
from maild.desk.ticket import Ticket
from maild.message import Attachment

_LOOKED_AT_OCTETS = 64_000  # the head and the beginning of the words
_MAIL_NAMES = (".eml", ".msg", ".mbox")
_PAGES = ("text/", "application/xhtml", "application/rtf", "application/mbox")
_PEOPLE = re.compile(r"^(?:from|to|cc):[^\n]*(?:\n[ \t][^\n]*)*", re.I | re.M)
_ADDRESS = re.compile(r"[^\s<>\",;:()]+@[^\s<>\",;:()]+")


def attached_desk_mail(attachments: Iterable[Attachment], ticket: Ticket | None, rules: Rules) -> str:
    """The name of an attachment that holds what only staff, or another client, may see; '' for none."""
    for each in attachments:
        if _is_mail(each):
            words = _words(each)
            if "maild-kind:" in words.lower() or private_line(words, rules) or _is_of_another_client(words, ticket, rules):
                return each.filename or "mail"
        elif each.content_type.startswith(_PAGES) and _is_page_of_the_desk(_words(each), rules):
            return each.filename or "page"
    return ""


def _is_mail(each: Attachment) -> bool:
    return each.content_type.startswith(("message/", "text/rfc822")) or each.filename.lower().endswith(_MAIL_NAMES)


def _words(each: Attachment) -> str:
    return each.content[:_LOOKED_AT_OCTETS].replace(b"\0", b"").replace(b"\r", b"").decode("latin-1")


def _is_page_of_the_desk(words: str, rules: Rules) -> bool:
    """A letter to staff that was saved as a page: it bears a signed address, or the line that marks the desk's part."""
    lines = re.sub(r"<[^<>]*>", "\n", words).split("\n")
    return has_signed_address(words, rules) or any(MARKER.match(line.strip()) for line in lines)


def _is_of_another_client(words: str, ticket: Ticket | None, rules: Rules) -> bool:
    """Whether people of another client wrote a mail or received it."""
    own = {WALK_IN, ticket.client if ticket else WALK_IN}
    people = " ".join(_PEOPLE.findall(words.partition("\n\n")[0]))
    return any(
        rules.directory.client_at(address).id not in own and not is_desk_address(address, rules.desk)
        for address in _ADDRESS.findall(people)
    )
