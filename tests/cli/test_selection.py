"""`--select`, `--ignore`, `--severity`, `--fail-on` and their settings, in `lint-response` and `simulate`."""

from pathlib import Path

import pytest

from tests.cli.captured import HEAD, RIGHT, WRONG, line, push, put
from tests.cli.running import Wxkf, codes

MILLISECONDS = RIGHT.replace(b"1714112446", b"1714112446123")
BOTH = WRONG.replace(b"1714112446", b"1714112446123")
REASON = 'ignore = [{{ rule = "{}", reason = "it is so" }}]'

# what the settings say, the options, what the file holds, exit code, codes
CHOICES: dict[str, tuple[str, tuple[str, ...], bytes, int, list[str]]] = {
    "everything": ("", (), BOTH, 1, ["KF301", "KF303"]),
    "a code": ("", ("--select", "KF303"), BOTH, 0, ["KF303"]),
    "several in one": ("", ("--select", "KF303, KF301"), BOTH, 1, ["KF301", "KF303"]),
    "several": ("", ("--select", "KF303", "--select", "KF301"), BOTH, 1, ["KF301", "KF303"]),
    "a prefix": ("", ("--select", "KF4"), BOTH, 0, []),
    "a name": ("", ("--select", "createtime-milliseconds"), BOTH, 0, ["KF303"]),
    "less a code": ("", ("--ignore", "KF301"), BOTH, 0, ["KF303"]),
    "less a prefix": ("", ("--ignore", "KF3"), BOTH, 0, []),
    "a selection less a name": ("", ("--select", "KF3", "--ignore", "parties-not-exchanged"), BOTH, 0, ["KF303"]),
    "the settings select": ('select = ["KF303"]', (), BOTH, 0, ["KF303"]),
    "the option replaces the settings": ('select = ["KF303"]', ("--select", "KF301"), BOTH, 1, ["KF301"]),
    "the settings ignore": (REASON.format("KF301"), (), BOTH, 0, ["KF303"]),
    "the option adds to the settings": (REASON.format("KF301"), ("--ignore", "KF303"), BOTH, 0, []),
    "files are ignored": (
        'per_file_ignores = [{ files = "old/**", rule = "KF301", reason = "it is so" }]', (), BOTH, 0, ["KF303"],
    ),
    "other files are ignored": (
        'per_file_ignores = [{ files = "new/**", rule = "KF301", reason = "it is so" }]', ("--ignore", "KF903"),
        BOTH, 1, ["KF301", "KF303"],
    ),
    "a warning becomes an error": ("", ("--severity", "KF303=error"), MILLISECONDS, 1, ["KF303"]),
    "an error becomes a note": ("", ("--severity", "KF301=note", "--ignore", "KF303"), BOTH, 0, ["KF301"]),
    "the settings weigh": ('severity = { KF303 = "error" }', (), MILLISECONDS, 1, ["KF303"]),
    "the option goes before the settings": (
        'severity = { KF303 = "error" }', ("--severity", "KF303=note"), MILLISECONDS, 0, ["KF303"],
    ),
    "warnings pass": ("", (), MILLISECONDS, 0, ["KF303"]),
    "warnings fail": ("", ("--fail-on", "warning"), MILLISECONDS, 1, ["KF303"]),
    "notes do not": ("", ("--fail-on", "warning", "--severity", "KF303=note"), MILLISECONDS, 0, ["KF303"]),
    "nothing fails": ("", ("--fail-on", "never"), BOTH, 0, ["KF301", "KF303"]),
    "the settings say what fails": ('fail_on = "warning"', (), MILLISECONDS, 1, ["KF303"]),
    "the option says what fails": ('fail_on = "warning"', ("--fail-on", "error"), MILLISECONDS, 0, ["KF303"]),
    "an ignore that is not used": (REASON.format("KF310"), (), RIGHT, 0, ["KF903"]),
    "an ignore that is not used fails": ('fail_on = "warning"\n' + REASON.format("KF310"), (), RIGHT, 1, ["KF903"]),
    "an ignore that is not used is ignored": (REASON.format("KF310"), ("--ignore", "KF903"), RIGHT, 0, []),
    "an ignore that is not used weighs": (
        REASON.format("KF310"), ("--severity", "unused-ignore=error"), RIGHT, 1, ["KF903"],
    ),
    "an ignore that could not be used": (REASON.format("KF401"), (), RIGHT, 0, []),
    "an ignore of what is not selected": (REASON.format("KF310"), ("--select", "KF301,KF9"), RIGHT, 0, []),
    "an ignore that is not used, not selected itself": (REASON.format("KF310"), ("--select", "KF3"), RIGHT, 0, []),
    "an ignore of files that are not there": (
        'per_file_ignores = [{ files = "odl/**", rule = "KF301", reason = "it is so" }]', (), RIGHT, 0, ["KF903"],
    ),
    "all ignored in the settings, with reasons": (
        'ignore = [{ rule = "KF301", reason = "a" }, { rule = "KF303", reason = "b" }]', (), BOTH, 0, [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHOICES)
def test_what_counts_is_what_was_chosen(wxkf: Wxkf, name: str) -> None:
    toml, options, body, code, found = CHOICES[name]
    put("wxkf.toml", toml.encode())
    shape = wxkf.json("lint-response", put("old/a.xml", body), *options)
    assert (codes(shape), shape["exit_code"]) == (found, code)
    summary = shape["summary"]
    assert summary["checks"] == summary["passed"] + summary["failed"]
    assert summary["errors"] + summary["warnings"] + summary["notes"] == len(found)


def test_a_verdict_does_not_change_with_what_counts(wxkf: Wxkf) -> None:
    put("a.xml", WRONG)
    verdicts = [
        wxkf.json("lint-response", "a.xml", *options)["exchanges"][0]["verdict"]
        for options in ((), ("--ignore", "KF3"), ("--severity", "KF301=note"), ("--fail-on", "never"))
    ]
    assert set(verdicts) == {"abnormal"}


def test_the_record_of_a_run_says_what_counted(wxkf: Wxkf) -> None:
    put("wxkf.toml", REASON.format("KF303").encode())
    shape = wxkf.json("lint-response", put("a.xml", BOTH), "--severity", "KF301=warning", "--select", "KF301,KF303")
    assert shape["settings"]["select"] == ["KF301", "KF303"]
    assert shape["settings"]["ignore"] == [{"rule": "KF303", "files": None, "reason": "it is so"}]
    assert shape["settings"]["severity"] == {"KF301": "warning"}
    assert shape["settings"]["fail_on"] == "error"


def test_an_unused_ignore_is_told_with_its_setting_its_file_and_its_reason(wxkf: Wxkf) -> None:
    path = Path(put("wxkf.toml", b'per_file_ignores = [{ files = "odl/**", rule = "KF301", reason = "co-wechat" }]'))
    ran = wxkf("lint-response", put("a.xml", RIGHT))
    said = f'per_file_ignores of "KF301" for "odl/**" in {path.resolve()} left nothing out; its reason was "co-wechat"'
    assert "warning KF903 unused-ignore\n" in ran.out
    assert said in " ".join(ran.out.split())
    assert "co-wechat" in wxkf("lint-response", "a.xml", "--lang", "zh").out


# the command's arguments, what the settings say, what stderr must say; every one is exit 2
MISTAKES: dict[str, tuple[tuple[str, ...], str, list[str]]] = {
    "an unknown code": (("--select", "KF3O1"), "", ['--select: no rule is called "KF3O1"', "did you mean KF301"]),
    "an unknown name": (("--ignore", "createtime-second"), "", ["--ignore: no rule", "did you mean createtime-"]),
    "an unknown prefix": (("--ignore", "KF8"), "", ['no rule is called "KF8"']),
    "no rule at all": (("--select", ""), "", ['no rule is called ""']),
    "an unknown rule in the settings": ((), REASON.format("KF999"), ["ignore in", "wxkf.toml: no rule is called"]),
    "an unknown rule for files": (
        (), 'per_file_ignores = [{ files = "a", rule = "x", reason = "y" }]', ["per_file_ignores in", 'called "x"'],
    ),
    "an unknown rule in a selection": ((), 'select = ["KF888"]', ["select in", "wxkf.toml: no rule is called"]),
    "an unknown rule that weighs": ((), 'severity = { KF888 = "note" }', ["severity in", "wxkf.toml: no rule"]),
    "an unknown severity": (("--severity", "KF301=eror"), "", ['"eror" is no severity', "did you mean error?"]),
    "no severity": (("--severity", "KF301"), "", ["names no severity", "for example --severity KF303=error"]),
    "a severity of nothing": (("--severity", "=error"), "", ["names no severity"]),
    "an unknown gate": (("--fail-on", "note"), "", ["--fail-on"]),
    "no reason": ((), 'ignore = ["KF303"]', ["ignore in", 'reason = "co-wechat sends milliseconds"']),
    "nothing left": (("--select", "KF3", "--ignore", "KF"), "", ["KF901 nothing-checked"]),
    "nothing left with the settings": (("--select", "KF303"), REASON.format("KF3"), ["KF901 nothing-checked"]),
    "only what is about the run": (("--select", "KF9"), "", ["KF901 nothing-checked"]),
}  # fmt: skip


@pytest.mark.parametrize("command", ["lint-response", "simulate"])
@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_never_green(wxkf: Wxkf, name: str, command: str) -> None:
    options, toml, said = MISTAKES[name]
    put("wxkf.toml", toml.encode())
    what = (put("a.xml", RIGHT),) if command == "lint-response" else ("--demo", "correct", "--no-record")
    ran = wxkf(command, *what, *options)
    assert (ran.code, ran.out) == (2, "")
    assert [each for each in said if each not in ran.err] == []


def test_rules_that_never_run_on_what_came_leave_nothing_checked(wxkf: Wxkf) -> None:
    for options in (("--select", "KF1"), ("--select", "KF401")):
        ran = wxkf("lint-response", put("a.xml", RIGHT), *options)
        assert ran.code == 2
        assert "KF901 nothing-checked" in ran.err
    ran = wxkf("simulate", "--demo", "correct", "--no-record", "--select", "KF1", "--only", "text")
    assert ran.code == 2
    assert "KF901 nothing-checked" in ran.err


def test_lists_and_words_stand_in_the_environment_too(wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WXKF_SELECT", "KF303, KF401")
    monkeypatch.setenv("WXKF_FAIL_ON", "warning")
    shape = wxkf.json("lint-response", put("a.xml", BOTH))
    assert (codes(shape), shape["exit_code"]) == (["KF303"], 1)


def test_a_demand_on_the_run_can_be_left_out_and_weighed(wxkf: Wxkf) -> None:
    record = put("a.ndjson", line(b"success"))
    expecting = ("lint-response", record, "--expect", "any")
    assert codes(wxkf.json(*expecting)) == ["KF403"]
    assert codes(wxkf.json(*expecting, "--ignore", "KF403")) == []
    shape = wxkf.json(*expecting, "--severity", "KF403=warning")
    assert (codes(shape), shape["exit_code"]) == (["KF403"], 0)
    put("wxkf.toml", REASON.format("KF403").encode())
    assert codes(wxkf.json(*expecting)) == []
    put("a.push.xml", push())
    put("a.response.xml", RIGHT)
    assert codes(wxkf.json("lint-response", "a.response.xml", "--expect", "any")) == ["KF903"]


def test_a_file_is_ignored_by_its_path_as_it_was_given(wxkf: Wxkf) -> None:
    put("wxkf.toml", b'per_file_ignores = [{ files = "old/*.http", rule = "KF301", reason = "it is so" }]')
    put("old/a.http", HEAD + WRONG)
    put("old/deep/a.http", HEAD + WRONG)
    put("new/a.http", HEAD + WRONG)
    shape = wxkf.json("lint-response", ".")
    assert [each["file"] for each in shape["findings"]] == ["new/a.http", "old/deep/a.http"]
    assert codes(wxkf.json("lint-response", "./old/a.http")) == []


SIMULATE = ("simulate", "--demo", "buggy", "--no-record", "--only", "text", "--only", "user_enter_tempsession")

# what the settings say, the options, exit code, codes
TRIALS: dict[str, tuple[str, tuple[str, ...], int, set[str]]] = {
    "everything": ("", (), 1, {"KF401"}),
    "less what is wrong": ("", ("--ignore", "event-transferred"), 0, set()),
    "less what is wrong, for a reason": (REASON.format("KF401"), (), 0, set()),
    "only another": ("", ("--select", "KF3"), 0, set()),
    "as a warning": ("", ("--severity", "KF401=warning"), 0, {"KF401"}),
    "as a warning that fails": ("", ("--severity", "KF401=warning", "--fail-on", "warning"), 1, {"KF401"}),
    "nothing fails": ("", ("--fail-on", "never"), 0, {"KF401"}),
    "an ignore that is not used, in a part of the suite": (REASON.format("KF310"), ("--ignore", "KF401"), 0, set()),
    "an ignore of files, of which there are none": (
        'per_file_ignores = [{ files = "a/**", rule = "KF310", reason = "x" }]', ("--ignore", "KF401"), 0, set(),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TRIALS)
def test_a_trial_counts_what_was_chosen(wxkf: Wxkf, name: str) -> None:
    toml, options, code, found = TRIALS[name]
    put("wxkf.toml", toml.encode())
    shape = wxkf.json(*SIMULATE, *options)
    assert (set(codes(shape)), shape["exit_code"]) == (found, code)
    assert shape["summary"]["verdicts"]["event-transferred"] == 2
    assert shape["summary"]["checks"] == shape["summary"]["passed"] + shape["summary"]["failed"]


def test_a_case_fails_where_a_finding_reaches_the_gate(wxkf: Wxkf) -> None:
    weighed = (*SIMULATE, "--severity", "KF401=warning")
    assert "FAIL" not in wxkf(*weighed).out
    assert "FAIL" in wxkf(*weighed, "--fail-on", "warning").out


@pytest.mark.parametrize(
    ("more", "found"),
    [((), {"KF401", "KF402", "KF903"}), (("--skip", "image"), {"KF401", "KF402"}), (("-x",), {"KF401"})],
)
def test_an_ignore_that_the_whole_suite_did_not_use_is_unused(
    wxkf: Wxkf, more: tuple[str, ...], found: set[str]
) -> None:
    put("wxkf.toml", REASON.format("KF310").encode())
    shape = wxkf.json("simulate", "--demo", "buggy", "--no-record", "--select", "KF3,KF4,KF9", *more)
    assert set(codes(shape)) & {"KF401", "KF402", "KF903"} == found
