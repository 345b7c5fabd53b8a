"""Laws of reading a response: how the bytes are cut changes nothing, and what is cut short is never whole."""

import asyncio
import gzip
import weakref
from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.simulate.faults import FAULTS, answer, chunks, encoded, head
from tests.simulate.hostile import AMPLE, GOOD, PUSH, SHORT, Do, Endless, Script, hostile, run
from tests.simulate.taken import SURPLUS, TAKEN
from wxkf_cli.simulate.over_wire import Wire, _ResponseReader, _Seen
from wxkf_cli.simulate.responsehead import ProtocolError
from wxkf_cli.vocab.outcomes import TIMEOUT_IN_PHASE, Outcome, Phase
from wxkf_cli.vocab.policy import BODY_LIMIT, HEADER_LIMIT, HEADER_LINES_LIMIT, INTERIM_RESPONSES_LIMIT
from wxkf_cli.wire.exchange import Failure, Response

#: What becomes of bytes: a response, or the word for what is wrong.
Result = Response | Outcome


def static(script: Script) -> bytes | None:
    """The bytes of a script that sends no endless ones."""
    if any(isinstance(step, Endless) for step in script):
        return None
    pieces = [step if isinstance(step, bytes) else b"".join(step.pieces) for step in script if not isinstance(step, Do)]
    return b"".join(pieces)


#: Responses as bytes, right and wrong, from the table of faults.
KNOWN = [data for row in (*FAULTS, *TAKEN) if (data := static(row.script)) and len(data) < 10_000]


def read(pieces: Iterable[bytes]) -> Result:
    """What becomes of bytes that come in such pieces, and then the end; without what may or may not come behind."""
    reader = _ResponseReader()
    try:
        if not any(reader.feed(piece) for piece in pieces if piece):
            reader.end()
        response = reader.response(0.0)
    except ProtocolError as error:
        return error.outcome
    return response._replace(leniencies=tuple(each for each in response.leniencies if each != SURPLUS))


def meaning(result: Result) -> Result:
    """What became of the bytes, apart from the bytes: behind the end, as many come as come."""
    return result._replace(raw=b"") if isinstance(result, Response) else result


def cut(data: bytes, places: Iterable[int]) -> list[bytes]:
    """The bytes in pieces."""
    at = [0, *sorted({place % (len(data) + 1) for place in places}), len(data)]
    return [data[start:end] for start, end in pairwise(at)]


PLACES = st.lists(st.integers(min_value=0), max_size=20)
TOKENS = st.text("abcXYZ-09", min_size=1, max_size=8).map(str.encode)
VALUES = st.binary(max_size=12).map(lambda value: bytes(each for each in value if each not in b"\r\n\0"))
HEADERS = st.lists(st.builds(b"X-%b: %b".__mod__, st.tuples(TOKENS, VALUES)), max_size=5)
BODIES = st.binary(max_size=200)


@st.composite
def responses(draw: st.DrawFn) -> tuple[bytes, bytes]:
    """A right response whose end can be told, and its body."""
    body, headers = draw(BODIES), draw(HEADERS)
    interim = b"HTTP/1.1 103 Early Hints\r\n\r\n" * draw(st.integers(0, 3))
    if draw(st.booleans()):
        headers, sent = [*headers, b"Content-Encoding: gzip"], gzip.compress(body, mtime=0)
    else:
        sent = body
    if draw(st.booleans()):
        return interim + answer(sent, *headers), body
    parts = [part for part in cut(sent, draw(PLACES)) if part]
    framed = [b"%x%b\r\n%b\r\n" % (len(part), draw(st.sampled_from([b"", b";a=b"])), part) for part in parts]
    trailers = draw(st.sampled_from([b"", b"X-Trailer: y\r\n"]))
    start = head(*headers, b"Transfer-Encoding: chunked")
    return interim + start + b"".join(framed) + b"0\r\n" + trailers + b"\r\n", body


@given(responses(), PLACES)
def test_a_right_response_is_read_however_it_is_cut(response: tuple[bytes, bytes], places: list[int]) -> None:
    data, body = response
    result = read(cut(data, places))
    assert isinstance(result, Response), result
    assert (result.status, result.body, result.raw) == (200, body, data)
    assert result == read([data])


@given(responses(), st.integers(min_value=0), PLACES)
def test_what_is_cut_short_is_never_whole(response: tuple[bytes, bytes], length: int, places: list[int]) -> None:
    data, _ = response
    assert isinstance(read(cut(data[: length % len(data)], places)), Outcome)


@given(st.sampled_from(KNOWN), PLACES)
def test_any_known_response_is_the_same_however_it_is_cut(data: bytes, places: list[int]) -> None:
    assert meaning(read(cut(data, places))) == meaning(read([data]))


@pytest.mark.parametrize("data", KNOWN, ids=lambda data: repr(data[:40]))
def test_any_known_response_is_the_same_byte_by_byte(data: bytes) -> None:
    assert meaning(read(data[at : at + 1] for at in range(len(data)))) == meaning(read([data]))


@given(st.sampled_from(KNOWN), st.integers(min_value=0), st.binary(min_size=1, max_size=3), PLACES)
def test_any_spoiled_response_is_the_same_however_it_is_cut(
    data: bytes, place: int, spoiler: bytes, places: list[int]
) -> None:
    at = place % len(data)
    spoiled = data[:at] + spoiler + data[at + len(spoiler) :]
    assert meaning(read(cut(spoiled, places))) == meaning(read([spoiled]))


