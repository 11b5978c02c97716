"""Where HTML itself says what is quoted: the marks of mail programs, carried over to the lines of the text made from it.

The tree is walked once; what each mark covers becomes a span over the document's characters without white space. Each line of the
text is then found in that string, in order, within a bounded stretch. A line that is not found, or that a mark covers in part,
has no kind here: the rules for plain text judge it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from selectolax.lexbor import LexborHTMLParser, LexborNode

from maild.ingest.html_bounds import bounded
from maild.ingest.word_tables import table, words
from maild.lines import LineKind

HTML_CHARS_MAX = 1_000_000
NODES_MAX = 400_000
_LOOKS_MAX = 40
_SIGNATURE_CHARS_MAX = 1500  # more than this inside a signature element is text that was typed there
_STRETCH = 2000
_HINTS = table(
    """
    blockquote|gmail_|divrplyfwdmsg|appendonsend|moz-|yahoo_quoted|olk_src_body|protonmail|zmail_extra|signature
    outlook-mobile|reference-message|quote
    """
)
_QUOTE_CLASSES = words(
    """
    yahoo_quoted|protonmail_quote|moz-forward-container|zmail_extra|gmail_forward|mailru-blockquote|mail-quote-collapse
    front-blockquote
    ms-outlook-mobile-reference-message|js-helper|tutanota_quote|wb_cite|mb_quote|quoted-text|mail_quoted|yandex_quote
    ukrnet-quote|b-quote
    """
)
_QUOTE_IDS = (
    "yahoo_quoted",
    "olk_src_body_section",
    "mail-editor-reference-message-container",
    "blockquote_zmail",
    "x_olk_src_body_section",
)
_REST_IDS = ("divrplyfwdmsg", "appendonsend", "x_divrplyfwdmsg")
_INTRODUCTION_CLASSES = frozenset({"gmail_attr", "moz-cite-prefix", "moz-email-headers-table", "protonmail_quote_header"})
_SIGNATURE_CLASSES = frozenset(
    {"gmail_signature", "moz-signature", "protonmail_signature_block", "tutanota_signature", "yahoo_signature"}
)
_SIGNATURE_IDS = (
    "signature",
    "x_signature",
    "applemailsignature",
    "ms-outlook-mobile-signature",
    "x_ms-outlook-mobile-signature",
)
_Kind = LineKind | str | None
_COLOURED = "coloured"  # inside a quote, in a colour of its own: the author's answer if the author says so above
_SAYS_COLOURED = re.compile(
    r"\b(?:in (?:red|blue|green|colou?r)|inline|in-line|in line|below|see (?:my )?(?:answers|comments)|in rot|en rouge|en rojo)\b"
    r"|красн|син(?:им|ий)|зел[её]н|цветом|ниже|в тексте|по тексту|внутри|червон|кольор|нижче|у тексті|всередині",
    re.IGNORECASE,
)
_INK = re.compile(r"(?:^|[;\s\"'])color\s*:\s*([^;\"']+)", re.IGNORECASE)
_PLAIN_INKS = (
    "black",
    "windowtext",
    "inherit",
    "initial",
    "white",
    "gray",
    "grey",
    "#000",
    "#111",
    "#222",
    "#333",
    "#666",
    "#777",
    "#999",
    "rgb(0,0,0",
)
_UNSHOWN = frozenset({"head", "script", "style", "title", "template", "noscript", "-comment", "_comment"})


def marked_lines(html: str, text: str) -> Sequence[LineKind | None]:
    """The kind of each line of `text` as the marks in `html` tell it; empty where there are no marks."""
    low = html[:HTML_CHARS_MAX].lower()
    if not any(hint in low for hint in _HINTS):
        return ()
    spans = _Spans()
    root = LexborHTMLParser(bounded(html[:HTML_CHARS_MAX])).root
    if root is not None:
        _walk(root, spans)
    if not spans.marked:
        return ()
    return _fill_blanks(text, _settle_coloured(text, _align(text, spans)))


class _Spans:
    """The shown characters of a document without white space, and the kind of each stretch of them."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.starts: list[int] = []
        self.kinds: list[_Kind] = []
        self.length = 0
        self.marked = False
        self.looks_left = _LOOKS_MAX

    def add(self, text: str, kind: _Kind) -> None:
        """Append the text of one node."""
        solid = "".join(text.split())
        if not solid:
            return
        if not self.kinds or self.kinds[-1] is not kind:
            self.starts.append(self.length)
            self.kinds.append(kind)
        self.pieces.append(solid)
        self.length += len(solid)
        self.marked = self.marked or kind is not None

    def look(self) -> bool:
        """Whether another subtree may be searched: nested marks must not cost a search each."""
        self.looks_left -= 1
        return self.looks_left >= 0

    def kind_of(self, start: int, stop: int) -> _Kind:
        """The kind of a stretch, None where it has none or more than one."""
        first = bisect_right(self.starts, start) - 1
        last = bisect_right(self.starts, stop - 1) - 1
        return self.kinds[first] if first == last else None


