"""What became of a letter: the wire against a recording sink and against a server that breaks where it is told to."""

import ssl
import time

import pytest
from scripted_smtp import CUT, SILENCE, ScriptedSmtp, Secret, account
from servers.smtp import Sink

from maild.delivery.envelope import dotted
from maild.delivery.outcome import Deferred, Delivered, Failed, ServerAway, Uncertain
from maild.delivery.wire import IDLE_SECONDS_MAX, LETTERS_MAX, Wire, check
from maild.message import Letter

PIPELINED = ("PIPELINING", "8BITMIME")


def letter(recipient="anna@acme.test", raw=b"Subject: hi\r\n\r\nhello\r\n", mail_from="support+b@vendor.test"):
    return Letter(message_id="<1@vendor.test>", kind="ack", mail_from=mail_from, recipient=recipient, raw=raw)


def wire_to(server, **changes):
    return Wire(account(server.port), **changes)


def test_a_letter_arrives_as_it_was_stored(sink):
    raw = b"Subject: dots\r\n\r\n.\r\n..two\r\n.one\r\n\r\nlast line without an end"
    wire = wire_to(sink)
    outcome = wire.send(letter(raw=raw))
    wire.close()
    (taken,) = sink.wait(1)
    assert isinstance(outcome, Delivered)
    assert taken.raw == raw + b"\r\n"
    assert (taken.mail_from, taken.recipients) == ("support+b@vendor.test", ("anna@acme.test",))


def test_the_null_reverse_path_stays_null(sink):
    assert isinstance(wire_to(sink).send(letter(mail_from="")), Delivered)
    assert sink.taken[0].mail_from == ""


def test_many_letters_share_a_connection(sink):
    wire = wire_to(sink)
    assert all(isinstance(wire.send(letter(f"u{n}@acme.test")), Delivered) for n in range(20))
    assert len(sink.taken) == 20
    assert sink.connections == 1


def test_a_connection_is_made_anew_when_it_rested_or_carried_enough():
    now = [0.0]
    with ScriptedSmtp() as server:
        wire = wire_to(server, clock=lambda: now[0])
        wire.send(letter())
        now[0] += IDLE_SECONDS_MAX - 1
        wire.send(letter())
        assert server.connections == 1
        now[0] += IDLE_SECONDS_MAX + 1
        wire.send(letter())
        assert server.connections == 2
        for _ in range(LETTERS_MAX):
            wire.send(letter())
        assert server.connections == 3
        wire.close()


@pytest.mark.parametrize("features", [(), PIPELINED], ids=["plain", "pipelining"])
@pytest.mark.parametrize(
    ("replies", "outcome"),
    [
        ({"MAIL": "451 4.7.1 greylisted"}, Deferred("451 4.7.1 greylisted")),
        ({"MAIL": "550 5.1.8 bad sender"}, Failed("550 5.1.8 bad sender")),
        ({"RCPT": "450 4.2.0 try later"}, Deferred("450 4.2.0 try later", of_recipient=True)),
        ({"RCPT": "550 5.1.1 unknown"}, Failed("550 5.1.1 unknown")),
        ({"RCPT": "550 5.1.1 unknown", "DATA": "503 no recipients"}, Failed("550 5.1.1 unknown")),
        ({"DATA": "452 4.3.1 full"}, Deferred("452 4.3.1 full")),
        ({"DATA": "554 5.3.0 no"}, Failed("554 5.3.0 no")),
        ({".": "451 4.3.0 later"}, Deferred("451 4.3.0 later")),
        ({".": "554 5.7.1 spam"}, Failed("554 5.7.1 spam")),
        ({".": "550-5.7.1 two\r\n550 5.7.1 lines"}, Failed("550 5.7.1 two 5.7.1 lines")),
        ({"RCPT": "251 will forward"}, Delivered("250 2.0.0 queued")),
        ({"MAIL": "gibberish"}, Deferred("-1 erish")),
    ],
)
def test_a_reply_decides_by_its_first_digit(features, replies, outcome):
    with ScriptedSmtp(replies, features=features) as server:
        wire = wire_to(server)
        assert wire.send(letter()) == outcome
        assert len(server.taken) == isinstance(outcome, Delivered)
        wire.close()


