"""What a cloud function is handed, and what a container is posted: the official samples, and every kind."""

import json
import re
from typing import Any

import pytest

from wxkf_cli.simulate.engine import Engine, Sender
from wxkf_cli.simulate.shot import CONTAINER_PATH, Shot
from wxkf_cli.vocab.catalog import PUSHES, shapes
from wxkf_cli.vocab.message import Value, make
from wxkf_cli.vocab.terms import DataFormat, Direction, Mode, Route
from wxkf_cli.wechat.record import exchange_from_json, exchange_to_json
from wxkf_cli.wechat.verdict import judge
from wxkf_cli.wire import codec
from wxkf_cli.wire.channel import Channel
from wxkf_cli.wire.document import PUSH_LIMITS, Document, to_message
from wxkf_cli.wire.event import event_message_id
from wxkf_cli.wire.exchange import Exchange, PushRequest, Response

#: As the official page shows it.
OFFICIAL = (
    b'{"FromUserName":"oAAAA_exampleOpenid_000000001","ToUserName":"wx0123456789abcdef","Content":"hi",'
    b'"CreateTime":1714112445,"MsgId":"49d72d67b16d115e7935ac386f2f0fa41535298877_1555684067","MsgType":"text"}'
)
TO_FUNCTION = Channel("token", data=DataFormat.JSON, route=Route.CLOUD_FUNCTION)


def pushed(channel: Channel, kind: str, values: dict[str, Value] | None = None) -> PushRequest:
    return channel.push(make(PUSHES[kind], values), timestamp=1, nonce="2")


def test_an_event_is_the_official_sample_to_the_byte() -> None:
    request = pushed(
        TO_FUNCTION,
        "text",
        {
            "FromUserName": "oAAAA_exampleOpenid_000000001",
            "ToUserName": "wx0123456789abcdef",
            "Content": "hi",
            "CreateTime": 1714112445,
            "MsgId": "49d72d67b16d115e7935ac386f2f0fa41535298877_1555684067",
        },
    )
    assert request == PushRequest("POST", (), (), OFFICIAL)


@pytest.mark.parametrize(("name", "kind", "values"), shapes())
def test_every_kind_is_an_object_that_means_the_same(name: str, kind: Any, values: dict[str, Value]) -> None:
    message = make(kind, values)
    body = TO_FUNCTION.push(message, timestamp=1, nonce="2").body
    document = codec.parse(body, DataFormat.JSON, PUSH_LIMITS)
    assert isinstance(document, Document), name
    over_http = codec.parse(codec.render(message, DataFormat.JSON), DataFormat.JSON, PUSH_LIMITS)
    assert isinstance(over_http, Document)
    assert to_message(document, Direction.PUSH).values == to_message(over_http, Direction.PUSH).values
    assert list(json.loads(body))[:2] == ["FromUserName", "ToUserName"]


def test_user_info_is_there_only_where_it_is_asked_for() -> None:
    with_it = Channel("", data=DataFormat.JSON, route=Route.CLOUD_FUNCTION, has_user_info=True)
    values: dict[str, Value] = {"ToUserName": "wx1", "FromUserName": "o1"}
    assert json.loads(pushed(with_it, "text", values).body)["userInfo"] == {"openId": "o1", "appId": "wx1"}
    assert "userInfo" not in json.loads(pushed(TO_FUNCTION, "text", values).body)


def test_message_ids_have_the_shape_of_the_sample() -> None:
    shape = re.compile(r"[0-9a-f]{42}_[0-9]{10}")
    assert shape.fullmatch("49d72d67b16d115e7935ac386f2f0fa41535298877_1555684067")
    for seed in range(50):
        assert shape.fullmatch(event_message_id(bytes([seed]) * 20, 1714112445))


