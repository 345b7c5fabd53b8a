"""The same laws where a push comes to a cloud function or a container."""

import json

from hypothesis import given
from hypothesis import strategies as st

from tests.lint.answers import BODIES, OPENID, ORIGINAL_ID
from tests.lint.sealing import TIME
from tests.lint.test_law import check_the_law
from wxkf_cli.vocab.catalog import PUSHES, SAMPLE_APPID
from wxkf_cli.vocab.message import make
from wxkf_cli.vocab.outcomes import Outcome, Phase
from wxkf_cli.vocab.terms import DataFormat, Mode, Route
from wxkf_cli.wire.channel import Channel
from wxkf_cli.wire.exchange import Answer, Exchange, Failure, Response

#: What can become of a call of a function.
NO_ANSWER = (
    Outcome.FUNCTION_ERROR,
    Outcome.FUNCTION_EXIT,
    Outcome.TIMEOUT_FIRST_BYTE,
    Outcome.LIMIT_BODY,
    Outcome.LOCAL_INTERRUPTED,
    Outcome.LOCAL_OVERLOAD,
)
KINDS = st.sampled_from(["text", "image", "user_enter_tempsession", "unknown_event", "unknown_message"])
IDS = st.sampled_from(
    [
        SAMPLE_APPID,
        SAMPLE_APPID,
        ORIGINAL_ID,
        ORIGINAL_ID,
        "gh_0123456789ab",
        OPENID,
        "cough",
        f"{ORIGINAL_ID} ",
        "",
        None,
    ]
)
REPLIES = st.builds(
    lambda to_user, from_user, time: json.dumps(
        {
            "ToUserName": to_user,
            "FromUserName": from_user,
            "CreateTime": time,
            "MsgType": "transfer_customer_service",
        }
    ).encode(),
    st.sampled_from([OPENID, OPENID, OPENID]) | IDS,
    IDS,
    st.sampled_from([TIME, TIME, f"{TIME}", TIME * 1000, 1.5, None]),
)


def exchange_of(answer: Answer, kind: str, route: Route, data: DataFormat, original_id: str = "") -> Exchange:
    program = {"ToUserName": SAMPLE_APPID} if route is Route.CLOUD_FUNCTION else {}
    push = make(PUSHES[kind], program)
    request = Channel("", Mode.PLAINTEXT, data, route=route).push(push, timestamp=TIME, nonce="1")
    return Exchange(
        answer,
        push=push,
        request=request,
        data=data,
        mode=Mode.PLAINTEXT,
        sent_at=float(TIME),
        route=route,
        original_id=original_id,
    )


@given(REPLIES | BODIES, KINDS, st.sampled_from(["", ORIGINAL_ID]))
def test_a_function_is_abnormal_if_and_only_if_there_is_an_error(body: bytes, kind: str, original_id: str) -> None:
    answer = Response(None, (), body, 0.01)
    check_the_law(exchange_of(answer, kind, Route.CLOUD_FUNCTION, DataFormat.JSON, original_id), None)


@given(st.sampled_from(NO_ANSWER), KINDS)
def test_so_is_one_that_gives_no_answer(outcome: Outcome, kind: str) -> None:
    answer = Failure(outcome, Phase.FIRST_BYTE, 1.0, "x\x1b[31m")
    check_the_law(exchange_of(answer, kind, Route.CLOUD_FUNCTION, DataFormat.JSON), None)


@given(REPLIES | BODIES, KINDS, st.sampled_from(DataFormat), st.sampled_from([200, 200, 200, 500]))
def test_so_is_a_container(body: bytes, kind: str, data: DataFormat, status: int) -> None:
    check_the_law(exchange_of(Response(status, (), body, 0.01), kind, Route.CONTAINER, data), None)
