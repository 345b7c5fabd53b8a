"""Every exception has its word, however deep it lies; what nobody foresaw is a bug of ours, never the handler's."""

import errno
import os
import socket
import ssl

import pytest

from wxkf_cli.simulate.failure import classify
from wxkf_cli.vocab.outcomes import TIMEOUT_IN_PHASE, Outcome, Phase


def numbered(number: int) -> OSError:
    return OSError(number, os.strerror(number))


def secured(kind: type[ssl.SSLError] = ssl.SSLError, *, reason: str = "", verify_code: int = 0) -> ssl.SSLError:
    error = kind(ssl.SSL_ERROR_SSL, f"[SSL: {reason}]")
    error.reason = reason
    if isinstance(error, ssl.SSLCertVerificationError):
        error.verify_code = verify_code
    return error


def unverified(code: int) -> ssl.SSLError:
    return secured(ssl.SSLCertVerificationError, reason="CERTIFICATE_VERIFY_FAILED", verify_code=code)


CASES = [
    # The network.
    (numbered(errno.ECONNREFUSED), Phase.CONNECT, Outcome.NET_REFUSED),
    (ConnectionRefusedError("[WinError 1225]"), Phase.CONNECT, Outcome.NET_REFUSED),
    (numbered(errno.ECONNRESET), Phase.FIRST_BYTE, Outcome.NET_RESET),
    (ConnectionResetError(), Phase.BODY, Outcome.NET_RESET),
    (numbered(errno.EPIPE), Phase.SEND, Outcome.NET_RESET),
    (numbered(errno.ECONNABORTED), Phase.FIRST_BYTE, Outcome.NET_RESET),
    (ConnectionError("lost"), Phase.FIRST_BYTE, Outcome.NET_CLOSED_EARLY),
    (numbered(errno.ENETUNREACH), Phase.CONNECT, Outcome.NET_UNREACHABLE),
    (numbered(errno.EHOSTUNREACH), Phase.CONNECT, Outcome.NET_UNREACHABLE),
    (numbered(errno.ENETDOWN), Phase.CONNECT, Outcome.NET_UNREACHABLE),
    (numbered(errno.EHOSTDOWN), Phase.CONNECT, Outcome.NET_UNREACHABLE),
    (numbered(errno.EAFNOSUPPORT), Phase.CONNECT, Outcome.NET_UNREACHABLE),
    (numbered(errno.EACCES), Phase.CONNECT, Outcome.NET_UNREACHABLE),
    (numbered(errno.EPERM), Phase.CONNECT, Outcome.NET_UNREACHABLE),
    (numbered(errno.EINVAL), Phase.CONNECT, Outcome.NET_UNREACHABLE),
    (numbered(errno.ETIMEDOUT), Phase.CONNECT, Outcome.TIMEOUT_CONNECT),
    # Names.
    (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), Phase.RESOLVE, Outcome.NET_DNS),
    (socket.gaierror(socket.EAI_AGAIN, "try again"), Phase.CONNECT, Outcome.NET_DNS),
    (UnicodeError("label too long"), Phase.RESOLVE, Outcome.NET_DNS),
    (UnicodeError("label too long"), Phase.CONNECT, Outcome.NET_DNS),
    # This machine.
    (numbered(errno.EMFILE), Phase.CONNECT, Outcome.LOCAL_FDS),
    (numbered(errno.ENFILE), Phase.CONNECT, Outcome.LOCAL_FDS),
    (numbered(errno.EADDRNOTAVAIL), Phase.CONNECT, Outcome.LOCAL_PORTS),
    (numbered(errno.EADDRINUSE), Phase.CONNECT, Outcome.LOCAL_PORTS),
    (numbered(errno.ENOBUFS), Phase.CONNECT, Outcome.LOCAL_MEMORY),
    (numbered(errno.ENOMEM), Phase.CONNECT, Outcome.LOCAL_MEMORY),
    (MemoryError(), Phase.BODY, Outcome.LOCAL_MEMORY),
    # TLS.
    (unverified(10), Phase.TLS, Outcome.TLS_EXPIRED),
    (unverified(62), Phase.TLS, Outcome.TLS_HOSTNAME),
    (unverified(64), Phase.TLS, Outcome.TLS_HOSTNAME),
    *[(unverified(code), Phase.TLS, Outcome.TLS_UNTRUSTED) for code in (9, 18, 19, 20, 21, 0)],
    (secured(reason="WRONG_VERSION_NUMBER"), Phase.TLS, Outcome.TLS_NOT_TLS),
    (secured(reason="RECORD_LAYER_FAILURE"), Phase.TLS, Outcome.TLS_NOT_TLS),
    (secured(reason="SSLV3_ALERT_HANDSHAKE_FAILURE"), Phase.TLS, Outcome.TLS_HANDSHAKE),
    (secured(reason="TLSV13_ALERT_CERTIFICATE_REQUIRED"), Phase.FIRST_BYTE, Outcome.TLS_HANDSHAKE),
    (secured(), Phase.TLS, Outcome.TLS_HANDSHAKE),
    (secured(ssl.SSLEOFError, reason="UNEXPECTED_EOF_WHILE_READING"), Phase.TLS, Outcome.TLS_HANDSHAKE),
    (secured(ssl.SSLEOFError, reason="UNEXPECTED_EOF_WHILE_READING"), Phase.FIRST_BYTE, Outcome.NET_CLOSED_EARLY),
    (secured(reason="DECRYPTION_FAILED_OR_BAD_RECORD_MAC"), Phase.BODY, Outcome.NET_RESET),
    (ConnectionResetError(), Phase.TLS, Outcome.TLS_HANDSHAKE),
    (ConnectionAbortedError("SSL handshake is taking longer than"), Phase.TLS, Outcome.TLS_HANDSHAKE),
    # Time.
    *[(TimeoutError(), phase, outcome) for phase, outcome in TIMEOUT_IN_PHASE.items()],
    (TimeoutError(), Phase.DECODE, Outcome.TIMEOUT_BODY),
    # What nobody foresaw.
    (ValueError("?"), Phase.BODY, Outcome.LOCAL_BUG),
    (UnicodeError("?"), Phase.BODY, Outcome.LOCAL_BUG),
    (OSError("no number"), Phase.CONNECT, Outcome.LOCAL_BUG),
    (numbered(errno.ENOTDIR), Phase.CONNECT, Outcome.LOCAL_BUG),
    (RecursionError(), Phase.HEADERS, Outcome.LOCAL_BUG),
    (ExceptionGroup("all failed", [ValueError(), KeyError()]), Phase.CONNECT, Outcome.LOCAL_BUG),
]


