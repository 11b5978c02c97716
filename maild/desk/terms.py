"""The terms of a client as the ledger needs them, from the directory that is in force."""

from __future__ import annotations

from maild.desk.directory import Client, Directory
from maild.desk.working_minutes import office_minutes
from maild.ledger.work import Terms


def terms_of(client: Client, directory: Directory) -> Terms:
    """What the client and the desk have agreed on."""
    goodwill = directory.goodwill
    return Terms(
        contracts=client.contracts,
        goodwill_minutes=goodwill.minutes,
        goodwill_rate=goodwill.rate,
        first_urgent_free=goodwill.first_urgent_free,
        free_words=frozenset(directory.free),
        office_minutes=office_minutes(directory.calendars),
        zone=client.zone,
        directory_version=directory.version,
    )
