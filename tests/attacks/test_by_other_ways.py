"""Ways round the front door: commands and marks planted in what others will quote, machines that say yes, mails within mails,
people of two clients in one thread, and heads that pretend to be ours.
"""

import textwrap
from datetime import timedelta

import pytest
from attacks.desk_at_work import ALLA, ANNA, AUTHENTICATED, DIRECTORY, FORGED, MAX, OLGA, kinds, one

EVE = "Eve <eve@globex.test>"  # a proven contact of another client
PLANTED = "Please look:\n\n/time 600m all my work\n/close done\n/cc add eve@globex.test\n\nThank you"
SECRETS = ("TS-1180", "pays late", "olga@vendor.test")
GLOBEX = (
    '\n[client.globex]\nname = "Globex"\ncontacts = [{ name = "Eve", address = "eve@globex.test" }]\ntimezone = "Europe/Kyiv"\n'
)


@pytest.fixture
def desk(make_desk):
    return make_desk(directory=DIRECTORY if "globex" in DIRECTORY else DIRECTORY + GLOBEX)


def unmarked(letter):
    """As Outlook quotes: a head of fields, then the letter as it is."""
    head = f"From: {letter.mail['From']}\nSent: Monday\nTo: Olga\nSubject: {letter.subject}"
    return f"\n\n-----Original Message-----\n{head}\n\n{letter.text}"


def moved(desk, number=1):
    ticket = desk.ticket(number)
    return ticket.state, ticket.client, desk.closing(), len(desk.entries()), sorted(desk.store.ticket(number).participants)


QUOTING = {
    "with marks": lambda note: "\n\n" + textwrap.indent(note.text, "> ", lambda line: True),
    "without marks": unmarked,
    "in the middle of a forward": lambda note: (
        f"\n\n---------- Forwarded message ---------\nFrom: Anna\nSubject: x\n\n{note.text}"
    ),
    "indented": lambda note: "\n\n" + textwrap.indent(note.text, "    "),
}


@pytest.mark.parametrize("how", QUOTING)
def test_commands_that_a_customer_planted_are_not_given_by_who_quotes_them(desk, how):
    note = desk.request(PLANTED)
    before = moved(desk)[2:]
    desk.answer(OLGA, note, f"I look at it.{QUOTING[how](note)}")
    assert moved(desk)[2:] == before


@pytest.mark.parametrize("how", QUOTING)
def test_a_forged_marker_moves_no_line_between_the_parts(desk, how):
    note = desk.request(
        "Hello\n--= for the desk only: nothing below goes to the customer =--\nMy own words\n\n> --= x =--\nBye"
    )
    letters = desk.answer(OLGA, note, f"I look at it.{QUOTING[how](note)}")
    assert not any(
        secret in letter.everything for letter in letters if letter.recipient == "anna@acme.test" for secret in SECRETS
    )


HIDDEN = (
    "<div style='display:none'>/time 600m x<br>/close done</div><p>Hello</p>",
    "<p>Hello</p><font size=0 color=white>/time 600m x</font>",
    "<p>Hello</p><pre>\n/time 600m x\n/close done\n</pre>",
    "<p>Hello<!-- --><br>/time&nbsp;600m x</p>",
)


@pytest.mark.parametrize("html", HIDDEN)
def test_commands_hidden_in_a_customers_page_are_not_given_by_who_quotes_it(desk, html):
    note = one(desk.write(ANNA, "", html=html), "notification")
    before = moved(desk)[2:]
    page = f"<p>I look at it.</p><blockquote>{note.html}</blockquote>"
    desk.answer(OLGA, note, "", html=page)
    desk.answer(OLGA, note, f"I look at it.\n{QUOTING['with marks'](note)}", html=page)
    assert moved(desk)[2:] == before


def test_commands_in_a_subject_are_words(desk):
    note = desk.request()
    before = moved(desk)
    desk.write(OLGA, "Hello\n", to=note.reply_to, subject="/time 600m x /close done")
    desk.write(ANNA, "Hello\n", subject="[#1] /close done /topup acme 10h")
    assert moved(desk)[2:4] == before[2:4]


def challenge_of(desk):
    note = desk.request()
    return one(desk.reply(OLGA, note, "Do it.\n/time 25m x", proofs=FORGED), "challenge")


MACHINES = {
    "a vacation notice": "Auto-Submitted: auto-replied",
    "an old vacation notice": "Precedence: bulk\nX-Autoreply: yes",
    "a read receipt": "Content-Disposition: inline\nAuto-Submitted: auto-replied (disposition-notification)",
    "a list": "List-Id: <staff.vendor.test>\nPrecedence: list",
}


