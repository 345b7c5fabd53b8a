"""The public Python API: which findings fail a test, and what its messages show."""

import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.scripted import Reply, scripted
from tests.wechats import nothing_is_set, transferring
from wxkf_cli.testing import (
    Failed,
    UsageError,
    WeChat,
)

__all__ = ["nothing_is_set"]


def test_what_is_expected_is_tolerated_and_nothing_else() -> None:
    with WeChat(transferring, format="json") as wechat:
        answer = wechat.user().enters()
        assert answer.unexpected == answer.findings
        found = answer.expect_finding("event-transferred")
        assert (found.code, answer.unexpected) == ("KF401", ())
        assert answer.expect_finding("KF4") == found
        answer.check()
        with pytest.raises(Failed, match="KF301 parties-not-exchanged was expected and not found: there is KF401"):
            answer.expect_finding("KF301")
        with pytest.raises(UsageError) as mistake:
            answer.expect_finding("KF40l")
        assert mistake.value.__notes__ == ["  did you mean KF401 event-transferred?"]


def test_the_gate_is_that_of_the_settings() -> None:
    def with_blank(_: dict[str, Any]) -> str:
        return "success\n"

    with WeChat(with_blank) as wechat:
        assert wechat.user().enters().findings[0].severity == "warning"
        wechat.check()
    with WeChat(with_blank, settings={"fail_on": "warning"}) as wechat:
        wechat.user().enters()
        with pytest.raises(Failed):
            wechat.check()
    with WeChat(transferring, format="json", settings={"fail_on": "never"}) as wechat:
        wechat.user().enters()
        wechat.check()
    with WeChat(transferring, format="json", ignore={"KF401": "the desk wants them"}) as wechat:
        assert wechat.user().enters().findings == ()


def test_each_answer_is_checked_once() -> None:
    with WeChat(transferring, format="json") as wechat:
        wechat.user().enters()
        with pytest.raises(Failed):
            wechat.check()
        wechat.check()


def test_messages_are_bounded_escaped_and_without_secrets() -> None:
    secret = "s3cret-of-the-console"
    evil = f"\x1b[2J\u202e{secret} ".encode() + b"x" * 100_000

    with scripted(lambda _: Reply(evil)) as handler, WeChat(url=handler.url, token=secret) as wechat:
        answer = wechat.user().text("\u202e" + "y" * 50_000)
        shown = f"{answer}{answer!r}"
        with pytest.raises(Failed) as failure:
            answer.check()
    for text in (shown, str(failure.value)):
        assert secret not in text
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert len(text) < 12_000
    assert len(repr(answer)) < 240


def test_messages_are_in_the_language_that_was_chosen() -> None:
    with WeChat(transferring, format="json", language="zh") as wechat:
        assert "修复" in str(wechat.user().enters())


@given(body=st.binary(max_size=80) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_whatever_comes_back_is_shown_harmlessly_and_fails_if_it_is_abnormal(body: bytes) -> None:
    echo = _shared()
    echo.answers_with = body
    answer = echo.wechat.user().text()
    for shown in (str(answer), repr(answer)):
        moving = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
        assert not moving.intersection(map(unicodedata.category, shown.replace("\n", ""))), shown
        assert len(shown) < 6000
    assert bool(answer.unexpected) == (answer.verdict not in ("transferred", "acknowledged"))


class _Echo:
    """One handler for all examples, which answers with what it is told."""

    def __init__(self) -> None:
        self.answers_with = b""
        self.wechat = WeChat(lambda _: self.answers_with)


@cache
def _shared() -> _Echo:
    return _Echo()


@pytest.fixture(scope="module", autouse=True)
def _closed() -> Iterator[None]:
    yield
    _shared().wechat.close()
