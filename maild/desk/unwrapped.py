"""What a file says, however it is wrapped: in UTF-16, quoted-printable or base64, as a web archive, inside a zip or a document.

What is printed (PDF) or painted cannot be read here. Linear and bounded: a file that holds more than can be looked at is looked at
as far as the bound goes.
"""

from __future__ import annotations

import binascii
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from html import unescape

_OCTETS_MAX = 4_000_000  # of each view
_MEMBERS_MAX = 200
_WRAPS_MAX = 2  # a mail in a zip, a page in a mail
_BASE64 = re.compile(rb"(?:[A-Za-z0-9+/]{60,}\r?\n)*[A-Za-z0-9+/]{60,}={0,2}(?:\r?\n[A-Za-z0-9+/]{1,}={0,2})?")
_QUOTED_PRINTABLE = re.compile(rb"=(?:3D|\r?\n|[0-9A-F]{2}=[0-9A-F]{2})")
_LINE_ENDS = re.compile(r"</(?:w:p|text:p|text:h|p|div|tr|td|li|h\d)>|<(?:br|hr|p|div|tr|w:br)\b[^<>]*>", re.I)
_TAG = re.compile(r"<[^<>]*>")
_DAMAGED = (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, ValueError, OSError, IndexError)


def views(content: bytes, depth: int = 0) -> Iterator[str]:
    """The texts that a file may be read as: as it stands and unwrapped. Octets beyond ASCII are kept as UTF-8 or Latin-1."""
    content = content[: 4 * _OCTETS_MAX]
    if content.startswith(b"PK\x03\x04"):
        if depth < _WRAPS_MAX:
            for member in _members(content):
                yield from views(member, depth + 1)
        return
    plain = _without_nul(content)[:_OCTETS_MAX]
    yield _decoded(plain)
    if depth >= _WRAPS_MAX:
        return
    if _QUOTED_PRINTABLE.search(plain):
        yield _decoded(binascii.a2b_qp(plain))
    for found in _BASE64.finditer(plain):
        octets = found[0].translate(None, b"\r\n=")
        inside = binascii.a2b_base64(octets[: len(octets) // 4 * 4])
        if inside.startswith(b"PK\x03\x04") or _is_text(inside):
            yield from views(inside, depth + 1)


def words(view: str) -> str:
    """A page or a document without its tags, a paragraph a line; a text as it is."""
    return unescape(_TAG.sub("", _LINE_ENDS.sub("\n", view))) if "<" in view or "&" in view else view


def _members(archive: bytes) -> Iterator[bytes]:
    left = _OCTETS_MAX
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            for entry in opened.infolist()[:_MEMBERS_MAX]:
                if left <= 0:
                    return
                with opened.open(entry) as member:
                    octets = member.read(left)
                left -= len(octets)
                yield octets
    except _DAMAGED:
        return  # locked or broken: its reader sees no more than we do


def _without_nul(content: bytes) -> bytes:
    """UTF-16 as Latin-1 where its letters are: a mail's head and our marks are ASCII."""
    if content.startswith(b"\xff\xfe") or content.startswith(b"\xfe\xff"):
        return content.decode("utf-16", "replace").encode()
    return content.replace(b"\0", b"")


def _decoded(octets: bytes) -> str:
    octets = octets.replace(b"\r", b"")
    try:
        return octets.decode()
    except UnicodeDecodeError:
        return octets.decode("latin-1")


def _is_text(octets: bytes) -> bool:
    """Whether octets are words rather than a picture: hardly any control characters at their beginning."""
    head = octets[:1000].replace(b"\0", b"")
    strange = len(head) - len(head.translate(None, bytes((*range(9), *range(14, 32)))))
    return bool(head) and strange * 50 <= len(head)
