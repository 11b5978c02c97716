"""The folder in which a provider keeps what is sent over its server: whether a letter whose outcome nobody knows did leave.

Asked only of such letters, so each question is a visit of its own.
"""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from contextlib import suppress

import structlog

from maild.ingest.imap_folders import find_folder
from maild.ingest.imap_move import search
from maild.ingest.imap_session import PATIENCE, Account, MailboxTrouble, open_session, speaking
from maild.oauth import Tokens

log = structlog.get_logger("mailbox")


def was_sent(accounts: Sequence[Account], message_id: str, context: ssl.SSLContext | None = None) -> bool:
    """Whether a copy of our letter lies in one of these folders. False also where that cannot be told: then it goes again."""
    for account in accounts:
        if account.sent:
            try:
                if _holds(account, message_id, context):
                    return True
            except MailboxTrouble as trouble:
                log.warning("sent mail cannot be looked through", mailbox=account.name, trouble=str(trouble))
    return False


def _holds(account: Account, message_id: str, context: ssl.SSLContext | None) -> bool:
    client = open_session(account, Tokens(account.oauth) if account.oauth else None, context, PATIENCE)
    try:
        folder = find_folder(client, account.sent)
        if folder is None:
            log.warning(
                "sent mail cannot be looked through", mailbox=account.name, trouble=f"there is no folder {account.sent}"
            )
            return False
        with speaking(f"looking for a letter in {account.sent}"):
            client.select_folder(folder, readonly=True)
            return bool(search(client, f'HEADER Message-ID "{message_id}"'))  # ours: no quotation mark is ever in it
    finally:
        with suppress(OSError, client.Error, ValueError):  # it is given up either way
            client.logout()
