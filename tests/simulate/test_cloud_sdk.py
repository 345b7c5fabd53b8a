"""What stands in for `wx-server-sdk` in a cloud function, and what is answered to its calls."""

import asyncio
import json
import time
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.simulate.cloudfunctions import FIXTURES, Handed, running, written
from wxkf_cli.lint.linter import lint
from wxkf_cli.vocab.terms import Severity
from wxkf_cli.wechat.verdict import Verdict, judge
from wxkf_cli.wire.exchange import Exchange, Response

HEAD = """const cloud = require('wx-server-sdk')
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })
const { customerServiceMessage: api } = cloud.openapi
exports.main = async (event) => {
  const touser = event.FromUserName
  try { return await (async () => """
TAIL = """)() } catch (error) {
    return { errCode: error.errCode, errMsg: error.errMsg, message: error.message, isError: error instanceof Error }
  }
}"""
TEXT = "msgtype: 'text', text: { content: '您好' }"


class Called(NamedTuple):
    """One expression with the API in it, and what it gives."""

    expression: str
    result: dict[str, Any]


def failed(api: str, code: int, message: str) -> dict[str, Any]:
    return {"errCode": code, "errMsg": f"openapi.customerServiceMessage.{api}:fail {message}"}


def done(api: str, **rest: object) -> dict[str, Any]:
    return {**rest, "errCode": 0, "errMsg": f"openapi.customerServiceMessage.{api}:ok"}


CALLS = {
    "a text": Called(f"api.send({{ touser, {TEXT} }})", done("send")),
    "with options": Called(
        f"cloud.openapi({{ appid: 'wx1' }}).customerServiceMessage.send({{ touser, {TEXT} }})", done("send")
    ),
    "a link": Called(
        "api.send({ touser, msgtype: 'link', link: { title: 'a', url: 'https://example.com', thumbUrl: 'b' } })",
        done("send"),
    ),
    "a picture that was uploaded": Called(
        "{ const media = { contentType: 'image/png', value: Buffer.from('png') }\n"
        "const { mediaId } = await api.uploadTempMedia({ type: 'image', media })\n"
        "return api.send({ touser, msgtype: 'image', image: { mediaId } }) }",
        done("send"),
    ),
    "what was uploaded comes back": Called(
        "{ const media = { contentType: 'image/png', value: Buffer.from('png') }\n"
        "const { mediaId } = await api.uploadTempMedia({ type: 'image', media })\n"
        "const { buffer, ...rest } = await api.getTempMedia({ mediaId })\n"
        "return { ...rest, text: buffer.toString() } }",
        done("getTempMedia", contentType="image/png", text="png"),
    ),
    "an upload": Called(
        "api.uploadTempMedia({ type: 'image', media: { contentType: 'image/png', value: Buffer.from('png') } })",
        done("uploadTempMedia", type="image", mediaId="wxkf-media-1", createdAt=1714112445),
    ),
    "typing": Called("api.setTyping({ touser, command: 'Typing' })", done("setTyping")),
    "no longer typing": Called("api.setTyping({ touser, command: 'CancelTyping' })", done("setTyping")),
    "nobody": Called(f"api.send({{ touser: 'oNobody', {TEXT} }})", failed("send", 40003, "invalid openid")),
    "no arguments": Called("api.send()", failed("send", 40003, "invalid openid")),
    "arguments that are none": Called("api.send('x')", failed("send", 40003, "invalid openid")),
    "megabytes": Called(
        "api.send({ touser, msgtype: 'text', text: { content: 'x'.repeat(5000000) } })",
        failed("send", 45002, "content size out of limit"),
    ),
    "no type": Called("api.send({ touser })", failed("send", 40008, "invalid message type")),
    "the transfer": Called(
        "api.send({ touser, msgtype: 'transfer_customer_service' })", failed("send", 40008, "invalid message type")
    ),
    "news": Called("api.send({ touser, msgtype: 'news', news: {} })", failed("send", 45162, "invalid type")),
    "no content": Called("api.send({ touser, msgtype: 'text', text: {} })", failed("send", 44004, "empty content")),
    "too much content": Called(
        "api.send({ touser, msgtype: 'text', text: { content: '字'.repeat(683) } })",
        failed("send", 45002, "content size out of limit"),
    ),
    "unknown media": Called(
        "api.send({ touser, msgtype: 'image', image: { mediaId: 'MEDIA' } })", failed("send", 40007, "invalid media_id")
    ),
    "no card picture": Called(
        "api.send({ touser, msgtype: 'miniprogrampage', miniprogrampage: { title: 'a', pagepath: 'b' } })",
        failed("send", 40007, "invalid media_id"),
    ),
    "the sixth": Called(
        f"{{ for (let n = 0; n < 5; n++) await api.send({{ touser, {TEXT} }})\n"
        f"return api.send({{ touser, {TEXT} }}) }}",
        failed("send", 45047, "out of response count limit"),
    ),
    "another command": Called(
        "api.setTyping({ touser, command: 'typing' })", failed("setTyping", 45072, "invalid command")
    ),
    "typing twice": Called(
        "{ await api.setTyping({ touser, command: 'Typing' })\nreturn api.setTyping({ touser, command: 'Typing' }) }",
        failed("setTyping", 45081, "already typing"),
    ),
    "a voice": Called("api.uploadTempMedia({ type: 'voice' })", failed("uploadTempMedia", 40004, "invalid media type")),
    "no bytes": Called(
        "api.uploadTempMedia({ type: 'image', media: { contentType: 'image/png' } })",
        failed("uploadTempMedia", 41005, "media data missing"),
    ),
    "too many bytes": Called(
        "api.uploadTempMedia({ type: 'image', media: { contentType: 'image/png', value: Buffer.alloc(2097153) } })",
        failed("uploadTempMedia", 40006, "invalid media size"),
    ),
    "media of nobody": Called("api.getTempMedia({ mediaId: 'no' })", failed("getTempMedia", 40007, "invalid media_id")),
    "who writes": Called(
        "cloud.getWXContext()",
        {"OPENID": "o9AgO5Kd5ggOC-bXrbNODIiE3bGY", "APPID": "wxba5fad812f8e6fb9", "ENV": "wxkf", "SOURCE": ""},
    ),
}


