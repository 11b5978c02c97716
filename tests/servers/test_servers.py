"""The peers that other tests lean on do what is said of them."""

import smtplib
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request

import psycopg
import pytest
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError, LoginError
from servers.daemon_process import ServerMissingError, program
from servers.smtp import Sink
from servers.tokens import CLIENT_ID, CLIENT_SECRET

from maild.sandbox.people import Person

MAIL = b"From: anna@acme.test\r\nSubject: x\r\n\r\nhello\r\n"
DESK = "support@vendor.test"


def imap(dovecot, **kinds):
    return IMAPClient(dovecot.host, dovecot.imap_port, ssl=False, **kinds)


def test_a_missing_server_says_what_to_install():
    with pytest.raises(ServerMissingError, match="no-such-thing is missing: apt install things"):
        program("no-such-thing", "/usr/lib/nowhere/*", package="things")


def test_dovecot_takes_mail_by_lmtp_and_wakes_idle(dovecot):
    with imap(dovecot) as client:
        client.login(DESK, "secret")
        client.select_folder("INBOX")
        client.idle()
        dovecot.deliver(MAIL, "support+TOKEN@vendor.test", "anna@acme.test")
        assert (1, b"EXISTS") in client.idle_check(timeout=5)
        client.idle_done()
        (data,) = client.fetch(client.search(), ["BODY.PEEK[]"]).values()
    assert data[b"BODY[]"].endswith(MAIL)
    assert b"Return-Path: <anna@acme.test>" in data[b"BODY[]"]


def test_dovecot_is_empty_for_each_test(dovecot):
    with imap(dovecot) as client:
        client.login(DESK, "secret")
        assert client.select_folder("INBOX")[b"EXISTS"] == 0


@pytest.mark.parametrize("mechanism", ["oauth2_login", "oauthbearer_login"])
def test_dovecot_believes_the_token_server(dovecot, token_server, mechanism):
    with imap(dovecot) as client:
        getattr(client, mechanism)(DESK, token_server.issue(DESK))
        client.select_folder("INBOX")


@pytest.mark.parametrize("token_of", [None, "olga@vendor.test"])
def test_dovecot_refuses_a_token_of_nobody_or_of_another(dovecot, token_server, token_of):
    token = token_server.issue(token_of) if token_of else "made-up"
    with imap(dovecot) as client, pytest.raises(IMAPClientError):
        client.oauth2_login(DESK, token)


def test_dovecot_forgets_revoked_and_expired_tokens(dovecot, token_server, monkeypatch):
    monkeypatch.setattr(token_server, "seconds_valid", -1)
    expired = token_server.issue(DESK)
    monkeypatch.setattr(token_server, "seconds_valid", 3600)
    revoked = token_server.issue(DESK)
    token_server.revoke()
    for token in (expired, revoked):
        with imap(dovecot) as client, pytest.raises(IMAPClientError):
            client.oauth2_login(DESK, token)


def test_dovecot_refuses_a_wrong_password(dovecot):
    with imap(dovecot) as client, pytest.raises(LoginError):
        client.login(DESK, "wrong")


def test_dovecot_speaks_tls_that_can_be_verified(dovecot, certificate):
    trusting = ssl.create_default_context(cafile=certificate.certificate)
    with IMAPClient("127.0.0.1", dovecot.imaps_port, ssl_context=trusting) as client:
        client.login(DESK, "secret")
    with imap(dovecot) as client:
        client.starttls(trusting)
        client.login(DESK, "secret")
    with pytest.raises(ssl.SSLCertVerificationError):
        IMAPClient("127.0.0.1", dovecot.imaps_port, ssl_context=ssl.create_default_context())


def test_dovecot_comes_back_with_its_mail_on_the_same_port(dovecot):
    dovecot.deliver(MAIL, DESK)
    with imap(dovecot) as client:
        client.login(DESK, "secret")
        before = client.select_folder("INBOX")
    dovecot.stop()
    with pytest.raises(ConnectionRefusedError):
        imap(dovecot)
    dovecot.start()
    with imap(dovecot) as client:
        client.login(DESK, "secret")
        after = client.select_folder("INBOX")
    assert (after[b"EXISTS"], after[b"UIDVALIDITY"]) == (1, before[b"UIDVALIDITY"])


def test_people_live_over_dovecot_as_in_the_sandbox(dovecot_world, tmp_path):
    anna, desk = Person(dovecot_world, "anna@acme.test"), Person(dovecot_world, DESK)
    anna.send(DESK, "Принтер", "Печатает пустые листы.")
    mail = desk.wait_for()
    assert mail["Authentication-Results"] == "mx.vendor.test; dmarc=pass header.from=acme.test"
    desk.reply(mail, "Сделано.")
    assert anna.wait_for().text.startswith("Сделано.\n")
    anna.close()
    desk.close()
    assert f"port           = {dovecot_world.imap_port}\n" in dovecot_world.write_config(tmp_path).read_text()


def test_each_postgres_database_is_fresh(postgres_server):
    first, second = postgres_server.create(), postgres_server.create()
    for url in (first, second):
        with psycopg.connect(url.replace("+psycopg", "")) as connection:
            connection.execute("CREATE TABLE t (x int)")
    still_open = psycopg.connect(first.replace("+psycopg", ""))
    postgres_server.drop(first)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(first.replace("+psycopg", ""))
    still_open.close()
    postgres_server.drop(second)


