"""What of an engineer's mail the customer reads: every line of theirs, none of the desk's, whatever the mail program made of it."""

import textwrap

import pytest
from attacks.desk_at_work import ANNA, FORGED, OLGA, attribution, kinds, one

DESK_WORDS = (
    "TS-1180",
    "pays late",
    "for the desk only",
    "By the minute",
    "Reply to answer",
    "answer by",
    "Answer by",
    "/help",
)


def nothing_of_the_desk(letter):
    for words in (*DESK_WORDS, "olga@vendor.test", "olga.private@home.test"):
        assert words not in letter.everything, words


def quoted(text, mark="> "):
    return "".join(f"{mark}{line}\n" for line in text.splitlines())


def wrapped(text, width=72):
    return "\n".join(piece for line in text.splitlines() for piece in (textwrap.wrap(line, width) or [""]))


def words_of_customer(letter):
    """A notification's text up to the marker, its first line aside."""
    return letter.text.split("--= ")[0].split("\n", 1)[1].strip()


def without_customer(letter):
    return letter.text.replace(words_of_customer(letter), "")


ANSWER = "Hello Anna,\n\nswitch the cable and print a test page."

HABITS = {
    "on top, quoted below": lambda n: f"{ANSWER}\n\n{attribution(n)}{quoted(n.text)}",
    "below the quote": lambda n: f"{attribution(n)}{quoted(n.text)}\n{ANSWER}\n",
    "on top, quoted without marks": lambda n: f"{ANSWER}\n\n{attribution(n)}{n.text}",
    "on top, quoted without marks or introduction": lambda n: f"{ANSWER}\n\n{n.text}",
    "header block, as Outlook does": lambda n: (
        f"{ANSWER}\n\n-----Original Message-----\nFrom: {n.mail['From']}\nSent: Monday, November 23, 2026 10:01 AM\n"
        f"To: Olga Ivanova\nSubject: {n.subject}\n\n{n.text}"
    ),
    "wrapped anew at 72, marked": lambda n: f"{ANSWER}\n\n{attribution(n)}{quoted(wrapped(n.text, 60))}",
    "wrapped after marking": lambda n: f"{ANSWER}\n\n{attribution(n)}{wrapped(quoted(n.text), 40)}",
    "wrapped anew, without marks": lambda n: f"{ANSWER}\n\n{attribution(n)}{wrapped(n.text, 50)}",
    "the customer's words deleted": lambda n: f"{ANSWER}\n\n{attribution(n)}{quoted(without_customer(n))}",
    "the customer's words deleted, no marks": lambda n: f"{ANSWER}\n\n{without_customer(n)}",
    "blank lines lost": lambda n: (
        f"{ANSWER}\n\n{attribution(n)}" + quoted("\n".join(x for x in n.text.splitlines() if x.strip()))
    ),
    "no quote at all": lambda n: ANSWER,
    "signature under its delimiter": lambda n: (
        f"{ANSWER}\n\n-- \nOlga Ivanova\nolga@vendor.test\n\n{attribution(n)}{quoted(n.text)}"
    ),
    "signature without one": lambda n: (
        f"{ANSWER}\n\nBest regards,\nOlga Ivanova\nEngineer, +380 44 123 45 67\nolga@vendor.test\n\n{attribution(n)}{quoted(n.text)}"
    ),
    "sent from a phone": lambda n: f"{ANSWER}\n\nSent from my iPhone\n\n{attribution(n)}{quoted(n.text)}",
    "quoted twice": lambda n: f"{ANSWER}\n\n{attribution(n)}{quoted(quoted(n.text))}",
    "no-break spaces": lambda n: f"{ANSWER}\n\n{attribution(n)}{quoted(n.text.replace(' ', chr(160)))}",
}


@pytest.mark.parametrize("habit", HABITS)
def test_an_answer_goes_out_alone(desk, habit):
    note = desk.request()
    letters = desk.answer(OLGA, note, HABITS[habit](note))
    relay = one(letters, "relay", "anna@acme.test")
    assert relay.text.startswith(ANSWER), relay.text
    nothing_of_the_desk(relay)
    assert "iPhone" not in relay.text
    assert relay.text.count("Olga Ivanova") == 1


@pytest.mark.parametrize("habit", HABITS)
def test_commands_are_taken_out_wherever_they_stand(desk, habit):
    note = desk.request()
    body = HABITS[habit](note).replace("switch the cable", "/time 25m checked the driver\nswitch the cable")
    letters = desk.answer(OLGA, note, body + "\n")
    relay = one(letters, "relay")
    assert "/time" not in relay.everything
    assert "switch the cable and print a test page." in relay.text
    assert [entry.worked_minutes for entry in desk.entries()] == [25]


