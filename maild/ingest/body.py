"""From the tree of parts to what a reader is shown and what they may save (RFC 2046, RFC 2387, RFC 8621 4.1.4).

One walk in order of the mail. Text before and after an inline picture is body; of alternatives the plain one is shown unless it is
only an excuse for the HTML one; a mail inside the mail is one file, never a part of the body.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message as Part
from functools import cached_property

from maild.ingest import embedded
from maild.ingest.attachment import named
from maild.ingest.charset import decode
from maild.ingest.header_fields import charset_is_known, octets_of, text_of
from maild.ingest.html_text import to_text
from maild.ingest.nested_mail import octets_of_nested
from maild.ingest.parameters import parameter, split_value
from maild.message import Attachment

_ENCODINGS = frozenset(("7bit", "8bit", "binary", "base64", "quoted-printable", "x-uuencode", "uuencode", "uue", "x-uue"))
_LINE_ENDS = re.compile(r"\r\n|\r")
_EXCUSE = re.compile(r"\bhtml\b", re.IGNORECASE)
_EXCUSE_CHARACTERS_MAX = 400
_PGP_BLOCK = "-----BEGIN PGP MESSAGE-----"
_SMIME = frozenset(("application/pkcs7-mime", "application/x-pkcs7-mime"))


@dataclass(frozen=True)
class Piece:
    """A stretch of the body: plain text, or HTML whose text is made only when somebody asks for it."""

    plain: str
    html: str = ""

    @cached_property
    def text(self) -> str:
        """What a reader is shown."""
        return to_text(self.html) if self.html else self.plain


@dataclass(slots=True)
class Contents:
    """What the walk found, in the order of the mail."""

    pieces: list[Piece] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    calendar_method: str = ""
    sealed: str = ""
    names: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Kind:
    """What the Content-* fields of a part say."""

    type: str
    parameters: dict[str, str]
    disposition: str
    filename: str
    content_id: str

    @property
    def charset(self) -> str:
        """The declared label, or ''."""
        return self.parameters.get("charset", "")


def contents_of(message: Part, hint: str) -> Contents:
    """Walk a mail; `hint` is the charset to try for undeclared octets."""
    contents = Contents()
    _visit(message, contents, hint, first=True)
    if not any(piece.text.strip() for piece in contents.pieces):
        _show_what_there_is(contents)
    if any(_PGP_BLOCK in piece.text[:2_000] for piece in contents.pieces):
        contents.sealed = contents.sealed or "pgp"
    return contents


def kind_of(part: Part, hint: str = "") -> Kind:
    """Read a part's Content-* fields; an unreadable type is text/plain, as RFC 2045, 5.2 has it."""
    main, parameters = split_value(str(part.get("content-type", "")))
    if main.count("/") != 1:
        main = part.get_default_type() if not main else {"text": "text/plain", "html": "text/html"}.get(main, "text/plain")
    disposition, more = split_value(str(part.get("content-disposition", "")))
    filename = parameter(more, "filename", hint) or parameter(parameters, "name", hint) or parameter(more, "name", hint)
    return Kind(main, parameters, disposition, filename, text_of(str(part.get("content-id", ""))).strip("<> "))


def text_parts(message: Part) -> Iterator[Part]:
    """The text leaves of a mail, mails inside it left out."""
    if message.get_content_maintype() == "multipart" and message.is_multipart():
        for child in message.get_payload():
            if isinstance(child, Part):
                yield from text_parts(child)
    elif message.get_content_maintype() == "text":
        yield message


def charset_hint(message: Part) -> str:
    """The first charset that a text part declares and that exists: the best guess for headers that declare none."""
    for part in text_parts(message):
        label = kind_of(part).charset
        if charset_is_known(label) and label.lower() not in ("us-ascii", "utf-8"):
            return label
    return ""


def _visit(part: Part, contents: Contents, hint: str, first: bool, within: str = "") -> None:
    kind = kind_of(part, hint)
    contents.types.append(kind.type)
    if kind.type.startswith("multipart/") and part.is_multipart():
        _visit_children(part, kind, contents, hint)
    elif kind.type.startswith("message/") and part.is_multipart():
        name, octets = octets_of_nested(part, kind.type)
        _keep(contents, kind, octets, kind.filename or name)
    elif kind.type == "text/calendar":
        contents.calendar_method = contents.calendar_method or parameter(kind.parameters, "method").upper()
        _keep(contents, kind, octets_in(part), kind.filename)
    elif _is_body(kind, first, within):
        contents.pieces.append(_piece(part, kind, contents, hint))
    else:
        _keep_leaf(part, kind, contents)


def _visit_children(part: Part, kind: Kind, contents: Contents, hint: str) -> None:
    children = [child for child in part.get_payload() if isinstance(child, Part)]
    if kind.type == "multipart/encrypted":
        contents.sealed = "pgp" if "pgp" in parameter(kind.parameters, "protocol") else "smime"
    if kind.type == "multipart/signed" and not contents.sealed:
        contents.sealed = "smime" if "pkcs7" in parameter(kind.parameters, "protocol") else "pgp"
    if kind.type == "multipart/alternative":
        _visit_alternatives(children, contents, hint)
        return
    for number, child in enumerate(children):
        _visit(child, contents, hint, first=number == 0, within=kind.type)


