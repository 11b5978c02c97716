"""May this From be believed? One row for each thing that servers write, and that attackers make them write."""

from __future__ import annotations

from datetime import UTC, datetime
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.ingest.authentication import DkimOutcome, Method, aligned, has_trusted_results, is_plain, judge
from maild.ingest.authserv import parse
from maild.message import Address, Message

MX = ("mx.vendor.test",)
OLGA = ("olga", "olga@vendor.test")


def mail(*fields: str, sender: str = "anna@acme.test", above: tuple[tuple[str, str], ...] = ()) -> Message:
    headers = (*above, *(("Authentication-Results", field) for field in fields), ("From", sender))
    return Message(senders=(Address("", sender),), headers=headers, date=datetime(2026, 11, 23, tzinfo=UTC))


# what the server wrote -> what proves a customer's From at acme.test
CUSTOMERS = [
    ("mx.vendor.test; dmarc=pass header.from=acme.test; dkim=pass header.d=acme.test", Method.DMARC),
    ("mx.vendor.test; dmarc=fail header.from=acme.test; dkim=none header.d=acme.test", Method.NONE),
    ("MX.Vendor.Test 1; DMARC=Pass Header.From=ACME.test", Method.DMARC),
    ("mx.vendor.test (our own; really) 1; dmarc (it (is)) =pass (p=none dis=none) header.from = acme.test", Method.DMARC),
    ("mx.vendor.test;\r\n\tdmarc=pass\r\n\t (p=REJECT sp=REJECT dis=NONE) header.from=acme.test", Method.DMARC),
    ('"mx.vendor.test"; dmarc=pass header.from="acme.test"', Method.DMARC),
    ("mx.vendor.test; dmarc/1=pass header.from=acme.test", Method.DMARC),
    (
        "mx.vendor.test; dkim=fail header.d=list.test; dkim=pass header.d=acme.test; dmarc=pass header.from=acme.test",
        Method.DMARC,
    ),
    # a pass rests on something, where anything is told
    ("mx.vendor.test; dmarc=pass header.from=acme.test; spf=pass smtp.mailfrom=b@mail.acme.test; dkim=none", Method.DMARC),
    (
        "mx.vendor.test; dmarc=pass header.from=acme.test; spf=fail smtp.mailfrom=evil.test; dkim=pass header.d=ACME.test.",
        Method.DMARC,
    ),
    ("mx.vendor.test; dmarc=pass header.from=acme.test; dkim=pass header.b=AbC", Method.DMARC),
    (
        "mx.vendor.test; dmarc=pass header.from=acme.test; dkim=pass header.i=@x.acme.test; dkim=fail header.d=acme.test",
        Method.DMARC,
    ),
    ("mx.vendor.test; dmarc=pass header.from=acme.test; dkim=none; spf=none", Method.NONE),
    ("mx.vendor.test; dmarc=pass header.from=acme.test; dkim=fail header.d=acme.test", Method.NONE),
    ("mx.vendor.test; dmarc=pass header.from=acme.test; spf=pass smtp.mailfrom=eve@evil.test", Method.NONE),
    ("mx.vendor.test; dmarc=pass header.from=acme.test; spf=pass smtp.mailfrom=acme.test,@x:'any@evil.test", Method.NONE),
    ("mx.vendor.test; dmarc=pass header.from=acme.test; spf=pass smtp.helo=evil.test", Method.NONE),
    ("mx.vendor.test; dmarc=pass header.from=acme.test; dkim=pass header.d=acme.test(.evil.test)", Method.NONE),
    ("mx.vendor.test 1 2; dmarc=pass header.from=acme.test", Method.NONE),  # no version of RFC 8601
    # the domain that passed is another one
    ("mx.vendor.test; dmarc=pass header.from=evil.test", Method.NONE),
    ("mx.vendor.test; dmarc=pass header.from=mail.acme.test", Method.NONE),
    ("mx.vendor.test; dmarc=pass header.from=acme.test.evil.test", Method.NONE),
    ("mx.vendor.test; dmarc=pass", Method.NONE),
    ("mx.vendor.test; dmarc=none header.from=evil.test; dkim=pass header.d=acme.test", Method.NONE),
    # no policy: an aligned signature or reverse-path is enough
    ("mx.vendor.test; dmarc=none header.from=acme.test; dkim=pass header.d=acme.test", Method.DKIM),
    ("mx.vendor.test; dmarc=none; dkim=pass header.i=@acme.test header.s=k1 header.b=AbC/+=", Method.DKIM),
    ("mx.vendor.test; dmarc=none; dkim=pass header.i=anna@mail.acme.test header.d=acme.test", Method.DKIM),
    ("mx.vendor.test; dmarc=none; dkim=pass header.d=mail.acme.test", Method.DKIM),
    ("mx.vendor.test; dmarc=none; spf=pass (1.2.3.4 is allowed) smtp.mailfrom=bounce+x=y@acme.test", Method.SPF),
    ("mx.vendor.test; dmarc=bestguesspass action=none header.from=acme.test; spf=pass smtp.mailfrom=acme.test", Method.SPF),
    ("mx.vendor.test; dkim=pass header.d=acme.test", Method.DKIM),
    ("mx.vendor.test; dmarc=none; dkim=fail header.d=acme.test; spf=softfail smtp.mailfrom=acme.test", Method.NONE),
    ("mx.vendor.test; dmarc=none; dkim=pass header.d=evil.test; spf=pass smtp.mailfrom=evil.test", Method.NONE),
    ("mx.vendor.test; dmarc=none; dkim=pass header.d=notacme.test", Method.NONE),
    ("mx.vendor.test; dmarc=none; dkim=pass header.d=test", Method.NONE),
    ("mx.vendor.test; dmarc=none; dkim=pass header.d=acme.test header.i=@evil.test", Method.NONE),
    ("mx.vendor.test; dmarc=none; spf=pass smtp.helo=acme.test", Method.NONE),
    ("mx.vendor.test; dmarc=none; spf=pass smtp.mailfrom=", Method.NONE),
    ("mx.vendor.test; dmarc=none; spf=pass smtp.mailfrom=acme.test@evil.test", Method.NONE),
    ("mx.vendor.test; dmarc=temperror header.from=acme.test; dkim=pass header.d=acme.test", Method.NONE),
    ("mx.vendor.test; dmarc=permerror header.from=acme.test; spf=pass smtp.mailfrom=acme.test", Method.NONE),
    ("mx.vendor.test; dmarc=quarantine header.from=acme.test; dkim=pass header.d=acme.test", Method.NONE),
    # a server's own logged-in users are staff's affair
    ("mx.vendor.test; auth=pass smtp.auth=anna@acme.test", Method.NONE),
    ("mx.vendor.test; none", Method.NONE),
    ("mx.vendor.test", Method.NONE),
    # another server, no server, another grammar
    ("mx.evil.test; dmarc=pass header.from=acme.test", Method.NONE),
    ("mx.vendor.test.evil.test; dmarc=pass header.from=acme.test", Method.NONE),
    ("dmarc=pass header.from=acme.test", Method.NONE),
    ("mx.vendor.test 2; dmarc=pass header.from=acme.test", Method.NONE),
    ("mx.vendor.test and more words; dmarc=pass header.from=acme.test", Method.NONE),
    ("mx.vendor.test(x); dmarc=pass header.from=acme.test", Method.NONE),
    ("mx.vendor.test dmarc=pass header.from=acme.test", Method.NONE),
    ("", Method.NONE),
    (";", Method.NONE),
    # what an attacker slips in through names that the server copies (espoofer's cases among them)
    ("mx.vendor.test; dmarc=fail header.from=acme.test; dmarc=pass header.from=acme.test", Method.NONE),
    ("mx.vendor.test; dmarc=pass header.from=acme.test; dmarc=fail header.from=acme.test", Method.NONE),
    ("mx.vendor.test; dmarc=fail; dmarc=pass header.from=acme.test; dkim=pass header.d=acme.test", Method.NONE),
    ("mx.vendor.test; dmarc=none; dmarc=none x; spf=pass smtp.mailfrom=acme.test", Method.NONE),
    ("mx.vendor.test; dmarc=pass header.from=evil.test header.from=acme.test", Method.NONE),
    ("mx.vendor.test; dmarc=pass header.from=acme.test junk", Method.NONE),
    ("mx.vendor.test; dmarc = ; dmarc=pass header.from=acme.test", Method.NONE),
    ("mx.vendor.test; dmarc=none; dkim=pass header.d=acme.test(.evil.test", Method.NONE),
    ("mx.vendor.test; dmarc=none; dkim=pass header.d=acme.test(x).evil.test", Method.NONE),
    ("mx.vendor.test; dmarc=none; dkim=pass header.d=acme.test(x)", Method.NONE),
    ("mx.vendor.test; dmarc=none; dkim=pass header.d=acme.test\x00.evil.test", Method.NONE),
    ("mx.vendor.test; dmarc=none; dkim=pass header.d=acme.test'.evil.test", Method.NONE),
    ("mx.vendor.test; dmarc=none; dkim=pass header.d=acme.test,evil.test", Method.NONE),
    ('mx.vendor.test; dmarc=none; spf=pass smtp.mailfrom="x@acme.test', Method.NONE),
    ('mx.vendor.test; dmarc=none; spf=pass smtp.mailfrom="; dkim=pass header.d=acme.test"@evil.test', Method.NONE),
    ("mx.vendor.test; dmarc=none; spf=fail smtp.mailfrom=acme.test; spf=pass smtp.mailfrom=acme.test", Method.NONE),
    ("mx.vendor.test (open; dmarc=pass header.from=acme.test", Method.NONE),
    ("mx.vendor.test; (\\) dmarc=pass header.from=acme.test", Method.NONE),
    ("mx.vendor.test; dmarc=fail (\\(); dmarc=pass header.from=acme.test", Method.NONE),
]


