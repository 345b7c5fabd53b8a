"""A cloud function in a real process of Node.js: every way to return, to fail and to end."""

import asyncio
import os
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.simulate.cloudfunctions import Handed, pushed, running, written
from wxkf_cli.errors import HandlerDown
from wxkf_cli.lint.linter import lint
from wxkf_cli.simulate.cloudanswer import bytes_of, environment
from wxkf_cli.vocab.outcomes import Outcome
from wxkf_cli.vocab.policy import ACCEPTED_STATUSES
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
    "a function": Row("(() => 1)", ACKNOWLEDGED, ("KF214",)),
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


def test_a_process_that_ended_is_started_again(tmp_path: Path) -> None:
    folder = written(
        tmp_path / "fn",
        "let n = 0\nexports.main = async (event) => event.Content === 'exit' ? process.exit() : `${++n}`",
    )

    async def play(handed: Handed) -> tuple[list[bytes | Outcome], int]:
        came = [await handed.push(content=each) for each in ("a", "a", "exit", "a")]
        return [_short(each) for each in came], handed.function.cold_starts

    assert running(folder, play) == ([b"1", b"2", Outcome.FUNCTION_EXIT, b"1"], 2)


def test_what_waits_is_late_and_the_process_goes_on(tmp_path: Path) -> None:
    source = "exports.main = (event) => event.Content === 'wait' ? new Promise(() => {}) : 'success'"

    async def play(handed: Handed) -> tuple[list[bytes | Outcome], int]:
        waiting, other = await asyncio.gather(handed.push(content="wait", deadline=0.3), handed.push(content="a"))
        return [_short(waiting), _short(other), _short(await handed.push(content="a"))], handed.function.cold_starts

    came, cold_starts = running(written(tmp_path / "fn", source), play)
    assert came == [Outcome.TIMEOUT_FIRST_BYTE, b"success", b"success"]
    assert cold_starts == 1


def test_what_hangs_is_late_ended_and_no_fault_of_the_others(tmp_path: Path) -> None:
    source = "exports.main = (event) => { while (event.Content === 'hang') {} return 'success' }"

    async def play(handed: Handed) -> tuple[list[bytes | Outcome], int]:
        hanging, other = await asyncio.gather(
            handed.push(content="hang", deadline=0.3), handed.push(content="a", deadline=30)
        )
        return [_short(hanging), _short(other), _short(await handed.push(content="a"))], handed.function.cold_starts

    came, cold_starts = running(written(tmp_path / "fn", source), play)
    assert came == [Outcome.TIMEOUT_FIRST_BYTE, Outcome.LOCAL_INTERRUPTED, b"success"]
    assert cold_starts == 2


def test_an_end_is_the_fault_of_the_push_that_made_it(tmp_path: Path) -> None:
    source = """exports.main = async (event) => {
      await new Promise((resolve) => setImmediate(resolve))
      if (event.Content === 'exit') process.exit(1)
      return new Promise(() => {})
    }"""

    async def play(handed: Handed) -> list[bytes | Outcome]:
        return [_short(each) for each in await asyncio.gather(*(handed.push(content=each) for each in ("a", "exit")))]

    assert running(written(tmp_path / "fn", source), play) == [Outcome.LOCAL_INTERRUPTED, Outcome.FUNCTION_EXIT]


def test_too_much_memory_is_an_outcome(tmp_path: Path) -> None:
    source = "exports.main = () => { const all = []; for (;;) all.push(new Array(100000).fill(all.length)) }"

    async def play(handed: Handed) -> Exchange:
        return await handed.push(deadline=60)

    answer = running(written(tmp_path / "fn", source), play).answer
    assert isinstance(answer, Failure)
    assert (answer.outcome, answer.detail) == (Outcome.FUNCTION_EXIT, "out of memory (256 MB)")


def test_an_end_after_the_answer_is_told_at_the_end(tmp_path: Path) -> None:
    source = "exports.main = () => { setTimeout(() => { throw new Error('later') }, 0); return 'success' }"

    async def play(handed: Handed) -> tuple[bytes | Outcome, list[str]]:
        came = await handed.push()
        while handed.function.is_running:  # noqa: ASYNC110 - nobody is told of it
            await asyncio.sleep(0)
        return _short(came), [each.en for each in await handed.function.settle()]

    came, told = running(written(tmp_path / "fn", source), play)
    assert came == b"success"
    assert told[0].startswith("the function's process ended after it had answered: an uncaught error: later")


def test_many_pushes_are_under_way_at_once(tmp_path: Path) -> None:
    source = """let open = 0; let most = 0
    exports.main = async () => {
      most = Math.max(most, ++open)
      await new Promise((resolve) => setTimeout(resolve, 20))
      open--
      return `${most}`
    }"""

    async def play(handed: Handed) -> list[bytes | Outcome]:
        return [_short(each) for each in await asyncio.gather(*(handed.push() for _ in range(50)))]

    came = running(written(tmp_path / "fn", source), play)
    assert len(came) == 50
    assert max(int(each) for each in came if isinstance(each, bytes)) > 1


def test_what_is_printed_is_told_line_by_line_and_is_no_answer(tmp_path: Path) -> None:
    source = """exports.main = async () => {
      console.log('one\\n{"kind":"returned","id":1,"body":"no"}'); console.error('\\u001b[31mred')
      process.stdout.write('x'.repeat(20000)); return 'success' }"""

    async def play(handed: Handed) -> tuple[bytes | Outcome, list[str]]:
        came = _short(await handed.push())
        await handed.function.aclose()
        return came, handed.lines

    came, lines = running(written(tmp_path / "fn", source), play)
    assert came == b"success"
    assert {"one", "\x1b[31mred"} <= set(lines)
    assert sum(line.count("x") for line in lines) == 20000


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("exports.main = async ( => 1", "cannot be loaded: SyntaxError: "),
        ("exports.mian = async () => 1", "has no exports.main"),
        ("throw new Error('no')", "cannot be loaded: no (at index.js:1:7)"),
        ("require('leftpad-of-nobody')", "cannot be loaded: Cannot find module 'leftpad-of-nobody'"),
        ("process.exit(0)", "ended while it was loaded: process.exit(0)"),
        ("process.kill(process.pid, 'SIGKILL')", "ended while it was loaded: signal SIGKILL"),
    ],
)
def test_what_cannot_be_loaded_is_a_handler_that_is_down(tmp_path: Path, source: str, message: str) -> None:
    with pytest.raises(HandlerDown) as raised:
        pushed(written(tmp_path / "fn", source), ["a"])
    assert message in str(raised.value)
    assert str(tmp_path) not in f"{raised.value} {raised.value.hint}"


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
    assert _short(exchange) == b"success"


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
        while _is_alive(process):
            os.sched_yield()


def _is_alive(process: str) -> bool:
    try:
        state = Path("/proc", process, "stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"  # nobody may be there to look after it


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


def _short(exchange: Exchange) -> bytes | Outcome:
    answer = exchange.answer
    return answer.body if isinstance(answer, Response) else exchange.outcome(ACCEPTED_STATUSES)
