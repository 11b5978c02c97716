"""What real IMAP servers do now and then, played by a scripted one: nothing is lost, and the next message goes on."""

import threading
import time
from datetime import UTC, datetime

import pytest
from imapclient import SocketTimeout
from scripted_imap import Cut, ScriptedImap, Secret, account

from maild.ingest.imap import Mailbox
from maild.ingest.imap_check import check
from maild.ingest.imap_session import MailboxLost, MailboxRefused, NotMoved

LIMIT = 10_000
NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)


def mail(number, size=0):
    return b"Subject: %d\r\n\r\nbody\r\n" % number + b"x" * size


def opened(server, **changes):
    box = Mailbox(account(server.port, **changes), patience=SocketTimeout(2, 2), clock=lambda: NOON)
    box.connect()
    return box


def read(box, uids=None, limit=LIMIT):
    """(uids that arrived, oversized uids, skipped uids)."""
    batches = list(box.fetch(uids or box.listing(), max_message_bytes=limit))
    return (
        [arrival.uid for batch in batches for arrival in batch.arrivals],
        [large.uid for batch in batches for large in batch.oversized],
        [uid for batch in batches for uid in batch.skipped],
    )


def test_a_message_is_read_with_its_instant_in_utc():
    with ScriptedImap({5: mail(5)}) as server:
        (batch,) = opened(server).fetch([5], max_message_bytes=LIMIT)
    (arrival,) = batch.arrivals
    assert (arrival.mailbox, arrival.uidvalidity, arrival.uid) == ("support", 7, 5)
    assert arrival.raw == mail(5)
    assert arrival.arrived_at == datetime(2026, 3, 5, 8, tzinfo=UTC)
    assert all("PEEK" in arguments for name, arguments in server.heard if name == "UID FETCH" and "BODY" in arguments)


def test_what_search_lists_and_fetch_does_not_give_is_skipped_and_not_lost():
    with ScriptedImap({1: mail(1), 3: mail(3)}, answers={"UID SEARCH": b"* SEARCH 1 2 3\r\nTAG OK\r\n"}) as server:
        box = opened(server)
        assert read(box) == ([1, 3], [], [2])
        assert box.listing() == [1, 2, 3]


def without_body(server):
    def answer(tag, arguments):
        uids, _, items = arguments.partition(" ")
        rows = [server.row(int(uid), items) for uid in uids.split(",")]
        if "BODY" in items:
            rows = [b"* 2 FETCH (UID 2 INTERNALDATE NIL BODY[] NIL)\r\n" if b"(UID 2 " in row else row for row in rows]
        return b"".join(rows) + b"TAG OK\r\n"

    return answer


def refusing(server, victim):
    def answer(tag, arguments):
        uids, _, items = arguments.partition(" ")
        if "BODY" in items and str(victim) in uids.split(","):
            return b"TAG NO some messages could not be fetched\r\n"
        return b"".join(server.row(int(uid), items) for uid in uids.split(",")) + b"TAG OK\r\n"

    return answer


@pytest.mark.parametrize("fault", [without_body, lambda server: refusing(server, 2)], ids=["no body", "NO to all for one"])
def test_one_message_that_cannot_be_given_holds_up_no_other(fault):
    with ScriptedImap({uid: mail(uid) for uid in range(1, 9)}) as server:
        server.answers["UID FETCH"] = fault(server)
        assert read(opened(server)) == ([1, 3, 4, 5, 6, 7, 8], [], [2])


def test_a_message_that_breaks_the_connection_comes_last_and_alone():
    with ScriptedImap({uid: mail(uid) for uid in range(1, 6)}) as server:

        def cut_in_the_literal(tag, arguments):
            uids, _, items = arguments.partition(" ")
            if "BODY" in items and "2" in uids.split(","):
                return Cut(b"* 2 FETCH (UID 2 BODY[] {500}\r\nSubject: half of")
            return b"".join(server.row(int(uid), items) for uid in uids.split(",")) + b"TAG OK\r\n"

        server.answers["UID FETCH"] = cut_in_the_literal
        box = opened(server)
        with pytest.raises(MailboxLost):
            read(box)
        box.connect()
        came = []
        with pytest.raises(MailboxLost):
            for batch in box.fetch(box.listing(), max_message_bytes=LIMIT):
                came += [arrival.uid for arrival in batch.arrivals]
        assert came == [1]  # the suspects are taken one by one in their order
        box.connect()
        with pytest.raises(MailboxLost):
            for batch in box.fetch(box.listing(), max_message_bytes=LIMIT):
                came += [arrival.uid for arrival in batch.arrivals]
        assert sorted(set(came)) == [1, 3, 4, 5]


