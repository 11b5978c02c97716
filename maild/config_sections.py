"""What maild.toml becomes: one frozen value for each of its sections."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from maild.config_secret import Secret
from maild.desk.directory import Desk, Directory, Issuer


@dataclass(frozen=True, slots=True)
class OAuthConfig:
    """Where access tokens come from (RFC 6749, 6: a refresh token; without one, client credentials, 4.4)."""

    token_url: str
    client_id: str
    client_secret: Secret
    refresh_token: Secret
    scope: str = ""


@dataclass(frozen=True, slots=True)
class MailboxConfig:
    """An IMAP mailbox to watch. `oauth` is None where the password counts; `filed` is "" where mail stays in place.

    `sent` is the folder in which the provider keeps what we send, "" where it keeps nothing.
    """

    name: str
    host: str
    port: int
    security: str  # tls | starttls | plain
    user: str
    password: Secret
    oauth: OAuthConfig | None = None
    folder: str = "INBOX"
    filed: str = "maild/Done"
    quarantine: str = "maild/Quarantine"
    idle: bool = True
    poll: timedelta = timedelta(seconds=60)
    trust_authserv: tuple[str, ...] = ()
    sent: str = ""


@dataclass(frozen=True, slots=True)
class LmtpConfig:
    """The second door: where the MTA hands mail over (RFC 2033)."""

    host: str
    port: int
    trust_authserv: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SmtpConfig:
    """The server that takes our mail. `user` is "" where it asks for none."""

    host: str
    port: int
    security: str  # tls | starttls | plain
    user: str
    password: Secret
    oauth: OAuthConfig | None = None
    connections: int = 2


@dataclass(frozen=True, slots=True)
class HealthConfig:
    """Where /healthz, /readyz and /metrics are served."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class DnsConfig:
    """Whom our own check of signatures asks for keys; no servers: those of the system."""

    servers: tuple[tuple[str, int], ...] = ()
    timeout_seconds: float = 5.0


@dataclass(frozen=True, slots=True)
class Limits:
    """How much mail may bring. Sizes are octets."""

    message_bytes: int = 25_000_000
    acks_per_sender_per_hour: int = 5
    upload: str = ""
    parts: int = 500
    relays_per_person_per_hour: int = 60
    acks_per_domain_per_hour: int = 100
    acks_to_strangers_per_hour: int = 1000
    tickets_per_stranger_per_hour: int = 100
    programs: str = "tell"


@dataclass(frozen=True)
class Config:
    """Both files as one value. `directory_text` is the text whose digest `directory.version` is; `database_url` may hold a password."""

    path: Path
    desk: Desk
    key: Secret
    database_url: str = field(repr=False)
    smtp: SmtpConfig
    directory: Directory = field(repr=False)
    directory_path: Path
    directory_text: str = field(repr=False)
    mailboxes: tuple[MailboxConfig, ...] = ()
    lmtp: LmtpConfig | None = None
    health: HealthConfig | None = None
    limits: Limits = Limits()
    dns: DnsConfig = DnsConfig()
    templates: Path | None = None
    database_secret: Secret = field(
        default_factory=Secret
    )  # given where the database's URL holds a password, or is kept outside of the file

    @property
    def key_file(self) -> Path | None:
        """The file of the desk's key ring, which is made where it is missing; None where the key stands elsewhere."""
        return self.key.file

    @property
    def issuer(self) -> Issuer:
        """Who issues the acts."""
        return self.desk.issuer

    @property
    def secrets(self) -> tuple[tuple[str, Secret], ...]:
        """Every secret that is given, under the key where it stands in maild.toml."""
        doors = [(f"mailbox[{number}]", box.password, box.oauth) for number, box in enumerate(self.mailboxes)]
        doors.append(("smtp", self.smtp.password, self.smtp.oauth))
        found = [("desk.key", self.key), ("database.url", self.database_secret)]
        for place, password, oauth in doors:
            found.append((f"{place}.password", password))
            if oauth:
                found += [
                    (f"{place}.oauth.client_secret", oauth.client_secret),
                    (f"{place}.oauth.refresh_token", oauth.refresh_token),
                ]
        return tuple((place, secret) for place, secret in found if secret.given)
