"""A cloud function in a real process of Node.js: every way to return, to fail and to end."""

import asyncio
import os
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.simulate.cloudfunctions import Handed, is_alive, pushed, running, short, written
from wxkf_cli.lint.linter import lint
from wxkf_cli.simulate.cloudanswer import bytes_of, environment
from wxkf_cli.vocab.outcomes import Outcome
from wxkf_cli.wechat.verdict import Verdict, judge
from wxkf_cli.wire.exchange import Exchange, Failure, PushRequest, Response

RIGHT = """{MsgType: 'transfer_customer_service', ToUserName: event.FromUserName, FromUserName: event.ToUserName,
  CreateTime: event.CreateTime + 1}"""


class Row(NamedTuple):
    """One way to return: what follows `return`, or a whole body in braces; and what is made of it."""

    source: str
    verdict: Verdict
    codes: tuple[str, ...] = ()


ABNORMAL, ACKNOWLEDGED = Verdict.ABNORMAL, Verdict.ACKNOWLEDGED
WAYS = {
    "the right object": Row(RIGHT, Verdict.TRANSFERRED),
    "the original id of the official page": Row(
        "{...(" + RIGHT + "), FromUserName: 'gh_97417a04a28d'}", Verdict.TRANSFERRED
    ),
    "another id": Row("{...(" + RIGHT + "), FromUserName: 'fromuser'}", ABNORMAL, ("KF314",)),
    "the user as both": Row("{...(" + RIGHT + "), FromUserName: event.FromUserName}", ABNORMAL, ("KF314",)),
    "ids not exchanged": Row(
        "{...(" + RIGHT + "), ToUserName: event.ToUserName, FromUserName: event.FromUserName}", ABNORMAL, ("KF301",)
    ),
    "the original id as the receiver": Row(
        "{...(" + RIGHT + "), ToUserName: 'gh_97417a04a28d', FromUserName: event.FromUserName}", ABNORMAL, ("KF301",)
    ),
    "milliseconds": Row("{...(" + RIGHT + "), CreateTime: Date.now()}", Verdict.TRANSFERRED, ("KF303",)),
    "NaN": Row("{...(" + RIGHT + "), CreateTime: NaN}", ABNORMAL, ("KF302",)),
    "success": Row("'success'", ACKNOWLEDGED),
    "success with a newline": Row("'success\\n'", ACKNOWLEDGED, ("KF204",)),
    "success in capitals": Row("'SUCCESS'", ABNORMAL, ("KF201",)),
    "undefined": Row("undefined", ACKNOWLEDGED, ("KF214",)),
    "null": Row("null", ACKNOWLEDGED, ("KF214",)),
    "an empty string": Row("''", ACKNOWLEDGED, ("KF214",)),
    "a function": Row("(() => 1)", ABNORMAL, ("KF010",)),
    "a symbol": Row("Symbol('success')", ABNORMAL, ("KF010",)),
    "no number": Row("NaN", ABNORMAL, ("KF010",)),
    "no date": Row("new Date(NaN)", ABNORMAL, ("KF010",)),
    "a string of XML": Row(
        "'<xml><ToUserName>' + event.FromUserName + '</ToUserName><FromUserName>' + event.ToUserName + "
        "'</FromUserName><CreateTime>1</CreateTime><MsgType>transfer_customer_service</MsgType></xml>'",
        ABNORMAL,
        ("KF203",),
    ),
    "a string of JSON": Row("JSON.stringify(" + RIGHT + ")", ABNORMAL, ("KF211",)),
    "the object in an array": Row("[" + RIGHT + "]", ABNORMAL, ("KF220",)),
    "a number": Row("42", ABNORMAL, ("KF216",)),
    "a boolean": Row("true", ABNORMAL, ("KF216",)),
    "the message of HTTP functions": Row("{statusCode: 200, body: 'success'}", ABNORMAL, ("KF222",)),
    "a Buffer": Row("Buffer.from('success')", ABNORMAL, ("KF222",)),
    "a promise": Row("Promise.resolve(" + RIGHT + ")", Verdict.TRANSFERRED),
    "a promise of a promise": Row("(async () => Promise.resolve('success'))()", ACKNOWLEDGED),
    "a thenable": Row("{then: (resolve) => resolve('success')}", ACKNOWLEDGED),
    "the push itself": Row("event", ABNORMAL, ("KF324",)),
    "a passive reply": Row("{...(" + RIGHT + "), MsgType: 'text', Content: 'hi'}", ABNORMAL, ("KF404",)),
    "a BigInt": Row("1n", ABNORMAL, ("KF010",)),
    "a circle": Row("{ const circle = {}; circle.circle = circle; return circle }", ABNORMAL, ("KF010",)),
    "a getter that throws": Row("{get MsgType () { throw new Error('no') }}", ABNORMAL, ("KF010",)),
    "a megabyte": Row("{text: 'x'.repeat(1 << 20)}", ABNORMAL, ("KF005",)),
    "a long string": Row("'é'.repeat(200000)", ABNORMAL, ("KF005",)),
    "half a character": Row("'\\ud83d'", ABNORMAL, ("KF205",)),
    "an error": Row("{ throw new TypeError('oops') }", ABNORMAL, ("KF010",)),
    "a string thrown": Row("{ throw 'oops' }", ABNORMAL, ("KF010",)),
    "null thrown": Row("{ throw null }", ABNORMAL, ("KF010",)),
    "a rejection": Row("Promise.reject(new Error('oops'))", ABNORMAL, ("KF010",)),
    "an error that cannot be looked at": Row(
        "{ throw new Proxy({}, {get () { throw 1 }, has () { throw 1 }}) }", ABNORMAL, ("KF010",)
    ),
    "the end of the process": Row("{ process.exit(3) }", ABNORMAL, ("KF010",)),
    "an unhandled rejection": Row(
        "{ Promise.reject(new Error('nobody')); return new Promise(() => {}) }", ABNORMAL, ("KF010",)
    ),
    "an error in a timer": Row(
        "{ setTimeout(() => { throw new Error('later') }, 0); return new Promise(() => {}) }", ABNORMAL, ("KF010",)
    ),
}


