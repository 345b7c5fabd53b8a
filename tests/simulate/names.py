"""Names that resolve as a test wants them."""

import socket
from typing import Any

import pytest

real_getaddrinfo = socket.getaddrinfo


def resolving(monkeypatch: pytest.MonkeyPatch, *addresses: str, error: Exception | None = None) -> list[str]:
    """Let every name resolve to those addresses; the list fills with the names that were asked for."""
    asked: list[str] = []

    def getaddrinfo(host: str, port: int, *arguments: Any, flags: int = 0, **keywords: Any) -> Any:
        if flags & socket.AI_NUMERICHOST:
            return real_getaddrinfo(host, port, *arguments, flags=flags, **keywords)
        asked.append(host)
        if error is not None:
            raise error
        return [
            (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (each, port, 0, 0))
            if ":" in each
            else (socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port))
            for each in addresses
        ]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked
