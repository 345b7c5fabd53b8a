"""TLS: every way in which a handshake fails has its own word, and what works is taken as over a plain connection."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.simulate.certificates import authority, served
from tests.simulate.deliveries import failed
from tests.simulate.hostile import AMPLE, GOOD, PUSH, SHORT, Do, Script, hostile, run
from wxkf_cli.errors import UsageError
from wxkf_cli.simulate.connection import Connection
from wxkf_cli.simulate.over_wire import Wire
from wxkf_cli.simulate.responsehead import ProtocolError
from wxkf_cli.simulate.target import Target, parse_url
from wxkf_cli.simulate.trust import tls_context
from wxkf_cli.vocab.outcomes import Outcome, Phase
from wxkf_cli.wire.exchange import Answer, Response

ANSWERS: Script = (Do.READ, GOOD)


@pytest.fixture(scope="module")
def ca(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    path.write_bytes(authority().certificate)
    return str(path)


@pytest.fixture
def right(tmp_path: Path) -> ssl.SSLContext:
    return served(authority().issue("127.0.0.1", "localhost"), tmp_path)


@contextlib.contextmanager
def handshake_server(context: ssl.SSLContext) -> Iterator[str]:
    """Takes one connection and shakes hands in a thread: asyncio's server keeps OpenSSL's alerts to itself."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def shake_hands() -> None:
            connection, _ = listener.accept()
            with context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False) as secured:
                with contextlib.suppress(OSError):
                    secured.do_handshake()
                # Read on: closing with bytes unread would reset the connection and take the alert with it.
                with socket.socket(fileno=secured.detach()) as plain, contextlib.suppress(OSError):
                    plain.shutdown(socket.SHUT_WR)
                    while plain.recv(1024):
                        pass

        thread = threading.Thread(target=shake_hands)
        thread.start()
        yield f"https://127.0.0.1:{listener.getsockname()[1]}/"
        thread.join(AMPLE)


def secured(target: Target) -> Target:
    return parse_url(target.url.replace("http:", "https:"))


async def delivered(
    script: Script, server_side: ssl.SSLContext | None, tls: ssl.SSLContext | None, deadline: float = AMPLE
) -> Answer:
    async with hostile(*script, tls=server_side) as server:
        wire = Wire(secured(server.target()), tls=tls)
        answer = await wire(PUSH, deadline)
        await server.all_hung_up()
        return answer


def test_a_trusted_handler_is_pushed_to(ca: str, right: ssl.SSLContext) -> None:
    answer = run(delivered(ANSWERS, right, tls_context(ca=ca)))
    assert isinstance(answer, Response), answer
    assert answer.body == b"success"


def test_an_answer_that_comes_before_the_request_is_taken(ca: str, right: ssl.SSLContext) -> None:
    answer = run(delivered((GOOD, Do.HOLD), right, tls_context(ca=ca)))
    assert isinstance(answer, Response), answer


def test_a_connection_is_kept(ca: str, right: ssl.SSLContext) -> None:
    async def body() -> int:
        async with hostile(*ANSWERS, again=True, tls=right) as server:
            wire = Wire(server.target(), keep_alive=True, tls=tls_context(ca=ca))
            for _ in range(5):
                assert isinstance(await wire(PUSH, AMPLE), Response)
            wire.close()
            await server.all_hung_up()
            return server.connections

    assert run(body()) == 1


def test_a_self_signed_certificate_is_not_trusted(right: ssl.SSLContext) -> None:
    assert failed(run(delivered(ANSWERS, right, None))) == (Outcome.TLS_UNTRUSTED, Phase.TLS)


