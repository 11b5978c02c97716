"""One part of a mail: what its Content-* fields say (RFC 2045, RFC 2183) and its decoded octets."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message as Part

from maild.ingest.header_fields import charset_is_known, text_of
from maild.ingest.parameters import parameter, split_value
from maild.ingest.set_aside import SetAside

_NO_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
_NO_BASE64_LINE = re.compile(r"^[^\r\n]*?[^A-Za-z0-9+/=\s][^\r\n]*?[^A-Za-z0-9+/=\s]|^\S+[ \t]+\S+[ \t]+\S", re.MULTILINE)
_UUENCODE = frozenset(("x-uuencode", "uuencode", "uue", "x-uue"))
_ENCODINGS = frozenset(("7bit", "8bit", "binary", "base64", "quoted-printable")) | _UUENCODE


@dataclass(frozen=True, slots=True)
class Kind:
    """What the Content-* fields of a part say: types in lower case, the encoding '' where nobody knows it."""

    type: str
    parameters: dict[str, str]
    disposition: str
    filename: str
    content_id: str
    encoding: str

    @property
    def charset(self) -> str:
        """The declared label, or ''."""
        return self.parameters.get("charset", "")


def kind_of(part: Part, hint: str = "") -> Kind:
    """Read a part's Content-* fields; an unreadable type is text/plain, as RFC 2045, 5.2 has it."""
    fields = _content_fields(part)
    main, parameters = split_value(fields.get("content-type", ""))
    if main.count("/") != 1 or main.startswith("/") or main.endswith("/"):
        main = part.get_default_type() if not main else {"html": "text/html"}.get(main, "text/plain")
    disposition, more = split_value(fields.get("content-disposition", ""))
    filename = parameter(more, "filename", hint) or parameter(parameters, "name", hint) or parameter(more, "name", hint)
    encoding = fields.get("content-transfer-encoding", "").split("(", 1)[0].split(";", 1)[0].strip(" \t\r\n\"'").lower()
    content_id = text_of(fields.get("content-id", "")).strip("<> ")
    return Kind(main, parameters, disposition, filename, content_id, encoding if encoding in _ENCODINGS else "")


def _content_fields(part: Part) -> dict[str, str]:
    """The topmost Content-* fields by lower-case name, as they came; `Part.get` would turn 8-bit octets into question marks."""
    fields: dict[str, str] = {}
    for name, value in part.raw_items():
        if name[:8].lower() == "content-":
            fields.setdefault(name.lower(), str(value))
    return fields


def octets_in(part: Part, kind: Kind, aside: SetAside) -> bytes:
    """The decoded content of a leaf; an encoding that nobody knows is taken as none, a broken one as far as it goes."""
    payload = part.get_payload()
    if isinstance(payload, str) and aside.bodies and (octets := aside.body(payload)) is not None:
        return _decoded(octets, kind.encoding)
    if isinstance(payload, str) and kind.encoding == "base64":
        if kind.type.startswith("text/") and _NO_BASE64_LINE.search(payload):
            return _partly_base64(payload.encode("utf-8", "surrogateescape"))
        return _from_base64(payload.encode("ascii", "ignore"))
    if kind.encoding and str(part.get("content-transfer-encoding", "")).lower() != kind.encoding:
        part.replace_header("Content-Transfer-Encoding", kind.encoding)  # the library knows only the bare word
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _decoded(octets: memoryview, encoding: str) -> bytes:
    if encoding == "base64":
        return _from_base64(octets)
    return binascii.a2b_qp(octets) if encoding == "quoted-printable" else bytes(octets)


def _from_base64(octets: bytes | memoryview) -> bytes:
    """What base64 says (RFC 2045, 6.8), cut short or not; octets that are no base64 at all are kept as they came."""
    try:
        return binascii.a2b_base64(octets)
    except binascii.Error:
        letters = _NO_BASE64.sub(b"", octets)
        try:
            return binascii.a2b_base64(letters[: len(letters) - (len(letters) % 4 == 1)] + b"==")
        except binascii.Error:
            return bytes(octets)


def _partly_base64(octets: bytes) -> bytes:
    """Text called base64 that is none, or is followed by the footer of a list server that did not look at the encoding."""
    lines = octets.splitlines(keepends=True)
    first = next((i for i, line in enumerate(lines) if _NO_BASE64_LINE.search(line.decode("latin-1"))), len(lines))
    encoded = b"".join(lines[:first])
    return b"\n".join(filter(None, (_from_base64(encoded) if encoded.strip() else b"", b"".join(lines[first:]))))


def charset_hint(message: Part) -> str:
    """The first charset that a text part declares and that exists: the best guess for headers that declare none."""
    for label in _charsets(message):
        if charset_is_known(label) and label.lower() not in ("us-ascii", "utf-8"):
            return label
    return ""


def _charsets(part: Part) -> Iterator[str]:
    """The labels of the text leaves of a mail, mails inside it left out."""
    main, parameters = split_value(_content_fields(part).get("content-type", ""))
    if main.startswith("multipart/") and part.is_multipart():
        for child in part.get_payload():
            if isinstance(child, Part):
                yield from _charsets(child)
    elif main.startswith("text/"):
        yield parameters.get("charset", "")
