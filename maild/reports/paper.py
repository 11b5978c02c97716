"""An act or a statement on paper: its figures and the words of its language as blocks of finished text, typeset as PDF/A-2b.

What the books say is in the figures (figures_of_period.py), what is said of it in `paper_words.py`; how it stands on paper is here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from maild.reports.document_words import Words
from maild.reports.figures_of_period import SECTIONS
from maild.reports.money_words import in_words
from maild.reports.paper_words import (
    COLUMNS,
    Facts,
    account_heads,
    amount_head,
    contract_name,
    got,
    line_words,
    only_currency,
    rendered_sum,
    sum_lines,
)
from maild.reports.typesetting import pdf

Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Heading:
    """What a document is called: its kind ("act", "statement"), its number (0: a draft), its day, and the act that it corrects."""

    kind: str
    number: int
    day: date
    corrects: tuple[int, date] | None = None  # number and day of the act that this one replaces


def typeset(heading: Heading, facts: Facts, made_at: datetime) -> bytes:
    """The document as PDF; the same figures and instant give the same bytes."""
    words = Words(facts["language"])
    title, subtitle = titles(heading, words)
    blocks = list(_act(heading, facts, words) if heading.kind == "act" else _statement(facts, words))
    data = {
        "title": title,
        "subtitle": subtitle,
        "author": facts["issuer"]["name"],
        "language": words.language,
        "footer": " · ".join(part for part in (facts["client"]["name"], title, subtitle) if part),
        "blocks": blocks,
    }
    return pdf("paper.typ", "paper", data, made_at)


def titles(heading: Heading, words: Words) -> tuple[str, str]:
    """Title and what stands below it: "Report on services rendered", "annex to act No 3 of 30 November 2026"."""
    if heading.kind != "act":
        return words("statement"), ""
    return words("act"), words("annex", heading.number, words.day(heading.day)) if heading.number else words("draft")


def period_name(facts: Facts, words: Words) -> str:
    """The period as it is printed: its first and its last day."""
    return f"{words.day(date.fromisoformat(facts['from']))} – {words.day(date.fromisoformat(facts['to']))}"


def _act(heading: Heading, facts: Facts, words: Words) -> Iterator[Block]:
    yield _parties(facts, words)
    if heading.corrects:
        yield _text(words("corrects", heading.corrects[0], words.day(heading.corrects[1])))
    yield from _contract_lines(facts, words)
    yield _text(f"{words('period')}: {period_name(facts, words)}")
    yield _text(words("rendered") if facts["lines"] else words("nothing"))
    if facts["lines"]:
        yield _lines(facts, words)
    yield from _sums(facts, words)
    if facts["contracts"]:
        yield {"kind": "head", "text": words("account")}
        yield _account(facts, words)
    yield {"kind": "head", "text": words("got")}
    yield _text(" ".join(got(facts, words)))
    yield _text(words("no-claims"))
    yield {
        "kind": "signatures",
        "parties": [
            {"role": words(role), "name": facts[who]["signatory"] or facts[who]["name"], "under": words("signature")}
            for role, who in (("signed-by", "issuer"), ("accepted-by", "client"))
        ],
    }


def _statement(facts: Facts, words: Words) -> Iterator[Block]:
    yield _parties(facts, words)
    yield _text(f"{words('period')}: {period_name(facts, words)}")
    yield _lines(facts, words) if facts["lines"] else _text(words("nothing"))
    yield from _sums(facts, words)
    if facts["contracts"]:
        yield {"kind": "head", "text": words("account")}
        yield _account(facts, words)
    rows = {row["entry"]: row for row in facts["lines"]}
    for contract in facts["contracts"]:
        yield {"kind": "head", "text": contract_name(contract)}
        yield {
            "kind": "table",
            "head": [words("day"), words("what"), words("minutes"), words("left")],
            "right": [2, 3],
            "wide": 1,
            "rows": [
                _bold("", words("opening"), "", words.figure(contract["opening"])),
                *(_move(rows[move["entry"]], move, words) for move in contract["moves"]),
                _bold("", words("closing"), "", words.figure(contract["closing"])),
            ],
        }


def _move(row: Facts, move: Mapping[str, int], words: Words) -> Block:
    said, about = line_words(row, words)
    cells = [words.short_day(date.fromisoformat(row["work_date"])), said, f"{move['minutes']:+d}", words.figure(move["left"])]
    return {"cells": cells, "about": ", ".join(about)}


def _parties(facts: Facts, words: Words) -> Block:
    return {
        "kind": "parties",
        "parties": [
            {
                "role": words(who),
                "name": facts[who]["name"],
                "lines": [
                    *([f"{words('tax-id')}: {facts[who]['tax_id']}"] if facts[who]["tax_id"] else []),
                    *facts[who]["requisites"].split("\n"),
                ],
            }
            for who in ("issuer", "client")
        ],
    }


def _contract_lines(facts: Facts, words: Words) -> Iterator[Block]:
    for contract in facts["contracts"]:
        if not contract["title"]:
            continue
        number, signed = contract["number"], contract["signed"]
        named = words("contract-of", number, words.day(date.fromisoformat(signed))) if number and signed else number
        yield _text(f"{words('contract')}: {', '.join(part for part in (named, contract['title']) if part)}.")


def _lines(facts: Facts, words: Words) -> Block:
    """All lines by section; the currency stands in the head where there is but one."""
    currency = only_currency(facts)
    rows: list[Block] = []
    for section in SECTIONS:
        found = [row for row in facts["lines"] if row["section"] == section]
        if found and (len({row["section"] for row in facts["lines"]}) > 1 or section != "work"):
            rows.append({"section": words(section)})
        for row in found:
            said, about = line_words(row, words)
            amount = _amount(row, words, currency)
            day = words.short_day(date.fromisoformat(row["work_date"]))
            ticket = f"#{row['ticket']}" if row["ticket"] else ""
            rows.append({"cells": [day, ticket, said, *_worked(row, words), amount], "about": ", ".join(about)})
    sums = (words.figure(facts["worked"]), words.figure(facts["charged"]), rendered_sum(facts, words))
    rows.append(_bold("", "", words("together"), *sums))
    heads = [words("day"), words("ticket"), words("what"), words("worked"), words("charged"), amount_head(facts, words)]
    return {"kind": "table", "head": heads, "right": [3, 4, 5], "wide": 2, "rows": rows}


def _worked(row: Facts, words: Words) -> list[str]:
    """Worked and charged minutes, where a line has any to do with them."""
    if row["section"] == "movement" or row["kind"] == "fee":
        return ["", ""]
    return [words.figure(row["worked"]), words.figure(row["charged"])]


def _amount(row: Facts, words: Words, currency: str) -> str:
    if not row["rendered"] or not row["currency"]:
        return ""
    return words.amount(row["amount"]) if row["currency"] == currency else words.money(row["amount"], row["currency"])


def _sums(facts: Facts, words: Words) -> Iterator[Block]:
    """Net, tax at each rate and gross of each currency, the gross in words where the country expects it."""
    if not facts["totals"]:
        return
    rows = [
        {"cells": [label, words.money(amount, currency)], "bold": bold}
        for label, amount, currency, bold in sum_lines(facts, words)
    ]
    yield {"kind": "table", "head": ["", words("amount")], "right": [1], "wide": 0, "rows": rows}
    for total in facts["totals"]:
        said = in_words(Decimal(total["gross"]), total["currency"], words.language)
        if said:
            yield _text(words("in-words", said))


def _account(facts: Facts, words: Words) -> Block:
    rows = [{"cells": [contract_name(each), *(words.figure(each[c]) for c in COLUMNS)]} for each in facts["contracts"]]
    heads = [words("contract"), *account_heads(words)]
    return {"kind": "table", "head": heads, "right": [1, 2, 3, 4, 5, 6], "wide": 0, "rows": rows}


def _bold(*cells: str) -> Block:
    return {"cells": list(cells), "bold": True}


def _text(text: str) -> Block:
    return {"kind": "text", "text": text}
