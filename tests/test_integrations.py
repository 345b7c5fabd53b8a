"""The pre-commit hook and the GitHub Action do what their users see: run as the two run them, with hostile input."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped] # PyYAML ships no types

from tests.cli.captured import RIGHT, WRONG, push, put

ROOT = Path(__file__).parents[1]
HOOK = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))[0]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
STEPS: dict[str, dict[str, Any]] = {step["id"]: step for step in ACTION["runs"]["steps"] if "run" in step}
WXKF = Path(sys.executable).with_name("wxkf")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A git repository with captures, right ones and a wrong one, none of them committed."""
    folder = tmp_path / "a repository"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for name in ("WXKF_TOKEN", "WXKF_AES_KEY", "WXKF_APPID", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WXKF_LANG", "en")
    put("captures/right.push.xml", push())
    put("captures/right.response.xml", RIGHT)
    put("captures/sub folder/wrong.push.xml", push())
    put("captures/sub folder/wrong.response.xml", WRONG)
    put("requests/login.http", b"GET https://example.com HTTP/1.1\n")
    put("README.md", b"# x\n")
    subprocess.run(["git", "init", "-q"], check=True)
    subprocess.run(["git", "add", "."], check=True)
    return folder


# ---- pre-commit


def hooked(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The hook as pre-commit calls it: its entry, then `args`, then the staged files that `files` matches."""
    staged = subprocess.run(["git", "ls-files", "-z"], check=True, capture_output=True, text=True).stdout.split("\0")
    names = [name for name in staged if name and re.search(HOOK["files"], name)]
    command, *rest = HOOK["entry"].split()
    assert command == "wxkf", "the command that the package installs"
    return subprocess.run([WXKF, *rest, *arguments, *names], capture_output=True, text=True, check=False)


def test_the_hook_says_what_pre_commit_wants_to_know() -> None:
    known = {"id", "name", "description", "entry", "language", "files", "require_serial"}
    assert set(HOOK) == known
    assert (HOOK["id"], HOOK["entry"], HOOK["language"]) == ("wxkf-lint-response", "wxkf lint-response", "python")
    assert HOOK["require_serial"] is True


@pytest.mark.parametrize(
    ("name", "is_linted"),
    [
        ("x.response.xml", True),
        ("a b/x.response.http", True),
        ("captures/x.y.response.json", True),
        ("x.push.xml", False),
        ("response.xml", False),
        ("x.response.d/y.txt", False),
        ("x.responses.xml", False),
        ("requests/login.http", False),  # mostly an editor's file of requests
        ("data.ndjson", False),
    ],
)
def test_the_hook_is_for_captured_responses(name: str, is_linted: bool) -> None:
    assert bool(re.search(HOOK["files"], name)) is is_linted


@pytest.mark.usefixtures("repository")
def test_the_hook_fails_on_a_wrong_capture_and_says_where() -> None:
    ran = hooked()
    assert ran.returncode == 1
    assert "sub folder/wrong.response.xml" in ran.stdout
    assert "KF301" in ran.stdout
    assert "2 responses" in ran.stdout


@pytest.mark.usefixtures("repository")
def test_the_hook_passes_on_right_captures_with_options_of_the_user() -> None:
    subprocess.run(["git", "rm", "-q", "--cached", "-r", "captures/sub folder"], check=True)
    ran = hooked("--expect", "all")
    assert ran.returncode == 0, ran.stdout + ran.stderr


# ---- the GitHub Action


def environment(step: dict[str, Any], inputs: dict[str, str]) -> dict[str, str]:
    """The step's `env` with the inputs that are given, or their defaults, in the place of its expressions."""
    values = {name: str(each.get("default", "")) for name, each in ACTION["inputs"].items()} | inputs

    def value(expression: str) -> str:
        found = re.fullmatch(r"\$\{\{ inputs\.([a-z-]+) \}\}", expression)
        assert found is not None, expression
        return values[found[1]]

    return {name: value(expression) for name, expression in step["env"].items()}


def run_step(name: str, where: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """A step's script as a runner runs it: bash, with its `env`, in the checkout."""
    temporary = where.parent / "runner temp"
    (temporary / "wxkf" / "bin").mkdir(parents=True, exist_ok=True)
    link = temporary / "wxkf" / "bin" / "wxkf"
    if not link.exists():
        link.symlink_to(WXKF)
    step = STEPS[name]
    assert step["shell"] == "bash"
    given = {key.replace("_", "-"): value for key, value in inputs.items()}
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]],
        env=os.environ
        | environment(step, given)
        | {
            "RUNNER_TEMP": str(temporary),
            "GITHUB_OUTPUT": str(where.parent / "output"),
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_ACTIONS": "true",
        },
        cwd=where,
        capture_output=True,
        text=True,
        check=False,
    )


def outputs(where: Path) -> list[str]:
    return (where.parent / "output").read_text("utf-8").splitlines()


