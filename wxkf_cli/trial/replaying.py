"""Push again what a run recorded, and judge the answers of now."""

import asyncio
import re
import signal
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from wxkf_cli.errors import UsageError
from wxkf_cli.lint.selection import Selected, Selection, lint_selected
from wxkf_cli.lint.subject import Setting
from wxkf_cli.report.event import CaseDone, Done, Event, Found, Listener, Sent, Skipped, Summary
from wxkf_cli.simulate.engine import Engine, send
from wxkf_cli.simulate.suite import CASES
from wxkf_cli.simulate.transport import Transport
from wxkf_cli.trial.masking import masked
from wxkf_cli.trial.plan import Plan
from wxkf_cli.trial.played import Played
from wxkf_cli.trial.resuming import Past
from wxkf_cli.trial.scoring import exit_code_of
from wxkf_cli.trial.showing import show
from wxkf_cli.trial.trial import GRACE_SECONDS
from wxkf_cli.vocab.choices import Expect
from wxkf_cli.vocab.outcomes import NEVER_CONNECTED
from wxkf_cli.wechat.record import Redact
from wxkf_cli.wechat.verdict import judge
from wxkf_cli.wire.escape import quoted, safe
from wxkf_cli.wire.exchange import Exchange, Failure

_IDS = re.compile(r"e([1-9][0-9]{0,11})(?:\.\.e?([1-9][0-9]{0,11}))?\Z")


class Failures(NamedTuple):
    """What failed in a run.

    Attributes:
        numbers: The exchanges, by their numbers.
        of_the_run: Codes of what failed of the run as a whole, which no single push stands for.
    """

    numbers: tuple[int, ...]
    of_the_run: tuple[str, ...]


def is_ids(word: str) -> bool:
    """Whether a word names exchanges, as `e12` or `e12..e20` do."""
    return _IDS.match(word) is not None


def chosen(words: Sequence[str], past: Past) -> tuple[int, ...]:
    """The exchanges that words name, in their order.

    Raises:
        UsageError: One of them is not in the record with an answer.
    """
    known = past.numbers
    found: dict[int, None] = {}
    for word in words:
        match = _IDS.match(word)
        assert match is not None  # noqa: S101 - the caller asked
        first, last = int(match[1]), int(match[2] or match[1])
        numbers = [each for each in known if first <= each <= last]
        if not numbers:
            message = f"{safe(past.path.stem)} has no exchange {quoted(word)} with an answer"
            raise UsageError(message, f"it has e{known[0]} to e{known[-1]}" if known else "it has none at all")
        found.update(dict.fromkeys(numbers))
    return tuple(found)


async def failures(past: Past, plan: Plan, engine: Engine) -> Failures:
    """What failed in a run, judged by the rules of now.

    Args:
        past: Its record, read with `only`.
        plan: Its plan.
        engine: What opens what was sealed.
    """
    open_cases: dict[tuple[object, ...], list[int]] = {}
    skipped: set[str] = set()
    failed: list[int] = []
    of_the_run: list[str] = []
    has_modes = len(plan.modes) > 1

    def tell(event: Event) -> None:
        match event:
            case Done():
                exchange = event.exchange
                is_alone = exchange.is_verification
                key = (exchange.case, None if is_alone else exchange.data, None if is_alone else exchange.mode)
                open_cases.setdefault(key, []).append(int(exchange.id[1:]))
            case CaseDone():
                # A case that mixes modes is told of under one of them.
                keys = [key for key in open_cases if key[:2] == (event.case, event.data)]
                numbers = [number for key in keys for number in open_cases.pop(key)]
                failed.extend(numbers if event.failed else ())
            case Skipped():
                skipped.add(event.what)
            case Found() if event.finding.exchange is None and plan.selection.fails(event.finding.severity):
                of_the_run.append(event.finding.code)
            case _:
                pass

    await show(past, plan, engine, tell)
    for (case, data, mode), numbers in open_cases.items():  # cut off before they were judged as a whole
        if f"{case} {f'{mode} {data}' if has_modes else data}" not in skipped:
            failed.extend(numbers)
    judging = Replay(plan, engine, None, past, lambda _: None)
    wrong = [each for each in sorted(failed) if judging.fails(past.exchange(each))]
    return Failures(tuple(wrong), tuple(dict.fromkeys(of_the_run)))


