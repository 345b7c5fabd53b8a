"""An answer that came whole and was waited for all the same: nothing in it says where it ends."""

from wxkf_cli.errors import UsageError
from wxkf_cli.vocab.outcomes import SEEMED_WHOLE, Outcome
from wxkf_cli.vocab.policy import ACKNOWLEDGEMENT
from wxkf_cli.wire import codec, rawhttp
from wxkf_cli.wire.document import Document
from wxkf_cli.wire.exchange import Answer, Failure, PushRequest


def with_open_end(answer: Answer, request: PushRequest) -> Answer:
    """The answer to a request; a failure says so where only the end was missing."""
    if not isinstance(answer, Failure) or answer.outcome is not Outcome.TIMEOUT_BODY:
        return answer
    return answer._replace(detail=SEEMED_WHOLE) if _seems_whole(answer.raw, request) else answer


def _seems_whole(raw: bytes, request: PushRequest) -> bool:
    """Whether bytes are a response of no announced length whose body so far is one that handlers give."""
    try:
        response = rawhttp.read(raw)
    except UsageError:
        return False
    if response is None or any(response.header(name) for name in ("Content-Length", "Transfer-Encoding")):
        return False
    body = response.body.strip()
    if body in (ACKNOWLEDGEMENT, *(value.encode() for name, value in request.query if name == "echostr")):
        return True
    data = codec.sniff(body)
    return data is not None and isinstance(codec.parse(body, data), Document)
