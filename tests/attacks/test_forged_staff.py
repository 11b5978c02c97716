"""Mails in the name of staff, with every proof turned wrong. Nothing moves, nothing goes out, and the table says who is asked.

A row: what is sent, by whom, with which proofs, and the letters that may leave (OUTCOMES): a challenge to the registered address alone,
a hold, a stranger's ticket of its own, an alert to the person whose signed address was used, or silence.
"""

from datetime import timedelta

import pytest
from attacks.desk_at_work import ALLA, ANNA, AUTHENTICATED, FORGED, MAX, OLGA, PETR, kinds, one

pytestmark = pytest.mark.thorough

PROSE = "Dear Anna, pay to account 666 at http://evil.test/pay at once."
EVIL = "Eve <eve@evil.test>"


@pytest.fixture
def attacked(desk):
    """A desk with a ticket, a balance, and the letters that an attacker may have seen."""
    desk.note = desk.request()
    desk.ack = one([x for x in desk.letters if x.kind == "ack"], "ack")
    desk.relay = one(desk.reply(OLGA, desk.note, "Switch the cable.\n/time 25m checked"), "relay")
    desk.alla = one(desk.write(ALLA, "/help\n"), "answer")
    desk.reply(ALLA, desk.alla, "/topup acme 10h invoice 1")
    desk.petr = one(desk.write(PETR, "/help\n"), "answer")
    desk.max = one(desk.write(MAX, "/help\n"), "answer")
    desk.before = state_of(desk)
    desk.letters.clear()
    return desk


def state_of(desk):
    tickets = [(t.number, t.state, t.assignee, t.team, t.client, t.cause) for t in desk.tickets() if t.number == 1]
    return tickets, desk.closing(), [(e.id, e.worked_minutes) for e in desk.entries()]


def nothing_moved(desk):
    """Executed 0, relayed 0, leaked 0."""
    assert state_of(desk) == desk.before
    relayed = [letter for letter in desk.letters if letter.kind in ("relay", "confirm")]
    assert not relayed
    for letter in desk.to_customers():
        said = "\n".join(line for line in letter.everything.split("\n") if not line.startswith("To: "))
        for secret in ("account 666", "TS-1180", "olga@vendor.test", "petr@vendor.test", desk.note.reply_to):
            assert secret not in said
    for letter in desk.letters:
        if letter.kind == "challenge":
            assert "account 666" not in letter.everything
            assert "evil.test" not in letter.everything


OUTCOMES = {
    "challenge": {"challenge"},
    "hold": {"hold"},
    "ticket": {"ack", "notification"},
    "stranger and alert": {"ack", "notification", "alert"},
    "told to staff": {"ack", "notification", "alert"},  # whether such an address can be answered is not the question here
    "silence": set(),
}


def judged(desk, letters, outcome, person="olga@vendor.test"):
    assert {letter.kind for letter in letters} <= OUTCOMES[outcome], kinds(letters)
    if outcome == "challenge":
        assert kinds(letters) == [("challenge", person)]
    elif outcome == "stranger and alert":
        assert "notification" in {letter.kind for letter in letters}
        assert ("alert", person) in kinds(letters)
    elif outcome == "hold":
        assert [letter.recipient for letter in letters] == [person]
    nothing_moved(desk)


TEXTS = {
    "an answer": PROSE,
    "a note": f"/note\n{PROSE}",
    "time": f"{PROSE}\n/time 25m see http://evil.test",
    "solved": f"{PROSE}\n/solved",
    "wait": f"{PROSE}\n/wait",
    "take": "/take",
    "assign": "/assign petr",
    "team": "/team developers",
    "cause": "/cause defect",
    "bug": "/bug",
    "close": "/close spam",
    "client": "/client globex",
    "cc": "/cc add eve@evil.test",
}

# proofs of the mail: (reply address, what the trusted server says)
WITHOUT_ONE = {
    "token alone": ("note", FORGED),
    "token, no word of the server": ("note", ""),
    "neither": ("desk", FORGED),
    "neither, no word of the server": ("desk", ""),
}


@pytest.mark.parametrize("proofs", WITHOUT_ONE)
@pytest.mark.parametrize("text", TEXTS)
def test_on_a_ticket_each_proof_is_needed(attacked, text, proofs):
    where, said = WITHOUT_ONE[proofs]
    to = attacked.note.reply_to if where == "note" else "support@vendor.test"
    letters = attacked.write(OLGA, TEXTS[text] + "\n", to=to, subject="Re: [#1] Printer is silent", proofs=said)
    judged(attacked, letters, "challenge")


