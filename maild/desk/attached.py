"""What is attached to a staff answer that must not go to its customer: a mail of the desk's own, a page of it, another client's mail.

A file is judged by what it holds, not by the type or the name that a mail program gave it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from maild.desk.comparison import MARKER
from maild.desk.directory import WALK_IN
from maild.desk.hidden_words import found_in, squeezed
from maild.desk.incoming import Rules, is_desk_address
from maild.desk.staff_writing import has_signed_address, private_line
from maild.desk.ticket import Ticket
from maild.desk.unwrapped import views, words
from maild.message import Attachment

_MAIL_NAMES = (".eml", ".msg", ".mbox", ".mht", ".mhtml")
_MAIL_TYPES = ("message/", "text/rfc822", "application/mbox", "multipart/", "application/x-mimearchive")
_PICTURES = ("image/", "audio/", "video/")
_OWN_FIELD = re.compile(r"^maild-kind:", re.I | re.M)
_PEOPLE = re.compile(r"^(?:from|to|cc):[^\n]*(?:\n[ \t][^\n]*)*", re.I | re.M)
_ADDRESS = re.compile(r"[^\s<>\",;:()]+@[^\s<>\",;:()]+")


def attached_desk_mail(
    attachments: Iterable[Attachment], ticket: Ticket | None, rules: Rules, hidden: Collection[str] = ()
) -> str:
    """The name of an attachment that holds what only staff, or another client, may see; '' for none.

    `hidden` are lines of the desk's letters and of internal notes: a sentence of them in a file tells as much as in the mail.
    """
    for each in attachments:
        if each.content_type.startswith(_PICTURES) and not _is_mail(each):
            continue
        if any(_tells(view, each, ticket, rules, hidden) for view in views(each.content)):
            return each.filename or "file"
    return ""


def _is_mail(each: Attachment) -> bool:
    return each.content_type.startswith(_MAIL_TYPES) or each.filename.lower().endswith(_MAIL_NAMES)


def _tells(view: str, each: Attachment, ticket: Ticket | None, rules: Rules, hidden: Collection[str]) -> bool:
    if _OWN_FIELD.search(view) or has_signed_address(view, rules):
        return True
    if _is_mail(each) and (private_line(view, rules) or _is_of_another_client(view, ticket, rules)):
        return True
    page = words(view)
    return any(MARKER.match(line.strip()) for line in page.split("\n")) or bool(hidden and found_in(squeezed(page), hidden, 1))


def _is_of_another_client(view: str, ticket: Ticket | None, rules: Rules) -> bool:
    """Whether people of another client wrote a mail or received it."""
    own = {WALK_IN, ticket.client if ticket else WALK_IN}
    people = " ".join(_PEOPLE.findall(view.partition("\n\n")[0]))
    return any(
        rules.directory.client_at(address).id not in own and not is_desk_address(address, rules.desk)
        for address in _ADDRESS.findall(people)
    )
