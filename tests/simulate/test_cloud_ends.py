"""A cloud function that ends its process or makes it hang: who is blamed, who is not, and what is told at the end."""

import asyncio
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.simulate.cloudfunctions import Handed, running, short, written
from wxkf_cli.simulate.cloudends import Ends
from wxkf_cli.vocab.outcomes import Outcome
from wxkf_cli.vocab.terms import Text
from wxkf_cli.wire.exchange import Failure

#: What an innocent push does; the guilty one is to strike while it waits.
INNOCENT = "return new Promise((resolve) => setTimeout(resolve, 100, 'success'))"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wxkf_cli.simulate.cloudinstance._SILENCE_SECONDS", 0.4)
    monkeypatch.setattr("wxkf_cli.simulate.cloudinstance._REST_SECONDS", 0.4)


def innocent_beside(crime: str) -> str:
    """A function that does this at the text `guilty`."""
    return f"""exports.main = async (event) => {{
      if (event.Content === 'guilty') {{ {crime} }}
      {INNOCENT}
    }}"""


async def together(handed: Handed, *contents: str, deadline: float = 5.0) -> list[bytes | Outcome]:
    return [
        short(each) for each in await asyncio.gather(*(handed.push(content=c, deadline=deadline) for c in contents))
    ]


async def told(handed: Handed) -> list[str]:
    return [each.en for each in await handed.function.settle()]


def test_a_process_that_ended_is_started_again(tmp_path: Path) -> None:
    folder = written(
        tmp_path / "fn",
        "let n = 0\nexports.main = async (event) => event.Content === 'exit' ? process.exit() : `${++n}`",
    )

    async def play(handed: Handed) -> tuple[list[bytes | Outcome], int]:
        came = [await handed.push(content=each) for each in ("a", "a", "exit", "a")]
        return [short(each) for each in came], handed.function.cold_starts

    assert running(folder, play) == ([b"1", b"2", Outcome.FUNCTION_EXIT, b"1"], 2)


def test_what_waits_is_late_and_the_process_goes_on(tmp_path: Path) -> None:
    source = "exports.main = (event) => event.Content === 'wait' ? new Promise(() => {}) : 'success'"

    async def play(handed: Handed) -> tuple[list[bytes | Outcome], int]:
        waiting, other = await asyncio.gather(handed.push(content="wait", deadline=0.3), handed.push(content="a"))
        return [short(waiting), short(other), short(await handed.push(content="a"))], handed.function.cold_starts

    came, cold_starts = running(written(tmp_path / "fn", source), play)
    assert came == [Outcome.TIMEOUT_FIRST_BYTE, b"success", b"success"]
    assert cold_starts == 1


HANGS = {
    "at once": "while (true) {}",
    "after an await": "await null; while (true) {}",
    "after a timer": "await new Promise((resolve) => setTimeout(resolve, 10)); while (true) {}",
    "in a callback": "setImmediate(() => { while (true) {} })",
    "without end in promises": "for (;;) await null",
    "in a call that waits": "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)",
}


@pytest.mark.parametrize("way", HANGS)
def test_what_hangs_is_late_ended_and_no_fault_of_the_others(tmp_path: Path, way: str) -> None:
    async def play(handed: Handed) -> tuple[list[bytes | Outcome], int, list[str]]:
        came = await together(handed, "before", "guilty", "after", deadline=0.6)
        return [*came, *await together(handed, "next")], handed.function.cold_starts, await told(handed)

    came, cold_starts, ends = running(written(tmp_path / "fn", innocent_beside(HANGS[way])), play)
    assert came == [b"success", Outcome.TIMEOUT_FIRST_BYTE, b"success", b"success"]
    assert (cold_starts, ends) == (2, [])


def test_what_hangs_within_its_time_may_come_back(tmp_path: Path) -> None:
    source = innocent_beside("const until = Date.now() + 800; while (Date.now() < until) {} return 'success'")

    async def play(handed: Handed) -> tuple[list[bytes | Outcome], int]:
        late, guilty = await asyncio.gather(
            handed.push(content="before", deadline=0.2), handed.push(content="guilty", deadline=60)
        )
        return [short(late), short(guilty)], handed.function.cold_starts

    came, cold_starts = running(written(tmp_path / "fn", source), play)
    assert (came[1], cold_starts) == (b"success", 1)


