"""The door to proxies, client certificates and whatever an httpx transport reaches from Python.

The only file that knows httpx. It tells less than `over_wire`: no leniencies, no raw bytes, headers that drip in are a
`timeout.first-byte`, and endless 1xx responses end with the deadline. Over a socket h11 sends Host first. httpx's
ASGI transport hands over a body only when it is whole, so that no limit can be kept there.
"""

import asyncio
import logging
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from wxkf_cli.errors import UsageError
from wxkf_cli.simulate.addresses import refuse_forbidden
from wxkf_cli.simulate.failure import classify
from wxkf_cli.simulate.lag import LagMeter
from wxkf_cli.simulate.responsehead import BODYLESS, ProtocolError, check_framing
from wxkf_cli.simulate.target import Target
from wxkf_cli.simulate.trust import tls_context
from wxkf_cli.vocab.outcomes import TIMEOUT_IN_PHASE, Outcome, Phase
from wxkf_cli.vocab.policy import BODY_LIMIT, HEADER_LIMIT, HEADER_LINES_LIMIT
from wxkf_cli.wire.contentencoding import announced, decode
from wxkf_cli.wire.exchange import Answer, Failure, Headers, PushRequest, Response

if TYPE_CHECKING:
    import httpx

#: What httpcore says it is doing -> how far the delivery is.
_PHASES = {
    "connect_tcp.started": Phase.CONNECT,
    "start_tls.started": Phase.TLS,
    "send_request_headers.started": Phase.SEND,
    "receive_response_headers.started": Phase.FIRST_BYTE,
}
#: What h11 and httpcore say -> the word for it.
_REMOTE_ERRORS = (
    ("disconnected without sending a response", Outcome.NET_CLOSED_EARLY),
    ("peer closed connection without sending complete message body", Outcome.HTTP_TRUNCATED),
    ("Receive buffer too long", Outcome.LIMIT_HEADERS),
)


def client(
    *, proxy: str | None = None, ca: str | None = None, certificate: str | None = None, insecure: bool = False
) -> "httpx.AsyncClient":
    """A client that takes nothing from the environment and keeps neither connections nor a deadline of its own.

    Args:
        proxy: The URL of a proxy.
        ca: A PEM file of certificates that are trusted beside the system's roots.
        certificate: A PEM file with a client certificate and its key.
        insecure: Verify no certificate.

    Raises:
        UsageError: A file or the proxy's URL cannot be used.
    """
    import httpx

    context = tls_context(ca=ca, certificate=certificate, insecure=insecure)
    try:
        # httpx itself looks at the port only when it connects.
        _ = urlsplit(proxy or "").port
        return httpx.AsyncClient(
            verify=context,
            proxy=proxy,
            trust_env=False,
            follow_redirects=False,
            http2=False,
            timeout=None,  # noqa: S113 - the one deadline over everything is kept by Httpx
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
        )
    except (ValueError, ImportError, httpx.InvalidURL) as error:
        message = "not the URL of a proxy that can be used"
        raise UsageError(message, "for example http://127.0.0.1:3128") from error


