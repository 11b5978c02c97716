"""Notice -> subject, text, HTML. Templates are words alone; what they may say is in `Notice.facts`.

A template is `templates/<language>/<kind>.txt.j2` (where one kind has letters of two sorts, the fact `page` names the other's);
its first line is the Subject. The HTML is made from the same page (page.py),
so that the two never tell different things. A file in the operator's folder replaces the built-in one of the same path.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote as percent

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    StrictUndefined,
    TemplateError,
    pass_context,
)
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from maild.delivery.page import as_html, as_text, mark
from maild.delivery.rich import Button, Lead, Marker, Picture, Quote, Thing, Words
from maild.delivery.rich_table import Table
from maild.delivery.samples import samples
from maild.delivery.wording import FILTERS, LANGUAGES, one_line, plain
from maild.desk.decision import Notice
from maild.desk.directory import Desk
from maild.desk.incoming import shown_subject
from maild.desk.markup import markup_of


class TemplateFault(Exception):  # noqa: N818 - a fault, as everywhere in this house
    """A template cannot be rendered: which one, and why."""


@dataclass(frozen=True, slots=True)
class Page:
    """A rendered notice."""

    subject: str
    text: str
    html: str
    pictures: tuple[tuple[str, bytes], ...] = ()  # content id, PNG


class Renderer:
    """Built-in templates, and those of the operator's folder in front of them."""

    def __init__(self, desk: Desk, folder: Path | None = None) -> None:
        self.desk = desk
        self._folder = folder
        self.environment = _with_the_operators(folder) if folder and any(folder.rglob("*.j2")) else _built_in()

    def __reduce__(self) -> tuple[type[Renderer], tuple[Desk, Path | None]]:
        """A renderer travels as what it was made from."""
        return Renderer, (self.desk, self._folder)

    def render(self, notice: Notice, links: Mapping[str, str]) -> Page:
        """Render a notice; `links` maps purposes to signed addresses. Raises TemplateFault."""
        language = notice.language if notice.language in LANGUAGES else self.desk.language
        name = f"{language}/{notice.facts.get('page') or notice.kind.value}.txt.j2"
        things: list[Thing] = []
        pictures: dict[str, bytes] = {}
        context = {
            **notice.facts,
            "links": links,
            "language": language,
            "desk": self.desk,
            "ticket": notice.ticket,
            "client": notice.client,
            "subject": shown_subject(one_line(notice.subject)),
            "from_name": notice.from_name,
            "asks": notice.asks,
            "to": notice.to,
            "_things": things,
            "_pictures": pictures,
            "_markup": notice.markup,
            "_inline": frozenset(each.content_id.strip("<>") for each in notice.attachments if each.inline)
            if notice.markup
            else (),
        }
        try:
            page = self.environment.get_template(name).render(context)
        except (TemplateError, TypeError, ValueError, LookupError, AttributeError) as error:
            raise TemplateFault(f"template {name}: {type(error).__name__}: {error}") from error
        subject, _, body = page.partition("\n")
        return Page(" ".join(subject.split()), as_text(body, things), as_html(body, things, language), tuple(pictures.items()))

    def check(self) -> list[str]:
        """Render every letter in every language with sample facts; return the faults, one a line."""
        faults: dict[str, None] = {}
        for language in LANGUAGES:
            for what, notice in samples(language).items():
                links = {purpose.value: f"sample-{purpose}@{self.desk.domain}" for purpose in notice.links}
                links |= {each.name: f"sample-{each.name}@{self.desk.domain}" for each in notice.buttons}
                links |= {f"ticket-{each}": f"sample-{each}@{self.desk.domain}" for each in notice.writes_on}
                links["reply"] = self.desk.address
                try:
                    page = self.render(notice, links)
                except TemplateFault as fault:
                    faults[str(fault)] = None
                    continue
                if not page.subject or not page.text.strip():
                    faults[f"template {language}/{notice.kind.value}.txt.j2: no subject or no words in the case {what!r}"] = (
                        None
                    )
        return list(faults)


@cache
def _built_in() -> Environment:
    """Our own templates, compiled once a process.

    They need no sandbox, which costs as much as all the rest of a page: what customers write reaches either kind as values alone.
    """
    return _furnished(Environment, PackageLoader("maild", "templates"))


def _with_the_operators(folder: Path) -> Environment:
    """The operator's templates in front of ours, all in a sandbox; read anew by each reload."""
    return _furnished(ImmutableSandboxedEnvironment, FileSystemLoader(folder), PackageLoader("maild", "templates"))


def _furnished(kind: type[Environment], *loaders: BaseLoader) -> Environment:
    environment = kind(  # a page is text; its things make the HTML, and escape there
        loader=ChoiceLoader(loaders),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
        finalize=_clean,
        auto_reload=False,
        cache_size=-1,
    )
    environment.filters.update(FILTERS)
    environment.globals.update(
        button=_button, words=_words, quote=_quote, table=_table, marker=_marker, lead=_lead, picture=_picture
    )
    return environment


class _Mark(str):
    """Text that stands for a thing; made here alone."""

    __slots__ = ()


def _clean(value: Any) -> Any:
    """Every value on its way into a page is cleaned, so that only templates can make things."""
    return value if isinstance(value, _Mark) else plain(value)


def _place(context: Context, thing: Thing) -> _Mark:
    things = context["_things"]
    things.append(thing)
    return _Mark(mark(len(things) - 1))


@pass_context
def _button(context: Context, label: str, purpose: str, subject: str = "", body: str = "", in_text: bool = True) -> _Mark:
    return _place(context, Button(label, f"mailto:{context['links'][purpose]}{_query(subject, body)}", in_text))


@lru_cache(maxsize=64)
def _query(subject: str, body: str) -> str:
    """What a mailto: address fills in (RFC 6068)."""
    query = "&".join(f"{key}={percent(value, safe='')}" for key, value in (("subject", subject), ("body", body)) if value)
    return f"?{query}" if query else ""


@pass_context
def _words(context: Context, text: str) -> _Mark:
    words = plain(text).strip("\n")
    return _place(context, Words(words, markup_of(context["_markup"], words, context["_inline"]) if context["_markup"] else ()))


@pass_context
def _quote(context: Context, introduction: str, text: str) -> _Mark:
    return _place(context, Quote(plain(introduction), plain(text)))


@pass_context
def _table(context: Context, head: list[str], rows: list[list[Any]], right: tuple[int, ...] = (), wide: int = 0) -> _Mark:
    cells = [[one_line(cell) for cell in row] for row in rows]
    return _place(context, Table(tuple(one_line(each) for each in head), cells, frozenset(right), wide))


@pass_context
def _marker(context: Context, label: str) -> _Mark:
    return _place(context, Marker(one_line(label)))


@pass_context
def _lead(context: Context, text: str) -> _Mark:
    return _place(context, Lead(one_line(text)))


@pass_context
def _picture(context: Context, cid: str, png: bytes, alternative: str) -> _Mark:
    context["_pictures"][cid] = png
    return _place(context, Picture(cid, plain(alternative)))
