"""Records: read whole or not at all, but for a torn end; lines that stay within their limit."""

import base64
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wxkf_cli.errors import UsageError
from wxkf_cli.report.fitting import LINE_LIMIT, fitted
from wxkf_cli.report.machine import dumps
from wxkf_cli.trial import captures, runs
from wxkf_cli.trial.resuming import Past
from wxkf_cli.vocab.outcomes import Outcome
from wxkf_cli.wechat.record import exchange_from_json
from wxkf_cli.wire.exchange import Failure, Response


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def put(name: str, data: bytes = b"{}\n") -> Path:
    path = Path(".wxkf/runs") / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def test_a_run_is_found_by_id_by_how_it_begins_by_path_and_as_the_last() -> None:
    first, last = put("20260101-000000-aaa.ndjson"), put("20260102-000000-bbb.ndjson")
    assert runs.find("last") == last
    assert runs.find("20260101-000000-aaa") == runs.find("20260101") == runs.find(str(first)) == first


def test_runs_of_one_second_are_in_the_order_of_time_whatever_else_their_names_say() -> None:
    def begun(name: str, sent_at: object, touched: float) -> str:
        sent = "" if sent_at is None else f'{{"type":"sent","id":"e1","sent_at":{json.dumps(sent_at)}}}\n'
        path = put(f"20260102-000000-{name}.ndjson", b'{"type":"run"}\n' + sent.encode())
        os.utime(path, ns=(0, int(touched * 1e9)))
        return path.stem

    put("20260101-235959-zzz.ndjson")
    put("20260102-000001-000.ndjson")
    expected = [
        begun("fff", 1000.125, 1009.0),  # resumed, or simply longer than the next
        begun("eee", None, 1000.25),  # nothing was pushed
        begun("ddd", 1000.375, 1000.5),
        begun("ccc", 4600.0, 1000.625),  # its story lets time pass before the first push
        begun("bbb", "soon", 1000.75),
        begun("aaa", 1000.875, 1000.875),
    ]
    assert [each.stem for each in runs.all_runs()] == ["20260101-235959-zzz", *expected, "20260102-000001-000"]
    Path(".wxkf/runs/20260102-000001-000.ndjson").unlink()
    assert runs.find("last").stem == expected[-1]
    assert runs.prune(keep=2, now=0.0) == ["20260101-235959-zzz", *expected[:-2]]


@pytest.mark.parametrize("name", ["2026", "", "x", "../a", "no.ndjson", ".wxkf/runs"])
def test_a_name_that_is_none_or_not_clear_is_refused(name: str) -> None:
    put("20260101-000000-aaa.ndjson")
    put("20260102-000000-bbb.ndjson")
    with pytest.raises(UsageError):
        runs.find(name)


@given(st.lists(st.integers(0, 9), max_size=5), st.binary(max_size=20).filter(lambda tail: b"\n" not in tail))
def test_whole_lines_are_read_and_a_torn_end_is_left_out_with_a_notice(values: list[int], tail: bytes) -> None:
    whole = [json.dumps({"n": number, "value": value}) for number, value in enumerate(values, start=1)]
    path = put("a.ndjson", "".join(f"{line}\n" for line in whole).encode() + tail)
    notices: list[str] = []
    assert [line.record["value"] for line in runs.lines(path, notices)] == values
    assert len(notices) == bool(tail)
    assert all(runs.line_at(path, line.start) == line.record for line in runs.lines(path))


@pytest.mark.parametrize(
    "data",
    [b'{"n":2}\n', b'{"n":1}\n{"n":3}\n', b'{"n":1}\nbroken\n{"n":3}\n', b"[]\n", b"1" * (LINE_LIMIT + 5) + b"\n"],
)
def test_a_record_that_is_not_whole_is_refused(data: bytes) -> None:
    with pytest.raises(UsageError, match=r"a\.ndjson:[12]"):
        list(runs.lines(put("a.ndjson", data)))


@pytest.mark.parametrize("data", [b"", b'{"type":"sent"}\n', b'{"type":"run","inputs":["a"],"settings":{}}\n'])
def test_what_no_simulation_wrote_is_no_past(data: bytes) -> None:
    with pytest.raises(UsageError, match="does not begin with the line of a simulation"):
        Past(put("a.ndjson", data))


def test_lines_are_read_up_to_the_length_to_which_they_are_written() -> None:
    assert LINE_LIMIT == captures.LINE_LIMIT


def done(body: str, *headers: str) -> dict[str, object]:
    answer = {"status": 200, "headers": [["X", each] for each in headers], "body": body, "elapsed_ms": 1.5}
    return {"push": {"method": "GET", "query": "", "headers": [], "body": ""}, "response": answer, "outcome": "ok"}


@pytest.mark.parametrize("body", ["", "success", "你" * 87_000, "\0" * 262_144, "\udc80" * 50_000, "<" * 262_144])
def test_every_body_that_the_wire_takes_is_recorded_whole(body: str) -> None:
    line = fitted(done(body), dumps)
    assert len(line) < LINE_LIMIT
    answer = exchange_from_json(json.loads(line)).answer
    assert isinstance(answer, Response)
    assert answer.body == body.encode("utf-8", "surrogatepass")


def test_a_body_beyond_that_is_cut_with_a_mark_and_not_taken_for_whole() -> None:
    body = "\0" * 262_144
    line = fitted(done(body, *["ÿ" * 1000] * 60), dumps)
    assert len(line) < LINE_LIMIT
    response = json.loads(line)["response"]
    assert response["body_cut"] == 262_144
    assert 0 < len(base64.b64decode(response["body_base64"], validate=True)) < 262_144
    answer = exchange_from_json(json.loads(line)).answer
    assert isinstance(answer, Failure)
    assert answer.outcome is Outcome.LIMIT_BODY


def test_small_lines_stay_as_they_are() -> None:
    assert fitted(done("success"), dumps) == dumps(done("success"))