P = "<p>Hello Anna,</p><p>switch the cable and print a test page.</p>"
GMAIL = """<div dir="ltr">{P}</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Mon, 23 Nov 2026 at 10:00, Anna, Acme
&lt;<a href="mailto:{address}">{address}</a>&gt; wrote:<br></div><blockquote class="gmail_quote" style="margin:0 0 0 .8ex">{letter}
</blockquote></div>"""
OUTLOOK = """<div class="WordSection1">{P}<div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">
<p class="MsoNormal"><b>From:</b> Anna, Acme &lt;{address}&gt;<br><b>Sent:</b> Monday, November 23, 2026 10:01 AM<br>
<b>To:</b> Olga Ivanova &lt;olga@vendor.test&gt;<br><b>Subject:</b> [#1] Printer is silent</p></div></div>{letter}</div>"""
APPLE = """<div>{P}</div><div><br><blockquote type="cite"><div>On 23 Nov 2026, at 10:00, Anna, Acme &lt;{address}&gt; wrote:</div><br>
<div>{letter}</div></blockquote></div>"""
THUNDERBIRD = """<p>{P}</p><div class="moz-cite-prefix">On 11/23/26 10:00, Anna, Acme wrote:<br></div>
<blockquote type="cite" cite="mid:x@y">{letter}</blockquote>"""
HTML_HABITS = {"Gmail": GMAIL, "Outlook": OUTLOOK, "Apple Mail": APPLE, "Thunderbird": THUNDERBIRD}


def inner(letter):
    html = letter.html
    return html[html.index(">", html.index("<body")) + 1 : html.index("</body>")]


@pytest.mark.parametrize("client", HTML_HABITS)
def test_an_answer_in_html_goes_out_alone(desk, client):
    note = desk.request()
    letters = html_answer(desk, note, HTML_HABITS[client].format(P=P, address=note.reply_to, letter=inner(note)))
    relay = one(letters, "relay", "anna@acme.test")
    assert relay.text.split("On Mon")[0].split() == [*ANSWER.split(), "Olga", "Ivanova", "Vendor", "Support"], relay.text
    nothing_of_the_desk(relay)
    for label in ("15 min", "Solved", "Note"):
        assert label not in relay.text
    assert "support+" not in relay.text.replace(relay.reply_to, "")


def html_answer(desk, note, html):
    headers = f"In-Reply-To: {note.mail['Message-ID']}\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n"
    headers += "Content-Transfer-Encoding: 8bit\n"
    raw = desk.mail(OLGA, "x", note.reply_to, f"Re: {note.subject}", headers=headers)
    head = raw.partition(b"\r\n\r\n")[0].decode()
    head = "\r\n".join(
        line
        for line in head.split("\r\n")
        if not line.startswith(("Content-Type: text/plain", "Content-Transfer-Encoding: 7bit"))
    )
    return desk.raw(f"{head}\r\n\r\n<html><body>{html}</body></html>")


def test_answers_between_the_quoted_lines_keep_their_places(desk):
    note = desk.request("Hello,\n\nthe printer prints nothing.\nAnd where is the manual?\n\nAnna")
    body = quoted(note.text).replace("> the printer prints nothing.\n", "> the printer prints nothing.\nSwitch the cable.\n")
    body = body.replace("> And where is the manual?\n", "> And where is the manual?\nIn the box, see page 12.\n")
    relay = one(desk.answer(OLGA, note, f"See below.\n\n{attribution(note)}{body}"), "relay")
    said = [line for line in relay.text.split("Olga Ivanova")[0].split("\n") if line]
    assert said.index("See below.") < said.index("> the printer prints nothing.") < said.index("Switch the cable.")
    assert said.index("Switch the cable.") < said.index("> And where is the manual?") < said.index("In the box, see page 12.")
    nothing_of_the_desk(relay)


def test_words_written_into_a_quoted_line_are_not_lost(desk):
    note = desk.request("Hello,\n\nthe printer prints nothing.\n\nAnna")
    body = quoted(note.text).replace("> the printer prints nothing.", "> the printer prints nothing. Switch the cable!")
    letters = desk.answer(OLGA, note, f"See below.\n\n{attribution(note)}{body}")
    assert "Switch the cable!" in one(letters, "relay").text


@pytest.mark.parametrize(
    "line",
    [
        "Licence: TS-1180",
        "> Licence: TS-1180 is what we have on file",
        "Note: pays late, be patient",
        "Client: Acme Books (acme), By the minute",
    ],
)
def test_a_line_of_the_desks_among_the_authors_words_holds_the_mail(desk, line):
    note = desk.request()
    letters = desk.answer(OLGA, note, f"Hello Anna,\n\n{line}\n\nis that right?\n")
    assert kinds(letters) == [("hold", "olga@vendor.test")]
    again = desk.answer(OLGA, one(letters, "hold"), "/send\n")
    assert all(letter.kind == "hold" for letter in again)


@pytest.mark.thorough
@pytest.mark.parametrize(
    "line", ["write to olga@vendor.test", "or OLGA.Private@home.test", "my colleague petr@vendor.test knows"]
)
def test_a_private_address_holds_the_mail_and_send_puts_the_desks_in_its_place(desk, line):
    note = desk.request()
    held = one(desk.answer(OLGA, note, f"Hello Anna,\n\n{line}\n"), "hold")
    relay = one(desk.answer(OLGA, held, "/send\n"), "relay")
    assert "support@vendor.test" in relay.text
    assert line not in relay.everything