def dispatcher(ways: dict[str, Row]) -> str:
    """One function that answers a text with the way that it names."""
    cases = []
    for name, row in ways.items():
        is_body = row.source.startswith("{ ")
        body = row.source if is_body else f"{{ return {row.source} }}"
        cases.append(f"  {name!r}: (event) => {body}")
    return (
        "const ways = {\n" + ",\n".join(cases) + "\n}\nexports.main = (event, context) => ways[event.Content](event)\n"
    )


def codes(exchange: Exchange) -> tuple[str, ...]:
    return tuple(finding.code for finding in lint(exchange).findings)


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Exchange]:
    folder = written(tmp_path_factory.mktemp("ways") / "fn", dispatcher(WAYS))
    return dict(zip(WAYS, pushed(folder, list(WAYS)), strict=True))


@pytest.mark.parametrize("way", WAYS)
def test_what_is_returned_is_judged_like_an_answer(answers: dict[str, Exchange], way: str) -> None:
    exchange, row = answers[way], WAYS[way]
    assert judge(exchange).verdict is row.verdict, exchange.answer
    # What a text is answered with may have more to be said of it: an empty one is a warning.
    assert codes(exchange)[: len(row.codes)] == row.codes, (codes(exchange), exchange.answer)
    assert bool(row.codes) == bool(codes(exchange)), codes(exchange)


def test_what_has_no_http_is_skipped_and_counted(answers: dict[str, Exchange]) -> None:
    report = lint(answers["success"])
    assert sum(report.skipped.values()) == 6
    assert {rule.code for rule in report.ran}.isdisjoint({"KF001", "KF002", "KF004", "KF006", "KF007", "KF008"})


@pytest.mark.parametrize(
    ("way", "detail"),
    [
        ("an error", "TypeError: oops (at index.js:"),
        ("a string thrown", "oops"),
        ("null thrown", "null"),
        ("a rejection", "oops (at index.js:"),
        ("an error that cannot be looked at", "something that cannot be shown"),
        ("a BigInt", "what it returned is no JSON: TypeError: "),
        ("a circle", "what it returned is no JSON: TypeError: "),
        ("a function", "what it returned is no JSON: a function"),
        ("no number", "what it returned is no JSON: NaN"),
        ("no date", "what it returned is no JSON: an object whose toJSON gives nothing"),
        ("the end of the process", "process.exit(3)"),
        ("an unhandled rejection", "an unhandled rejection: nobody (at index.js:"),
        ("an error in a timer", "an uncaught error: later (at index.js:"),
        ("a megabyte", "1048587 characters"),
    ],
)
def test_why_there_is_no_answer_is_said(answers: dict[str, Exchange], way: str, detail: str) -> None:
    answer = answers[way].answer
    assert isinstance(answer, Failure)
    assert answer.detail.startswith(detail)
    assert "/fn/" not in answer.detail, "where it is on this machine is nobody's business"


