"""The manager's page: the figures of a period, drawn and attached, and the tickets that ask for somebody to look at them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from maild.desk.decision import Decision, Document, Kind, Notice
from maild.desk.directory import BUILT_IN_CAUSES, Directory, Staff
from maild.desk.incoming import Rules
from maild.desk.notices import to_staff
from maild.desk.ticket import Ticket
from maild.message import Attachment
from maild.reports.chart import Chart, Drawn, Series, draw
from maild.reports.manager_words import CAUSES, WORDS
from maild.reports.quality import Quality, Row, percentile
from maild.reports.spreadsheet import CONTENT_TYPE, workbook
from maild.reports.table import Column, Sort, Table

MANAGER = "manager"
WEEK = timedelta(days=7)
LISTED = 50  # tickets of a list in the letter
CLIENTS_SHOWN = 15  # in the letter; the workbook has all of them
CAUSES_DRAWN = 10
DAYS_DRAWN = 31


@dataclass(frozen=True, slots=True)
class Look:
    """A period's figures, and the tickets that stand out now. `first` and `last` are local days, both included."""

    first: date
    last: date
    quality: Quality
    waiting: Sequence[Ticket]  # their customers wait for an answer
    again: Sequence[Ticket]  # unanswered again
    unconfirmed: Sequence[Ticket]
    at: datetime


def due_after(rules: Rules, instant: datetime) -> datetime:
    """The next page after a moment, by the desk's own clock."""
    promises = rules.directory.promises
    local = instant.astimezone(rules.desk.zone).date()
    day = local + timedelta(days=(promises.week_weekday - local.weekday()) % 7)
    at = _at(day, promises.week_minute, rules)
    return at if at > instant else _at(day + WEEK, promises.week_minute, rules)


def week_before(due_at: datetime, rules: Rules) -> tuple[date, date]:
    """The seven local days that a page covers: up to the day before it is due."""
    day = due_at.astimezone(rules.desk.zone).date()
    return day - WEEK, day - timedelta(days=1)


def bounds(first: date, last: date, rules: Rules) -> tuple[datetime, datetime]:
    """The instants of local days: from the first one's midnight to the midnight that ends the last."""
    return _at(first, 0, rules), _at(last + timedelta(days=1), 0, rules)


def page(look: Look, rules: Rules) -> Decision:
    """One letter to each manager and the document of the week; none where nothing happened and nothing waits."""
    if look.quality.is_empty and not (look.waiting or look.again or look.unconfirmed):
        return Decision(reason="nothing happened")
    told = tuple(letter(person, look, rules) for person in rules.directory.with_role("manager"))
    figures = {"total": look.quality.total.facts(), "staff": {name: row.facts() for name, row in look.quality.staff.items()}}
    period = f"{look.first.isoformat()}/{look.last.isoformat()}"
    document = Document(MANAGER, "", period, look.at, look.last, figures, (), look.last.year)
    return Decision(documents=(document,), notices=told, reason="manager's page")


def letter(person: Staff, look: Look, rules: Rules) -> Notice:
    """One manager's letter."""
    period = f"{look.first.isoformat()}..{look.last.isoformat()}"
    key = f"page:{period}:{look.at.isoformat()}:{person.id}"
    language = person.language or rules.desk.language
    return to_staff(
        Kind.MANAGER,
        person,
        rules,
        key=key,
        facts=facts(look, language, rules),
        subject_of=0,
        attachments=(attachment(look, language, rules),),
    )


def facts(look: Look, language: str, rules: Rules) -> dict[str, Any]:
    """The template's values."""
    directory, figures = rules.directory, look.quality
    staff = [{"name": _person(name, language, rules), **row.facts()} for name, row in _by_promises(figures.staff)]
    clients = [{"name": _client(name, directory), **row.facts()} for name, row in _by_promises(figures.clients)]
    return {
        "first": look.first,
        "last": look.last,
        "total": figures.total.facts(),
        "staff": staff,
        "clients": clients[:CLIENTS_SHOWN],
        "clients_more": max(0, len(clients) - CLIENTS_SHOWN),
        "causes": [
            {"title": _cause(name, language, directory), "count": count, "before": before}
            for name, (count, before) in figures.causes.items()
        ],
        "acks": len(figures.ack_seconds),
        "ack_median": percentile(figures.ack_seconds, 50),
        "ack_ninetieth": percentile(figures.ack_seconds, 95),
        "acks_in_time": figures.acks_in_time,
        "waiting": [_ticket(each, language, rules, each.awaiting_since) for each in look.waiting[:LISTED]],
        "again": [_ticket(each, language, rules, each.last_customer_at) for each in look.again[:LISTED]],
        "unconfirmed": [_ticket(each, language, rules, each.solved_at) for each in look.unconfirmed[:LISTED]],
        "now": look.at,
        "close_after": rules.directory.promises.close_after,
        "charts": _charts(look, language, directory),
    }