def test_a_signed_address_never_goes_out(desk):
    note = desk.request()
    held = one(desk.answer(OLGA, note, f"Hello Anna, write to {note.reply_to} please\n"), "hold")
    relay = one(desk.answer(OLGA, held, "/send\n"), "relay")
    assert note.reply_to not in relay.everything


def test_the_words_of_a_note_do_not_go_out_with_the_next_answer(desk):
    note = desk.request()
    desk.answer(OLGA, note, "/note\nAnna is a difficult customer, beware.\n")
    letters = desk.answer(OLGA, note, "Hello Anna,\n\nAnna is a difficult customer, beware.\n\nbye\n")
    assert kinds(letters) == [("hold", "olga@vendor.test")]


def test_a_notification_attached_to_the_answer_holds_it(desk):
    note = desk.request()
    raw = note.mail.as_bytes()
    letters = desk.answer(OLGA, note, "see the attached\n", files=[("original.eml", "application/octet-stream", raw)])
    assert kinds(letters) == [("hold", "olga@vendor.test")]


def test_files_go_along(desk):
    note = desk.request()
    relay = one(desk.answer(OLGA, note, "here it is\n", files=[("driver.zip", "application/zip", b"PK1234")]), "relay")
    assert [part.get_filename() for part in relay.mail.iter_attachments()] == ["driver.zip"]


INNER = b"""From: Boris <boris@acme.test>\r
To: olga@vendor.test\r
Subject: Scales\r
Message-ID: <scales@acme.test>\r
Date: Mon, 23 Nov 2026 09:00:00 +0200\r
\r
The scales show zero.\r
"""


def test_a_mail_that_is_forwarded_as_a_file_does_not_go_back_to_its_writer(desk):
    forwarded = [("scales.eml", "application/octet-stream", INNER)]
    letters = desk.write(OLGA, "/new\n", subject="Fwd: Scales", files=forwarded)
    assert kinds(letters) == [("ack", "boris@acme.test"), ("receipt", "olga@vendor.test")]
    assert desk.ticket().awaiting_since, "nobody has answered"


def test_a_file_beside_new_is_for_staff_until_words_go_out(desk):
    photo = [("till.jpg", "image/jpeg", b"JFIF")]
    letters = desk.write(OLGA, "/new acme\nShe rang.\n", subject="Till", files=photo)
    assert kinds(letters) == [("ack", "anna@acme.test"), ("receipt", "olga@vendor.test")]
    letters = desk.write(OLGA, "/new acme\nShe rang.\n/answer\nHello Anna, see the picture.\n", subject="Till 2", files=photo)
    assert [part.get_filename() for part in one(letters, "relay").mail.iter_attachments()] == ["till.jpg"]


def test_a_defect_frees_the_time_of_the_ticket_that_was_joined(desk):
    first = desk.request("The report crashes.", subject="Report")
    second = desk.request("Our report crashes too.", subject="Report again")
    desk.answer(OLGA, second, "/time 6m reproduced\n")
    desk.answer(OLGA, second, "/merge 1\n")
    desk.answer(OLGA, first, "/time 12m found it\n")
    assert desk.closing() == -18
    desk.answer(OLGA, first, "/bug TCK-7\n")
    assert desk.closing() == 0
    desk.answer(OLGA, first, "/time 5m tried the build\n")
    assert desk.closing() == 0


def test_a_ticket_to_which_a_defect_is_joined_is_one(desk):
    first = desk.request("The report crashes.", subject="Report")
    second = desk.request("Our report crashes too.", subject="Report again")
    desk.answer(OLGA, second, "/bug TCK-7\n")
    desk.answer(OLGA, second, "/merge 1\n")
    desk.answer(OLGA, first, "/time 5m tried the build\n")
    assert desk.closing() == 0


def test_whoever_joined_later_is_not_sent_what_was_written_before(desk):
    note = desk.request("Hello,\n\nour password is hunter2.\nWhat now?\n\nAnna")
    desk.answer(OLGA, note, "/cc add visitor@other.test\n")
    body = quoted(note.text).replace("> our password is hunter2.\n", "> our password is hunter2.\nChange it at once.\n")
    letters = desk.answer(OLGA, note, f"See below.\n\n{attribution(note)}{body}")
    assert "hunter2" in one(letters, "relay", "anna").everything
    late = one(letters, "relay", "visitor")
    assert "hunter2" not in late.everything
    assert "Change it at once." in late.text


def test_unproven_words_are_not_quoted_to_the_customer(desk):
    desk.request()
    forged = one(
        desk.write(ANNA, "please pay to account 666\n", subject="[#1] Printer is silent", proofs=FORGED), "notification"
    )
    assert "UNPROVEN" in forged.text
    body = quoted(forged.text).replace("> please pay to account 666\n", "> please pay to account 666\nDid you write this?\n")
    letters = desk.answer(OLGA, forged, f"Hello\n{attribution(forged)}{body}")
    assert "account 666" not in "".join(letter.everything for letter in letters if letter.kind == "relay")