@pytest.mark.parametrize(
    ("features", "data", "connections"),
    [
        ((), ["354 go on"], 1),
        (PIPELINED, ["554 5.5.1 no valid recipients", "354 go on"], 1),
        (PIPELINED, ["354 go on", "354 go on"], 2),  # it would take a mail for nobody: it gets none
    ],
)
def test_a_refused_letter_spoils_nothing_for_the_next(features, data, connections):
    with ScriptedSmtp({"RCPT": ["550 5.1.1 unknown", "250 ok"], "DATA": data}, features=features) as server:
        wire = wire_to(server)
        assert isinstance(wire.send(letter("gone@acme.test")), Failed)
        assert isinstance(wire.send(letter()), Delivered)
        assert server.connections == connections
        assert ("rset" in server.heard) == (connections == 1)
        assert server.taken == [b"Subject: hi\r\n\r\nhello\r\n"]
        wire.close()


@pytest.mark.parametrize("features", [(), PIPELINED], ids=["plain", "pipelining"])
@pytest.mark.parametrize(
    ("verb", "outcome"), [("220", ServerAway), ("EHLO", ServerAway), ("MAIL", Deferred), ("RCPT", Deferred), ("DATA", Deferred)]
)
def test_a_connection_lost_before_the_content_means_nobody_has_it(features, verb, outcome):
    with ScriptedSmtp({verb: CUT}, features=features) as server:
        assert type(wire_to(server).send(letter())) is outcome
        assert not server.taken


def test_a_letter_that_breaks_the_server_holds_up_no_other():
    with ScriptedSmtp({"RCPT": ["250 ok", CUT, CUT, "250 ok"]}) as server:
        wire = wire_to(server)
        assert isinstance(wire.send(letter()), Delivered)
        assert type(wire.send(letter("poison@acme.test"))) is Deferred
        assert isinstance(wire.send(letter()), Delivered)
        wire.close()


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("features", [(), PIPELINED], ids=["plain", "pipelining"])
def test_a_kept_connection_that_died_at_rest_is_made_anew(features, verb):
    usual = "354 go on" if verb == "DATA" else "250 ok"
    with ScriptedSmtp({verb: [usual, CUT, usual]}, features=features) as server:
        wire = wire_to(server)
        assert isinstance(wire.send(letter()), Delivered)
        assert isinstance(wire.send(letter()), Delivered)
        assert (server.connections, len(server.taken)) == (2, 2)
        wire.close()


def test_a_server_that_says_goodbye_at_rest_is_called_again():
    with ScriptedSmtp({"MAIL": ["250 ok", ("421 4.4.2 timeout", CUT), "250 ok"]}) as server:
        wire = wire_to(server)
        assert [type(wire.send(letter())) for _ in range(2)] == [Delivered, Delivered]
        assert server.connections == 2
        wire.close()


@pytest.mark.parametrize("after", [CUT, SILENCE, "what?", "100 hm"])
def test_no_answer_after_the_dot_is_uncertain_and_is_not_repeated_here(after):
    with ScriptedSmtp({".": after}) as server:
        wire = wire_to(server, final_seconds=0.3)
        assert isinstance(wire.send(letter()), Uncertain)
        assert server.heard.count("DATA") == 1
        wire.close()


def test_421_after_the_dot_is_an_answer():
    with ScriptedSmtp({".": [("421 4.3.2 shutting down", CUT), "250 ok"]}) as server:
        wire = wire_to(server)
        assert wire.send(letter()) == Deferred("421 4.3.2 shutting down")
        assert isinstance(wire.send(letter()), Delivered)
        wire.close()


@pytest.mark.parametrize(
    ("midst", "outcome"), [("552 5.3.4 too much", Failed), ("452 4.3.1 disk full", Deferred), (CUT, Deferred)]
)
def test_a_connection_lost_within_the_content_means_nobody_has_it(midst, outcome):
    large = b"Subject: large\r\n\r\n" + b"x" * 70 + b"\r\n" + b"y" * 70 + b"\r\n"
    large += (b"z" * 70 + b"\r\n") * 400_000
    with ScriptedSmtp({"midst": (midst, CUT) if midst is not CUT else CUT}, stop_reading_after=10_000) as server:
        wire = wire_to(server)
        result = wire.send(letter(raw=large))
        assert type(result) in {outcome, Deferred}  # a reset may overtake the server's last words
        assert not server.taken
        wire.close()


