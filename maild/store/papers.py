"""Documents: reports and acts as they were made, what each covers, and each version of the terms."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, LargeBinary, cast, func, select, update

from maild.desk.decision import Decision, Document
from maild.ledger.charge import instant
from maild.message import Attachment, Letter
from maild.store.bulk import insert_rows
from maild.store.chunks import chunks
from maild.store.engine import Database
from maild.store.numbers import document_counter
from maild.store.packing import unpack
from maild.store.rows import document_from
from maild.store.schema_books import directory, document, document_entry, document_file, document_mark
from maild.store.schema_work import counter, letter, letter_body

DOCUMENT_ROWS = 200
_COVERED = select(document_entry.c.document, document_entry.c.entry).order_by(document_entry.c.entry)
_FILES = select(
    *(document_file.c[name] for name in ("document", "filename", "content_type")),
    cast(document_file.c.content, LargeBinary).label("content"),  # SQLite keeps a text as well, where somebody put one
).order_by(document_file.c.document, document_file.c.position)
WHOLE_LETTER = select(letter, letter_body.c.packed, letter_body.c.body).join(letter_body, letter_body.c.letter == letter.c.id)


class Kept(NamedTuple):
    """A document as the database holds it, and whether that is to the byte what was made."""

    document: Document
    is_as_made: bool


def seal(document: Document, facts: str) -> str:
    """SHA-256 (hex) of a document: what it is called, its figures as they are kept, and its files."""
    name = (document.kind, document.client, document.period, document.year, document.number, document.day.isoformat())
    whole = hashlib.sha256(json.dumps([*name, instant(document.cut_at), len(facts)]).encode())
    whole.update(facts.encode("utf-8", "surrogatepass"))
    for each in document.files:
        whole.update(json.dumps([each.filename, each.content_type, len(each.content)]).encode())
        whole.update(each.content)
    return whole.hexdigest()


def write_documents(connection: Connection, decisions: Iterable[Decision], now: datetime) -> dict[tuple[str, str, str], int]:
    """Keep documents and what they cover first. Returns (kind, client, period) -> id."""
    made: dict[tuple[str, str, str], int] = {}
    for paper in (paper for decision in decisions for paper in decision.documents):
        names = ("kind", "client", "period", "year", "number", "cut_at", "day")
        row: dict[str, Any] = {name: getattr(paper, name) for name in names}
        text = json.dumps(dict(paper.facts), ensure_ascii=False)
        row |= {"made_at": now, "facts": text, "seal": seal(paper, text)}
        new_id = connection.execute(document.insert().values(row)).inserted_primary_key[0]  # type: ignore[index]
        made[(paper.kind, paper.client, paper.period)] = new_id
        covered = [{"kind": paper.kind, "entry": entry, "document": new_id} for entry in dict.fromkeys(paper.entries)]
        insert_rows(connection, document_entry, covered)
        files = [
            {"document": new_id, "position": place, **{n: getattr(each, n) for n in ("filename", "content_type", "content")}}
            for place, each in enumerate(paper.files)
        ]
        insert_rows(connection, document_file, files)
    return made


def write_marks(database: Database, connection: Connection, decisions: Iterable[Decision]) -> None:
    """Keep what became of documents; a mark of a document that is not there is nobody's."""
    for mark in (mark for decision in decisions for mark in decision.marks):
        named = (document.c.kind == mark.kind, document.c.year == mark.year, document.c.number == mark.number)
        found = connection.execute(select(document.c.id).where(*named)).scalar_one_or_none()
        if found is not None:
            row = {"document": found, "what": mark.what, "at": mark.at, "who": mark.who}
            first = database.insert(document_mark).values(row).on_conflict_do_nothing(index_elements=["document", "what"])
            connection.execute(first)


