"""Steps of a story file, once every value in them is of the right shape, as steps of the model."""

from collections.abc import Mapping, Sequence
from typing import Any

from wxkf_cli.errors import UsageError
from wxkf_cli.lint.naming import Named, codes_of
from wxkf_cli.simulate.story import (
    DEFAULT_USER,
    NOTHING_EXPECTED,
    Advance,
    Agent,
    Check,
    Contents,
    Disturb,
    Does,
    Expectation,
    Fault,
    FaultKind,
    Place,
    Repeat,
    Say,
    Sees,
    Step,
    Verify,
)
from wxkf_cli.trial.storykeys import BESIDE, DEMANDS, THE_RUNS_TEXTS
from wxkf_cli.trial.storymistakes import Where
from wxkf_cli.vocab.catalog import PUSHES, shapes
from wxkf_cli.vocab.message import Value, make
from wxkf_cli.vocab.terms import DataFormat, Flaw, Mode
from wxkf_cli.wechat.session import State
from wxkf_cli.wechat.verdict import Verdict
from wxkf_cli.wire import codec
from wxkf_cli.wire.escape import quoted

_LONGEST_LENGTH = 20_000
_DEFAULTS: dict[FaultKind, dict[str, float]] = {
    FaultKind.DUPLICATE: {"copies": 1},
    FaultKind.RESET: {"after_bytes": 0},
    FaultKind.SPLIT: {"bytes": 1},
}
#: What only a push has: where there is none, it cannot be demanded.
_OF_A_PUSH = ("verdict", "within", "deliveries", "findings")
_VARIANTS = {name: (kind.name, values) for name, kind, values in shapes()}


class StepReader:
    """Reads the steps of one story, those of included files among them, in the order in which they stand.

    Args:
        modes: The encryption modes of the story; empty for all.
        formats: Its data formats; empty for any.
    """

    def __init__(self, modes: Sequence[Mode], formats: Sequence[DataFormat]) -> None:
        self._modes = modes or tuple(Mode)
        self._formats = formats or tuple(DataFormat)
        # A step without a user is the one's that was named last.
        self._user = DEFAULT_USER

    def steps(self, tables: Sequence[Mapping[str, Any]], where: Where, before: Step | None = None) -> tuple[Step, ...]:
        """The steps of one list; what is wrong is kept in `where`, and the step left out.

        Args:
            tables: As they were read.
            where: The key that holds them.
            before: The last step of those before them.
        """
        found: list[Step] = [] if before is None else [before]
        for place, table in enumerate(tables):
            step = self._step(table, where.inside(place), found)
            if step is not None:
                found.append(step)
        return tuple(found if before is None else found[1:])

    def _step(self, table: Mapping[str, Any], where: Where, before: Sequence[Step]) -> Step | None:
        action = next((name for name in BESIDE if name in table), None)
        if action is None:
            where.wrong(" does nothing", f"it takes one of {', '.join(BESIDE)}")
            return None
        if not _fits(table, action, where):
            return None
        self._user = table.get("user", self._user)
        expect = _expectation(table.get("expect", {}), where.inside("expect"))
        name, place = table.get("name", ""), where.place
        match action:
            case "send" | "event":
                _check_overlap(table, where, before)
                return self._say(table, action, expect, where)
            case "verify":
                _check_overlap(table, where, before)
                return _verify(table, expect, where)
            case "agent":
                return Agent(self._user, Does(table["agent"]), expect, name, place)
            case "advance":
                return Advance(table["advance"], expect, name, place)
            case "fault":
                return Disturb(_faults(table), name, place)
            case "expect":
                return Check(self._user, expect, name, place)
            case _:
                return self._repeat(table, name, place, where)

    def _repeat(self, table: Mapping[str, Any], name: str, place: Place, where: Where) -> Repeat | None:
        if not table.get("step"):
            where.wrong(" repeats nothing", "the steps that are repeated stand under it, each with [[step.step]]")
            return None
        return Repeat(table["repeat"], self.steps(table["step"], where.inside("step")), name, place)

    def _say(self, table: Mapping[str, Any], action: str, expect: Expectation, where: Where) -> Say | None:
        given = table[action]
        if isinstance(given, str):
            given = {"kind": given} if action == "event" else {"kind": "text", "Content": given}
        kind, of_variant = _VARIANTS[given["kind"]]
        values = {**of_variant, **{name: value for name, value in given.items() if name != "kind"}}
        if "FromUserName" in values:
            where.inside(action, "FromUserName").wrong(
                " is the user's", 'name him by user = "…", and his openid under [users]'
            )
        texts = _contents(table, kind, values, where)
        mode = Mode(table["mode"]) if "mode" in table else None
        data = DataFormat(table["data"]) if "data" in table else None
        flaw = Flaw(table["flaw"]) if "flaw" in table else None
        without = tuple(table.get("without", ()))
        if flaw not in (None, Flaw.SIGNATURE) and Mode.PLAINTEXT in ((mode,) if mode else self._modes):
            where.inside("flaw").wrong(
                f" {quoted(flaw)} is about sealed pushes", 'say modes = ["compatible", "secure"] at the top'
            )
        if values or without:
            _check_written(kind, values, without, (data,) if data else self._formats, where.inside(action))
        return Say(
            self._user,
            kind,
            values,
            flaw,
            table.get("content_type"),
            without,
            mode,
            data,
            texts,
            _faults(table),
            expect,
            table.get("at_once", False),
            Verdict(table["needs"]) if "needs" in table else None,
            table.get("name", ""),
            where.place,
        )


