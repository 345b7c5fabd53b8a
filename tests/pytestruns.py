"""Real runs of pytest with the plugin: a folder to run in, and how what was shown is read."""

import re

import pytest

STRICT = """
[pytest]
addopts = --strict-markers --strict-config -p no:locust -p no:hypothesispytest -p no:pytest_cov -p no:cacheprovider
filterwarnings = error
"""

CONFTEST = """
import pytest

def handle(push):
    if push["MsgType"] == "event" and push["Event"] != "debug_demo":
        return "success"
    return {
        "ToUserName": push["FromUserName"],
        "FromUserName": push["ToUserName"],
        "CreateTime": push["CreateTime"],
        "MsgType": "transfer_customer_service",
    }

@pytest.fixture
def wxkf_app():
    return handle

@pytest.fixture
def wxkf_settings():
    return {"data": "json"}
"""


@pytest.fixture
def folder(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """An empty folder for a project with nothing of ours in its environment."""
    for name in ("WXKF_URL", "WXKF_TOKEN", "WXKF_LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    (pytester.path / "pytest.ini").write_text(STRICT, "utf-8")
    (pytester.path / "wxkf.toml").write_text("", "utf-8")  # settings are looked for no further up
    return pytester


def ends(result: pytest.RunResult) -> dict[str, str]:
    """Test -> how it ended, from a run with -v, also of several workers."""
    found: dict[str, str] = {}
    words = "PASSED|FAILED|ERROR|SKIPPED|XFAIL|XPASS"
    for line in result.outlines:
        one = re.match(rf"\S+?::(?P<test>.+?) (?P<how>{words})\b", line)
        other = re.match(rf"\[gw\d+\].*?(?P<how>{words}) \S+?::(?P<test>.+?) *$", line)
        if (match := one or other) is not None:
            found[match["test"]] = match["how"]
    return found


def section(result: pytest.RunResult, test: str) -> str:
    """What is shown of a failed test."""
    text = "\n".join(result.outlines)
    found = re.search(rf"^_+ {re.escape(test)} _+$\n(.*?)(?=^_{{5,}} |^={{5,}} )", text, re.DOTALL | re.MULTILINE)
    assert found is not None, text
    return found[1]
