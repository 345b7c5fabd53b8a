"""The public Python API: mistakes of the test, and handlers that are not there."""

import asyncio
from collections.abc import Callable

import pytest

from tests.apps import plain, with_flask
from tests.scripted import TOKEN, correct, scripted
from tests.wechats import NOTICE, nothing_is_set
from wxkf_cli.testing import (
    AsyncWeChat,
    HandlerDown,
    UsageError,
    WeChat,
)

__all__ = ["nothing_is_set"]


MISTAKES: list[tuple[Callable[[], WeChat], str, str]] = [
    (lambda: WeChat(), "no handler to test", "WeChat(app)"),
    (lambda: WeChat(plain.handle, url="http://127.0.0.1:1/"), "a URL and an app both name the handler", "one of them"),
    (lambda: WeChat(url="http://127.0.0.1:1/wx"), "no token given", "WXKF_TOKEN"),
    (lambda: WeChat(plain.handle, mode="secure"), "a plain function is given the push itself", "leave the mode out"),
    (lambda: WeChat(plain.handle, mode="sealed"), 'mode="sealed"', "plaintext or compatible or secure"),
    (lambda: WeChat(plain.handle, format="jsn"), 'format="jsn"', "did you mean json?"),
    (lambda: WeChat(plain.handle, settings={"tokn": "x"}), 'unknown setting "tokn"', "did you mean token?"),
    (lambda: WeChat(plain.handle, ignore={"KF401": " "}), '"KF401" is ignored without a reason', "say why"),
    (lambda: WeChat(plain.handle, ignore={"KF999": "x"}), 'no rule is called "KF999"', ""),
    (lambda: WeChat(plain.handle, deadline=-1), "a deadline of -1", "above 0"),
    (lambda: WeChat("tests.apps.plain:handel"), 'has no "handel"', "did you mean handle?"),
    (lambda: WeChat(3), "is of type int, which cannot be called", "an ASGI or WSGI app"),  # type: ignore[arg-type] # so it says
    (
        lambda: WeChat(settings={"url": "http://127.0.0.1:1/", "app": "a:b"}),
        "url and app in the settings",
        "one of them",
    ),
    (lambda: WeChat(url="http://127.0.0.1:1/", token="t", mode="secure"), "need aes_key and appid", "WXKF_AES_KEY"),
    (lambda: WeChat(plain.handle, settings={"header": ["X"]}), "'X' is not a header", "X-Env"),
    (lambda: WeChat(plain.handle, witness="http://8.8.8.8/"), "the witness is on the public host", "allow_remote"),
    (lambda: WeChat(with_flask.app, path="wx"), 'the path "wx" is none', "begins with a slash"),
    (lambda: WeChat(url="http://8.8.8.8/wx", token="t"), "8.8.8.8 is a public host", "allow_remote='8.8.8.8'"),
    (lambda: WeChat(plain.handle, witness=lambda: -1), "the witness gave -1", "0 or more"),
    (lambda: WeChat(plain.handle, tokn="x"), 'a WeChat has no option "tokn"', "did you mean token?"),  # type: ignore[call-arg] # so it says
    (lambda: WeChat(plain.handle, lazy=1), 'a WeChat has no option "lazy"', "it takes url, app_kind, path"),  # type: ignore[call-arg] # so it says
]


@pytest.mark.parametrize(("make", "message", "hint"), MISTAKES)
def test_a_mistake_says_what_would_be_right(make: Callable[[], WeChat], message: str, hint: str) -> None:
    wechat = make()
    with pytest.raises(UsageError) as mistake:
        wechat.open()
    wechat.close()
    assert message in str(mistake.value)
    assert hint in mistake.value.hint
    assert mistake.value.hint in "".join(getattr(mistake.value, "__notes__", [""]))


PUSH_MISTAKES: list[tuple[Callable[[WeChat], object], str, str]] = [
    (lambda w: w.user().event("text"), 'no event is called "text"', ""),
    (lambda w: w.user().push("imgae"), 'no kind of push is called "imgae"', "did you mean image?"),
    (lambda w: w.user().push("text", {"Contnt": "x"}), 'text has no field "Contnt"', "did you mean Content?"),
    (lambda w: w.user().text(lose_answer=-1), "lose_answer=-1", "from 0 to 100"),
    (lambda w: w.user().text(copies=True), "copies=True", "a number"),
    (lambda w: w.user().text(lose_answer="2"), "lose_answer='2'", "a number"),  # type: ignore[arg-type] # so it says
    (lambda w: w.user().text(lose_anwser=2), 'a push has no option "lose_anwser"', "did you mean lose_answer?"),  # type: ignore[call-arg] # so it says
    (lambda w: w.user().enters(lost=2), 'a push has no option "lost"', "lose_answer, delay, copies, mode, format"),  # type: ignore[call-arg] # so it says
    (lambda w: w.verifies(content_typ=""), 'a push has no option "content_typ"', "did you mean content_type?"),  # type: ignore[call-arg] # so it says
    (lambda w: w.user().text(mode="secure"), "a push in secure mode, where nothing is sealed", 'mode="plaintext"'),
    (lambda w: w.user().text(format="XML"), 'format="XML"', "xml or json"),
    (lambda w: w.verifies(), "a function has no URL to verify", "the app around it"),
]


@pytest.mark.parametrize(("push", "message", "hint"), PUSH_MISTAKES)
def test_a_push_that_cannot_be_says_what_would_be_right(
    push: Callable[[WeChat], object], message: str, hint: str
) -> None:
    with WeChat(plain.handle) as wechat:
        with pytest.raises(UsageError) as mistake:
            push(wechat)
        assert wechat.answers == ()
    assert message in str(mistake.value)
    assert hint in mistake.value.hint
    assert mistake.value.__notes__ == [f"  {mistake.value.hint}"]


def test_a_handler_that_is_not_there_is_no_verdict() -> None:
    with scripted() as handler:
        url = handler.url
    with WeChat(url=url, token=TOKEN) as wechat, pytest.raises(HandlerDown, match="could not be reached"):
        wechat.user().text()


def test_one_that_goes_away_is_one() -> None:
    with scripted(correct) as handler:
        wechat = WeChat(url=handler.url, token=TOKEN, settings={"deliveries": 1})
        assert wechat.user().text().transferred
    answer = wechat.user().text()
    wechat.close()
    assert (answer.verdict, answer.user_sees) == ("unreachable", NOTICE)
    answer.expect_finding("KF004")
    assert "no answer" in str(answer)


def test_after_its_end_nothing_can_be_pushed() -> None:
    with WeChat(plain.handle) as wechat:
        user = wechat.user()
    for push in (user.text, user.enters, wechat.verifies):
        with pytest.raises(UsageError, match="this WeChat is closed"):
            push()

    async def main() -> None:
        async with AsyncWeChat(plain.handle) as wechat:
            pass
        with pytest.raises(UsageError, match="this WeChat is closed"):
            await wechat.user().text()

    asyncio.run(main())


def test_what_is_not_open_says_how_it_is() -> None:
    with pytest.raises(UsageError, match="not open") as mistake:
        AsyncWeChat(plain.handle).user()
    for way in ("async with AsyncWeChat(app) as wechat", "async with wxkf_async as wechat"):
        assert way in mistake.value.__notes__[0]
