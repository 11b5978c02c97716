"""The backlog is the same each time, and of the make-up that the figures are told for."""

from email import message_from_bytes

import pytest
from rich.console import Console

from maild.bench.backlog import fill


def delivered(count):
    mails = []
    fill(lambda sender, recipient, raw: mails.append(message_from_bytes(raw)), count, Console(quiet=True))
    return mails


@pytest.mark.thorough
def test_a_backlog_is_mixed_and_the_same_each_time():
    first, second = delivered(900), delivered(900)
    assert [mail["Message-ID"] for mail in first] == [mail["Message-ID"] for mail in second]
    known = {mail["Message-ID"] for mail in first}
    replies = [mail for mail in first if mail["In-Reply-To"]]
    assert all(mail["In-Reply-To"] in known for mail in replies)
    assert 0.20 < len(replies) / len(first) < 0.40  # nobody answers a mail that they have not written yet
    assert 0.10 < sum(mail.is_multipart() for mail in first) / len(first) < 0.20