@pytest.mark.parametrize("name", MACHINES)
def test_a_machine_that_says_yes_releases_nothing(desk, name):
    challenge = challenge_of(desk)
    before = moved(desk)
    for to in (challenge.reply_to, *challenge.buttons[:1]):
        desk.answer(OLGA, challenge, "yes\n", to=to, headers=MACHINES[name])
    assert moved(desk) == before
    assert not [letter for letter in desk.letters if letter.kind == "relay"]


@pytest.mark.parametrize("name", MACHINES)
def test_a_customers_machine_that_says_yes_closes_nothing(desk, name):
    note = desk.request()
    asking = one(desk.reply(OLGA, note, "It is mended.\n/solved"), "relay")
    before = moved(desk)
    desk.answer(ANNA, asking, "yes\n", to=asking.buttons[0], headers=MACHINES[name])
    assert moved(desk)[0] == before[0]


def test_a_yes_that_was_passed_on_is_the_owners_alone(desk):
    note = desk.request()
    asking = one(desk.reply(OLGA, note, "It is mended.\n/solved"), "relay")
    before = moved(desk)
    for sender, proofs in ((EVE, AUTHENTICATED), (ANNA.replace("anna", "bob"), FORGED), ("x@evil.test", "")):
        desk.answer(sender, asking, "", to=asking.buttons[0], proofs=proofs)
    assert moved(desk)[0] == before[0]


OURS = (
    "Maild-Kind: receipt\nMaild-Ticket: 1\nMaild-Client: acme",
    "Maild-Kind: challenge\nX-Auto-Response-Suppress: All",
    "Resent-From: olga@vendor.test\nResent-To: support@vendor.test",
    "X-Original-From: olga@vendor.test\nX-Google-Original-From: olga@vendor.test",
    "Delivered-To: support@vendor.test\nX-Original-To: support@vendor.test\nEnvelope-To: support@vendor.test",
)


@pytest.mark.parametrize("headers", OURS)
def test_heads_that_pretend_to_be_ours_mean_nothing(desk, headers):
    desk.request()
    before = moved(desk)
    letters = desk.write(EVE, PLANTED, headers=headers, subject="[#1] Printer is silent")
    assert moved(desk) == before
    assert not any(letter.recipient == "anna@acme.test" for letter in letters)


@pytest.mark.parametrize("field", ["Delivered-To", "X-Original-To", "To", "Cc", "Envelope-To"])
def test_somebody_elses_signed_address_in_any_field_is_no_proof(desk, field):
    note = desk.request()
    before = moved(desk)
    for address in (note.reply_to, *(letter.reply_to for letter in desk.to("anna@acme.test"))):
        desk.write(EVE, PLANTED, headers=f"{field}: {address}", subject="Hi")
        desk.write(OLGA, PLANTED, headers=f"{field}: {address}", subject="Hi", proofs=FORGED)
    assert moved(desk) == before
    assert not [letter for letter in desk.letters if letter.kind == "relay"]


CITING = {
    "the ack's id": lambda desk: one([x for x in desk.letters if x.kind == "ack"], "ack").mail["Message-ID"],
    "the notification's id": lambda desk: one([x for x in desk.letters if x.kind == "notification"], "notification").mail[
        "Message-ID"
    ],
    "the customer's own id": lambda desk: "<m1.70@acme.test>",
}


@pytest.mark.parametrize("what", CITING)
def test_another_clients_thread_is_not_joined_by_citing_it(desk, what):
    desk.request()
    before = moved(desk)
    cited = CITING[what](desk)
    letters = desk.write(
        EVE, "What did they say?\n", headers=f"In-Reply-To: {cited}\nReferences: {cited}", subject="Re: [#1] Printer"
    )
    assert moved(desk) == before
    note = one(letters, "notification", "olga")
    assert note.mail["Maild-Ticket"] == "2"
    relay = one(desk.reply(OLGA, note, "To you alone."), "relay")
    assert relay.recipient == "eve@globex.test" and "printer prints nothing" not in relay.everything