def test_the_environment_cannot_slip_in_trust(
    ca: str, right: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", ca)
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    assert failed(run(delivered(ANSWERS, right, None))) == (Outcome.TLS_UNTRUSTED, Phase.TLS)
    assert not (tmp_path / "keys").exists()


@pytest.mark.parametrize("named", ["example.com", "127.0.0.2"])
def test_a_certificate_for_another_host_is_named(ca: str, named: str, tmp_path: Path) -> None:
    other = served(authority().issue(named), tmp_path)
    assert failed(run(delivered(ANSWERS, other, tls_context(ca=ca)))) == (Outcome.TLS_HOSTNAME, Phase.TLS)


def test_an_expired_certificate_is_named(ca: str, tmp_path: Path) -> None:
    expired = served(authority().issue("127.0.0.1", expired=True), tmp_path)
    assert failed(run(delivered(ANSWERS, expired, tls_context(ca=ca)))) == (Outcome.TLS_EXPIRED, Phase.TLS)


@pytest.mark.parametrize("script", [(Do.RESET,), (Do.FIN,), (Do.HEAR, bytes.fromhex("15030300020228"), Do.FIN)])
def test_a_handshake_that_is_cut_or_refused_is_named(script: Script) -> None:
    assert failed(run(delivered(script, None, None))) == (Outcome.TLS_HANDSHAKE, Phase.TLS)


def test_a_handshake_without_a_common_version_is_named(ca: str, right: ssl.SSLContext) -> None:
    only_new = tls_context(ca=ca)
    only_new.minimum_version = ssl.TLSVersion.TLSv1_3
    right.maximum_version = ssl.TLSVersion.TLSv1_2
    assert failed(run(delivered(ANSWERS, right, only_new))) == (Outcome.TLS_HANDSHAKE, Phase.TLS)


@pytest.mark.parametrize(
    "said",
    [b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n", b"SSH-2.0-OpenSSH_9.6\r\n", b"220 ready\r\n"],
)
def test_a_port_without_tls_is_named(said: bytes) -> None:
    assert failed(run(delivered((said, Do.FIN), None, None))) == (Outcome.TLS_NOT_TLS, Phase.TLS)


def test_a_handshake_that_is_never_answered_is_named() -> None:
    assert failed(run(delivered((Do.HOLD,), None, None, SHORT))) == (Outcome.TIMEOUT_TLS, Phase.TLS)


def test_plain_http_to_a_tls_port_is_named(right: ssl.SSLContext) -> None:
    async def body() -> Answer:
        async with hostile(*ANSWERS, tls=right) as server:
            plain = parse_url(server.target().url.replace("https:", "http:"))
            return await Wire(plain)(PUSH, AMPLE)

    answer = run(body())
    assert failed(answer)[0] is Outcome.NET_CLOSED_EARLY


def test_a_body_cut_within_tls_is_truncated(ca: str, right: ssl.SSLContext) -> None:
    answer = run(delivered((Do.READ, GOOD[:-2], Do.FIN), right, tls_context(ca=ca)))
    assert failed(answer) == (Outcome.HTTP_TRUNCATED, Phase.BODY)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_client_certificate_that_is_missing_is_a_failed_handshake(
    ca: str, right: ssl.SSLContext, version: ssl.TLSVersion
) -> None:
    right.verify_mode = ssl.CERT_REQUIRED
    right.load_verify_locations(ca)
    right.maximum_version = version
    with handshake_server(right) as url:
        outcome, _ = failed(run(Wire(parse_url(url), tls=tls_context(ca=ca))(PUSH, AMPLE)))
    assert outcome is Outcome.TLS_HANDSHAKE


def test_a_client_certificate_opens_the_door(ca: str, right: ssl.SSLContext, tmp_path: Path) -> None:
    right.verify_mode = ssl.CERT_REQUIRED
    right.load_verify_locations(ca)
    mine = authority().issue("client").saved(tmp_path / "client.pem")
    answer = run(delivered(ANSWERS, right, tls_context(ca=ca, certificate=str(mine))))
    assert isinstance(answer, Response), answer


def test_insecure_verifies_nothing(tmp_path: Path) -> None:
    expired = served(authority().issue("example.com", expired=True), tmp_path)
    assert isinstance(run(delivered(ANSWERS, expired, tls_context(insecure=True))), Response)


@pytest.mark.parametrize("option", ["ca", "certificate"])
@pytest.mark.parametrize("content", [None, b"", b"-----BEGIN CERTIFICATE-----\nnonsense\n"])
def test_a_file_that_is_no_pem_is_a_mistake_of_the_caller(option: str, content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "file.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError, match="is not a PEM file of") as caught:
        tls_context(**{option: str(path)})
    assert str(path) in str(caught.value)


def test_a_server_that_speaks_before_the_handshake_has_no_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    async def secure(connection: Connection, *_: object) -> None:
        connection.close()
        raise ProtocolError(Outcome.TLS_NOT_TLS, "as an event loop may deliver it")

    monkeypatch.setattr(Connection, "secure", secure)
    assert failed(run(delivered((Do.HOLD,), None, None))) == (Outcome.TLS_NOT_TLS, Phase.TLS)


@pytest.mark.parametrize("known", ["neither", "file", "folder", "both"])
def test_the_roots_are_looked_for_where_the_system_keeps_them(
    known: str, ca: str, right: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = ssl.get_default_verify_paths()._replace(
        openssl_cafile=ca if known in ("file", "both") else str(tmp_path / "none.pem"),
        openssl_capath=str(tmp_path if known in ("folder", "both") else tmp_path / "none"),
    )
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: paths)
    answer = run(delivered(ANSWERS, right, None))
    if known in ("file", "both"):
        assert isinstance(answer, Response)
    else:
        assert failed(answer) == (Outcome.TLS_UNTRUSTED, Phase.TLS)
