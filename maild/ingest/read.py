"""bytes -> Message | Unreadable: the whole of reading a mail, top to bottom. Never raises, whatever the bytes.

The standard library's compat32 parser takes the mail apart; fields, charsets and bodies are then read from the octets by the files
beside this one. `policy.default` never sees an inbound mail. Runs in a worker process with limits (`reader.py`).
"""

from __future__ import annotations

from collections.abc import Sequence

from maild.ingest import bounce, limits, origin, quoting
from maild.ingest.body import Contents
from maild.ingest.clean_html import blocks_of
from maild.ingest.first_field import from_first_field
from maild.ingest.forwarded import forwarded_mails
from maild.ingest.header_fields import addresses, instant, text_of, unfolded, unfolded_field
from maild.ingest.html_bounds import bounded
from maild.ingest.message_ids import message_id, message_ids
from maild.ingest.mime_part import charset_hint
from maild.ingest.set_aside import set_aside
from maild.ingest.tree import tree_of
from maild.lines import Reading
from maild.message import DeliveryStatus, Forwarded, Message, Origin, OriginKind, Unreadable

_PICTURES = frozenset(("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"))
_CARRIED_MAX = 2  # mails inside mails are opened this deep to see whose they are; deeper ones are files


def read(raw: bytes, max_bytes: int = limits.MESSAGE_BYTES_MAX, max_parts: int = limits.PARTS_MAX) -> Message | Unreadable:
    """Read one mail as it came over the wire; beyond the limits, or where reading fails, `Unreadable` says why."""
    return _read_within(raw, max_bytes, max_parts, 0)


def _read_within(raw: bytes, max_bytes: int, max_parts: int, depth: int) -> Message | Unreadable:
    try:
        octets = from_first_field(raw)
        reason, large = limits.examine(octets, max_bytes, max_parts)
        return limits.salvage(octets, reason) if reason else _read(octets, large, depth)
    except Exception as fault:  # noqa: BLE001 - a mail nobody foresaw goes to quarantine with its reason; the next one goes on
        return limits.salvage(raw, f"reading failed: {type(fault).__name__}: {str(fault)[:200]}")


def _read(raw: bytes, large: Sequence[limits.LargeBody], depth: int) -> Message:
    small, aside = set_aside(raw, large)
    parsed = tree_of(small)
    hint = "" if small.isascii() else charset_hint(parsed)
    fields = [(name, str(value)) for name, value in parsed.raw_items()]
    contents = Contents.of(parsed, hint, aside)
    return _message(fields, contents, hint, bounce.read(small, parsed), depth)


def _message(
    fields: list[tuple[str, str]], contents: Contents, hint: str, bounces: tuple[DeliveryStatus, ...], depth: int
) -> Message:
    by_name: dict[str, list[str]] = {}
    for name, value in fields:
        by_name.setdefault(name.lower(), []).append(value)

    def values(name: str) -> list[str]:
        return by_name.get(name, [])

    def first(name: str) -> str:
        return next(iter(values(name)), "")

    senders = addresses(values("from"), hint)
    subject = text_of(first("subject"), hint)
    text = "\n".join(filter(None, (piece.text.strip("\n") for piece in contents.pieces)))
    is_html = any(piece.html for piece in contents.pieces)
    headers = tuple((name, unfolded_field(name, value, hint)) for name, value in fields)
    structure = _structure(contents, headers, senders[0].address if senders else "", bounces)
    made_by = origin.classify(headers, subject, text, structure)
    reading = _reading(contents, text)
    html = "\n".join(contents.html)
    return Message(
        message_id=message_id(unfolded(first("message-id"))),
        senders=senders,
        from_fields=len(values("from")),
        to=addresses(values("to"), hint),
        cc=addresses(values("cc"), hint),
        reply_to=addresses(values("reply-to"), hint),
        subject=subject,
        date=instant(first("date")),
        in_reply_to=message_ids(" ".join(values("in-reply-to"))),
        references=message_ids(" ".join(values("references"))),
        text=text,
        is_html=is_html,
        html=html,
        markup=blocks_of(html, _inline_pictures(contents)) if html and not depth else (),
        reading=reading,
        attachments=tuple(contents.attachments),
        origin=made_by,
        bounces=bounces,
        forwarded=_forwarded(reading, contents, made_by, depth),
        sealed=contents.sealed,
        headers=headers,
    )


def _inline_pictures(contents: Contents) -> frozenset[str]:
    return frozenset(
        each.content_id.strip("<>")
        for each in contents.attachments
        if each.inline and each.content_id and each.content_type in _PICTURES
    )


def _reading(contents: Contents, text: str) -> Reading:
    """HTML marks decide only where all that is shown came from HTML; plain text is judged by its lines."""
    if contents.pieces and all(piece.html for piece in contents.pieces):
        return quoting.read_html_reply("\n".join(bounded(piece.html) for piece in contents.pieces), text)
    return quoting.read_reply(text)


def _forwarded(reading: Reading, contents: Contents, made_by: Origin, depth: int) -> tuple[Forwarded, ...]:
    """Whose mails it carries; what a delivery report carries is our own."""
    if made_by.kind in (OriginKind.BOUNCE, OriginKind.REPORT):
        return ()

    def carried(raw: bytes) -> Message | Unreadable:
        return _read_within(raw, limits.MESSAGE_BYTES_MAX, limits.PARTS_MAX, depth + 1)

    return forwarded_mails(reading, contents.attachments if depth < _CARRIED_MAX else (), carried)


def _structure(
    contents: Contents, headers: tuple[tuple[str, str], ...], sender: str, bounces: tuple[DeliveryStatus, ...]
) -> origin.Structure:
    whole = contents.kinds[0]
    path = next((value for name, value in headers if name.lower() == "return-path"), None)
    return origin.Structure(
        content_type=whole.type,
        report_type=whole.parameters.get("report-type", "").lower(),
        part_types=tuple(kind.type for kind in contents.kinds),
        calendar_method=contents.calendar_method,
        bounces=bounces,
        return_path=None if path is None else path.strip("<> "),
        sender=sender,
    )