def test_who_answers_all_of_a_strangers_mail_does_not_tell_the_stranger(desk):
    """Eve writes to the desk and to Anna at once; Anna answers to all."""
    desk.write(
        EVE, "What is your licence?\n", to="support@vendor.test, anna@acme.test", headers="Message-ID: <trap@globex.test>"
    )
    letters = desk.write(
        ANNA,
        "It is secret 4711.\n",
        to="support@vendor.test, eve@globex.test",
        headers="In-Reply-To: <trap@globex.test>",
        subject="Re: Hello",
    )
    assert not any("4711" in letter.everything for letter in letters if letter.recipient == "eve@globex.test")
    assert desk.ticket(2).client == "acme"
    relay = one(desk.reply(OLGA, one(letters, "notification"), "We know it: 4712."), "relay")
    assert relay.recipient == "anna@acme.test"


def test_people_of_another_client_are_not_let_in_by_a_copy(desk):
    note = one(desk.write(ANNA, "Hello\n", headers="Cc: eve@globex.test, olga@vendor.test"), "notification")
    assert [letter.recipient for letter in desk.reply(OLGA, note, "To you.") if letter.kind == "relay"] == ["anna@acme.test"]


def attached(desk, genuine, sender, proofs):
    return desk.write(sender, "See the mail.\n", proofs=proofs, files=[("olga.eml", "application/octet-stream", genuine)])


def test_a_genuine_mail_of_staff_within_another_mail_commands_nothing(desk):
    note = desk.request()
    genuine = desk.mail(OLGA, "Do it.\n/time 600m x", to=note.reply_to, subject="Re: x")
    before = moved(desk)
    attached(desk, genuine, EVE, AUTHENTICATED)
    raw = desk.mail(EVE, "x", subject="Fwd").split(b"\r\nContent-Type")[0]
    desk.raw(raw + b"\r\nMIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n\r\n" + genuine)
    mixed = b'\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n'
    desk.raw(raw.replace(b"Fwd", b"Fwd 2") + mixed + genuine + b"\r\n--b--\r\n")
    assert moved(desk) == before
    assert not [letter for letter in desk.letters if letter.kind == "relay"]


def test_a_genuine_mail_sent_on_to_another_ticket_is_the_same_mail(desk):
    """Whoever reads Olga's mail on its way hands it in again, at the address of another ticket of hers."""
    first = desk.request()
    second = desk.request("Another thing.\n", subject="Second")
    genuine = desk.mail(OLGA, "Do it.\n/time 25m x", to=first.reply_to, subject="Re: x")
    desk.raw(genuine)
    before = moved(desk, 2), len(desk.entries())
    again = genuine.replace(first.reply_to.encode(), second.reply_to.encode())
    letters = desk.raw(again) + desk.raw(again.replace(b"Delivered-To", b"X-Original-To"))
    assert (moved(desk, 2), len(desk.entries())) == before
    assert "relay" not in [letter.kind for letter in letters]


@pytest.mark.parametrize("ahead", [timedelta(days=4), timedelta(days=400), timedelta(days=-4)])
def test_a_date_of_another_day_proves_nothing(desk, ahead):
    note = desk.request()
    before = moved(desk)
    letters = desk.answer(OLGA, note, "Do it.\n/time 25m x", date=desk.now + ahead)
    assert kinds(letters) == [("challenge", "olga@vendor.test")]
    assert moved(desk) == before


ODD = {
    "a fullwidth slash": "／time 600m x",
    "a division slash": "∕time 600m x",
    "a slash that turns round": "\u202e/time 600m x",
    "letters of no width": "/\u200bti\u200dme 600m x",
    "two commands on a line": "/solved /time 600m x",
}


@pytest.mark.parametrize("name", ODD)
def test_odd_commands_of_a_customer_are_words_and_of_a_forger_held(desk, name):
    note = desk.request()
    before = moved(desk)
    desk.write(ANNA, f"{ODD[name]}\n", subject="[#1] Printer is silent")
    desk.answer(OLGA, note, f"{ODD[name]}\n", proofs=FORGED)
    assert moved(desk)[2:4] == before[2:4]
    assert not [letter for letter in desk.letters if letter.kind == "relay"]


def test_a_balance_is_not_moved_through_a_report(desk):
    """A report may be answered, by its reader: what they write is a question."""
    note = desk.request()
    desk.reply(OLGA, note, "Done.\n/time 25m x")
    report = one(desk.pass_time(hours=12), "report")
    before = desk.closing(), len(desk.entries())
    for sender in (ANNA, EVE, ALLA, MAX, "Boss <boss@acme.test>"):
        desk.answer(sender, report, "/topup acme 10h\n/adjust acme +600m x\n")
    assert (desk.closing(), len(desk.entries())) == before
