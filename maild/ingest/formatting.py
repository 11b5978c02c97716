"""What an engineer set in bold, in a list or in a table, on its way to the customer: their HTML, where it says what goes out, no more.

Words decide, never HTML: what may go out was settled line by line in text. Of the HTML those pieces are kept whose words stand in that
text, in its order; an allowlist takes away all that is no structure (nh3); and if the words of what is left, read by the reader that
reads every mail, are not the words that go out, one by one, the letter is made of words alone. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

import nh3
from selectolax.lexbor import LexborHTMLParser, LexborNode

from maild.ingest.html_bounds import bounded, names
from maild.ingest.html_text import to_text

CHARACTERS_MAX = 200_000  # of HTML: beyond, words alone
CHARACTERS_READ_MAX = 2_000_000  # each piece that is divided is read again
_INLINE = names("a b strong i em u s del ins sub sup small code img span font")
_TAGS = _INLINE | names(
    "p div br hr pre blockquote ul ol li dl dt dd h1 h2 h3 h4 h5 h6 table caption thead tbody tfoot tr th td"
)
_GONE = names(
    "script style head title noscript template iframe object applet svg math audio video form select textarea button map"
)
_ATTRIBUTES = {"a": {"href"}, "img": {"src", "width", "height"}, "th": {"colspan", "rowspan"}, "td": {"colspan", "rowspan"}}
_WORTH = re.compile(r"<(?:b|strong|i|em|u|s|del|ins|sub|sup|code|pre|ul|ol|dl|h[1-6]|table|a|img)[ >]")
_EMPTIED = re.compile(r"<img(?![^>]* src=)[^>]*>")
_PLACEHOLDER = re.compile(r"\[(?:image|cid):[^\]\n]*\]")
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ue000-\uf8ff]")
_TOKEN = re.compile(r"\w+")
_STYLES = {
    "table": "border-collapse:collapse;margin:0 0 12px 0",
    "td": "border:1px solid #9ca3af;padding:4px 8px;text-align:left;vertical-align:top",
    "th": "border:1px solid #9ca3af;padding:4px 8px;text-align:left;vertical-align:top",
    "img": "max-width:100%;height:auto",
    "pre": "white-space:pre-wrap;overflow-wrap:anywhere",
    "blockquote": "margin:0 0 12px 0;padding:0 0 0 12px;border-left:3px solid #9ca3af",
    "p": "margin:0 0 12px 0",
}
_STYLED = re.compile(rf"<({'|'.join(_STYLES)})(?=[ >])")


def formatted(html: str, words: str, pictures: Collection[str] = ()) -> str:
    """That part of an author's HTML that says these words, harmless; "" where there is none, or where nothing in it is formatted.

    `pictures` are the Content-IDs of the pictures that go along; no other picture is kept.
    """
    wanted = _tokens(words)
    if not wanted or len(html) > CHARACTERS_MAX or "--=" in html or not _WORTH.search(html.lower()):
        return ""
    body = LexborHTMLParser(_harmless(bounded(html), pictures)).body
    if body is None:
        return ""
    pieces, _ = _Matching(wanted, words).pieces(body, 0)
    kept = _harmless(_trimmed(pieces), pictures)
    if not _WORTH.search(kept) or _tokens(to_text(kept)) != wanted:
        return ""
    return _STYLED.sub(lambda tag: f'{tag[0]} style="{_STYLES[tag[1]]}"', kept)


def _harmless(html: str, pictures: Collection[str]) -> str:
    """Structure and emphasis, links to the web, pictures that go along; no style, script, form, comment, tracker or unseen letter."""

    def attribute(tag: str, name: str, value: str) -> str | None:
        if name == "src":
            return value if value[:4].lower() == "cid:" and value[4:] in pictures else None
        if name in ("width", "height", "colspan", "rowspan"):
            return value if value.isascii() and value.isdigit() and len(value) <= 4 else None
        return value if name in ("href", "rel") else None

    cleaned = nh3.clean(
        _UNSEEN.sub("", html),
        tags=set(_TAGS),
        clean_content_tags=set(_GONE),
        attributes=_ATTRIBUTES,
        attribute_filter=attribute,
        url_schemes={"http", "https", "cid"},
        link_rel="noopener noreferrer nofollow",
        strip_comments=True,
    )
    return _EMPTIED.sub("", cleaned)


class _Matching:
    """Finds the pieces of a tree whose words follow one another in a text."""

    def __init__(self, wanted: Sequence[str], words: str) -> None:
        self._wanted = wanted
        self._lines = {line.strip() for line in words.split("\n")}
        self._left = CHARACTERS_READ_MAX
        self._over = False  # all is found, and what follows is a signature or a quote

    def pieces(self, node: LexborNode, at: int) -> tuple[list[str], int]:
        """The HTML of what is kept of a node's inside, and how many words have been found then."""
        kept: list[str] = []
        for group in _groups(node):
            html = "".join(each.html or "" for each in group)
            self._left -= len(html)
            if self._left < 0 or self._over:
                return kept, at
            text = to_text(html)
            tokens = _tokens(text)
            if tokens == list(self._wanted[at : at + len(tokens)]) and (tokens or text.strip() in self._lines | {""}):
                kept.append(f"<div>{html}</div>" if group[0].is_text_node or group[0].tag in _INLINE else html)
                at += len(tokens)
            elif at == len(self._wanted):
                self._over = True
            elif len(group) == 1 and group[0].is_element_node and group[0].tag != "a":
                inside, at = self.pieces(group[0], at)
                kept += [f"<{group[0].tag}>", *inside, f"</{group[0].tag}>"] if inside else []
        return kept, at


def _groups(node: LexborNode) -> Iterator[list[LexborNode]]:
    """The children of a node line by line: blocks alone, what stands in one line together."""
    line: list[LexborNode] = []
    child = node.first_child
    while child is not None:
        is_inline = child.is_text_node or (child.tag in _INLINE and child.css_first("p,div,table,ul,ol,blockquote,br") is None)
        if is_inline:
            line.append(child)
        else:
            if line:
                yield line
            line = []
            yield [child]
        child = child.next
    if line:
        yield line


def _trimmed(pieces: Sequence[str]) -> str:
    """Without blank lines at either end."""
    blank = re.compile(r"\s*(?:</?(?:p|div|br|span|font)>|&nbsp;|\s)*\s*")
    first, last = 0, len(pieces)
    while first < last and blank.fullmatch(pieces[first]):
        first += 1
    while last > first and blank.fullmatch(pieces[last - 1]):
        last -= 1
    return "".join(pieces[first:last])


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(_PLACEHOLDER.sub(" ", text))
