"""Outgoing bytes: header fields and parts, folded and encoded by hand, with CRLF (RFC 5322, 2045, 2047, 2231).

The standard library's mail builder costs a millisecond a mail and wraps long Message-IDs; a desk's letters have few shapes.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Sequence

from maild.message import ADDR_SPEC, Attachment

LINE_LETTERS = 76
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_ATOM_WORDS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_BEYOND_ASCII = bytes(range(127, 256))
_ENCODED_OCTETS = 39  # of UTF-8 in one encoded word, so that "Subject: " and it fit a line of 76


class HeaderFault(ValueError):  # noqa: N818 - a fault, as everywhere in this house
    """A header or envelope value that must not leave: it holds a control character, or cannot be written."""


def checked(name: str, value: str) -> str:
    """The value, unless it could start a header of its own (RFC 5322, 2.2)."""
    if _CONTROL.search(value):
        raise HeaderFault(f"a control character in {name}")
    return value


def unstructured(name: str, value: str) -> str:
    """A field of free text, such as Subject."""
    value = checked(name, value)
    if value.isascii() and "=?" not in value and max(map(len, value.split(" "))) <= LINE_LETTERS - 12:
        return f"{name}: {_folded(value.split(' '), len(name) + 2)}\r\n"
    return f"{name}: {_encoded(value)}\r\n"


def mailbox(name: str, display: str, address: str) -> str:
    """A field of one mailbox: `From: "Olga Ivanova (Vendor Support)" <support@vendor.test>`."""
    address = addr_spec(address)
    display = checked(name, display)
    if not display:
        return f"{name}: {address}\r\n"
    if not display.isascii() or "=?" in display:
        return f"{name}: {_encoded(display)}\r\n <{address}>\r\n"
    if not _ATOM_WORDS.fullmatch(display):
        display = '"{}"'.format(display.replace("\\", "\\\\").replace('"', '\\"'))
    return (
        f"{name}: {display}\r\n <{address}>\r\n" if len(display) + len(address) > 64 else f"{name}: {display} <{address}>\r\n"
    )


def addr_spec(address: str) -> str:
    """An address as it may stand in a head and in an envelope, its domain in ASCII. Raises HeaderFault for any other."""
    if not address.isascii():
        local, _, domain = address.rpartition("@")
        try:
            address = f"{local}@{domain.encode('idna').decode()}"
        except UnicodeError:
            raise HeaderFault("an address whose domain has no ASCII form") from None
    if len(address) > 254 or not ADDR_SPEC.fullmatch(address):
        raise HeaderFault("an address that cannot stand in a head or an envelope")
    return address


def ids(name: str, message_ids: Sequence[str]) -> str:
    """In-Reply-To and References: an id is never broken (RFC 5322, 3.6.4)."""
    return f"{name}: " + "\r\n ".join(checked(name, each) for each in message_ids) + "\r\n"


def token_field(name: str, value: str) -> str:
    """A short field of ours, as it stands."""
    checked(name, value)
    if not value.isascii():
        raise HeaderFault(f"{name} is not ASCII")
    return f"{name}: {value}\r\n"


def text_part(subtype: str, text: str) -> bytes:
    """A text/plain or text/html part: as it is where it may be, else quoted-printable or base64, whichever is shorter."""
    body = text.replace("\r\n", "\n").replace("\n", "\r\n").encode("utf-8", "replace")
    head = f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: '
    if text.isascii() and max(map(len, body.split(b"\r\n"))) <= 990:
        return f"{head}7bit\r\n\r\n".encode() + body
    strange = len(body) - len(body.translate(None, _BEYOND_ASCII))
    if strange * 6 > len(body):
        return f"{head}base64\r\n\r\n".encode() + _base64(body)
    quoted = binascii.b2a_qp(body.replace(b"\r\n", b"\n"), istext=True).replace(b"\n", b"\r\n")
    return f"{head}quoted-printable\r\n\r\n".encode() + quoted


def file_part(attachment: Attachment) -> bytes:
    """A file, unchanged; its name is metadata (RFC 2231 where it is not ASCII)."""
    name = safe_filename(attachment.filename)
    kind = (
        attachment.content_type if re.fullmatch(r"[\w.+-]+/[\w.+-]+", attachment.content_type) else "application/octet-stream"
    )
    if kind.startswith(("message/", "multipart/")):
        kind = "application/octet-stream"  # a part of these kinds may not be base64 (RFC 2046, 5.2.1)
    disposition = "inline" if attachment.inline and attachment.content_id else "attachment"
    head = f"Content-Type: {kind}{_parameter('name', name)}\r\nContent-Disposition: {disposition}{_parameter('filename', name)}\r\n"
    content_id = attachment.content_id.strip("<>")
    if content_id and re.fullmatch(r"[!-~]+", content_id):
        head += f"Content-ID: <{content_id}>\r\n"
    return f"{head}Content-Transfer-Encoding: base64\r\n\r\n".encode() + _base64(attachment.content)


def multipart(subtype: str, boundary: str, parts: Iterable[bytes]) -> bytes:
    """Parts between boundaries; the boundary is the caller's and stands in none of them."""
    mark = f"--{boundary}".encode()
    body = b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts)  # the last CRLF is the boundary's (RFC 2046, 5.1.1)
    return f'Content-Type: multipart/{subtype}; boundary="{boundary}"\r\n\r\n'.encode() + body + mark + b"--\r\n"


