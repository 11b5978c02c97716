"""Does mail to a signed address come back to us? `maild check` writes to support+check@ and looks for it in the mailbox."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.mime.text import MIMEText
from email.utils import format_datetime, make_msgid
from typing import TYPE_CHECKING, Any

from maild.cli.finding import Finding, fault, ok

if TYPE_CHECKING:
    from maild.config import Config, MailboxConfig
    from maild.message import Letter

WAIT_SECONDS = 20.0
LOOK_EVERY_SECONDS = 0.5


def check_address(config: Config) -> str:
    """The subaddress that is written to."""
    local, _, domain = config.desk.address.rpartition("@")
    return f"{local}{config.desk.separator}check@{domain}"


def mail_itself(config: Config, wait_seconds: float = WAIT_SECONDS) -> Iterator[Finding]:
    """Send one mail to ourselves and say whether it came; it is taken out of the mailbox again."""
    from maild.delivery.outcome import Delivered, Uncertain  # noqa: PLC0415
    from maild.delivery.wire import Wire  # noqa: PLC0415

    letter = _letter(config)
    wire = Wire(config.smtp)
    try:
        outcome = wire.send(letter)
    finally:
        wire.close()
    if not isinstance(outcome, Delivered):
        said = outcome.reason if isinstance(outcome, Uncertain) else outcome.reply
        yield fault(f"mail to {letter.recipient}: the server would not take it: {said}", "look at the outgoing server's rules")
        return
    started = time.monotonic()
    while True:
        for box in config.mailboxes:
            folder = found_in(box, letter.message_id)
            if folder:
                seconds = time.monotonic() - started
                yield ok(f"mail to {letter.recipient} came to mailbox {box.name} within {seconds:.1f} s")
                return
        if time.monotonic() - started > wait_seconds:
            break
        time.sleep(LOOK_EVERY_SECONDS)
    yield fault(
        f"mail to {letter.recipient} was sent and did not come within {wait_seconds:g} s",
        f"signed reply addresses need it: let the mail server deliver {_any(config)} to the desk's mailbox, or mend `separator` in [desk]",
    )


def _any(config: Config) -> str:
    return check_address(config).replace("check@", "ANYTHING@")


def _letter(config: Config) -> Letter:
    from maild.message import Letter  # noqa: PLC0415

    mail = MIMEText(
        "maild check looks whether mail to this address comes to the desk. Nobody needs to answer.\n", "plain", "us-ascii"
    )
    mail["From"] = config.desk.address
    mail["To"] = check_address(config)
    mail["Subject"] = "maild check"
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = make_msgid("check", config.desk.domain)
    mail["Auto-Submitted"] = "auto-generated"
    raw = mail.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    return Letter(mail["Message-ID"], "check", "", check_address(config), raw)


def found_in(box: MailboxConfig, message_id: str) -> str:
    """The folder where a mail is, '' where it is in none."""
    return taken_from(box, message_id)[0]


def taken_from(box: MailboxConfig, message_id: str) -> tuple[str, bytes]:
    """The folder where a mail is, and its octets; ('', b"") where it is in none. It is deleted; a running daemon has filed it."""
    from maild.ingest.imap_folders import find_folder, open_folder  # noqa: PLC0415
    from maild.ingest.imap_session import MailboxTrouble, open_session, speaking  # noqa: PLC0415
    from maild.oauth import Tokens  # noqa: PLC0415

    try:
        client: Any = open_session(box, Tokens(box.oauth) if box.oauth else None)
    except MailboxTrouble:  # it was well a moment ago: the next look tells
        return "", b""
    try:
        for folder in dict.fromkeys(name for name in (box.folder, box.filed) if name):
            if find_folder(client, folder) is None:
                continue
            open_folder(client, folder)
            with speaking("looking for our own mail"):
                uids = client.search(["HEADER", "Message-ID", message_id])
                if uids:
                    fetched: dict[int, dict[bytes, bytes]] = client.fetch(uids, ["BODY.PEEK[]"])
                    raw = next((each.get(b"BODY[]", b"") for each in fetched.values()), b"")
                    client.delete_messages(uids)
                    client.expunge(uids) if client.has_capability("UIDPLUS") else client.expunge()
                    return str(folder), raw
        with speaking("logging out"):
            client.logout()
    except MailboxTrouble:
        return "", b""
    return "", b""
