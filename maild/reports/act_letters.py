"""The letters that acts travel in: the pack to our accountants, the copy for the client, drafts, the register, and what was done. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from maild.desk.correspondence import to_staff
from maild.desk.decision import Document, Kind, Notice
from maild.desk.directory import Client, Staff
from maild.desk.hold import Hold
from maild.desk.incoming import Rules
from maild.desk.purpose import Purpose
from maild.message import Address, Attachment
from maild.reports.act_periods import period_key
from maild.reports.document_words import Words
from maild.reports.paper_words import COLUMNS, contract_name, got
from maild.reports.register import Row, register_files

Days = tuple[date, date]
Marks = Mapping[str, tuple[datetime, str]]


def accountants(rules: Rules) -> tuple[Staff, ...]:
    """Whom documents go to: the accountants, else the managers."""
    return rules.directory.with_role("accountant") or rules.directory.with_role("manager")


def pack(document: Document, person: str, marks: Marks, rules: Rules, asked_at: str = "") -> Notice:
    """An act for one of our accountants, with the button that lets it go to its client. `asked_at` tells one request from the next."""
    staff = rules.directory.staff[person]
    client = rules.directory.clients.get(document.client)
    facts = {
        "what": "pack",
        **_told(document.facts, staff.language or rules.desk.language),
        **_named(document),
        "recipients": list(client.act_to) if client else [],
        "sent_at": marks["sent"][0] if "sent" in marks else None,
        "accepted_at": marks["accepted"][0] if "accepted" in marks else None,
    }
    return to_staff(
        Kind.ACT,
        staff,
        rules,
        key=f"act:{document.year}:{document.number}:{person}:{asked_at}",
        facts=facts,
        client=document.client,
        purpose=Purpose.ACCOUNTANT,
        subject_of=document.signed_number,
        links=(Purpose.ACT_SEND,) if client and client.act_to else (),
        attachments=document.files,
    )


def to_client(document: Document, client: Client, rules: Rules) -> tuple[Notice, ...]:
    """The very files, for those who get the client's acts; with "accepted" and "I object"."""
    made = []
    for address in client.act_to:
        contact = rules.directory.contact_at(address)
        language = (contact.language if contact else "") or client.language or rules.desk.language
        person = Address(contact.name if contact else "", address)
        made.append(
            Notice(
                Kind.ACT,
                person,
                person.key,
                language,
                f"act-to-client:{document.year}:{document.number}:{person.key}",
                {"what": "client", "zone": client.timezone, **_told(document.facts, language), **_named(document)},
                client=client.id,
                purpose=Purpose.ACT_REPLY,
                subject_of=document.signed_number,
                links=(Purpose.ACT_ACCEPTED, Purpose.ACT_OBJECTED),
                attachments=document.files,
            )
        )
    return tuple(made)


def sent_receipt(document: Document, client: Client, marks: Marks, by: str, rules: Rules) -> tuple[Notice, ...]:
    """What became of the button: to whom the act went, or why it did not."""
    staff = rules.directory.staff.get(by)
    if staff is None:
        return ()
    what = "sent" if client.act_to and "sent" not in marks else "sent-before" if "sent" in marks else "nobody"
    facts = {
        "what": what,
        **_named(document),
        "recipients": list(client.act_to),
        "client_name": client.name,
        "sent_at": marks["sent"][0] if "sent" in marks else None,
    }
    key = f"act-{what}:{document.year}:{document.number}:{by}"
    more: dict[str, Any] = {"client": client.id, "purpose": Purpose.ACCOUNTANT, "subject_of": document.signed_number}
    return (to_staff(Kind.ACT, staff, rules, key=key, facts=facts, **more),)


def answered(document: Document, client: Client, what: str, who: str, rules: Rules) -> tuple[Notice, ...]:
    """The client has accepted an act, or objects to it."""
    facts = {"what": what, **_named(document), "client_name": client.name, "who": who}
    return tuple(
        to_staff(
            Kind.ACT,
            person,
            rules,
            key=f"act-{what}:{document.year}:{document.number}:{person.id}",
            facts=facts,
            client=client.id,
            purpose=Purpose.ACCOUNTANT,
            subject_of=document.signed_number,
        )
        for person in accountants(rules)
    )


def draft_of_act(
    client: Client, days: Days, facts: Mapping[str, Any], attached: tuple[Attachment, ...], person: str, rules: Rules
) -> tuple[Notice, ...]:
    """What an act would tell now: it has no number, and is not kept."""
    staff = rules.directory.staff.get(person)
    if staff is None:
        return ()
    told = {"what": "asked-draft", **_told(facts, staff.language or rules.desk.language), "client_name": client.name}
    key = f"act-draft:{client.id}:{period_key(*days)}:{person}:{facts['worked']}:{len(facts['lines'])}"
    more: dict[str, Any] = {"client": client.id, "subject_of": 0, "attachments": attached}
    return (to_staff(Kind.ACT, staff, rules, key=key, facts=told, **more),)