def _walk(root: LexborNode, spans: _Spans) -> None:
    """Depth first without recursion; a kind holds for the subtree that bears the mark, or from the mark to the end."""
    rest = False
    stack: list[tuple[LexborNode, _Kind]] = [(root, None)]
    for _ in range(NODES_MAX):
        if not stack:
            return
        node, kind = stack.pop()
        following = node.next
        if following is not None:
            stack.append((following, kind))
        if rest and kind != _COLOURED:
            kind = LineKind.QUOTED
        tag = node.tag or ""
        if tag == "-text":
            spans.add(node.text_content or "", kind)
        elif tag not in _UNSHOWN:
            attributes = node.attributes
            if attributes and kind is LineKind.QUOTED:
                kind = _COLOURED if _has_ink(tag, attributes) else kind
            elif attributes and kind != _COLOURED:
                own, rest = _mark(node, tag, attributes, spans)
                kind = own or kind
            child = node.child
            if child is not None:
                stack.append((child, kind))


def _has_ink(tag: str, attributes: dict[str, str | None]) -> bool:
    """Whether an element writes in a colour that stands out."""
    found = _INK.search(attributes.get("style") or "")
    ink = found.group(1) if found else (attributes.get("color") or "" if tag == "font" else "")
    plain = ink.strip().lower().replace(" ", "")
    return bool(plain) and not plain.startswith(_PLAIN_INKS) and tag != "a"


def _mark(node: LexborNode, tag: str, attributes: dict[str, str | None], spans: _Spans) -> tuple[LineKind | None, bool]:
    """The kind that an element gives to its contents, and whether everything behind it is quoted."""
    classes = frozenset((attributes.get("class") or "").lower().split())
    name = (attributes.get("id") or "").lower()
    if name in _REST_IDS:
        return LineKind.QUOTED, True
    if name.startswith(_QUOTE_IDS) or classes & _QUOTE_CLASSES:
        return LineKind.QUOTED, False
    if classes & _INTRODUCTION_CLASSES:
        return LineKind.ATTRIBUTION, False
    if tag == "blockquote":
        return _blockquote(attributes, classes), False
    if "gmail_quote" in classes and spans.look() and node.css_first("blockquote") is None:
        return LineKind.QUOTED, False  # a forward: Gmail puts it into the same element without a blockquote
    signs = bool(classes & _SIGNATURE_CLASSES) or name in _SIGNATURE_IDS or "data-signatureblock" in attributes
    if (
        signs
        and len(node.text(deep=True)) <= _SIGNATURE_CHARS_MAX
        and node.css_first("blockquote, #divRplyFwdMsg, .gmail_quote") is None
    ):
        return LineKind.SIGNATURE, False
    return None, False


def _blockquote(attributes: dict[str, str | None], classes: frozenset[str]) -> LineKind | None:
    """A quote, or a paragraph that its author indented (Gmail marks those by `border:none`), or no telling."""
    style = (attributes.get("style") or "").lower().replace(" ", "")
    if (
        (attributes.get("type") or "").lower() == "cite"
        or attributes.get("cite")
        or any("quote" in one or "cite" in one for one in classes)
    ):
        return LineKind.QUOTED
    if "border:none" in style or "border:medium" in style:
        return LineKind.FRESH
    return LineKind.QUOTED if "border-left:" in style and "border-left:0" not in style else None


def _align(text: str, spans: _Spans) -> list[_Kind]:
    solid = "".join(spans.pieces)
    found: list[_Kind] = []
    at = 0
    for line in text.split("\n"):
        wanted = "".join(line.split()).lstrip("•*-–·>")
        if not wanted:
            found.append(None)
            continue
        place = solid.find(wanted, at, at + len(wanted) + min(_STRETCH, 100 + 20 * len(wanted)))
        size = len(wanted)
        if place < 0 and size > 24:
            # A link's address or a picture's name was written into the line: its beginning still tells where it stands.
            size = 16
            place = solid.find(wanted[:size], at, at + _STRETCH)
        if place < 0:
            found.append(None)
            continue
        found.append(spans.kind_of(place, place + size))
        at = place + size
    return found


def _settle_coloured(text: str, kinds: list[_Kind]) -> list[LineKind | None]:
    """Coloured lines inside the quote are the author's where the words above the quote announce them ("ниже красным")."""
    lines = text.split("\n")
    first = next((i for i, kind in enumerate(kinds) if kind is LineKind.QUOTED or kind == _COLOURED), len(kinds))
    announced = _SAYS_COLOURED.search("\n".join(lines[:first])[:4000]) is not None
    coloured = LineKind.FRESH if announced else LineKind.QUOTED
    return [kind if isinstance(kind, LineKind) or kind is None else coloured for kind in kinds]


def _fill_blanks(text: str, kinds: list[LineKind | None]) -> list[LineKind | None]:
    """Blank lines and lines that were not found between two quoted lines are quoted."""
    lines = text.split("\n")
    last = None
    for i, kind in enumerate(kinds):
        if kind is LineKind.QUOTED:
            if last is not None and i - last <= 6 and not any(lines[k].strip() for k in range(last + 1, i)):
                kinds[last + 1 : i] = [LineKind.QUOTED] * (i - last - 1)
            last = i
    return kinds
