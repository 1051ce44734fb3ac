"""A socket to serve on."""

from __future__ import annotations

import socket

PORT = 8765
TRIED = 20
"""Ports after PORT that are tried when it is taken."""


class PortTaken(Exception):
    """No port is free; the message says what to do."""


def listen(port: int | None, host: str) -> socket.socket:
    """A socket on `port`, or on the first from PORT on that is free. Raises PortTaken."""
    for tried in [port] if port is not None else range(PORT, PORT + TRIED):
        found = socket.socket()
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            found.bind((host, tried))
            found.listen(128)
        except OSError:
            found.close()
            continue
        return found
    raise PortTaken(f"port {port or f'{PORT} to {PORT + TRIED - 1}'} is taken: choose another with --port")
