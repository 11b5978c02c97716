"""After a restore: mail that was done after the backup lies in the folders of done mail, and memory does not know it.

It is moved back into the queue and judged like new mail; its arrival is still its INTERNALDATE. What memory knows stays where it is. The
work is done once a mailbox, and again from the start if it was interrupted.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import structlog

from maild.ingest.imap import Mailbox
from maild.oversized import headers_alone
from maild.store.store import Store

log = structlog.get_logger("mailbox")

# Within so long before the last mail that memory knows each is compared by its octets: two of one second may have one size.
NEAR = timedelta(days=1)


def reclaim(mailbox: Mailbox, store: Store, max_bytes: int) -> bool:
    """Look through the folders of a connected mailbox if a restore asked for it; whether it did. Raises MailboxTrouble, Unavailable.

    What was done after the backup is in the queue then, be it that it was never moved from there.
    """
    account = mailbox.account
    if not store.wants_reclaim(account.name):
        return False
    moved = 0
    for folder in dict.fromkeys(name for name in (account.filed, account.quarantine) if name and name != account.folder):
        mailbox.enter(folder)
        known = store.known_sizes(account.name)
        facts = mailbox.facts(mailbox.listing())
        sure_until = max((at for at, _ in known), default=datetime.min.replace(tzinfo=UTC)) - NEAR
        strange = [uid for uid, (at, octets) in facts.items() if at > sure_until or (at, octets) not in known]
        lost: list[int] = []
        for batch in mailbox.fetch(strange, max_message_bytes=max_bytes):
            arrivals = [*batch.arrivals, *(headers_alone(account.name, mailbox.uidvalidity, each) for each in batch.oversized)]
            kept = store.known_raws([each.sha256 for each in arrivals])
            lost += [each.uid for each in arrivals if each.uid is not None and each.sha256 not in kept]
        if lost:
            mailbox.move(lost, account.folder)
        moved += len(lost)
    mailbox.enter(account.folder)
    store.reclaimed(account.name)
    log.info("mail done after the backup is taken back into the queue", mailbox=account.name, messages=moved)
    return True
