"""From whatever exception to the one outcome word: found by walking its causes."""

import errno
import socket
import ssl
from collections.abc import Iterator

from wxkf_cli.vocab.outcomes import TIMEOUT_IN_PHASE, Outcome, Phase

_ERRNOS = {
    errno.ENETUNREACH: Outcome.NET_UNREACHABLE,
    errno.EHOSTUNREACH: Outcome.NET_UNREACHABLE,
    errno.ENETDOWN: Outcome.NET_UNREACHABLE,
    errno.EHOSTDOWN: Outcome.NET_UNREACHABLE,
    errno.EAFNOSUPPORT: Outcome.NET_UNREACHABLE,
    errno.EACCES: Outcome.NET_UNREACHABLE,
    errno.EPERM: Outcome.NET_UNREACHABLE,
    errno.EINVAL: Outcome.NET_UNREACHABLE,
    errno.EMFILE: Outcome.LOCAL_FDS,
    errno.ENFILE: Outcome.LOCAL_FDS,
    errno.EADDRNOTAVAIL: Outcome.LOCAL_PORTS,
    errno.EADDRINUSE: Outcome.LOCAL_PORTS,
    errno.ENOBUFS: Outcome.LOCAL_MEMORY,
    errno.ENOMEM: Outcome.LOCAL_MEMORY,
}
# Python picks the class by the number; asyncio raises some without one, and Windows has numbers of its own.
_CLASSES = (
    (ConnectionRefusedError, Outcome.NET_REFUSED),
    (ConnectionResetError, Outcome.NET_RESET),
    (BrokenPipeError, Outcome.NET_RESET),
    (ConnectionAbortedError, Outcome.NET_RESET),
    (ConnectionError, Outcome.NET_CLOSED_EARLY),
)
_BEFORE_CONNECTED = (Phase.RESOLVE, Phase.CONNECT)
# OpenSSL's numbers for X509_V_ERR_*; Python names none of them.
_CERTIFICATE_EXPIRED, _HOSTNAME_MISMATCH, _ADDRESS_MISMATCH = 10, 62, 64
_NOT_TLS_REASONS = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG")


def classify(error: BaseException, phase: Phase) -> Outcome:
    """The outcome that an exception stands for, met in that phase.

    What nobody foresaw is `local.bug`: never the handler's fault.
    """
    for each in _causes(error):
        found = _classified(each, phase)
        if found is not None:
            return found
    return Outcome.LOCAL_BUG


def _causes(error: BaseException) -> Iterator[BaseException]:
    waiting, seen = [error], set[int]()
    while waiting:
        each = waiting.pop(0)
        if id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        if isinstance(each, BaseExceptionGroup):
            waiting.extend(each.exceptions)
        waiting.extend(inner for inner in (each.__cause__, each.__context__) if inner is not None)


def _classified(error: BaseException, phase: Phase) -> Outcome | None:
    if isinstance(error, ssl.SSLError):
        return _tls(error, phase)
    if isinstance(error, socket.gaierror) or (isinstance(error, UnicodeError) and phase in _BEFORE_CONNECTED):
        return Outcome.NET_DNS
    if isinstance(error, TimeoutError):
        return TIMEOUT_IN_PHASE.get(phase, Outcome.TIMEOUT_BODY)
    if isinstance(error, MemoryError):
        return Outcome.LOCAL_MEMORY
    if not isinstance(error, OSError):
        return None
    found = next((outcome for each, outcome in _CLASSES if isinstance(error, each)), _ERRNOS.get(error.errno or 0))
    lost = found in (Outcome.NET_RESET, Outcome.NET_CLOSED_EARLY)
    return Outcome.TLS_HANDSHAKE if lost and phase is Phase.TLS else found


def _tls(error: ssl.SSLError, phase: Phase) -> Outcome:
    if isinstance(error, ssl.SSLCertVerificationError):
        if error.verify_code == _CERTIFICATE_EXPIRED:
            return Outcome.TLS_EXPIRED
        if error.verify_code in (_HOSTNAME_MISMATCH, _ADDRESS_MISMATCH):
            return Outcome.TLS_HOSTNAME
        return Outcome.TLS_UNTRUSTED
    if phase in (Phase.HEADERS, Phase.BODY):
        return Outcome.NET_RESET
    if isinstance(error, ssl.SSLEOFError) and phase is not Phase.TLS:
        return Outcome.NET_CLOSED_EARLY
    # An alert may come after the handshake: with TLS 1.3 a client certificate is refused only then.
    return Outcome.TLS_NOT_TLS if error.reason in _NOT_TLS_REASONS else Outcome.TLS_HANDSHAKE