@pytest.mark.parametrize(("size_told", "arrived", "oversized"), [(None, [1, 3], [2]), (50, [1, 3], [2]), (0, [1, 3], [2])])
def test_a_message_beyond_the_limit_gives_its_header_only_whatever_size_the_server_tells(size_told, arrived, oversized):
    with ScriptedImap({1: mail(1), 2: mail(2, size=LIMIT), 3: mail(3)}) as server:

        def answer(tag, arguments):
            uids, _, items = arguments.partition(" ")
            rows = [server.row(int(uid), items, size=size_told if uid == "2" else None) for uid in uids.split(",")]
            return b"".join(rows) + b"TAG OK\r\n"

        server.answers["UID FETCH"] = answer
        box = opened(server)
        assert read(box) == (arrived, oversized, [])
        large = next(large for batch in box.fetch([2], max_message_bytes=LIMIT) for large in batch.oversized)
    assert large.header == b"Subject: 2\r\n\r\n"
    assert large.size == len(mail(2, size=LIMIT))
    assert any("BODY.PEEK[HEADER]" in arguments for _, arguments in server.heard) == (size_told is None)


def test_batches_keep_to_both_limits():
    with ScriptedImap({uid: mail(uid, size=900) for uid in range(1, 8)}) as server:
        box = opened(server)
        by_count = [len(batch.arrivals) for batch in box.fetch(box.listing(), max_message_bytes=LIMIT, max_batch=3)]
        by_octets = [len(batch.arrivals) for batch in box.fetch(box.listing(), max_message_bytes=LIMIT, max_batch_bytes=2000)]
    assert by_count == [3, 3, 1]
    assert by_octets == [2, 2, 2, 1]


@pytest.mark.parametrize("date", [b"NIL", b'"99-Xyz-2026 10:00:00 +0000"'])
def test_an_impossible_internaldate_is_now(date):
    with ScriptedImap({1: mail(1)}) as server:
        server.answers["UID FETCH"] = lambda tag, arguments: server.row(1, arguments, date=date) + b"TAG OK\r\n"
        (batch,) = opened(server).fetch([1], max_message_bytes=LIMIT)
    assert batch.arrivals[0].arrived_at == NOON


@pytest.mark.parametrize(
    ("answer", "uids"),
    [
        (b"* SEARCH 3 1\r\n* SEARCH 2\r\nTAG OK\r\n", [1, 2, 3]),
        (b"* SEARCH\r\nTAG OK\r\n", []),
        (b"TAG OK nothing at all\r\n", []),
    ],
)
def test_a_listing_may_come_in_any_shape(answer, uids):
    with ScriptedImap(answers={"UID SEARCH": answer}) as server:
        assert opened(server).listing() == uids


def test_a_huge_inbox_is_listed_in_windows():
    with ScriptedImap({uid: mail(1) for uid in range(1, 50_002)}) as server:
        listing = opened(server).listing()
        windows = [arguments for name, arguments in server.heard if name == "UID SEARCH"]
    assert listing == list(range(1, 50_002))
    assert windows == ["1:50000", "50001:*"]


@pytest.mark.parametrize("select", [b"* 0 EXISTS\r\nTAG OK\r\n", b"* 0 EXISTS\r\n* OK [UIDVALIDITY 0] odd\r\nTAG OK\r\n"])
def test_a_server_without_uidvalidity_has_zero(select):
    with ScriptedImap(answers={"SELECT": select}) as server:
        assert opened(server).uidvalidity == 0


def test_a_uidvalidity_that_changes_under_way_is_noticed():
    with ScriptedImap({1: mail(1)}, answers={"NOOP": b"* OK [UIDVALIDITY 8] rebuilt\r\nTAG OK\r\n"}) as server:
        box = opened(server)
        box.listing()
        assert box.uidvalidity == 8


# -- logging in


