"""The three files of an act or a statement: PDF to sign, XLSX and CSV to count with. Made once, then kept and sent as they are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from maild.message import Attachment
from maild.reports import separated, spreadsheet
from maild.reports.document_words import Words
from maild.reports.paper import Heading, typeset
from maild.reports.paper_tables import lines_table, tables

PDF_TYPE = "application/pdf"


def files(heading: Heading, facts: Mapping[str, Any], period: str, made_at: datetime) -> tuple[Attachment, ...]:
    """PDF, XLSX and CSV of a document. The same heading, figures and instant give the same bytes.

    `facts["csv"]` are the client's own wishes for the CSV; what it leaves open follows the language.
    """
    number = f"{heading.day.year}-{heading.number}-" if heading.number else ""
    name = f"{heading.kind}-{number}{facts['client']['id']}-{period}"
    language = Words(facts["language"]).language
    return (
        Attachment(f"{name}.pdf", PDF_TYPE, typeset(heading, facts, made_at)),
        Attachment(f"{name}.xlsx", spreadsheet.CONTENT_TYPE, as_workbook(heading, facts, made_at)),
        Attachment(f"{name}.csv", separated.CONTENT_TYPE, as_csv(heading, facts, dialect(language, facts.get("csv", {})))),
    )


def as_workbook(heading: Heading, facts: Mapping[str, Any], made_at: datetime) -> bytes:
    """The document as a workbook: its lines and sums on the first sheet, minutes by contract on the second."""
    return spreadsheet.workbook(
        tables(heading, facts), made_at, author=facts["issuer"]["name"], day_format=day_format(facts["language"])
    )


def as_csv(heading: Heading, facts: Mapping[str, Any], how: separated.Dialect) -> bytes:
    """The document's lines and sums as CSV."""
    return separated.separated(lines_table(heading, facts, Words(facts["language"])), how)


def day_format(language: str) -> str:
    """How a spreadsheet shows days to readers of a language."""
    return "yyyy-mm-dd" if language == "en" else "dd.mm.yyyy"


def dialect(language: str, wished: Mapping[str, Any]) -> separated.Dialect:
    """The CSV of a language, with what a client wishes instead: `separator`, `bom`, `decimal`."""
    usual = separated.BY_LANGUAGE.get(language, separated.PLAIN)
    return separated.Dialect(
        wished.get("separator") or usual.separator,
        usual.mark if wished.get("bom") is None else bool(wished["bom"]),
        wished.get("decimal") or usual.decimal,
        usual.day_pattern,
    )