@pytest.mark.parametrize("text", TEXTS)
def test_authentication_alone_is_not_enough_on_a_ticket(attacked, text):
    letters = attacked.write(OLGA, TEXTS[text] + "\n", subject="Re: [#1] Printer is silent")
    judged(attacked, letters, "challenge")


BOOKS = ["/topup acme 10h invoice 2", "/adjust acme -15m because", "/undo 1 because"]


@pytest.mark.parametrize(("to", "said"), [("token", FORGED), ("token", ""), ("desk", AUTHENTICATED), ("desk", FORGED)])
@pytest.mark.parametrize("text", BOOKS)
def test_money_needs_both_proofs(attacked, text, to, said):
    address = attacked.alla.reply_to if to == "token" else "support@vendor.test"
    letters = attacked.write(ALLA, text + "\n", to=address, subject="Money", proofs=said)
    judged(attacked, letters, "challenge", "alla@vendor.test")
    assert text.split()[0] in letters[0].text


@pytest.mark.parametrize("text", BOOKS)
def test_money_is_for_accountants(attacked, text):
    judged(attacked, attacked.reply(OLGA, attacked.note, text), "hold")


@pytest.mark.parametrize(
    "text", ["/show 1", "/balance acme", "/list", "/find printer", "/help", "/time #1 25m x", "/statement acme 2026-11"]
)
def test_reading_and_time_by_number_need_authentication(attacked, text):
    judged(attacked, attacked.write(ALLA, text + "\n", proofs=FORGED), "challenge", "alla@vendor.test")


# --- whose token -------------------------------------------------------------------------------------------------------------------

TOKENS = {
    "of a colleague": (PETR, lambda d: d.note.reply_to, AUTHENTICATED, "petr@vendor.test"),
    "of a colleague, forged": (PETR, lambda d: d.note.reply_to, FORGED, "petr@vendor.test"),
    "of the customer": (OLGA, lambda d: d.ack.reply_to, AUTHENTICATED, "olga@vendor.test"),
    "of the relay": (OLGA, lambda d: d.relay.reply_to, AUTHENTICATED, "olga@vendor.test"),
    "of a reverse-path": (OLGA, lambda d: d.relay.mail_from, AUTHENTICATED, "olga@vendor.test"),
    "of a reverse-path, forged": (OLGA, lambda d: d.relay.mail_from, FORGED, "olga@vendor.test"),
    "cut short": (OLGA, lambda d: "support+" + d.note.reply_to[9:], AUTHENTICATED, "olga@vendor.test"),
    "with one letter changed": (OLGA, lambda d: flipped(d.note.reply_to), AUTHENTICATED, "olga@vendor.test"),
    "at another domain": (
        OLGA,
        lambda d: d.note.reply_to.replace("vendor.test", "evil.test"),
        AUTHENTICATED,
        "olga@vendor.test",
    ),
}


def flipped(address):
    head, _, domain = address.partition("@")
    return f"{head[:-1]}{'a' if head[-1] != 'a' else 'b'}@{domain}"


@pytest.mark.parametrize("whose", TOKENS)
def test_a_token_proves_only_its_person(attacked, whose):
    sender, address, said, person = TOKENS[whose]
    letters = attacked.write(
        sender, f"{PROSE}\n/time 25m x\n", to=address(attacked), subject="Re: [#1] Printer is silent", proofs=said
    )
    challenges = [letter for letter in letters if letter.kind == "challenge"]
    assert [letter.recipient for letter in challenges] == [person]
    nothing_moved(attacked)


def test_a_second_account_is_a_stranger_and_the_owner_is_told(attacked):
    letters = attacked.reply("Olga <olga@gmail.test>", attacked.note, f"{PROSE}\n/time 25m x")
    judged(attacked, letters, "stranger and alert")
    assert len(attacked.tickets()) == 2
    assert attacked.ticket(2).client == "walk-in"


def test_the_token_in_a_message_id_is_as_good_and_as_bound(attacked):
    headers = f"In-Reply-To: {attacked.note.mail['Message-ID']}\n"
    judged(attacked, attacked.write(OLGA, PROSE, headers=headers, proofs=FORGED), "challenge")
    letters = attacked.write(EVIL, PROSE, headers=headers)
    judged(attacked, letters, "ticket")


def test_an_expired_token_proves_nothing(attacked):
    attacked.now += timedelta(days=31)
    judged(attacked, attacked.reply(OLGA, attacked.note, f"{PROSE}\n/time 5m x"), "challenge")


