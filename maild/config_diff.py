"""What changes when one directory takes the place of another: for `maild directory plan`, and for the log at a reload."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from typing import Any

from maild.config_times import WEEKDAYS
from maild.desk.directory import BUILT_IN_CAUSES, WALK_IN, Calendar, Directory
from maild.ledger.contract import Target

Row = dict[str, str]  # field -> value, in words
Rows = dict[tuple[str, str], Row]  # (kind, name) -> row


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: a thing that came or went, or one of its fields with the old and the new value."""

    kind: str  # plan, client, contract …
    name: str  # "minutes", "acme", "acme M-17/26"
    change: str  # added | removed | changed
    field: str = ""
    old: str = ""
    new: str = ""

    def __str__(self) -> str:
        thing = f"{self.kind} {self.name}".rstrip()
        if self.change == "changed":
            return f"{thing}: {self.field} {self.old or 'none'} → {self.new or 'none'}"
        return f"{thing} {self.change}" + (f": {self.new or self.old}" if self.new or self.old else "")

    def as_json(self) -> dict[str, str]:
        """The same for `--json`."""
        return asdict(self)


def diff(old: Directory | None, new: Directory) -> tuple[Change, ...]:
    """Every difference between two directories, in the order of the new one's file; `old` None is an empty desk."""
    before: Rows = _rows(old) if old else {}
    after = _rows(new)
    changes: list[Change] = []
    for (kind, name), row in after.items():
        was = before.get((kind, name))
        if was is None:
            changes.append(Change(kind, name, "added", new=_summary(kind, row)))
        else:
            changes += _changed(kind, name, was, row)
    gone = ((key, row) for key, row in before.items() if key not in after)
    changes += [Change(kind, name, "removed", old=_summary(kind, row)) for (kind, name), row in gone]
    return tuple(changes)


def _changed(kind: str, name: str, was: Row, row: Row) -> Iterator[Change]:
    for field in {**was, **row}:
        if was.get(field, "") != row.get(field, ""):
            yield Change(kind, name, "changed", field, was.get(field, ""), row.get(field, ""))


def _summary(kind: str, row: Row) -> str:
    """What is worth a glance of a thing that came or went."""
    if kind == "contract":
        return f"{row['plan']}, from {row['starts']}" + (f" until {row['ends']}" if row["ends"] else "")
    return row.get("name") or row.get("title") or ""


def _rows(directory: Directory) -> Rows:
    """Everything that the file defines, what is built in left out."""
    rows: Rows = {}
    for calendar in (calendar for name, calendar in directory.calendars.items() if name != "always"):
        rows["calendar", calendar.name] = _row(calendar, leave={"name", "hours"}) | {"hours": _hours(calendar)}
    for plan in directory.plans.values():
        rows["plan", plan.name] = _row(plan, leave={"name", "items"})
        for item in plan.items.values():
            rows["item", f"{plan.name} {item.name}"] = _row(item, leave={"name"})
    for person in directory.staff.values():
        rows["staff", person.id] = _row(person, leave={"id"})
    for client in (client for name, client in directory.clients.items() if name != WALK_IN):
        rows["client", client.id] = _row(client, leave={"id", "contacts", "contracts"})
        for contact in client.contacts:
            rows["contact", f"{client.id} {contact.address}"] = _row(contact, leave={"address"})
        for contract in client.contracts:
            rows["contract", f"{client.id} {contract.id}"] = _row(contract, leave={"client", "plan"}) | {
                "plan": contract.plan.name
            }
        rows["client", client.id]["contracts, in order"] = _words(contract.id for contract in client.contracts)
    rows["goodwill", ""] = _row(directory.goodwill)
    rows["promises", ""] = _row(directory.promises)
    rows["routing", ""] = _row(directory.routing)
    rows |= {("free", word): {"title": title} for word, title in directory.free.items()}
    rows |= {
        ("cause", word): {"title": title} for word, title in directory.causes.items() if BUILT_IN_CAUSES.get(word) != title
    }
    rows |= {("faq", entry.name): _row(entry, leave={"name"}) for entry in directory.faq.values()}
    return rows


def _row(value: Any, leave: Iterable[str] = ()) -> Row:
    """The fields of a frozen value in words; minutes of a day as times of day."""
    row: Row = {}
    for field in fields(value):
        if field.name not in {*leave}:
            item = getattr(value, field.name)
            if field.name.endswith(("_at_minute", "week_minute", "summary_minute", "agenda_minute", "act_minute")):
                row[field.name.removesuffix("_minute")] = _clock(item)
            elif field.name == "week_weekday":
                row["week_day"] = WEEKDAYS[item]
            else:
                row[field.name] = _said(item)
    return row


def _said(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case timedelta():
            return duration_text(value)
        case Target():
            return f"within {duration_text(value.within)} by calendar {value.calendar}"
        case date():
            return value.isoformat()
        case frozenset():
            return _words(sorted(map(_said, value)))
        case Mapping():
            return "; ".join(f"{key}: {_said(item)}" for key, item in value.items())
        case tuple():
            return _words(map(_said, value))
        case _ if hasattr(value, "__dataclass_fields__") and type(value).__str__ is object.__str__:
            return _words(f"{name} {text}" for name, text in _row(value).items())
    return str(value)


def _words(words: Iterable[str]) -> str:
    return ", ".join(words)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _hours(calendar: Calendar) -> str:
    days = zip(WEEKDAYS, calendar.hours, strict=True)
    return "; ".join(f"{day} " + ",".join(f"{_clock(a)}-{_clock(b)}" for a, b in spans) for day, spans in days if spans)


def duration_text(span: timedelta) -> str:
    """A duration as the files write it: "3d", "24h", "1h30m", "90s"."""
    seconds = int(span.total_seconds())
    if seconds % 86_400 == 0 and seconds > 86_400:
        return f"{seconds // 86_400}d"
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    return "".join(f"{number}{unit}" for number, unit in ((hours, "h"), (minutes, "m"), (rest, "s")) if number)