ENDS = {
    "process.exit": "process.exit(1)",
    "an uncaught error": "setImmediate(() => { throw new Error('no') }); await new Promise(() => {})",
    "an unhandled rejection": "Promise.reject(new Error('no')); await new Promise(() => {})",
    "a signal": "process.kill(process.pid, 'SIGKILL')",
    "an abort": "await null; process.abort()",
}


@pytest.mark.parametrize("way", ENDS)
def test_an_end_is_the_fault_of_the_push_that_made_it(tmp_path: Path, way: str) -> None:
    async def play(handed: Handed) -> tuple[list[bytes | Outcome], list[str]]:
        return await together(handed, "before", "guilty", "after"), await told(handed)

    came, ends = running(written(tmp_path / "fn", innocent_beside(ENDS[way])), play)
    assert came == [b"success", Outcome.FUNCTION_EXIT, b"success"]
    assert ends == []


def test_each_of_many_ends_has_its_own_push_and_spares_the_others(tmp_path: Path) -> None:
    async def play(handed: Handed) -> list[bytes | Outcome]:
        return await together(handed, *["guilty", "innocent"] * 4)

    came = running(written(tmp_path / "fn", innocent_beside("process.exit(1)")), play)
    assert came == [Outcome.FUNCTION_EXIT, b"success"] * 4


def test_too_much_memory_is_an_outcome(tmp_path: Path) -> None:
    source = innocent_beside("const all = []; for (;;) all.push(new Array(100000).fill(all.length))")

    async def play(handed: Handed) -> list[Failure]:
        guilty, innocent = await asyncio.gather(
            handed.push(content="guilty", deadline=60), handed.push(content="a", deadline=60)
        )
        assert short(innocent) == b"success"
        return [guilty.answer] if isinstance(guilty.answer, Failure) else []

    (answer,) = running(written(tmp_path / "fn", source), play)
    assert (answer.outcome, answer.detail) == (Outcome.FUNCTION_EXIT, "out of memory (256 MB)")


class Late(NamedTuple):
    """What a function does after its answer, and what is told of it."""

    crime: str
    reason: str


AFTERWARDS = {
    "a rejection": Late("Promise.reject(new Error('no'))", "an unhandled rejection: no (at index.js:"),
    "a call that nobody awaits": Late(
        "require('wx-server-sdk').openapi.customerServiceMessage.send({ touser: 'x', msgtype: 'text' })",
        "an unhandled rejection: errCode: 40003 | errMsg: openapi.customerServiceMessage.send:fail invalid openid",
    ),
    "an error in a timer": Late(
        "setTimeout(() => { throw new Error('no') }, 0)", "an uncaught error: no (at index.js:"
    ),
    "an error some time later": Late(
        "setTimeout(() => { throw new Error('no') }, 20)", "an uncaught error: no (at index.js:"
    ),
    "a rejection some time later": Late(
        "setTimeout(() => { Promise.reject(new Error('no')) }, 20)", "an unhandled rejection: no (at index.js:"
    ),
    "an error in one timer of many": Late(
        "setInterval(() => {}, 5); setTimeout(() => { throw new Error('no') }, 20)",
        "an uncaught error: no (at index.js:",
    ),
    "a connection that is refused": Late(
        "require('net').connect(1, '127.0.0.1')", "an uncaught error: connect ECONNREFUSED 127.0.0.1:1"
    ),
    "an exit": Late("setImmediate(() => process.exit(3))", "process.exit(3)"),
    "a signal": Late("setImmediate(() => process.kill(process.pid, 'SIGKILL'))", "signal SIGKILL"),
    "a loop": Late("setImmediate(() => { while (true) {} })", "it hung, so it was ended"),
}


@pytest.mark.parametrize("way", AFTERWARDS)
def test_an_end_after_the_last_answer_is_told(tmp_path: Path, way: str) -> None:
    late = AFTERWARDS[way]

    async def play(handed: Handed) -> tuple[list[bytes | Outcome], list[str]]:
        return await together(handed, "guilty"), await told(handed)

    came, ends = running(written(tmp_path / "fn", innocent_beside(f"{late.crime}; return 'success'")), play)
    assert came == [b"success"]
    assert len(ends) == 1
    assert ends[0].startswith(f"the function's process ended after e1 was over: {late.reason}")


