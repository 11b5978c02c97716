"""The people of clients.toml: staff, clients, their contacts and contracts, as models and as values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from maild.config_fault import Refused, Table
from maild.config_terms import Clock, Day, Line, PlanName, StaffId, Text, Word, Zone
from maild.config_values import email, fact, mail_domain
from maild.desk.directory import Client, Contact, Staff
from maild.ledger.contract import Contract, Plan
from maild.message import address_key

Email = Annotated[str, BeforeValidator(email)]
Language = Literal["en", "ru", "uk"]


class StaffTable(Table):
    """[staff.ID]."""

    name: Line = Field(description="the person's name, as customers see it")
    address: Email | None = None
    addresses: list[Email] = Field(default=[], validate_default=True)
    login: Line | None = None
    roles: list[Literal["engineer", "accountant", "manager"]] = Field(
        min_length=1, description='["engineer"], "accountant", "manager"'
    )
    receipts: Literal["all", "problems"] = "all"
    teams: list[Word] = Field(default=[])
    language: Language | None = None

    @field_validator("addresses")
    @classmethod
    def _reachable(cls, addresses: list[str], info: ValidationInfo) -> list[str]:
        if not addresses and info.data.get("address", "") is None:
            raise Refused("is missing: nobody could write to this person", "address, or addresses with one at least")
        return addresses

    def value(self, name: str) -> Staff:
        """The frozen form; mail goes to `address`, else to the first of `addresses`."""
        addresses = tuple(dict.fromkeys(([self.address] if self.address else []) + self.addresses))
        return Staff(
            id=name, name=self.name, addresses=addresses, roles=frozenset(self.roles), login=self.login or addresses[0],
            receipts=self.receipts, teams=tuple(self.teams), language=self.language or "",
        )  # fmt: skip


class ContactTable(Table):
    """One of a client's `contacts`."""

    name: Text = ""
    address: Email = Field(description='one address, such as "anna@acme.test"')
    language: Language | None = None

    def value(self, client_language: str) -> Contact:
        """The frozen form."""
        return Contact(self.name, self.address, self.language or client_language)


class ReportTable(Table):
    """The key `report` of a client."""

    at: Clock = 19 * 60
    to: list[Email] | None = None


class CsvTable(Table):
    """How a client wants the CSV of an act; what is left out follows the client's language."""

    separator: Literal[",", ";"] | None = None
    bom: bool | None = None
    decimal: Literal[".", ","] | None = None

    def value(self) -> tuple[tuple[str, str | bool], ...]:
        """The frozen form: what is wished for."""
        wished = {"separator": self.separator, "bom": self.bom, "decimal": self.decimal}
        return tuple((name, value) for name, value in wished.items() if value is not None)


class ActTable(Table):
    """The key `act` of a client."""

    to: list[Email] | None = None
    make: Literal["monthly", "quarterly", "never"] = "monthly"
    csv: CsvTable = CsvTable()


class ContractTable(Table):
    """One of a client's `contracts`."""

    plan: PlanName = Field(description="the name of a plan")
    starts: Day = Field(alias="from", description="the first day, such as 2026-01-01")
    ends: Day | None = Field(default=None, alias="until")
    number: Line | None = None
    signed: Day | None = None
    handover: Day | None = None

    @field_validator("ends")
    @classmethod
    def _after_the_start(cls, ends: date | None, info: ValidationInfo) -> date | None:
        starts = info.data.get("starts")
        if starts and ends and ends < starts:
            raise Refused(
                f"ends before it starts, which is {starts}", f"{starts} or later; leave it out where no end is agreed"
            )
        return ends

    def value(self, client: str, plans: Mapping[str, Plan]) -> Contract:
        """The frozen form."""
        return Contract(client, plans[self.plan], self.starts, self.ends, self.number or "", self.signed, self.handover)


class ClientTable(Table):
    """[client.ID]."""

    name: Line = Field(description="the client's name")
    contacts: list[ContactTable] = Field(default=[])
    domains: list[Annotated[str, BeforeValidator(mail_domain)]] = Field(default=[])
    timezone: Zone | None = None
    language: Language | None = None
    report: ReportTable = ReportTable()
    approve: list[Email] | None = None
    act: ActTable = ActTable()
    manager: StaffId | None = None
    facts: dict[str, Annotated[str, BeforeValidator(fact)]] = Field(default={})
    note: str = ""
    tax_id: Text = ""
    requisites: str = ""
    signatory: Text = ""
    contracts: list[ContractTable] = Field(default=[])

    def value(self, name: str, plans: Mapping[str, Plan], staff: frozenset[str], desk_timezone: str) -> Client:
        """The frozen form. Where not said, reports go to the first contact, and acts to those who read the reports.

        They approve quotes, too, save those whose address is in `staff`: nobody agrees to pay for another.
        """
        first = (self.contacts[0].address,) if self.contacts else ()
        report_to = first if self.report.to is None else tuple(self.report.to)
        approve = [address for address in report_to if address_key(address) not in staff]
        return Client(
            id=name, name=self.name, contacts=tuple(contact.value(self.language or "") for contact in self.contacts),
            domains=tuple(self.domains), timezone=self.timezone or desk_timezone, language=self.language or "",
            report_at_minute=self.report.at, report_to=report_to,
            approve=tuple(approve if self.approve is None else self.approve),
            act_to=report_to if self.act.to is None else tuple(self.act.to), act_every=self.act.make, act_csv=self.act.csv.value(),
            manager=self.manager or "", facts=tuple(self.facts.items()), note=self.note,
            tax_id=self.tax_id, requisites=self.requisites, signatory=self.signatory,
            contracts=tuple(contract.value(name, plans) for contract in self.contracts),
        )  # fmt: skip
