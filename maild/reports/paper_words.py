"""What documents say of their figures in the reader's language, whatever form they take: paper, spreadsheet, letter or terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from maild.reports.document_words import Words

Facts = Mapping[str, Any]
COLUMNS = ("opening", "bought", "used", "corrected", "expired", "closing")


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


def account_heads(words: Words) -> list[str]:
    """Heads of the columns of a contract's minutes."""
    return [words("bought-column") if column == "bought" else words(column) for column in COLUMNS]


def contract_name(contract: Facts) -> str:
    """A contract by its plan and number: By the minute (M-17/26)."""
    title, name = contract["title"], contract["number"] or contract["contract"]
    return f"{title} ({name})" if title and name != title else name


def only_currency(facts: Facts) -> str:
    """The currency of all lines, '' where there are several or none."""
    found = {row["currency"] for row in facts["lines"] if row["currency"]}
    return found.pop() if len(found) == 1 else ""
