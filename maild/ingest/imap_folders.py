"""Folders by the server's own names: its hierarchy separator, its prefix for what is ours (RFC 2342), made where they are missing."""

from __future__ import annotations

from contextlib import suppress

from imapclient import IMAPClient

from maild.ingest.imap_session import MailboxRefused, passing, speaking


def spellings(client: IMAPClient, name: str) -> list[str]:
    """What a folder that the operator calls `name` may be called by the server, the likeliest for a new one first.

    In the configuration "/" separates levels, whatever the server uses; some servers keep everything under "INBOX.".
    """
    if name.upper() == "INBOX":
        return ["INBOX"]
    prefix, separator = "", "/"
    with speaking("asking for namespaces"):
        if client.has_capability("NAMESPACE") and (personal := client.namespace().personal):
            prefix, separator = personal[0]
        elif root := client.list_folders("", ""):
            separator = (root[0][1] or b"/").decode("ascii", "replace")
    native = name.replace("/", separator or "/")
    ours = [native] if not prefix or native.upper().startswith(prefix.upper()) else [prefix + native, native]
    return list(dict.fromkeys([*ours, name]))


def find_folder(client: IMAPClient, name: str) -> str | None:
    """The server's name of a folder that can be opened, or None."""
    for spelling in spellings(client, name):
        with speaking(f"looking for the folder {name}"):
            found = client.list_folders("", spelling)
        for flags, _, listed in found:
            closed = {b"\\noselect", b"\\nonexistent"} & {flag.lower() for flag in flags}
            if listed == spelling and not closed:
                return spelling
    return None


def settle_folder(client: IMAPClient, name: str) -> str:
    """The server's name of a folder, made if it is missing. Raises MailboxRefused where it may not be made."""
    existing = find_folder(client, name)
    if existing is not None:
        return existing
    spelling = spellings(client, name)[0]
    with speaking(f"making the folder {name}"):
        try:
            client.create_folder(spelling)
        except client.Error as error:
            if passing(error):
                raise
            if "ALREADYEXISTS" not in str(error).upper():  # else another node was faster
                raise MailboxRefused(
                    f"the folder {name} cannot be made: {str(error)[:200]}", "make it by hand, or name another"
                ) from None
        with suppress(client.Error):  # a mail client that shows subscribed folders only will miss it; we do not
            client.subscribe_folder(spelling)
    return spelling


def open_folder(client: IMAPClient, name: str) -> dict[bytes, object]:
    """SELECT the folder for reading and writing; the answer's EXISTS, UIDVALIDITY and so on. Raises MailboxRefused where it is missing."""
    with speaking(f"opening the folder {name}"):
        for spelling in spellings(client, name):
            try:
                return dict(client.select_folder(spelling))
            except client.Error as error:
                if passing(error):
                    raise
                refusal = str(error)
    raise MailboxRefused(f"the folder {name} cannot be opened: {refusal[:200]}", "mend `folder`, or make it on the server")