@pytest.mark.parametrize(
    ("answer", "trouble", "word"),
    [
        (b"TAG NO [AUTHENTICATIONFAILED] wrong\r\n", MailboxRefused, "AUTHENTICATIONFAILED"),
        (b"TAG NO [UNAVAILABLE] directory is down\r\n", MailboxLost, "UNAVAILABLE"),
        (b"TAG NO Too many simultaneous connections\r\n", MailboxLost, "Too many"),
        (b"TAG BAD Request is throttled. Suggested Backoff Time: 92415 milliseconds\r\n", MailboxLost, "throttled"),
        (Cut(b"* BYE Connection is closed. 14\r\n"), MailboxLost, ""),
        (Cut(), MailboxLost, ""),
    ],
)
def test_a_login_that_fails_tells_a_wrong_password_from_a_busy_server(answer, trouble, word):
    with ScriptedImap(answers={"LOGIN": answer}) as server, pytest.raises(trouble) as told:
        opened(server)
    assert word in str(told.value)
    assert told.value.after_seconds == (92.415 if word == "throttled" else None)
    assert bool(told.value.advice) == (trouble is MailboxRefused)
    assert "secret" not in str(told.value) + told.value.advice


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("greeting", "trouble"),
    [
        (b"* PREAUTH you are in\r\n", MailboxRefused),
        (Cut(b"* BYE too many connections\r\n"), MailboxLost),
        (Cut(), MailboxLost),
        (b"", MailboxLost),
        (b"HTTP/1.1 400 Bad Request\r\n", MailboxLost),
    ],
)
def test_a_greeting_that_is_none(greeting, trouble):
    with ScriptedImap(greeting=greeting) as server, pytest.raises(trouble):
        opened(server)
    assert "LOGIN" not in server.names()


def test_a_password_beyond_ascii_goes_by_plain():
    with ScriptedImap(capabilities="IMAP4rev1 AUTH=PLAIN") as server:
        opened(server, password=Secret("пароль"))
    assert ("SASL", "\0support@vendor.test\0пароль") in server.heard
    assert "LOGIN" not in server.names()


class OneToken:
    def __init__(self):
        self.asked = []

    def token(self, *, fresh=False):
        self.asked.append(fresh)
        return "fresh" if fresh else "kept"


def test_a_kept_token_that_was_withdrawn_is_renewed_once_and_then_refused():
    tokens = OneToken()
    answers = {"SASL": b"TAG NO [AUTHENTICATIONFAILED] no\r\n"}
    with ScriptedImap(capabilities="IMAP4rev1 AUTH=OAUTHBEARER", answers=answers, challenges=(b'{"status":"401"}',)) as server:
        with pytest.raises(MailboxRefused) as told:
            Mailbox(account(server.port), tokens=tokens).connect()
        said = [words for name, words in server.heard if name == "SASL"]
    assert tokens.asked == [False, True]
    assert said == [
        "n,a=support@vendor.test,\x01auth=Bearer kept\x01\x01",
        "\x01",  # the error is acknowledged (RFC 7628, 3.2.3)
        "n,a=support@vendor.test,\x01auth=Bearer fresh\x01\x01",
        "\x01",
    ]
    assert "oauth" in told.value.advice
    assert "fresh" not in str(told.value)


def test_a_server_that_takes_no_password_in_the_clear_is_not_given_one():
    with ScriptedImap(capabilities="IMAP4rev1 LOGINDISABLED") as server, pytest.raises(MailboxRefused) as told:
        opened(server)
    assert "starttls" in told.value.advice
    assert "LOGIN" not in server.names()


def test_starttls_that_is_not_offered_is_no_reason_to_go_on_in_the_clear():
    with ScriptedImap() as server, pytest.raises(MailboxRefused):
        opened(server, security="starttls")
    assert "LOGIN" not in server.names()


def test_words_slipped_in_before_tls_end_the_session(certificate):
    import ssl

    ours = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ours.load_cert_chain(certificate.certificate, certificate.key)
    theirs = ssl.create_default_context(cafile=certificate.certificate)
    for injected, trouble in ((b"* 1 EXISTS\r\n", MailboxRefused), (b"", None)):
        answers = {"STARTTLS": b"TAG OK begin\r\n" + injected}
        with ScriptedImap(capabilities="IMAP4rev1 STARTTLS", answers=answers, tls=ours) as server:
            box = Mailbox(account(server.port, security="starttls"), context=theirs, patience=SocketTimeout(2, 2))
            if trouble:
                with pytest.raises(trouble, match="before TLS"):
                    box.connect()
            else:
                box.connect()
            assert ("LOGIN" in server.names()) == (trouble is None)


@pytest.mark.thorough
def test_a_silent_server_is_given_up():
    with ScriptedImap(answers={"NOOP": b""}) as server:
        box = opened(server)
        before = time.monotonic()
        with pytest.raises(MailboxLost):
            box.listing()
        assert time.monotonic() - before < 4
        box.close()