@pytest.mark.parametrize(("field", "method"), CUSTOMERS)
def test_a_customers_from_is_believed_by_what_the_trusted_server_wrote(field, method):
    verdict = judge(mail(field), MX)
    assert (verdict.method, verdict.authenticated) == (method, method is not Method.NONE), verdict.reasons
    assert verdict.required and verdict.reasons and not verdict.pending


@pytest.mark.parametrize(
    ("field", "reasons"),
    [
        ("dmarc=pass header.from=acme.test", ("dmarc=pass",)),
        ("dmarc=fail header.from=acme.test", ("dmarc=fail",)),
        ("dmarc=pass", ("dmarc=pass", "no header.from")),
        ("dmarc=pass header.from=evil.test", ("dmarc=pass", "header.from of another domain")),
        ("dmarc=pass; dmarc=fail", ("dmarc stated twice",)),
        ("dkim=pass header.d=acme.test", ("dmarc not stated", "dkim=pass")),
        ("dmarc=none; spf=pass smtp.mailfrom=acme.test", ("dmarc=none", "spf=pass")),
        ("dmarc=none", ("dmarc=none", "neither dkim=pass nor spf=pass is aligned")),
    ],
)
def test_the_verdict_says_why(field, reasons):
    assert judge(mail("mx.vendor.test; " + field), MX).reasons == reasons


