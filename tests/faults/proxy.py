"""A TCP proxy that cuts: at an octet of what the server says, or when a word was seen on its way."""

import contextlib
import socket
import threading

HOST = "127.0.0.1"


class Proxy:
    """Forwards to `port`, and cuts, once each: after `cut_after` octets of the server's, at `cut_request` (the request
    arrives, its answer is lost), or before `cut_before` (what it begins never arrives). `port` may be told later, as `target`."""

    def __init__(self, port=0):
        self.target = port
        self.cut_after = 0
        self.cut_request = self.cut_before = b""
        self.cuts = 0
        self._deaf = set()
        self._listener = socket.create_server((HOST, 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                try:
                    server = socket.create_connection((HOST, self.target))
                except OSError:
                    client.close()
                    continue
                pair = (client, server)
                threading.Thread(target=self._requests, args=pair, daemon=True).start()
                threading.Thread(target=self._answers, args=pair, daemon=True).start()

    def _requests(self, client, server):
        with contextlib.suppress(OSError):
            while octets := client.recv(65536):
                wanted = self.cut_request
                if wanted and wanted in octets:
                    self.cut_request, self.cuts = b"", self.cuts + 1
                    self._deaf.add(client)  # done there, and nobody here hears of it: the other direction ends both
                    server.sendall(octets)
                    return
                if (ahead := self.cut_before) and ahead in octets:
                    self.cut_before, self.cuts = b"", self.cuts + 1
                    server.sendall(octets[: octets.index(ahead)])
                    break
                server.sendall(octets)
        self._end(client, server)

    def _answers(self, client, server):
        with contextlib.suppress(OSError):
            while (octets := server.recv(65536)) and client not in self._deaf:
                if self.cut_after:
                    if len(octets) >= self.cut_after:
                        client.sendall(octets[: self.cut_after])
                        self.cut_after, self.cuts = 0, self.cuts + 1
                        break
                    self.cut_after -= len(octets)
                client.sendall(octets)
        self._end(client, server)

    @staticmethod
    def _end(*ends):
        for end in ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
