"""What a test of a handler looks like."""

import pytest

from wxkf_cli.testing import AsyncWeChat, State, WeChat


def test_text_reaches_the_agents(wxkf: WeChat) -> None:
    answer = wxkf.user("xiaoming").text("人工")
    assert answer.transferred
    assert answer.agents_see == "人工"


def test_redelivery_is_handled_once(wxkf: WeChat, orders: set[int]) -> None:
    answer = wxkf.user().text("下单", lose_answer=2)
    assert answer.deliveries == 3
    assert len(orders) == 1


def test_events_are_acknowledged(wxkf: WeChat) -> None:
    assert wxkf.user().enters().acknowledged
    assert wxkf.user().event("debug_demo", {"debug_str": "hello"}).acknowledged


def test_an_agent_serves_half_an_hour(wxkf: WeChat) -> None:
    xiaoming = wxkf.user("xiaoming")
    xiaoming.text("人工")
    wxkf.agent.accepts(xiaoming)
    assert not xiaoming.text("在吗").pushed
    assert wxkf.agent.sees(xiaoming) == ("人工", "在吗")
    wxkf.waits(31 * 60)
    assert wxkf.session(xiaoming) is State.HANDLER
    assert xiaoming.text("还在吗").pushed


@pytest.mark.wxkf(format="xml", ignore={"KF001": "this shop knows JSON alone"})
def test_xml_is_not_spoken(wxkf: WeChat) -> None:
    assert wxkf.user().text().status == 400


def test_a_fault_that_is_known(wxkf: WeChat) -> None:
    answer = wxkf.user().text(format="xml")
    assert answer.expect_finding("KF001").name == "status"
    assert answer.user_sees == "该小程序客服暂时无法提供服务，请稍后再试"


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_asynchronously(wxkf_async: AsyncWeChat) -> None:
    async with wxkf_async as wechat:
        answer = await wechat.user("xiaoming").image()
        assert answer.transferred
