"""The public Python API, against real handlers: functions, apps in this process, and servers on a port."""

import asyncio
import os
import threading
from collections.abc import Callable
from typing import Any

import pytest

from tests.apps import odd, plain, with_fastapi, with_flask
from tests.scripted import TOKEN, Reply, scripted
from tests.wechats import NOTICE, nothing_is_set, transferring
from wxkf_cli.simulate.demo import serving
from wxkf_cli.testing import (
    AsyncWeChat,
    Failed,
    State,
    Verdict,
    WeChat,
)
from wxkf_cli.vocab.catalog import SAMPLE_AES_KEY, SAMPLE_APPID, SAMPLE_TOKEN
from wxkf_cli.vocab.choices import Demo
from wxkf_cli.wire.crypto import decoded_key
from wxkf_cli.wire.envelope import Seal

__all__ = ["nothing_is_set"]


APPS: dict[str, tuple[Any, Any]] = {
    "function": (plain.handle, plain.forwarding),
    "WSGI": (with_flask.app, with_flask.forwarding()),
    "ASGI": (with_fastapi.app, with_fastapi.forwarding()),
    "by name": ("tests.apps.with_flask:app", "tests.apps.with_flask:forwarding()"),
}


@pytest.mark.parametrize("name", APPS)
def test_a_handler_in_this_process_is_judged_wherever_it_is(name: str) -> None:
    right, forwarding = APPS[name]
    with WeChat(right, format="json") as wechat:
        user = wechat.user("xiaoming")
        assert [user.text("人工").transferred, user.image().transferred, user.card("订单").transferred] == [True] * 3
        assert user.enters().acknowledged
        assert user.event("unknown_event", {"Anything": "at all"}).acknowledged
        wechat.check()
    with WeChat(forwarding, format="json") as wechat:
        entered = wechat.user().enters()
        assert (entered.verdict, entered.codes) == ("event-transferred", ("KF401",))
        assert not entered.transferred
        with pytest.raises(Failed, match="KF401 event-transferred was found, and the test does not expect it"):
            wechat.check()


def test_a_function_has_no_format_of_its_own_unless_something_says_one() -> None:
    with WeChat(plain.handle) as wechat:
        assert wechat.user().text("人工").transferred
    with WeChat(plain.handle, settings={"data": "xml"}) as wechat:
        assert wechat.user().text("人工").expect_finding("wrong-data-format").code == "KF203"


def test_an_answer_tells_all_of_itself() -> None:
    with scripted() as handler, WeChat(url=handler.url, token=TOKEN) as wechat:
        answer = wechat.user("xiaoming").text("人工")
        (push,) = handler.requests
    assert (answer.verdict, answer.pushed, answer.deliveries) == (Verdict.TRANSFERRED, True, 1)
    assert (answer.status, answer.body, answer.codes) == (200, push.transferred(), ())
    assert dict(answer.headers)["Content-Type"] == "text/plain"
    assert (answer.user_sees, answer.agents_see) == (None, "人工")
    assert 0 < answer.elapsed < 5
    assert push.push.from_user == wechat.user("xiaoming").openid != wechat.user().openid
    assert [answer] == list(wechat.answers)
    assert "transferred" in repr(answer)
    assert len(repr(answer)) < 240
    for part in ("push: <xml><ToUserName>", "answer: 200 <xml><ToUserName>", "PASS  text"):
        assert part in str(answer)


def test_the_url_is_verified() -> None:
    with scripted() as handler, WeChat(url=handler.url, token=TOKEN) as wechat:
        assert wechat.verifies().verdict == "verified"
    with scripted(lambda _: Reply(b"success")) as handler, WeChat(url=handler.url, token=TOKEN) as wechat:
        answer = wechat.verifies()
        assert answer.verdict == "not-verified"
        assert "push: GET ?signature=" in str(answer)


