"""A contract that ends: whoever reads the client's reports is told once 30 and once 7 days before, also in quiet times."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from maild.desk.decision import Due, Kind, Notice
from maild.desk.directory import Client
from maild.desk.incoming import Rules
from maild.desk.purpose import Purpose
from maild.ledger.balance import Balance
from maild.ledger.contract import Charge
from maild.message import Address
from maild.reports.daily import due_on
from maild.reports.standing import DAYS_BEFORE, ending

ENDS = "contract-ends"  # a moment's name


def next_ends_at(client: Client, after: datetime) -> datetime | None:
    """The next moment at which the client is told that a contract ends: so many days before, at its report's time."""
    days = {
        contract.ends - timedelta(days=before)
        for contract in client.contracts
        if contract.ends
        for before in DAYS_BEFORE
        if contract.ends - timedelta(days=before) >= contract.starts
    }
    return min((at for day in days if (at := due_on(client, day)) > after), default=None)


def first_moments(clients: Iterable[Client], now: datetime, version: tuple[str, str], known: set[str]) -> tuple[Due, ...]:
    """The moments that new terms ask for."""
    wanted = ((client.id, next_ends_at(client, now)) for client in clients if client.id not in known and client.report_to)
    return tuple(Due(ENDS, name, at, (version,)) for name, at in wanted if at)


def ends_letters(client: Client, day: date, balances: Mapping[str, Balance], rules: Rules) -> tuple[Notice, ...]:
    """The mail to each reader of the reports that a contract ends; none where another takes over."""
    contract = ending(client, day, DAYS_BEFORE[0])
    if contract is None or contract.ends is None:
        return ()
    kept = balances.get(contract.id)
    is_account = contract.plan.charge in (Charge.PREPAID, Charge.RETAINER)
    facts = {
        "what": "ends",
        "ends": contract.ends,
        "title": contract.plan.title,
        "number": contract.id,
        "left_minutes": kept.closing if kept and is_account else None,
        "client_name": client.name,
        "zone": client.timezone,
    }
    return tuple(reader_notice(client, address, rules, f"ends:{contract.id}:{day}", facts) for address in client.report_to)


def reader_notice(client: Client, address: str, rules: Rules, key: str, facts: dict[str, Any]) -> Notice:
    """A letter about the account to somebody who reads the client's reports; an answer reaches the accountants."""
    contact = rules.directory.contact_at(address)
    person = Address(contact.name if contact else "", address)
    language = (contact.language if contact else "") or client.language or rules.desk.language
    return Notice(
        Kind.REMINDER,
        person,
        person.key,
        language,
        f"{key}:{person.key}",
        {"page": "ends", **facts},
        client=client.id,
        purpose=Purpose.REPORT,
        subject_of=0,
    )