def test_the_verdict_says_why_of_a_login():
    field = "mx.vendor.test; auth=pass smtp.auth="
    assert judge(mail(field + "olga"), MX, logins=OLGA).reasons == ("auth=pass",)
    assert judge(mail(field + "petro"), MX, logins=OLGA).reasons == ("auth=pass of another login",)


def test_methods_are_named_as_in_the_field():
    assert [str(method) for method in Method] == ["auth", "dmarc", "dkim", "spf", "none"]


def test_a_domain_is_as_long_as_dns_allows():
    label = "a" * 61
    longest = ".".join([label] * 4) + ".test"  # 252 letters
    for domain, believed in ((longest, True), ("x" + longest, True), ("xy" + longest[:252], False)):
        field = f"mx.vendor.test; dmarc=pass header.from={domain}"
        assert judge(mail(field, sender=f"anna@{domain}"), MX).authenticated is believed, len(domain)


STAFF = [
    ("mx.vendor.test; auth=pass smtp.auth=olga", Method.AUTH),
    ("mx.vendor.test; auth=pass (PLAIN) smtp.auth=Olga@Vendor.Test smtp.mailfrom=olga@vendor.test", Method.AUTH),
    ("mx.vendor.test; auth=pass smtp.auth=olga; dmarc=fail header.from=vendor.test", Method.AUTH),
    ("mx.vendor.test; dmarc=pass header.from=vendor.test", Method.DMARC),
    ("mx.vendor.test; auth=none; dmarc=pass header.from=vendor.test", Method.DMARC),
    # the server signs for all its users: another's login is worse than none
    ("mx.vendor.test; auth=pass smtp.auth=petro; dmarc=pass header.from=vendor.test", Method.NONE),
    ("mx.vendor.test; auth=pass; dmarc=pass header.from=vendor.test", Method.NONE),
    ("mx.vendor.test; auth=pass smtp.auth=petro smtp.auth=olga", Method.NONE),
    ("mx.vendor.test; auth=pass smtp.auth=petro; auth=pass smtp.auth=olga", Method.NONE),
    ("mx.vendor.test; auth=fail smtp.auth=olga", Method.NONE),
    ("mx.vendor.test; auth=pass smtp.auth=", Method.NONE),
    ("mx.vendor.test; dmarc=none header.from=vendor.test; dkim=pass header.d=vendor.test", Method.NONE),
    ("mx.vendor.test; spf=pass smtp.mailfrom=olga@vendor.test", Method.NONE),
]


