"""The process that composes letters for `press.py`: `python -m maild.delivery.press_worker`. It ends when its input ends."""

from __future__ import annotations

import contextlib
import pickle
import sys
from dataclasses import replace
from datetime import datetime

from maild.child_exchange import FRAME
from maild.child_streams import exactly, served, write
from maild.delivery.compose import Composer
from maild.delivery.press import COMPOSER, LETTERS, RAISED
from maild.desk.decision import Notice


def main() -> int:
    """Serve until the input ends."""
    composer: Composer | None = None
    with contextlib.suppress(BrokenPipeError, EOFError):
        requests, answers = served()
        while True:
            what, number, follows = FRAME.unpack(exactly(requests, FRAME.size))
            value = pickle.loads(exactly(requests, follows))  # noqa: S301 - our own parent
            if what == COMPOSER:
                composer = value
                continue
            word, answer = _composed(composer, value)
            write(answers, FRAME.pack(word, number, len(answer)) + answer)
    return 0


def _composed(composer: Composer | None, value: tuple[list[Notice], datetime]) -> tuple[bytes, bytes]:
    """(whether they are letters, their pickle): what composing raises is the parent's to handle."""
    try:
        if composer is None:
            raise LookupError("notices before their composer")
        notices, now = value
        made = [composer.compose(notice, now) for notice in notices]
        return LETTERS, pickle.dumps([(letter, replace(stored, attachments=())) for letter, stored in made], protocol=5)
    except Exception as fault:  # noqa: BLE001 - raised again where it is asked for
        return RAISED, pickle.dumps(fault, protocol=5)


if __name__ == "__main__":
    sys.exit(main())
