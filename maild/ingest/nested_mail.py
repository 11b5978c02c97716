"""A mail inside the mail, as the one file that it is (RFC 2046, 5.2.1; RFC 3464; RFC 6533)."""

from __future__ import annotations

import binascii
from email.generator import BytesGenerator, Generator
from email.message import Message as Part
from email.policy import Compat32
from io import BytesIO, StringIO

from maild.ingest.header_fields import text_of
from maild.ingest.mime_part import Kind


class _Verbatim(Compat32):
    """Writes header fields as they came, folds and all; the library's own policies parse and fold them anew."""

    def fold(self, name: str, value: str) -> str:
        """One field as text."""
        return f"{name}: {value}{self.linesep}"

    def fold_binary(self, name: str, value: str) -> bytes:
        """One field as octets."""
        return f"{name}: {value}{self.linesep}".encode("utf-8", "surrogateescape")


_VERBATIM = _Verbatim(linesep="\r\n", max_line_length=None)


def octets_of_nested(part: Part, kind: Kind) -> tuple[str, bytes]:
    """(name, octets) of a message/* part that the standard library took apart: no field unfolded, nothing decoded.

    The name is the inner subject with .eml for a mail, '' for a report.
    """
    children = [child for child in part.get_payload() if isinstance(child, Part)]
    octets = b"".join(_serialised(child) for child in children)
    if kind.encoding == "base64" and len(children) == 1:
        octets = _unpacked(octets)  # forbidden by RFC 2046, 5.2.1, and sent all the same
    if kind.type not in ("message/rfc822", "message/global") or not children:
        return "", octets
    subject = text_of(next((str(value) for name, value in children[0].raw_items() if name.lower() == "subject"), ""))
    return (f"{subject[:150]}.eml".replace("/", "-").replace("\\", "-") if subject else ""), octets


def _serialised(child: Part) -> bytes:
    out = BytesIO()
    try:
        BytesGenerator(out, mangle_from_=False, maxheaderlen=0, policy=_VERBATIM).flatten(child)
    except UnicodeEncodeError:  # a multipart without boundary lines but with 8-bit text: the library replaces its octets
        words = StringIO()
        Generator(words, mangle_from_=False, maxheaderlen=0, policy=_VERBATIM).flatten(child)
        return words.getvalue().encode("utf-8", "surrogateescape")
    return out.getvalue()


def _unpacked(octets: bytes) -> bytes:
    try:
        return binascii.a2b_base64(octets)
    except binascii.Error:
        return octets
