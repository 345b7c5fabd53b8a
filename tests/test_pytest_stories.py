"""Story files as tests, and what else says where the handler is, in real runs of pytest."""

import re
import subprocess
import sys

import pytest

from tests.pytestruns import CONFTEST, ends, folder, section
from tests.scripted import TOKEN, scripted

pytest_plugins = ["pytester"]
__all__ = ["folder"]

STORIES = {
    "good.story.toml": 'name = "all is well"\n[[step]]\nsend = "人工"\nexpect = { verdict = "transferred" }\n',
    "bad.story.toml": '\n\n[[step]]\nevent = "debug_demo"\nexpect = { verdict = "acknowledged" }\n',
    "sealed.story.toml": 'modes = ["secure"]\n[[step]]\nsend = "人工"\n',
}


@pytest.mark.parametrize("options", [[], ["-n", "2"]], ids=" ".join)
def test_stories_are_tests(folder: pytest.Pytester, options: list[str]) -> None:
    folder.makeconftest(CONFTEST)
    (folder.path / "stories").mkdir()
    for name, text in STORIES.items():
        (folder.path / "stories" / name).write_text(text, "utf-8")
    result = folder.runpytest_subprocess("-v", "stories", *options)
    assert ends(result) == {"all is well": "PASSED", "bad": "FAILED", "sealed": "SKIPPED"}
    shown = section(result, "story: bad")
    for part in (
        "stories/bad.story.toml:3: step 1: expected verdict acknowledged, got event-transferred",
        "  FAIL  bad",
        "KF401 event-transferred",
        "reproduce: pytest stories/bad.story.toml::bad",
    ):
        assert part in shown
    assert "Traceback" not in shown


def test_a_story_with_mistakes_is_an_error_that_names_the_line(folder: pytest.Pytester) -> None:
    (folder.path / "a.story.toml").write_text('[[step]]\nsend = { kind = "texxt" }\n', "utf-8")
    (folder.path / "b.story.toml").write_text("[[step]\n", "utf-8")
    result = folder.runpytest_subprocess()
    assert result.ret == pytest.ExitCode.INTERRUPTED
    shown = "\n".join(result.outlines)
    assert 'a.story.toml:2: step 1: send.kind is "texxt"' in shown
    assert "did you mean text?" in shown
    assert "b.story.toml:1: this is not TOML" in shown
    assert "Traceback" not in shown


def test_a_handler_behind_a_url(folder: pytest.Pytester) -> None:
    (folder.path / "a.story.toml").write_text('[[step]]\nsend = "人工"\nexpect = { pushed = false }\n', "utf-8")
    folder.makepyfile("def test_text(wxkf): assert wxkf.user().text().transferred")
    (folder.path / "wxkf.toml").write_text('token = "${SECRET}"\n', "utf-8")
    with scripted() as handler, pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECRET", TOKEN)
        result = folder.runpytest_subprocess("-v", "--wxkf-url", handler.url, "--wxkf-lang", "zh")
        patch.setenv("WXKF_URL", handler.url)
        again = folder.runpytest_subprocess("-v")
    assert ends(result) == ends(again) == {"a": "FAILED", "test_text": "PASSED"}
    shown = section(result, "story: a")
    assert "期望 pushed 为 false，实际为 true" in shown
    assert f"重现: wxkf simulate --url {handler.url} --story a.story.toml --data xml" in shown
    assert TOKEN not in "\n".join(result.outlines)


