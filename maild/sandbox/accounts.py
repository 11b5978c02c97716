"""Who lives in the little mail world: the desk, the vendor's staff, people of two clients, and a stranger."""

from __future__ import annotations

from dataclasses import dataclass

VENDOR_DOMAIN = "vendor.test"
PASSWORD = "secret"  # noqa: S105 - the world is a toy to play with on loopback, everybody's password is printed


@dataclass(frozen=True, slots=True)
class Account:
    """A mailbox of the world: its address is its login too; `language` is what its owner's mail client speaks."""

    name: str
    address: str
    language: str
    part: str  # what this person is in the play


ACCOUNTS = (
    Account("Vendor Support", "support@vendor.test", "en", "the desk's own mailbox, worked by maild"),
    Account("Olga Ivanova", "olga@vendor.test", "ru", "engineer, personal manager of Acme"),
    Account("Petr Petrov", "petr@vendor.test", "en", "engineer, developers"),
    Account("Alla Schmidt", "alla@vendor.test", "en", "accountant"),
    Account("Max Weber", "max@vendor.test", "en", "manager"),
    Account("Анна Кравец", "anna@acme.test", "ru", "customer at Acme, a prepaid client"),
    Account("Борис Левченко", "boris@acme.test", "ru", "customer at Acme"),
    Account("Ирина Бойко", "boss@acme.test", "ru", "head of Acme, gets its daily report"),
    Account("Gleb Stone", "gleb@globex.test", "en", "customer at Globex, a client by the hour"),
    Account("Nina North", "nina@globex.test", "en", "head of Globex, gets its daily report"),
    Account("Vera Newcomer", "vera@elsewhere.test", "en", "a stranger with a question before a purchase"),
)
ACCOUNTS_BY_ADDRESS = {account.address: account for account in ACCOUNTS}


def mailbox_of(recipient: str) -> str:
    """The mailbox that a recipient's mail goes to: `local+detail@domain` belongs to `local@domain` (RFC 5233), in any case."""
    local, _, domain = recipient.lower().rpartition("@")
    return f"{local.split('+')[0]}@{domain}"
