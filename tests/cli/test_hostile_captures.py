"""What a capture holds never reaches a terminal, a log or a CI system as anything but text."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cli.running import Wxkf

#: Colour that wxkf never uses, a clipboard write, C1, text turned around, CI commands, markup.
HOSTILE = "\x1b[35;7m\x1b]52;c;eA==\x07\x9b2J\u202e\u2066\u200b\n::stop-commands::x\r\n##[group]y\n[/x][bold]z[/]"
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
MESSAGE = (
    "<xml><ToUserName><![CDATA[{0}]]></ToUserName><FromUserName><![CDATA[{0}]]></FromUserName>"
    "<CreateTime>{0}</CreateTime><MsgType><![CDATA[{0}]]></MsgType><{1}>1</{1}></xml>"
)
#: The part of it that XML can carry.
CARRIED = "".join(each for each in HOSTILE if each in "\n\r" or (each >= " " and each != "\x9b"))
PUSH = MESSAGE.format(CARRIED, "a")
HEADER = ["Location", HOSTILE]
MOVED = {"response": {"status": 302, "headers": {HOSTILE: HOSTILE}}}

CAPTURES: dict[str, tuple[str, str]] = {
    "a body": ("a.xml", HOSTILE),
    "a success": ("a.txt", f"success{HOSTILE}"),
    "a reply": ("a.xml", MESSAGE.format(CARRIED, "a")),
    "a reply in JSON": ("a.json", json.dumps({"MsgType": HOSTILE, "ToUserName": "gh_" + HOSTILE, HOSTILE: HOSTILE})),
    "half a reply": ("a.xml", MESSAGE.format(CARRIED, "b>")),
    "headers": ("a.http", f"HTTP/1.1 302 \x1b[35;7m\r\nLocation: {HOSTILE[:30]}\r\nX: \x9b\r\n\r\n{HOSTILE}"),
    "no headers": ("a.http", f"HTTP/1.1 200 OK\r\n{HOSTILE}\r\n\r\n"),
    "a record": ("a.ndjson", json.dumps({"id": HOSTILE, "case": HOSTILE, "response": {"body": HOSTILE}})),
    "a push": ("a.ndjson", json.dumps({"push": {"body": PUSH}, "response": {"body": PUSH, "headers": [HEADER]}})),
    "a push's head": ("a.ndjson", json.dumps({"push": {"method": HOSTILE, "query": HOSTILE, "body": PUSH}, **MOVED})),
    "a failure": ("a.ndjson", json.dumps({"outcome": "net.reset", "failure": {"detail": HOSTILE}})),
    "a broken record": ("a.ndjson", HOSTILE),
    "a broken field": ("a.ndjson", json.dumps({"mode": HOSTILE, "response": {}})),
    "half a surrogate pair": ("a.ndjson", r'{"id":"\ud800","response":{"body":"\ud800"}}'),
    "the same in a query": ("a.ndjson", r'{"push":{"method":"GET","query":"echostr=\ud800"},"response":{}}'),
}  # fmt: skip


def assert_harmless(text: str, coloured: bool = False) -> None:
    assert "\x1b[35;7m" not in text
    bare = COLOUR.sub("", text) if coloured else text
    unshowable = {each for each in bare if not each.isprintable() and each != "\n"}
    assert not unshowable, unshowable
    for line in bare.splitlines():
        assert not line.lstrip().startswith(("::", "##[")), line


@pytest.fixture(params=["piped", "coloured"])
def coloured(request: pytest.FixtureRequest, wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch) -> bool:
    del wxkf  # it clears these first
    if request.param == "coloured":
        monkeypatch.setenv("FORCE_COLOR", "1")
    return bool(request.param == "coloured")


@pytest.mark.parametrize("output", ["text", "json", "ndjson"])
@pytest.mark.parametrize("name", CAPTURES)
def test_nothing_of_a_capture_acts_on_who_reads_the_output(wxkf: Wxkf, name: str, output: str, coloured: bool) -> None:
    file, text = CAPTURES[name]
    Path(file).write_bytes(text.encode())
    ran = wxkf("lint-response", file, "--format", output)
    assert ran.code in (0, 1, 2)
    assert_harmless(ran.out, coloured)
    assert_harmless(ran.err)


@pytest.mark.parametrize("output", ["text", "json", "ndjson"])
@pytest.mark.parametrize("name", ["::stop-commands::x.http", "##[group].http", HOSTILE.replace("/", "") + ".http"])
def test_nothing_of_a_file_name_acts_on_who_reads_the_output(wxkf: Wxkf, name: str, output: str) -> None:
    Path(name).write_bytes(b"HTTP/1.1 500 No\r\n\r\n")
    for path in (name, "*.http", "."):
        ran = wxkf("lint-response", path, "--format", output)
        assert ran.code == 1
        assert_harmless(ran.out)
        assert_harmless(ran.err)


TEXTS = [HOSTILE, "", "\ud800", PUSH, "success", "GET", "ok", "net.reset", "xml", "json", "plaintext", "%%%", "a=b&=&"]


def values() -> st.SearchStrategy[object]:
    scalars = st.none() | st.booleans() | st.integers(-(10**25), 10**25) | st.floats() | st.sampled_from(TEXTS)
    return st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | fields(inner), max_leaves=6)


def fields(inner: st.SearchStrategy[object]) -> st.SearchStrategy[dict[str, object]]:
    return st.dictionaries(st.sampled_from(["body", "body_base64", "status", "headers", "a"]), inner, max_size=4)


def records() -> st.SearchStrategy[dict[str, object]]:
    part = st.fixed_dictionaries(
        {},
        optional={
            "body": st.sampled_from([PUSH, "success", HOSTILE, "\ud800"]) | values(),
            "body_base64": values(),
            "method": st.sampled_from(["GET", "POST"]) | values(),
            "query": values(),
            "headers": values(),
            "status": st.integers(100, 599) | values(),
            "elapsed_ms": values(),
            "leniencies": values(),
            "phase": values(),
            "detail": values(),
        },
    )
    names = ("id", "case", "kind", "mode", "data", "delivery", "genuine", "sent_at", "outcome", "type")
    return st.fixed_dictionaries(
        {},
        optional={
            **{name: values() for name in names},
            **{name: part | values() for name in ("push", "response", "failure")},
        },
    )


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(record=records(), output=st.sampled_from(["text", "json", "ndjson"]))
def test_no_record_makes_it_crash(wxkf: Wxkf, record: dict[str, object], output: str) -> None:
    Path("a.ndjson").write_text(json.dumps(record), "utf-8")
    ran = wxkf("lint-response", "a.ndjson", "--format", output)
    assert ran.code in (0, 1, 2), "\n".join(crashes())
    assert_harmless(ran.out)
    assert_harmless(ran.err)


PIECES = [
    b"HTTP/1.1 200 OK\r\n",
    b"\r\n",
    b"X: y\r\n",
    b"{",
    b'"response":{}',
    b"}",
    b"\n",
    b"\xff\xfe",
    b"\x00",
    b"success",
]


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from([*PIECES, HOSTILE.encode(), PUSH.encode()]), max_size=8).map(b"".join))
def test_no_file_makes_it_crash(wxkf: Wxkf, data: bytes) -> None:
    Path("a.capture").write_bytes(data)
    ran = wxkf("lint-response", "a.capture")
    assert ran.code in (0, 1, 2), "\n".join(crashes())
    assert_harmless(ran.out)
    assert_harmless(ran.err)


def crashes() -> Iterator[str]:
    for path in Path(".wxkf").glob("crash-*.txt"):
        yield path.read_text("utf-8")
