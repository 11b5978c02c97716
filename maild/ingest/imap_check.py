"""What `maild check` finds at a mailbox: everything that can be told in one visit, each with what to mend. It changes nothing there."""

from __future__ import annotations

import ssl

from imapclient import IMAPClient

from maild.ingest.imap_folders import find_folder, open_folder
from maild.ingest.imap_session import Account, MailboxTrouble, open_session, speaking
from maild.oauth import Tokens

Finding = tuple[str, bool, str]  # what was looked at, whether it is well, what to mend or mind

WISHES = {
    "MOVE": "messages are copied, marked and expunged instead",
    "UIDPLUS": "without MOVE too, other programs' deleted messages delay ours from leaving the inbox",
    "IDLE": "new mail is noticed at the next poll",
}


def check(account: Account, *, context: ssl.SSLContext | None = None) -> list[Finding]:
    """Visit the mailbox as the daemon would. Never raises for what a server may do."""
    name = f"mailbox {account.name}"
    try:
        client = open_session(account, Tokens(account.oauth) if account.oauth else None, context)
    except MailboxTrouble as trouble:
        return [(f"{name}: {trouble}", False, trouble.advice or "try again later")]
    findings = [(f"{name}: {account.user} at {account.host}:{account.port}", True, "")]
    try:
        findings += _folders(client, account, name)
        with speaking("asking what the server can do"):
            offered = {wish for wish in WISHES if client.has_capability(wish)}
            client.logout()
        if "MOVE" in offered:
            offered.add("UIDPLUS")
        findings += [(f"{name}: the server has no {wish}", True, WISHES[wish]) for wish in WISHES if wish not in offered]
    except MailboxTrouble as trouble:
        findings.append((f"{name}: {trouble}", False, trouble.advice or "try again later"))
    return findings


def _folders(client: IMAPClient, account: Account, name: str) -> list[Finding]:
    findings: list[Finding] = []
    if account.sent and find_folder(client, account.sent) is None:
        findings.append(
            (
                f"{name}: the folder {account.sent} is missing",
                False,
                "mend `sent`: letters of unknown outcome are looked for there",
            )
        )
    for folder in dict.fromkeys([account.filed, account.quarantine]):
        if folder and find_folder(client, folder) is None:
            findings.append((f"{name}: the folder {folder} is missing", True, "it will be made at the first start"))
    try:
        open_folder(client, account.folder)
    except MailboxTrouble as trouble:
        with speaking("listing folders"):
            others = ", ".join(str(listed) for _, _, listed in client.list_folders()[:20])
        findings.append((f"{name}: {trouble}", False, f"{trouble.advice}; there are {others}"))
    else:
        findings.append((f"{name}: folder {account.folder}", True, ""))
    return findings
