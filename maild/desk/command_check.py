"""Do the names in commands exist? What a line alone cannot tell, told from the directory.

`resolve` turns what people type (`/assign Olga`, `/topup ACME`) into the names that the directory uses; `check` then refuses what
is still unknown, with the nearest name as advice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from maild.desk.command_kinds import (
    Assign,
    Cause,
    ChargeItem,
    Command,
    Free,
    New,
    Offer,
    Reason,
    Refusal,
    SetClient,
    Solved,
    Team,
    Waive,
)
from maild.desk.command_kinds_books import Act, Adjust, BalanceOf, Faq, Freeze, List, Statement, Topup
from maild.desk.command_table import TABLE
from maild.desk.command_words import ALL_CLIENTS, folded
from maild.desk.damerau import nearest
from maild.desk.directory import Directory, Staff

LIST_FILTERS = {
    "mine": ("мои", "мои заявки", "мої", "мої заявки"),
    "overdue": ("просроченные", "просрочено", "прострочені", "прострочено"),
    "unanswered": ("неотвеченные", "без ответа", "невідповіджені", "без відповіді"),
}
Names = Callable[[Directory], Mapping[str, str]]
"""What may be typed (folded) -> the name that the directory uses."""


def _clients(directory: Directory) -> Mapping[str, str]:
    return _typed((client.id, client.name) for client in directory.clients.values())


def _clients_or_all(directory: Directory) -> Mapping[str, str]:
    return {**_typed([ALL_CLIENTS]), **_clients(directory)}


def _people(directory: Directory) -> Mapping[str, str]:
    """By id, whole name, address, and by first or last name where only one person has it."""
    said = [(person.id, person.name, *person.addresses) for person in directory.staff.values()]
    parts = [(person.id, part) for person in directory.staff.values() for part in person.name.split()]
    counts = [folded(part) for _, part in parts]
    return _typed((*said, *((id_, part) for id_, part in parts if counts.count(folded(part)) == 1)))


def _teams(directory: Directory) -> Mapping[str, str]:
    return _typed(
        (team,) for team in (*directory.routing.teams, *(t for person in directory.staff.values() for t in person.teams))
    )


def _causes(directory: Directory) -> Mapping[str, str]:
    return _typed(directory.causes.items())


def _free(directory: Directory) -> Mapping[str, str]:
    return _typed(directory.free.items())


def _items(directory: Directory) -> Mapping[str, str]:
    return _typed((item.name, item.title) for plan in directory.plans.values() for item in plan.items.values())


def _plans(directory: Directory) -> Mapping[str, str]:
    return _typed((plan.name, plan.title) for plan in directory.plans.values())


def _faq(directory: Directory) -> Mapping[str, str]:
    return _typed((entry.name, entry.title) for entry in directory.faq.values())


def _filters(directory: Directory) -> Mapping[str, str]:
    return {**_clients(directory), **{folded(said): name for name, words in LIST_FILTERS.items() for said in (name, *words)}}


# class of command: (its field with a name or names, what it must be, why it is refused otherwise)
NAMED: dict[type[Command], tuple[str, Names, Reason]] = {
    Assign: ("person", _people, Reason.UNKNOWN_PERSON),
    Freeze: ("person", _people, Reason.UNKNOWN_PERSON),
    Team: ("name", _teams, Reason.UNKNOWN_TEAM),
    Cause: ("name", _causes, Reason.UNKNOWN_CAUSE),
    Solved: ("cause", _causes, Reason.UNKNOWN_CAUSE),
    Free: ("name", _free, Reason.UNKNOWN_FREE),
    ChargeItem: ("item", _items, Reason.UNKNOWN_ITEM),
    Waive: ("item", _items, Reason.UNKNOWN_ITEM),
    Offer: ("plans", _plans, Reason.UNKNOWN_PLAN),
    SetClient: ("client", _clients, Reason.UNKNOWN_CLIENT),
    New: ("client", _clients, Reason.UNKNOWN_CLIENT),
    BalanceOf: ("client", _clients, Reason.UNKNOWN_CLIENT),
    Topup: ("client", _clients, Reason.UNKNOWN_CLIENT),
    Adjust: ("client", _clients, Reason.UNKNOWN_CLIENT),
    Statement: ("client", _clients_or_all, Reason.UNKNOWN_CLIENT),
    Act: ("client", _clients_or_all, Reason.UNKNOWN_CLIENT),
    List: ("filters", _filters, Reason.UNKNOWN_CLIENT),
    Faq: ("name", _faq, Reason.UNKNOWN_FAQ),
}


def resolve(commands: Iterable[Command], directory: Directory) -> tuple[Command, ...]:
    """The same commands with the directory's own names; an unknown name stays as it was typed."""
    return tuple(_resolved(given, directory) for given in commands)


def check(commands: Iterable[Command], directory: Directory, author: Staff | None = None) -> tuple[Refusal, ...]:
    """Refuse names that the directory does not have, and commands that the author's roles do not allow."""
    refusals: list[Refusal] = []
    for given in commands:
        roles = TABLE[given.word].roles
        if author and roles and not roles & author.roles:
            refusals.append(_refusal(given, Reason.NOT_YOURS, f"/{given.word}", ""))
        if type(given) in NAMED:
            field, names, reason = NAMED[type(given)]
            known = names(directory)
            refusals += [
                _refusal(given, reason, name, _advice(given, name, known))
                for name in _values(given, field)
                if name not in known.values()
            ]
    return tuple(refusals)


def _resolved(given: Command, directory: Directory) -> Command:
    if type(given) not in NAMED:
        return given
    field, names, _ = NAMED[type(given)]
    known = names(directory)
    value = getattr(given, field)
    instead: dict[str, Any] = {field: known.get(folded(value), value) if isinstance(value, str) else _each(value, known)}
    return replace(given, **instead)


def _each(names: Iterable[str], known: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(known.get(folded(name), name) for name in names)


def _values(given: Command, field: str) -> tuple[str, ...]:
    value = getattr(given, field)
    return value if isinstance(value, tuple) else (value,) if value else ()


def _advice(given: Command, name: str, known: Mapping[str, str]) -> str:
    """The line with the nearest name in place of the unknown one; without one near, the names that there are."""
    near = nearest(folded(name), known)
    line = given.source.line.strip()
    if near:
        return line.replace(name, known[near], 1)
    return f"/{given.word} " + " | ".join(sorted(set(known.values()))[:20])


def _refusal(given: Command, reason: Reason, subject: str, advice: str) -> Refusal:
    return Refusal(given.source.line_no, given.source.line, reason, subject, advice)


def _typed(rows: Iterable[tuple[str, ...]]) -> dict[str, str]:
    """First column: the name; all columns: what may be typed for it. The name itself wins over anybody's title."""
    kept = list(rows)
    return {folded(said): row[0] for row in kept for said in row} | {folded(row[0]): row[0] for row in kept}
