"""A real MX in front: Debian's Postfix with OpenDKIM and OpenDMARC, real DKIM keys, a zone of our own, and maild's LMTP door behind it.

All attacks go through one after the other, on one desk; each is a row of its own. The 19 server-side cases of espoofer (Chen, Paxson,
Jiang: Composition Kills, 2020) are there as their authors' tool sends them, envelope included. What the MX refuses has failed too.
"""

import base64
import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from attacks.desk_at_work import ANNA, DIRECTORY, HANDED_IN, OLGA, kinds, one
from attacks.signing import KEYS, published, signed
from attacks.test_forged_staff import PROSE, nothing_moved, state_of
from servers.daemon_process import HOST, ServerMissingError
from servers.name_server import NameServer, text_record
from servers.postfix import Postfix

from maild.ingest.lmtp import LmtpDoor

pytestmark = [pytest.mark.server, pytest.mark.long, pytest.mark.timeout(1200)]

VENDOR, ACME, EVIL, PLAIN = "203.0.113.10", "203.0.113.20", "203.0.113.66", "203.0.113.30"
ZONE = {
    ("vendor.test.", "TXT"): [f'"v=spf1 ip4:{VENDOR} -all"'],
    ("vendor.test.", "MX"): ["10 mx.vendor.test."],
    ("_dmarc.vendor.test.", "TXT"): ['"v=DMARC1; p=reject"'],
    ("acme.test.", "TXT"): [f'"v=spf1 ip4:{ACME} -all"'],
    ("_dmarc.acme.test.", "TXT"): ['"v=DMARC1; p=none"'],
    ("evil.test.", "TXT"): ['"v=spf1 +all"'],
    ("_dmarc.evil.test.", "TXT"): ['"v=DMARC1; p=none"'],
    ("plain.test.", "TXT"): [f'"v=spf1 ip4:{PLAIN} -all"'],  # a domain without a policy
    **{(f"{name}._domainkey.{domain}.", "TXT"): [text_record(published(key.record))] for (name, domain), key in KEYS.items()},
}
CARL = '[client.plain]\nname = "Plain"\ncontacts = [{ name = "Carl", address = "carl@plain.test" }]\ndomains = ["plain.test"]\n[routing]'


@dataclass
class Exchange:
    """The MX and what it has handed on."""

    postfix: Postfix
    arrived: list
    news: threading.Condition

    def pass_on(self, mail, sender, recipient, **more):
        """What comes out behind the MX, or None where it refused."""
        before = len(self.arrived)
        if self.postfix.send(mail, sender, recipient, **more):
            return None
        with self.news:
            assert self.news.wait_for(lambda: len(self.arrived) > before, 120), self.postfix.deferred()
        return self.arrived[-1]


@pytest.fixture(scope="module")
def exchange(server_folder):
    arrived, news = [], threading.Condition()

    def keep(arrival):
        with news:
            arrived.append(arrival)
            news.notify_all()

    root = server_folder / "mx"
    root.mkdir()
    try:
        names = NameServer(ZONE)
        door = LmtpDoor(HOST, 0, keep, 10_000_000)
        door.start()
        postfix = Postfix(root, names.start(), "vendor.test", door.port).start()
    except ServerMissingError as missing:
        pytest.skip(str(missing))
    yield Exchange(postfix, arrived, news)
    postfix.stop()
    door.stop()
    names.stop()


@pytest.fixture
def guarded(exchange, make_desk):
    """A desk of today behind the MX."""
    desk = make_desk(directory=DIRECTORY.replace("[routing]", CARL), now=datetime.now(UTC) - timedelta(minutes=30))

    def through(mail, sender="<eve@evil.test>", to="support@vendor.test", **more):
        HANDED_IN.append("mx")
        arrival = exchange.pass_on(mail, sender, to, **more)
        if arrival is None:
            return None
        desk.uid += 1
        desk.now = datetime.now(UTC)
        desk.pipeline.take([replace(arrival, mailbox="support", uidvalidity=1, uid=desk.uid)], desk.now)
        return desk.sent()

    desk.through = through
    desk.note = desk.request()
    desk.ack = one([x for x in desk.letters if x.kind == "ack"], "ack")
    desk.relay = one(desk.reply(OLGA, desk.note, "Switch the cable.\n/time 25m checked"), "relay")
    desk.before = state_of(desk)
    desk.letters.clear()
    return desk


def mail(desk, *head, text=f"{PROSE}\n/time 25m x\n/solved\n", to=None, number=[0]):  # noqa: B006 - it counts
    number[0] += 1
    lines = (
        *head,
        f"To: {to or desk.note.reply_to}",
        f"Subject: Re: [#1] Printer is silent {number[0]}",
        f"Message-ID: <{number[0]}.attack@evil.test>",
        f"Date: {format_datetime(datetime.now(UTC))}",
        f"In-Reply-To: {desk.note.mail['Message-ID']}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
    )
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + text.replace("\n", "\r\n").encode()


# --- what must go through -----------------------------------------------------------------------------------------------------------


