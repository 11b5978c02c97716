"""The least that anything must do with a backlog: fetch, parse, commit, send one mail each. What a desk is measured against.

It decides nothing, threads nothing, forgets nothing: fetch by fifty, the standard library's parser with `compat32`, SQLite with WAL
and synchronous=FULL, and one prepared mail for each over one kept connection.
"""

from __future__ import annotations

import smtplib
import sqlite3
import time
from email import message_from_bytes, policy
from email.utils import parseaddr
from pathlib import Path

from imapclient import IMAPClient

from maild.sandbox.accounts import PASSWORD

BATCH = 50
PREPARED = (
    "From: Vendor Support <support@vendor.test>\r\nTo: {to}\r\nSubject: Re: {subject}\r\nMessage-ID: <{number}@vendor.test>\r\n"
    "In-Reply-To: {about}\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    "Your mail has come. A person will answer it.\r\n"
)


def bare_loop(imap_port: int, smtp_port: int, user: str, folder: Path) -> float:
    """Empty a mailbox; return messages a second, from the first command to the last mail sent."""
    began, number = time.monotonic(), 0
    database = sqlite3.connect(folder / "bare.db", isolation_level=None)
    for statement in (
        "PRAGMA journal_mode=WAL",
        "PRAGMA synchronous=FULL",
        "CREATE TABLE raw (uid INTEGER PRIMARY KEY, body BLOB)",
    ):
        database.execute(statement)
    with IMAPClient("127.0.0.1", imap_port, ssl=False) as mailbox, smtplib.SMTP("127.0.0.1", smtp_port, "localhost") as server:
        mailbox._imap.debug = 0  # as ingest/imap_session.py has it
        mailbox.login(user, PASSWORD)
        mailbox.select_folder("INBOX")
        uids = mailbox.search("ALL")
        for first in range(0, len(uids), BATCH):
            fetched = mailbox.fetch(uids[first : first + BATCH], ["BODY.PEEK[]", "INTERNALDATE"])
            mails = [(uid, data[b"BODY[]"]) for uid, data in fetched.items()]
            parsed = [message_from_bytes(raw, policy=policy.compat32) for _, raw in mails]
            for mail in parsed:
                for part in mail.walk():
                    part.get_payload(decode=True)
            database.execute("BEGIN IMMEDIATE")
            database.executemany("INSERT INTO raw VALUES (?, ?)", mails)
            database.execute("COMMIT")
            for mail in parsed:
                number += 1
                to = parseaddr(str(mail["From"]))[1]
                letter = PREPARED.format(to=to, subject=mail["Subject"], number=number, about=mail["Message-ID"])
                server.sendmail("", [to], letter.encode("utf-8"))
            mailbox.add_flags([uid for uid, _ in mails], [b"\\Seen"], silent=True)
    database.close()
    return number / (time.monotonic() - began)
