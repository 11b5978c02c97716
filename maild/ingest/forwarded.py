"""Whose mail a mail carries: message/rfc822 parts and the heads that programs write into the text when they forward or quote.

This finds the customer behind a colleague's forward. Heads of labelled fields (`header_block`), separators with an attribution under
them (Yandex) and bare attributions are read with the same rules that `quoting` cuts by, so that both see the same mails.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from maild.ingest.attribution import attribution
from maild.ingest.bare_line import INVISIBLE, RULE, bare_lines
from maild.ingest.header_block import header_block, header_values, label_of
from maild.ingest.introduction import introduction, is_dated_mark, may_introduce
from maild.ingest.tongues import ENDS, WROTE
from maild.ingest.word_tables import words
from maild.lines import LineKind, Reading
from maild.message import Address, Attachment, Forwarded, Message, Unreadable

MAILS_MAX = 10
ATTACHED_BYTES_MAX = 256 * 1024  # of a carried mail; its head and its words stand in the beginning
_LINES_MAX = 4000
_EXAMINED_MAX = 200
_ADDRESS = re.compile(r"[^\s<>\"'(),;:\[\]*]{1,128}@[^\s<>\"'(),;:\[\]*]{1,255}[^\s<>\"'(),;:\[\]*.]")
_MAILTO = re.compile(r"[<\[(]*mailto:[^\s<>\])]*[>\])]*", re.IGNORECASE)
_LINK = re.compile(r"\[([^\[\]]{1,300})\]\(mailto:[^()]{1,300}\)", re.IGNORECASE)
_MARKS = "> \t\xa0"
_NAME_ENDS = " \t,;:<>[](){}\"'*«»„“”_|-–—"
# What stands between the hour and the name in an attribution.
_BESIDE_NAMES = WROTE | words(
    "ha|hat|a|à|uhr|kl|um|klo|г|року|р|пользователь|користувач|от|від|from|by|de|von|van|da|ngày|vào|по|на|gmt|utc|pm|am|at|on|в|о|об|к"
    "|mez|mesz|cet|cest|eet|eest|msk|bst|est|edt|cst|cdt|mst|mdt|pst|pdt|brt|seč|użytkownik"
)


def forwarded_mails(
    reading: Reading, attachments: Sequence[Attachment], read: Callable[[bytes], Message | Unreadable]
) -> tuple[Forwarded, ...]:
    """The mails that a mail carries: attached ones first, each followed by those that it carries itself, then those in the text."""
    found: list[Forwarded] = []
    for attachment in attachments:
        if _is_mail(attachment) and len(found) < MAILS_MAX:
            found += _attached(read(attachment.content[:ATTACHED_BYTES_MAX]))
    kinds = {line.kind for line in reading.lines}
    if LineKind.ATTRIBUTION in kinds or LineKind.QUOTED in kinds:
        found += islice(_written([line.text for line in reading.lines[:_LINES_MAX]]), MAILS_MAX)
    return tuple(found[:MAILS_MAX])


def _is_mail(attachment: Attachment) -> bool:
    return attachment.content_type in ("message/rfc822", "message/global") or attachment.filename.lower().endswith(".eml")


def _attached(message: Message | Unreadable) -> Iterator[Forwarded]:
    if isinstance(message, Unreadable) or message.sender is None:
        return
    yield Forwarded(
        "attached",
        message.sender,
        message.to,
        message.subject,
        message.date.isoformat().replace("+00:00", "Z") if message.date else "",
        message.message_id,
        message.text,
    )
    yield from message.forwarded


# --- heads in the text -----------------------------------------------------------------------------------------------------------


def _written(raw: list[str]) -> Iterator[Forwarded]:
    """Every head in the text with the words under it, which end where the next head of the same kind or the forward ends."""
    lines = bare_lines([line if is_dated_mark(line.strip()) else line.lstrip(_MARKS) for line in raw], "\n".join(raw))
    at = examined = 0
    under_separator = False
    while at < len(lines) and examined < _EXAMINED_MAX:
        if not (lines[at] and _may_be_head(lines[at]) and may_introduce(lines[at])):
            under_separator = under_separator and not lines[at]
            at += 1
            continue
        examined += 1
        found = introduction(lines, at)
        if found is None:
            under_separator = False
            at += 1
            continue
        behind = at + found.lines
        mail = _from_head(lines, at, behind) if found.forwards else _from_attribution(lines[at:behind])
        if mail is not None:
            how = "inline" if under_separator or mail.how == "inline" else "quoted"
            yield replace(mail, how=how, text=_words_under(raw, lines, behind))
        under_separator = mail is None and found.forwards
        at = behind


def _may_be_head(line: str) -> bool:
    """A test that spares the lines of a long quote the search: an address, a label, a rule, or the end of an attribution."""
    return "@" in line or line[0] in RULE or line.endswith((":", "：")) or (":" in line[:24] and label_of(line) != "")


def _from_head(lines: Sequence[str], at: int, behind: int) -> Forwarded | None:
    """The mail that the head on these lines speaks of, or None for a mere separator."""
    start = next((start for start in range(at, behind) if header_block(lines, start) is not None), None)
    if start is not None:
        return _from_fields(header_values(lines, start))
    if is_dated_mark(lines[at]) or ("@" in lines[at] and attribution(lines, at)):
        return _from_attribution(lines[at:behind])  # GroupWise and Zoho make a separator of it
    return None


def _from_fields(values: dict[str, str]) -> Forwarded | None:
    sender = _mailbox(values.get("from", ""))
    if not (sender.name or sender.address):
        return None
    to = tuple(box for item in re.split(r"[;,](?=[^,;]*@)", values.get("to", "")) if (box := _mailbox(item)).address)
    return Forwarded("inline", sender, to, values.get("subject", ""), values.get("date", ""))


def _mailbox(value: str) -> Address:
    """A mailbox as programs show it: `Anna <a@x>`, `Anna [mailto:a@x]`, `a@x (Anna)`, `Anna <a@x<mailto:a@x>>`."""
    line = _LINK.sub(r"\1", value)
    found = _ADDRESS.search(_MAILTO.sub("", line)) or _ADDRESS.search(line.replace("mailto:", ""))
    if found is None:
        return Address(line.strip(_NAME_ENDS), "")
    address = found[0]
    shown = _MAILTO.sub("", line)
    before, _, rest = shown.partition(address)
    behind = rest.strip(_NAME_ENDS).removeprefix(address).strip(_NAME_ENDS)
    name = before.strip(_NAME_ENDS) or behind
    return Address("" if name.lower() == address.lower() else name[:200], address)


def _from_attribution(lines: Sequence[str]) -> Forwarded | None:
    """The mailbox of "On 23 Nov 2026 at 14:05, Anna <anna@acme.test> wrote:"; the name is what stands behind date and hour."""
    line = " ".join(lines)
    box = _mailbox(line)
    if not box.address:
        return None
    kept: list[str] = []
    for word in reversed(line.partition(box.address)[0].translate(INVISIBLE).split()):
        plain = word.strip(_NAME_ENDS + ".")
        if any(c.isdigit() for c in word) or (kept and word.endswith(",")):
            break
        if plain and (kept or plain.lower() not in _BESIDE_NAMES):
            kept.append(word)
    while kept and kept[-1].strip(_NAME_ENDS + ".").lower() in _BESIDE_NAMES:
        kept.pop()
    name = " ".join(reversed(kept)).partition("' via ")[0]  # a Google group
    return Forwarded("quoted", Address(name.strip(_NAME_ENDS), box.address))


def _words_under(raw: Sequence[str], lines: Sequence[str], start: int) -> str:
    """What the carried mail says: to the line that ends the forward, or to the end; quote marks taken off where its head had them."""
    marked = raw[start - 1].lstrip().startswith(">")
    kept: list[str] = []
    for text, line in zip(raw[start:], lines[start:], strict=False):
        if line[:1] and line[0] in RULE and _ends_a_forward(line):
            break
        if "8<" in line[:6] and not any(kept):  # The Bat! draws scissors under its head
            continue
        kept.append(re.sub(r"^\s*> ?", "", text) if marked else text)
    return "\n".join(kept).strip("\n").rstrip()


def _ends_a_forward(line: str) -> bool:
    inner = line.strip(RULE + "8").lower()
    return len(line) - len(inner) >= 4 and inner.startswith(ENDS)