def test_nobody_listens_or_no_such_name():
    with ScriptedImap() as server:
        port = server.port
    with pytest.raises(MailboxLost, match="nothing listens") as told:
        Mailbox(account(port)).connect()
    assert "`port`" in told.value.advice
    with pytest.raises(MailboxLost, match="cannot be resolved"):
        Mailbox(account(143, host="no-such-host.invalid")).connect()


# -- folders


def test_folders_are_made_under_the_servers_prefix_and_separator():
    namespace = b'* NAMESPACE (("INBOX." ".")) NIL NIL\r\nTAG OK\r\n'
    with ScriptedImap(capabilities="IMAP4rev1 NAMESPACE MOVE", answers={"NAMESPACE": namespace}, separator=".") as server:
        box = opened(server)
        box.move([1], "maild/Done")
        assert server.folders == {"INBOX", "INBOX.maild.Done", "INBOX.maild.Quarantine"}
        assert ("UID MOVE", '1 "INBOX.maild.Done"') in server.heard


def test_a_folder_that_may_not_be_made_is_named():
    with (
        ScriptedImap(answers={"CREATE": b"TAG NO [NOPERM] not yours\r\n"}) as server,
        pytest.raises(MailboxRefused, match="maild/") as told,
    ):
        opened(server)
    assert "by hand" in told.value.advice


def test_a_folder_that_another_node_made_first_is_fine():
    with ScriptedImap(answers={"CREATE": b"TAG NO [ALREADYEXISTS] it is there\r\n"}) as server:
        opened(server)


def test_a_missing_queue_is_refused():
    with ScriptedImap() as server, pytest.raises(MailboxRefused, match="Support"):
        opened(server, folder="Support")


def test_a_read_only_queue_is_refused():
    select = b"* 0 EXISTS\r\nTAG OK [READ-ONLY] look only\r\n"
    with ScriptedImap(answers={"SELECT": select}) as server, pytest.raises(MailboxRefused, match="read-only"):
        opened(server)


# -- moving


def commands(server):
    return [entry for entry in server.heard if entry[0] in {"UID MOVE", "UID COPY", "UID STORE", "UID EXPUNGE", "EXPUNGE"}]


def test_many_are_moved_by_one_command():
    with ScriptedImap() as server:
        opened(server).move([4, 3, 2, 9, 11, 10], "maild/Done")
        assert commands(server) == [("UID MOVE", '2:4,9:11 "maild/Done"')]


def test_in_place_means_seen():
    with ScriptedImap() as server:
        opened(server, filed="").move([1, 2], "")
        assert commands(server) == [("UID STORE", "1:2 +FLAGS.SILENT (\\Seen)")]


def searching(**found):
    return lambda tag, arguments: ("* SEARCH " + found[arguments.split()[-1]] + "\r\nTAG OK\r\n").encode()


def test_without_move_what_a_crash_left_half_done_is_not_copied_twice():
    search = searching(UNDELETED="2 3")  # 1 was copied and marked before
    with ScriptedImap(capabilities="IMAP4rev1 UIDPLUS", answers={"UID SEARCH": search}) as server:
        opened(server).move([1, 2, 3], "maild/Done")
        assert commands(server) == [
            ("UID COPY", '2:3 "maild/Done"'),
            ("UID STORE", "2:3 +FLAGS.SILENT (\\Deleted)"),
            ("UID EXPUNGE", "1:3"),
        ]


@pytest.mark.parametrize(("deleted", "expunged"), [("1 2", True), ("1 2 77", False)])
def test_without_uidplus_what_others_deleted_is_not_expunged(deleted, expunged):
    def search(tag, arguments):
        found = {"UID 1:2 UNDELETED": "1 2", "DELETED": deleted, "UID 1:2": "1 2"}[arguments]
        return f"* SEARCH {found}\r\nTAG OK\r\n".encode()

    with ScriptedImap(capabilities="IMAP4rev1", answers={"UID SEARCH": search}) as server:
        opened(server).move([1, 2], "maild/Done")
        assert (("EXPUNGE", "") in server.heard) == expunged


def test_a_folder_deleted_while_we_ran_is_made_again():
    with ScriptedImap() as server:
        box = opened(server)
        server.folders.discard("maild/Done")
        server.answers["UID MOVE"] = lambda tag, arguments: (
            b"TAG OK\r\n" if "maild/Done" in server.folders else b"TAG NO [TRYCREATE] no such folder\r\n"
        )
        box.move([1], "maild/Done")
        assert server.names().count("UID MOVE") == 2


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (b"TAG NO [OVERQUOTA] full\r\n", NotMoved),
        (b"TAG NO [SERVERBUG] Internal error occurred\r\n", NotMoved),
        (b"TAG NO Server busy. Suggested Backoff Time: 1000 milliseconds\r\n", MailboxLost),
        (Cut(), MailboxLost),
    ],
)
def test_a_move_that_fails_says_whether_all_else_goes_on(answer, trouble):
    with ScriptedImap(answers={"UID MOVE": answer}) as server, pytest.raises(trouble):
        opened(server).move([1], "maild/Done")


