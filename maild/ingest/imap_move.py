"""Putting recorded messages away: MOVE (RFC 6851) where it is offered, else copy, mark and expunge without touching what is not ours."""

from __future__ import annotations

from collections.abc import Iterable

from imapclient import IMAPClient

SET_CHARACTERS_MAX = 1000


def uid_sets(uids: Iterable[int]) -> list[str]:
    """UIDs as sequence sets such as "3:7,9" (RFC 3501, 9), each short enough for one command."""
    ranges: list[list[int]] = []
    for uid in sorted(set(uids)):
        if ranges and uid == ranges[-1][1] + 1:
            ranges[-1][1] = uid
        else:
            ranges.append([uid, uid])
    sets = [""]
    for first, last in ranges:
        word = f"{first}:{last}" if last > first else f"{first}"
        if len(sets[-1]) + len(word) >= SET_CHARACTERS_MAX:
            sets.append("")
        sets[-1] += f",{word}" if sets[-1] else word
    return [text for text in sets if text]


def search(client: IMAPClient, criteria: str) -> list[int]:
    """UIDs by UID SEARCH, however many lines the server spreads them over. Raises the client's Error."""
    kind, lines = client._imap.uid("SEARCH", criteria)
    if kind != "OK":
        raise client.Error(f"SEARCH failed: {lines}")
    return [int(word) for line in lines if line for word in line.split() if word.isdigit()]


def move_set(client: IMAPClient, uids: str, target: str) -> None:
    r"""Move one sequence set to the folder `target`, or mark it \Seen where that is "". Raises the client's Error."""
    if not target:
        client.add_flags(uids, [b"\\Seen"], silent=True)
    elif client.has_capability("MOVE"):
        client.move(uids, target)
    else:
        for part in uid_sets(search(client, f"UID {uids} UNDELETED")):  # a copy that was made before a crash is not made twice
            client.copy(part, target)
            client.add_flags(part, [b"\\Deleted"], silent=True)
        if client.has_capability("UIDPLUS"):
            client.uid_expunge(uids)
        elif set(search(client, "DELETED")) <= set(search(client, f"UID {uids}")):
            client.expunge()  # it takes all that is marked, and what others marked is not ours to destroy
