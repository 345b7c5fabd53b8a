"""What a story demands of one of its steps, held against what came of it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from wxkf_cli.lint.finding import Finding
from wxkf_cli.simulate.story import Expectation, Sees, line_on_desk
from wxkf_cli.simulate.story import Place as StoryPlace
from wxkf_cli.trial.notes import run_finding
from wxkf_cli.vocab.terms import DataFormat, Text
from wxkf_cli.wechat.platform import User
from wxkf_cli.wechat.verdict import Verdict
from wxkf_cli.wire.document import Place
from wxkf_cli.wire.escape import quoted, safe


class Came(NamedTuple):
    """What came of a step.

    Attributes:
        exchange: The id of its last delivery; None where nothing was pushed.
        verdict: On that delivery.
        elapsed: Seconds its answer took.
        deliveries: How many there were.
        codes: How often each code was found, in all deliveries.
        has_notice: Whether the user saw the grey notice.
        is_void: Whether its last delivery says nothing of the handler, for want of something on this machine.
        is_disturbed: Whether chaos hit it, so that it may have come more often than the story knows.
    """

    exchange: str | None = None
    verdict: Verdict | None = None
    elapsed: float = 0.0
    deliveries: int = 0
    codes: Mapping[str, int] = {}
    has_notice: bool = False
    is_void: bool = False
    is_disturbed: bool = False


class Demand(NamedTuple):
    """One thing that was demanded.

    Attributes:
        is_met: Whether it came so.
        text: What was demanded, and what came instead.
    """

    is_met: bool
    text: Text


def demands(expected: Expectation, came: Came, user: User) -> Iterator[Demand]:
    """Everything that a step demands.

    Args:
        expected: What must have come of it.
        came: What did.
        user: How its user stands now.
    """
    if expected.verdict is not None:
        yield _same("verdict", expected.verdict, came.verdict or "none")
    if expected.pushed is not None:
        yield _same("pushed", _yes(expected.pushed), _yes(came.deliveries > 0))
    if expected.within is not None:
        is_met = came.verdict is not None and came.elapsed <= expected.within
        got = f"{came.elapsed:.3f} s"
        yield Demand(is_met, _texts("within", f"{expected.within:g} s", got if came.verdict is not None else "none"))
    if expected.deliveries is not None and not came.is_disturbed:
        yield _same("deliveries", str(expected.deliveries), str(came.deliveries))
    if expected.desk is not None:
        yield _same("desk", _listed(expected.desk), _listed(map(line_on_desk, user.desk)))
    if expected.waiting is not None:
        yield _same("waiting", _listed(expected.waiting), _listed(map(line_on_desk, user.waiting)))
    for code in expected.findings or ():
        yield Demand(code in came.codes, _texts("findings", code, ", ".join(came.codes) or "none"))
    for code in expected.no_findings or ():
        yield Demand(code not in came.codes, _texts("no_findings", code, ", ".join(came.codes) or "none"))
    if expected.session is not None:
        yield _same("session", expected.session, user.state)
    if expected.user_sees is not None:
        yield _same("user_sees", expected.user_sees, Sees.NOTICE if came.has_notice else Sees.NOTHING)


def _same(name: str, wanted: str, got: str) -> Demand:
    return Demand(wanted == got, _texts(name, wanted, got))


def _texts(name: str, wanted: str, got: str) -> Text:
    return Text(f"expected {name} {wanted}, got {got}", f"期望 {name} 为 {wanted}，实际为 {got}")


def _listed(lines: Iterable[str]) -> str:
    return f"[{', '.join(quoted(each, 60) for each in lines)}]"


def _yes(value: bool) -> str:
    return "true" if value else "false"


def lacking(
    leg: tuple[str, DataFormat], step: Text, place: StoryPlace, demand: Demand, exchange: str | None
) -> Finding:
    """The error that a step of a story did not come to what it demands.

    Args:
        leg: The name of the story, and the data format it is played in.
        step: What it is called.
        place: Where the step is written.
        demand: What is not met.
        exchange: The id of the last delivery up to the step; None where there was none in the whole story.
    """
    lacks, (story, data) = demand.text, leg
    # With a delivery, a report shows the finding under the story; else it stands alone.
    which = Text("", "") if exchange is not None else Text(f"{safe(story)}, {data}, ", f"{safe(story)}，{data}，")
    found = run_finding("KF904", Text(f"{which.en}{step.en}: {lacks.en}", f"{which.zh}{step.zh}：{lacks.zh}"))
    where = Place(0, place.line, 1) if place.line else None
    return found._replace(exchange=exchange, case=story, file=place.file or None, place=where)