# -- waiting


@pytest.mark.parametrize(
    "words",
    [
        b"+ idling\r\n* 1 EXISTS\r\n",
        b"* 1 EXISTS\r\n+ idling\r\n",
        b"* OK [ALERT] hello\r\n* 1 EXISTS\r\n* 1 RECENT\r\n+ go\r\n",
    ],
)
def test_news_that_come_with_the_go_ahead_are_heard(words):
    with ScriptedImap(answers={"IDLE": words}) as server:
        box = opened(server)
        before = time.monotonic()
        assert box.wait(5)
        assert time.monotonic() - before < 0.5


def test_news_in_pieces_are_heard():
    with ScriptedImap() as server:
        box = opened(server)
        threading.Timer(0.1, server.say, [b"* ", b"1 EXI", b"STS\r", b"\n"]).start()
        assert box.wait(5)


def test_small_talk_wakes_nobody():
    with ScriptedImap({1: mail(1)}) as server:
        box = opened(server)
        box.listing()
        threading.Timer(0.1, server.say, [b"* OK Still here\r\n* 1 EXISTS\r\n* 1 FETCH (FLAGS (\\Seen))\r\n"]).start()
        assert not box.wait(0.5)


def test_news_during_other_work_end_the_next_wait_at_once():
    with ScriptedImap({1: mail(1)}) as server:
        box = opened(server)
        box.listing()
        server.answers["UID MOVE"] = b"* 1 EXPUNGE\r\n* 1 EXISTS\r\nTAG OK\r\n"  # one went and one came: still one
        box.move([1], "maild/Done")
        before = time.monotonic()
        assert box.wait(5)
        assert time.monotonic() - before < 0.5
        assert "IDLE" not in server.names()


def test_a_connection_that_dies_in_idle_is_lost_and_no_busy_loop():
    with ScriptedImap() as server:
        box = opened(server)
        threading.Timer(0.1, lambda: server._open[-1].shutdown(2)).start()
        with pytest.raises(MailboxLost):
            box.wait(5)
        assert server.names().count("IDLE") <= 2


def test_a_server_that_refuses_idle_is_polled():
    answers = {"IDLE": b"TAG NO not now\r\n"}
    with ScriptedImap(answers=answers) as server:
        box = opened(server)
        assert not box.wait(0.3)
        threading.Timer(0.1, server.answers.update, [{"NOOP": b"* 1 EXISTS\r\nTAG OK\r\n"}]).start()
        assert box.wait(0.5)
        assert server.names().count("IDLE") == 1


@pytest.mark.parametrize("idle", [True, False])
def test_another_thread_ends_a_wait(idle):
    with ScriptedImap() as server:
        box = opened(server, idle=idle)
        threading.Timer(0.1, box.interrupt).start()
        before = time.monotonic()
        assert not box.wait(10)
        assert 0.05 < time.monotonic() - before < 0.5
        box.interrupt()  # nobody waits: the next wait ends
        before = time.monotonic()
        assert not box.wait(10)
        assert time.monotonic() - before < 0.4


# -- check


def test_check_names_all_that_is_wrong_in_one_visit():
    with ScriptedImap(capabilities="IMAP4rev1", folders={"INBOX", "Elsewhere"}) as server:
        findings = check(account(server.port, folder="Support"))
    wrong = {what: advice for what, well, advice in findings if not well}
    hints = [what for what, well, advice in findings if well and advice]
    assert len(wrong) == 1
    assert "Elsewhere" in next(iter(wrong.values()))
    assert [hint for hint in hints if "maild/Done is missing" in hint]
    assert {hint.split()[-1] for hint in hints if "has no" in hint} == {"MOVE", "UIDPLUS", "IDLE"}
    assert "CREATE" not in server.names()


@pytest.mark.parametrize("answers", [{"LOGIN": b"TAG NO [AUTHENTICATIONFAILED] no\r\n"}, {"LIST": Cut()}])
def test_check_says_what_to_mend_and_never_raises(answers):
    with ScriptedImap(answers=answers) as server:
        findings = check(account(server.port))
    what, well, advice = findings[-1]
    assert not well
    assert advice
    assert "support" in what