@pytest.mark.parametrize(("field", "method"), STAFF)
def test_staff_need_their_own_login_or_dmarc(field, method):
    verdict = judge(mail(field, sender="olga@vendor.test"), MX, logins=("", *OLGA))
    assert (verdict.method, verdict.authenticated) == (method, method is not Method.NONE), verdict.reasons


PASS = "mx.vendor.test; dmarc=pass header.from=acme.test"
FAIL = "mx.vendor.test; dmarc=fail header.from=acme.test"


@pytest.mark.parametrize(
    ("fields", "believed"),
    [
        ((PASS,), True),
        ((PASS, FAIL), True),  # what the sender wrote below the server's own field is not read
        ((FAIL, PASS), False),
        (("mx.vendor.test; dmarc=none; dkim=none", PASS), False),
        (("mx.vendor.test; none", PASS), False),
        (("mx.other.test; dmarc=fail", PASS), False),
        (("mx.vendor.test (", PASS), False),
        ((), False),
    ],
)
def test_only_the_topmost_field_counts(fields, believed):
    assert judge(mail(*fields), MX).authenticated is believed


def test_a_field_of_another_name_is_none():
    forged = mail(above=(("X-Authentication-Results", PASS), ("ARC-Authentication-Results", "i=1; " + PASS)))
    assert judge(forged, MX).reasons == ("no-results",)
    assert judge(mail(above=(("AUTHENTICATION-RESULTS", PASS),)), MX).authenticated


def test_microsofts_nameless_field_counts_where_the_operator_says_none():
    field = (
        "spf=pass (sender IP is 192.0.2.7)\r\n smtp.mailfrom=acme.test; dkim=pass (signature was verified)\r\n header.d=acme.test;"
        "dmarc=pass action=none header.from=acme.test;compauth=pass reason=100"
    )
    assert judge(mail(field), ("none",)).method is Method.DMARC
    assert judge(mail(field), MX).reasons == ("results-of-another-server",)


@pytest.mark.parametrize(
    "message",
    [
        Message(senders=(), headers=(("Authentication-Results", PASS),)),
        Message(
            senders=(Address("", "anna@acme.test"), Address("", "x@acme.test")), headers=(("Authentication-Results", PASS),)
        ),
        Message(senders=(Address("", "anna@acme.test"),), from_fields=2, headers=(("Authentication-Results", PASS),)),
        Message(senders=(Address("", "anna"),), headers=(("Authentication-Results", PASS),)),
        Message(senders=(Address("", "@acme.test"),), headers=(("Authentication-Results", PASS),)),
        Message(senders=(Address("", "anna@acme..test"),), headers=(("Authentication-Results", PASS),)),
        Message(senders=(Address("", "anna@ac me.test"),), headers=(("Authentication-Results", PASS),)),
    ],
)
def test_identity_needs_one_from_with_one_address(message):
    verdict = judge(message, MX)
    assert not verdict.authenticated and verdict.reasons == ("from-not-one-address",)


def test_a_domain_in_another_script_is_compared_as_dns_spells_it():
    field = "mx.vendor.test; dmarc=pass header.from=xn--e1afmkfd.xn--p1ai"
    assert judge(mail(field, sender="anna@пример.рф"), MX).authenticated
    assert not judge(mail(PASS, sender="anna@аcme.test"), MX).authenticated  # the first letter is Cyrillic