# --- the From ----------------------------------------------------------------------------------------------------------------------

FROMS = {
    "two From fields": ("Olga <olga@vendor.test>\nFrom: Eve <eve@evil.test>", "challenge"),
    "two From fields, hers last": ("Eve <eve@evil.test>\nFrom: Olga <olga@vendor.test>", "challenge"),
    "two addresses": ("Olga <olga@vendor.test>, Eve <eve@evil.test>", "challenge"),
    "two addresses, hers last": ("Eve <eve@evil.test>, Olga <olga@vendor.test>", "challenge"),
    "her address as a name": ('"olga@vendor.test" <eve@evil.test>', "stranger and alert"),
    "her whole From as a name": ('"Olga Ivanova <olga@vendor.test>" <eve@evil.test>', "stranger and alert"),
    "a Cyrillic o": ("Olga <оlga@vendor.test>", "told to staff"),
    "a fullwidth o": ("Olga <ｏlga@vendor.test>", "told to staff"),
    "a dotless i in the domain": ("Olga <olga@vendor.tеst>", "stranger and alert"),
    "a Kelvin sign": ("Olga <olga@vendor.test\u212a>", "stranger and alert"),
    "a subdomain": ("Olga <olga@mail.vendor.test>", "stranger and alert"),
    "a suffix": ("Olga <olga@vendor.test.evil.test>", "stranger and alert"),
    "a plus": ("Olga <olga+x@vendor.test>", "stranger and alert"),
}


@pytest.mark.parametrize("name", FROMS)
def test_a_from_that_is_not_quite_hers(attacked, name):
    sender, outcome = FROMS[name]
    raw = attacked.mail(OLGA, f"{PROSE}\n/time 25m x\n", attacked.note.reply_to, "Re: [#1] x", AUTHENTICATED)
    raw = raw.replace(b"From: Olga Ivanova <olga@vendor.test>", f"From: {sender}".replace("\n", "\r\n").encode())
    letters = attacked.raw(raw)
    judged(attacked, letters, outcome)


@pytest.mark.parametrize(
    "headers",
    [
        "Sender: olga@vendor.test",
        "Reply-To: olga@vendor.test",
        "Resent-From: olga@vendor.test",
        "X-Original-From: olga@vendor.test",
    ],
)
def test_no_other_field_is_identity(attacked, headers):
    letters = attacked.write(EVIL, f"{PROSE}\n/time 25m x\n", to=attacked.note.reply_to, headers=headers)
    judged(attacked, letters, "stranger and alert")


# --- what the server is said to have said -----------------------------------------------------------------------------------------

PASS = "mx.vendor.test; dmarc=pass header.from=vendor.test"
RESULTS = {
    "another server": ["mx.evil.test; dmarc=pass header.from=vendor.test"],
    "another server above": ["mx.evil.test; dmarc=pass header.from=vendor.test", PASS],
    "ours below a failing one": ["mx.vendor.test; dmarc=fail header.from=vendor.test", PASS],
    "of another domain": ["mx.vendor.test; dmarc=pass header.from=evil.test"],
    "stated twice": ["mx.vendor.test; dmarc=fail header.from=vendor.test; dmarc=pass header.from=vendor.test"],
    "in a comment": ["mx.vendor.test (dmarc=pass header.from=vendor.test); dmarc=fail header.from=vendor.test"],
    "in quotes": ['mx.vendor.test; dmarc=fail reason="; dmarc=pass header.from=vendor.test" header.from=vendor.test'],
    "a look-alike": ["mx.vendor.test.evil.test; dmarc=pass header.from=vendor.test"],
    "aligned DKIM is not enough for staff": [
        "mx.vendor.test; dkim=pass header.d=vendor.test; spf=pass smtp.mailfrom=vendor.test; dmarc=none"
    ],
    "auth of another login": ["mx.vendor.test; auth=pass smtp.auth=eve"],
    "auth and a lie": ["mx.vendor.test; auth=pass smtp.auth=eve; dmarc=pass header.from=vendor.test"],
    "a comment glued on": ["mx.vendor.test; dmarc=pass header.from=vendor.test(.evil.test)"],
    "an open comment": ["mx.vendor.test; dmarc=pass (header.from=vendor.test"],
    "no version known": ["mx.vendor.test 2; dmarc=pass header.from=vendor.test"],
    "ARC alone": [],
}