class Papers(Database):
    """Reading documents, and the terms that were in force."""

    def documents(self, kind: str | None = None, client: str | None = None) -> list[Document]:
        """Documents by the order in which they were made."""
        query = select(document).order_by(document.c.id)
        if kind is not None:
            query = query.where(document.c.kind == kind)
        if client is not None:
            query = query.where(document.c.client == client)
        with self.reading() as connection:
            return [document_from(row) for row in connection.execute(query)]

    def document(self, kind: str, client: str, period: str) -> Document | None:
        """A document with the entries that it covers."""
        named = (document.c.kind == kind, document.c.client == client, document.c.period == period)
        with self.reading() as connection:
            row = connection.execute(select(document).where(*named)).first()
            if row is None:
                return None
            covered = select(document_entry.c.entry).where(document_entry.c.document == row.id).order_by(document_entry.c.entry)
            return document_from(row, tuple(connection.execute(covered).scalars()))

    def documents_of(self, client: str) -> Iterator[Kept]:
        """A client's documents with the entries that each covers and its files, in the order in which they were made."""
        named = select(document).where(document.c.client == client).order_by(document.c.id)
        with self.reading() as connection:
            rows: Sequence[Any] = connection.execute(named).all()
            for some in chunks(rows, DOCUMENT_ROWS):
                ids = [row.id for row in some]
                covered: dict[int, list[int]] = {}
                for number, entry in connection.execute(_COVERED.where(document_entry.c.document.in_(ids))).all():
                    covered.setdefault(number, []).append(entry)
                attached: dict[int, list[Attachment]] = {}
                for row in connection.execute(_FILES.where(document_file.c.document.in_(ids))):
                    attached.setdefault(row.document, []).append(_file(row))
                for row in some:
                    made = document_from(row, tuple(covered.get(row.id, ())), tuple(attached.get(row.id, ())))
                    yield Kept(made, seal(made, row.facts) == row.seal)

    def document_numbers(self) -> list[tuple[str, str, int, int]]:
        """(kind, client, year, number) of every document."""
        columns = (document.c.kind, document.c.client, document.c.year, document.c.number)
        with self.reading() as connection:
            return [(row.kind, row.client, row.year, row.number) for row in connection.execute(select(*columns))]

    def numbered_document(self, kind: str, year: int, number: int) -> Document | None:
        """A document by its number, with its files."""
        named = (document.c.kind == kind, document.c.year == year, document.c.number == number)
        with self.reading() as connection:
            row = connection.execute(select(document).where(*named)).first()
            return replace(document_from(row), files=_files(connection, row.id)) if row else None

    def document_files(self, kind: str, client: str, period: str) -> tuple[Attachment, ...]:
        """The files of a document as they were sent."""
        named = (document.c.kind == kind, document.c.client == client, document.c.period == period)
        with self.reading() as connection:
            found = connection.execute(select(document.c.id).where(*named)).scalar_one_or_none()
            return _files(connection, found) if found is not None else ()

    def document_marks(self, kind: str, year: int, number: int) -> dict[str, tuple[datetime, str]]:
        """What became of a document: mark -> (when, by whom)."""
        named = (document.c.kind == kind, document.c.year == year, document.c.number == number)
        query = select(document_mark).join(document, document.c.id == document_mark.c.document).where(*named)
        with self.reading() as connection:
            return {row.what: (row.at, row.who) for row in connection.execute(query)}

    def next_number(self, kind: str, year: int) -> int:
        """The number that the next document of a kind and year will get, unless another is made before it."""
        query = select(counter.c.last).where(counter.c.name == document_counter(kind, year))
        with self.reading() as connection:
            return (connection.execute(query).scalar_one_or_none() or 0) + 1

    def document_letters(self, kind: str, client: str, period: str) -> list[Letter]:
        """The very letters that a document went out as."""
        named = (document.c.kind == kind, document.c.client == client, document.c.period == period)
        query = WHOLE_LETTER.join(document, letter.c.document == document.c.id).where(*named).order_by(letter.c.id)
        with self.reading() as connection:
            return [letter_from(row) for row in connection.execute(query)]

    def last_document(self, kind: str, client: str) -> Document | None:
        """The newest document of a kind for a client: where the next one begins."""
        named = (document.c.kind == kind, document.c.client == client)
        with self.reading() as connection:
            row = connection.execute(select(document).where(*named).order_by(document.c.cut_at.desc()).limit(1)).first()
            return document_from(row) if row else None

    def made_at(self, made: Document) -> datetime:
        """When a document was made: later than its cut, where its moment was seen to late."""
        named = (document.c.kind == made.kind, document.c.year == made.year, document.c.number == made.number)
        with self.reading() as connection:
            made_at: datetime = connection.execute(select(document.c.made_at).where(*named)).scalar_one()
            return made_at

    def remember_directory(self, version: str, text: str, at: datetime) -> None:
        """Keep a version of the terms, once. One that was in force before and returns is the newest again, since `at`."""
        insert = self.insert(directory).values(version=version, text=text, at=at)
        newest = select(func.max(directory.c.at)).scalar_subquery()
        with self.writing() as connection:
            connection.execute(insert.on_conflict_do_nothing(index_elements=["version"]))
            connection.execute(update(directory).where(directory.c.version == version, directory.c.at < newest).values(at=at))

    def directory_text(self, version: str) -> str | None:
        """The terms of a version, as they were written."""
        with self.reading() as connection:
            return connection.execute(select(directory.c.text).where(directory.c.version == version)).scalar_one_or_none()

    def directory_versions(self) -> Sequence[tuple[str, datetime]]:
        """(version, since when it was last put in force), the one in force last."""
        query = select(directory.c.version, directory.c.at).order_by(directory.c.at)
        with self.reading() as connection:
            return [(row.version, row.at) for row in connection.execute(query)]


def _files(connection: Connection, document_id: int) -> tuple[Attachment, ...]:
    return tuple(_file(row) for row in connection.execute(_FILES.where(document_file.c.document == document_id)))


def _file(row: Any) -> Attachment:
    return Attachment(row.filename, row.content_type, bytes(row.content))


def letter_from(row: Any) -> Letter:
    """A letter of a row of `WHOLE_LETTER`."""
    body = unpack(row.packed, row.body)
    return Letter(row.message_id, row.kind, row.mail_from, row.recipient, body, row.ticket, row.client, row.priority)
