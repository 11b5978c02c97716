"""maild.toml: the service. The file's tables as models, and what becomes of each.

Relative paths are relative to the folder of the file, which the validation context brings along.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from maild.config_fault import Refused, Table, folder_of, text_of
from maild.config_secret import Secret, SecretUnavailable
from maild.config_sections import DnsConfig, Limits
from maild.config_servers import HealthTable, Line, LmtpTable, MailboxTable, SecretText, SmtpTable, Text
from maild.config_times import duration, zone
from maild.config_values import email, fraction, line, listen, size
from maild.desk.directory import Desk, Issuer
from maild.desk.programs import Programs
from maild.message import ARCHIVE

TOKEN_CHARACTERS = 46  # of the signed part of a reply address
LOCAL_PART_CHARACTERS = 64  # RFC 5321, 4.5.3.1.1


def _path(value: object, info: ValidationInfo) -> Path:
    name = line(value)
    folder = folder_of(info)
    return Path(os.path.normpath(folder / Path(name).expanduser()))


def _name_server(value: object) -> tuple[str, int]:
    """A name server by its address, with a port where that is not 53."""
    text = line(value)
    host, _, port = text.rpartition(":") if text.count(":") == 1 else (text, "", "53")
    try:
        return str(ip_address(host.strip("[]"))), listen(f"127.0.0.1:{port}")[1]
    except ValueError:
        raise Refused("is no address of a name server", 'an address such as "127.0.0.1" or "127.0.0.1:5353"') from None


def _vat(value: object) -> object:
    if isinstance(value, str) and value != "none":
        raise Refused('is not "none"', '"none", or [{ from = 2026-01-01, rate = "20%", included = true }]')
    return [] if value == "none" else value


Language = Literal["en", "ru", "uk"]


class VatPeriod(Table):
    """The tax rate from a day on."""

    since: date = Field(alias="from", description="the first day, such as 2026-01-01")
    rate: Annotated[Decimal, BeforeValidator(fraction)] = Field(description='a percentage such as "20%"')
    included: bool = True


class IssuerTable(Table):
    """[desk.issuer]."""

    name: Text = ""
    tax_id: Text = ""
    requisites: str = ""
    signatory: Text = ""
    vat: Annotated[list[VatPeriod], BeforeValidator(_vat)] = Field(default=[])


class DeskTable(Table):
    """[desk]."""

    name: Line = Field(description="the desk's name, as customers see it")
    separator: Literal["+", "-", "=", "_", "."] = "+"
    address: Annotated[str, BeforeValidator(email)] = Field(
        description='where customers write to, such as "support@vendor.test"'
    )
    language: Language = "en"
    timezone: Annotated[str, BeforeValidator(zone)] = Field(description='an IANA name such as "Europe/Kyiv"')
    directory: Annotated[Path, BeforeValidator(_path)] = Field(default="clients.toml", validate_default=True)
    key: SecretText = Field(default={"file": "../var/desk.key"}, validate_default=True)
    templates: Annotated[Path | None, BeforeValidator(_path)] = None
    issuer: IssuerTable = IssuerTable()

    @field_validator("address")
    @classmethod
    def _leaves_room_to_sign(cls, address: str, info: ValidationInfo) -> str:
        local = address.rpartition("@")[0]
        room = LOCAL_PART_CHARACTERS - TOKEN_CHARACTERS - len(info.data.get("separator", "+"))
        if not address.isascii():
            raise Refused("cannot stand in every mail", "an address in ASCII; a domain of another script in its xn-- form")
        if len(local) > room:
            raise Refused(
                "is too long left of the @: signed reply addresses need the room", f"at most {room} characters before the @"
            )
        return address


@dataclass(frozen=True, slots=True)
class DatabaseUrl:
    """Where the books are, paths made absolute; `secret` is given where the URL holds a password or stands elsewhere."""

    text: str = field(repr=False)
    secret: Secret


def _database_url(value: object, info: ValidationInfo) -> DatabaseUrl:
    allowed = '"sqlite:///path/to/file.db" or "postgresql+psycopg://user:password@host/name"'
    folder = folder_of(info)
    secret = Secret.parse(value, folder) if isinstance(value, dict) else Secret()
    try:
        url = secret.reveal() if secret.given else text_of(value, allowed)
    except SecretUnavailable as error:
        raise Refused(f"cannot be had: {error}", allowed) from None
    scheme, _, rest = url.partition("://")
    name, mark, options = rest.removeprefix("/").partition("?")
    if scheme in {"postgresql", "postgresql+psycopg"} and rest:
        in_text = "@" in rest and ":" in rest.rpartition("@")[0]
        return DatabaseUrl(f"postgresql+psycopg://{rest}", secret if secret.given or not in_text else Secret(url))
    if scheme == "sqlite" and rest.startswith("/") and name not in {"", ":memory:"}:
        file = os.path.normpath(folder / Path(name).expanduser())
        return DatabaseUrl(f"sqlite:///{file}{mark}{options}", secret)
    raise Refused("is no database that keeps books", allowed)


class DatabaseTable(Table):
    """[database]."""

    url: Annotated[DatabaseUrl, BeforeValidator(_database_url)] = Field(
        default="sqlite:///../var/maild.db", validate_default=True
    )


class LimitsTable(Table):
    """[limits]."""

    message: Annotated[int, BeforeValidator(size)] = 25_000_000
    acks_per_sender_per_hour: Annotated[int, Field(ge=1)] = 5
    upload: Text = ""
    parts: Annotated[int, Field(ge=1, le=10_000)] = 500
    relays_per_person_per_hour: Annotated[int, Field(ge=1)] = 60
    acks_per_domain_per_hour: Annotated[int, Field(ge=1)] = 100
    acks_to_strangers_per_hour: Annotated[int, Field(ge=1)] = 1000
    tickets_per_stranger_per_hour: Annotated[int, Field(ge=1)] = 100
    programs: Literal["pass", "tell", "hold"] = "tell"

    def value(self) -> Limits:
        """The frozen form."""
        return Limits(
            self.message,
            self.acks_per_sender_per_hour,
            self.upload,
            self.parts,
            self.relays_per_person_per_hour,
            self.acks_per_domain_per_hour,
            self.acks_to_strangers_per_hour,
            self.tickets_per_stranger_per_hour,
            self.programs,
        )


class DnsTable(Table):
    """[dns]."""

    servers: list[Annotated[tuple[str, int], BeforeValidator(_name_server)]] = Field(default=[])
    timeout: Annotated[timedelta, BeforeValidator(duration)] = timedelta(seconds=5)

    def value(self) -> DnsConfig:
        """The frozen form."""
        return DnsConfig(tuple(self.servers), self.timeout.total_seconds())


class ServiceFile(Table):
    """The whole of maild.toml."""

    desk: DeskTable = Field(description="the table [desk]")
    database: DatabaseTable = Field(default={}, validate_default=True)
    mailbox: list[MailboxTable] = Field(default=[], validate_default=True)
    lmtp: LmtpTable | None = None
    smtp: SmtpTable = Field(description="the table [smtp]: without it no mail leaves")
    health: HealthTable | None = None
    limits: LimitsTable = LimitsTable()
    dns: DnsTable = DnsTable()

    def desk_value(self) -> Desk:
        """What letters need to know of the desk."""
        issuer = self.desk.issuer
        vat = sorted((period.since, period.rate, period.included) for period in issuer.vat)
        return Desk(
            name=self.desk.name, address=self.desk.address, language=self.desk.language, timezone=self.desk.timezone,
            separator=self.desk.separator, upload=self.limits.upload, max_message_bytes=self.limits.message,
            acks_per_sender_per_hour=self.limits.acks_per_sender_per_hour,
            relays_per_person_per_hour=self.limits.relays_per_person_per_hour,
            acks_per_domain_per_hour=self.limits.acks_per_domain_per_hour,
            acks_to_strangers_per_hour=self.limits.acks_to_strangers_per_hour,
            tickets_per_stranger_per_hour=self.limits.tickets_per_stranger_per_hour,
            programs=Programs(self.limits.programs), vat=tuple(vat),
            issuer=Issuer(issuer.name, issuer.tax_id, issuer.requisites, issuer.signatory),
        )  # fmt: skip


def service_claims(tree: dict[str, Any]) -> list[tuple[tuple[str | int, ...], Refused]]:
    """What no single value shows: a desk without a door, two mailboxes of one name."""
    boxes = tree.get("mailbox")
    if not boxes and "lmtp" not in tree:
        return [(("mailbox",), Refused("is missing: no mail would ever come in", "[[mailbox]] once or more, or [lmtp]"))]
    faults: list[tuple[tuple[str | int, ...], Refused]] = []
    names: set[str] = {"lmtp", ARCHIVE}
    for number, box in enumerate(boxes if isinstance(boxes, list) else []):
        name = box.get("name") if isinstance(box, dict) else None
        if isinstance(name, str) and name in names:
            faults.append(
                (
                    ("mailbox", number, "name"),
                    Refused("is taken", f"a name of its own for each mailbox, other than {ARCHIVE} and lmtp"),
                )
            )
        elif isinstance(name, str):
            names.add(name)
    return faults