@pytest.mark.parametrize("name", RESULTS)
def test_only_the_topmost_word_of_the_trusted_server_counts(attacked, name):
    headers = "".join(f"Authentication-Results: {value}\n" for value in RESULTS[name])
    headers += "ARC-Authentication-Results: i=1; mx.vendor.test; dmarc=pass header.from=vendor.test\n"
    letters = attacked.write(OLGA, f"{PROSE}\n/time 25m x\n", to=attacked.note.reply_to, headers=headers, proofs="")
    judged(attacked, letters, "challenge")


def test_a_mail_older_than_72_hours_proves_nothing(attacked):
    letters = attacked.write(OLGA, PROSE, to=attacked.note.reply_to, date=attacked.now - timedelta(hours=73))
    judged(attacked, letters, "challenge")


def test_a_mail_without_a_date_proves_nothing(attacked):
    raw = attacked.mail(OLGA, PROSE, attacked.note.reply_to)
    raw = b"\r\n".join(line for line in raw.split(b"\r\n") if not line.startswith(b"Date:"))
    judged(attacked, attacked.raw(raw), "challenge")


def test_the_servers_own_user_is_believed(attacked):
    headers = "Authentication-Results: mx.vendor.test; auth=pass smtp.auth=olga@vendor.test\n"
    letters = attacked.write(OLGA, "Restart it.", to=attacked.note.reply_to, headers=headers, proofs="")
    assert one(letters, "relay").recipient == "anna@acme.test"


# --- challenges -------------------------------------------------------------------------------------------------------------------


def challenged(desk, text=f"{PROSE}\n/time 25m x\n"):
    return one(desk.write(OLGA, text, to=desk.note.reply_to, subject="Re: [#1] x", proofs=FORGED), "challenge")


NOT_A_YES = {
    "forged": (OLGA, "yes", FORGED, "reply"),
    "no word of the server": (OLGA, "yes", "", "reply"),
    "another person": (PETR, "yes", AUTHENTICATED, "reply"),
    "a stranger": (EVIL, "yes", AUTHENTICATED, "reply"),
    "the customer": (ANNA, "yes", AUTHENTICATED, "reply"),
    "the button, forged": (OLGA, "", FORGED, "button"),
    "the button, by another": (PETR, "", AUTHENTICATED, "button"),
    "yes and more": (OLGA, "yes I will look at it", AUTHENTICATED, "reply"),
    "perhaps": (OLGA, "perhaps", AUTHENTICATED, "reply"),
    "yes below": (OLGA, "what is this?\nyes", AUTHENTICATED, "reply"),
    "nothing": (OLGA, "", AUTHENTICATED, "reply"),
    "quoted alone": (OLGA, "> yes", AUTHENTICATED, "reply"),
}


@pytest.mark.parametrize("name", NOT_A_YES)
def test_only_her_yes_releases(attacked, name):
    sender, text, said, how = NOT_A_YES[name]
    challenge = challenged(attacked)
    to = challenge.buttons[0] if how == "button" else challenge.reply_to
    attacked.answer(sender, challenge, text, proofs=said, to=to)
    nothing_moved(attacked)
    assert one(attacked.answer(OLGA, challenge, "yes"), "relay").recipient == "anna@acme.test"


@pytest.mark.parametrize("word", ["yes", "ok", "да", "так", "Yes.", "OK!", "ДА"])
def test_her_yes_releases_once(attacked, word):
    challenge = challenged(attacked)
    letters = attacked.reply(OLGA, challenge, word)
    assert kinds(letters) == [("receipt", "olga@vendor.test"), ("relay", "anna@acme.test")]
    count = len(attacked.entries())
    assert attacked.reply(OLGA, challenge, word) == []
    assert attacked.write(OLGA, "", to=challenge.buttons[0]) == []
    assert len(attacked.entries()) == count


def test_her_button_releases(attacked):
    challenge = challenged(attacked)
    assert "relay" in {x.kind for x in attacked.write(OLGA, "", to=challenge.buttons[0], subject="")}


@pytest.mark.parametrize("how", ["no", "нет", "ні", "button"])
def test_her_no_drops_it_and_alerts_the_manager(attacked, how):
    challenge = challenged(attacked)
    to, word = (challenge.buttons[1], "") if how == "button" else (challenge.reply_to, how)
    letters = attacked.answer(OLGA, challenge, word, to=to)
    assert kinds(letters) == [("alert", "max@vendor.test")]
    assert attacked.reply(OLGA, challenge, "yes") == []
    nothing_moved(attacked)


