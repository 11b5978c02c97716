"""A letter as the wire takes it: addresses in ASCII where that is possible, lines that end in CRLF, dots doubled (RFC 5321)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from maild.message import Letter

UNSAFE = re.compile(r"[\x00-\x20<>\x7f]")


@dataclass(frozen=True, slots=True)
class Envelope:
    """The two addresses as the wire takes them, and whether they need SMTPUTF8 (RFC 6531)."""

    sender: str
    recipient: str
    needs_utf8: bool


def envelope_of(letter: Letter) -> Envelope:
    """The addresses as the wire takes them. Raises ValueError for what no server may be given."""
    if letter.raw.count(b"\n") != letter.raw.count(b"\r\n") or letter.raw.count(b"\r") != letter.raw.count(b"\r\n"):
        raise ValueError("the letter's lines do not all end in CRLF")  # the next server would see other lines than we do
    sender, recipient = _wire_address(letter.mail_from), _wire_address(letter.recipient)
    if not recipient:
        raise ValueError("the letter has no recipient")
    return Envelope(sender, recipient, not (sender + recipient).isascii())


def _wire_address(address: str) -> str:
    """An address with its domain in ASCII (RFC 5890), so that only a local part beyond ASCII needs SMTPUTF8."""
    if UNSAFE.search(address) or any("\ud800" <= c <= "\udfff" for c in address):
        raise ValueError(f"{address!r} is no address")
    local, at, domain = address.rpartition("@")
    if address and not (local and domain):
        raise ValueError(f"{address!r} is no address")
    return local + at + (domain if domain.isascii() else domain.encode("idna").decode())


def dotted(raw: bytes) -> bytes:
    """The content with its leading dots doubled and the final dot (RFC 5321, 4.5.2)."""
    stuffed = raw.replace(b"\r\n.", b"\r\n..")
    if stuffed.startswith(b"."):
        stuffed = b"." + stuffed
    return stuffed + (b".\r\n" if stuffed.endswith(b"\r\n") or not stuffed else b"\r\n.\r\n")
