"""The outgoing API: what may be sent follows from what the user did, and when."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wxkf_cli.vocab.errcodes import MEANINGS, ErrCode
from wxkf_cli.wechat.service_api import ServiceApi

NOW = 1714112445.0
USER = "o9AgO5Kd5ggOC-bXrbNODIiE3bGY"
TEXT = {"FromUserName": USER, "MsgType": "text", "Content": "hi"}
ENTRY = {"FromUserName": USER, "MsgType": "event", "Event": "user_enter_tempsession"}
PICTURE = {"FromUserName": USER, "MsgType": "image", "MediaId": "of-the-user"}
HOUR = 3600.0


def sent(api: ServiceApi, at: float, **message: Any) -> int:
    given = message or {"msgtype": "text", "text": {"content": "hi"}}
    return int(api.call("customerServiceMessage.send", {"touser": USER, **given}, at).result["errcode"])


def typing(api: ServiceApi, at: float, command: str = "Typing") -> int:
    arguments = {"touser": USER, "command": command}
    return int(api.call("customerServiceMessage.setTyping", arguments, at).result["errcode"])


@pytest.mark.parametrize(
    ("pushes", "later", "codes"),
    [
        ([], 0.0, [40003]),
        ([TEXT], 0.0, [0, 0, 0, 0, 0, 45047]),
        ([TEXT], 48 * HOUR - 1, [0]),
        ([TEXT], 48 * HOUR, [45015]),
        ([ENTRY], 0.0, [0, 0, 45047]),
        ([ENTRY], 60.0, [45015]),
        ([TEXT, ENTRY], 60.0, [0, 0, 0, 0, 0, 45047]),
        ([ENTRY, TEXT], 0.0, [0, 0, 0, 0, 0, 45047]),
        ([{**ENTRY, "Event": "subscribe_msg_popup_event"}], 0.0, [45015]),
    ],
)
def test_what_may_be_sent_follows_from_what_the_user_did(
    pushes: list[Mapping[str, Any]], later: float, codes: list[int]
) -> None:
    api = ServiceApi()
    for push in pushes:
        api.pushed(push, NOW)
    assert [sent(api, NOW + later) for _ in codes] == codes


def test_a_picture_of_the_user_may_be_sent_back() -> None:
    api = ServiceApi()
    api.pushed(PICTURE, NOW)
    assert sent(api, NOW, msgtype="image", image={"media_id": "of-the-user"}) == 0
    assert sent(api, NOW, msgtype="image", image={"media_id": "of-nobody"}) == ErrCode.INVALID_MEDIA_ID


def test_typing_ends_by_sending_by_cancelling_and_after_fifteen_seconds() -> None:
    api = ServiceApi()
    api.pushed(TEXT, NOW)
    assert [typing(api, NOW), typing(api, NOW + 14)] == [0, ErrCode.ALREADY_TYPING]
    assert typing(api, NOW + 15) == 0
    assert [sent(api, NOW + 16), typing(api, NOW + 16)] == [0, 0]
    assert [typing(api, NOW + 17, "CancelTyping"), typing(api, NOW + 17)] == [0, 0]
    assert typing(api, NOW + 31) == ErrCode.NO_INTERACTION


def test_what_is_refused_is_explained_and_told_apart() -> None:
    api = ServiceApi()
    first, second = (api.call("customerServiceMessage.send", {}, NOW) for _ in range(2))
    assert first.is_refused
    assert first.result["errmsg"] != second.result["errmsg"], "errmsg is not for comparing"


def test_every_code_has_its_meaning() -> None:
    assert set(MEANINGS) == set(ErrCode)
    assert all(each.source.startswith("https://") for each in MEANINGS.values())


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
names = st.sampled_from(["touser", "msgtype", "text", "image", "link", "command", "type", "media", "media_id", "x"])
apis = st.sampled_from(["send", "setTyping", "uploadTempMedia", "getTempMedia", "recall"])


@given(apis, st.dictionaries(names, st.just(USER) | st.sampled_from(["text", "image", "Typing"]) | values, max_size=5))
def test_no_arguments_make_it_fail(api: str, arguments: dict[str, Any]) -> None:
    platform = ServiceApi()
    platform.pushed(TEXT, NOW)
    call = platform.call(f"customerServiceMessage.{api}", arguments, NOW)
    assert isinstance(call.result["errcode"], int)
    assert isinstance(call.result["errmsg"], str)
