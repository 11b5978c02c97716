"""`check staff`: one word from each person shows which proofs arrive; it books, relays, holds and asks nothing."""

import pytest
from attacks.desk_at_work import FORGED, OLGA, Sent, one

from maild.desk.case import Needs
from maild.desk.staff_check import ProofsSeen, read, request

LOGGED_IN = "mx.vendor.test; auth=pass smtp.auth=olga@vendor.test"


def asked(desk):
    """The mail that Olga is sent."""
    setting = desk.pipeline.setting
    decision = request(setting.rules.directory.staff.values(), setting.rules, desk.now)
    with desk.store.begin() as tx:
        tx.load(Needs(), desk.now)
        tx.record(None, None, "", decision, [setting.composer.compose(notice, desk.now) for notice in decision.notices])
    letters = desk.sent()
    assert {letter.kind for letter in letters} == {"alert"}
    assert len({letter.reply_to for letter in letters}) == len(letters) == 5
    return one(letters, "alert", "olga@")


def seen(desk):
    (answer,) = desk.store.newest_by_author("check").values()
    assert (answer.author, answer.side, answer.ticket, answer.contact) == ("olga", "internal", None, False)
    return read(answer.text)


@pytest.mark.parametrize(
    ("proofs", "to", "expected"),
    [
        ("mx.vendor.test; dmarc=pass header.from=vendor.test", "", ProofsSeen(True, True, "dmarc")),
        (LOGGED_IN, "", ProofsSeen(True, True, "auth")),
        (FORGED, "", ProofsSeen(True, True, "no")),
        ("", "", ProofsSeen(True, True, "no")),
        (LOGGED_IN, "support@vendor.test", ProofsSeen(True, False, "auth")),  # Reply-To was lost, the thread was not
    ],
)
def test_an_answer_shows_its_proofs_and_does_nothing_else(desk, proofs, to, expected):
    assert desk.reply(OLGA, asked(desk), "ok", proofs=proofs, to=to) == []
    assert seen(desk) == expected
    assert (desk.holds(), desk.tickets()) == ([], [])


def test_where_no_server_is_trusted_authentication_is_not_asked_for(make_desk):
    desk = make_desk(trust="")
    desk.reply(OLGA, asked(desk), "ok", proofs="")
    assert seen(desk) == ProofsSeen(True, True, "unasked")


def test_the_program_is_told_and_the_newest_answer_counts(desk):
    letter = asked(desk)
    desk.reply(OLGA, letter, "ok", headers="User-Agent: Mozilla Thunderbird\n")
    assert seen(desk).program == "Mozilla Thunderbird"
    desk.reply(OLGA, letter, "ok", proofs=FORGED, headers="X-Mailer: Phone\n  Mail 3\n")
    assert seen(desk) == ProofsSeen(True, True, "no", "Phone Mail 3")


@pytest.mark.parametrize("words", ["/topup acme 10h invoice 1", "/tmie 25m", "/close because", "Hello Anna"])
def test_words_and_commands_in_an_answer_do_nothing(desk, words):
    desk.request()
    assert desk.reply(OLGA, asked(desk), words) == []
    assert (desk.holds(), desk.entries(), desk.ticket().state) == ([], [], "new")


def test_nobody_answers_for_another(desk):
    letter = asked(desk)
    assert isinstance(letter, Sent)
    desk.reply("Petr Petrov <petr@vendor.test>", letter, "ok")
    assert desk.store.newest_by_author("check") == {}
