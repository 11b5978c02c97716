"""The deliverer's wire (RFC 5321): one letter at a time over a kept connection, and for each exactly what became of it.

The line that matters is the final dot. Until it has left, a broken connection means that nobody has the letter: Deferred. Once it has left
and no answer came, somebody may have it: Uncertain. A reply decides by its first digit.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from contextlib import suppress
from time import monotonic

from maild.delivery.envelope import Envelope, dotted, envelope_of
from maild.delivery.outcome import Deferred, Delivered, Failed, Outcome, ServerAway, Uncertain
from maild.delivery.smtp import (
    BROKEN,
    COMMAND_SECONDS,
    Account,
    Away,
    Connection,
    Disconnected,
    acknowledge_at_once,
    open_connection,
    reply_line,
    words_of,
)
from maild.message import Letter
from maild.oauth import Tokens

FINAL_SECONDS = 300.0  # servers scan a mail before they answer the dot (RFC 5321, 4.5.3.2.6)
IDLE_SECONDS_MAX = 30.0  # a connection that rested longer is made anew: servers and firewalls drop it silently
LONG_SECONDS = 5.0  # a third of the silence after which another node takes over (store/nodes.py)
LETTERS_MAX = 500  # over one connection
CHUNK_BYTES = 1 << 16
LOGIN_CODES = {530, 534, 535, 538}  # they speak of our login, not of the letter (RFC 4954, 6)


class Wire:
    """One connection to the outgoing server, made when needed and kept. Belongs to one thread."""

    def __init__(
        self,
        account: Account,
        *,
        tokens: Tokens | None = None,
        context: ssl.SSLContext | None = None,
        clock: Callable[[], float] = monotonic,
        final_seconds: float = FINAL_SECONDS,
    ) -> None:
        self.account = account
        self._tokens = tokens or (Tokens(account.oauth) if account.oauth else None)
        self._context = context
        self._clock = clock
        self._final_seconds = final_seconds
        self._smtp: Connection | None = None
        self._letters = 0
        self._used_at = 0.0
        self._still_ours: Callable[[], bool] = lambda: True
        self._began_at = 0.0
        self._dirty = False  # a transaction was left half open

    def send(self, letter: Letter, still_ours: Callable[[], bool] = lambda: True) -> Outcome:
        """Hand one letter over. Never raises for what a server or a network may do.

        Where the dialogue took long, `still_ours` is asked before the content leaves: another node may have taken the letter over
        while this process slept.
        """
        self._still_ours, self._began_at = still_ours, self._clock()
        try:
            envelope = envelope_of(letter)
        except ValueError as error:
            return Failed(str(error), "the letter was not sent: mend the address")
        try:
            smtp, kept = self._connection()
            if kept:
                with suppress(Disconnected):
                    outcome = self._transaction(smtp, letter, envelope)
                    if not isinstance(outcome, ServerAway):
                        return outcome
                self._drop()  # it was closed while it rested: the letter has not begun, so a new connection may have it
                smtp, _ = self._connection()
            return self._transaction(smtp, letter, envelope)
        except Away as away:
            self.close()
            return away.outcome
        except BROKEN as error:
            # The server had greeted us: it may be this letter that breaks it, and the others must not wait for that one.
            self._drop()
            return Deferred(f"connection lost before the letter left: {words_of(error)}")

    def close(self) -> None:
        """Say QUIT if the server still listens; never raises, never waits long."""
        smtp, self._smtp = self._smtp, None
        if smtp is None:
            return
        with suppress(*BROKEN):  # it is given up either way
            if smtp.sock is not None:
                smtp.sock.settimeout(1.0)
                smtp.docmd("QUIT")
        smtp.close()

    def _connection(self) -> tuple[Connection, bool]:
        """The open connection, and whether it was kept from an earlier letter. Raises Away."""
        tired = self._letters >= LETTERS_MAX or self._clock() - self._used_at > IDLE_SECONDS_MAX
        if self._smtp is not None and (tired or self._smtp.sock is None):
            self.close()
        if self._smtp is not None:
            return self._smtp, True
        self._smtp = open_connection(self.account, self._tokens, self._context)
        self._letters, self._dirty = 0, False
        return self._smtp, False

    def _transaction(self, smtp: Connection, letter: Letter, envelope: Envelope) -> Outcome:
        """MAIL, RCPT, DATA. Disconnected leaves here only while nothing of the letter has been sent."""
        options = ""
        if not letter.raw.isascii() and smtp.has_extn("8bitmime"):
            options += " BODY=8BITMIME"
        if envelope.needs_utf8:
            if not smtp.has_extn("smtputf8"):
                return Failed("the server takes no addresses beyond ASCII (no SMTPUTF8)", "use another address or server")
            options += " SMTPUTF8"
        limit = smtp.esmtp_features.get("size", "")
        if limit.isdigit() and 0 < int(limit) < len(letter.raw):
            return Failed(f"the letter has {len(letter.raw)} octets, the server takes {limit}", "raise the server's limit")
        if self._dirty:
            smtp.rset()
        self._dirty = True
        commands = [f"MAIL FROM:<{envelope.sender}>{options}", f"RCPT TO:<{envelope.recipient}>", "DATA"]
        refusal = self._announce(smtp, [command.encode() + b"\r\n" for command in commands])
        self._used_at = self._clock()
        if refusal is None:
            if self._clock() - self._began_at > LONG_SECONDS and not self._still_ours():
                self._drop()
                return Deferred("taken over by another node")
            outcome = self._content(smtp, letter.raw)
            self._letters += 1
            self._used_at = self._clock()
            return outcome
        verb, code, reply = refusal
        if code == 421 or not 400 <= code < 600:
            self._drop()
        if code in LOGIN_CODES:
            return ServerAway(reply, "mend `user`, `password` or `security` in [smtp]")
        if code == 421 and verb == "MAIL":
            return ServerAway(reply)
        return Failed(reply) if 500 <= code < 600 else Deferred(reply, of_recipient=verb == "RCPT")

    def _announce(self, smtp: Connection, commands: list[bytes]) -> tuple[str, int, str] | None:
        """Send the envelope; None when the server waits for the content, else the verb, code and reply of the refusal.

        With PIPELINING (RFC 2920) all three leave in one segment, and each has its reply.
        """
        pipelining = smtp.has_extn("pipelining")
        if pipelining:
            smtp.send(b"".join(commands))
            acknowledge_at_once(smtp)
        refusal = None
        for command, wanted in zip(commands, (250, 250, 354), strict=True):
            if not pipelining:
                smtp.send(command)
            code, text = smtp.getreply()
            if code == 251 and wanted == 250:
                code = 250
            if code == wanted == 354 and refusal:  # go-ahead without a recipient: a dot alone could become an empty mail
                self._drop()
            elif code != wanted and refusal is None:
                refusal = command[:4].decode(), code, reply_line(code, text)
                if not pipelining:
                    break
        return refusal

    def _content(self, smtp: Connection, raw: bytes) -> Outcome:
        """Send the octets and the dot, and read the answer. Never raises what the network may do."""
        sock = smtp.sock
        assert sock is not None
        content = memoryview(dotted(raw))
        try:
            for start in range(0, len(content), CHUNK_BYTES):
                sock.sendall(content[start : start + CHUNK_BYTES])
        except OSError as error:
            # The last octets never reached our own system, so the dot did not leave. Servers that refuse in the midst say why first.
            code, reply = _last_words(smtp)
            self._drop()
            return Failed(reply) if 500 <= code < 600 else Deferred(reply or f"lost before the final dot: {words_of(error)}")
        try:
            sock.settimeout(self._final_seconds)
            code, text = smtp.getreply()
        except BROKEN as error:
            self._drop()
            return Uncertain(f"no answer after the final dot: {words_of(error)}")
        sock.settimeout(COMMAND_SECONDS)
        self._dirty = False
        reply = reply_line(code, text)
        if code == 421 or not 200 <= code < 600:
            self._drop()
        if 200 <= code < 300:
            return Delivered(reply)
        if 400 <= code < 500:
            return Deferred(reply)
        if 500 <= code < 600:
            return Failed(reply)
        return Uncertain(f"an answer that means nothing: {reply}")

    def _drop(self) -> None:
        """Let go of a broken connection without a word."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            smtp.close()


