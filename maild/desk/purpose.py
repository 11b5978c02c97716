"""What reply addresses are for, and how long each kind lives."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum


class Purpose(StrEnum):
    """What a reply address is for. A token of one purpose proves nothing for another."""

    STAFF = "staff"  # a staff member writes on a ticket; number 0: on no ticket (summary, agenda, receipt)
    CUSTOMER = "customer"  # a customer writes on a ticket
    YES = "yes"  # it is solved
    NOT_YET = "not-yet"
    RATING_1 = "rating-1"
    RATING_2 = "rating-2"
    RATING_3 = "rating-3"
    RATING_4 = "rating-4"
    RATING_5 = "rating-5"
    HOLD = "hold"  # staff mends a held mail
    CHALLENGE = "challenge"  # staff answers in words
    CHALLENGE_YES = "challenge-yes"
    CHALLENGE_NOT_MINE = "challenge-not-mine"
    BOUNCE = "bounce"  # reverse-path of a relay
    REPORT = "report"  # a customer asks about a report
    DISPUTE = "dispute"  # a customer doubts a line of it
    QUOTE_YES = "quote-yes"
    QUOTE_NO = "quote-no"
    OFFER_YES = "offer-yes"
    OFFER_NO = "offer-no"
    QUOTE = "quote"  # an approver answers a quote or an offer in words
    QUOTE_CONFIRM = "quote-confirm"  # the second mail of a yes that could not be authenticated
    OFFER_CONFIRM = "offer-confirm"
    ACCOUNTANT = "accountant"  # an accountant answers a document or a question
    CHECK = "check"  # `check staff`
    ACT_SEND = "act-send"  # an accountant lets an act go to its client
    ACT_REPLY = "act-reply"  # a customer asks about an act
    ACT_ACCEPTED = "act-accepted"
    ACT_OBJECTED = "act-objected"
    TIMES = "times"  # staff fill in the evening's timesheet; the number is its day, yymmdd
    FAQ_YES = "faq-yes"  # the standard answer helped
    FAQ_NO = "faq-no"


def _days(days: int) -> timedelta:
    return timedelta(days=days)


# purpose -> (its number in the token: never re-used, how long a token lives)
PURPOSES: dict[Purpose, tuple[int, timedelta]] = {
    Purpose.STAFF: (1, _days(30)),
    Purpose.CUSTOMER: (2, _days(180)),
    Purpose.YES: (3, _days(30)),
    Purpose.NOT_YET: (4, _days(30)),
    Purpose.RATING_1: (5, _days(30)),
    Purpose.RATING_2: (6, _days(30)),
    Purpose.RATING_3: (7, _days(30)),
    Purpose.RATING_4: (8, _days(30)),
    Purpose.RATING_5: (9, _days(30)),
    Purpose.HOLD: (10, _days(30)),
    Purpose.CHALLENGE: (11, _days(1)),
    Purpose.CHALLENGE_YES: (12, _days(1)),
    Purpose.CHALLENGE_NOT_MINE: (13, _days(1)),
    Purpose.BOUNCE: (14, _days(30)),
    Purpose.REPORT: (15, _days(180)),
    Purpose.DISPUTE: (16, _days(180)),
    Purpose.QUOTE_YES: (17, _days(30)),
    Purpose.QUOTE_NO: (18, _days(30)),
    Purpose.OFFER_YES: (19, _days(30)),
    Purpose.OFFER_NO: (20, _days(30)),
    Purpose.ACCOUNTANT: (21, _days(30)),
    Purpose.CHECK: (22, _days(30)),
    Purpose.ACT_SEND: (40, _days(90)),
    Purpose.ACT_REPLY: (41, _days(180)),
    Purpose.ACT_ACCEPTED: (42, _days(180)),
    Purpose.ACT_OBJECTED: (43, _days(180)),
    Purpose.FAQ_YES: (23, _days(30)),
    Purpose.FAQ_NO: (24, _days(30)),
    Purpose.QUOTE: (31, _days(30)),
    Purpose.QUOTE_CONFIRM: (32, _days(30)),
    Purpose.OFFER_CONFIRM: (33, _days(30)),
    Purpose.TIMES: (34, _days(14)),
}
TO_ACCOUNTANTS = (  # a customer's word on our figures
    Purpose.REPORT,
    Purpose.DISPUTE,
    Purpose.ACT_REPLY,
    Purpose.ACT_ACCEPTED,
    Purpose.ACT_OBJECTED,
)
FAQ = (Purpose.FAQ_YES, Purpose.FAQ_NO)
RATINGS = {
    Purpose.RATING_1: 1,
    Purpose.RATING_2: 2,
    Purpose.RATING_3: 3,
    Purpose.RATING_4: 4,
    Purpose.RATING_5: 5,
}
PURPOSE_OF = {number: purpose for purpose, (number, _) in PURPOSES.items()}
