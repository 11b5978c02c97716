"""Servers and doors of maild.toml: mailboxes, LMTP, SMTP, health. The tables as models, and the frozen form of each."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator

from maild.config_fault import Refused, Table, folder_of
from maild.config_secret import FORMS, Secret
from maild.config_sections import HealthConfig, LmtpConfig, MailboxConfig, OAuthConfig, SmtpConfig
from maild.config_times import duration
from maild.config_values import is_loopback, line, line_or_nothing, listen

PORTS = {"imap": {"tls": 993, "starttls": 143, "plain": 143}, "smtp": {"tls": 465, "starttls": 587, "plain": 25}}


def _secret(value: object, info: ValidationInfo) -> Secret:
    return Secret.parse(value, folder_of(info))


def _only_inside(value: tuple[str, int]) -> tuple[str, int]:
    if not is_loopback(value[0]):
        raise Refused(
            "would take mail in plain text from other machines", "a loopback address such as 127.0.0.1, or a tunnel to it"
        )
    return value


Line = Annotated[str, BeforeValidator(line)]
Text = Annotated[str, BeforeValidator(line_or_nothing)]
SecretText = Annotated[Secret, BeforeValidator(_secret)]
Door = Annotated[tuple[str, int], BeforeValidator(listen)]
Port = Annotated[int, Field(ge=1, le=65_535)]


class OAuthTable(Table):
    """The key `oauth` of a mailbox or of [smtp]."""

    token_url: Line = Field(description="the address that gives access tokens, https://…")
    client_id: Line = Field(description="the application's id")
    client_secret: SecretText = Field(default="", validate_default=True)
    refresh_token: SecretText = Field(default="", validate_default=True)
    scope: Text = ""

    @field_validator("token_url")
    @classmethod
    def _sealed(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
            raise Refused("would send secrets in plain text", "an address that begins with https://")
        return url

    def value(self) -> OAuthConfig:
        """The frozen form."""
        return OAuthConfig(self.token_url, self.client_id, self.client_secret, self.refresh_token, self.scope)


class ServerTable(Table):
    """What a mailbox and [smtp] share: a server, and how to log in there."""

    host: Line = Field(description="the server's name or address")
    security: Literal["tls", "starttls", "plain"] = "tls"
    port: Port | None = None
    user: Text = ""
    auth: Literal["password", "oauth2"] = "password"
    password: SecretText = Field(default="", validate_default=True)
    oauth: OAuthTable | None = Field(default=None, validate_default=True)

    @field_validator("security")
    @classmethod
    def _plain_stays_inside(cls, security: str, info: ValidationInfo) -> str:
        host = info.data.get("host")
        if security == "plain" and host and not is_loopback(host):
            raise Refused(
                f"would send mail and passwords to {host} in plain text", '"tls" or "starttls"; "plain" only to a loopback host'
            )
        return security

    @field_validator("password")
    @classmethod
    def _password_has_a_user(cls, password: Secret, info: ValidationInfo) -> Secret:
        if password.given and info.data.get("user") == "":
            raise Refused("is given, but no user is", "user and password together, or neither")
        if info.data.get("user") and info.data.get("auth") == "password" and not password.given:
            raise Refused("is missing, though a user is named", FORMS)
        return password

    @field_validator("oauth")
    @classmethod
    def _one_way_in(cls, oauth: OAuthTable | None, info: ValidationInfo) -> OAuthTable | None:
        auth = info.data.get("auth")
        if auth == "oauth2" and oauth is None:
            raise Refused('is missing, though auth = "oauth2"', "{ token_url, client_id, client_secret, refresh_token, scope }")
        if auth == "password" and oauth is not None:
            raise Refused("is given, but auth is not", 'auth = "oauth2" beside it')
        if auth == "oauth2" and info.data.get("user") == "":
            raise Refused("is given, but no user is", "user: the mailbox that the token opens")
        return oauth


class MailboxTable(ServerTable):
    """[[mailbox]]."""

    name: Line = Field(description="a short name of your own for it")
    user: Line = Field(description="the name that the mailbox is opened with")
    folder: Line = "INBOX"
    filed: Text = "maild/Done"
    quarantine: Line = "maild/Quarantine"
    idle: bool = True
    poll: Annotated[timedelta, BeforeValidator(duration)] = timedelta(seconds=60)
    trust_authserv: list[Line] = Field(default=[])
    sent: Text = ""

    @field_validator("filed", "quarantine")
    @classmethod
    def _elsewhere(cls, folder: str, info: ValidationInfo) -> str:
        if folder and folder == info.data.get("folder"):
            raise Refused("is the folder that is watched: mail would come in again", "another folder")
        return folder

    def value(self) -> MailboxConfig:
        """The frozen form."""
        return MailboxConfig(
            name=self.name, host=self.host, port=self.port or PORTS["imap"][self.security], security=self.security,
            user=self.user, password=self.password, oauth=self.oauth.value() if self.oauth else None,
            folder=self.folder, filed=self.filed, quarantine=self.quarantine, idle=self.idle, poll=self.poll,
            trust_authserv=tuple(self.trust_authserv), sent=self.sent,
        )  # fmt: skip


class LmtpTable(Table):
    """[lmtp]."""

    listen: Annotated[Door, AfterValidator(_only_inside)] = Field(description='host:port, such as "127.0.0.1:8024"')
    trust_authserv: list[Line] = Field(default=[])

    def value(self) -> LmtpConfig:
        """The frozen form."""
        return LmtpConfig(*self.listen, tuple(self.trust_authserv))


class SmtpTable(ServerTable):
    """[smtp]."""

    connections: Annotated[int, Field(ge=1, le=50)] = 2

    def value(self) -> SmtpConfig:
        """The frozen form."""
        port = self.port or PORTS["smtp"][self.security]
        oauth = self.oauth.value() if self.oauth else None
        return SmtpConfig(self.host, port, self.security, self.user, self.password, oauth, self.connections)


class HealthTable(Table):
    """[health]."""

    listen: Door = Field(description='host:port, such as "127.0.0.1:9464"')

    def value(self) -> HealthConfig:
        """The frozen form."""
        return HealthConfig(*self.listen)