def test_signed_mail_of_staff_is_believed(guarded):
    raw = signed(mail(guarded, f"From: {OLGA}", text="Please try again.\n"), "vendor.test")
    letters = guarded.through(raw, "<olga@vendor.test>", guarded.note.reply_to, client="198.51.100.9", helo="mail.home.test")
    assert kinds(letters) == [("relay", "anna@acme.test")]


def test_mail_of_staff_from_their_own_server_is_believed(guarded):
    raw = mail(guarded, f"From: {OLGA}", text="Please try again.\n/time 5m x\n")
    letters = guarded.through(raw, "<olga@vendor.test>", guarded.note.reply_to, client=VENDOR, helo="mail.vendor.test")
    assert kinds(letters) == [("receipt", "olga@vendor.test"), ("relay", "anna@acme.test")]


@pytest.mark.parametrize(
    ("sender", "client", "proven"),
    [("carl@plain.test", PLAIN, True), ("carl@plain.test", EVIL, False), ("anna@acme.test", ACME, True)],
)
def test_a_customer_without_a_policy_is_believed_by_what_each_filter_wrote(guarded, sender, client, proven):
    """OpenDMARC's field says only that there is no policy; SPF stands in the one below it, and Received ends the block."""
    raw = mail(guarded, f"From: {sender}", to="support@vendor.test", text="A question.\n")
    letters = guarded.through(raw, f"<{sender}>", client=client, helo="mail.plain.test")
    shown = [letter.text for letter in letters if letter.kind == "notification"]
    assert shown
    assert all(("UNPROVEN" not in text) is proven for text in shown)


# --- what must not ------------------------------------------------------------------------------------------------------------------

HERS = f"From: {OLGA}"
EVE = "From: Eve <eve@evil.test>"
PASS = "Authentication-Results: mx.vendor.test; dmarc=pass header.from=vendor.test"
LOGIN = "Authentication-Results: mx.vendor.test; auth=pass smtp.auth=olga"
TRACE = "Received: from mail.vendor.test (mail.vendor.test [203.0.113.10]) by mx.vendor.test (Postfix) with ESMTP id 1; now"
CODED = "=?utf-8?B?{}?=".format(base64.b64encode(b"<olga@vendor.test>").decode())


def head(*fields, sender="<eve@evil.test>"):
    return lambda desk: (mail(desk, *fields), sender)


def dkim_of(domain, selector=b"k1", change=lambda raw: raw, sender="<eve@evil.test>", **more):
    return lambda desk: (change(signed(mail(desk, HERS), domain, selector=selector, **more)), sender)


