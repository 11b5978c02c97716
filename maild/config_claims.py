"""What no single value of clients.toml shows: who claims the same address, domain, login, name or contract as somebody else.

Read from the raw tree, so that these faults are told together with all others, whatever else is wrong with the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from maild.config_fault import Path, Refused, dotted, found
from maild.desk.directory import WALK_IN
from maild.message import address_key

Claim = tuple[Path, Refused]


def directory_claims(tree: dict[str, Any], desk_address: str, separator: str) -> Iterator[Claim]:
    """Every such fault of a directory, with its place."""
    if not tree.get("staff"):
        yield ("staff",), Refused("is missing: nobody would answer", "[staff.ID] once at least")
    for path, name in ((("client", WALK_IN), WALK_IN), (("calendar", "always"), "always")):
        if name in _table(tree, path[0]):
            yield path, Refused("is built in", "another name")
    for kind in ("staff", "client", "plan", "calendar"):
        yield from _same_but_for_case(tree, kind)
    yield from _addresses(tree, desk_address, separator)
    yield from _readers(tree, desk_address, separator)
    yield from _logins(tree)
    yield from _domains(tree)
    yield from _contracts(tree)


def is_desk_address(address: str, desk_address: str, separator: str) -> bool:
    """Whether mail to an address comes to the desk: its own, or a subaddress of it."""
    local, _, domain = address_key(address).rpartition("@")
    desk_local, _, desk_domain = address_key(desk_address).rpartition("@")
    return bool(desk_address) and domain == desk_domain and local.split(separator, 1)[0] == desk_local


def _table(tree: dict[str, Any], name: str) -> dict[str, Any]:
    table = tree.get(name)
    return table if isinstance(table, dict) else {}


def _same_but_for_case(tree: dict[str, Any], kind: str) -> Iterator[Claim]:
    seen: dict[str, str] = {}
    for name in _table(tree, kind):
        if name.casefold() in seen:
            yield (
                (kind, name),
                Refused(f"differs from {seen[name.casefold()]} in case alone", "names that differ in more than case"),
            )
        seen.setdefault(name.casefold(), name)


def _text_at(tree: object, *pattern: str) -> Iterator[tuple[Path, str]]:
    return ((path, value) for path, value in found(tree, *pattern) if isinstance(value, str))


def _staff_addresses(tree: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    yield from _text_at(tree, "staff", "*", "address")
    yield from _text_at(tree, "staff", "*", "addresses", "*")


def _addresses(tree: dict[str, Any], desk_address: str, separator: str) -> Iterator[Claim]:
    owners: dict[str, Path] = {}
    for path, address in (*_staff_addresses(tree), *_text_at(tree, "client", "*", "contacts", "*", "address")):
        owner = owners.setdefault(address_key(address), path)
        if is_desk_address(address, desk_address, separator):
            yield path, Refused("is the desk's own address: it would write to itself", "the person's own address")
        elif owner != path and (path[0] == "client" or owner[:2] != path[:2]):
            yield path, Refused(f"stands at {dotted(owner)} already", "each address at one person")


def _readers(tree: dict[str, Any], desk_address: str, separator: str) -> Iterator[Claim]:
    staff = {address_key(address) for _, address in _staff_addresses(tree)}
    for pattern in (("report", "to", "*"), ("approve", "*"), ("act", "to", "*")):
        for path, address in _text_at(tree, "client", "*", *pattern):
            if is_desk_address(address, desk_address, separator):
                yield path, Refused("is the desk's own address: it would write to itself", "an address of the client's")
            elif pattern[0] == "approve" and address_key(address) in staff:
                yield path, Refused("is a staff address: nobody agrees to pay for another", "an address of the client's")


def _logins(tree: dict[str, Any]) -> Iterator[Claim]:
    """A login proves its person as an address does, so no two people may share either."""
    owners = {address_key(address): path for path, address in _staff_addresses(tree)}
    for path, login in _text_at(tree, "staff", "*", "login"):
        owner = owners.setdefault(address_key(login), path)
        if owner[:2] != path[:2]:
            yield path, Refused(f"stands at {dotted(owner)} already", "a login of their own for each person")


def _domains(tree: dict[str, Any]) -> Iterator[Claim]:
    owners: dict[str, Path] = {}
    for path, domain in _text_at(tree, "client", "*", "domains", "*"):
        owner = owners.setdefault(domain.lower(), path)
        if owner != path:
            yield path, Refused(f"stands at {dotted(owner)} already", "each domain once, at one client")


def _contracts(tree: dict[str, Any]) -> Iterator[Claim]:
    seen: dict[tuple[str | int, str], Path] = {}
    for path, contract in found(tree, "client", "*", "contracts", "*"):
        if not isinstance(contract, dict):
            continue
        number = contract.get("number") or f"{contract.get('plan')}-{contract.get('from')}"
        owner = seen.setdefault((path[1], str(number)), path)
        if owner != path:
            where = (*path, "number") if "number" in contract else path
            yield (
                where,
                Refused(f"is the same contract as {dotted(owner)}", "a number of its own for each contract of a client"),
            )
