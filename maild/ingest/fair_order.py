"""In which order a backlog is taken in: by turns among those who wrote, so that one sender's ten thousand mails delay nobody else's."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from itertools import chain, zip_longest

_EDGE = re.compile(r"[\s<>()\[\]:;,\"]")


def fair(uids: Sequence[int], senders: Mapping[int, str]) -> list[int]:
    """The messages by turns among senders, each sender's own in the order in which they came."""
    queues: dict[str, list[int]] = defaultdict(list)
    for uid in uids:
        queues[senders.get(uid, "")].append(uid)
    turns = zip_longest(*queues.values())
    return [uid for uid in chain.from_iterable(turns) if uid is not None]


def sender_of(field: bytes, shared: Collection[str]) -> str:
    """Whose turn a message takes, told by its From field: a domain, or an address where strangers share the domain.

    A hint for the order alone: it proves nothing, and what cannot be read waits in one queue.
    """
    before, at, after = field[:4_000].decode("latin-1").lower().rpartition("@")
    if not at:
        return ""
    local, domain = _EDGE.split(before)[-1], _EDGE.split(after)[0]
    return f"{local}@{domain}" if domain in shared else domain