def returned(exchange: Exchange) -> Any:
    assert isinstance(exchange.answer, Response), exchange.answer
    return json.loads(exchange.answer.body)


@pytest.mark.parametrize("name", CALLS)
def test_calls_are_answered_as_the_platform_answers_them(tmp_path: Path, name: str) -> None:
    expression, wanted = CALLS[name]
    folder = written(tmp_path / "fn", f"{HEAD}{expression if expression.startswith('{') else f'({expression})'}{TAIL}")
    came = returned(running(folder, lambda handed: handed.push()))
    if wanted.get("errCode"):
        assert came.pop("isError") is True
        assert came.pop("message") == f"errCode: {came['errCode']} | errMsg: {came['errMsg']}"
        # Nobody must compare it as a whole.
        came["errMsg"], _, rid = came["errMsg"].partition(" rid: ")
        assert rid or name == "megabytes"
    assert came == wanted


@pytest.mark.parametrize(
    ("expression", "name"),
    [
        ("cloud.database().collection('a').where({}).get()", "database().get"),
        (
            "cloud.database().collection('a').doc('b').update({ data: cloud.database().command.inc(1) })",
            "database().update",
        ),
        ("cloud.callFunction({ name: 'other' })", "callFunction"),
        ("cloud.uploadFile({ cloudPath: 'a' })", "uploadFile"),
        ("cloud.openapi.subscribeMessage.send({})", "openapi.subscribeMessage.send"),
        ("api.recall({})", "openapi.customerServiceMessage.recall"),
    ],
)
def test_what_is_not_there_is_refused_by_name_in_two_languages(tmp_path: Path, expression: str, name: str) -> None:
    folder = written(tmp_path / "fn", f"{HEAD}({expression}){TAIL}")
    said = returned(running(folder, lambda handed: handed.push()))["errMsg"]
    assert said.startswith(f"wxkf's stand-in for wx-server-sdk has no {name}, only init, getWXContext, ")
    assert f"替身没有 {name}" in said
    assert said.count("--real-sdk") == 2


