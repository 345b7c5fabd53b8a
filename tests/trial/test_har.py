"""HAR: pushes and verifications are found among everything else, whoever saved it and however it is laid out."""

import base64
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cli.captured import GH, OPENID, RIGHT, push
from wxkf_cli.errors import UsageError
from wxkf_cli.trial import jsonstream
from wxkf_cli.trial.capture import Capture, Context, PassedOver
from wxkf_cli.trial.captures import read
from wxkf_cli.trial.jsonstream import JsonStream
from wxkf_cli.vocab.outcomes import Outcome
from wxkf_cli.vocab.terms import DataFormat
from wxkf_cli.wire.exchange import Failure, Response

URL = "https://example.com/wx?signature=s&timestamp=1714112445&nonce=n&openid=o"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def entry(body: bytes = push(), answer: bytes = RIGHT, **more: Any) -> dict[str, Any]:
    """As Chrome saves it."""
    return {
        "startedDateTime": "2024-04-26T06:20:45.250Z",
        "time": 41.5,
        "request": {
            "method": "POST",
            "url": URL,
            "httpVersion": "HTTP/1.1",
            "headers": [{"name": "Content-Type", "value": "text/xml"}],
            "queryString": [],
            "postData": {"mimeType": "text/xml", "text": body.decode()},
        },
        "response": {
            "status": 200,
            "headers": [{"name": "Content-Type", "value": "text/xml"}],
            "content": {"size": len(answer), "mimeType": "text/xml", "text": answer.decode()},
        },
        **more,
    }


def picture() -> dict[str, Any]:
    return {
        "request": {"method": "GET", "url": "https://example.com/a.png"},
        "response": {"status": 200, "content": {"size": 9, "encoding": "base64", "text": "iVBORw0KGgo="}},
    }


def found(entries: list[Any], indent: int | None = None, name: str = "a.har") -> list[Capture | PassedOver]:
    whole = {"log": {"version": "1.2", "creator": {"name": "x"}, "pages": [], "entries": entries}}
    Path(name).write_text(json.dumps(whole, indent=indent), encoding="utf-8")
    return list(read(name, Context()))


def one(entry_: dict[str, Any]) -> Capture:
    (capture,) = found([entry_])
    assert isinstance(capture, Capture)
    return capture


@pytest.mark.parametrize("data", DataFormat)
def test_an_entry_of_chrome_gives_push_answer_and_times(data: DataFormat) -> None:
    exchange = one(entry(push(data=data))).exchange
    assert isinstance(exchange.answer, Response)
    assert (exchange.answer.status, exchange.answer.body, exchange.answer.elapsed) == (200, RIGHT, 0.0415)
    assert exchange.answer.header("content-type") == "text/xml"
    assert exchange.push is not None
    assert exchange.request is not None
    assert (exchange.push.from_user, exchange.push.to_user, exchange.data) == (OPENID, GH, data)
    assert exchange.request.parameter("nonce") == "n"
    assert exchange.sent_at == 1714112445.25


def test_bodies_may_be_in_base64_as_mitmproxy_and_charles_save_them() -> None:
    saved = entry()
    saved["request"]["postData"] = {"text": base64.b64encode(push()).decode(), "encoding": "base64"}
    saved["response"]["content"] = {"encoding": "base64", "text": base64.encodebytes(RIGHT).decode()}
    exchange = one(saved).exchange
    assert exchange.push is not None
    assert isinstance(exchange.answer, Response)
    assert exchange.answer.body == RIGHT


def test_firefox_lists_the_query_where_the_url_has_none() -> None:
    saved = entry()
    saved["request"]["url"] = "https://example.com/wx"
    saved["request"]["queryString"] = [{"name": "nonce", "value": "a b"}]
    request = one(saved).exchange.request
    assert request is not None
    assert request.parameter("nonce") == "a b"


def test_a_get_with_an_echostr_is_a_verification() -> None:
    request = {"method": "GET", "url": f"{URL}&echostr=42"}
    content = {"size": 2, "text": "42"}
    exchange = one({"request": request, "response": {"status": 200, "content": content}}).exchange
    assert exchange.is_verification
    assert exchange.sent_at is None
    assert isinstance(exchange.answer, Response)
    assert exchange.answer.body == b"42"


@pytest.mark.parametrize("value", ["2024-04-26T06:20:45", "soon", None, 5])
def test_a_time_that_might_be_any_is_none(value: Any) -> None:
    assert one(entry(startedDateTime=value)).exchange.sent_at is None


@pytest.mark.parametrize("value", [-1, None, "x", float("inf")])
def test_a_duration_that_is_none_does_not_count(value: Any) -> None:
    answer = one(entry(time=value)).exchange.answer
    assert answer.elapsed == 0


def test_what_is_neither_is_passed_over_with_the_reason() -> None:
    no_body, form, other = entry(), entry(b"a=1&b=2"), entry(b'{"jsonrpc": "2.0"}')
    no_body["response"]["content"] = {"size": 200, "mimeType": "text/xml"}
    entries = [picture(), form, other, no_body, {}, 5, None, {"request": [], "response": {}}, entry()]
    results = found(entries)
    assert [each.why.en for each in results if isinstance(each, PassedOver)] == [
        *["no push and no verification"] * 3,
        "the HAR was saved without the body of the answer",
        *["no push and no verification"] * 4,
    ]
    assert isinstance(results[-1], Capture)


