"""What `wxkf lint-response` writes: the place, the caret, the machine shape; and which line of a record is broken."""

import re
from pathlib import Path

import pytest

from tests.cli.captured import GH, HEAD, RIGHT, WRONG, line, push, put, type_in
from tests.cli.running import Wxkf, codes

GOLDEN = Path(__file__).parents[1] / "golden"


def pretty(reply: bytes) -> bytes:
    return re.sub(rb"(</\w+>|<xml>)<", rb"\1\n<", reply)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_failure_reads_like_this(wxkf: Wxkf, regen: bool, lang: str) -> None:
    put("captured/text.push.xml", push())
    put("captured/text.response.xml", pretty(WRONG))
    put("captured/enter.ndjson", line(kind="user_enter_tempsession"))
    remark = "<备注>你好</备注><ToUserName>".encode()
    put("captured/remark.http", HEAD + WRONG.replace(b"<ToUserName>", remark))
    ran = wxkf("lint-response", "captured", "--lang", lang)
    golden = GOLDEN / f"lint-response-{lang}.txt"
    if regen:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(ran.out, "utf-8")
    assert ran.out == golden.read_text("utf-8"), "if this is how it should read: pytest --regen, and look at the diff"
    assert (ran.code, ran.err) == (1, "")


def test_a_hidden_place_is_shown_by_its_surroundings(wxkf: Wxkf) -> None:
    reply = WRONG.replace(b"<xml>", "<xml><备注>".encode() + "你好".encode() * 1000 + "</备注>".encode())
    shown = wxkf("lint-response", put("a.xml", reply)).out
    source, caret = next(
        pair for pair in zip(shown.splitlines(), shown.splitlines()[1:], strict=False) if "^" in pair[1]
    )
    assert "你好</备注><ToUserName><![CDATA[gh_7f083739789a]]>" in source
    assert source.startswith("  | ...")
    assert "^" * len(GH) in caret


def test_places_are_places_in_the_file(wxkf: Wxkf) -> None:
    body = "<xml>\n<备注>你好</备注><ToUserName><![CDATA[gh_x]]></ToUserName></xml>".encode()
    for name, data in (("a.xml", body), ("a.http", HEAD + body)):
        found = {each["code"]: each for each in wxkf.json("lint-response", put(name, data))["findings"]}["KF301"]
        assert data[found["byte"] :].startswith(b"gh_x")
        assert data.splitlines()[found["line"] - 1].decode()[found["column"] - 1 :].startswith("gh_x")
    data = line() + line(WRONG)
    found = wxkf.json("lint-response", put("a.ndjson", data))["findings"][0]
    assert (found["line"], found["column"], found["byte"]) == (2, 1, len(line()))


def test_an_answer_that_is_still_in_chunks_has_no_place_in_the_file(wxkf: Wxkf) -> None:
    chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(WRONG), WRONG)
    head = HEAD.replace(b"\r\n\r\n", b"\r\nTransfer-Encoding: chunked\r\n\r\n")
    ran = wxkf("lint-response", put("a.http", head + chunks))
    assert ran.out.startswith("a.http:1: error KF301")


@pytest.mark.parametrize("output", ["text", "json", "ndjson"])
def test_what_is_right_says_so_and_nothing_else(wxkf: Wxkf, output: str) -> None:
    put("a.push.xml", push())
    ran = wxkf("lint-response", put("a.response.xml", RIGHT), "--format", output)
    assert (ran.code, ran.err) == (0, "")
    if output == "text":
        assert ran.out == "Checked 1 response: 0 errors, 0 warnings, 0 notes, 1 clean\n"


def test_every_line_of_ndjson_is_in_the_machine_shape(wxkf: Wxkf) -> None:
    put("a.http", HEAD + b"\xff\xfe")
    put("b.ndjson", line(WRONG) + b'{"outcome":"net.reset"}\n')
    lines = wxkf.ndjson("lint-response", "a.http", "b.ndjson")
    assert [each["type"] for each in lines][:2] == ["run", "done"]
    assert lines[-1]["type"] == "summary"
    assert lines[-1]["exit_code"] == 1
    assert sum(each["type"] == "done" for each in lines) == 3


def test_what_it_writes_it_can_read(wxkf: Wxkf) -> None:
    put("a.ndjson", line(WRONG) + line(kind="user_enter_tempsession") + line(kind=None, body=b"x"))
    first = wxkf("lint-response", "a.ndjson", "--format", "ndjson").out
    put("b.ndjson", first.encode())
    again = wxkf("lint-response", "b.ndjson", "--format", "ndjson").out
    kept = [[each for each in text.splitlines() if '"type":"done"' in each] for text in (first, again)]
    assert kept[0] == kept[1]


# one line of a record, what must be said of it
BROKEN_LINES: dict[str, tuple[bytes, str]] = {
    "not JSON": (b"{'a': 1}", "is not JSON: \"{'a': 1}"),
    "half of it": (b'{"response": {"sta', "is not JSON"),
    "a list": (b"[1]", "is not a JSON object"),
    "no exchange": (b"{}", "the record has neither a response nor an outcome"),
    "a response that is none": (b'{"response":1}', "response is 1, not an object"),
    "a body that is none": (b'{"response":{"body":1}}', "response.body is 1, not a string"),
    "no base64": (b'{"response":{"body_base64":"?"}}', "response.body_base64 is not base64"),
    "a push that is none": (b'{"push":{"body":"x"},"response":{"body":""}}', "push.body is not a push"),
    "an outcome that is none": (b'{"outcome":"net.lost"}', 'outcome is "net.lost", not one of'),
    "not UTF-8": (b'{"response":{"body":"\xff"}}', "is not JSON"),
    "a number that is none": (b'{"response":{"body":""},"sent_at":NaN}', "is not JSON"),
    "a number larger than any": (b'{"response":{"body":"","elapsed_ms":1e999}}', "is not JSON"),
    "a number without end": (b'{"response":{"body":""},"sent_at":' + b"1" * 400 + b"}", "is not JSON"),
    "a nest of brackets": (b'{"response":' + b"[" * 100_000 + b"}", "is not JSON"),
    "half a surrogate pair": (b'{"response":{"body":"\\ud800"}}', "holds half a surrogate pair"),
    "too long a line": (b'{"response":{"body":"' + b"x" * 530_000 + b'"}}', "is longer than 524288 bytes"),
}


@pytest.mark.parametrize("name", BROKEN_LINES)
def test_a_broken_line_is_named_by_file_and_number(wxkf: Wxkf, name: str) -> None:
    broken, said = BROKEN_LINES[name]
    ran = wxkf("lint-response", put("run.ndjson", line() + b"\n" + broken + b"\n" + line()))
    assert ran.code == 2
    assert ran.err.startswith('wxkf: "run.ndjson":3')
    assert said in ran.err
    assert len(ran.err.splitlines()) <= 2


def test_broken_http_is_named_by_its_file(wxkf: Wxkf) -> None:
    ran = wxkf("lint-response", put("a.http", b"HTTP/1.1 200 OK\r\nno header\r\n\r\nsuccess"))
    assert ran.code == 2
    assert 'wxkf: "a.http": "no header" is no HTTP header line' in ran.err


def test_a_long_record_on_stdin_is_read_to_its_end(wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch) -> None:
    type_in(monkeypatch, line() * 1500 + line(WRONG))
    shape = wxkf.json("lint-response", "-")
    assert (len(shape["exchanges"]), codes(shape)) == (1501, ["KF301"])
