"""A name server on a loopback address of its own (127.77.x.y, port 53): the zone of a test, and NXDOMAIN for all the rest of the world.

Libraries that mail servers check with ask port 53 and nothing else, so root is needed.
"""

import random
import socket
import threading

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
from servers.daemon_process import ServerMissingError


class NameServer:
    """`records` are (name, type) -> texts, as a zone file writes them; a name without records does not exist."""

    def __init__(self, records: dict[tuple[str, str], list[str]]) -> None:
        self.records = records
        self.names = {name for name, _ in records}
        self.socket, self.address = _bound()
        self._thread = threading.Thread(target=self._serve, name="names", daemon=True)

    def start(self) -> "NameServer":
        self._thread.start()
        return self

    def stop(self) -> None:
        self.socket.close()

    def _serve(self) -> None:
        while True:
            try:
                asked, peer = self.socket.recvfrom(4096)
            except OSError:
                return
            try:
                answer = self._answer(dns.message.from_wire(asked))
            except dns.exception.DNSException:
                continue
            self.socket.sendto(answer.to_wire(max_size=65535), peer)

    def _answer(self, query: dns.message.Message) -> dns.message.Message:
        answer = dns.message.make_response(query, recursion_available=True)
        question = query.question[0]
        name, kind = question.name.to_text().lower(), dns.rdatatype.to_text(question.rdtype)
        if found := self.records.get((name, kind)):
            answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *found))
        elif not any(known == name or known.endswith("." + name) for known in self.names):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer


def _bound() -> tuple[socket.socket, str]:
    for _ in range(20):
        address = f"127.77.{random.randrange(1, 255)}.{random.randrange(1, 255)}"
        listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            listener.bind((address, 53))
        except PermissionError:
            listener.close()
            raise ServerMissingError("a name server on port 53 needs root") from None
        except OSError:
            listener.close()
            continue
        return listener, address
    raise ServerMissingError("no loopback address has port 53 free")


def text_record(octets: bytes) -> str:
    """A TXT record in strings of at most 255 octets."""
    pieces = [octets[at : at + 200].decode() for at in range(0, len(octets), 200)]
    return " ".join('"{}"'.format(piece.replace('"', '\\"')) for piece in pieces)
