"""Requests to a child of `child.py` and its answers, many under way at once, by one thread that waits for neither.

What a pipe does not take now goes at the next turn, and each turn reads what has come: so neither side ever waits for the other to read.
"""

from __future__ import annotations

import fcntl
import os
import select
import struct
from collections import deque
from contextlib import suppress

from maild.child import MEGABYTE, Child

PIPE_OCTETS = MEGABYTE  # what the system lets anybody have; less is only slower
FRAME = struct.Struct(">cQQ")  # a word of the two sides, the number of the exchange, octets that follow


class Exchange:
    """With a child that has said that it is ready. `turn` raises BrokenPipeError or EOFError: then end the child, and this with it."""

    def __init__(self, child: Child) -> None:
        self._to, self._from = child.pipes()
        for pipe in (self._to, self._from):
            with suppress(OSError):  # a user may hold only so many
                fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_OCTETS)
        self._out: deque[memoryview] = deque()
        self._in = bytearray()

    def post(self, word: bytes, number: int, octets: bytes) -> None:
        """Send this: what the pipe takes at once, the rest at a later turn, which also finds that nobody reads it any more."""
        self._out += (memoryview(FRAME.pack(word, number, len(octets))), memoryview(octets))
        with suppress(BrokenPipeError):
            self._write()

    def turn(self, seconds: float = 0) -> list[tuple[bytes, int, bytes]]:
        """Write and read what is possible, after waiting so long for either; return the answers that are whole: word, number, octets."""
        poller = select.poll()
        poller.register(self._from, select.POLLIN)
        if self._out:
            poller.register(self._to, select.POLLOUT)
        for pipe, _ in poller.poll(seconds * 1000):
            if pipe == self._to:
                self._write()
            else:
                self._read()
        return self._whole()

    def _write(self) -> None:
        while self._out:
            try:
                done = os.write(self._to, self._out[0])
            except BlockingIOError:
                return
            if done == len(self._out[0]):
                self._out.popleft()
            else:
                self._out[0] = self._out[0][done:]

    def _read(self) -> None:
        with suppress(BlockingIOError):
            while piece := os.read(self._from, MEGABYTE):
                self._in += piece
            raise EOFError

    def _whole(self) -> list[tuple[bytes, int, bytes]]:
        answers = []
        while len(self._in) >= FRAME.size:
            word, number, follows = FRAME.unpack_from(self._in)
            ends = FRAME.size + follows
            if len(self._in) < ends:
                break
            answers.append((word, number, bytes(self._in[FRAME.size : ends])))
            del self._in[:ends]
        return answers
