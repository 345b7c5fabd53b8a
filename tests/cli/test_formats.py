"""What `--format` gives in each command: the golden files, the official schema, both languages, nothing held back."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from lxml import etree  # noqa: TID251 - reads what wxkf writes

from tests.cli.captured import HEAD, RIGHT, WRONG, line, push, put
from tests.cli.running import Wxkf, codes
from tests.scripted import Reply, Request, correct, scripted
from wxkf_cli.vocab.choices import Output

TESTS = Path(__file__).parents[1]
GOLDEN = TESTS / "golden"
_SCHEMA = json.loads((TESTS / "report" / "sarif-2.1.0-rtm.5.json").read_text("utf-8"))
SARIF = jsonschema.Draft4Validator(_SCHEMA)
READ_BY_PEOPLE = [Output.CONCISE, Output.GITHUB, Output.MARKDOWN, Output.JUNIT]
#: The rules a handler of the demo breaks, each a finding or more.
BUGGY = {"KF401", "KF402", "KF405"}


def same_as(golden: Path, shown: str, regen: bool) -> None:
    if regen:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(shown, "utf-8", newline="")
    written = golden.read_bytes().decode("utf-8")
    assert shown == written, "if this is how it should read: pytest --regen, and look at the diff"


@pytest.fixture
def captures(wxkf: Wxkf) -> str:
    del wxkf  # it makes the folder
    put("captured/text.push.xml", push())
    put("captured/text.response.xml", re.sub(rb"(</\w+>|<xml>)<", rb"\1\n<", WRONG))
    put("captured/enter.ndjson", line(kind="user_enter_tempsession") + line())
    put("captured/100%,a:b.http", HEAD + RIGHT.replace(b"1714112446", b"1714112446000"))
    put("captured/right.http", HEAD + RIGHT)
    return "captured"


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("output", READ_BY_PEOPLE)
def test_captures_read_like_this(wxkf: Wxkf, captures: str, regen: bool, output: str, lang: str) -> None:
    ran = wxkf("lint-response", captures, "--format", output, "--lang", lang)
    assert (ran.code, ran.err) == (1, "")
    same_as(GOLDEN / f"lint-response-{output}-{lang}.{_ENDINGS.get(output, 'txt')}", steady(ran.out), regen)


@pytest.mark.parametrize("output", READ_BY_PEOPLE)
def test_a_trial_reads_like_this(wxkf: Wxkf, regen: bool, output: str) -> None:
    ran = wxkf("simulate", "--demo", "buggy", "--data", "xml", "--format", output, "--no-record")
    assert (ran.code, ran.err) == (1, "")
    same_as(GOLDEN / f"simulate-buggy-{output}-en.{_ENDINGS.get(output, 'txt')}", steady(ran.out), regen)


_ENDINGS = {"junit": "xml", "markdown": "md"}


def steady(shown: str) -> str:
    """Without what differs from run to run, and without how many rules there are: each new one would be everywhere."""
    shown = re.sub(r' *<testcase classname="[^"]*" name="[^"]*"/>\n', "", shown)
    shown = re.sub(r'(?<= tests=)"\d+"', '"N"', shown)
    shown = re.sub(r"\d+ checks: \d+ passed", "N checks: N passed", shown)
    shown = re.sub(r"\d+(?= rules skipped|: [a-z ]+ (?:known|given)| 条规则|: 不?[未知]|: 不知道)", "N", shown)
    return re.sub(r'\d+\.\d s\b|(?<=time=")\d\.\d{3}|(?<=rules \()\d+', "N", shown)


def findings(wxkf: Wxkf, *arguments: str) -> dict[str, list[str]]:
    """The codes that each format tells of, most often first in the machine shape."""
    shapes: dict[str, Any] = {each.value: wxkf(*arguments, "--format", each).out for each in Output}
    xml = etree.fromstring(shapes["junit"].encode())
    run = json.loads(shapes["sarif"])["runs"][0]
    return {
        "json": codes(json.loads(shapes["json"])),
        "ndjson": [
            each["code"] for each in map(json.loads, shapes["ndjson"].splitlines()) if each["type"] == "finding"
        ],
        "concise": re.findall(r": (?:error|warning|note) (KF\d{3})", shapes["concise"]),
        "github": re.findall(r"^::.*?title=(KF\d{3})", shapes["github"], re.MULTILINE),
        "gitlab": [each["check_name"] for each in json.loads(shapes["gitlab"])],
        "sarif": [each["ruleId"] for each in run["results"]],
        "junit": [case.get("name")[:5] for case in xml.iter("testcase") if len(case) and case.find("skipped") is None],
        "markdown": re.findall(r"^### (KF\d{3})", shapes["markdown"], re.MULTILINE),
        "text": re.findall(r"(?:error |FAIL.*|^ +)(KF\d{3}) ", shapes["text"], re.MULTILINE),
    }


def test_every_format_tells_of_every_finding(wxkf: Wxkf, captures: str) -> None:
    found = findings(wxkf, "lint-response", captures)
    for name in ("ndjson", "concise", "gitlab", "sarif"):
        assert found[name] == found["json"], name
    for name in ("github", "junit", "markdown"):
        assert set(found[name]) == set(found["json"]), name
    live = findings(wxkf, "simulate", "--demo", "buggy", "--no-record")
    for name, told in live.items():
        assert set(told) == BUGGY, name


def test_a_sarif_log_is_valid_and_points_into_the_file(wxkf: Wxkf, captures: str) -> None:
    logs = [
        json.loads(wxkf("lint-response", captures, "--format", "sarif").out),
        json.loads(wxkf("simulate", "--demo", "buggy", "--format", "sarif").out),
        json.loads(wxkf("simulate", "--demo", "correct", "--format", "sarif", "--no-record").out),
        json.loads(wxkf("push", "text", "--url", "http://127.0.0.1:1/", "--format", "sarif").out),
    ]
    for log in logs:
        SARIF.validate(log)
    assert [log["runs"][0]["invocations"][0]["exitCode"] for log in logs] == [1, 1, 0, 3]
    for result in logs[0]["runs"][0]["results"]:
        place = result["locations"][0]["physicalLocation"]
        if result["ruleId"] == "KF301":
            text = Path("captured/text.response.xml").read_text("utf-8").splitlines()[place["region"]["startLine"] - 1]
            assert text[place["region"]["startColumn"] - 1 :].startswith("gh_7f083739789a")
    assert "captured/100%25%2Ca%3Ab.http" in json.dumps(logs[0])
    assert '"uri": ".wxkf/runs/' in json.dumps(logs[1])


def test_fingerprints_are_those_of_the_last_run(wxkf: Wxkf, captures: str) -> None:
    def fingerprints() -> list[str]:
        run = json.loads(wxkf("lint-response", captures, "--format", "sarif").out)["runs"][0]
        return [each["partialFingerprints"]["wxkf/v1"] for each in run["results"]]

    before = fingerprints()
    moved = Path("captured/text.response.xml")
    moved.write_bytes(b"\n\n" + moved.read_bytes())
    assert [each for each in fingerprints() if each in before] == before
    live = [json.loads(wxkf("simulate", "--demo", "buggy", "--format", "gitlab").out) for _ in range(2)]
    assert [each["fingerprint"] for each in live[0]] == [each["fingerprint"] for each in live[1]]
    assert len({each["fingerprint"] for each in live[0]}) == len(live[0])


def test_junit_counts_what_was_checked(wxkf: Wxkf, captures: str) -> None:
    shape = wxkf.json("simulate", "--demo", "buggy", "--data", "xml", "--no-record")
    tree = etree.fromstring(wxkf("simulate", "--demo", "buggy", "--data", "xml", "--format", "junit").out.encode())
    cases = {each["case"] for each in shape["exchanges"]}
    assert {suite.get("name").split(" ")[0] for suite in tree} == cases
    assert sum(int(suite.get("failures")) for suite in tree) == shape["summary"]["errors"]
    tree = etree.fromstring(wxkf("lint-response", captures, "--format", "junit").out.encode())
    for suite in tree:
        assert len(suite) == int(suite.get("tests"))
    assert [each.get("name") for each in tree][:2] == ["captured/100%,a:b.http", "captured/enter.ndjson"]


@pytest.mark.parametrize("output", [each.value for each in Output])
def test_a_secret_that_a_handler_gives_back_is_masked_in_every_format(wxkf: Wxkf, output: str) -> None:
    def leaks(request: Request) -> Reply:
        return Reply(b"your token is test-token-42") if request.method == "POST" else correct(request)

    with scripted(leaks) as handler:
        live = wxkf("simulate", "--url", handler.url, "--format", output, "--report", f"{output}=out")
    put("a.http", HEAD + b"your token is test-token-42")
    linted = wxkf("lint-response", "a.http", "--format", output)
    assert (live.code, linted.code) == (1, 1)
    for text in (live.out, live.err, linted.out, linted.err, Path("out").read_text("utf-8")):
        assert "test-token-42" not in text
    assert "***" in live.out + linted.out


def test_findings_come_while_the_run_goes_on(wxkf: Wxkf) -> None:
    put("run.ndjson", line(WRONG) + b"{broken\n")
    for output in ("text", "concise", "ndjson", "github"):
        ran = wxkf("lint-response", "run.ndjson", "--format", output)
        assert ran.code == 2
        assert "KF301" in ran.out, output


@pytest.mark.parametrize("output", [each.value for each in Output])
def test_only_the_chosen_format_is_loaded(wxkf: Wxkf, output: str) -> None:
    del wxkf
    put("a.http", HEAD + WRONG)
    arguments = ["lint-response", "a.http", "--format", output]
    code = f"import sys, wxkf_cli.cli.start as start; start.run({arguments}); sys.stderr.write(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60, check=True)
    modules = {each.removeprefix("wxkf_cli.report.") for each in done.stderr.decode().split()}
    its_own = {"json": {"machine"}, "ndjson": {"machine"}, "gitlab": {"gitlab", "machine"}, "text": set()}
    its_own["sarif"] = {"sarif", "machine", "markdown"}
    known = {"concise", "github", "gitlab", "junit", "machine", "markdown", "sarif", "simulation"}
    assert modules & known == its_own.get(output, {output})


def test_an_unknown_format_is_said_to_be_none(wxkf: Wxkf) -> None:
    ran = wxkf("lint-response", "x", "--format", "xml")
    assert ran.code == 2
    assert "'sarif'" in ran.err
