"""HTML that may be shown to others: an allowlist by nh3, then blocks of literal tags, each with the text that a reader finds in it.

What a block holds is what its text says: structure and emphasis, tables, links that are written out, and pictures that the mail carries
itself. There is no style, class, title or other attribute that could hide or carry anything; no picture, file or form of elsewhere.
A link stays where its words say where it leads, else its target is written behind the words, as the reader writes it. Which blocks
are used is decided by their texts (desk/markup.py).

nh3 gives a well-formed tree with its attributes quoted, so one scan over its tags is enough, linear and without recursion.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from html import escape, unescape
from urllib.parse import unquote

import nh3

from maild.desk.markup import canonical, unlinked
from maild.ingest.html_bounds import bounded, names
from maild.ingest.html_text import SKIPPED, emoji, labelled_lines, says
from maild.message import Block

CHARACTERS_MAX = 200_000  # beyond it, or beyond so many blocks, words alone are shown
BLOCKS_MAX = 2_000

_EMPHASIS = names("b strong i em u s code")  # not sub and sup: quoted, they are "^2"
_HEADINGS = names("h1 h2 h3 h4 h5 h6")
_LINES = _HEADINGS | names(
    "p div address article aside center dd details dl dt figcaption figure footer header main nav section summary"
)
_WHOLE = names("ul ol table blockquote pre")  # kept or left out in one piece
_INSIDE = names("li thead tbody tfoot tr td th caption")
_SPACED = _HEADINGS | {"p"}
_CLEANER = nh3.Cleaner(
    tags=set(_EMPHASIS | _LINES | _WHOLE | _INSIDE | {"a", "br", "hr", "img"}),
    clean_content_tags=set(SKIPPED | {"select", "textarea", "button"}),
    attributes={"a": {"href"}, "img": {"src", "alt"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}},
    url_schemes={"http", "https", "cid"},
    link_rel=None,
)
_WORTH = re.compile(r"<(?:b|strong|i|em|u|s|code|ul|ol|table|pre|h[1-6]|img)\b", re.IGNORECASE)
_TOKEN = re.compile(r'<(/?)([a-z][a-z0-9]*)((?: [a-z]+="[^"]*")*)>|([^<]+)|<')
_ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')
_TAG = re.compile(r"<[^>]*>")
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff\ue000-\ue002]"
)
_GAP = Block("<br>")


def blocks_of(html: str, pictures: Collection[str]) -> tuple[Block, ...]:
    """The blocks of an HTML body; none where it has nothing that words alone do not show, or too much. Never raises.

    `pictures` are the content ids, without brackets, of the pictures that the same mail carries.
    """
    if len(html) > CHARACTERS_MAX or not _WORTH.search(html):
        return ()
    page = _Page(pictures)
    for match in _TOKEN.finditer(_CLEANER.clean(bounded(html))):
        page.take(match[1], match[2] or "", match[3] or "", match[4] or "")
    page.end_line()
    return () if len(page.blocks) > BLOCKS_MAX else _read(page.blocks)


def _read(blocks: list[Block]) -> tuple[Block, ...]:
    """The blocks with their texts, as the reader of any mail finds them, all in one reading."""
    page = "".join(f'<div id="{number}">{block.html}</div>' for number, block in enumerate(blocks) if block is not _GAP)
    texts: dict[str, list[str]] = {}
    for line, number in labelled_lines(page, lambda _, attributes: attributes.get("id") or ""):
        texts.setdefault(number, []).append(line)
    return tuple(
        Block(block.html, canonical("\n".join(texts.get(str(number), ()))), block.pictures)
        for number, block in enumerate(blocks)
    )


class _Page:
    """Tags and words on their way into blocks. A line is a block; so is a whole list or table; quotes are none."""

    def __init__(self, pictures: Collection[str]) -> None:
        self.blocks: list[Block] = []
        self._pictures = pictures
        self._line: list[str] = []
        self._shown: list[str] = []  # content ids of the block that is being written
        self._emphasis: list[str] = []
        self._whole = 0  # elements that are kept in one piece and still open
        self._quotes = 0  # what is quoted is shown as words
        self._heading = ""
        self._says = False
        self._link: tuple[str, int] | None = None  # where it leads, and where its words begin; -1: not on this line

    def take(self, closing: str, tag: str, attributes: str, text: str) -> None:
        """One token of nh3's answer."""
        if tag == "blockquote" and not self._whole:
            self.end_line()
            self._quotes += -1 if closing else 1
        elif self._quotes:
            return
        elif not tag:
            said = _UNSEEN.sub("", text)
            if "mailto:" in said.lower():
                said = escape(unlinked(unescape(said)), quote=False)
            self._says = self._says or bool(said.strip())
            self._line.append(said)
        elif tag in _WHOLE:
            self._piece(closing, tag)
        elif tag in _INSIDE:
            self._line.append(f"<{closing}{tag}{_spans(attributes)}>")
        elif tag in _LINES:
            self._row(closing, tag)
        elif tag in _EMPHASIS:
            self._emphasise(closing, tag)
        elif tag == "a":
            self._close_link() if closing else self._open_link(attributes)
        elif tag == "img":
            self._picture(dict(_ATTRIBUTE.findall(attributes)))
        else:  # br, hr
            self._end_of_line()

    def end_line(self) -> None:
        """What was written since the last block is one, if it shows anything. Emphasis goes on behind it."""
        if self._link:
            self._link = (self._link[0], -1)
        if self._says or self._shown:
            tag = self._heading or "div"
            close = "".join(f"</{each}>" for each in reversed(self._emphasis))
            self._keep(f"<{tag}>{''.join(self._line)}{close}</{tag}>")
        self._line = [f"<{each}>" for each in self._emphasis]

    def _keep(self, html: str) -> None:
        self.blocks.append(Block(html, "", tuple(self._shown)))
        self._shown, self._says = [], False

    def _gap(self) -> None:
        if self.blocks and self.blocks[-1] is not _GAP:
            self.blocks.append(_GAP)

    def _end_of_line(self) -> None:
        if self._whole:
            self._line.append("<br>")
        elif self._says or self._shown:
            self.end_line()
        else:
            self._gap()

    def _row(self, closing: str, tag: str) -> None:
        if self._whole:
            self._line.append(f"<{closing}div>")
            return
        self.end_line()
        if tag in _HEADINGS:
            self._heading = "" if closing else tag
        if closing and tag in _SPACED:
            self._gap()

    def _piece(self, closing: str, tag: str) -> None:
        if not closing:
            if not self._whole:
                self.end_line()
                self._line = []
            self._whole += 1
            self._line.append(f"<{tag}>")
            return
        self._whole -= 1
        self._line.append(f"</{tag}>")
        if not self._whole:
            self._keep("".join(self._line))
            self._line = [f"<{each}>" for each in self._emphasis]

    def _emphasise(self, closing: str, tag: str) -> None:
        if not closing:
            self._emphasis.append(tag)
        elif self._emphasis:
            self._emphasis.pop()
        self._line.append(f"<{closing}{tag}>")

    def _open_link(self, attributes: str) -> None:
        self._link = (unescape(dict(_ATTRIBUTE.findall(attributes)).get("href", "")), len(self._line))

    def _close_link(self) -> None:
        target, start = self._link or ("", -1)
        self._link = None
        words = unescape(_TAG.sub("", "".join(self._line[start:]))) if start >= 0 else ""
        if target.startswith(("http://", "https://")) and words.strip() and "mailto:" not in target.lower():
            if says(words, target):
                self._wrap(start, target)
            else:  # written out, so that nothing leads where it does not say
                self._line.append(f' &lt;<a href="{escape(target)}">{escape(target)}</a>&gt;')

    def _wrap(self, start: int, target: str) -> None:
        self._line[start:] = [f'<a href="{escape(target)}">', *self._line[start:], "</a>"]

    def _picture(self, attributes: dict[str, str]) -> None:
        source = unescape(attributes.get("src", ""))
        sign = emoji(unescape(attributes.get("alt", "")))
        content_id = unquote(source[4:])
        if source.startswith("cid:") and content_id in self._pictures:
            self._shown.append(content_id)
            self._line.append(f'<img src="cid:{escape(content_id)}" alt="{escape(sign)}">')
        elif sign:
            self._says = True
            self._line.append(escape(sign))


def _spans(attributes: str) -> str:
    """How many columns and rows a cell spans."""
    spans = _ATTRIBUTE.findall(attributes)
    return "".join(
        f' {name}="{value}"' for name, value in spans if name in ("colspan", "rowspan") and re.fullmatch(r"[1-9]\d?", value)
    )
