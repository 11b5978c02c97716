"""An explained mail as a person reads it in a terminal: what it says of itself, who made it, and each line with what it was taken for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.text import Text

from maild.lines import LineKind, Reading

_LINES_MAX = 400  # of a body; the rest is counted
_MARGINS = {
    LineKind.FRESH: ("text", ""),
    LineKind.QUOTED: ("quote", "dim"),
    LineKind.ATTRIBUTION: ("head", "cyan"),
    LineKind.SIGNATURE: ("sign", "magenta"),
    LineKind.BANNER: ("banner", "yellow"),
    LineKind.FILE: ("file", "dim"),
}
_KINDS = {
    "person": "a person",
    "automatic": "a machine",
    "bounce": "a mail system: a bounce",
    "report": "a mail system: a report",
}


def page(shape: Mapping[str, Any], reading: Reading) -> Iterator[Text]:
    """The lines of the page, styled; nothing in them moves a terminal."""
    yield Text.assemble((_printable(shape["path"]), "bold"), (f"  {shape['ms']} ms", "dim"))
    if shape["unreadable"]:
        yield _row("Not read", shape["unreadable"], "bold red")
    for key, title in _FIELDS:
        if shape.get(key):
            yield _row(title, _shown(shape[key]))
    if "origin" in shape and not shape["unreadable"]:
        yield from _made_by(shape)
    for one in shape.get("attachments", ()):
        how = ", in the text" if one["inline"] else ""
        yield _row("Attached", f"{one['filename']} ({one['content_type']}, {one['size']} octets{how})")
    for one in shape.get("forwarded", ()):
        subject = f", {one['subject']!r}" if one["subject"] else ""
        yield _row("Carries", f"a mail of {_shown(one['from'])}{subject} ({one['how']})")
    for one in shape.get("bounces", ()):
        final = "for good" if one["permanent"] else "for now"
        yield _row("Bounced", f"{one['recipient']} {one['status']} {final}: {one['diagnostic']}", "red")
    for one in shape["commands"]:
        yield _row("Command", _shown(one), "green")
    for one in shape["refusals"]:
        yield _row("Held by", _shown(one), "yellow")
    yield from _body(reading)


_FIELDS = (
    *(("from", "From"), ("to", "To"), ("cc", "Cc"), ("reply_to", "Reply-To"), ("subject", "Subject"), ("date", "Date")),
    *(("message_id", "Message-ID"), ("in_reply_to", "In-Reply-To"), ("references", "References"), ("sealed", "Sealed")),
)


def _made_by(shape: Mapping[str, Any]) -> Iterator[Text]:
    origin = shape["origin"]
    because = f", because of {', '.join(origin['reasons'])}" if origin["reasons"] else ""
    never = "" if origin["answerable"] else "; gets no automatic answer"
    yield _row("Made by", f"{_KINDS[origin['kind']]}{because}{never}", "" if origin["kind"] == "person" else "yellow")
    verdict = shape["authentication"]
    if verdict:
        believed = "yes" if verdict.get("authenticated") else "no"
        yield _row("Believed", f"{believed}, {verdict.get('method', '')}: {', '.join(verdict.get('reasons', ()))}")


def _body(reading: Reading) -> Iterator[Text]:
    last = None
    for line in reading.lines[:_LINES_MAX]:
        if line.kind is last is LineKind.FILE:
            continue  # its first line names it, and it is listed as attached
        name, style = _MARGINS[line.kind]
        margin = name if line.kind is not last else ""
        yield Text.assemble((f"{margin:>10} │ ", "dim"), (_printable(line.text), style))
        last = line.kind
    if len(reading.lines) > _LINES_MAX:
        yield Text(f"{'':>10} │ and {len(reading.lines) - _LINES_MAX} lines more", "dim")


def _row(title: str, value: str, style: str = "") -> Text:
    return Text.assemble((f"{title:>12}: ", "dim"), (_printable(" ".join(value.split())), style))


def _shown(value: Any) -> str:
    if isinstance(value, dict) and set(value) == {"name", "address"}:
        return f"{value['name']} <{value['address']}>".strip()
    if isinstance(value, list):
        return ", ".join(_shown(one) for one in value)
    return str(value)


def _printable(line: str) -> str:
    """No escape sequence of a stranger reaches the operator's terminal."""
    return "".join(c if c.isprintable() or c == "\t" else "\ufffd" for c in line)
