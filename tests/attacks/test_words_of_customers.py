"""Customers' text in our own mails is data: no template runs, no name is a link, nothing turns lines round or makes a header."""

import csv
import io
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from pathlib import Path

import pytest
from attacks.desk_at_work import ALLA, ANNA, AUTHENTICATED, FORGED, OLGA, one

from maild.cli.export import cell
from maild.message import harmless_name

NAMES = {
    "Anna Kravets": "Anna Kravets",
    "Dr.Smith J. R.": "Dr.Smith J. R.",
    "Visit http://evil.test/pay now": "Visit now",
    "www.evil.test Anna": "Anna",
    "pay at evil.test": "pay at",
    "anna@acme.test": "",
    "mailto:a Anna": "Anna",
    "An\u202ena \u2066x\u200b": "Anna x",
    "Eve\r\n Bcc: x": "Eve Bcc: x",
    "\x00\x1b[31mEve": "[31mEve",
    "x" * 100: "x" * 64,
    "{{7*7}}": "{{7*7}}",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_a_name(name):
    assert harmless_name(name) == NAMES[name]


TEXT = "{{7*7}} {% for x in range(9) %} ${7*7} <script>alert(1)</script> <img src='http://evil.test/track.gif'>"


@pytest.mark.parametrize("subject", ["{{7*7}}", "{{ config }}", "<b>{{7*7}}</b>", "{% raw %}"])
def test_no_template_of_a_customer_runs(desk, subject):
    note = one(desk.write(ANNA, f"{TEXT}\n", subject=subject), "notification")
    relay = one(desk.reply(OLGA, note, f"Switch it. {TEXT}\n/time 5m {{{{7*7}}}} =1+1"), "relay")
    for letter in desk.letters:
        assert "49" not in letter.text.replace("2490", "")
        assert "<script" not in letter.html
        assert "<img" not in letter.html or "cid:" in letter.html
        assert "evil.test/track" not in letter.html or "&lt;img" in letter.html
    assert "{{7*7}}" in relay.text


def test_a_name_is_no_link_in_any_letter(desk):
    sender = '"Visit http://evil.test/pay \u202eexe" <anna@acme.test>'
    note = one(desk.write(sender, "It is silent.\n"), "notification")
    desk.reply(OLGA, note, "Switch it.\n/solved")
    for letter in desk.letters:
        assert "evil.test" not in letter.everything
        assert "\u202e" not in letter.everything


@pytest.mark.parametrize("field", ["From", "Subject", "To", "Cc", "Reply-To"])
def test_line_ends_in_fields_make_no_fields(desk, field):
    value = "=?utf-8?q?x=0D=0ABcc:_evil@evil.test=0D=0A?="
    name = f"{value} <anna@acme.test>" if field != "Subject" else value
    raw = desk.mail(ANNA, "It is silent.\n", subject="" if field == "Subject" else "Hi")
    raw = b"\r\n".join(line for line in raw.split(b"\r\n") if not line.startswith(f"{field}:".encode()))
    desk.raw(f"{field}: {name}\r\n".encode() + raw)
    assert desk.letters
    for letter in desk.letters:
        assert letter.mail["Bcc"] is None
        assert letter.recipient != "evil@evil.test"


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "a\r\nX-Evil: 1.txt", "CON<>:|?*.txt", "\u202egnp.exe", "", ".", "x" * 300 + ".pdf", 'q"uote.txt'],
)
def test_names_of_files_are_names(desk, name):
    raw = desk.mail(ANNA, "See the file.\n", files=[("NAME", "text/plain", b"a")])
    raw = raw.replace(b'filename="NAME"', b"filename*=utf-8''" + "".join(f"%{o:02X}" for o in name.encode()).encode())
    note = one(desk.raw(raw), "notification")
    (part,) = note.mail.iter_attachments()
    assert part["X-Evil"] is None
    shown = part.get_filename()
    assert shown and len(shown) <= 120
    assert not set(shown) & set('/\\\r\n\u202e<>:"|?*')


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A1"])
def test_a_formula_is_text_in_a_table(text):
    written = io.StringIO()
    csv.writer(written).writerow([cell("note", text)])
    (read,) = csv.reader(io.StringIO(written.getvalue()))
    assert read[0] == "'" + text


HTML = """<html><head><style>@import url(http://evil.test/s.css)</style></head><body onload="x()">
<p>It looks <b>so</b>:</p><img src="cid:shot@acme.test"><img src="http://evil.test/pixel.gif?id=1" width=1 height=1>
<script>alert(1)</script><iframe src="http://evil.test"></iframe><form action="http://evil.test"><input name=a></form>
<a href="javascript:x()">press</a><div style="display:none;background:url(http://evil.test/b.png)">hidden</div></body></html>"""
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


