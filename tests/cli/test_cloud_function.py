"""`--cloud-function` and `--container`: what is refused, what is run, what is shown."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

FIXTURES = Path(__file__).parents[2] / "fixtures" / "cloudfn"
GOOD = "exports.main = async () => 'success'"
#: A handler of a container as WSGI: transfers texts, and says what it was asked.
CONTAINER = """
import json, pathlib
def app(environ, start_response):
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()
    with pathlib.Path("asked.ndjson").open("a") as asked:
        headers = {name: value for name, value in environ.items() if name.startswith("HTTP_X_")}
        asked.write(json.dumps({"body": body, "query": environ["QUERY_STRING"], "headers": headers}) + "\\n")
    answer = "%s"
    if body.startswith("{") and "MsgType" in body:
        event = json.loads(body)
        if event["MsgType"] in ("text", "image", "miniprogrampage"):
            answer = json.dumps({"ToUserName": event["FromUserName"], "FromUserName": event["ToUserName"],
                                 "CreateTime": event["CreateTime"], "MsgType": "transfer_customer_service"})
        else:
            answer = "success"
    start_response("200 OK", [("Content-Length", str(len(answer.encode())))])
    return [answer.encode()]
"""


class Ran(NamedTuple):
    """What a run of wxkf gave."""

    code: int
    out: str
    err: str

    @property
    def report(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out)
        return found


def wxkf(folder: Path, *arguments: str, **environment: str) -> Ran:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("WXKF_")}
    done = subprocess.run(
        [sys.executable, "-m", "wxkf_cli", *arguments],
        cwd=folder,
        env={**clean, "WXKF_LANG": "en", **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def function(folder: Path, source: str = GOOD, **others: str) -> str:
    made = folder / "fn"
    made.mkdir()
    for name, text in {"index.js": source, **others}.items():
        (made / name).write_text(text, encoding="utf-8")
    return "fn"


def verdicts(report: dict[str, Any]) -> dict[str, str]:
    return {each["case"]: each["verdict"] for each in report["exchanges"]}


def test_the_mended_sample_passes(tmp_path: Path) -> None:
    ran = wxkf(tmp_path, "simulate", "--cloud-function", str(FIXTURES / "mended"), "--format", "json")
    report = ran.report
    assert (ran.code, report["summary"]["failed"], report["summary"]["warnings"]) == (0, 0, 0), ran.err
    assert report["target"]["kind"] == "cloud-function"
    assert verdicts(report)["text"] == "transferred"
    assert verdicts(report)["unknown-event"] == "acknowledged"
    assert {each["route"] for each in report["exchanges"]} == {"cloud-function"}
    assert {each["data"] for each in report["exchanges"]} == {"json"}
    reasons = {each["why"] for each in report["skipped"]}
    assert {"no signature comes with the push here", "nothing is sealed here"} <= reasons


def test_the_lost_division_is_named_as_milliseconds(tmp_path: Path) -> None:
    ran = wxkf(tmp_path, "simulate", "--cloud-function", str(FIXTURES / "milliseconds"), "--format", "json")
    assert ran.code == 0
    assert {each["code"] for each in ran.report["findings"]} == {"KF303"}
    assert "13 digits: milliseconds" in ran.report["findings"][0]["message"]["en"]


def test_the_sample_as_it_stands_fails_by_name(tmp_path: Path) -> None:
    ran = wxkf(tmp_path, "simulate", "--cloud-function", str(FIXTURES / "sample"), "--only", "text", "--no-record")
    assert ran.code == 1
    assert 'the value "cough" of ToUserName' in ran.out
    assert f"wxkf simulate --cloud-function {FIXTURES / 'sample'} --only text" in ran.out


#: What is wrong with the sample of the page, one after the other, as it stands there and as it is right.
DIVISION = (" / 1000", "")
USER = ("'cough'", "event.FromUserName")
OURSELVES = ("'fromuser'", "event.ToUserName")
EVENTS = ("return {", "if (!['text', 'image', 'miniprogrampage'].includes(event.MsgType)) return 'success'\n  return {")
FORWARDS = {"KF401", "KF402", "KF405"}


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ((), {"KF305", *FORWARDS}),
        ((USER,), {"KF314", *FORWARDS}),
        ((USER, OURSELVES), FORWARDS),
        ((USER, OURSELVES, EVENTS), set()),
        ((USER, EVENTS), {"KF314"}),
        ((OURSELVES, EVENTS), {"KF305"}),
        ((DIVISION,), {"KF303", "KF305", *FORWARDS}),
        ((USER, OURSELVES, EVENTS, DIVISION), {"KF303"}),
    ],
)
def test_each_defect_of_the_sample_is_named_for_itself(
    tmp_path: Path, changes: tuple[tuple[str, str], ...], named: set[str]
) -> None:
    source = (FIXTURES / "sample" / "index.js").read_text("utf-8")
    for old, new in changes:
        assert old in source
        source = source.replace(old, new)
    ran = wxkf(
        tmp_path, "simulate", "--cloud-function", function(tmp_path, source), "--no-record", "--format", "json"
    )  # fmt: skip
    assert {each["code"] for each in ran.report["findings"]} == named
    # Milliseconds are a warning: what WeChat makes of them is not known.
    assert ran.code == (1 if named - {"KF303"} else 0)


def test_a_recorded_run_is_linted_and_replayed(tmp_path: Path) -> None:
    assert wxkf(tmp_path, "simulate", "--cloud-function", str(FIXTURES / "sample"), "--only", "text").code == 1
    linted = wxkf(tmp_path, "lint-response", ".wxkf/runs", "--format", "json").report
    assert {each["code"] for each in linted["findings"]} == {"KF305"}
    refused = wxkf(tmp_path, "replay", "e1", "--as", "curl")
    assert refused.code == 2
    assert "a cloud-function is given none" in refused.err
    assert 'send = { kind = "text" }' in wxkf(tmp_path, "replay", "e1", "--as", "story").out
    replayed = wxkf(tmp_path, "replay")
    assert replayed.code == 1
    assert "0 fixed, 2 failed" in replayed.out


def test_an_error_is_shown_with_its_place_and_no_other(tmp_path: Path) -> None:
    source = "exports.main = async () => {\n  throw new TypeError('\\u001b[31moops')\n}"
    ran = wxkf(tmp_path, "simulate", "--cloud-function", function(tmp_path, source), "--only", "text", "--no-record")
    assert ran.code == 1
    assert "KF010 function-failed" in ran.out
    assert r"the function failed instead of returning: TypeError: \x1b[31moops (at index.js:2:9)" in ran.out
    assert "\x1b[31m" not in ran.out + ran.err


def test_what_it_prints_and_sends_is_shown(tmp_path: Path) -> None:
    source = (
        (FIXTURES / "welcomes" / "index.js")
        .read_text("utf-8")
        .replace("await welcome", "console.log('\\x07hi'); await welcome")
    )
    ran = wxkf(tmp_path, "push", "user_enter_tempsession", "--cloud-function", function(tmp_path, source))
    assert ran.code == 0
    assert r"[function] \x07hi" in ran.err
    # Below its push; on stderr where stdout does not tell of every push.
    assert "customerServiceMessage.setTyping to o" in ran.out
    assert 'customerServiceMessage.send text "您好，请问有什么可以帮您？" to o' in ran.out
    assert "customerServiceMessage" not in ran.err
    ran = wxkf(tmp_path, "simulate", "--only", "user_enter_tempsession", "--cloud-function", "fn", "--no-record")
    assert "[function] customerServiceMessage.setTyping to o" in ran.err
    assert '[function] customerServiceMessage.send text "您好，请问有什么可以帮您？" to o' in ran.err
    assert "customerServiceMessage" not in ran.out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--data", "xml"), "--data xml: a cloud-function is never given XML"),
        (("--mode", "secure"), "--mode secure: a cloud function is handed an object, so nothing is sealed for it"),
        (("--mode", "compatible"), "--mode compatible: a cloud function is handed an object"),
        (("--header", "X-A: b"), "--header has no place beside --cloud-function"),
        (("--content-type", "text/xml"), "--content-type has no place beside --cloud-function"),
        (("--container",), "--container has no place beside --cloud-function"),
        (("--url", "http://127.0.0.1:1/"), "both name a handler"),
        (("--real-sdk",), "--real-sdk: there is no wx-server-sdk in node_modules"),
        (("--suite", "conformance"), "asks about signatures and HTTP, and with --cloud-function there are none"),
        (("--keep-alive",), "--keep-alive has no place beside --cloud-function"),
    ],
)
def test_what_has_no_meaning_for_a_function_is_refused(tmp_path: Path, options: tuple[str, ...], message: str) -> None:
    ran = wxkf(tmp_path, "simulate", "--cloud-function", function(tmp_path), *options)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err


def test_secrets_of_another_handler_do_no_harm(tmp_path: Path) -> None:
    ran = wxkf(
        tmp_path, "simulate", "--cloud-function", function(tmp_path), "--only", "user_enter_tempsession",
        WXKF_TOKEN="token", WXKF_AES_KEY="a" * 43,
    )  # fmt: skip
    assert ran.code == 0, ran.err


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "there is no index.js in it"),
        ({"index.mjs": ""}, "index.mjs is not run"),
        ({"index.js": "export const main = 1", "package.json": '{"type": "module"}'}, 'says "type": "module"'),
    ],
)
def test_what_is_no_cloud_function_is_a_usage_error(tmp_path: Path, files: dict[str, str], message: str) -> None:
    folder = tmp_path / "fn"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    ran = wxkf(tmp_path, "simulate", "--cloud-function", "fn")
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err


@pytest.mark.parametrize("named", ["nowhere", "fn/index.js"])
def test_a_folder_that_is_none_is_a_usage_error(tmp_path: Path, named: str) -> None:
    function(tmp_path)
    ran = wxkf(tmp_path, "simulate", "--cloud-function", named)
    assert ran.code == 2
    assert "index.js" in ran.err


def test_what_cannot_be_loaded_is_exit_3_in_the_words_of_node(tmp_path: Path) -> None:
    ran = wxkf(tmp_path, "simulate", "--cloud-function", function(tmp_path, "exports.main = async ( => 1"))
    assert (ran.code, ran.out) == (3, "")
    assert "the cloud function cannot be loaded: SyntaxError: " in ran.err


@pytest.mark.parametrize(
    ("program", "message"),
    [
        (None, "wxkf: node is not on the PATH"),
        ("echo v16.20.2", "wxkf: node is v16.20.2, which is too old"),
        ("echo nonsense", 'wxkf: node --version says "nonsense", which is no version'),
    ],
)
def test_without_node_there_is_one_clear_line(tmp_path: Path, program: str | None, message: str) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    if program is not None:
        (tools / "node").write_text(f"#!/bin/sh\n{program}\n", encoding="utf-8")
        (tools / "node").chmod(0o755)
    ran = wxkf(tmp_path, "simulate", "--cloud-function", function(tmp_path), PATH=str(tools))
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith(message)
    assert "Node.js 18 or later" in ran.err


def test_the_real_sdk_is_that_of_node_modules(tmp_path: Path) -> None:
    source = """const cloud = require('wx-server-sdk')
    exports.main = async (event) => cloud.isReal && process.env.WX_OPENID === event.FromUserName ? 'success' : 'no'"""
    name = function(tmp_path, source)
    sdk = tmp_path / "node_modules" / "wx-server-sdk"
    sdk.mkdir(parents=True)
    (sdk / "index.js").write_text("exports.isReal = true", encoding="utf-8")
    arguments = ("simulate", "--cloud-function", name, "--only", "user_enter_tempsession", "--no-record")
    assert wxkf(tmp_path, *arguments, "--real-sdk").code == 0
    assert wxkf(tmp_path, *arguments).code == 1, "the stand-in goes before node_modules"


def contained(folder: Path, answer: str = "success") -> str:
    (folder / "contained.py").write_text(CONTAINER.replace("%s", answer), encoding="utf-8")
    return "contained:app"


def test_a_container_confirms_its_path_and_is_pushed_to_unsigned(tmp_path: Path) -> None:
    ran = wxkf(
        tmp_path, "simulate", "--app", contained(tmp_path), "--container", "--data", "json", "--appid",
        "wxba5fad812f8e6fb9", "--skip", "slow-answer", "--format", "json", PYTHONPATH=str(tmp_path),
    )  # fmt: skip
    report = ran.report
    assert ran.code == 0, ran.out
    assert report["target"]["kind"] == "container"
    assert report["exchanges"][0]["kind"] == "container-path"
    assert report["exchanges"][0]["verdict"] == "verified"
    assert verdicts(report)["text"] == "transferred"
    transferred = [each for each in report["exchanges"] if each["verdict"] == "transferred"]
    assert {each["evidence"] for each in transferred} == {"assumed"}
    assert {each["code"] for each in report["findings"]} == {"KF409"}
    asked = [json.loads(line) for line in (tmp_path / "asked.ndjson").read_text("utf-8").splitlines()]
    assert asked[0]["body"] == '{"action":"CheckContainerPath"}'
    assert {each["query"] for each in asked} == {""}
    for each in asked:
        assert {"HTTP_X_WX_SOURCE", "HTTP_X_WX_SOURCES"} <= each["headers"].keys()
        assert each["headers"]["HTTP_X_WX_APPID"] == "wxba5fad812f8e6fb9"
    text = json.loads(asked[1]["body"])
    assert text["ToUserName"].startswith("gh_")
    assert isinstance(text["MsgId"], int)
    assert asked[1]["headers"]["HTTP_X_WX_OPENID"] == text["FromUserName"]


def test_a_container_that_does_not_confirm_its_path_fails(tmp_path: Path) -> None:
    ran = wxkf(
        tmp_path, "simulate", "--app", contained(tmp_path, "what?"), "--container", "--data", "json", "--only",
        "user_enter_tempsession", PYTHONPATH=str(tmp_path),
    )  # fmt: skip
    assert ran.code == 1
    assert 'KF103 container-path-refused\n          CheckContainerPath was answered with "what?"' in ran.out.replace(
        "\n          ", "\n          "
    )


def test_nothing_is_sealed_on_the_way_to_a_container(tmp_path: Path) -> None:
    ran = wxkf(tmp_path, "simulate", "--url", "http://127.0.0.1:1/", "--container", "--mode", "secure")
    assert (ran.code, ran.out) == (2, "")
    assert "--mode secure: nothing is sealed on the way to a container" in ran.err


def test_a_container_needs_no_token(tmp_path: Path) -> None:
    ran = wxkf(tmp_path, "simulate", "--url", "http://127.0.0.1:1/", "--container", "--no-record")
    assert ran.code == 3
    assert "could not be reached" in ran.err


def test_the_path_is_checked_before_anything_is_pushed(tmp_path: Path) -> None:
    wxkf(tmp_path, "simulate", "--app", contained(tmp_path), "--container", "--only", "text", PYTHONPATH=str(tmp_path))
    asked = [json.loads(line)["body"] for line in (tmp_path / "asked.ndjson").read_text("utf-8").splitlines()]
    assert ["CheckContainerPath" in body for body in asked[:3]] == [True, True, False]