def test_without_a_trusted_server_our_own_check_decides():
    proven = judge(mail(), (), own_check=DkimOutcome("acme.test"))
    assert proven.method is Method.DKIM and proven.required and not proven.pending
    assert not judge(mail(), (), own_check=DkimOutcome("evil.test")).pending
    assert not judge(mail(), (), own_check=DkimOutcome("evil.test")).authenticated
    assert judge(mail(), (), own_check=DkimOutcome()).reasons == ("not-signed",)
    waiting = judge(mail(), (), own_check=DkimOutcome(pending=True, reasons=("DNS gave no answer",)))
    assert waiting.pending and not waiting.authenticated and waiting.required
    assert not judge(mail(FAIL), MX, own_check=DkimOutcome("acme.test")).authenticated, "a trusted server has the last word"


def test_without_a_server_and_without_the_extra_tokens_alone_count():
    verdict = judge(mail(PASS), ())
    assert (verdict.authenticated, verdict.required, verdict.reasons) == (False, False, ("no-server-trusted",))


@pytest.mark.parametrize(
    ("one", "other", "holds"),
    [
        ("acme.test", "acme.test", True),
        ("ACME.test.", "acme.test", True),
        ("mail.acme.test", "acme.test", True),
        ("acme.test", "mail.acme.test", True),
        ("test", "acme.test", False),
        ("evilacme.test", "acme.test", False),
        ("acme.test.evil", "acme.test", False),
        ("", "acme.test", False),
    ],
)
def test_alignment(one, other, holds):
    assert aligned(one, other) is holds


@given(st.text(alphabet='mx; ()"\\=dkimpas./1\t\r\n\x00é', max_size=300))
def test_any_value_is_read_without_an_error(value):
    field = parse(value)
    assert field is None or field.authserv_id == field.authserv_id.lower()


@pytest.mark.parametrize("value", ["(" * 60000, '"' + "\\" * 60001, "a=" * 30000, "; " * 30000, "dkim=pass " + "(x) " * 15000])
def test_hostile_values_take_linear_time(value):
    started = process_time()
    judge(mail("mx.vendor.test; " + value), MX)
    assert process_time() - started < 1.0


PLAIN = [
    "olga@vendor.test",
    " <olga@vendor.test> ",
    "Olga I. <olga@vendor.test>",
    '"Ivanova, Olga" <olga@vendor.test>',
    '"olga@vendor.test" <olga@vendor.test>',
    '"a\\"b" <olga@vendor.test>',
    "=?utf-8?B?0J7Qu9GM0LPQsA==?= <olga@vendor.test>",
    "Olga (Vendor) <olga@vendor.test>",
    "olga@vendor.test (Olga Ivanova)",
    "Ольга <olga@vendor.test>",
]
AMBIGUOUS = [
    "",
    "Olga",
    "<olga@vendor.test>, <eve@evil.test>",
    "olga@vendor.test <eve@evil.test>",
    "<eve@evil.test>olga@vendor.test",
    "olga@vendor.test(<eve@evil.test>)",
    "<@evil.test:olga@vendor.test>",
    "Team: olga@vendor.test;",
    "<olga@vendor.test\\>",
    "<olga@vendor.test@evil.test>",
    "<olga@vendor.test\ufffd>",
    "<olga@vendor.test\x00>",
    "<<olga@vendor.test>>",
]


@pytest.mark.parametrize("field", PLAIN)
def test_a_plain_from(field):
    assert is_plain(field)


@pytest.mark.parametrize("field", AMBIGUOUS)
def test_a_from_that_may_be_read_in_two_ways(field):
    assert not is_plain(field)
    assert not judge(
        mail("mx.vendor.test; dmarc=pass header.from=vendor.test", sender="olga@vendor.test", above=(("From", field),)), MX
    ).authenticated


def test_whether_a_trusted_server_has_spoken():
    said = mail("mx.vendor.test; dmarc=fail header.from=acme.test")
    assert has_trusted_results(said, MX)
    assert not has_trusted_results(said, ())
    assert not has_trusted_results(said, ("mx.other.test",))
    assert not has_trusted_results(mail(), MX)


def test_our_own_check_counts_where_the_trusted_server_is_silent():
    own = DkimOutcome("acme.test", ("dkim=pass",))
    assert judge(mail(), MX, own_check=own).method is Method.DKIM
    assert not judge(mail("mx.vendor.test; dmarc=fail header.from=acme.test"), MX, own_check=own).authenticated
    assert not judge(mail(), MX).authenticated
    assert judge(mail(), MX, own_check=DkimOutcome(pending=True)).pending


