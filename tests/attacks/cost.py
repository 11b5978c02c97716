"""`python -m attacks.cost`: CPU time of the trust checks a mail, without DKIM. Exit code 1 where it is 0.3 ms or more.

Measured is what trust adds to a mail that has been read: the verdict on its From, its tokens, and, for comparison, all that is told of
a mail before memory is asked. The mails are those that cost most: a reply of staff to a signed address, with a block of fields.
"""

import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from attacks.desk_at_work import ANNA, AUTHENTICATED, OLGA, DeskAtWork, one

from maild import opening
from maild.ingest.authentication import judge
from maild.ingest.read import read
from maild.message import Arrival
from maild.store.store import Store

BOUND_MS = 0.3
ROUNDS, TIMES = 15, 200
FIELD = (
    AUTHENTICATED
    + "; spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=olga@vendor.test; dkim=pass (2048-bit key) header.i=@{domain}"
)


def milliseconds(work):
    """CPU time of one call: the median of some rounds."""
    found = []
    for _ in range(ROUNDS):
        before = time.process_time()
        for _ in range(TIMES):
            work()
        found.append((time.process_time() - before) / TIMES * 1000)
    return median(found)


def main():
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/maild.db", "cost")
        store.migrate()
        desk = DeskAtWork(Path(folder), store)
        note = one(desk.write(ANNA, "The printer is silent.\n"), "notification")
        raw = desk.mail(OLGA, "Switch the cable.\n/time 5m x\n", note.reply_to, "Re: [#1] Hello", FIELD)
        arrival = Arrival("support", 1, 9, desk.now, raw)
        message, rules, doors = read(raw), desk.pipeline.setting.rules, desk.pipeline.setting.doors
        trusted = doors["support"].trust_authserv
        staff = opening.staff_of(message, rules)
        delivered = opening.delivered_addresses(arrival, message)
        verdict = milliseconds(lambda: judge(message, trusted, logins=(staff.login, *staff.addresses)))
        tokens = milliseconds(lambda: opening._token(message, staff, delivered, rules, arrival.arrived_at))
        opened = milliseconds(lambda: opening.open_mail(1, arrival, message, rules, doors))
        store.close()
    total = verdict + tokens
    print(f"the verdict on From {verdict:.3f} ms, tokens {tokens:.3f} ms: {total:.3f} ms a mail; bound {BOUND_MS} ms")
    print(f"all that is told of a mail without memory, commands and quotes included: {opened:.3f} ms")
    return 0 if total < BOUND_MS else 1


if __name__ == "__main__":
    sys.exit(main())
