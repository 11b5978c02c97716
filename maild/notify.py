"""Tell systemd how it goes (sd_notify): ready, stopping, and the watchdog's sign of life."""

from __future__ import annotations

import os
import socket


def notify_systemd(message: str) -> None:
    """Send one datagram where systemd asks for it; nothing elsewhere."""
    path = os.environ.get("NOTIFY_SOCKET", "")
    if not path:
        return
    address = "\0" + path[1:] if path.startswith("@") else path
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.connect(address)
        channel.sendall(message.encode())