def attachment(look: Look, language: str, rules: Rules) -> Attachment:
    """The workbook: every person, client, cause and day, and the tickets that stand out."""
    words, directory, figures = WORDS[language], rules.directory, look.quality
    tables = [
        _rows_table(words["staff"], words["who"], figures.staff, lambda name: _person(name, language, rules), words),
        _rows_table(words["clients"], words["client"], figures.clients, lambda name: _client(name, directory), words),
        Table(
            words["causes"],
            [Column(words["cause"]), Column(words["now"], Sort.WHOLE), Column(words["before"], Sort.WHOLE)],
            [(_cause(name, language, directory), *counts) for name, counts in figures.causes.items()],
        ),
        Table(
            words["days"],
            [Column(words["day"], Sort.DAY), Column(words["kept"], Sort.WHOLE), Column(words["broken"], Sort.WHOLE)],
            [(day, *figures.days.get(day, (0, 0))) for day in _days(look)],
        ),
        _tickets_table(words["unanswered"], [*look.waiting, *look.again], language, rules),
        _tickets_table(words["unconfirmed"], look.unconfirmed, language, rules),
    ]
    day_format = "yyyy-mm-dd" if language == "en" else "dd.mm.yyyy"
    content = workbook(tables, look.at, author=rules.desk.name, day_format=day_format)
    return Attachment(f"maild-{look.first.isoformat()}-{look.last.isoformat()}.xlsx", CONTENT_TYPE, content)


def _charts(look: Look, language: str, directory: Directory) -> list[Drawn]:
    words, figures = WORDS[language], look.quality
    drawn: list[Drawn] = []
    days = _days(look)
    if figures.days and len(days) <= DAYS_DRAWN:
        counts = [figures.days.get(day, (0, 0)) for day in days]
        series = (Series(words["kept"], [kept for kept, _ in counts]), Series(words["broken"], [late for _, late in counts]))
        labels = [day.strftime("%d.%m") for day in days]
        drawn.append(draw(Chart("bars", words["days"], words["answers"], labels, series, language), "days"))
    causes = [(name, counts) for name, counts in figures.causes.items() if name][:CAUSES_DRAWN]
    if causes:
        series = (
            Series(words["now"], [now for _, (now, _) in causes]),
            Series(words["before"], [before for _, (_, before) in causes]),
        )
        labels = [_cause(name, language, directory) for name, _ in causes]
        drawn.append(draw(Chart("rows", words["causes"], words["tickets"], labels, series, language), "causes"))
    return drawn


def _rows_table(title: str, head: str, rows: Mapping[str, Row], name_of: Any, words: Mapping[str, str]) -> Table:
    names = ("promises", "kept", "broken", "percent", "median", "ninetieth", "reopened", "ratings", "rating")
    minutes = ("worked", "charged", "free", "opened")
    columns = [
        Column(head),
        *(Column(words[name], Sort.MONEY if name == "rating" else Sort.WHOLE) for name in (*names, *minutes)),
    ]

    def cells(name: str, row: Row) -> tuple[Any, ...]:
        told = row.facts()
        firsts = (told["percent_kept"], told["median"], told["ninetieth"], row.reopened, len(row.ratings), row.rating)
        return (name_of(name), row.promises, row.kept, row.broken, *firsts, row.worked, row.charged, row.free, row.opened)

    return Table(title, columns, [cells(name, row) for name, row in _by_promises(rows)])


def _tickets_table(title: str, tickets: Sequence[Ticket], language: str, rules: Rules) -> Table:
    words = WORDS[language]
    columns = [Column(words["number"], Sort.WHOLE), Column(words["subject"]), Column(words["client"]), Column(words["who"])]
    columns += [Column(words["since"], Sort.DAY), Column(words["due"], Sort.DAY)]
    zone = rules.desk.zone
    unique = {each.number: each for each in tickets}.values()
    return Table(
        title,
        columns,
        [
            (
                each.number,
                each.subject,
                _client(each.client, rules.directory),
                _person(each.assignee or each.team, language, rules),
                _local(each.awaiting_since or each.solved_at or each.last_customer_at, zone),
                _local(each.answer_due_at, zone),
            )
            for each in unique
        ],
    )


def _local(at: datetime | None, zone: Any) -> date | None:
    return at.astimezone(zone).date() if at else None


def _by_promises(rows: Mapping[str, Row]) -> list[tuple[str, Row]]:
    return sorted(rows.items(), key=lambda each: (-each[1].promises, -each[1].opened, each[0]))


def _days(look: Look) -> list[date]:
    return [look.first + timedelta(days=offset) for offset in range((look.last - look.first).days + 1)]


def _ticket(ticket: Ticket, language: str, rules: Rules, since: datetime | None) -> dict[str, Any]:
    return {
        "number": ticket.number,
        "subject": ticket.subject,
        "client": _client(ticket.client, rules.directory),
        "who": _person(ticket.assignee or ticket.team, language, rules),
        "since": since,
        "due": ticket.answer_due_at if ticket.awaiting_since else None,
    }


def _person(name: str, language: str, rules: Rules) -> str:
    person = rules.directory.staff.get(name)
    return person.name if person else name or WORDS[language]["nobody"]


def _client(name: str, directory: Directory) -> str:
    client = directory.clients.get(name)
    return client.name if client else name


def _cause(name: str, language: str, directory: Directory) -> str:
    """The directory's title; a built-in one that nobody has retitled in the reader's language."""
    title = directory.causes.get(name, name)
    built_in = BUILT_IN_CAUSES.get(name) == title
    return (CAUSES[language].get(name, title) if built_in else title) or WORDS[language]["none"]


def _at(day: date, minute: int, rules: Rules) -> datetime:
    return datetime.combine(day, time(minute // 60, minute % 60), rules.desk.zone).astimezone(UTC)
