"""clients.toml: the directory. The whole file as a model, and the value that it becomes."""

from __future__ import annotations

import hashlib
from typing import Any

from pydantic import Field, ValidationError

from maild.config_claims import directory_claims
from maild.config_fault import ConfigFaults, Fault, Source, Table, found
from maild.config_people import ClientTable, StaffTable
from maild.config_terms import (
    CalendarTable,
    FaqTable,
    GoodwillTable,
    Known,
    Line,
    PlanTable,
    PromisesTable,
    RoutingTable,
    Word,
)
from maild.config_times import DAY_MINUTES
from maild.config_toml import parse
from maild.desk.directory import BUILT_IN_CAUSES, BUILT_IN_FREE, WALK_IN, Calendar, Client, Desk, Directory
from maild.message import address_key

ALWAYS = Calendar("always", "UTC", (((0, DAY_MINUTES),),) * 7)


class DirectoryFile(Table):
    """The whole of clients.toml."""

    calendar: dict[Word, CalendarTable] = Field(default={})
    plan: dict[Word, PlanTable] = Field(default={})
    goodwill: GoodwillTable = GoodwillTable()
    free: dict[Word, Line] = Field(default={})
    staff: dict[Word, StaffTable] = Field(default={})
    client: dict[Word, ClientTable] = Field(default={})
    promises: PromisesTable = PromisesTable()
    causes: dict[Word, Line] = Field(default={})
    routing: RoutingTable = RoutingTable()
    faq: dict[Word, FaqTable] = Field(default={})

    def value(self, desk: Desk, version: str) -> Directory:
        """The frozen form, with what is built in: the calendar "always", the client "walk-in", the common causes."""
        plans = {name: row.value(name) for name, row in self.plan.items()}
        staff = {name: row.value(name) for name, row in self.staff.items()}
        staff_keys = frozenset(address_key(address) for person in staff.values() for address in person.addresses)
        clients = {name: row.value(name, plans, staff_keys, desk.timezone) for name, row in self.client.items()}
        engineers = tuple(name for name, row in self.staff.items() if "engineer" in row.roles)
        return Directory(
            version=version,
            calendars={"always": ALWAYS} | {name: row.value(name, desk.timezone) for name, row in self.calendar.items()},
            plans=plans,
            staff=staff,
            clients=clients | {WALK_IN: Client(WALK_IN, "Walk-in", timezone=desk.timezone)},
            goodwill=self.goodwill.value(),
            free=dict(self.free) or {word: word for word in BUILT_IN_FREE},
            promises=self.promises.value(),
            causes={**BUILT_IN_CAUSES, **self.causes},
            routing=self.routing.value(engineers or tuple(self.staff)),
            faq={name: row.value(name) for name, row in self.faq.items()},
        )


def read_directory(text: str, file: str, desk: Desk) -> Directory:
    """Read a directory from its text; `file` is how faults name it. Raises ConfigFaults with every fault.

    `desk` gives the zone of who names none, and the address that nobody else may have. `version` is the SHA-256 of the text.
    """
    source = Source(file, parse(text, file))
    claims = directory_claims(source.tree, desk.address, desk.separator)
    faults: list[Fault] = [source.fault(path, refused) for path, refused in claims]
    try:
        rows = DirectoryFile.model_validate(source.tree, context={"known": _known(source.tree)})
    except ValidationError as error:
        raise ConfigFaults(source.faults_of(error, DirectoryFile) + faults) from None
    if faults:
        raise ConfigFaults(faults)
    return rows.value(desk, hashlib.sha256(text.encode()).hexdigest())


def _known(tree: dict[str, Any]) -> Known:
    def keys(table: str) -> frozenset[str]:
        return frozenset(str(path[1]) for path, _ in found(tree, table, "*"))

    teams = frozenset(team for _, team in found(tree, "staff", "*", "teams", "*") if isinstance(team, str))
    return Known(
        {
            "plan": keys("plan"),
            "staff": keys("staff"),
            "team": teams,
            "calendar": keys("calendar") | {"always"},
            "cause": keys("causes") | BUILT_IN_CAUSES.keys(),
        }
    )
