"""`wxkf lint-response`: captures of every shape are found, paired and linted, and nothing is green on nothing."""

import json
from pathlib import Path

import pytest

from tests.cli.captured import HEAD, RIGHT, WRONG, line, push, put, type_in
from tests.cli.running import Wxkf, codes
from wxkf_cli.vocab.terms import DataFormat

# name of the file, what it holds, exit code, codes
CAPTURES: dict[str, tuple[str, bytes, int, list[str]]] = {
    "a right reply": ("a.xml", RIGHT, 0, []),
    "a wrong reply": ("a.xml", WRONG, 1, ["KF301"]),
    "an acknowledgement": ("a.txt", b"success", 0, []),
    "an acknowledgement with a newline": ("a.txt", b"success\n", 0, ["KF204"]),
    "raw HTTP": ("a.http", HEAD + RIGHT, 0, []),
    "raw HTTP that is wrong": ("a.http", HEAD + WRONG, 1, ["KF301"]),
    "raw HTTP with an empty body": ("a.http", HEAD, 0, []),
    "a status that is none of WeChat's": ("a.http", HEAD.replace(b"200 OK", b"500 No") + b"x", 1, ["KF001"]),
    "an empty file": ("a.xml", b"", 1, ["KF215"]),
    "ten megabytes": ("a.xml", b"<xml>" + b"x" * 10_000_000, 1, ["KF005"]),
    "ten megabytes over HTTP": ("a.http", HEAD + b"x" * 10_000_000, 1, ["KF005"]),
    "UTF-16": ("a.xml", RIGHT.decode().encode("utf-16"), 1, ["KF205"]),
    "a byte order mark": ("a.xml", b"\xef\xbb\xbf" + RIGHT, 1, ["KF206"]),
    "a foreign line": ("a.ndjson", line(), 0, []),
    "a foreign line that is wrong": ("a.ndjson", line(WRONG), 1, ["KF301"]),
    "a line without its push": ("a.jsonl", line(kind=None), 0, []),
    "a forwarded event": ("a.ndjson", line(kind="user_enter_tempsession"), 1, ["KF401"]),
    "a line by what it holds": ("a.txt", line(WRONG), 1, ["KF301"]),
    "blank lines between": ("a.ndjson", line() + b"\r\n\n" + line(), 0, []),
    "a line with no answer": ("a.ndjson", b'{"outcome":"timeout.body","response":null}\n', 1, ["KF003"]),
    "a body that looks like a record": ("a.json", b'{"response":"ok"}', 1, ["KF216"]),
    "a line that is larger than any answer": ("a.ndjson", line(b"x" * 300_000), 1, ["KF005"]),
}


@pytest.mark.parametrize("source", ["file", "stdin"])
@pytest.mark.parametrize("name", CAPTURES)
def test_a_capture_is_linted_for_what_it_is(
    wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch, name: str, source: str
) -> None:
    file, data, code, found = CAPTURES[name]
    type_in(monkeypatch, data)
    shape = wxkf.json("lint-response", put(file, data) if source == "file" else "-")
    assert (codes(shape), shape["exit_code"]) == (found, code)
    assert all(finding["file"] == (file if source == "file" else "-") for finding in shape["findings"])


def test_a_push_lies_beside_its_response(wxkf: Wxkf) -> None:
    put("c/a.push.xml", push("user_enter_tempsession"))
    shape = wxkf.json("lint-response", put("c/a.response.xml", RIGHT))
    assert codes(shape) == ["KF401"]
    assert shape["exchanges"][0]["kind"] == "user_enter_tempsession"
    put("c/b.push.json", push(data=DataFormat.JSON))
    assert codes(wxkf.json("lint-response", put("c/b.response.http", HEAD + RIGHT))) == ["KF203"]
    assert codes(wxkf.json("lint-response", put("c/a.xml", RIGHT))) == []


def test_a_push_that_is_given_goes_before_the_one_beside_and_behind_the_one_in_the_line(wxkf: Wxkf) -> None:
    event = put("event.xml", push("user_enter_tempsession"))
    put("a.push.xml", push())
    assert codes(wxkf.json("lint-response", put("a.response.xml", RIGHT), "--push", event)) == ["KF401"]
    assert codes(wxkf.json("lint-response", put("a.ndjson", line()), "--push", event)) == []
    assert codes(wxkf.json("lint-response", put("a.ndjson", line(kind=None)), "--push", event)) == ["KF401"]


def test_rules_that_want_a_push_are_skipped_and_counted(wxkf: Wxkf) -> None:
    alone = wxkf.json("lint-response", put("a.response.xml", RIGHT))
    assert alone["summary"]["skipped"] == sum(each["count"] for each in alone["skipped"]) > 0
    put("a.push.xml", push())
    paired = wxkf.json("lint-response", "a.response.xml")
    assert paired["summary"]["skipped"] == 0
    assert paired["summary"]["checks"] > alone["summary"]["checks"]


@pytest.mark.parametrize(
    ("expect", "bodies", "found"),
    [
        ("none", [b"success"], []),
        ("any", [b"success"], ["KF403"]),
        ("any", [b"success", RIGHT], []),
        ("all", [RIGHT, RIGHT], []),
        ("all", [b"success", RIGHT], ["KF403"]),
        ("all", [b"success", b"success"], ["KF403", "KF403"]),
    ],
)
@pytest.mark.parametrize("given", ["option", "variable", "file"])
def test_user_messages_are_transferred_as_demanded(
    wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch, expect: str, bodies: list[bytes], found: list[str], given: str
) -> None:
    event = line(b"success", "user_enter_tempsession")
    record = put("a.ndjson", b"".join(map(line, bodies)) + event)
    if given == "variable":
        monkeypatch.setenv("WXKF_EXPECT", expect)
    elif given == "file":
        put("wxkf.toml", f'expect = "{expect}"'.encode())
    shape = wxkf.json("lint-response", record, *(("--expect", expect) if given == "option" else ()))
    assert (codes(shape), shape["exit_code"]) == (found, int(bool(found)))
    assert shape["settings"]["expect"] == expect