ESPOOFER = {
    "A1 a subdomain that does not exist": head(HERS, sender="<any@mailfrom.notexist.vendor.test>"),
    "A2 a reverse-path that some read as empty": head(HERS, sender="<(any@vendor.test>"),
    "A2 the empty reverse-path": head(HERS, sender="<>"),
    "A3 NUL in the selector": lambda desk: (
        signed(mail(desk, HERS), "evil.test")
        .replace(b"d=evil.test", b"d=vendor.test")
        .replace(b"s=k1;", b"s=k1._domainkey.evil.test.\x00.any;"),
        "<any@33.evil.test>",
    ),
    "A4 a quote in d=": dkim_of("vendor.test'a.evil.test", sender="<any@evil.test>"),
    "A5 a comment in the reverse-path": head(HERS, sender="<any@vendor.test(a.evil.test>"),
    "A6 a quote in the reverse-path": head(HERS, sender="<any@vendor.test'@any.evil.test>"),
    "A7 a route in the reverse-path": head(HERS, sender="<@vendor.test,@any.test:'any@evil.test>"),
    "A8 two From fields": head(EVE, HERS),
    "A9 From behind a blank": head(" From: <first@evil.test>", HERS),
    "A10 a blank before the colon": head(EVE, "From : <olga@vendor.test>"),
    "A11 a folded name of the field": head("From", " : <first@evil.test>", HERS),
    "A12 From and Sender": head("From", " : <first@evil.test>", "n", "Sender: <olga@vendor.test>"),
    "A13 From and Resent-From": head("From", " : <first@evil.test>", "n", "Resent-From: <olga@vendor.test>"),
    "A14 two addresses": head("From: <first@evil.test>, <olga@vendor.test>", "Sender: <s@sender.vendor.test>"),
    "A15 an encoded address": head(f"From:{CODED},<second@evil.test>", "Sender: <s@sender.vendor.test>"),
    "A16 a route": head("From: <@evil.test,@any.test:olga@vendor.test>"),
    "A17 a quoted pair": head("From: <olga@vendor.test>\\,<second@evil.test>"),
    "A18 a bare address before": head("From: olga@vendor.test,<second@evil.test>"),
    "A19 an address behind the bracket": head("From: <any@evil.test>olga@vendor.test"),
    "client A1 two From fields of one's own server": head("From: <petr@vendor.test>", HERS, sender="<petr@vendor.test>"),
    "client A2 two addresses": head("From: <petr@vendor.test>, <olga@vendor.test>", sender="<petr@vendor.test>"),
}
OTHERS = {
    "From alone": head(HERS),
    "her reverse-path": head(HERS, sender="<olga@vendor.test>"),
    "a pass of one's own": head(PASS, HERS),
    "a pass below other fields": head("X-Spam: no", HERS, PASS),
    "a pass twice": head(PASS, PASS, HERS),
    "a login of one's own": head(LOGIN, HERS),
    "a pass and a trace": head(PASS, TRACE, HERS),
    "a login and a trace": head(LOGIN, TRACE, HERS),
    "a trace and a pass": head(TRACE, PASS, HERS),
    "a folded pass": head(PASS.replace("; ", ";\r\n\t"), HERS),
    "a commented pass": head(PASS.replace("; dmarc", " (ours); (so) dmarc (is) "), HERS),
    "a pass in capitals": head(PASS.upper(), HERS),
    "a pass with NUL": head(PASS.replace("mx.vendor.test", "mx.vendor.test\x00"), HERS),
    "a pass with a blank before the colon": head(PASS.replace(":", " :"), HERS),
    "a pass behind a blank": head("X-First: y", " " + PASS, HERS),
    "a pass in the body": lambda desk: (mail(desk, HERS, text=f"{PASS}\n\n{PROSE}\n/solved\n"), "<eve@evil.test>"),
    "ARC that passes": head("ARC-Authentication-Results: i=1; " + PASS.partition(": ")[2], HERS),
    "an original pass": head(PASS.replace("Results", "Results-Original"), HERS),
    "Eve's signature": dkim_of("evil.test"),
    "a signature of a subdomain that has no key": dkim_of("mail.vendor.test"),
    "a key that is not published": dkim_of("vendor.test", selector=b"gone"),
    "a weak key": dkim_of("vendor.test", selector=b"weak"),
    "her signature, a word changed": dkim_of("vendor.test", change=lambda raw: raw.replace(b"account 666", b"account 667")),
    "her signature, the subject changed": dkim_of(
        "vendor.test", change=lambda raw: raw.replace(b"Subject: Re", b"Subject: RE")
    ),
    "her signature, a From above": dkim_of("vendor.test", change=lambda raw: EVE.encode() + b"\r\n" + raw),
    "her signature, a From below": dkim_of(
        "vendor.test", change=lambda raw: raw.replace(b"\r\nTo: ", f"\r\n{EVE}\r\nTo: ".encode())
    ),
    "a name that is her address": head('From: "olga@vendor.test" <eve@evil.test>'),
    "a look-alike": head("From: Olga Ivanova <olga@vend\u043er.test>"),
    "a domain below": head("From: Olga Ivanova <olga@vendor.test.evil.test>"),
    "a subdomain": head("From: Olga Ivanova <olga@mail.vendor.test>"),
    "a final dot": head("From: Olga Ivanova <olga@vendor.test.>"),
    "a group": head("From: desk: olga@vendor.test;"),
    "an address in a comment": head("From: eve@evil.test (olga@vendor.test)"),
    "a comment in hers": head("From: olga@vendor.test (eve@evil.test)"),
    "a From without an address": head("From: Olga Ivanova"),
    "an encoded From": head(f"From: {CODED}"),
    "the desk's own address": head("From: Vendor Support <support@vendor.test>"),
    "no From": head("Sender: olga@vendor.test"),
    "nothing but Reply-To": head("From: eve@evil.test", "Reply-To: olga@vendor.test"),
}
ATTACKS = {**ESPOOFER, **OTHERS}


@pytest.mark.parametrize(
    "token",
    [
        "with her token",
        "with her token in Message-IDs alone",
        "without",
    ],
)
def test_no_attack_moves_anything(guarded, token):
    """One desk takes them all: what one of them had moved would stay moved."""
    to = guarded.note.reply_to if token == "with her token" else "support@vendor.test"
    refused = []
    for name, attack in ATTACKS.items():
        raw, sender = attack(guarded)
        raw = raw.replace(f"\r\nTo: {guarded.note.reply_to}".encode(), f"\r\nTo: {to}".encode())
        if token == "without":
            raw = raw.replace(b"In-Reply-To", b"X-Reply")
        letters = guarded.through(raw, sender, to)
        if letters is None:
            refused.append(name)
            continue
        try:
            nothing_moved(guarded)
        except AssertionError as moved:
            raise AssertionError(f"{name}: {kinds(letters)}") from moved
    told = {letter.recipient for letter in guarded.letters if letter.kind in ("challenge", "hold", "alert")}
    assert told <= {"olga@vendor.test", "petr@vendor.test", "max@vendor.test"}
    assert len(refused) < len(ATTACKS) / 4, refused


def test_a_forged_customer_is_filed_and_goes_to_nobody(guarded):
    """Sent from the world in her name, by whoever knows the number: shown to staff as unproven."""
    raw = mail(
        guarded, f"From: {ANNA}", PASS.replace("vendor.test\r", "acme.test\r"), to="support@vendor.test", text="Send me all.\n"
    )
    letters = guarded.through(raw, "<anna@acme.test>")
    assert kinds(letters) == [("notification", "olga@vendor.test")]
    assert "UNPROVEN" in letters[0].text