RECEIVED = ("Received", "from mail.acme.test (mail.acme.test [203.0.113.20]) by mx.vendor.test (Postfix) with ESMTPS id 1; x")
DELIVERED = ("Received", "from mx.vendor.test by imap.vendor.test with LMTP id 2; x")
NO_POLICY = ("Authentication-Results", "mx.vendor.test; dmarc=none (p=none dis=none) header.from=acme.test")
SPF = ("Authentication-Results", "mx.vendor.test; spf=pass smtp.mailfrom=acme.test")
SIGNED = ("Authentication-Results", "mx.vendor.test; dkim=pass header.d=acme.test")
NOT_SIGNED = ("Authentication-Results", "mx.vendor.test; dkim=none; dkim-atps=neutral")
OF_OTHERS = ("Authentication-Results", "mx.evil.test; dkim=pass header.d=acme.test")
BROKEN = ("Authentication-Results", "mx.vendor.test; dkim=pass (header.d=acme.test")

# the head as it stands -> what proves a customer's From
BLOCKS = [
    ("each filter wrote a field", (NO_POLICY, SPF, NOT_SIGNED, RECEIVED), Method.SPF),
    ("and the mailbox's server delivered it", (DELIVERED, DELIVERED, NO_POLICY, SIGNED, RECEIVED), Method.DKIM),
    ("the sender wrote below", (NO_POLICY, NOT_SIGNED, RECEIVED, SIGNED), Method.NONE),
    ("the sender wrote both", (NO_POLICY, NOT_SIGNED, RECEIVED, SIGNED, RECEIVED), Method.NONE),
    ("the server stands above its field", (RECEIVED, NO_POLICY, SIGNED), Method.NONE),
    ("and the sender wrote its name too", (RECEIVED, NO_POLICY, SIGNED, RECEIVED), Method.NONE),
    ("one field alone", (NO_POLICY, RECEIVED), Method.NONE),
    ("nothing below", (NO_POLICY, SIGNED), Method.NONE),
    ("a pass that rests on nothing", (("Authentication-Results", PASS), NOT_SIGNED, RECEIVED), Method.NONE),
    ("a pass that rests on SPF", (("Authentication-Results", PASS), SPF, NOT_SIGNED, RECEIVED), Method.DMARC),
    ("another field between", (NO_POLICY, ("X-Spam", "no"), SIGNED, RECEIVED), Method.NONE),
    ("another server's word between", (NO_POLICY, SIGNED, OF_OTHERS, RECEIVED), Method.NONE),
    ("another server's Received", (NO_POLICY, SIGNED, ("Received", "by mx.evil.test with SMTP id 3; x")), Method.NONE),
    ("a longer name", (NO_POLICY, SIGNED, ("Received", "by mx.vendor.test.evil.test with SMTP id 3; x")), Method.NONE),
    ("its name in a comment", (NO_POLICY, SIGNED, ("Received", "from x (by mx.vendor.test) by y with SMTP; x")), Method.NONE),
    ("no word of SMTP", (NO_POLICY, SIGNED, ("Received", "by mx.vendor.test; x")), Method.NONE),
    ("a broken one", (NO_POLICY, SIGNED, BROKEN, RECEIVED), Method.NONE),
    ("two that differ", (NO_POLICY, SPF, ("Authentication-Results", "mx.vendor.test; spf=fail"), RECEIVED), Method.NONE),
    (
        "a policy below",
        (SPF, ("Authentication-Results", "mx.vendor.test; dmarc=fail header.from=acme.test"), RECEIVED),
        Method.SPF,
    ),
]


@pytest.mark.parametrize(("head", "method"), [(head, method) for _, head, method in BLOCKS], ids=[name for name, *_ in BLOCKS])
def test_further_fields_count_where_they_are_certainly_the_servers(head, method):
    assert judge(mail(above=head), MX).method is method


@pytest.mark.parametrize("further", ["dmarc=pass header.from=vendor.test", "auth=pass smtp.auth=olga"])
def test_staff_are_believed_by_the_topmost_field_alone(further):
    head = (NO_POLICY, ("Authentication-Results", f"mx.vendor.test; {further}"), RECEIVED)
    assert not judge(mail(sender="olga@vendor.test", above=head), MX, logins=OLGA).authenticated