@pytest.mark.parametrize(
    ("verb", "reply", "outcome", "advised"),
    [
        ("MAIL", "530 5.7.0 log in first", ServerAway, True),
        ("RCPT", "535 5.7.8 no", ServerAway, True),
        ("MAIL", "421 4.7.0 too many", ServerAway, False),
        ("RCPT", "421 4.7.0 too many for this one", Deferred, False),
    ],
)
def test_what_the_server_says_of_itself_concerns_all_letters(verb, reply, outcome, advised):
    with ScriptedSmtp({verb: reply}) as server:
        result = wire_to(server).send(letter())
    assert type(result) is outcome
    assert bool(getattr(result, "advice", "")) == advised


def test_nobody_listens_or_no_such_name():
    with ScriptedSmtp() as server:
        port = server.port
    outcome = Wire(account(port)).send(letter())
    assert isinstance(outcome, ServerAway)
    assert "nothing listens" in outcome.reply
    assert "`port`" in outcome.advice
    assert "cannot be resolved" in Wire(account(25, host="no-such-host.invalid")).send(letter()).reply


def test_a_greeting_that_refuses_is_the_servers_trouble():
    with ScriptedSmtp({"220": "554 5.3.2 closed"}) as server:
        outcome = wire_to(server).send(letter())
    assert isinstance(outcome, ServerAway)
    assert "554 5.3.2 closed" in outcome.reply


# -- what a server must be able to take


@pytest.mark.parametrize(
    ("raw", "features", "options"),
    [
        (b"Subject: hi\r\n\r\nhello\r\n", ("8BITMIME",), ""),
        ("Subject: hi\r\n\r\nпривет\r\n".encode(), ("8BITMIME",), " BODY=8BITMIME"),
        ("Subject: hi\r\n\r\nпривет\r\n".encode(), (), ""),
    ],
)
def test_eight_bits_are_announced_where_that_is_offered(raw, features, options):
    with ScriptedSmtp(features=features) as server:
        assert isinstance(wire_to(server).send(letter(raw=raw)), Delivered)
        assert f"MAIL FROM:<support+b@vendor.test>{options}" in server.heard


@pytest.mark.parametrize(
    ("recipient", "features", "outcome", "said"),
    [
        ("почта@acme.test", ("SMTPUTF8",), Delivered, "RCPT TO:<почта@acme.test>"),
        ("почта@acme.test", (), Failed, ""),
        ("anna@пошта.test", (), Delivered, "RCPT TO:<anna@xn--80a1acn3a.test>"),
    ],
)
def test_addresses_beyond_ascii(recipient, features, outcome, said):
    with ScriptedSmtp(features=features) as server:
        result = wire_to(server).send(letter(recipient))
        assert isinstance(result, outcome)
        assert said in [*server.heard, ""]
        if isinstance(result, Failed):
            assert "SMTPUTF8" in result.reply
            assert result.advice
            assert not any(command.startswith("MAIL") for command in server.heard)


@pytest.mark.parametrize(
    "recipient",
    ["", "anna", "@acme.test", "a b@acme.test", "a@b.test>\r\nRCPT TO:<c@d.test", "a@b\x00.test", "\udc80@acme.test"],
)
def test_what_is_no_address_reaches_no_server(recipient):
    with ScriptedSmtp() as server:
        assert isinstance(wire_to(server).send(letter(recipient)), Failed)
        assert server.connections == 0


@pytest.mark.parametrize("raw", [b"a\nb\r\n", b"a\rb\r\n", b"a\r\n.\nb\r\n", b"a\r\n.\rb\r\n"])
def test_lines_that_another_server_would_see_otherwise_reach_no_server(raw):
    with ScriptedSmtp() as server:
        assert isinstance(wire_to(server).send(letter(raw=raw)), Failed)
        assert server.connections == 0


def test_a_letter_beyond_the_servers_size_is_not_begun():
    with ScriptedSmtp(features=("SIZE 10",)) as server:
        outcome = wire_to(server).send(letter())
        assert isinstance(outcome, Failed)
        assert "10" in outcome.reply
        assert "DATA" not in server.heard


