"""`wxkf simulate --suite conformance`: choosing checks, where it may go, what it shows, what it keeps."""

import asyncio
import json
from pathlib import Path

import pytest

from tests.cli.running import Wxkf, valid_lines
from wxkf_cli.cli.conforming import within_reach
from wxkf_cli.cli.handler import Handler
from wxkf_cli.errors import UsageError
from wxkf_cli.simulate.conformance.table import CHECKS
from wxkf_cli.simulate.engine import Sender
from wxkf_cli.simulate.over_wire import Wire
from wxkf_cli.simulate.target import Reach, parse_url
from wxkf_cli.trial.conformance_plan import ConformancePlan
from wxkf_cli.vocab.policy import DEFAULT_POLICY, PUBLIC_IN_FLIGHT, PUBLIC_RATE
from wxkf_cli.vocab.terms import Mode
from wxkf_cli.wire.escape import Redactor

SUITE = ("simulate", "--suite", "conformance")
DEMO = (*SUITE, "--demo", "correct")


def test_the_list_has_every_check_in_both_languages(wxkf: Wxkf) -> None:
    english, chinese = (wxkf(*SUITE, "--list", "--lang", language).out.splitlines() for language in ("en", "zh"))
    assert [row[:3] for row in english] == [row[:3] for row in chinese] == list(CHECKS)
    assert all(check.about.en in row for check, row in zip(CHECKS.values(), english, strict=True))
    assert all(check.about.zh in row for check, row in zip(CHECKS.values(), chinese, strict=True))


@pytest.mark.parametrize("named", ["C15", "c15", "xxe-external-entity"])
def test_a_check_is_named_by_id_or_name(wxkf: Wxkf, named: str) -> None:
    shape = wxkf.json(*DEMO, "--only", named)
    assert shape["settings"]["checks"] == ["C15"]
    assert shape["summary"]["grade"] == {"passed": True, "open": {"C": 0, "H": 0, "M": 0, "L": 0}, "checks": 1}


def test_checks_can_be_left_out(wxkf: Wxkf) -> None:
    shape = wxkf.json(*DEMO, "--only", "C01", "--only", "C02", "--skip", "missing-parameters")
    assert shape["settings"]["checks"] == ["C01"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--only", "xxe-external-entit"), "did you mean xxe-external-entity?"),
        (("--skip", "C51"), "did you mean C"),
        (("--only", "text"), ""),
        (("--only", "C38"), "KF901"),
        (("--only", "C01", "--skip", "C01"), "KF901"),
        (("--count", "3"), "--count has no place"),
        (("--text", "x"), "--text has no place"),
        (("--expect", "all"), "--expect has no place"),
        (("--keep-alive",), "--keep-alive has no place"),
        (("--client", "httpx"), "exact bytes"),
    ],
)
def test_what_cannot_be_done_is_exit_2_with_a_hint(wxkf: Wxkf, arguments: tuple[str, ...], said: str) -> None:
    ran = wxkf(*DEMO, *arguments)
    assert ran.code == 2
    assert said in ran.err
    assert ran.out == ""


@pytest.mark.parametrize("url", ["http://8.8.8.8/wx", "https://[2001:4860:4860::8888]/wx"])
def test_public_hosts_are_not_asked_unless_named_again(wxkf: Wxkf, url: str) -> None:
    ran = wxkf(*SUITE, "--url", url)
    assert ran.code == 2
    assert "--allow-remote" in ran.err


@pytest.mark.parametrize("host", ["169.254.169.254", "metadata.google.internal", "100.100.100.200", "[fe80::1]"])
def test_link_local_and_metadata_addresses_are_never_asked(wxkf: Wxkf, host: str) -> None:
    ran = wxkf(*SUITE, "--url", f"http://{host}/wx", "--allow-remote", host.strip("[]"))
    assert ran.code == 2
    assert "never" in ran.err


def handler_at(host: str, reach: Reach) -> Handler:
    target = parse_url(f"http://{host}/wx")

    async def made() -> Wire:
        return Wire(target)

    transport = asyncio.run(made())
    sender, modes = Sender("AAAAA"), (Mode.PLAINTEXT,)
    return Handler("url", target, sender, modes, False, transport, DEFAULT_POLICY, reach, Redactor([]))


def test_a_public_host_that_is_named_again_is_asked_slowly_and_without_canary() -> None:
    plan = within_reach(ConformancePlan(), handler_at("staging.example.com", Reach.PUBLIC), "staging.example.com")
    assert (plan.pace, plan.concurrency, plan.is_near) == (PUBLIC_RATE, PUBLIC_IN_FLIGHT, False)