class Httpx:
    """A transport to one target through an httpx client, which from then on belongs to it.

    Where the client's transport is an app in this process, let it answer 500 when the app fails, as a server would
    (`ASGITransport(raise_app_exceptions=False)`): an exception of the app cannot be told from one of ours.
    """

    def __init__(self, target: Target, client: "httpx.AsyncClient") -> None:
        self.target = target
        self._client = client
        self._lag = LagMeter()
        hooks = client.event_hooks
        client.event_hooks = {**hooks, "response": [*hooks["response"], _take_headers]}
        for name in ("httpx", "httpcore"):
            # They log URLs, and with them signatures.
            logging.getLogger(name).setLevel(logging.WARNING)

    async def __call__(self, request: PushRequest, deadline: float) -> Answer:
        """Deliver one request; the deadline is in seconds from now and covers everything.

        Raises:
            UsageError: A header cannot be sent, or the target's name stands for an address that is never pushed to.
        """
        loop = asyncio.get_running_loop()
        started = loop.time()
        progress = _Progress(self.target.host)
        asleep = self._lag.begin(loop)
        try:
            answer = await self._delivered(request, started, deadline, progress)
            # An app in this very loop makes it stand still itself.
            return self._lag.fair(answer, started, deadline, asleep) if progress.is_told else answer
        finally:
            self._lag.end()

    async def _delivered(self, request: PushRequest, started: float, deadline: float, progress: "_Progress") -> Answer:
        """What came of one request."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(deadline):
                try:
                    response = await self._client.send(self._built(request, progress), stream=True)
                except BaseException:
                    await progress.give_up()
                    raise
                try:
                    body = await _body(response, progress)
                finally:
                    await response.aclose()
            return _whole(response, body, loop.time() - started, progress)
        except UsageError:
            raise
        except ProtocolError as error:
            outcome, detail = error.outcome, error.detail
        except Exception as error:
            outcome, detail = _outcome(error, progress.phase), str(error)
        phase = Phase.RESOLVE if outcome is Outcome.NET_DNS else progress.phase
        return Failure(outcome, phase, loop.time() - started, detail)

    async def aclose(self) -> None:
        """Close the client."""
        await self._client.aclose()

    def _built(self, request: PushRequest, progress: "_Progress") -> "httpx.Request":
        import httpx

        _, *lines = self.target.head(request).split(b"\r\n")[:-2]
        return httpx.Request(
            request.method,
            f"http{'s' if self.target.secure else ''}://{self.target.host_header}"
            f"{self.target.request_target(request.query_string)}",
            headers=[(name, value) for name, _, value in (line.partition(b": ") for line in lines)],
            # Not as content: httpx would add headers of its own.
            stream=httpx.ByteStream(request.body),
            extensions={"trace": progress.follow},
        )


class _Progress:
    """How far a delivery is, as httpcore tells it; a transport of another kind tells nothing.

    Attributes:
        phase: How far.
        is_told: Whether anything was told.
    """

    def __init__(self, host: str) -> None:
        self.phase = Phase.FIRST_BYTE
        self.is_told = False
        self._host = host
        self._stream: Any = None

    async def follow(self, event: str, info: dict[str, Any]) -> None:
        """Take one trace event."""
        self.is_told = True
        step = event.partition(".")[2]
        self.phase = _PHASES.get(step, self.phase)
        if step == "connect_tcp.complete":
            self._stream = info["return_value"]
            address = self._stream.get_extra_info("server_addr")  # None where the peer is gone already
            refuse_forbidden(self._host, address[0] if address else "")

    async def give_up(self) -> None:
        """Close the connection, which httpcore forgets when it is cancelled while shaking hands."""
        if self._stream is not None:
            await self._stream.aclose()


async def _take_headers(response: "httpx.Response") -> None:
    """Keep the headers as they came, and take Location away from httpx, which parses it and fails on a bad one."""
    response.extensions["wxkf_headers"] = tuple(
        (name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers.raw
    )
    response.headers.pop("Location", None)


async def _body(response: "httpx.Response", progress: _Progress) -> bytes:
    lines = response.headers.raw
    if len(lines) > HEADER_LINES_LIMIT or sum(len(name) + len(value) + 4 for name, value in lines) > HEADER_LIMIT:
        raise ProtocolError(Outcome.LIMIT_HEADERS)
    version = response.extensions.get("http_version", b"HTTP/1.1")
    if version not in (b"HTTP/1.0", b"HTTP/1.1") or not 200 <= response.status_code < 600:
        raise ProtocolError(Outcome.HTTP_PROTOCOL, f"{version!r} {response.status_code}")
    lengths, encodings = (
        [value for name, value in lines if name.lower() == wanted]
        for wanted in (b"content-length", b"transfer-encoding")
    )
    check_framing(lengths, encodings, response.status_code in BODYLESS)
    progress.phase = Phase.BODY
    body = bytearray()
    # Not aiter_raw(): it refuses a response that was made in memory, as MockTransport makes them.
    async for data in response.stream:  # type: ignore[union-attr] # an asynchronous client gives asynchronous streams
        body += data
        if len(body) > BODY_LIMIT:
            raise ProtocolError(Outcome.LIMIT_BODY)
    return bytes(body)


def _whole(response: "httpx.Response", body: bytes, elapsed: float, progress: _Progress) -> Response:
    headers: Headers = response.extensions["wxkf_headers"]
    encoding = announced(headers)
    if encoding and response.status_code not in BODYLESS:
        progress.phase = Phase.DECODE
        decoded = decode(body, encoding)
        if isinstance(decoded, Outcome):
            raise ProtocolError(decoded, encoding)
        body = decoded
    reason = response.extensions.get("reason_phrase")
    text = response.reason_phrase if reason is None else reason.decode("latin-1")
    return Response(response.status_code, headers, body, elapsed, text)


def _outcome(error: Exception, phase: Phase) -> Outcome:
    """The word for an exception of httpx, by its causes where it has any."""
    import httpx

    if isinstance(error, httpx.LocalProtocolError):
        message = f"a request that cannot be sent: {error}"
        raise UsageError(message) from error
    if isinstance(error, httpx.RemoteProtocolError):
        return next((outcome for words, outcome in _REMOTE_ERRORS if words in str(error)), Outcome.HTTP_PROTOCOL)
    if isinstance(error, httpx.ProxyError):
        return Outcome.NET_UNREACHABLE
    found = classify(error, phase)
    if found is not Outcome.LOCAL_BUG:
        return found
    if isinstance(error, httpx.TimeoutException):
        return TIMEOUT_IN_PHASE[phase]
    if isinstance(error, httpx.ConnectError):
        return Outcome.NET_UNREACHABLE
    return Outcome.NET_RESET if isinstance(error, httpx.NetworkError) else found