def _visit_alternatives(children: list[Part], contents: Contents, hint: str) -> None:
    """Every alternative is read; the pieces of one of them are shown."""
    choices: list[list[Piece]] = []
    for child in children:
        start = len(contents.pieces)
        _visit(child, contents, hint, first=True, within="multipart/alternative")
        choices.append(contents.pieces[start:])
        del contents.pieces[start:]
    contents.pieces.extend(_best(choices))


def _best(choices: list[list[Piece]]) -> list[Piece]:
    plain = next((choice for choice in choices if any(piece.plain.strip() for piece in choice)), None)
    if plain is not None and not _may_be_excuse(plain):
        return plain
    rich = [choice for choice in choices if choice is not plain and any(piece.text.strip() for piece in choice)]
    if plain is not None and not (rich and _length(rich[-1]) > 2 * _length(plain)):
        return plain
    return rich[-1] if rich else []


def _may_be_excuse(plain: list[Piece]) -> bool:
    """Plain text that may only say "get a program that reads HTML"."""
    return _length(plain) < _EXCUSE_CHARACTERS_MAX and any(_EXCUSE.search(piece.plain) for piece in plain)


def _length(choice: list[Piece]) -> int:
    return sum(len(piece.text) for piece in choice)


def _is_body(kind: Kind, first: bool, within: str) -> bool:
    """RFC 8621, 4.1.4: a text leaf is body unless it is offered as a file."""
    if kind.disposition == "attachment":
        return False
    if kind.type not in ("text/plain", "text/html") and not kind.type.startswith("multipart/"):
        return False
    return first or (within != "multipart/related" and not kind.filename)


def octets_in(part: Part) -> bytes:
    """The decoded content of a leaf; an encoding that nobody knows is taken as none."""
    label = str(part.get("content-transfer-encoding", ""))
    wanted = label.split("(", 1)[0].split(";", 1)[0].strip(" \t\r\n\"'").lower()
    if label and label != wanted and wanted in _ENCODINGS:
        part.replace_header("Content-Transfer-Encoding", wanted)
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _piece(part: Part, kind: Kind, contents: Contents, hint: str) -> Piece:
    octets = octets_in(part)
    if kind.type == "text/html":
        html = decode(octets, kind.charset, hint).replace("\0", "")
        contents.html.append(html)
        return Piece("", html)
    octets, files = embedded.uuencoded(octets)
    for name, content in files:
        contents.attachments.append(
            named(decode(name, kind.charset, hint), "application/octet-stream", content, contents.names)
        )
    text = _LINE_ENDS.sub("\n", decode(octets, kind.charset, hint)).replace("\0", "")
    if kind.parameters.get("delsp", "").lower() == "yes":
        text = _flowed_without_spaces(text)
    return Piece(text)


def _flowed_without_spaces(text: str) -> str:
    """RFC 3676, 4.1 with DelSp=yes: the space before a soft line break is no space of the text."""
    return re.sub(r"(?<!^--) \n(?![>\n])", "", text, flags=re.MULTILINE)


def _keep_leaf(part: Part, kind: Kind, contents: Contents) -> None:
    octets = octets_in(part)
    if kind.type in _SMIME and not contents.attachments and not contents.pieces:
        contents.sealed = contents.sealed or "smime"
    if kind.type in ("application/ms-tnef", "application/vnd.ms-tnef") or kind.filename.lower() == "winmail.dat":
        unpacked = embedded.unpacked_tnef(octets)
        if unpacked is not None:
            _keep_tnef(unpacked, contents)
            return
    _keep(contents, kind, octets, kind.filename)


def _keep_tnef(unpacked: tuple[str, str, list[tuple[str, bytes]]], contents: Contents) -> None:
    text, html, files = unpacked
    if not any(piece.text.strip() for piece in contents.pieces) and (text or html):
        contents.pieces.append(Piece(_LINE_ENDS.sub("\n", text)) if text else Piece("", html))
    for name, content in files:
        contents.attachments.append(named(name, "application/octet-stream", content, contents.names))


def _keep(contents: Contents, kind: Kind, octets: bytes, name: str) -> None:
    inline = kind.disposition == "inline" or (not kind.disposition and bool(kind.content_id))
    contents.attachments.append(named(name, kind.type, octets, contents.names, content_id=kind.content_id, inline=inline))


def _show_what_there_is(contents: Contents) -> None:
    """A mail whose only text came as enriched text or the like is still shown."""
    for attachment in contents.attachments:
        if attachment.content_type in ("text/enriched", "text/richtext", "text/markdown") and not attachment.inline:
            text = decode(attachment.content)
            shown = re.sub(r"<[^<>]{0,80}>", "", text) if attachment.content_type != "text/markdown" else text
            contents.pieces.append(Piece(_LINE_ENDS.sub("\n", shown)))
            return


def body_octets(part: Part) -> bytes:
    """The undecoded octets of a part whose payload is text."""
    payload = part.get_payload()
    return octets_of(payload) if isinstance(payload, str) else b""