class Replay:
    """Pushes again, one after the other; `run` it once.

    Args:
        plan: That of the record: what is demanded, and how fast.
        engine: Signs and seals anew.
        transport: Delivers; None where nothing is pushed.
        past: The record.
        listener: Is told of everything.
        redact: Masks secrets in what the handler gave back.
    """

    def __init__(
        self,
        plan: Plan,
        engine: Engine,
        transport: Transport | None,
        past: Past,
        listener: Listener,
        redact: Redact = str,
    ) -> None:
        self._plan = plan
        self._engine = engine
        self._transport = transport
        self._past = past
        self._tell = listener
        self._redact = redact
        self._selection: Selection = plan.selection
        self._summary = Summary(gate=plan.selection.fail_on)
        self._settings: Mapping[bool, Setting] = {
            must: Setting(plan.policy, seal=engine.seal, expect_transfer=must) for must in (False, True)
        }
        self._stopping: int | None = None
        self._task: asyncio.Task[object] | None = None

    def fails(self, exchange: Exchange | None) -> bool:
        """Whether an answer has a finding that fails."""
        if exchange is None:
            return False
        return any(self._selection.fails(each.severity) for each in self._linted(exchange).findings)

    async def run(self, numbers: Sequence[int]) -> Summary:
        """Push these again; the summary is also the last event.

        Cancelled (with the number of a signal as its message), it tells the summary of what was done so far.
        """
        loop = asyncio.get_running_loop()
        self._task = asyncio.current_task()
        started = loop.time()
        summary = self._summary
        summary.exit_code = 4
        try:
            for place, number in enumerate(numbers):
                if place and self._plan.pace is not None:
                    await asyncio.sleep(1 / self._plan.pace)
                before = self._past.exchange(number)
                if before is not None and self._stopping is None:
                    await self._push(before, number)
                if self._stopping is not None:
                    raise asyncio.CancelledError(self._stopping)
                if not summary.connected:
                    break
            summary.exit_code = exit_code_of(summary)
        except asyncio.CancelledError as error:
            summary.exit_code = 128 + (self._stopping or (error.args[0] if error.args else signal.SIGINT))
            raise
        finally:
            self._task = None
            summary.wall = loop.time() - started
            self._tell(summary)
        return summary

    def wind_down(self, number: int) -> None:
        """Push nothing more, give what is in flight a second, and end as if cancelled by that signal."""
        self._stopping = number
        asyncio.get_running_loop().call_later(GRACE_SECONDS, self._give_up)

    def _give_up(self) -> None:
        if self._task is not None:
            self._task.cancel(self._stopping)

    async def _push(self, before: Exchange, number: int) -> None:
        assert self._transport is not None  # noqa: S101 - given where something is pushed
        summary, deadline = self._summary, self._plan.policy.deadline
        summary.pushes += 1
        sending = self._engine.again(before, number, before.delivery)
        exchange = await send(sending, self._transport, deadline, lambda each: self._tell(Sent(each)))
        answer = exchange.answer
        report = self._linted(exchange)
        done = Done(exchange, judge(exchange, self._plan.policy, self._engine.seal), report.ran)
        self._tell(done)
        summary.verdicts[done.judgement.verdict] += 1
        summary.failure = answer if isinstance(answer, Failure) else None
        summary.connected |= not (summary.failure and summary.failure.outcome in NEVER_CONNECTED)
        played = Played(self._settings[False], self._selection)
        played.add(done, [masked(each, answer, self._redact) for each in report.findings], report.checks)
        summary.checks += played.checks
        summary.failed += played.failed
        summary.severities.update(played.severities)
        for finding in played.findings:
            self._tell(Found(finding))
        self._tell(
            CaseDone(
                exchange.case,
                None if exchange.is_verification else exchange.data,
                None if exchange.is_verification else exchange.mode,
                (done,),
                tuple(played.findings),
                played.codes,
                played.checks,
                played.failed,
                played.elapsed,
                1,
            )
        )

    def _linted(self, exchange: Exchange) -> Selected:
        case = CASES.get(exchange.case)
        must = self._plan.expect is Expect.ALL and case is not None and case.is_user_message
        return lint_selected(exchange, self._settings[must], self._selection)
