"""What holds for every letter of every story (contract, section 2; product.md, promises 7 and 8)."""

import re

from journeys.desk_of_story import Sent
from journeys.story import DESK

from maild.message import address_key
from maild.store.store import Store

TO_CUSTOMERS = frozenset({"ack", "relay", "confirm", "reminder", "refusal", "quote", "offer"})
TO_APPROVERS = frozenset({"quote", "offer"})  # whom the directory names, whoever is on the ticket
TO_CLIENTS = frozenset({"report", "act"})
STAFF_DOMAIN = "@vendor.test"
STAFF = re.compile(r"\b(?:olga|petr|pavlo|alla|max)@vendor\.test")
TOKEN = re.compile(r"support\+([a-z2-7]{46})@vendor\.test")
ID = re.compile(r"<[^<>\s]+>")


def check_every_letter(sent: Sent, store: Store) -> None:
    kind = sent["Maild-Kind"]
    _check_head(sent, kind)
    if kind in TO_CUSTOMERS:
        _check_secrets(sent)
        if kind not in TO_APPROVERS and not _tells_of_a_contract(sent, kind):
            _check_recipient(sent, store)
            _check_thread(sent, store)
    elif kind not in TO_CLIENTS:
        assert sent.recipient.endswith(STAFF_DOMAIN), f"a {kind} is for staff, not for {sent.recipient}"


def _tells_of_a_contract(sent: Sent, kind: str) -> bool:
    """A reminder that a contract ends goes to whoever reads the reports; no other may be without a ticket."""
    return kind == "reminder" and not sent["Maild-Ticket"]


def _check_head(sent: Sent, kind: str) -> None:
    assert len(sent["Message-ID"]) <= 76
    assert sent["To"].endswith(f"{sent.recipient}>") or sent["To"] == sent.recipient
    assert sent["From"].endswith(f"<{DESK}>")
    assert TOKEN.search(sent["Reply-To"]) or kind == "alert", f"the Reply-To of a {kind} is not signed: {sent['Reply-To']}"
    automatic = kind != "relay"
    assert bool(sent["Auto-Submitted"]) == automatic
    assert bool(sent["X-Auto-Response-Suppress"]) == automatic
    if kind in ("ack", "refusal", "reminder"):
        assert sent.mail_from == "", f"a {kind} has a reverse-path"
    else:
        assert TOKEN.search(sent.mail_from), f"a bounce of this {kind} would find nobody: {sent.mail_from!r}"
    if number := sent["Maild-Ticket"]:
        assert sent["Subject"].count(f"[#{number}]") == 1
    assert sent["Subject"].count("[#") <= 1


def _check_recipient(sent: Sent, store: Store) -> None:
    """A customer's letter goes to people whom its ticket knows, and to nobody else."""
    view = store.ticket(int(sent["Maild-Ticket"]))
    known = {address_key(view.ticket.requester), *(person.address for person in view.participants)}
    assert address_key(sent.recipient) in known, f"#{view.ticket.number} does not know {sent.recipient}"


def _check_thread(sent: Sent, store: Store) -> None:
    """No id of a letter to anybody else: it may carry that person's token."""
    cited = set(ID.findall(f"{sent['In-Reply-To']} {sent['References']}"))
    view = store.ticket(int(sent["Maild-Ticket"]))
    others = {i.stored.message_id for i in view.thread if i.stored.recipient and i.stored.recipient != sent.recipient}
    assert not cited & others, f"a letter to {sent.recipient} cites ids of letters to others"


def _check_secrets(sent: Sent) -> None:
    everything = f"{sent.text} {sent.html} {sent.message.items()}".lower()
    assert not (shown := STAFF.findall(everything)), f"shows {shown}"
    assert "for the desk only" not in everything