def test_another_name_does_not_allow_it() -> None:
    with pytest.raises(UsageError, match="public host"):
        within_reach(ConformancePlan(), handler_at("staging.example.com", Reach.PUBLIC), "example.com")


@pytest.mark.parametrize(
    ("host", "is_near"),
    [("127.0.0.1", True), ("localhost", True), ("app.localhost", True), ("[::1]", True), ("192.168.1.7", False)],
)
def test_loopback_is_near_and_a_private_address_is_not(host: str, is_near: bool) -> None:
    plan = within_reach(ConformancePlan(), handler_at(host, Reach.LOCAL), None)
    assert plan.is_near is is_near
    assert plan.pace is None


def test_people_read_ids_letters_and_a_grade(wxkf: Wxkf) -> None:
    ran = wxkf(*SUITE, "--demo", "buggy", "--only", "C07", "--only", "C22", "--data", "xml", "--no-record")
    assert ran.code == 1
    assert "PASS  C07 stale-timestamp" in ran.out
    assert "FAIL  C22 session-entered" in ran.out
    assert "--suite conformance --only C22 --data xml" in ran.out
    assert "grade: fail (C 0, H 1, M 1, L 0 open of 2 checks)" in ran.out


def test_the_grade_is_said_in_chinese_too(wxkf: Wxkf) -> None:
    ran = wxkf(*DEMO, "--only", "C01", "--lang", "zh")
    assert "评级：通过" in ran.out


def test_findings_carry_the_id_of_their_check(wxkf: Wxkf) -> None:
    lines = wxkf.ndjson(*SUITE, "--demo", "buggy", "--only", "C22", "--data", "json")
    (finding,) = (line for line in lines if line["type"] == "finding")
    assert (finding["check"], finding["case"], finding["code"]) == ("C22", "session-entered", "KF718")


def test_a_run_is_recorded_and_can_be_linted(wxkf: Wxkf) -> None:
    assert wxkf(*DEMO, "-q").code == 0
    (record,) = Path(".wxkf/runs").glob("*.ndjson")
    lines = valid_lines(record.read_text("ascii"))
    assert lines[-1]["grade"]["checks"] == 35
    assert {line["flaw"] for line in lines if line["type"] == "done"} == {None, "probe"}
    ran = wxkf("lint-response", str(record), "--format", "json")
    errors = [each["code"] for each in json.loads(ran.out)["findings"] if each["severity"] == "error"]
    assert errors == []


@pytest.mark.parametrize("output", ["text", "concise", "ndjson", "github", "gitlab", "sarif", "junit", "markdown"])
def test_every_format_shows_it(wxkf: Wxkf, output: str) -> None:
    ran = wxkf(*SUITE, "--demo", "buggy", "--only", "C21", "--only", "C15", "--format", output)
    assert ran.code == 1
    assert "KF718" in ran.out


def test_junit_has_a_test_for_a_check_that_passed(wxkf: Wxkf) -> None:
    assert 'name="C15 xxe-external-entity"' in wxkf(*DEMO, "--only", "C15", "--format", "junit").out


def test_codes_of_the_suite_can_be_ignored_and_weighed(wxkf: Wxkf) -> None:
    assert wxkf.json(*DEMO, "--only", "C07", "--only", "C01", "--ignore", "signature-reusable")["findings"] == []
    assert wxkf(*DEMO, "--only", "C07", "--severity", "KF713=error").code == 1
    assert wxkf(*DEMO, "--only", "C07", "--select", "KF713").code == 0


@pytest.mark.parametrize("mode", list(Mode))
def test_the_correct_demo_passes_in_every_mode(wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch, mode: Mode) -> None:
    monkeypatch.setenv("WXKF_AES_KEY", "A" * 43)
    monkeypatch.setenv("WXKF_APPID", "wx2c2769f8efd9abc2")
    shape = wxkf.json(*DEMO, "--mode", mode.value)
    assert shape["summary"]["grade"]["passed"]
    assert {each["check"] for each in shape["findings"]} <= {"C07", "C08", "C09", "C10", "C36"}


def test_the_same_seed_asks_the_same(wxkf: Wxkf) -> None:
    asked = [
        [
            each["push"]["query"].partition("nonce=")[2]
            for each in wxkf.json(*DEMO, "--only", "C05", "--seed", "7")["exchanges"]
        ]
        for _ in range(2)
    ]
    assert asked[0] == asked[1]