@pytest.mark.parametrize(
    ("lost", "deliveries", "sees", "waiting"),
    [(0, 1, None, ("x",)), (1, 2, None, ("x",)), (2, 3, None, ("x",)), (3, 3, NOTICE, ())],
)
def test_a_lost_answer_is_one_that_wechat_asks_for_again(
    lost: int, deliveries: int, sees: str | None, waiting: tuple[str, ...]
) -> None:
    seen: list[object] = []

    def handle(push: dict[str, Any]) -> dict[str, Any]:
        seen.append(push["MsgId"])
        return transferring(push)

    with WeChat(handle, format="json") as wechat:
        user = wechat.user()
        answer = user.text("x", lose_answer=lost)
        assert (answer.deliveries, answer.user_sees) == (deliveries, sees)
        assert wechat.agent.waiting(user) == waiting
        assert (len(seen), len(set(seen))) == (deliveries, 1)
        assert answer.body.startswith(b'{"ToUserName"'), "what the handler gave is shown even where it got lost"
        if lost:
            assert "lost on the way" in str(answer)


def test_an_answer_that_is_long_under_way_is_lost_without_waiting() -> None:
    with WeChat(transferring, format="json") as wechat:
        assert wechat.user().text(delay=4).deliveries == 1
        before = wechat.now
        assert wechat.user().text(delay=6).deliveries == 2
        assert wechat.now - before >= 5


def test_copies_come_beside_the_first() -> None:
    with WeChat(transferring, format="json") as wechat:
        answer = wechat.user().text(copies=2)
        assert (answer.deliveries, len(answer.exchanges)) == (1, 3)


def test_deduplication_that_forgets_its_answer_is_found() -> None:
    seen: set[object] = set()

    def forgetful(push: dict[str, Any]) -> dict[str, Any] | str:
        if push["MsgId"] in seen:
            return "success"
        seen.add(push["MsgId"])
        return transferring(push)

    with WeChat(forgetful, format="json") as wechat:
        wechat.user().text(lose_answer=1).expect_finding("message-lost-on-redelivery")


@pytest.mark.parametrize(("is_set", "codes"), [(False, ("KF408",)), (True, ())])
def test_a_witness_tells_of_what_is_acted_on_twice(is_set: bool, codes: tuple[str, ...]) -> None:
    orders: list[object] = []

    def handle(push: dict[str, Any]) -> str:
        orders.append(push["MsgId"])
        return "success"

    def count() -> int:
        return len(set(orders)) if is_set else len(orders)

    with WeChat(handle, format="json", witness=count) as wechat:
        assert wechat.user().text("下单", lose_answer=2).codes == codes


def test_a_session_belongs_to_an_agent_for_half_an_hour() -> None:
    with WeChat(transferring, format="json") as wechat:
        user, other = wechat.user("xiaoming"), wechat.user("xiaohong")
        assert wechat.session(user) is State.HANDLER
        user.text("人工")
        assert (wechat.session(user), wechat.session(other)) == ("waiting", "handler")
        wechat.agent.accepts(user)
        kept = user.text("在吗")
        assert (kept.pushed, kept.verdict, kept.status, kept.body, kept.elapsed) == (False, None, None, b"", 0.0)
        assert "an agent has it" in repr(kept)
        assert "not pushed: an agent serves the user" in str(kept)
        assert (wechat.agent.sees(user), wechat.session(user)) == (("人工", "在吗"), "human")
        wechat.waits(1799)
        assert not user.text().pushed
        wechat.waits(2)
        assert user.text().pushed
        wechat.agent.closes(user)
        assert wechat.session(user) is State.HANDLER


def test_an_agent_cannot_accept_who_does_not_wait() -> None:
    with WeChat(lambda push: "success", format="json") as wechat:  # noqa: ARG005 - a handler's parameter
        user = wechat.user("xiaoming")
        with pytest.raises(Failed, match="nothing of his was pushed yet"):
            wechat.agent.accepts(user)
        user.text("人工")
        with pytest.raises(Failed, match=r"(?s)his last push:.*acknowledged.*人工"):
            wechat.agent.accepts(user)


