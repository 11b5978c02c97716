"""The servers of the little mail world, in one process of their own: IMAP by pymap, SMTP by aiosmtpd, mail kept in memory.

Run as `python -m maild.sandbox.mailhost [imap_port [smtp_port]]` by `maild.sandbox.world`. It prints one line of JSON with the
ports it listens on, and ends when its standard input is closed, so that it never outlives whoever started it.
"""

from __future__ import annotations

import asyncio
import json
import sys
from argparse import Namespace
from datetime import UTC, datetime
from uuid import uuid4

from proxyprotocol.sock import SocketInfoLocal
from pymap.backend.dict import Config, Identity, Login
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.user import UserMetadata
from pysasl.hashing import Cleartext

from maild.sandbox.accounts import ACCOUNTS, PASSWORD
from maild.sandbox.exchanger import MESSAGE_BYTES_MAX, Exchanger

HOST = "127.0.0.1"


class Mailboxes:
    """The IMAP side: everybody's folders, in memory, and how a mail gets into an INBOX."""

    def __init__(self) -> None:
        arguments = Namespace(passlib_cfg=None, proxy_protocol=None)
        self.config = Config(
            arguments,
            host=HOST,
            port=0,
            demo_data=False,
            demo_user=ACCOUNTS[0].address,
            demo_password=PASSWORD,
            hash_context=Cleartext(),
            tls_enabled=False,
            reject_dnsbl=False,
            invalid_user_sleep=0,
            max_append_len=MESSAGE_BYTES_MAX,
        )
        self.config.apply_context()
        self.login = Login(self.config)
        for account in ACCOUNTS:
            self.login.users_dict[account.address] = UserMetadata(self.config, account.address, password=PASSWORD)

    async def deliver(self, mailbox: str, mail: bytes) -> None:
        """Append to the INBOX; sessions that sit in IDLE are woken by it."""
        async with Identity(mailbox, self.login, None, frozenset()).new_session() as session:
            inbox = await session.mailbox_set.get_mailbox("INBOX")
            await inbox.append(AppendMessage(mail, datetime.now(UTC)), recent=True)

    async def listen(self, port: int) -> asyncio.Server:
        """Serve IMAP on loopback; port 0 takes a free one."""
        serve_imap = IMAPServer(self.login, self.config)

        # Awaited and not handed to a task, as pymap's own main program does it: nobody holds such a task, and from Python 3.13 on the
        # collector ends it in the middle of a conversation.
        async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await serve_imap(reader, writer, SocketInfoLocal(writer, unique_id=uuid4().bytes))

        return await asyncio.start_server(converse, host=HOST, port=port)


async def serve(imap_port: int, smtp_port: int) -> None:
    """Listen, say where, and go on until the parent closes our standard input."""
    loop = asyncio.get_running_loop()
    mailboxes = Mailboxes()
    exchanger = Exchanger(frozenset(account.address for account in ACCOUNTS), PASSWORD, mailboxes.deliver)
    imap = await mailboxes.listen(imap_port)
    smtp = await loop.create_server(exchanger.server, host=HOST, port=smtp_port)
    print(json.dumps({"imap_port": _port(imap), "smtp_port": _port(smtp)}), flush=True)

    parent = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(parent), sys.stdin)
    await parent.read()
    imap.close()
    smtp.close()


def _port(server: asyncio.Server) -> int:
    port: int = server.sockets[0].getsockname()[1]
    return port


if __name__ == "__main__":
    ports = [int(argument) for argument in sys.argv[1:3]]
    asyncio.run(serve(*ports, *[0] * (2 - len(ports))))