@pytest.mark.parametrize("data", DataFormat)
def test_a_container_is_posted_what_plaintext_mode_has_without_a_signature(data: DataFormat) -> None:
    channel = Channel("token", Mode.PLAINTEXT, data, "h", (("X-Own", "1"),), route=Route.CONTAINER, appid="wx1")
    request = pushed(channel, "text")
    assert request.query == ()
    assert request.body == pushed(Channel("token", Mode.PLAINTEXT, data), "text").body
    headers = dict(request.headers)
    assert headers["X-WX-SOURCE"] == headers["X-WX-SOURCES"]
    assert (headers["X-WX-APPID"], headers["X-WX-OPENID"]) == ("wx1", "o9AgO5Kd5ggOC-bXrbNODIiE3bGY")
    assert (headers["Host"], headers["X-Own"], headers["Content-Length"]) == ("h", "1", str(len(request.body)))


@pytest.mark.parametrize(
    ("data", "body"),
    [
        (DataFormat.XML, b"<xml><action>CheckContainerPath</action></xml>"),
        (DataFormat.JSON, b'{"action":"CheckContainerPath"}'),
    ],
)
def test_a_container_is_asked_about_its_path_as_the_official_page_shows(data: DataFormat, body: bytes) -> None:
    assert Channel("", data=data, route=Route.CONTAINER).container_check().body == body


def prepared(route: Route, kind: str, data: DataFormat, **known: Any) -> Exchange:
    engine = Engine(Sender("", route=route, appid="wx1", **known), host="h", clock=lambda: 1714112445.0, seed=3)
    sending = engine.prepare(Shot(kind, kind, data), 1)
    return sending.answered(Response(None if route is Route.CLOUD_FUNCTION else 200, (), b"success"))


@pytest.mark.parametrize(
    ("route", "kind", "data"),
    [
        (Route.CLOUD_FUNCTION, "text", DataFormat.JSON),
        (Route.CLOUD_FUNCTION, "user_enter_tempsession", DataFormat.JSON),
        (Route.CONTAINER, "text", DataFormat.XML),
        (Route.CONTAINER, "text", DataFormat.JSON),
        (Route.CONTAINER, CONTAINER_PATH, DataFormat.XML),
        (Route.CONTAINER, CONTAINER_PATH, DataFormat.JSON),
    ],
)
def test_a_record_keeps_how_a_push_came(route: Route, kind: str, data: DataFormat) -> None:
    exchange = prepared(route, kind, data)
    record = json.loads(json.dumps(exchange_to_json(exchange, judge(exchange))))
    assert record["kind"] == kind
    read = exchange_from_json(record)
    assert read.push is None or exchange.push is not None
    assert (read.route, read.data, read.request) == (route, data, exchange.request)
    assert (read.push and dict(read.push.values)) == (exchange.push and dict(exchange.push.values))
    assert judge(read) == judge(exchange)


@pytest.mark.parametrize(
    ("known", "from_user", "is_right"),
    [
        ({}, "wx1", True),
        ({}, "gh_0123456789ab", True),
        ({}, "gh_", False),
        ({}, "wx2", False),
        ({"original_id": "gh_0123456789ab", "knows_original_id": True}, "gh_0123456789ab", True),
        ({"original_id": "gh_0123456789ab", "knows_original_id": True}, "wx1", True),
        ({"original_id": "gh_0123456789ab", "knows_original_id": True}, "gh_97417a04a28d", False),
    ],
)
def test_either_id_may_stand_in_the_reply_of_a_function(known: dict[str, Any], from_user: str, is_right: bool) -> None:
    exchange = prepared(Route.CLOUD_FUNCTION, "text", DataFormat.JSON, **known)
    reply = {
        "ToUserName": "o9AgO5Kd5ggOC-bXrbNODIiE3bGY",
        "FromUserName": from_user,
        "CreateTime": 1714112446,
        "MsgType": "transfer_customer_service",
    }
    answered = exchange.answered(Response(None, (), json.dumps(reply).encode()))
    assert (judge(answered).verdict == "transferred") is is_right
    record = exchange_to_json(answered, judge(answered))
    assert judge(exchange_from_json(record)) == judge(answered)
