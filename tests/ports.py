"""Ports for servers that tests start, at which nobody else listens by the time they do."""

import secrets
import socket

KEPT = range(20_000, 32_000)
"""Below those that systems give to outgoing connections and to whoever asks for port 0: other
tests do that all the time, also between our look at a port and the server's own bind."""


def free_port() -> int:
    """A port of the loopback interface at which nobody listens."""
    while True:
        port = secrets.choice(KEPT)  # not by `random`: whoever seeds that makes us all choose alike
        try:
            with socket.create_server(("127.0.0.1", port)):
                return port
        except OSError:
            continue
