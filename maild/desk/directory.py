"""The directory: who is who, and on which terms. Values only; `maild.config` reads them from TOML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from zoneinfo import ZoneInfo

from maild.desk.programs import Programs
from maild.ledger.contract import Contract, Plan, contracts_in_force
from maild.ledger.money import Money
from maild.message import Address, address_key

WALK_IN = "walk-in"  # the built-in client of senders whom nobody claims

BUILT_IN_FREE = ("presale", "courtesy")  # words for /free where the directory names none; each language has its own title
BUILT_IN_CAUSES: Mapping[str, str] = {
    "settings": "Settings",
    "defect": "Defect",
    "third-party": "Third party",
    "question": "Question",
    "training": "Training",
    "order": "Order",
    "idea": "Idea",
}  # titles in English; templates translate those that the directory has not retitled


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working hours of a week in a zone. `hours[0]` is Monday's tuple of (start minute, end minute) of the local day."""

    name: str
    timezone: str
    hours: tuple[tuple[tuple[int, int], ...], ...]
    holidays: str = ""  # country code of `holidays`, "" for none
    days_off: frozenset[date] = frozenset()  # extra
    workdays: frozenset[date] = (
        frozenset()
    )  # worked although a holiday or weekend, by those of the week's first working day when it has none


@dataclass(frozen=True, slots=True)
class Staff:
    """A person of the desk. `login` is the name under which the mail server knows them."""

    id: str
    name: str
    addresses: tuple[str, ...]
    roles: frozenset[str]  # engineer | accountant | manager
    login: str = ""
    receipts: str = "all"  # all | problems
    teams: tuple[str, ...] = ()
    language: str = ""

    @property
    def address(self) -> Address:
        """Where mail to this person goes."""
        return Address(self.name, self.addresses[0])


