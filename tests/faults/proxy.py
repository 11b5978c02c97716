"""A TCP proxy that cuts: at an octet of what the server says, or when a word was seen on its way."""

import contextlib
import socket
import threading

HOST = "127.0.0.1"


class Proxy:
    """Forwards to `port`. `cut_after` octets of the server's, or at `cut_request` (the request arrives, its answer is lost), once each."""

    def __init__(self, port):
        self.target = port
        self.cut_after = 0
        self.cut_request = b""
        self.cuts = 0
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
                    server.sendall(octets)
                    with contextlib.suppress(OSError):
                        server.settimeout(2)
                        server.recv(65536)  # done there, and nobody here hears of it
                    break
                server.sendall(octets)
        self._end(client, server)

    def _answers(self, client, server):
        with contextlib.suppress(OSError):
            while octets := server.recv(65536):
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
