"""One template, two forms: a rendered page is text with a few marked things in it, and each thing knows its text and its HTML.

Customers' words never reach a template's syntax or a page's HTML unescaped: they are things (`Words`, `Quote`), or plain values
whose control characters are taken out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Protocol

from maild.desk.markup import runs_of

MUTED = "color:#5b6472"
_URL = re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,;:!?)\]]")
_FORGED_MARKER = re.compile(r"^([\s>]*)--=(.*)=--(\s*)$", re.M)
_BARE = re.compile(r"<(table|td|th|blockquote|img|pre|code|ul|ol|h[1-6])(?=[ >])")
_HEADING = 'style="font-size:17px;margin:8px 0 4px 0"'
_DRESS = {
    "table": 'style="border-collapse:collapse;margin:4px 0 12px 0;max-width:100%"',
    "td": 'style="border:1px solid #d1d5db;padding:4px 8px;text-align:left;vertical-align:top"',
    "th": 'style="border:1px solid #d1d5db;padding:4px 8px;text-align:left;vertical-align:top"',
    "blockquote": f'class="q" style="margin:0 0 12px 0;padding:0 0 0 12px;border-left:3px solid #9ca3af;{MUTED}"',
    "img": 'style="max-width:100%;height:auto"',
    "pre": 'style="white-space:pre-wrap;margin:4px 0 12px 0"',
    "code": 'style="font-family:monospace"',
    "ul": 'style="margin:4px 0 12px 0;padding:0 0 0 24px"',
    "ol": 'style="margin:4px 0 12px 0;padding:0 0 0 24px"',
}
_LABEL_BESIDE = 2  # letters of a label that stands on the line of its address


class Thing(Protocol):
    """Something that looks different in text and in HTML."""

    def text(self) -> str:
        """As lines of the plain text."""

    def html(self) -> str:
        """As HTML with inline CSS."""


@dataclass(frozen=True, slots=True)
class Words:
    """Somebody's words, kept as they came: lines stay lines, quoted ones are shown as quotes.

    `markup` is sanitised HTML that says exactly these words (desk/markup.py), run by run between quotes. A line that looks like the
    marker of the desk's own part loses a dash at each end: only the desk draws that line.
    """

    words: str
    markup: tuple[str, ...] = ()

    def text(self) -> str:
        """As they came."""
        return _FORGED_MARKER.sub(r"\1-=\2=-\3", self.words) if "--=" in self.words else self.words

    def html(self) -> str:
        """Runs of lines: as block quotes, by their markup, or by their words."""
        return "\n".join(_runs(self.text(), self.markup))


@dataclass(frozen=True, slots=True)
class Quote:
    """An earlier message: every line marked."""

    introduction: str
    words: str

    def text(self) -> str:
        """With `> ` in front."""
        lines = [f">{line}" if line.startswith(">") else f"> {line}".rstrip() for line in self.words.rstrip().split("\n")]
        return "\n".join([self.introduction, "", *lines] if self.introduction else lines)

    def html(self) -> str:
        """A block quote."""
        said = f'<div class="m" style="{MUTED};font-size:14px;margin:12px 0 4px 0">{escape(self.introduction)}</div>'
        return (said if self.introduction else "") + _blockquote(self.words.rstrip())


@dataclass(frozen=True, slots=True)
class Button:
    """A signed address to press: `mailto:` in both forms, because subject and body may stay empty."""

    label: str
    href: str
    in_text: bool = True  # False: the text says in its own words what may be typed

    def text(self) -> str:
        """The label above its address; a digit beside it."""
        if not self.in_text:
            return ""
        return f"{self.label}{': ' if len(self.label) <= _LABEL_BESIDE else chr(58) + chr(10)}{self.href}"

    def html(self) -> str:
        """A link that looks like a button, large enough for a thumb."""
        style = "display:inline-block;padding:9px 14px;margin:4px 6px 4px 0;border:1px solid #1d4ed8;border-radius:6px;"
        style += "color:#1d4ed8;text-decoration:none;font-weight:600"
        return f'<a class="b" href="{escape(self.href)}" style="{style}">{escape(self.label)}</a>'


@dataclass(frozen=True, slots=True)
class Marker:
    """Where the customer's words end and the desk's own part begins: nothing from here on ever goes out."""

    label: str

    def text(self) -> str:
        """A line that readers of replies recognise."""
        return f"--= {self.label} =--"

    def html(self) -> str:
        """The same line under a rule."""
        rule = '<hr style="border:0;border-top:1px dashed #9ca3af;margin:16px 0 8px 0">'
        return f'{rule}<div class="m" style="{MUTED};font-size:13px;margin:0 0 12px 0">--= {escape(self.label)} =--</div>'


@dataclass(frozen=True, slots=True)
class Lead:
    """What stands first: the one line that must be seen."""

    words: str

    def text(self) -> str:
        """One line, whatever its length: what compares replies counts on it."""
        return self.words

    def html(self) -> str:
        """A line with a bar beside it."""
        style = "font-weight:600;padding:8px 12px;margin:0 0 14px 0;border-left:4px solid #2563eb;background:#f3f6fc;overflow-wrap:anywhere"
        return f'<div class="l" style="{style}">{"<br>".join(linked(self.words))}</div>'


@dataclass(frozen=True, slots=True)
class Picture:
    """An inline picture with its text equivalent, which alone stands in the text."""

    cid: str
    alternative: str

    def text(self) -> str:
        """The equivalent."""
        return self.alternative

    def html(self) -> str:
        """The picture; the equivalent for whoever does not see it."""
        style = "max-width:100%;height:auto;display:block;margin:8px 0 16px 0;background:#ffffff"
        return f'<img src="cid:{escape(self.cid)}" alt="{escape(self.alternative)}" style="{style}">'


def dressed(markup: str) -> str:
    """Sanitised markup with our own inline CSS: its tags are bare, and no "<" in it is a letter."""
    return _BARE.sub(lambda match: f"{match[0]} {_DRESS.get(match[1], _HEADING)}", markup)


def linked(text: str) -> list[str]:
    """Lines as HTML: web addresses can be followed, blanks stay."""
    if "://" in text or "  " in text or "\t" in text or "\n " in text or text.startswith(" "):
        return [_linked_line(line) for line in text.split("\n")]
    return escape(text).split("\n")  # nearly all texts: one pass


def _linked_line(line: str) -> str:
    out, end = [], 0
    for match in _URL.finditer(line):
        out += [_spaced(line[end : match.start()]), f'<a href="{escape(match[0])}">{escape(match[0])}</a>']
        end = match.end()
    return "".join([*out, _spaced(line[end:])])


def _runs(text: str, markup: Sequence[str]) -> Iterator[str]:
    given = iter(markup)
    for quoted, run in runs_of(text):
        if quoted:
            yield _blockquote("\n".join(line[1:].removeprefix(" ") for line in run.split("\n")))
        elif html := next(given, ""):
            yield f'<div style="margin:0 0 12px 0;overflow-wrap:anywhere">{dressed(html)}</div>'
        else:
            yield _paragraph(run)


def _paragraph(text: str) -> str:
    return f'<div style="margin:0 0 12px 0;overflow-wrap:anywhere">{"<br>".join(linked(text))}</div>'


def _blockquote(text: str) -> str:
    style = f"margin:0 0 12px 0;padding:0 0 0 12px;border-left:3px solid #9ca3af;{MUTED};overflow-wrap:anywhere"
    return f'<blockquote class="q" style="{style}">{"<br>".join(linked(text))}</blockquote>'


def _spaced(text: str) -> str:
    text = escape(text)
    if text.startswith(" "):
        text = "&nbsp;" + text[1:]
    return text.replace("\t", "&nbsp; &nbsp; ").replace("  ", "&nbsp; ")
