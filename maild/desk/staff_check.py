"""`check staff`: each person is asked for one word, and the answer shows which proofs their mail program and network send along."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from maild.desk import holds
from maild.desk.correspondence import to_staff
from maild.desk.decision import Decision, Kind
from maild.desk.directory import Staff
from maild.desk.incoming import Incoming, Rules
from maild.desk.purpose import Purpose

CHECK = "check"  # the kind that an answer is filed as
WORD = "ok"  # the same in every language of the desk
NO = "no"
UNASKED = "unasked"  # no trusted server is named, so that authentication is not asked for


@dataclass(frozen=True, slots=True)
class ProofsSeen:
    """What one answer bore. `token`: the first proof was there, `reply_to`: in the address it came to, not only in the thread.

    `authentication` is the method that proved the From (auth, dmarc, dkim, spf), NO, or UNASKED; `program` is what the mail
    says of the program that wrote it.
    """

    token: bool
    reply_to: bool
    authentication: str
    program: str = ""

    @property
    def text(self) -> str:
        """As it is filed: "token=yes reply-to=yes authentication=dmarc", and the program below."""
        said = f"token={_yes(self.token)} reply-to={_yes(self.reply_to)} authentication={self.authentication}"
        return f"{said}\n{self.program}".rstrip()


def request(people: Iterable[Staff], rules: Rules, at: datetime) -> Decision:
    """One mail a person, each with a signed address of its own. `at` tells one round of the check from the next."""
    facts = {"reason_code": CHECK, "detail": {"word": WORD}}
    told = tuple(
        to_staff(
            Kind.ALERT,
            person,
            rules,
            key=f"check:{person.id}:{at.isoformat()}",
            facts=facts,
            purpose=Purpose.CHECK,
            subject_of=0,
        )
        for person in people
    )
    return Decision(notices=told, reason="check staff")


def answer(mail: Incoming, staff: Staff) -> Decision | None:
    """File an answer to the check, and do nothing else whatever it says; None for any other mail.

    The token may have come by the thread alone, as the Message-ID of the mail that is answered: then Reply-To was lost.
    """
    if mail.token_for(Purpose.CHECK) is None:
        return None
    filed = replace(holds.stored_staff(mail, None, staff, CHECK), text=seen(mail).text)
    return Decision(stored=(filed,), reason="check answered")


def seen(mail: Incoming) -> ProofsSeen:
    """The proofs that a mail bears."""
    token = mail.token.text if mail.token else ""
    method = mail.authentication.partition(":")[0]
    message = mail.message
    return ProofsSeen(
        bool(token),
        bool(token) and any(token in address.lower() for address in mail.delivered_to),
        UNASKED if mail.authenticated is None else method if mail.authenticated else NO,
        " ".join((message.header("User-Agent") or message.header("X-Mailer")).split()),
    )


def read(text: str) -> ProofsSeen:
    """The proofs of an answer as it was filed."""
    first, _, program = text.partition("\n")
    token, reply_to, authentication = (word.partition("=")[2] for word in first.split())
    return ProofsSeen(token == "yes", reply_to == "yes", authentication, program)  # noqa: S105 - says whether there was one


def _yes(holds_true: bool) -> str:
    return "yes" if holds_true else NO