def test_events_alone_ask_for_no_transfer(wxkf: Wxkf) -> None:
    record = put("a.ndjson", line(b"success", "user_enter_tempsession"))
    assert wxkf("lint-response", record, "--expect", "any").code == 0


def test_a_status_counts_when_the_settings_say_so(wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch) -> None:
    capture = put("a.http", b"HTTP/1.1 201 Created\r\n\r\nsuccess")
    assert codes(wxkf.json("lint-response", capture)) == ["KF001"]
    monkeypatch.setenv("WXKF_ACCEPT_STATUS", "200,201")
    assert codes(wxkf.json("lint-response", capture)) == []


def test_a_folder_gives_its_responses_and_never_its_pushes(wxkf: Wxkf) -> None:
    put("c/a.push.xml", push())
    put("c/a.response.xml", RIGHT)
    put("c/deep/b.http", HEAD + RIGHT)
    put("c/deep/run.ndjson", line() + line())
    put("c/deep/c.push.http", b"POST / HTTP/1.1\r\n\r\n" + push())
    put("c/notes.txt", b"not a response")
    shape = wxkf.json("lint-response", "c")
    assert shape["inputs"] == ["c/a.response.xml", "c/deep/b.http", "c/deep/run.ndjson"]
    assert len(shape["exchanges"]) == 4
    assert shape["exit_code"] == 0


@pytest.mark.parametrize("paths", [("c/*.xml",), ("c/**/*.xml",), ("c/a.push.xml", "c/a.response.xml")])
def test_a_pattern_gives_no_pushes_and_no_folders_whoever_expands_it(wxkf: Wxkf, paths: tuple[str, ...]) -> None:
    put("c/a.push.xml", push())
    put("c/a.response.xml", RIGHT)
    Path("c/folder.xml").mkdir()
    shape = wxkf.json("lint-response", *paths)
    assert (shape["inputs"], shape["exit_code"]) == (["c/a.response.xml"], 0)


def test_a_file_is_linted_once_however_often_it_is_named(wxkf: Wxkf) -> None:
    put("c/a.response.xml", RIGHT)
    assert wxkf.json("lint-response", "c", "c/a.response.xml", "c/*")["inputs"] == ["c/a.response.xml"]


def test_a_file_with_a_pattern_for_a_name_is_that_file(wxkf: Wxkf) -> None:
    assert wxkf.json("lint-response", put("[a]*.xml", RIGHT))["inputs"] == ["[a]*.xml"]


def test_a_link_to_a_folder_is_not_followed_inside_a_folder(wxkf: Wxkf) -> None:
    put("c/a.http", HEAD + RIGHT)
    Path("c/again").symlink_to(".")
    assert wxkf.json("lint-response", "c")["inputs"] == ["c/a.http"]


def test_a_run_that_simulate_recorded_is_linted_again(wxkf: Wxkf) -> None:
    assert wxkf("simulate", "--demo", "buggy", "--only", "text", "--only", "user_enter_tempsession").code == 1
    (record,) = Path(".wxkf/runs").iterdir()
    shape = wxkf.json("lint-response", str(record))
    assert set(codes(shape)) == {"KF401"}
    assert shape["exit_code"] == 1
    assert {each["kind"] for each in shape["exchanges"]} == {"text", "user_enter_tempsession"}


# the arguments, what stderr must say; every one is exit 2
NOTHING: dict[str, tuple[tuple[str, ...], str]] = {
    "no path": ((), "no captured response given"),
    "no such file": (("no-such.xml",), "there is no file or folder of that name"),
    "a pattern that matches nothing": (("*.http",), "no file matches it"),
    "one of several patterns that match nothing": (("ok.xml", "*.http"), "no file matches it"),
    "a pattern that matches pushes alone": (("*.push.*",), "no file matches it"),
    "a push": (("a.push.xml",), "by its name it is a push"),
    "pushes": (("a.push.xml", "a.push.xml"), "by its name it is a push"),
    "a folder without responses": (("empty",), "*.response.*, *.http and *.ndjson are looked for"),
    "a record without a line": (("empty.ndjson",), "the files hold no response"),
    "a record of a run that never was": (("run.ndjson",), "the files hold no response"),
}


@pytest.mark.parametrize("output", ["text", "json", "ndjson"])
@pytest.mark.parametrize("name", NOTHING)
def test_nothing_checked_is_never_green(wxkf: Wxkf, name: str, output: str) -> None:
    put("a.push.xml", push())
    put("ok.xml", RIGHT)
    put("empty/notes.txt", b"")
    put("empty.ndjson", b"")
    put("run.ndjson", b'{"type":"run"}\n{"type":"sent"}\n{"type":"finding"}\n{"type":"summary"}\n')
    arguments, said = NOTHING[name]
    ran = wxkf("lint-response", *arguments, "--format", output)
    assert ran.code == 2
    assert "KF901 nothing-checked" in ran.err
    assert said in ran.err
    if output == "json" and ran.out:
        assert json.loads(ran.out)["exit_code"] == 2
