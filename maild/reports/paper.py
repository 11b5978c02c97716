"""An act or a statement on paper: its figures and the words of its language as blocks of finished text, typeset as PDF/A-2b.

What the books say is in the figures (figures_of_period.py); what is said of it is here, and in `document_words.py`.
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
from maild.reports.typesetting import pdf

Block = dict[str, Any]
Facts = Mapping[str, Any]


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


def line_words(row: Facts, words: Words) -> tuple[str, list[str]]:
    """What a line says was done, and the remarks beside it."""
    kind, month = row["kind"], row["month"]
    said = row["what"]
    if kind == "fee":
        said = words("fee-of", words.month(date.fromisoformat(f"{month}-01"))) if month else words("fee")
        days = row["days"].split("/")
        said += f" {words('fee-days', *days)}" if len(days) == 2 and days[0] != days[1] else ""
    elif kind == "topup" or (row["section"] == "movement" and row["rule"] == "topup"):
        said = f"{words('bought')}: {words.minutes(row['moved'])}"
    elif kind == "grant":
        said = f"{words('granted', words.month(date.fromisoformat(f'{month}-01')))}: {words.minutes(row['moved'])}"
    elif kind == "expiry":
        said = f"{words('lapsed')}: {words.minutes(row['moved'])}"
    elif row["section"] == "movement":
        said = f"{words('adjusted')}: {words.minutes(row['moved'])}"
    elif "rounding" in {kind, row["class"]}:
        said = words("rounding")
    about = [
        row["staff"],
        *([words("quote-no", row["quote"])] if row["quote"] else []),
        *([words(row["class"])] if row["class"] in {"free", "over"} else []),
        words.known(row["reason"]) if row["class"] == "free" and kind != "reversal" else row["reason"],
        *(
            [words("paid", words.money(row["amount"], row["currency"]))]
            if not row["rendered"] and Decimal(row["amount"])
            else []
        ),
        " + ".join(f"{contract}: {words.minutes(minutes)}" for contract, minutes in row["paid"]),
        *([words("late-for", words.short_day(date.fromisoformat(row["work_date"])))] if row["section"] == "late" else []),
        *([words("correction-of", row["corrects"])] if row["corrects"] else []),
        words("entry-no", row["entry"]),
    ]
    return said, [part for part in about if part]


def _worked(row: Facts, words: Words) -> list[str]:
    """Worked and charged minutes, where a line has any to do with them."""
    if row["section"] == "movement" or row["kind"] == "fee":
        return ["", ""]
    return [words.figure(row["worked"]), words.figure(row["charged"])]


def _amount(row: Facts, words: Words, currency: str) -> str:
    if not row["rendered"] or not row["currency"]:
        return ""
    return words.amount(row["amount"]) if row["currency"] == currency else words.money(row["amount"], row["currency"])


def amount_head(facts: Facts, words: Words) -> str:
    """What the column of amounts holds: "Amount, USD (incl. VAT)"."""
    kinds = {"" if part["rate"] is None else "with-tax" if part["included"] else "before-tax" for part in facts["sums"]}
    currency = only_currency(facts)
    said = f"{words('amount')}, {currency}" if currency else words("amount")
    kind = kinds.pop() if len(kinds) == 1 else ""
    return f"{said} ({words(kind)})" if kind else said


def rendered_sum(facts: Facts, words: Words) -> str:
    """The sum of the column of amounts, by currency."""
    sums: dict[str, Decimal] = {}
    for row in facts["lines"]:
        if row["rendered"] and row["currency"]:
            sums[row["currency"]] = sums.get(row["currency"], Decimal(0)) + Decimal(row["amount"])
    only = only_currency(facts)
    return ", ".join(words.amount(str(v)) if c == only else words.money(str(v), c) for c, v in sorted(sums.items()))


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


def sum_lines(facts: Facts, words: Words) -> Iterator[tuple[str, str, str, bool]]:
    """(what, amount, currency, whether it is the last word): net, tax by rate, gross, for each currency."""
    for total in facts["totals"]:
        currency = total["currency"]
        yield words("net"), total["net"], currency, False
        for part in (part for part in facts["sums"] if part["currency"] == currency):
            if part["rate"] is None:
                yield words("no-tax"), part["tax"], currency, False
            else:
                percent = words.amount(f"{Decimal(part['rate']) * 100:f}".rstrip("0").rstrip(".") or "0")
                yield words("tax", percent), part["tax"], currency, False
        yield words("gross"), total["gross"], currency, True


def got(facts: Facts, words: Words) -> list[str]:
    """The sentences of the paragraph that tells what the client got."""
    service = facts["service"]
    said = [words("got-requests", service["requests"])]
    if service["median_answer_minutes"] is not None:
        said.append(words("got-answer", words.minutes(service["median_answer_minutes"]), service["answered"]))
    free = service["free"]
    if not free:
        return [*said, words("got-all-charged")]
    whys = ", ".join(f"{words.known(each['reason'], each['title'])}: {words.minutes(each['minutes'])}" for each in free)
    return [*said, words("got-free", words.minutes(sum(each["minutes"] for each in free)), whys)]


COLUMNS = ("opening", "bought", "used", "corrected", "expired", "closing")


def account_heads(words: Words) -> list[str]:
    """Heads of the columns of a contract's minutes."""
    return [words("bought-column") if column == "bought" else words(column) for column in COLUMNS]


def contract_name(contract: Facts) -> str:
    """A contract by its plan and number: By the minute (M-17/26)."""
    title, name = contract["title"], contract["number"] or contract["contract"]
    return f"{title} ({name})" if title and name != title else name


def _account(facts: Facts, words: Words) -> Block:
    rows = [{"cells": [contract_name(each), *(words.figure(each[c]) for c in COLUMNS)]} for each in facts["contracts"]]
    heads = [words("contract"), *account_heads(words)]
    return {"kind": "table", "head": heads, "right": [1, 2, 3, 4, 5, 6], "wide": 0, "rows": rows}


def only_currency(facts: Facts) -> str:
    """The currency of all lines, '' where there are several or none."""
    found = {row["currency"] for row in facts["lines"] if row["currency"]}
    return found.pop() if len(found) == 1 else ""


def _bold(*cells: str) -> Block:
    return {"cells": list(cells), "bold": True}


def _text(text: str) -> Block:
    return {"kind": "text", "text": text}