def test_a_test_on_both_databases_is_marked_where_it_needs_a_server(database_url, request):
    needs_server = request.node.get_closest_marker("server") is not None
    assert needs_server == database_url.startswith("postgresql+psycopg://")


def submit(sink, recipients=("a@x.test",), **login):
    with smtplib.SMTP(sink.host, sink.port, timeout=5) as client:
        if login:
            client.login(login["user"], login["password"])
        return client.sendmail("", list(recipients), MAIL)


def test_the_sink_keeps_envelope_and_octets(sink):
    submit(sink, ["a@x.test", "b@x.test"])
    (taken,) = sink.wait(1)
    assert (taken.mail_from, taken.recipients, taken.raw) == ("", ("a@x.test", "b@x.test"), MAIL)
    assert taken.message["Subject"] == "x"


def test_the_sink_refuses_as_told(sink):
    sink.refusals["bad@x.test"] = "550 5.1.1 unknown"
    assert submit(sink, ["bad@x.test", "good@x.test"]) == {"bad@x.test": (550, b"5.1.1 unknown")}
    assert sink.taken[0].recipients == ("good@x.test",)
    sink.at_mail = "451 4.7.1 later"
    with pytest.raises(smtplib.SMTPSenderRefused):
        submit(sink)
    sink.at_mail, sink.at_data = "", "552 5.3.4 too large"
    with pytest.raises(smtplib.SMTPDataError):
        submit(sink)
    assert len(sink.taken) == 1


def test_the_sink_loses_a_reply_after_taking_the_mail(sink):
    sink.lose_reply = True
    with pytest.raises(smtplib.SMTPServerDisconnected):
        submit(sink)
    assert len(sink.taken) == 1


def test_the_sink_is_slow_on_demand(sink):
    sink.delay_seconds = 0.2
    began = time.monotonic()
    submit(sink)
    assert time.monotonic() - began >= 0.2


def test_the_sink_goes_away_and_comes_back(sink):
    client = smtplib.SMTP(sink.host, sink.port, timeout=5)
    sink.stop()
    with pytest.raises(smtplib.SMTPServerDisconnected):
        client.noop()
    with pytest.raises(ConnectionRefusedError):
        submit(sink)
    sink.start()
    submit(sink)
    assert (len(sink.taken), sink.connections) == (1, 2)


def test_a_sink_with_logins_takes_mail_of_those_alone():
    sink = Sink(logins={"desk": "right"}).start()
    try:
        with pytest.raises(smtplib.SMTPSenderRefused):
            submit(sink)
        with pytest.raises(smtplib.SMTPAuthenticationError):
            submit(sink, user="desk", password="wrong")
        submit(sink, user="desk", password="right")
    finally:
        sink.stop()
    assert [taken.login for taken in sink.taken] == ["desk"]


@pytest.mark.parametrize(("token", "code"), [("good", 235), ("bad", 535)])
def test_a_sink_that_knows_bearers(token, code):
    sink = Sink(bearer={"good": DESK}.get).start()
    try:
        with smtplib.SMTP(sink.host, sink.port, timeout=5) as client:
            client.ehlo()
            proof = f"user={DESK}\x01auth=Bearer {token}\x01\x01"
            answer = None
            try:
                answer = client.auth("XOAUTH2", lambda challenge=None: proof)[0]
            except smtplib.SMTPAuthenticationError as refused:
                answer = refused.smtp_code
            assert answer == code
    finally:
        sink.stop()


@pytest.mark.parametrize("at_once", [False, True])
def test_a_sink_behind_tls(certificate, at_once):
    sink = Sink(certificate=certificate, tls=at_once).start()
    trusting = ssl.create_default_context(cafile=certificate.certificate)
    try:
        if at_once:
            client = smtplib.SMTP_SSL("127.0.0.1", sink.port, timeout=5, context=trusting)
        else:
            client = smtplib.SMTP("127.0.0.1", sink.port, timeout=5)
            client.starttls(context=trusting)
        with client:
            client.sendmail("", ["a@x.test"], MAIL)
    finally:
        sink.stop()
    assert len(sink.taken) == 1


def ask(url, **form):
    try:
        with urllib.request.urlopen(url, urllib.parse.urlencode(form).encode(), timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_the_token_server_gives_tokens_for_its_grants_alone(token_server, monkeypatch):
    client = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "grant_type": "refresh_token"}
    grant = token_server.grant(DESK)
    status, answer = ask(token_server.token_url, refresh_token=grant, **client)
    assert status == 200
    assert '"expires_in": 3600' in answer
    assert ask(token_server.token_url, refresh_token="other", **client) == (400, '{"error": "invalid_grant"}')
    wrong = client | {"client_secret": "guess"}
    assert ask(token_server.token_url, refresh_token=grant, **wrong) == (401, '{"error": "invalid_client"}')
    monkeypatch.setattr(token_server, "refuse", "temporarily_unavailable")
    assert ask(token_server.token_url, refresh_token=grant, **client)[0] == 400