@pytest.mark.parametrize("way", AFTERWARDS)
def test_an_end_after_the_answer_is_no_fault_of_those_that_wait(tmp_path: Path, way: str) -> None:
    late = AFTERWARDS[way]

    async def play(handed: Handed) -> tuple[list[bytes | Outcome], list[str]]:
        return await together(handed, "before", "guilty", "after", deadline=0.6), await told(handed)

    came, ends = running(written(tmp_path / "fn", innocent_beside(f"{late.crime}; return 'success'")), play)
    assert came == [b"success"] * 3
    assert len(ends) == 1
    assert ends[0].startswith(f"the function's process ended after e2 was over: {late.reason}")


def test_what_nobody_is_known_to_have_done_is_told_and_in_the_end_an_outcome(tmp_path: Path) -> None:
    source = "setTimeout(() => process.exit(3), 100)\nexports.main = () => new Promise(() => {})"

    async def play(handed: Handed) -> tuple[list[bytes | Outcome], int, list[str]]:
        return await together(handed, "a", "b"), handed.function.cold_starts, await told(handed)

    came, cold_starts, ends = running(written(tmp_path / "fn", source), play)
    assert came == [Outcome.FUNCTION_EXIT] * 2
    assert cold_starts == 2
    assert ends == ["the function's process ended 2 times, and which push did it is not known: process.exit(3)"]


def test_a_function_that_goes_on_quietly_is_not_told_of(tmp_path: Path) -> None:
    source = "setInterval(() => {}, 1)\nexports.main = async () => { setTimeout(() => {}, 60000); return 'success' }"

    async def play(handed: Handed) -> tuple[list[bytes | Outcome], list[str], list[str], bool]:
        came = await together(handed, "a", "b")
        return came, await told(handed), await told(handed), handed.function.is_running

    assert running(written(tmp_path / "fn", source), play) == ([b"success"] * 2, [], [], True)


RESTS = {
    "nothing was ever begun": "",
    "it has printed": "console.log('a'); console.error('b')",
    "a timer ran": "await new Promise((resolve) => setTimeout(resolve, 1))",
    "a timer was cancelled": "clearInterval(setInterval(() => {}, 1))",
    "a timer holds nothing up": "setInterval(() => {}, 60000).unref()",
    "a file was read": "await require('fs').promises.readFile(__filename)",
    "a call was answered": "await require('wx-server-sdk').openapi.customerServiceMessage.send({}).catch(() => {})",
    "a program has ended": "require('child_process').spawnSync('true')",
    "a promise has no end": "new Promise(() => {})",
}


@pytest.mark.parametrize("way", RESTS)
def test_nothing_is_waited_for_where_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    monkeypatch.setattr("wxkf_cli.simulate.cloudinstance._REST_SECONDS", 3600.0)
    source = f"exports.main = async () => {{ {RESTS[way]}; return 'success' }}"

    async def play(handed: Handed) -> tuple[list[bytes | Outcome], list[str]]:
        async with asyncio.timeout(60):
            return await together(handed, "a", "b"), await told(handed)

    assert running(written(tmp_path / "fn", source), play) == ([b"success"] * 2, [])


def test_ends_for_one_reason_are_told_once() -> None:
    ends = Ends()
    for number in range(1, 5):
        ends.know(number, f"e{number}")
        ends.note(number, _reason(f"no rid: 6b0c57f9-0000000{number}-00000000"))
    ends.note(2, _reason("\x1b[31mred"))
    ends.note(None, _reason("signal SIGKILL"))
    ends.note(4_000_000_000, _reason("signal SIGKILL"))
    ends.note(3, _reason("\x1b[31mred"))
    told = ends.told()
    assert [each.en for each in told] == [
        "the function's process ended after e1 was over, and 3 more times like that: "
        "no rid: 6b0c57f9-00000001-00000000",
        "the function's process ended after e2 was over, and once more like that: \\x1b[31mred",
        "the function's process ended, and which push did it is not known: signal SIGKILL",
        "the function's process ended after a push was over: signal SIGKILL",
    ]
    assert told[0].zh == "e1 结束之后，函数的进程退出了，类似情况另有 3 次：no rid: 6b0c57f9-00000001-00000000"


def test_only_so_many_names_and_reasons_are_kept() -> None:
    ends = Ends()
    for number in range(1, 2_000):
        ends.know(number, f"e{number}")
        ends.note(number, _reason(f"reason {number}"))
    ends.note(1, _reason("reason 1"))
    assert len(ends.told()) == 20
    assert ends.told()[0].en.startswith("the function's process ended after e1 was over, and once more like that")


def _reason(text: str) -> Text:
    return Text(text, text)