def _last_words(smtp: Connection) -> tuple[int, str]:
    """What the server said before it closed on us, or (0, "")."""
    try:
        if smtp.sock is not None:
            smtp.sock.settimeout(1.0)
            code, text = smtp.getreply()
            return code, reply_line(code, text)
    except BROKEN:
        pass
    return 0, ""


def check(account: Account, *, message_bytes: int = 0, context: ssl.SSLContext | None = None) -> list[tuple[str, bool, str]]:
    """What `maild check` finds at the outgoing server: (what was looked at, whether it is well, what to mend or mind).

    `message_bytes` is the largest letter that may have to leave. Sends nothing. Never raises for what a server may do.
    """
    where = f"smtp {account.host}:{account.port}"
    try:
        tokens = Tokens(account.oauth) if account.oauth else None
        smtp = open_connection(account, tokens, context)
    except Away as away:
        return [(f"smtp: {away}", False, away.outcome.advice or "try again later")]
    findings = [(where, True, "")]
    limit = smtp.esmtp_features.get("size", "")
    if limit.isdigit() and 0 < int(limit) < message_bytes:
        findings.append((f"{where}: letters of at most {limit} octets", True, "larger attachments cannot be passed on"))
    if not smtp.has_extn("smtputf8"):
        findings.append((f"{where}: no SMTPUTF8", True, "people whose address is not ASCII cannot be written to"))
    with suppress(*BROKEN):  # all that was asked has been answered
        smtp.quit()
    smtp.close()
    return findings