def test_each_wechat_begins_anew() -> None:
    ids: list[object] = []

    def handle(push: dict[str, Any]) -> dict[str, Any]:
        ids.append(push["MsgId"])
        return transferring(push)

    for seed in (None, None, 7, 7):
        with WeChat(handle, format="json", seed=seed) as wechat:
            user = wechat.user("xiaoming")
            assert wechat.session(user) is State.HANDLER
            user.text()
            wechat.agent.accepts(user)
    assert len(set(ids[:3])) == 3, "or a handler that remembers MsgIds would not see the second test's"
    assert ids[2] == ids[3]


@pytest.mark.parametrize("mode", ["secure", "compatible"])
def test_sealed_modes_over_a_port(mode: str) -> None:
    seal = Seal(SAMPLE_TOKEN, decoded_key(SAMPLE_AES_KEY), SAMPLE_APPID)

    async def main() -> None:
        async with (
            serving(Demo.CORRECT, SAMPLE_TOKEN, seal) as url,
            AsyncWeChat(url=url, token=SAMPLE_TOKEN, aes_key=SAMPLE_AES_KEY, appid=SAMPLE_APPID, mode=mode) as wechat,
        ):
            answer = await wechat.user().text("人工")
            assert answer.transferred
            assert f"push (sealed, {mode}): <xml>" in str(answer)
            assert "transfer_customer_service" in str(answer), "what was sealed is shown opened"
            assert (await wechat.user().text(mode="plaintext", format="json")).transferred
            wechat.check()

    asyncio.run(main())


def test_asynchronous_pushes_may_overlap_in_the_loop_of_the_test() -> None:
    both: list[asyncio.AbstractEventLoop] = []
    waiting = 0

    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        nonlocal waiting
        if scope["type"] != "http":
            raise NotImplementedError
        await receive()
        both.append(asyncio.get_running_loop())
        waiting += 1
        while waiting < 2:  # noqa: ASYNC110 - until the other one is there
            await asyncio.sleep(0)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"success"})

    async def main() -> None:
        async with AsyncWeChat(app) as wechat:
            answers = await asyncio.gather(wechat.user("a").text(), wechat.user("b").text())
            assert [answer.acknowledged for answer in answers] == [True, True]
            assert set(both) == {asyncio.get_running_loop()}
            assert await wechat.settles() == ()

    asyncio.run(main())


def test_the_lifespan_and_background_tasks_of_an_app_belong_to_its_wechat() -> None:
    for make in (WeChat, None):
        with_fastapi.EVENTS.clear()
        if make is not None:
            with make(with_fastapi.app) as wechat:
                wechat.user().text()
                wechat.settles()
                assert with_fastapi.EVENTS == ["started", "afterwards"]
        else:

            async def main() -> None:
                async with AsyncWeChat(with_fastapi.app) as wechat:
                    await wechat.user().text()

            asyncio.run(main())
        assert with_fastapi.EVENTS == ["started", "afterwards", "ended"]


@pytest.mark.parametrize("app", [odd.late_wsgi, odd.late_asgi, odd.late_plain])
def test_an_app_has_the_deadline_that_was_set(app: Callable[..., Any]) -> None:
    with WeChat(app, deadline=0.05, settings={"deliveries": 1}) as wechat:
        answer = wechat.user().text()
        assert (answer.verdict, answer.user_sees) == ("late", NOTICE)
        answer.expect_finding("KF003")


def test_blocking_pushes_work_while_a_loop_runs() -> None:
    async def main() -> None:
        with WeChat(with_fastapi.app) as wechat:
            assert wechat.user().text().transferred

    asyncio.run(main())


def test_no_thread_is_left_behind() -> None:
    before = threading.active_count()
    for app in (plain.handle_async, with_fastapi.app):
        with WeChat(app) as wechat:
            wechat.user().text()
    assert threading.active_count() == before


def test_the_environment_is_as_it_was() -> None:
    before = dict(os.environ)
    with WeChat("tests.apps.with_flask:app") as wechat:
        assert os.environ["WXKF_TOKEN"] == SAMPLE_TOKEN
        wechat.user().text()
    assert dict(os.environ) == before