def test_a_challenge_expires(attacked):
    challenge = challenged(attacked)
    attacked.now += timedelta(hours=25)
    attacked.reply(OLGA, challenge, "yes")
    nothing_moved(attacked)


def test_three_challenges_an_hour_then_one_alert(attacked):
    said = [kinds(attacked.write(OLGA, PROSE, to=attacked.note.reply_to, subject=f"{n}", proofs=FORGED)) for n in range(8)]
    assert said[:3] == [[("challenge", "olga@vendor.test")]] * 3
    assert said[3] == [("alert", "max@vendor.test")]
    assert said[4:] == [[]] * 4
    nothing_moved(attacked)


@pytest.mark.parametrize(
    "text",
    [
        "/note see http://evil.test/pay",
        "/time 25m go to www.evil.test now",
        "/topup acme 10h http://evil.test/666",
        "/close spam, call eve@evil.test",
        "/quote 3h pay at evil.test",
        "/eta 2026-12-01 15:00 pay to 666 at evil.test",
    ],
)
def test_a_challenge_shows_no_prose_and_no_link(attacked, text):
    letters = attacked.write(OLGA, f"{PROSE}\n{text}\n", to=attacked.note.reply_to, subject="http://evil.test", proofs=FORGED)
    judged(attacked, letters, "challenge")
    assert text.split()[0] in letters[0].text


# --- machines and replays ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated",
        "X-Autoreply: yes",
        "Precedence: bulk\nX-Auto-Response-Suppress: All\nAuto-Submitted: auto-replied (vacation)",
    ],
)
def test_a_vacation_notice_of_staff_is_never_relayed(attacked, headers):
    letters = attacked.reply(OLGA, attacked.note, "I am on holiday until Monday.\n/time 5m x", headers=headers + "\n")
    absence = [
        each for each in letters if (each.kind, each.recipient) == ("alert", "petr@vendor.test")
    ]  # a colleague sees to the tickets
    judged(attacked, [each for each in letters if each not in absence], "silence")


def test_the_same_mail_again_changes_nothing(attacked):
    raw = attacked.mail(OLGA, "Restart it.\n/time 5m x\n", attacked.note.reply_to, "Re: [#1] x")
    assert {x.kind for x in attacked.raw(raw)} == {"relay", "receipt"}
    count = len(attacked.entries())
    assert attacked.raw(raw) == []
    assert attacked.raw(b"Received: from elsewhere\r\n" + raw) == []
    assert attacked.raw(raw, mailbox="second") == []
    assert len(attacked.entries()) == count


def test_a_replay_under_another_message_id_needs_the_proofs_again(attacked):
    raw = attacked.mail(OLGA, "Restart it.\n/time 5m x\n", attacked.note.reply_to, "Re: [#1] x")
    attacked.raw(raw)
    attacked.before = state_of(attacked)
    attacked.letters.clear()
    replay = raw.replace(b"Message-ID: <", b"Message-ID: <again.").replace(b"dmarc=pass", b"dmarc=fail")
    judged(attacked, attacked.raw(replay), "challenge")


def test_a_yes_replayed_does_nothing(attacked):
    challenge = challenged(attacked)
    raw = attacked.mail(OLGA, "yes\n", challenge.reply_to)
    attacked.raw(raw)
    attacked.before = state_of(attacked)
    attacked.letters.clear()
    assert attacked.raw(raw.replace(b"Message-ID: <", b"Message-ID: <again.")) == []
    nothing_moved(attacked)


@pytest.mark.parametrize("sender", [ANNA, EVIL])
def test_commands_of_a_customer_are_words(attacked, sender):
    attacked.write(sender, "/time 25m x\n/topup acme 10h y\n/close spam\n", subject="[#1] Printer is silent")
    assert [e.id for e in attacked.entries()] == [e for e, _ in attacked.before[2]]
    assert attacked.ticket().state == "open"


def test_where_no_server_is_trusted_tokens_alone_count(make_desk):
    desk = make_desk(trust="")
    note = desk.request()
    assert kinds(desk.write(OLGA, PROSE, subject="Re: [#1] Printer is silent", proofs="")) == [
        ("challenge", "olga@vendor.test")
    ]
    relay = one(desk.reply(OLGA, note, "Restart it.", proofs=""), "relay")
    for address in (relay.mail_from, relay.reply_to):
        letters = desk.write(OLGA, PROSE, to=address, subject="Re: [#1] Printer is silent", proofs="")
        assert not [x for x in letters if x.kind == "relay"]
