"""Captures: found in folders, read line by line, and never half of them without a word."""

import gzip
import os
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from wxkf_cli.errors import UsageError
from wxkf_cli.trial import captures
from wxkf_cli.trial.captures import LINE_LIMIT, Context, named, read
from wxkf_cli.vocab.outcomes import Outcome
from wxkf_cli.vocab.policy import BODY_LIMIT
from wxkf_cli.wire.exchange import Failure, Response


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def put(name: str, data: bytes = b"success") -> str:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return name


def only(path: str) -> captures.Capture:
    """The one answer in a file."""
    (found,) = read(path, Context())
    assert isinstance(found, captures.Capture)
    return found


def test_a_folder_inside_that_cannot_be_read_is_no_reason_to_pass_over_it(monkeypatch: pytest.MonkeyPatch) -> None:
    put("c/a.http")
    put("c/locked/b.http")
    scandir = os.scandir

    def refuse(path: str) -> Iterator[os.DirEntry[str]]:
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(UsageError, match="c/locked cannot be read: Permission denied"):
        named(["c"])


def test_there_is_an_end_to_how_many_files_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(captures, "_FILES_LIMIT", 2)
    for name in ("a.http", "b.http"):
        put(f"c/{name}")
    assert named(["c", "c"]) == ["c/a.http", "c/b.http"]
    put("c/c.http")
    with pytest.raises(UsageError, match="more than 2 files"):
        named(["c"])


def test_files_come_in_the_order_of_their_names_and_of_the_arguments() -> None:
    for name in ("c/b.http", "c/a.response.xml", "c/d/a.ndjson", "z.xml"):
        put(name)
    assert named(["z.xml", "c"]) == ["z.xml", "c/a.response.xml", "c/b.http", "c/d/a.ndjson"]


@pytest.mark.parametrize("name", ["a.xml", "a.http"])
def test_a_body_is_taken_up_to_the_limit_of_the_wire(name: str) -> None:
    head = b"HTTP/1.1 200 OK\r\nX: y\r\n\r\n" if name == "a.http" else b""
    fits = only(put(name, head + b"x" * BODY_LIMIT))
    large = only(put(name, head + b"x" * (BODY_LIMIT + 1)))
    assert isinstance(fits.exchange.answer, Response)
    assert isinstance(large.exchange.answer, Failure)
    assert large.exchange.answer.outcome is Outcome.LIMIT_BODY


def test_a_line_is_taken_up_to_its_limit() -> None:
    line = b'{"response":{"body":"success"}}'
    assert len(list(read(put("a.ndjson", line + b" " * (LINE_LIMIT - len(line) - 1) + b"\n"), Context()))) == 1
    with pytest.raises(UsageError, match=r'"a\.ndjson":2 is longer than'):
        list(read(put("a.ndjson", line + b"\n" + line + b" " * LINE_LIMIT), Context()))


def test_lines_are_read_as_they_are_asked_for() -> None:
    lines = read(put("a.ndjson", b'{"response":{"body":""}}\nbroken\n'), Context())
    first = next(lines)
    assert isinstance(first, captures.Capture)
    assert (first.line, first.start, first.in_record) == (1, 0, True)
    with pytest.raises(UsageError, match=r'"a\.ndjson":2'):
        next(lines)


@pytest.mark.parametrize(
    ("data", "line", "start"),
    [
        (b"success", 1, 0),
        (b"\nsuccess", 1, 0),
        (b"HTTP/1.1 200 OK\r\n\r\nsuccess", 3, 19),
        (b"HTTP/1.1 100 Continue\n\nHTTP/1.1 200 OK\nX: y\n\nsuccess", 6, 45),
    ],
)
def test_it_is_known_where_in_the_file_a_body_begins(data: bytes, line: int, start: int) -> None:
    capture = only(put("a.http", data))
    assert (capture.line, capture.start, capture.in_record) == (line, start, False)


def test_a_hidden_folder_is_searched_only_when_it_is_named(tmp_path: Path) -> None:
    hidden = tmp_path / ".wxkf" / "runs"
    hidden.mkdir(parents=True)
    (hidden / "a.ndjson").write_text("{}\n", encoding="utf-8")
    (tmp_path / "b.response.xml").write_text("success", encoding="utf-8")
    assert [Path(path).name for path in named([str(tmp_path)])] == ["b.response.xml"]
    assert [Path(path).name for path in named([str(hidden)])] == ["a.ndjson"]


def captured(encoding: str, body: bytes) -> captures.Capture:
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\n\r\n".encode()
    return only(put("a.http", head + body))


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(b"success", mtime=0)),
        ("X-GZip", gzip.compress(b"success", mtime=0)),
        ("deflate", zlib.compress(b"success")),
    ],
)
def test_a_content_encoding_is_undone_as_on_the_wire(encoding: str, body: bytes) -> None:
    capture = captured(encoding, body)
    assert isinstance(capture.exchange.answer, Response)
    assert capture.exchange.answer.body == b"success"
    assert capture.in_record, "what it holds does not stand in the file"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "identity", "gzip, br"])
def test_a_body_that_curl_took_out_of_its_encoding_is_left_as_it_is(encoding: str) -> None:
    capture = captured(encoding, b"success")
    assert isinstance(capture.exchange.answer, Response)
    assert (capture.exchange.answer.body, capture.in_record) == (b"success", False)


@pytest.mark.parametrize(
    ("encoding", "body", "outcome"),
    [
        ("gzip", gzip.compress(b"success", mtime=0)[:-3], Outcome.HTTP_CONTENT_ENCODING),
        ("gzip", gzip.compress(b"success", mtime=0) + b"x", Outcome.HTTP_CONTENT_ENCODING),
        ("deflate, gzip", gzip.compress(zlib.compress(b"success"), mtime=0), Outcome.HTTP_CONTENT_ENCODING),
        ("gzip", gzip.compress(bytes(BODY_LIMIT + 1), mtime=0), Outcome.LIMIT_DECOMPRESSED),
    ],
)
def test_an_encoding_that_cannot_be_undone_is_what_it_is_on_the_wire(
    encoding: str, body: bytes, outcome: Outcome
) -> None:
    answer = captured(encoding, body).exchange.answer
    assert isinstance(answer, Failure)
    assert (answer.outcome, answer.detail) == (outcome, encoding)