def test_a_database_at_the_top_does_no_harm_until_it_is_used(tmp_path: Path) -> None:
    source = """const cloud = require('wx-server-sdk')
    const db = cloud.database(), _ = db.command, users = db.collection('users'), age = _.gt(18).and(_.lt(30))
    exports.main = async () => 'success'"""
    exchange = running(written(tmp_path / "fn", source), lambda handed: handed.push())
    assert judge(exchange).verdict is Verdict.ACKNOWLEDGED


def test_the_context_is_that_of_the_push_even_where_many_are_under_way(tmp_path: Path) -> None:
    source = """const cloud = require('wx-server-sdk')
    exports.main = async (event) => {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 5))
      return cloud.getWXContext().OPENID === event.FromUserName ? 'success' : 'another'
    }"""

    async def play(handed: Handed) -> list[Exchange]:
        return await asyncio.gather(*(handed.push() for _ in range(20)))

    came = running(written(tmp_path / "fn", source), play)
    assert {judge(each).verdict for each in came} == {Verdict.ACKNOWLEDGED}


def test_calls_are_recorded_with_their_answers() -> None:
    async def play(handed: Handed) -> list[tuple[str, object, bool]]:
        await handed.push("user_enter_tempsession")
        await handed.push("user_enter_tempsession")
        await handed.push("user_enter_tempsession")
        return [(each.api, each.arguments.get("msgtype"), each.is_refused) for each in handed.calls]

    came = running(FIXTURES / "welcomes", play)
    typing, send = "customerServiceMessage.setTyping", "customerServiceMessage.send"
    # Entering lets two be sent, within a minute, and sending ends typing.
    assert came == [
        *((typing, None, False), (send, "text", False)),
        *((typing, None, False), (send, "text", False)),
        *((typing, None, False), (send, "text", False)),
    ]


VERDICTS = {
    ("mended", "text"): (Verdict.TRANSFERRED, set()),
    ("mended", "image"): (Verdict.TRANSFERRED, set()),
    ("mended", "miniprogrampage"): (Verdict.TRANSFERRED, set()),
    ("mended", "user_enter_tempsession"): (Verdict.ACKNOWLEDGED, set()),
    ("mended", "unknown_event"): (Verdict.ACKNOWLEDGED, set()),
    ("mended", "unknown_message"): (Verdict.ACKNOWLEDGED, set()),
    ("milliseconds", "text"): (Verdict.TRANSFERRED, {"KF303"}),
    ("milliseconds", "user_enter_tempsession"): (Verdict.ACKNOWLEDGED, set()),
    ("sample", "text"): (Verdict.ABNORMAL, {"KF305"}),
    ("sample", "user_enter_tempsession"): (Verdict.ABNORMAL, {"KF305", "KF401"}),
    ("welcomes", "text"): (Verdict.TRANSFERRED, set()),
    ("welcomes", "user_enter_tempsession"): (Verdict.ACKNOWLEDGED, set()),
}


@pytest.mark.parametrize("name", sorted({name for name, _ in VERDICTS}))
def test_the_sample_of_the_official_page_mended_and_not(name: str) -> None:
    kinds = [kind for each, kind in VERDICTS if each == name]

    async def play(handed: Handed) -> list[Exchange]:
        return [await handed.push(kind) for kind in kinds]

    for kind, exchange in zip(kinds, running(FIXTURES / name, play, clock=time.time), strict=True):
        verdict, codes = VERDICTS[name, kind]
        found = lint(exchange).findings
        assert judge(exchange).verdict is verdict, kind
        assert {each.code for each in found if each.severity is not Severity.NOTE} == codes, kind


def test_cough_is_named() -> None:
    exchange = running(FIXTURES / "sample", lambda handed: handed.push())
    assert lint(exchange).findings[0].message.en.startswith('the value "cough" of ToUserName')