def _fits(table: Mapping[str, Any], action: str, where: Where) -> bool:
    """Whether everything in a step goes with what it does."""
    count = len(where.mistakes)
    beside = BESIDE[action]
    for name in table:
        if name == action or name in beside:
            continue
        if name in BESIDE and name not in ("fault", "expect"):
            where.inside(name).wrong(f" stands beside {action}", "one thing a step: write two, each with [[step]]")
        else:
            alone = " alone" if action in ("fault", "expect") else ""
            where.inside(name).wrong(f" does not go with {action}{alone}", f"what does is {', '.join(beside)}")
    demands = DEMANDS.get(action, ())
    for name in table.get("expect", {}) if demands else ():
        if name not in demands:
            where.inside("expect", name).wrong(
                f" says nothing about {action}", f"what can be expected of it is {', '.join(demands)}"
            )
    return len(where.mistakes) == count


def _check_overlap(table: Mapping[str, Any], where: Where, before: Sequence[Step]) -> None:
    if not table.get("at_once"):
        return
    last = next((step for step in reversed(before) if not isinstance(step, Disturb)), None)
    # The first step of a repeat overlaps with the last one of the round before.
    is_first_of_round = last is None and where.path.count("step") > 1
    if not isinstance(last, Say | Verify | Repeat) and not is_first_of_round:
        where.inside("at_once").wrong(" has no push before it to overlap with", "it stands in the second of two sends")


def _verify(table: Mapping[str, Any], expect: Expectation, where: Where) -> Verify:
    flaw = Flaw(table["flaw"]) if "flaw" in table else None
    if flaw not in (None, Flaw.SIGNATURE):
        where.inside("flaw").wrong(f" is {quoted(flaw)}", 'the one flaw of a GET is "signature"')
    return Verify(flaw, _faults(table), expect, table.get("at_once", False), table.get("name", ""), place=where.place)


def _faults(table: Mapping[str, Any]) -> tuple[Fault, ...]:
    return tuple(fault_of(each) for each in table.get("fault", ()))


def fault_of(given: str | Mapping[str, Any]) -> Fault:
    """A fault, from its name or from a table that `FAULTS` has read; what it does not say is filled in."""
    table: dict[str, Any] = {"kind": given} if isinstance(given, str) else dict(given)
    kind, times = FaultKind(table.pop("kind")), table.pop("times", 1)
    return Fault(kind, {**_DEFAULTS.get(kind, {}), **table}, times)


def _contents(table: Mapping[str, Any], kind: str, values: Mapping[str, Value], where: Where) -> Contents | None:
    """The texts of a step that is sent once for each."""
    names = [name for name in ("texts", "lengths") if name in table]
    if not names:
        return None
    here = where.inside(names[0])
    if len(names) > 1:
        here.wrong(" stands beside lengths", "one of the two says what is written")
    if kind != "text" or "Content" in values:
        here.wrong(" says what a text has as its Content", 'it goes with send = { kind = "text" }')
    if "texts" in table:
        texts: tuple[str, ...] = table["texts"]
        return () if texts == (THE_RUNS_TEXTS,) else texts
    first, last = map(int, table["lengths"].split(".."))
    if not 1 <= first <= last <= _LONGEST_LENGTH:
        here.wrong(
            f" is {quoted(table['lengths'])}",
            f'it takes the least and the greatest length, as in "1..32", from 1 to {_LONGEST_LENGTH}',
        )
        return None
    return range(first, last + 1)


def _check_written(
    kind: str, values: Mapping[str, Value], without: Sequence[str], formats: Sequence[DataFormat], where: Where
) -> None:
    """Whether the message can be written in all the formats that it may be sent in."""
    for data in formats:
        try:
            codec.render(make(PUSHES[kind], values, without=without), data)
        except UsageError as error:
            where.wrong(f" cannot be sent as {data.upper()}: {error}", error.hint)
            return


def _expectation(given: Mapping[str, Any], where: Where) -> Expectation:
    if not given:
        return NOTHING_EXPECTED
    if given.get("pushed") is False:
        for name in _OF_A_PUSH:
            if name in given:
                where.inside(name).wrong(" is that of a push", "with pushed = false there is none")
    return Expectation(
        verdict=Verdict(given["verdict"]) if "verdict" in given else None,
        pushed=given.get("pushed"),
        within=given.get("within"),
        deliveries=given.get("deliveries"),
        desk=given.get("desk"),
        waiting=given.get("waiting"),
        findings=_codes(given, "findings", where, only_one=True),
        no_findings=_codes(given, "no_findings", where, only_one=False),
        session=State(given["session"]) if "session" in given else None,
        user_sees=Sees(given["user_sees"]) if "user_sees" in given else None,
    )


def _codes(given: Mapping[str, Any], name: str, where: Where, *, only_one: bool) -> tuple[str, ...] | None:
    """The codes that are named; one for each name where only one can be meant."""
    if name not in given:
        return None
    found: dict[str, None] = {}
    for place, each in enumerate(given[name]):
        here = where.inside(name, place)
        try:
            codes = sorted(codes_of(Named(each, "")))
        except UsageError as error:
            here.wrong(f": no rule is called {quoted(each)}", error.hint)
            continue
        if only_one and len(codes) > 1:
            here.wrong(f" is {quoted(each)}, which {len(codes)} codes begin with", f"name one, such as {codes[0]}")
        found.update(dict.fromkeys(codes))
    return tuple(found)