def test_an_answer_of_no_bytes_is_an_answer() -> None:
    saved = entry()
    saved["response"]["content"] = {"size": 0, "mimeType": "x-unknown"}
    answer = one(saved).exchange.answer
    assert isinstance(answer, Response)
    assert answer.body == b""


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        ("net::ERR_CONNECTION_REFUSED", Outcome.NET_REFUSED),
        ("net::ERR_TIMED_OUT", Outcome.TIMEOUT_FIRST_BYTE),
        ("", Outcome.NET_CLOSED_EARLY),
    ],
)
def test_a_request_without_an_answer_says_why(error: str, outcome: Outcome) -> None:
    answer = one(entry(response={"status": 0, "content": {}, "_error": error})).exchange.answer
    assert isinstance(answer, Failure)
    assert answer.outcome is outcome


def test_the_place_of_an_entry_is_its_line_and_byte() -> None:
    results = found([picture(), entry(answer="你".encode()), entry()], indent=2)
    data = Path("a.har").read_bytes()
    for capture in results:
        if isinstance(capture, Capture):
            assert data[capture.start : capture.start + 1] == b"{"
            assert capture.line == data.count(b"\n", 0, capture.start) + 1
            assert capture.in_record


@pytest.mark.parametrize("name", ["a.har", "saved.txt", "-.json"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_it_is_known_by_name_and_by_what_it_holds(name: str, mark: str) -> None:
    Path(name).write_text(mark + json.dumps({"log": {"entries": [entry()]}}, indent=1), encoding="utf-8")
    (capture,) = read(name, Context())
    assert isinstance(capture, Capture)
    assert capture.exchange.push is not None


@pytest.mark.parametrize("cut", [0, 1, 5, 40, 400, -30])
def test_a_har_that_is_cut_off_is_an_error_with_its_place(cut: int) -> None:
    whole = json.dumps({"log": {"entries": [entry(), entry()]}})
    Path("a.har").write_text(whole[:cut], encoding="utf-8")
    with pytest.raises(UsageError, match=r'"a\.har":1 (ends too early|is cut off)'):
        list(read("a.har", Context()))


def test_what_comes_before_the_cut_is_still_given() -> None:
    Path("a.har").write_text(json.dumps({"log": {"entries": [entry(), entry()]}})[:-30], encoding="utf-8")
    entries = read("a.har", Context())
    assert isinstance(next(entries), Capture)
    with pytest.raises(UsageError):
        next(entries)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[]", "is not the JSON of a HAR"),
        ('{"log": []}', "is not the JSON of a HAR"),
        ('{"log": {"entries": {}}}', "is not the JSON of a HAR"),
        ('{"log": {"entries": [{]}} ' + " " * 100, "is not the JSON of a HAR"),
        ('{"log": {"pages": []}}', "has no log.entries"),
        ('{"a": 1}', "has no log.entries"),
        ('{"log": {"entries": [' + "[" * 100_000, "is not the JSON of a HAR"),
        ('{"log": {"entries": [\xff]}}', "is not UTF-8"),
    ],
)
def test_what_is_no_har_is_an_error_that_says_so(text: str, said: str) -> None:
    Path("a.har").write_bytes(text.encode("latin-1"))
    with pytest.raises(UsageError, match=said) as caught:
        list(read("a.har", Context()))
    assert "HAR" in caught.value.hint


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(VALUES, max_size=6),
    st.dictionaries(st.text(max_size=5), VALUES, max_size=3),
    st.integers(1, 60),
    st.sampled_from([None, 0, 2]),
    st.booleans(),
)
def test_the_stream_gives_what_the_whole_gives(
    items: list[Any], beside: dict[str, Any], step: int, indent: int | None, in_ascii: bool
) -> None:
    whole = {**beside, "log": {**beside, "entries": items}}
    data = json.dumps(whole, indent=indent, ensure_ascii=in_ascii).encode("utf-8", "surrogatepass")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jsonstream, "_STEP", step)
        read_items = list(JsonStream(io.BytesIO(data[step:]), data[:step], "x").items("log", "entries"))
    assert [item.value for item in read_items] == items
    for item in read_items:
        assert item.line == data.count(b"\n", 0, item.start) + 1


@settings(max_examples=200, deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=6), st.text(max_size=300), st.integers(1, 60))
def test_a_value_beyond_the_limit_is_passed_over_wherever_the_window_ends(
    items: list[Any], large: str, step: int
) -> None:
    entries = [*items, {"a": [large, "\\" * 50, '"' * 40], "b": "{[" * 60}, *items]
    data = json.dumps({"log": {"entries": entries}}, ensure_ascii=False).encode("utf-8", "surrogatepass")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jsonstream, "_STEP", step)
        patch.setattr(jsonstream, "VALUE_LIMIT", 200)
        values = [item.value for item in JsonStream(io.BytesIO(data), b" ", "x").items("log", "entries")]
    assert len(values) == len(entries)
    assert all(value in (None, right) for value, right in zip(values, entries, strict=True))
