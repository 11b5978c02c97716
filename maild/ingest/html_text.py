"""HTML to text as a reader would see it: paragraphs, lists, links, and `> ` before what is quoted.

One walk over the parsed tree, linear and without recursion; `html_bounds` sees to it that the tree is of reasonable size first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from selectolax.lexbor import LexborHTMLParser, LexborNode

from maild.ingest.html_bounds import bounded, names

QUOTE_MARKS_MAX = 20  # deeper quotes look the same; a thousand marks a line would make megabytes of kilobytes

Label = Callable[[str, Mapping[str, str | None]], str]

SKIPPED = names("script style head title template object applet iframe noframes svg math audio video map")
_BLOCKS = names(
    "address article aside center dd details div dl dt fieldset figcaption figure footer form header html body li "
    "main nav section summary tbody tfoot thead tr caption table"
)
_SPACED = frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "pre"])
_CELLS = frozenset(("td", "th"))
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n\f]+")
_ZERO_WIDTH = dict.fromkeys(map(ord, "\u200b\ufeff\u00ad\u034f\u2060"))


def to_text(html: str) -> str:
    """The text of an HTML body, lines separated by line feeds, at most one blank line in a row. Never raises."""
    return "\n".join(line for line, _ in labelled_lines(html)).strip("\n")


def labelled_lines(html: str, label: Label | None = None) -> list[tuple[str, str]]:
    """The lines of `to_text`, each with the label of the nearest enclosing element that has one.

    `label(tag, attributes)` returns "" for an element that means nothing; its word holds for everything inside the element.
    """
    page = _Page()
    root = LexborHTMLParser(bounded(html)).root
    if root is not None:
        _walk(root, page, label)
    page.end_line()
    return page.lines


class _Page:
    """Collects words into lines; knows quote depth, list nesting and what blank space is owed."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str]] = []
        self.words: list[str] = []
        self.gap = False
        self.quotes = 0
        self.quotes_before = 0
        self.preformatted = 0
        self.lists: list[int] = []  # -1 for bullets, else the next number
        self.labels: list[str] = [""]
        self.links: list[tuple[str, int]] = []

    def add(self, text: str) -> None:
        if self.preformatted:
            first, *others = text.replace("\r\n", "\n").split("\n")
            self._word(first)
            for line in others:
                self.end_line(forced=True)
                self._word(line)
            return
        text = _SPACE.sub(" ", text.translate(_ZERO_WIDTH))
        if not self.words or self.words[-1].endswith(" "):
            text = text.lstrip(" ")
        self._word(text)

    def _word(self, text: str) -> None:
        if text:
            self.words.append(text)

    def end_line(self, forced: bool = False) -> None:
        line = "".join(self.words).rstrip(" ")
        self.words.clear()
        if not line and not forced:
            return
        mark = "> " * min(self.quotes, QUOTE_MARKS_MAX)
        if self.gap and self.lines and self.lines[-1][0].strip("> "):
            self.lines.append((("> " * min(self.quotes, self.quotes_before, QUOTE_MARKS_MAX)).rstrip(), self.labels[-1]))
        self.gap, self.quotes_before = False, self.quotes
        if line or not self.lines or self.lines[-1][0].strip("> "):
            self.lines.append(((mark + line).rstrip(), self.labels[-1]))

    def block(self, spaced: bool) -> None:
        self.end_line()
        self.gap = self.gap or spaced


def _walk(root: LexborNode, page: _Page, label: Label | None) -> None:
    """Depth first by the tree's own links, with a stack of what each open element has to undo."""
    node: LexborNode | None = root
    leave: list[Callable[[], None] | None] = []
    while node is not None:
        undo = _enter(node, page, label)
        child = node.first_child if undo is not _NOTHING_INSIDE else None
        if child is not None:
            leave.append(undo)
            node = child
            continue
        if undo is not None:
            undo()
        while node is not None and leave:
            sibling = node.next
            if sibling is not None:
                node = sibling
                break
            node = node.parent
            done = leave.pop()
            if done is not None:
                done()
        else:
            return


def _NOTHING_INSIDE() -> None:  # noqa: N802 - a mark, told from the undo functions by identity
    """The element's inside is not shown."""


def _enter(node: LexborNode, page: _Page, label: Label | None) -> Callable[[], None] | None:
    """Write what stands before the inside of a node; answer how to finish it."""
    if node.is_text_node:
        page.add(node.text_content or "")
        return None
    tag = node.tag or ""
    if tag in SKIPPED or not node.is_element_node:
        return None if tag == "-document" else _NOTHING_INSIDE
    if tag == "br":
        page.end_line(forced=True)
        return None
    attributes = node.attributes
    style = attributes.get("style")
    if (style and _HIDDEN.search(style)) or "hidden" in attributes:
        return _NOTHING_INSIDE
    word = label(tag, attributes) if label is not None else ""
    if word:
        page.end_line()
        page.labels.append(word)
    undo = _open(tag, attributes, page)
    return undo if not word else lambda: _leave_labelled(page, undo)


def _leave_labelled(page: _Page, undo: Callable[[], None] | None) -> None:
    if undo is not None:
        undo()
    page.end_line()
    page.labels.pop()


def _open(tag: str, attributes: Mapping[str, str | None], page: _Page) -> Callable[[], None] | None:
    if tag == "a":
        page.links.append((attributes.get("href") or "", len(page.words)))
        return lambda: _close_link(page)
    if tag == "img":
        page.add(emoji(attributes.get("alt") or ""))
        return None
    if tag in _CELLS:
        page.add(" ")
        return None
    if tag == "hr":
        page.block(spaced=True)
        return None
    spaced = tag in _SPACED and "MsoNormal" not in (attributes.get("class") or "")
    if not spaced and tag not in _BLOCKS and tag not in _SPACED:
        return None
    page.block(spaced)
    return _open_block(tag, page, spaced)


def _open_block(tag: str, page: _Page, spaced: bool) -> Callable[[], None]:
    if tag == "blockquote":
        page.quotes += 1
    elif tag == "pre":
        page.preformatted += 1
    elif tag in ("ul", "ol"):
        page.lists.append(1 if tag == "ol" else -1)
    elif tag == "li":
        page.words.append(_bullet(page))

    def close() -> None:
        page.block(spaced)
        if tag == "blockquote":
            page.quotes -= 1
        elif tag == "pre":
            page.preformatted -= 1
        elif tag in ("ul", "ol"):
            page.lists.pop()

    return close


def _bullet(page: _Page) -> str:
    if not page.lists or page.lists[-1] < 0:
        return "  " * max(0, len(page.lists) - 1) + "* "
    page.lists[-1] += 1
    return f"{'  ' * (len(page.lists) - 1)}{page.lists[-1] - 1}. "


def _close_link(page: _Page) -> None:
    """Keep where a link leads, unless its words already say so."""
    target, start = page.links.pop()
    words = "".join(page.words[start:])
    if target.startswith(("http://", "https://")) and words.strip() and not says(words, target):
        page.add(f" <{target}>")


def says(words: str, target: str) -> bool:
    """Whether the words of a link say where it leads."""
    bare = target.split("://", 1)[1].rstrip("/").lower()
    return bare in words.lower() or words.strip().rstrip("/").lower() in (bare, f"www.{bare}")


def emoji(alt: str) -> str:
    """An emoji sent as a picture is a word of its author; other alternative texts describe decoration."""
    alt = alt.strip()
    return alt if 0 < len(alt) <= 4 and not alt.isascii() else ""
