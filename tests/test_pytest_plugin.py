"""The plugin in real runs of pytest, each in a process and a folder of its own."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pytestruns import CONFTEST, ends, folder, section

pytest_plugins = ["pytester"]
__all__ = ["folder"]

EXAMPLES = Path(__file__).with_name("examples")


TESTS = """
import pytest

def test_passes(wxkf):
    answer = wxkf.user("xiaoming").text("人工", lose_answer=2)
    assert answer.transferred and answer.deliveries == 3

def test_finding_not_tolerated(wxkf):
    wxkf.user().event("debug_demo")

def test_finding_tolerated(wxkf):
    wxkf.user().event("debug_demo").expect_finding("event-transferred")

@pytest.mark.wxkf(ignore={"KF401": "the desk wants them"})
def test_finding_ignored(wxkf):
    wxkf.user().event("debug_demo")

@pytest.mark.xfail(strict=True)
def test_expected_to_fail(wxkf):
    wxkf.user().event("debug_demo")

def test_own_failure_first(wxkf):
    answer = wxkf.user().event("debug_demo")
    assert answer.acknowledged

def test_finding_that_is_not_there(wxkf):
    wxkf.user().text().expect_finding("KF401")

def test_no_such_finding(wxkf):
    wxkf.user().text().expect_finding("KF40l")

def test_no_such_event(wxkf):
    wxkf.user().event("user_enter_temsession")

@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_async(wxkf_async):
    async with wxkf_async as wechat:
        assert (await wechat.user().image()).transferred

@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_async_finding(wxkf_async):
    async with wxkf_async as wechat:
        await wechat.user().event("debug_demo")

@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_blocking_in_async(wxkf):
    assert wxkf.user().card().transferred

class TestState:
    def test_one(self, wxkf):
        user = wxkf.user("xiaoming")
        first = user.text()
        wxkf.agent.accepts(user)
        assert wxkf.session(user) == "human"

    def test_two_is_new(self, wxkf):
        assert wxkf.session(wxkf.user("xiaoming")) == "handler"