def test_inputs_never_become_part_of_a_script() -> None:
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step.get("run", ""), "hand it over in env: what an expression holds would run as a command"
    assert all(step["shell"] == "bash" for step in STEPS.values())


def test_every_input_is_described_and_used() -> None:
    text = (ROOT / "action.yml").read_text("utf-8")
    for name, each in ACTION["inputs"].items():
        assert each["description"]
        assert f"inputs.{name} }}}}" in text or f"inputs.{name} != ''" in text
    for name, each in ACTION["outputs"].items():
        assert each["value"] == f"${{{{ steps.lint.outputs.{name} }}}}"


def test_the_only_other_action_is_github_s_own() -> None:
    used = [step["uses"] for step in ACTION["runs"]["steps"] if "uses" in step]
    assert used == ["actions/setup-python@v5"]


def test_the_action_marks_findings_in_the_pull_request(repository: Path) -> None:
    ran = run_step("lint", repository)
    assert ran.returncode == 1, ran.stderr
    assert re.search(r"^::error file=captures/sub folder/wrong\.response\.xml,line=1,.*KF301", ran.stdout, re.MULTILINE)
    assert outputs(repository) == ["exit-code=1"]


def test_the_action_takes_paths_line_by_line_options_and_a_sarif_file(repository: Path) -> None:
    ran = run_step(
        "lint",
        repository,
        paths="captures/sub folder\n\ncaptures/right.response.xml\n",
        args="  --fail-on never\n--expect   any ",
        format="text",
        sarif="wxkf.sarif",
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert outputs(repository) == ["sarif=wxkf.sarif", "exit-code=0"]
    sarif = json.loads((repository / "wxkf.sarif").read_text("utf-8"))
    assert {result["ruleId"] for result in sarif["runs"][0]["results"]} == {"KF301"}


#: What somebody may write where an input comes from a branch name or a title.
HOSTILE = [
    "$(touch evil)", "`touch evil`", "x && touch evil;", "'; touch evil; '", '"; touch evil; "', "--report=text=evil",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("name", ["paths", "args", "format", "sarif"])
def test_a_hostile_input_runs_nothing(repository: Path, name: str, text: str) -> None:
    ran = run_step("lint", repository, **{name: text})
    # The wrong capture is found where only the SARIF file has a strange name; the rest is no option, format or file.
    is_option = name == "args" and text.startswith("--")
    assert ran.returncode == (1 if name == "sarif" or is_option else 2), ran.stdout
    assert "Traceback" not in ran.stderr
    assert (repository / "evil").exists() is is_option, "only an option that is asked for writes a file"
    assert all(re.match("(exit-code|sarif)=", line) for line in outputs(repository))


def test_a_line_break_in_the_sarif_path_sets_no_output_of_its_own(repository: Path) -> None:
    run_step("lint", repository, sarif="x\nexit-code=0")
    assert outputs(repository)[0] == "sarif=xexit-code=0"


#: Stands where python3 does: says what it was called with and makes the folder that it was asked for.
RECORDER = """#!/bin/sh
printf '%s\\n' "$@" "-" >> "$CALLS"
if [ "$2" = venv ]; then mkdir -p "$3/bin" && cp "$0" "$3/bin/python"; fi
"""


@pytest.mark.parametrize(("version", "installed"), [("", str(ROOT)), ("1.2.3rc1+x", "wxkf==1.2.3rc1+x")])
def test_the_action_installs_itself_or_the_version_asked_for(
    repository: Path, monkeypatch: pytest.MonkeyPatch, version: str, installed: str
) -> None:
    assert install(repository, monkeypatch, version).returncode == 0
    venv = str(repository.parent / "runner temp" / "wxkf")
    pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", installed]
    assert calls(repository) == ["-m", "venv", venv, "-", *pip, "-"]


@pytest.mark.parametrize("version", ["1 -r x", "1;touch evil", "$(touch evil)", "--pre", "1\n2", "@file:///x", "1,2"])
def test_a_version_that_is_none_is_refused(repository: Path, monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    assert install(repository, monkeypatch, version).returncode == 2
    assert calls(repository) == []
    assert not (repository / "evil").exists()


def install(where: Path, monkeypatch: pytest.MonkeyPatch, version: str) -> subprocess.CompletedProcess[str]:
    python = where.parent / "bin" / "python3"
    python.parent.mkdir()
    python.write_text(RECORDER)
    python.chmod(0o755)
    (where.parent / "calls").touch()
    monkeypatch.setenv("CALLS", str(where.parent / "calls"))
    monkeypatch.setenv("PATH", f"{python.parent}{os.pathsep}{os.environ['PATH']}")
    return run_step("install", where, version=version)


def calls(where: Path) -> list[str]:
    return (where.parent / "calls").read_text("utf-8").splitlines()
