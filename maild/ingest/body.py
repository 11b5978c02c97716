"""From the tree of parts to what a reader is shown and what they may save (RFC 2046, RFC 2387, RFC 8621 4.1.4).

One walk in the order of the mail. Text before and after an inline picture is body; of alternatives the plain one is shown unless it is
only an excuse for the HTML one; a mail inside the mail is one file, never a part of the body.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email.message import Message as Part
from functools import cached_property

from maild.ingest import embedded
from maild.ingest.attachment import named
from maild.ingest.charset import decode
from maild.ingest.html_text import to_text
from maild.ingest.lost_boundary import is_left_open, parts_by_sight, split_at_stray
from maild.ingest.mime_part import Kind, kind_of, octets_in
from maild.ingest.nested_mail import octets_of_nested
from maild.ingest.parameters import parameter
from maild.ingest.set_aside import SetAside
from maild.message import Attachment

SHOWN_BYTES_MAX = 1_000_000  # of text in one mail; a longer part is kept whole as an attachment besides

_LINE_ENDS = re.compile(r"\r\n|\r")
_SOFT_BREAK = re.compile(r"(?<!^--) \n(?![>\n])", re.MULTILINE)
_EXCUSE = re.compile(r"\bhtml\b", re.IGNORECASE)
_EXCUSE_CHARACTERS_MAX = 400
_MARKUP = re.compile(r"<[^<>]{0,80}>")
_PGP_BLOCK = "-----BEGIN PGP MESSAGE-----"
_SMIME = frozenset(("application/pkcs7-mime", "application/x-pkcs7-mime"))
_TNEF = frozenset(("application/ms-tnef", "application/vnd.ms-tnef"))
_ENRICHED = frozenset(("text/enriched", "text/richtext"))
_MARKDOWN = frozenset(("text/markdown", "text/x-markdown"))
_MIXED = Kind("multipart/mixed", {}, "", "", "", "")
_STRAYS_MAX = 10  # boundary lines of parts already left that are looked for in one mail


@dataclass(frozen=True)
class Piece:
    """A stretch of the body: plain text, or HTML whose text is made only when somebody asks for it."""

    plain: str
    html: str = ""

    @cached_property
    def text(self) -> str:
        """What a reader is shown."""
        return to_text(self.html) if self.html else self.plain


@dataclass
class Contents:
    """Walks a mail and holds what it found, in the order of the mail. `hint` is the charset for undeclared octets."""

    hint: str = ""
    aside: SetAside = field(default_factory=SetAside)
    pieces: list[Piece] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    kinds: list[Kind] = field(default_factory=list)
    calendar_method: str = ""
    sealed: str = ""
    _names: set[str] = field(default_factory=set)
    _shown_bytes: int = 0
    _divided: bool = False
    _boundaries: list[str] = field(default_factory=list)
    _strays: int = 0
    _left_open: int = 0  # multiparts whose end never comes
    _last: tuple[Kind, bytes] | None = None  # the mail's last leaf, where it is shown as the last piece of the body

    @classmethod
    def of(cls, message: Part, hint: str = "", aside: SetAside | None = None) -> Contents:
        """Everything that a mail holds."""
        contents = cls(hint, aside or SetAside())
        contents._visit(message, first=True)
        contents._set_apart_what_breaks_off()
        if not any(piece.text.strip() for piece in contents.pieces):
            contents._show_enriched()
        if any(_PGP_BLOCK in piece.plain[:2_000] for piece in contents.pieces):
            contents.sealed = contents.sealed or "pgp"
        return contents

    def _visit(self, part: Part, first: bool, within: str = "") -> None:
        kind = kind_of(part, self.hint)
        self.kinds.append(kind)
        if kind.type.startswith("multipart/"):
            self._boundaries.append(kind.parameters.get("boundary", ""))
            if part.is_multipart():
                self._left_open += is_left_open(part)
                self._visit_children(part, kind)
            else:
                self._visit_undivided(kind, octets_in(part, kind, self.aside))
        elif kind.type.startswith("message/") and part.is_multipart():
            name, octets = octets_of_nested(part, kind)
            self._last = None
            self._keep(kind, self.aside.restored(octets), kind.filename or name)
        else:
            self._visit_leaf(part, kind, first, within)

    def _visit_leaf(self, part: Part, kind: Kind, first: bool, within: str) -> None:
        behind = None
        if len(self._boundaries) > 1 and self._strays < _STRAYS_MAX:
            behind = split_at_stray(part, self._boundaries)
        octets = octets_in(part, kind, self.aside)
        shown = _is_body(kind, first, within)
        self._last = (kind, octets) if shown and within != "multipart/alternative" else None
        if shown:
            self._show(kind, octets)
        else:
            self._keep_leaf(kind, octets)
        if behind is not None:
            self._strays += 1
            self._visit_children(behind, _MIXED)

    def _visit_children(self, part: Part, kind: Kind) -> None:
        children = [child for child in part.get_payload() if isinstance(child, Part)]
        if kind.type in ("multipart/encrypted", "multipart/signed") and not self.sealed:
            protocol = parameter(kind.parameters, "protocol").lower()
            self.sealed = "smime" if "pkcs7" in protocol else "pgp"
        if kind.type != "multipart/alternative":
            for number, child in enumerate(children):
                self._visit(child, first=number == 0, within=kind.type)
            return
        choices: list[list[Piece]] = []
        for child in children:
            start = len(self.pieces)
            self._visit(child, first=True, within=kind.type)
            choices.append(self.pieces[start:])
            del self.pieces[start:]
        self.pieces += _best(choices)

    def _visit_undivided(self, kind: Kind, octets: bytes) -> None:
        """A multipart in which no boundary was found: divided by sight, once in a mail, else shown as the text that it is."""
        divided = None if self._divided else parts_by_sight(kind.type, octets)
        if divided is not None and divided.is_multipart():
            self._divided = True
            self._visit_children(divided, kind)
        elif kind.disposition == "attachment":
            self._keep(kind, octets, kind.filename)
        else:
            self._show(kind, octets)
            if kind.parameters.get("boundary") and octets.strip():
                self._keep(kind, octets, kind.filename or "undivided.txt")  # it promised parts: there may be files in it

    def _set_apart_what_breaks_off(self) -> None:
        """Where several multiparts never end, the text at which the mail breaks off is a file; other text is there to show."""
        if self._left_open > 1 and self._last is not None and any(piece.text.strip() for piece in self.pieces[:-1]):
            if self.pieces.pop().html:
                self.html.pop()
            kind, octets = self._last
            self._keep(kind, octets, kind.filename)

    def _show(self, kind: Kind, octets: bytes) -> None:
        if self._shown_bytes + len(octets) > SHOWN_BYTES_MAX:
            self._keep(kind, octets, kind.filename)
            octets = octets[: max(0, SHOWN_BYTES_MAX - self._shown_bytes)]
        self._shown_bytes += len(octets)
        if kind.type == "text/html":
            html = decode(octets, kind.charset, self.hint).replace("\0", "")
            self.html.append(html)
            self.pieces.append(Piece("", html))
            return
        for file in embedded.uuencoded(octets):
            self._keep_file(decode(file.name, kind.charset, self.hint), file.content)
        text = _LINE_ENDS.sub("\n", decode(octets, kind.charset, self.hint)).replace("\0", "")
        if kind.parameters.get("delsp", "").lower() == "yes":
            text = _SOFT_BREAK.sub("", text)  # RFC 3676, 4.1: the space before a soft break is none of the text's
        self.pieces.append(Piece(text))

    def _keep_leaf(self, kind: Kind, octets: bytes) -> None:
        if kind.type == "text/calendar":
            self.calendar_method = self.calendar_method or parameter(kind.parameters, "method").upper()
        if kind.type in _SMIME and not self.attachments and not self.pieces:
            self.sealed = self.sealed or "smime"
        if kind.type in _TNEF or kind.filename.lower() == "winmail.dat":
            unpacked = embedded.unpacked_tnef(octets)
            if unpacked is not None:
                self._keep_tnef(unpacked, octets)
                return
        self._keep(kind, octets, kind.filename)

    def _keep_tnef(self, winmail: embedded.Winmail, octets: bytes) -> None:
        if not any(piece.text.strip() for piece in self.pieces):
            if winmail.text or winmail.html:
                self.pieces.append(Piece(_LINE_ENDS.sub("\n", winmail.text)) if winmail.text else Piece("", winmail.html))
            elif winmail.rich.startswith(b"{\\rtf"):
                self._keep_file("message.rtf", winmail.rich)
            elif winmail.rich:
                self._keep_file("winmail.dat", octets)
        for name, content in winmail.files:
            self._keep_file(name, content)

    def _keep_file(self, name: str, content: bytes) -> None:
        self.attachments.append(named(name, "application/octet-stream", content, self._names))

    def _keep(self, kind: Kind, octets: bytes, name: str) -> None:
        inline = kind.disposition == "inline" or (not kind.disposition and bool(kind.content_id))
        self.attachments.append(named(name, kind.type, octets, self._names, content_id=kind.content_id, inline=inline))

    def _show_enriched(self) -> None:
        """A mail whose only text came as enriched text (RFC 1896) or Markdown (RFC 7763) is still shown."""
        for attachment in self.attachments:
            if attachment.content_type in _ENRICHED and not attachment.inline:
                self.pieces.append(Piece(_LINE_ENDS.sub("\n", _MARKUP.sub("", decode(attachment.content)))))
                return
            if attachment.content_type in _MARKDOWN and not attachment.inline:
                self.pieces.append(Piece(_LINE_ENDS.sub("\n", decode(attachment.content))))
                return


def _is_body(kind: Kind, first: bool, within: str) -> bool:
    """RFC 8621, 4.1.4: a text leaf is body unless it is offered as a file."""
    if kind.disposition == "attachment":
        return False
    if kind.type not in ("text/plain", "text/html"):
        return False
    return first or (within != "multipart/related" and not kind.filename)


def _best(choices: list[list[Piece]]) -> list[Piece]:
    plain = _plain(choices)
    if plain and not _may_be_excuse(plain):
        return plain
    rich = [choice for choice in choices if any(piece.html and piece.text.strip() for piece in choice)]
    if plain and not (rich and _length(rich[-1]) > 2 * _length(plain)):
        return plain
    return rich[-1] if rich else []


def _plain(choices: list[list[Piece]]) -> list[Piece]:
    """The plain alternative. Several that differ are a sender's mistake for multipart/mixed: all are kept, no word is lost."""
    plain = [choice for choice in choices if any(piece.plain.strip() for piece in choice)]
    different = {" ".join(piece.plain for piece in choice).strip(): choice for choice in plain}
    return [piece for choice in different.values() for piece in choice]


def _may_be_excuse(plain: list[Piece]) -> bool:
    """Plain text that may only say "get a program that reads HTML"."""
    return _length(plain) < _EXCUSE_CHARACTERS_MAX and any(_EXCUSE.search(piece.plain) for piece in plain)


def _length(choice: list[Piece]) -> int:
    return sum(len(piece.text) for piece in choice)