def safe_filename(name: str) -> str:
    """The last piece of a name, without control characters, path or reserved signs; never empty, at most 120 letters."""
    last = re.split(r"[/\\]", _CONTROL.sub("", name))[-1]
    cleaned = re.sub(r'[<>:"|?*\u202a-\u202e\u2066-\u2069]', "_", last).strip(" .")
    stem, dot, suffix = cleaned.rpartition(".")
    if len(cleaned) > 120:
        cleaned = f"{stem[: 110 - len(suffix)]}.{suffix[:20]}" if dot else cleaned[:120]
    return cleaned or "attachment"


def _parameter(name: str, value: str) -> str:
    """A MIME parameter; beyond ASCII as RFC 2231 with an encoded-word beside it, which old Outlooks read."""
    if value.isascii():
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f';\r\n {name}="{escaped}"'
    octets = value.encode()
    pieces: list[str] = []
    piece = ""
    for octet in octets:
        letter = chr(octet) if (chr(octet).isalnum() and octet < 128) or chr(octet) in ".-_" else f"%{octet:02X}"
        if len(piece) + len(letter) > 50:
            pieces, piece = [*pieces, piece], ""
        piece += letter
    pieces.append(piece)
    if len(pieces) == 1:
        return f";\r\n {name}*=utf-8''{pieces[0]}"
    return "".join(
        f";\r\n {name}*{number}*={chr(39).join(('utf-8', '', '')) if not number else ''}{piece}"
        for number, piece in enumerate(pieces)
    )


def _base64(data: bytes) -> bytes:
    """Lines of 76 letters; cutting one long string costs a quarter of what encodebytes does."""
    whole = base64.b64encode(data)
    return b"\r\n".join([whole[at : at + LINE_LETTERS] for at in range(0, len(whole), LINE_LETTERS)])


def _encoded(text: str) -> str:
    """Encoded words (RFC 2047, 5), broken behind blanks, else between letters.

    Some readers show a blank between two encoded words in a name, which RFC 2047 forbids them: behind a blank that hurts least.
    """
    words: list[bytes] = []
    octets = b""
    for word in re.findall(r"[^ ]* ?", text):
        more = word.encode("utf-8", "replace")
        if octets and len(octets) + len(more) > _ENCODED_OCTETS:
            words.append(octets)
            octets = b""
        if len(more) > _ENCODED_OCTETS:
            *whole, octets = _cut(word)
            words += whole
        else:
            octets += more
    return "\r\n ".join(f"=?utf-8?B?{base64.b64encode(word).decode()}?=" for word in (*words, octets) if word)


def _cut(word: str) -> list[bytes]:
    """A long word in pieces that end where a letter ends."""
    pieces = [b""]
    for letter in word:
        more = letter.encode("utf-8", "replace")
        if len(pieces[-1]) + len(more) > _ENCODED_OCTETS:
            pieces.append(b"")
        pieces[-1] += more
    return pieces


def _folded(words: Sequence[str], used: int) -> str:
    """Words with line breaks before those that would pass the line's length."""
    out, column = "", used
    for number, word in enumerate(words):
        if number and column + 1 + len(word) > LINE_LETTERS and out.strip() and word:
            out, column = f"{out}\r\n {word}", 1 + len(word)
        else:
            out, column = (f"{out} {word}" if number else word), column + len(word) + (1 if number else 0)
    if max(map(len, out.split("\r\n"))) > 990:
        raise HeaderFault("a word of more than 990 letters")
    return out