@given(st.binary(max_size=300), PLACES)
def test_no_bytes_make_the_reader_fail_otherwise(data: bytes, places: list[int]) -> None:
    assert read(cut(data, places)) == read([data])
    assert read(cut(b"HTTP/1.1 200 OK\r\n" + data, places)) == read([b"HTTP/1.1 200 OK\r\n" + data])


@given(st.lists(st.one_of(responses().map(lambda pair: pair[0]), st.sampled_from(KNOWN)), min_size=1, max_size=3))
def test_a_head_that_is_known_again_gives_the_same_response(data: list[bytes]) -> None:
    def all_of(each: bytes, reader: _ResponseReader) -> tuple[Response | Outcome, bool]:
        try:
            if not reader.feed(each):
                reader.end()
            return reader.response(0.0), reader.reusable
        except ProtocolError as error:
            return error.outcome, False

    longer = [each + b"x" for each in data]
    memory: dict[bytes, _Seen] = {}
    for each in (*data, *longer, *data):
        assert all_of(each, _ResponseReader(memory)) == all_of(each, _ResponseReader())


@pytest.mark.parametrize("data", [data for data in KNOWN if len(data) < 300], ids=lambda data: repr(data[:40]))
def test_any_short_response_is_the_same_cut_in_two_anywhere(data: bytes) -> None:
    for at in range(1, len(data)):
        assert meaning(read([data[:at], data[at:]])) == meaning(read([data]))


@pytest.mark.parametrize("over", [0, 1])
def test_the_limits_of_a_head_are_exact_cut_in_two_at_its_end(over: int) -> None:
    padding = HEADER_LIMIT - len(answer().partition(b"\r\n\r\n")[0]) - len(b"\r\nX: ") + over
    for data in (
        answer(b"success", b"X: " + b"y" * padding),
        answer(b"success", *[b"X: y"] * (HEADER_LINES_LIMIT - 1 + over)),
    ):
        end = data.index(b"\r\n\r\n")
        for at in range(end - 3, end + 6):
            result = read([data[:at], data[at:]])
            assert result is Outcome.LIMIT_HEADERS if over else isinstance(result, Response)


def test_a_response_leaves_nothing_to_the_garbage_collector() -> None:
    reader = _ResponseReader()
    reader.feed(GOOD)
    reader.response(0.0)
    gone = weakref.ref(reader)
    del reader
    assert gone() is None


@pytest.mark.parametrize("ending", [Do.FIN, Do.RESET])
def test_no_prefix_is_an_answer_over_a_connection(ending: Do) -> None:
    async def one(length: int) -> None:
        async with hostile(Do.READ, GOOD[:length], ending) as server:
            got = await Wire(server.target())(PUSH, AMPLE)
            assert isinstance(got, Failure)
            assert got.outcome in {Outcome.NET_CLOSED_EARLY, Outcome.NET_RESET, Outcome.HTTP_TRUNCATED}

    async def body() -> None:
        await asyncio.gather(*map(one, range(len(GOOD))))

    run(body())


def test_no_prefix_is_an_answer_when_the_rest_never_comes() -> None:
    async def one(length: int) -> None:
        async with hostile(Do.READ, GOOD[:length], Do.HOLD) as server:
            got = await Wire(server.target())(PUSH, SHORT)
            assert isinstance(got, Failure)
            blank = GOOD.index(b"\r\n\r\n") + 4
            expected = Phase.FIRST_BYTE if not length else Phase.HEADERS if length < blank else Phase.BODY
            assert (got.outcome, got.phase, got.raw) == (TIMEOUT_IN_PHASE[expected], expected, GOOD[:length])

    async def body() -> None:
        await asyncio.gather(*map(one, range(len(GOOD))))

    run(body())


@pytest.mark.parametrize("over", [0, 1])
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_limits_are_exact_however_the_bytes_are_cut(over: int, size: int) -> None:
    padding = HEADER_LIMIT - len(answer().partition(b"\r\n\r\n")[0]) - len(b"\r\nX: ") + over
    full_head = answer(b"success", b"X: " + b"y" * padding)
    many_lines = answer(b"success", *[b"X: y"] * (HEADER_LINES_LIMIT - 1 + over))
    full_body = answer(b"x" * (BODY_LIMIT + over))
    full_chunks = chunks(b"%x\r\n" % (BODY_LIMIT + over), b"x" * (BODY_LIMIT + over), b"\r\n0\r\n\r\n")
    full_until_close = head() + b"x" * (BODY_LIMIT + over)
    many_interim = b"HTTP/1.1 100 Continue\r\n\r\n" * (INTERIM_RESPONSES_LIMIT + over) + answer()
    many_trailers = chunks(b"0\r\n", b"X: y\r\n" * (HEADER_LINES_LIMIT + over), b"\r\n")
    full_gzip = encoded(gzip.compress(bytes(BODY_LIMIT + over)), b"gzip")
    for data, limit in (
        (full_head, Outcome.LIMIT_HEADERS),
        (many_lines, Outcome.LIMIT_HEADERS),
        (full_body, Outcome.LIMIT_BODY),
        (full_chunks, Outcome.LIMIT_BODY),
        (full_until_close, Outcome.LIMIT_BODY),
        (many_interim, Outcome.LIMIT_INTERIM),
        (many_trailers, Outcome.LIMIT_HEADERS),
        (full_gzip, Outcome.LIMIT_DECOMPRESSED),
    ):
        size_here = max(size, len(data) // 3000)
        result = read(data[at : at + size_here] for at in range(0, len(data), size_here))
        assert (result if isinstance(result, Outcome) else Outcome.OK) is (limit if over else Outcome.OK)