@dataclass(frozen=True, slots=True)
class Contact:
    """A person of a client."""

    name: str
    address: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Client:
    """An organisation with its people, its reports and its contracts in the order in which they are drawn from."""

    id: str
    name: str
    contacts: tuple[Contact, ...] = ()
    domains: tuple[str, ...] = ()
    timezone: str = ""
    language: str = ""
    report_at_minute: int = 19 * 60  # minute of the client's local day
    report_to: tuple[str, ...] = ()  # empty: no daily report (walk-in)
    approve: tuple[str, ...] = ()
    act_to: tuple[str, ...] = ()
    act_every: str = "never"  # monthly | quarterly | never
    act_csv: tuple[tuple[str, str | bool], ...] = ()  # what the client wishes of the CSV: separator, bom, decimal
    manager: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    note: str = ""
    tax_id: str = ""
    requisites: str = ""
    signatory: str = ""
    contracts: tuple[Contract, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which this client's days are cut."""
        return ZoneInfo(self.timezone)

    def contracts_on(self, day: date) -> tuple[Contract, ...]:
        """Contracts in force on a day of the client's."""
        return contracts_in_force(self.contracts, day)


@dataclass(frozen=True, slots=True)
class Goodwill:
    """What clients without a contract in force get."""

    minutes: int = 0
    rate: Money | None = None
    first_urgent_free: bool = False
    offer: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Promises:
    """When people are warned, reminded and written to. Clock times are minutes of the desk's local day."""

    warn_percent: tuple[int, ...] = (50, 75, 90)
    remind: tuple[timedelta, ...] = (timedelta(days=3), timedelta(days=7))
    close_after: timedelta | None = None  # silence: None keeps the ticket solved
    reopen: timedelta = timedelta(days=30)
    week_weekday: int = 0  # Monday
    week_minute: int = 8 * 60
    summary_minute: int = 20 * 60
    agenda_minute: int = 8 * 60
    act_day: int = 1
    act_minute: int = 9 * 60


@dataclass(frozen=True, slots=True)
class Routing:
    """Who gets what nobody owns: team -> words in subject or text; the fallback people; the team that escalation goes to."""

    teams: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fallback: tuple[str, ...] = ()
    escalate_to: str = ""
    assign: str = "team"  # "load": one person of the team has a new ticket at once, by language and by how many they have


@dataclass(frozen=True, slots=True)
class FaqEntry:
    """A standard question and where its answer is."""

    name: str
    words: tuple[str, ...]
    title: str
    url: str = ""
    text: str = ""


@dataclass(frozen=True)
class Directory:
    """Everything of clients.toml as one value; `version` is the digest of its bytes."""

    version: str
    calendars: Mapping[str, Calendar]
    plans: Mapping[str, Plan]
    staff: Mapping[str, Staff]
    clients: Mapping[str, Client]  # walk-in included
    goodwill: Goodwill = Goodwill()
    free: Mapping[str, str] = field(default_factory=dict)  # word of /free -> what the report prints
    promises: Promises = Promises()
    causes: Mapping[str, str] = field(default_factory=dict)  # word -> title, built-in ones included
    routing: Routing = Routing()
    faq: Mapping[str, FaqEntry] = field(default_factory=dict)

    @cached_property
    def _staff_by_address(self) -> dict[str, Staff]:
        return {address_key(a): person for person in self.staff.values() for a in person.addresses}

    @cached_property
    def _client_by_contact(self) -> dict[str, tuple[Client, Contact]]:
        return {address_key(c.address): (client, c) for client in self.clients.values() for c in client.contacts}

    @cached_property
    def _client_by_domain(self) -> dict[str, Client]:
        return {domain.lower(): client for client in self.clients.values() for domain in client.domains}

    @cached_property
    def _client_by_reader(self) -> dict[str, Client]:
        return {address_key(a): client for client in self.clients.values() for a in client.report_to}

    def reader_at(self, address: str) -> Client | None:
        """The client whose reports go to that address."""
        return self._client_by_reader.get(address_key(address))

    def staff_at(self, address: str) -> Staff | None:
        """The person of the desk with that address (ASCII case aside)."""
        return self._staff_by_address.get(address_key(address))

    def contact_at(self, address: str) -> Contact | None:
        """The named contact with that address."""
        found = self._client_by_contact.get(address_key(address))
        return found[1] if found else None

    def client_at(self, address: str, remembered: Mapping[str, str] | None = None) -> Client:
        """Whose address that is: a named contact's client, a remembered one, a domain's, else the walk-in client."""
        key = address_key(address)
        found = self._client_by_contact.get(key)
        if found:
            return found[0]
        if remembered and remembered.get(key) in self.clients:
            return self.clients[remembered[key]]
        return self._client_by_domain.get(key.rpartition("@")[2], self.clients[WALK_IN])

    def team(self, name: str) -> tuple[Staff, ...]:
        """The people of a team, in the order of the file."""
        return tuple(person for person in self.staff.values() if name in person.teams)

    def with_role(self, role: str) -> tuple[Staff, ...]:
        """Everyone who has a role."""
        return tuple(person for person in self.staff.values() if role in person.roles)


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issues the acts, as the law wants it printed."""

    name: str = ""
    tax_id: str = ""
    requisites: str = ""
    signatory: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """The desk's own name and address, as letters need them."""

    name: str
    address: str
    language: str
    timezone: str
    separator: str = "+"
    upload: str = ""
    max_message_bytes: int = 25_000_000
    acks_per_sender_per_hour: int = 5
    acks_per_domain_per_hour: int = 100  # to senders of no client
    acks_to_strangers_per_hour: int = 1000  # in all
    tickets_per_stranger_per_hour: int = 100  # that a sender of no client, or an unproven one, may open
    programs: Programs = Programs.TELL  # what becomes of attachments that run when they are opened
    relays_per_person_per_hour: int = 60  # beyond it the managers are told, once an hour
    vat: tuple[tuple[date, Decimal, bool], ...] = ()  # (from that day, share such as 0.2, within prices), oldest first
    issuer: Issuer = Issuer()

    @property
    def domain(self) -> str:
        """Right of the @: where Message-IDs are at home."""
        return self.address.rpartition("@")[2]

    @property
    def zone(self) -> ZoneInfo:
        """The desk's own zone."""
        return ZoneInfo(self.timezone)