def nothing(client: Client, days: Days, person: str, rules: Rules) -> tuple[Notice, ...]:
    """Nothing was rendered, so that no act was made; said to whoever asked."""
    staff = rules.directory.staff.get(person)
    if staff is None:
        return ()
    words = Words(staff.language or rules.desk.language)
    facts = {"what": "nothing", "client_name": client.name, "period": _period(days, words)}
    key = f"act-nothing:{client.id}:{period_key(*days)}:{person}"
    return (to_staff(Kind.ACT, staff, rules, key=key, facts=facts, client=client.id, subject_of=0),)


def drafts(
    month: Days, today: date, rows: Sequence[Row], holds: Sequence[Hold], unlogged: Sequence[Mapping[str, Any]], rules: Rules
) -> tuple[Notice, ...]:
    """The evening before the acts: what will be in them, and what may still be mended. Nothing where nothing is to be said."""
    if not rows and not holds and not unlogged:
        return ()
    told = []
    for person in accountants(rules):
        words = Words(person.language or rules.desk.language)
        facts = {
            "what": "draft",
            "period": _period(month, words),
            "rows": [[each.name, each.facts["worked"], each.facts["charged"], _gross(each.facts, words)] for each in rows],
            "holds": [
                {"id": h.id, "staff": _name(h.staff, rules), "ticket": h.ticket, "reason": h.reason, "held_at": h.held_at}
                for h in holds
            ],
            "unlogged": list(unlogged),
        }
        key = f"acts-draft:{period_key(*month)}:{today.isoformat()}:{person.id}"
        told.append(to_staff(Kind.ACT, person, rules, key=key, facts=facts, subject_of=0))
    return tuple(told)


def register_letters(
    days: Days, rows: Sequence[Row], made_at: datetime, people: Sequence[str], rules: Rules, asked_at: str = ""
) -> tuple[Notice, ...]:
    """The register, in each reader's language."""
    told = []
    for staff in (rules.directory.staff[person] for person in people if person in rules.directory.staff):
        language = staff.language or rules.desk.language
        words = Words(language)
        facts = {
            "what": "register",
            "period": _period(days, words),
            "rows": [
                [each.name, each.act or "–", each.facts["worked"], each.facts["charged"], _gross(each.facts, words)]
                for each in rows
            ],
        }
        key = f"register:{period_key(*days)}:{staff.id}:{asked_at}"
        attached = register_files(days, rows, made_at, language)
        told.append(to_staff(Kind.ACT, staff, rules, key=key, facts=facts, subject_of=0, attachments=attached))
    return tuple(told)


def _named(document: Document) -> dict[str, Any]:
    corrects = document.facts.get("corrects")
    return {
        "number": document.number,
        "day": document.day,
        "corrects": corrects["number"] if corrects else None,
        "client_name": document.facts["client"]["name"],
    }


def _told(facts: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The figures of a document as its letter tells them, in the reader's language."""
    words = Words(language)
    days = (date.fromisoformat(facts["from"]), date.fromisoformat(facts["to"]))
    return {
        "period": _period(days, words),
        "worked": facts["worked"],
        "charged": facts["charged"],
        "late": sum(row["section"] == "late" for row in facts["lines"]),
        "money": [
            {
                **{name: words.money(total[name], total["currency"]) for name in ("net", "tax", "gross")},
                "taxed": _is_taxed(facts, total),
            }
            for total in facts["totals"]
        ],
        "accounts": [[contract_name(each), *(each[column] for column in COLUMNS)] for each in facts["contracts"]],
        "got": " ".join(got(facts, words)),
    }


def _is_taxed(facts: Mapping[str, Any], total: Mapping[str, str]) -> bool:
    return any(part["rate"] is not None for part in facts["sums"] if part["currency"] == total["currency"])


def _gross(facts: Mapping[str, Any], words: Words) -> str:
    return ", ".join(words.money(total["gross"], total["currency"]) for total in facts["totals"])


def _period(days: Days, words: Words) -> str:
    """A month by its name, other periods by their days."""
    if period_key(*days) == f"{days[0]:%Y-%m}":
        return words.month(days[0])
    return f"{words.day(days[0])} – {words.day(days[1])}"


def _name(staff: str, rules: Rules) -> str:
    person = rules.directory.staff.get(staff)
    return person.name if person else staff
