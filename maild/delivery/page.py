"""A rendered page in its two forms: lines of at most 78 letters, and HTML that reads at 600 and at 360 pixels, by day and by night.

A page is text in which marks stand for things (rich.py). Marks are private-use letters, which are taken out of every value, so
that only a template can place one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from maild.delivery.rich import Button, Thing, linked

WIDTH = 78  # letters of a line of text (RFC 5322, 2.1.1)
_MARK = re.compile("\ue000(\\d+)\ue001")
_BULLET = re.compile(r"\s*(?:[-–·•] |\d+\. )?")


def mark(number: int) -> str:
    """What stands for the thing of that number."""
    return f"\ue000{number}\ue001"


def as_text(body: str, things: Sequence[Thing]) -> str:
    """The page as plain text: things as their text, all other lines broken at blanks."""
    lines: list[str] = []
    for line in body.split("\n"):
        if "\ue000" in line:
            lines += _MARK.sub(lambda match: things[int(match[1])].text(), line).split("\n")
        else:
            lines += wrapped(line)
    text = "\n".join([line.rstrip() for line in lines])
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text.strip("\n") + "\n"


def wrapped(line: str) -> list[str]:
    """A line broken at blanks; what follows a bullet is indented.

    No piece begins with `/` or `>`: it would read as a command, or as a quote.
    """
    if len(line) <= WIDTH:
        return [line]
    bullet = _BULLET.match(line)
    indent = " " * (len(bullet[0]) if bullet else 0)
    pieces: list[str] = []
    piece = ""
    for word in re.split(r" (?![/>])", line):
        if piece and len(piece) + 1 + len(word) > WIDTH and piece.strip():
            pieces.append(piece)
            piece = indent + word
        else:
            piece = f"{piece} {word}" if piece else word
    return [*pieces, piece]


def as_html(body: str, things: Sequence[Thing], language: str) -> str:
    """The page as HTML: the same lines in the same order."""
    return _HEAD.replace("LANGUAGE", language) + "\n".join(_blocks(body, things)) + _FOOT


def _blocks(body: str, things: Sequence[Thing]) -> Iterator[str]:
    """Runs of lines as paragraphs, marks as their things, neighbouring buttons in one row."""
    paragraph: list[str] = []
    buttons: list[str] = []
    for line in (*body.split("\n"), ""):
        marked = "\ue000" in line
        if paragraph and (marked or not line.strip()):
            yield f'<p style="margin:0 0 12px 0;overflow-wrap:anywhere">{"<br>".join(linked(chr(10).join(paragraph)))}</p>'
            paragraph = []
        for number in _MARK.findall(line) if marked else ():
            thing = things[int(number)]
            if isinstance(thing, Button):
                buttons.append(thing.html())
                continue
            if buttons:
                yield _row(buttons)
                buttons = []
            yield thing.html()
        if not marked and line.strip():
            if buttons:
                yield _row(buttons)
                buttons = []
            paragraph.append(line)
    if buttons:
        yield _row(buttons)


def _row(buttons: list[str]) -> str:
    return f'<div style="margin:4px 0 14px 0">{"".join(buttons)}</div>'


# Inline styles are the day; the style element, where it is read, adds the night and the phone.
_HEAD = """<!DOCTYPE html>
<html lang="LANGUAGE"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">
<style>:root{color-scheme:light dark}
@media (prefers-color-scheme:dark){body{background:#111827!important;color:#e5e7eb!important}a{color:#93c5fd!important}
.m,.q,th{color:#a8b0bd!important}.b{border-color:#93c5fd!important}.l{border-color:#60a5fa!important;background:#1e293b!important}
td{border-color:#374151!important}.f{filter:none;background:#ffffff}}
@media (max-width:480px){.t,.t tbody{display:block}.t tr{display:flex;flex-wrap:wrap}
.t th,.t td{flex:1 1 0;min-width:0;white-space:normal!important;overflow-wrap:anywhere}.t th{font-size:11px!important}
.t th:first-child,.t td:first-child{flex:1 0 100%;border-bottom:0!important;padding-bottom:0!important}}
</style></head>
<body style="margin:0;padding:16px;background:#ffffff;color:#111827;font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,\
sans-serif;font-size:16px;line-height:1.45">
<div style="max-width:600px;margin:0 auto">
"""
_FOOT = """
</div></body></html>
"""