@pytest.mark.parametrize("options", [[], ["-n", "1"]], ids=" ".join)
def test_a_failure_is_told_once_in_ci_too(
    folder: pytest.Pytester, options: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.makeconftest(CONFTEST)
    (folder.path / "bad.story.toml").write_text(STORIES["bad.story.toml"], "utf-8")
    monkeypatch.setenv("CI", "true")  # where pytest's summary has the whole of every message
    lines = folder.runpytest_subprocess(*options).outlines
    assert sum("reproduce: " in line for line in lines) == 1
    (told,) = (line for line in lines if line.startswith("FAILED bad.story.toml::bad"))
    assert told == "FAILED bad.story.toml::bad - Failed: bad.story.toml:3: KF401 event-transferred"


#: Some steps push nothing, and some more than once; the first step pushes in another file.
LONG_STORY = """include = "parts/first.story.toml"
[[step]]
advance = "1s"
[[step]]
repeat = 2
[[step.step]]
send = "x"
[[step.step]]
send.kind = "text"
texts = ["y", "z"]
[[step]]
event = "debug_demo"
"""


@pytest.mark.parametrize("included", ['send = "x"', 'event = "debug_demo"'])
def test_a_finding_is_told_at_the_step_that_it_came_of(folder: pytest.Pytester, included: str) -> None:
    folder.makeconftest(CONFTEST.replace('"json"', '"both"'))
    (folder.path / "parts").mkdir()
    (folder.path / "parts" / "first.story.toml").write_text(f"\n[[step]]\n{included}\n", "utf-8")
    (folder.path / "a.story.toml").write_text(LONG_STORY, "utf-8")
    shown = section(folder.runpytest_subprocess("a.story.toml"), "story: a")
    told = [line for line in shown.splitlines() if line.endswith(": KF401 event-transferred")]
    in_the_first = ["parts/first.story.toml:2: KF401 event-transferred"] if "event" in included else []
    assert told == [*in_the_first, "a.story.toml:11: KF401 event-transferred"]


def test_a_story_that_is_called_as_one_of_the_suite_has_its_own_steps(folder: pytest.Pytester) -> None:
    folder.makeconftest(CONFTEST.replace('"json"', '"both"'))
    (folder.path / "text.story.toml").write_text('[[step]]\nsend = "x"\n[[step]]\nevent = "debug_demo"\n', "utf-8")
    assert section(folder.runpytest_subprocess(), "story: text").startswith(
        "text.story.toml:3: KF401 event-transferred\n"
    )


def test_the_line_that_plays_a_story_again_does(folder: pytest.Pytester) -> None:
    (folder.path / "a.story.toml").write_text('[[step]]\nevent = "debug_demo"\n', "utf-8")
    folder.makepyfile(shop=CONFTEST)
    (folder.path / "wxkf.toml").write_text('app = "shop:handle"\ndata = "json"\n', "utf-8")
    result = folder.runpytest_subprocess()
    (line,) = re.findall(r"reproduce: wxkf (.*)", "\n".join(result.outlines))
    assert line == "simulate --app shop:handle --story a.story.toml --data json"
    done = subprocess.run([sys.executable, "-m", "wxkf_cli", *line.split()], cwd=folder.path, check=False, timeout=60)
    assert done.returncode == 1


WITNESSED = """
import unittest
import pytest

class TestShop(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def _wechat(self, wxkf):
        self.wechat = wxkf

    def test_once(self):
        self.assertTrue(self.wechat.user().text().acknowledged)

    def test_twice(self):
        self.wechat.user().text(lose_answer=1)
"""
WITNESS = """
import pytest

orders = []

def handle(push):
    orders.append(push["MsgId"])
    return "success"

@pytest.fixture
def wxkf_app():
    return handle

@pytest.fixture
def wxkf_settings():
    return {"data": "json", "expect": "none"}

@pytest.fixture
def wxkf_witness():
    return lambda: len(orders)
"""


def test_a_witness_is_asked_for_tests_of_unittest_and_for_stories(folder: pytest.Pytester) -> None:
    folder.makeconftest(WITNESS)
    folder.makepyfile(test_shop=WITNESSED)
    (folder.path / "a.story.toml").write_text('[[step]]\nsend = "x"\nfault = "drop-answer"\n', "utf-8")
    result = folder.runpytest_subprocess("-v")
    assert ends(result) == {"a": "FAILED", "TestShop::test_once": "PASSED", "TestShop::test_twice": "FAILED"}
    assert section(result, "story: a").startswith("a.story.toml:1: KF408 acted-twice\n")
    assert "KF408 acted-twice was found" in section(result, "TestShop.test_twice")
