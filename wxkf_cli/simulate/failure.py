"""From whatever exception to the one outcome word: found by walking its causes."""

import errno
import socket
import ssl
from collections.abc import Iterator

from wxkf_cli.vocab.outcomes import TIMEOUT_IN_PHASE, Outcome, Phase

_ERRNOS = {
    errno.ECONNREFUSED: Outcome.NET_REFUSED,
    errno.ECONNRESET: Outcome.NET_RESET,
    errno.EPIPE: Outcome.NET_RESET,
    errno.ECONNABORTED: Outcome.NET_RESET,
    errno.ENETUNREACH: Outcome.NET_UNREACHABLE,
    errno.EHOSTUNREACH: Outcome.NET_UNREACHABLE,
    errno.ENETDOWN: Outcome.NET_UNREACHABLE,
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
        return _tls(error)
    if isinstance(error, socket.gaierror | UnicodeError):
        return Outcome.NET_DNS
    if isinstance(error, TimeoutError):
        return TIMEOUT_IN_PHASE.get(phase, Outcome.TIMEOUT_BODY)
    if isinstance(error, MemoryError):
        return Outcome.LOCAL_MEMORY
    if isinstance(error, OSError):
        known = _ERRNOS.get(error.errno or 0)
        if known is Outcome.NET_RESET and phase is Phase.TLS:
            return Outcome.TLS_HANDSHAKE
        if known is None and isinstance(error, ConnectionError):
            return Outcome.TLS_HANDSHAKE if phase is Phase.TLS else Outcome.NET_CLOSED_EARLY
        return known
    return None


def _tls(error: ssl.SSLError) -> Outcome:
    if isinstance(error, ssl.SSLCertVerificationError):
        if error.verify_code == _CERTIFICATE_EXPIRED:
            return Outcome.TLS_EXPIRED
        if error.verify_code in (_HOSTNAME_MISMATCH, _ADDRESS_MISMATCH):
            return Outcome.TLS_HOSTNAME
        return Outcome.TLS_UNTRUSTED
    reason = error.reason or ""
    return Outcome.TLS_NOT_TLS if reason in _NOT_TLS_REASONS else Outcome.TLS_HANDSHAKE