def test_many_pushes_are_under_way_at_once(tmp_path: Path) -> None:
    source = """let open = 0; let most = 0
    exports.main = async () => {
      most = Math.max(most, ++open)
      await new Promise((resolve) => setTimeout(resolve, 20))
      open--
      return `${most}`
    }"""

    async def play(handed: Handed) -> list[bytes | Outcome]:
        return [short(each) for each in await asyncio.gather(*(handed.push() for _ in range(50)))]

    came = running(written(tmp_path / "fn", source), play)
    assert len(came) == 50
    assert max(int(each) for each in came if isinstance(each, bytes)) > 1


def test_what_is_printed_is_told_line_by_line_and_is_no_answer(tmp_path: Path) -> None:
    source = """exports.main = async () => {
      console.log('one\\n{"kind":"returned","id":1,"body":"no"}'); console.error('\\u001b[31mred')
      process.stdout.write('x'.repeat(20000)); return 'success' }"""

    async def play(handed: Handed) -> tuple[bytes | Outcome, list[str]]:
        came = short(await handed.push())
        await handed.function.aclose()
        return came, handed.lines

    came, lines = running(written(tmp_path / "fn", source), play)
    assert came == b"success"
    assert {"one", "\x1b[31mred"} <= set(lines)
    assert sum(line.count("x") for line in lines) == 20000


def test_a_function_that_finds_the_channel_does_no_harm(tmp_path: Path) -> None:
    source = """const fs = require('fs')
    exports.main = async () => {
      for (const fd of fs.readdirSync('/proc/self/fd')) {
        try {
          if (fs.readlinkSync(`/proc/self/fd/${fd}`).startsWith('socket:')) {
            for (const line of ['no', '[]', '{"kind":"returned"}', '{"kind":"call"}', '{"kind":"threw","id":[]}']) {
              fs.writeSync(Number(fd), line + '\\n')
            }
          }
        } catch (error) {}
      }
      return 'success'
    }"""
    (exchange,) = pushed(written(tmp_path / "fn", source), ["a"])
    assert short(exchange) == b"success"


def test_what_is_no_object_is_handed_to_nobody(tmp_path: Path) -> None:
    async def play(handed: Handed) -> list[Outcome]:
        bodies = (b"<xml></xml>", b"", b"[]", b'{"a":NaN}', b'{"a":1}\x00')
        came = [await handed.function(PushRequest("POST", (), (), body), 5.0) for body in bodies]
        return [each.outcome for each in came if isinstance(each, Failure)]

    assert set(running(written(tmp_path / "fn", "exports.main = () => 1"), play)) == {Outcome.LOCAL_INTERRUPTED}


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    source = """const { spawn } = require('child_process')
    const child = spawn('sleep', ['1000'], { stdio: 'inherit' })
    exports.main = () => `${process.pid} ${child.pid}`"""
    (exchange,) = pushed(written(tmp_path / "fn", source), ["a"])
    assert isinstance(exchange.answer, Response)
    for process in exchange.answer.body.decode().split():
        while is_alive(process):
            os.sched_yield()


def test_the_function_is_told_its_event_and_context(tmp_path: Path) -> None:
    source = """exports.main = (event, context) => [Object.keys(event), typeof event.MsgId, typeof event.CreateTime,
      context.time_limit_in_ms, context.getRemainingTimeInMillis() <= 5000, process.env.WXKF_TOKEN,
      process.argv.length, process.env.TZ].join(' ')"""
    (exchange,) = pushed(written(tmp_path / "fn", source), ["a"])
    assert isinstance(exchange.answer, Response)
    assert exchange.answer.body == (
        b"FromUserName,ToUserName,Content,CreateTime,MsgId,MsgType string number 5000 true  2 UTC"
    )


def test_secrets_are_not_handed_on() -> None:
    ours = {
        "WXKF_TOKEN": "secret",
        "PATH": "/bin",
        "NODE_OPTIONS": "--inspect",
        "NODE_ENV": "test",
        "TZ": "Asia/Shanghai",
    }
    assert environment(ours) == {"PATH": "/bin", "NODE_ENV": "test", "TZ": "Asia/Shanghai"}


@pytest.mark.parametrize(
    ("form", "body", "sent"),
    [
        ("string", "success", b"success"),
        ("string", '{"a":1}', rb'"{\"a\":1}"'),
        ("string", "<xml></xml>", b"<xml></xml>"),
        ("object", '{"a":1}', b'{"a":1}'),
        ("nothing", "", b""),
    ],
)
def test_a_string_that_holds_an_object_stays_a_string(form: str, body: str, sent: bytes) -> None:
    assert bytes_of(form, body) == sent