def with_picture(desk, sender, to, subject, html=HTML):
    """A mail whose HTML shows a picture that it carries."""
    mail = EmailMessage()
    mail.set_content(html, subtype="html")
    mail.add_related(PNG, "image", "png", cid="<shot@acme.test>", filename="shot.png", disposition="inline")
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Message-ID"], mail["Date"] = f"<{desk.uid}.picture@acme.test>", format_datetime(desk.now)
    domain = parseaddr(sender)[1].rpartition("@")[2]
    head = f"Return-Path: <x@{domain}>\r\nAuthentication-Results: {AUTHENTICATED.format(domain=domain)}\r\n"
    return head.encode() + mail.as_bytes().replace(b"\n", b"\r\n")


def test_of_html_the_words_and_the_pictures_go_on_in_both_directions_and_nothing_else(desk):
    note = one(desk.raw(with_picture(desk, ANNA, "support@vendor.test", "Screen")), "notification")
    answer = HTML.replace("It looks", "Compare it with mine, it looks")
    relay = one(desk.raw(with_picture(desk, OLGA, note.reply_to, "Re: [#1] Screen", answer)), "relay")
    for letter in (note, relay):
        assert "looks so" in letter.text
        (picture,) = (part for part in letter.mail.walk() if part.get_content_type() == "image/png")
        assert (picture.get_content(), picture["Content-ID"]) == (PNG, "<shot@acme.test>")
        lowered = letter.html.lower()
        assert not [
            sign for sign in ("<script", "<iframe", "<form", "javascript:", "onload", "evil.test", "hidden") if sign in lowered
        ]


def test_an_answer_stays_as_it_was_set_with_its_picture_in_its_place(desk):
    note = one(desk.raw(with_picture(desk, ANNA, "support@vendor.test", "Screen")), "notification")
    html = "<p>Press <b>twice</b>, as here:</p><img src='cid:shot@acme.test'><p>/time 5m screen</p><p>-- <br>Olga, olga@vendor.test</p>"
    relay = one(desk.raw(with_picture(desk, OLGA, note.reply_to, "Re: [#1] Screen", html)), "relay")
    assert "<b>twice</b>" in relay.html
    assert 'src="cid:shot@acme.test"' in relay.html
    assert "/time" not in relay.everything
    assert "olga@vendor.test" not in relay.everything
    related = next(part for part in relay.mail.walk() if part.get_content_type() == "multipart/related")
    assert [part.get_content_type() for part in related.iter_parts()] == ["text/html", "image/png"]


def test_html_that_says_more_than_the_text_beside_it_stays_here(desk):
    note = desk.request()
    html = "<p>Switch <b>the cable</b>.</p><p>Licence: TS-1180, pays late</p>"
    relay = one(desk.answer(OLGA, note, "Switch the cable.\n", html=html), "relay")
    assert "TS-1180" not in relay.everything
    assert "<b>the cable</b>" in relay.html
    inside = "<p>Switch <b>the cable</b>, Licence: TS-1180.</p>"
    relay = one(desk.answer(OLGA, note, "Switch the cable.\n\nOlga\n", html=inside), "relay")
    assert "TS-1180" not in relay.everything
    assert "Switch the cable" in relay.html


def test_a_report_tells_no_subject_that_nothing_proves(desk):
    """Whoever forges a customer would write to the customer's chief through us."""
    desk.request()
    desk.write("Mallory <m@acme.test>", "Pay at once.\n", subject="Pay our invoice at evil", proofs=FORGED)
    report = one(desk.pass_time(hours=10), "report")
    assert "#1 Printer is silent (" in report.text
    assert "#2 (" in report.text
    assert "evil" not in report.everything


def test_secrets_are_nowhere(desk, caplog):
    """What signs addresses stands in its own file alone: not in letters, not in the database, not in what is printed."""
    import base64

    note = desk.request()
    desk.reply(OLGA, note, "Switch it.\n/time 5m x\n/solved")
    desk.write(ALLA, "/list\n")
    desk.reply(OLGA, note, "/tmie 5m")
    keyring = desk.pipeline.setting.rules.keyring
    secret = keyring.signing.secret
    forms = {secret, base64.b64encode(secret), secret.hex().encode()}
    memory = Path(desk.store.url.database)
    found = [memory.read_bytes(), repr(keyring).encode(), repr(desk.pipeline.setting).encode(), caplog.text.encode()]
    found += [letter.mail.as_bytes() for letter in desk.letters]
    assert not [form for form in forms for octets in found if form in octets]
    assert "not used" not in repr(desk.pipeline.setting)  # the mailbox's password
