"""Files inside files: uuencoded blocks in plain text, and Outlook's winmail.dat (TNEF)."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from maild.ingest.charset import decode

_BEGIN = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} (\S[^\r\n]{0,255}?)[ \t]*\r?$", re.MULTILINE)
FILES_MAX = 50


@dataclass(frozen=True, slots=True)
class Written:
    """A file written into the text by uuencode: its first and last octet there (`begin` to `end`), its name and its content."""

    start: int
    stop: int
    name: bytes
    content: bytes


def uuencoded(octets: bytes) -> Iterator[Written]:
    """The files in a text, in order. A block that does not decode is text. Linear."""
    if b"begin " not in octets:
        return
    found = stop = 0
    for match in _BEGIN.finditer(octets):
        if match.start() < stop or found >= FILES_MAX:
            continue
        end = octets.find(b"\nend", match.end())
        if end < 0:
            break
        content = _block(octets[match.end() + 1 : end + 1])
        if content is None:
            continue
        found, stop = found + 1, end + 4
        yield Written(match.start(), stop, match[1], content)


def _block(lines: bytes) -> bytes | None:
    content = []
    for line in lines.splitlines():
        if not line or line in (b"`", b" "):
            continue
        try:
            content.append(binascii.a2b_uu(line))
        except binascii.Error:
            try:  # encoders that pad the last group with anything: take as many characters as the length octet asks for
                wanted = (((line[0] - 32) & 63) * 4 + 5) // 3
                content.append(binascii.a2b_uu(line[:wanted]))
            except binascii.Error:
                return None
    return b"".join(content) or None


@dataclass(frozen=True, slots=True)
class Winmail:
    """What a winmail.dat holds. `rich` is a text that is neither plain nor HTML: RTF, or compressed RTF that nobody unpacked."""

    text: str
    html: str
    rich: bytes
    files: tuple[tuple[str, bytes], ...]


def unpacked_tnef(octets: bytes) -> Winmail | None:
    """What is in a winmail.dat; None where it cannot be read, holds nothing, or the `tnef` extra is not installed."""
    try:
        from tnefparse import TNEF  # noqa: PLC0415 - an extra, and slow to import
    except ImportError:
        return None
    try:
        tnef = TNEF(octets)
        charset = str(tnef.codepage or "")
        files = tuple((_tnef_name(a, charset), bytes(a.data or b"")) for a in tnef.attachments[:FILES_MAX])
        html = _as_text(tnef.htmlbody, charset)
        text = _as_text(tnef.body, charset)
        rich = bytes(tnef.rtfbody or b"")
    except Exception:  # noqa: BLE001 - the library raises anything on malformed input; the caller then keeps winmail.dat itself
        return None
    return Winmail(text, html, rich, files) if text or html or rich or files else None


def _tnef_name(attachment: Any, charset: str) -> str:
    try:
        return _as_text(attachment.long_filename(), charset)
    except UnicodeDecodeError:  # it takes a short name for UTF-8, and Outlook writes it in the sender's code page
        return _as_text(attachment._name, charset)


def _as_text(value: object, charset: str) -> str:
    return (decode(value, charset) if isinstance(value, bytes) else str(value or "")).replace("\0", "")