@pytest.mark.parametrize(("error", "phase", "outcome"), CASES, ids=lambda each: str(each) or type(each).__name__)
def test_an_exception_has_its_word(error: BaseException, phase: Phase, outcome: Outcome) -> None:
    assert classify(error, phase) is outcome


def caused(outer: BaseException, inner: BaseException) -> BaseException:
    outer.__cause__ = inner
    return outer


def in_context(outer: BaseException, inner: BaseException) -> BaseException:
    outer.__context__ = inner
    return outer


REFUSED = numbered(errno.ECONNREFUSED)


@pytest.mark.parametrize(
    "error",
    [
        caused(RuntimeError(), caused(RuntimeError(), REFUSED)),
        in_context(RuntimeError(), in_context(RuntimeError(), REFUSED)),
        caused(OSError("all attempts failed"), ExceptionGroup("many", [REFUSED, numbered(errno.ENETUNREACH)])),
        ExceptionGroup("outer", [ValueError(), ExceptionGroup("inner", [caused(RuntimeError(), REFUSED)])]),
        BaseExceptionGroup("stopped", [KeyboardInterrupt(), REFUSED]),
    ],
)
def test_a_cause_is_found_however_deep(error: BaseException) -> None:
    assert classify(error, Phase.CONNECT) is Outcome.NET_REFUSED


def test_the_nearest_cause_names_the_failure() -> None:
    error = caused(ExceptionGroup("near", [numbered(errno.ECONNRESET)]), caused(RuntimeError(), REFUSED))
    assert classify(error, Phase.FIRST_BYTE) is Outcome.NET_RESET


def test_causes_that_go_round_in_a_circle_end() -> None:
    first, second = RuntimeError(), RuntimeError()
    caused(first, in_context(second, first))
    assert classify(first, Phase.BODY) is Outcome.LOCAL_BUG