"""

#: Test -> how it ends.
ENDS = {
    "test_passes": "PASSED",
    "test_finding_not_tolerated": "FAILED",
    "test_finding_tolerated": "PASSED",
    "test_finding_ignored": "PASSED",
    "test_expected_to_fail": "XFAIL",
    "test_own_failure_first": "FAILED",
    "test_finding_that_is_not_there": "FAILED",
    "test_no_such_finding": "FAILED",
    "test_no_such_event": "FAILED",
    "test_async[asyncio]": "PASSED",
    "test_async_finding[asyncio]": "FAILED",
    "test_blocking_in_async[asyncio]": "PASSED",
    "TestState::test_one": "PASSED",
    "TestState::test_two_is_new": "PASSED",
}


@pytest.mark.parametrize("options", [[], ["-n", "2"], ["--import-mode=importlib"]], ids=" ".join)
def test_each_test_ends_as_it_should(folder: pytest.Pytester, options: list[str]) -> None:
    folder.makeconftest(CONFTEST)
    folder.makepyfile(test_shop=TESTS)
    result = folder.runpytest_subprocess("-v", *options)
    assert ends(result) == ENDS
    unexpected = section(result, "test_finding_not_tolerated")
    assert "KF401 event-transferred was found, and the test does not expect it" in unexpected
    for shown in (
        "FAIL  debug_demo",
        'fix: answer "success" to everything',
        "agents see: a meaningless entry",
        "reproduce: pytest test_shop.py::test_finding_not_tolerated",
        'push: {"ToUserName":"gh_97417a04a28d"',
        'answer: {"ToUserName": "o9AgO5Kd5ggOC-bXrbNODIiE3bGY"',
        'answer.expect_finding("KF401")',
    ):
        assert shown in unexpected
    assert "Traceback" not in unexpected
    assert "another exception" not in unexpected

    own = section(result, "test_own_failure_first")
    assert "assert answer.acknowledged" in own
    assert "what was pushed and what came back" in own
    assert "KF401 event-transferred" in own

    assert "KF401 event-transferred was expected and not found: nothing was found at all" in section(
        result, "test_finding_that_is_not_there"
    )
    assert "did you mean KF401 event-transferred?" in section(result, "test_no_such_finding")
    event = section(result, "test_no_such_event")
    assert "did you mean user_enter_tempsession?" in event
    assert "wxkf_cli/" not in event, "no frame of ours"


MISTAKES = {
    '"secure"': "each thing has its name",
    'moode="secure"': "did you mean mode?",
    'mode="secured"': "did you mean secure?",
    'format="yaml"': "it takes xml or json",
    'ignore={"KF307"}': "each rule has its reason",
    'ignore={"KF307": ""}': '"KF307" is ignored without a reason',
    'ignore={"KF3O7": "why"}': "did you mean KF307",
}


def test_mistakes_in_the_marker_are_refused(folder: pytest.Pytester) -> None:
    folder.makeconftest(CONFTEST)
    tests = [
        f"@pytest.mark.wxkf({mistake})\ndef test_{number}({fixture}): pass\n"
        for number, mistake in enumerate(MISTAKES)
        for fixture in (["wxkf", ""][number % 2],)
    ]
    folder.makepyfile("import pytest\n" + "\n".join(tests))
    result = folder.runpytest_subprocess("-v")
    result.assert_outcomes(errors=len(MISTAKES))
    for number, hint in enumerate(MISTAKES.values()):
        shown = section(result, f"ERROR at setup of test_{number}")
        assert hint in shown
        assert "@pytest.mark.wxkf" in shown
        assert "Traceback" not in shown


def test_without_a_handler_the_error_shows_both_ways(folder: pytest.Pytester) -> None:
    (folder.path / "a.story.toml").write_text('[[step]]\nsend = "人工"\n', "utf-8")
    folder.makepyfile("def test_text(wxkf): pass")
    result = folder.runpytest_subprocess()
    result.assert_outcomes(errors=1, failed=1)
    for test in ("ERROR at setup of test_text", "story: a"):
        shown = section(result, test)
        assert "def wxkf_app():" in shown
        assert "def wxkf_url():" in shown
        assert "Traceback" not in shown


def test_what_is_not_there_is_told_in_a_line(folder: pytest.Pytester) -> None:
    (folder.path / "wxkf.toml").write_text('token = "t"', "utf-8")
    folder.makepyfile("def test_text(wxkf): wxkf.user().text()")
    result = folder.runpytest_subprocess("--wxkf-url", "http://127.0.0.1:9/wx")
    shown = section(result, "test_text")
    assert "HandlerDown: the handler at http://127.0.0.1:9/wx could not be reached" in shown
    assert "is it started, and on that port?" in shown


def test_the_plugin_can_be_left_out(folder: pytest.Pytester) -> None:
    folder.makepyfile("def test_nothing(): pass")
    (folder.path / "a.story.toml").write_text("no story", "utf-8")
    folder.runpytest_subprocess("-p", "no:wxkf").assert_outcomes(passed=1)


def test_only_its_own_module_is_loaded_until_it_is_needed(folder: pytest.Pytester) -> None:
    folder.makepyfile(
        "import sys\n"
        "def test_loaded():\n"
        "    assert [each for each in sys.modules if each.startswith('wxkf_cli')] == "
        "['wxkf_cli', 'wxkf_cli.pytest_plugin']\n"
    )
    folder.runpytest_subprocess("--markers").stdout.fnmatch_lines(["@pytest.mark.wxkf(mode=*"])
    folder.runpytest_subprocess().assert_outcomes(passed=1)


def test_nothing_is_pushed_while_tests_are_only_collected(folder: pytest.Pytester) -> None:
    folder.makepyfile(test_shop=TESTS)
    (folder.path / "good.story.toml").write_text('name = "all is well"\n[[step]]\nsend = "人工"\n', "utf-8")
    result = folder.runpytest_subprocess("--collect-only", "-q")
    assert result.ret == pytest.ExitCode.OK
    assert "good.story.toml::all is well" in result.outlines


def test_the_examples_hold_alone(folder: pytest.Pytester) -> None:
    shutil.copytree(EXAMPLES, folder.path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    folder.runpytest_subprocess("-n", "2").assert_outcomes(passed=8)


def test_the_examples_are_typed(tmp_path: Path) -> None:
    files = ["shop.py", "conftest.py", "test_shop.py"]
    options = ["--strict", "--explicit-package-bases", "--config-file=", "--cache-dir", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *options, *files], cwd=EXAMPLES, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
