"""Keeps mail, opens tickets, attempts letters and books time, and says after each commit what is safe by then. See test_power_loss.py."""

import os
import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from desk_values import NOW, a_topup, an_arrival, an_entry, judge, later, opened, opening

from maild.store.outbox import LetterState, Settlement
from maild.store.store import Store


def safe(what):
    os.write(1, what.encode() + b"\n")


def main(folder, rounds):
    store = Store(f"sqlite:///{folder}/maild.db", "writer")
    store.migrate()
    safe("migrated")
    for number in range(rounds):
        store.keep([an_arrival(f"Subject: {number}\r\n\r\n{'x' * 3000 * (number % 3)}\r\n", 1000 + number, "other")], NOW)
        safe("kept")
        opened(store, [("ack", {})])
        safe("opened")
        for claimed in store.claim_letters(9, later(number)):
            store.attempt(claimed, None, later(number))
            store.settle(Settlement(claimed.id, claimed.fence, LetterState.SENT, at=later(number)), later(number))
        entry = an_entry(5, source=f"<time-{number}@vendor.test>") if number else a_topup()
        judge(store, replace(opening(f"<book-{number}@acme.test>"), entries=(entry,)), fingerprint=f"book-{number}")
        safe("booked")


main(sys.argv[1], int(sys.argv[2]))
