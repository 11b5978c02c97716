"""A fast SMTP sink for measuring: takes everything, notes when and to whom, keeps no bodies. Runs as a process of its own.

python -m maild.sandbox.sink PORT      # prints the port; then a JSON line on standard output for each "report" read on input
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

KIND = b"\nMaild-Kind: "


class Sink(asyncio.Protocol):
    """One SMTP connection (RFC 5321, the least that a client needs)."""

    log: list[tuple[float, str, str]] = []  # noqa: RUF012 - shared by all connections on purpose

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.buffer = b""
        self.in_data = False
        self.recipient = ""
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        """Commands until DATA, then the letter until the dot."""
        self.buffer += data
        while True:
            if self.in_data:
                end = self.buffer.find(b"\r\n.\r\n")
                if end < 0:
                    return
                self._taken(self.buffer[: min(end, 4000)])
                self.buffer = self.buffer[end + 5 :]
                self.in_data = False
                self.transport.write(b"250 OK\r\n")
                continue
            line, newline, rest = self.buffer.partition(b"\r\n")
            if not newline:
                return
            self.buffer = rest
            self._command(line)

    def _command(self, line: bytes) -> None:
        word = line[:4].upper()
        if word == b"EHLO":
            self.transport.write(b"250-sink\r\n250-PIPELINING\r\n250-AUTH PLAIN\r\n250 8BITMIME\r\n")
        elif word == b"AUTH":
            self.transport.write(b"235 welcome\r\n")
        elif word == b"RCPT":
            self.recipient = line[8:].strip(b"<> ").decode("ascii", "replace")
            self.transport.write(b"250 OK\r\n")
        elif word == b"DATA":
            self.in_data = True
            self.transport.write(b"354 go\r\n")
        elif word == b"QUIT":
            self.transport.write(b"221 bye\r\n")
            self.transport.close()
        else:
            self.transport.write(b"250 OK\r\n")

    def _taken(self, head: bytes) -> None:
        at = head.find(KIND)
        kind = head[at + len(KIND) : head.find(b"\r", at + len(KIND))].decode("ascii", "replace") if at >= 0 else ""
        self.log.append((time.time(), kind, self.recipient))


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Sink, "127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    told = 0
    while await reader.readline():  # the end of input ends the sink
        print(json.dumps(Sink.log[told:]), flush=True)
        told = len(Sink.log)


if __name__ == "__main__":
    asyncio.run(_serve())
