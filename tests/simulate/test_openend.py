"""An answer whose end nothing tells, with a connection that stays open: whether only the end was missing."""

import pytest

from tests.simulate.hostile import PUSH, SHORT, Do, hostile, run
from wxkf_cli.lint.examples import RIGHT_XML
from wxkf_cli.simulate.openend import with_open_end
from wxkf_cli.simulate.over_wire import Wire
from wxkf_cli.vocab.outcomes import SEEMED_WHOLE, Outcome, Phase
from wxkf_cli.wire.channel import Channel
from wxkf_cli.wire.exchange import Answer, Failure, PushRequest, Response

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n"
WITH_LENGTH = b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"
IN_CHUNKS = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
VERIFY = Channel("test-token-42").verification("8401926441235021", timestamp=1714112445, nonce="1514711492")

BYTES = [
    ("success", HEAD + b"success", PUSH, True),
    ("success and a newline", HEAD + b"success\n", PUSH, True),
    ("behind an interim response", b"HTTP/1.1 100 Continue\r\n\r\n" + HEAD + b"success", PUSH, True),
    ("a reply", HEAD + RIGHT_XML.encode(), PUSH, True),
    ("a reply in JSON", HEAD + b'{"MsgType": "transfer_customer_service"}', PUSH, True),
    ("the echostr", HEAD + b"8401926441235021", VERIFY, True),
    ("nothing yet", HEAD, PUSH, False),
    ("half of success", HEAD + b"succ", PUSH, False),
    ("half a reply", HEAD + RIGHT_XML.encode()[:-5], PUSH, False),
    ("an echostr that nobody asked for", HEAD + b"8401926441235021", PUSH, False),
    ("a length that has not come", WITH_LENGTH + b"success", PUSH, False),
    ("chunks without an end", IN_CHUNKS + b"7\r\nsuccess\r\n", PUSH, False),
    ("no HTTP", b"success", PUSH, False),
    ("half a head", HEAD[:-2], PUSH, False),
    ("nothing", b"", PUSH, False),
]


@pytest.mark.parametrize(("raw", "request_", "is_whole"), [case[1:] for case in BYTES], ids=[case[0] for case in BYTES])
def test_what_came_tells_whether_only_the_end_was_missing(raw: bytes, request_: PushRequest, is_whole: bool) -> None:
    answer = with_open_end(Failure(Outcome.TIMEOUT_BODY, Phase.BODY, 5.0, "", raw), request_)
    assert isinstance(answer, Failure)
    assert answer.detail == (SEEMED_WHOLE if is_whole else "")


@pytest.mark.parametrize(
    "answer",
    [Response(200, (), b"success"), Failure(Outcome.NET_RESET, Phase.BODY, 0.1, "reset", HEAD + b"success")],
    ids=["an answer", "a reset"],
)
def test_anything_else_stays_as_it_is(answer: Answer) -> None:
    assert with_open_end(answer, PUSH) is answer


def test_our_own_wire_says_so() -> None:
    async def delivered() -> Answer:
        async with hostile(Do.READ, HEAD, b"success", Do.HOLD) as server:
            wire = Wire(server.target())
            try:
                return await wire(PUSH, SHORT)
            finally:
                wire.close()

    answer = run(delivered())
    assert isinstance(answer, Failure)
    assert (answer.outcome, answer.detail) == (Outcome.TIMEOUT_BODY, SEEMED_WHOLE)