@pytest.mark.parametrize(
    ("raw", "wire"),
    [
        (b"", b".\r\n"),
        (b"a", b"a\r\n.\r\n"),
        (b"a\r\n", b"a\r\n.\r\n"),
        (b".a\r\n.b\r\n..\r\n", b"..a\r\n..b\r\n...\r\n.\r\n"),
        (b"a\r\n.\r\nb\r\n", b"a\r\n..\r\nb\r\n.\r\n"),
    ],
)
def test_dots_are_doubled(raw, wire):
    assert dotted(raw) == wire


# -- TLS and logins


@pytest.fixture
def secure_sink(request, certificate):
    running = Sink(logins={"desk": "pass word"}, certificate=certificate, tls=request.param == "tls").start()
    yield running, request.param
    running.stop()


@pytest.mark.parametrize("secure_sink", ["tls", "starttls"], indirect=True)
def test_tls_is_verified_and_the_password_counts(secure_sink, certificate):
    server, security = secure_sink
    trusting = ssl.create_default_context(cafile=certificate.certificate)

    def send(password, context):
        settings = account(server.port, security=security, user="desk", password=Secret(password), host="localhost")
        wire = Wire(settings, context=context)
        outcome = wire.send(letter())
        wire.close()
        return outcome

    assert isinstance(send("pass word", trusting), Delivered)
    assert server.taken[0].login == "desk"
    wrong = send("wrong", trusting)
    assert isinstance(wrong, ServerAway)
    assert "`password`" in wrong.advice
    assert "wrong" not in wrong.reply
    stranger = send("pass word", ssl.create_default_context())
    assert isinstance(stranger, ServerAway)
    assert "not trusted" in stranger.reply
    assert len(server.taken) == 1


def test_starttls_that_is_not_offered_is_no_reason_to_go_on_in_the_clear():
    with ScriptedSmtp() as server:
        outcome = Wire(account(server.port, security="starttls", user="desk", password=Secret("x"))).send(letter())
        assert isinstance(outcome, ServerAway)
        assert outcome.advice
        assert not any(command.startswith(("AUTH", "MAIL")) for command in server.heard)


def test_a_login_where_none_is_offered_says_so():
    with ScriptedSmtp() as server:
        outcome = Wire(account(server.port, user="desk", password=Secret("x"))).send(letter())
    assert isinstance(outcome, ServerAway)
    assert "`user`" in outcome.advice


def test_tokens_log_in_and_are_renewed_when_withdrawn(token_server):
    from types import SimpleNamespace

    server = Sink(bearer=token_server.address_of).start()
    grant = SimpleNamespace(
        token_url=token_server.token_url,
        client_id="maild",
        client_secret=Secret("client-secret"),
        refresh_token=Secret(token_server.grant("support@vendor.test")),
        scope="",
    )
    wire = Wire(account(server.port, user="support@vendor.test", oauth=grant))
    assert isinstance(wire.send(letter()), Delivered)
    token_server.revoke()
    wire.close()
    assert isinstance(wire.send(letter()), Delivered)
    assert server.taken[1].login == "support@vendor.test"
    wire.close()
    server.stop()


# -- check


def test_check_names_what_the_server_lacks():
    with ScriptedSmtp(features=("SIZE 1000",)) as server:
        findings = check(account(server.port), message_bytes=25_000_000)
        assert not any(command.startswith("MAIL") for command in server.heard)
    assert all(well for _, well, _ in findings)
    assert [what.split(": ")[1] for what, _, advice in findings if advice] == ["letters of at most 1000 octets", "no SMTPUTF8"]


def test_check_says_what_to_mend():
    with ScriptedSmtp() as server:
        port = server.port
    ((what, well, advice),) = check(account(port))
    assert "nothing listens" in what
    assert not well
    assert "`port`" in advice


def test_closing_waits_for_nobody():
    with ScriptedSmtp({"QUIT": SILENCE}) as server:
        wire = wire_to(server)
        wire.send(letter())
        before = time.monotonic()
        wire.close()
        assert time.monotonic() - before < 2
