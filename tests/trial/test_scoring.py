"""The score is the same whether answers are known again or each is looked at for itself."""

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lint.answers import BODIES, OPENID, ORIGINAL_ID, replies
from tests.trial.test_examining import KINDS, OTHERS, exchange, near_right
from wxkf_cli.lint.linter import all_rules
from wxkf_cli.lint.rule import Example
from wxkf_cli.lint.selection import EVERYTHING, Ignore, Selected, Selection, lint_selected
from wxkf_cli.lint.subject import Setting
from wxkf_cli.report.event import CaseDone, Event
from wxkf_cli.trial.scoring import Scorer
from wxkf_cli.vocab.message import Message
from wxkf_cli.vocab.terms import DataFormat, Mode, Severity
from wxkf_cli.wechat.verdict import Judgement, judge
from wxkf_cli.wire.exchange import Exchange, Response

EXAMPLES = [example for rule in all_rules() for example in (*rule.bad, *rule.good)]
SELECTIONS = {
    "everything": EVERYTHING,
    "one rule ignored": Selection(ignores=(Ignore("KF301", frozenset({"KF301"}), "ignore", "wxkf.toml"),)),
    "another weight": Selection(severities={"KF303": Severity.ERROR, "KF404": Severity.NOTE}),
    "few rules": Selection(selected=frozenset({"KF202", "KF301", "KF324", "KF404"})),
}
#: A Content that may be that of the push.
ECHO = (
    f"<xml><ToUserName>{ORIGINAL_ID}</ToUserName><FromUserName>{OPENID}</FromUserName>"
    "<CreateTime>1714112446</CreateTime><MsgType>text</MsgType><Content>{}</Content></xml>"
)


class LooksAtEach:
    """What is said of answers when none is known again."""

    def __init__(self, setting: Setting, selection: Selection) -> None:
        self._setting, self._selection = setting, selection

    def examine(self, each: Exchange, file: str | None, *, expect_transfer: bool) -> tuple[Judgement, Selected]:
        setting = self._setting._replace(expect_transfer=expect_transfer)
        return judge(each, setting.policy, setting.seal), lint_selected(each, setting, self._selection, file)


def score(
    exchanges: Iterable[tuple[Exchange, bool]], setting: Setting, selection: Selection, *, knows_again: bool
) -> tuple[Any, ...]:
    """Everything that is told and counted."""
    told: list[Event] = []
    scorer = Scorer(setting, selection, told.append, lambda text: text.replace("secret", "***"))
    if not knows_again:
        scorer._examiner = LooksAtEach(setting, selection)  # type: ignore[assignment]
    played = scorer.opened()
    judged = [scorer.take(each, played, must_transfer=must) for each, must in exchanges]
    scorer.settle("case", None, None, played)
    return judged, told, scorer.summary, scorer.used, played.spoken, played.codes, played.findings


def of_another(each: Exchange, number: int, user: str, program: str, later: int) -> Exchange:
    """The same push by another user at another time, and the same answer to it."""
    push, answer = each.push, each.answer
    each = each._replace(id=f"e{number}", case=f"case {number % 2}")
    if push is None or not isinstance(answer, Response):
        return each
    values = dict(push.values)
    body = answer.body
    for name, instead in (("FromUserName", user), ("ToUserName", program)):
        if isinstance(was := values.get(name), str) and was:
            values[name], body = instead, body.replace(was.encode(), instead.encode())
    if isinstance(created := values.get("CreateTime"), int):
        values["CreateTime"] = created + later
        for second in range(-2, 3):
            body = body.replace(str(created + second).encode(), str(created + second + later).encode())
    sent_at = None if each.sent_at is None else each.sent_at + later
    return each._replace(answer=answer._replace(body=body), push=Message(push.kind, values), sent_at=sent_at)


@pytest.mark.parametrize("selection", SELECTIONS.values(), ids=SELECTIONS)
@pytest.mark.parametrize("mode", list(Mode))
def test_the_examples_of_all_rules_score_as_if_each_were_looked_at(mode: Mode, selection: Selection) -> None:
    seal = Example("", mode=mode).setting.seal
    exchanges = [
        (of_another(each.exchange(), number, user, program, number), each.expect_transfer)
        for number, (user, program, _) in enumerate([*OTHERS[:3], *OTHERS[:2]])
        for each in EXAMPLES
        if each.mode is mode
    ]
    assert len(exchanges) > 10
    setting = Setting(seal=seal)
    assert score(exchanges, setting, selection, knows_again=True) == score(
        exchanges, setting, selection, knows_again=False
    )


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        replies(), near_right(), BODIES, st.sampled_from(["你好", "人工", "secret"]).map(ECHO.format).map(str.encode)
    ),
    st.lists(
        st.tuples(
            st.sampled_from(KINDS),
            st.sampled_from(DataFormat),
            st.integers(0, len(OTHERS) - 1),
            st.sampled_from(["你好", "人工", "secret"]),
            st.booleans(),
        ),
        min_size=3,
        max_size=10,
    ),
    st.sampled_from(list(SELECTIONS.values())),
)
def test_any_answers_score_as_if_each_were_looked_at(
    body: bytes, rows: list[tuple[str, DataFormat, int, str, bool]], selection: Selection
) -> None:
    exchanges = [(exchange(body, kind, data, who, content), must) for kind, data, who, content, must in rows] * 2
    assert score(exchanges, Setting(), selection, knows_again=True) == score(
        exchanges, Setting(), selection, knows_again=False
    )


def test_a_push_that_comes_back_is_no_passive_reply_although_the_answer_looks_the_same() -> None:
    body = ECHO.format("你好").encode()
    contents = ["人工", "人工", "人工", "你好", "人工"]
    exchanges = [(exchange(body, "text", DataFormat.XML, 0, each), False) for each in contents]
    *_, told, _, _, _, codes, _ = score(exchanges, Setting(), EVERYTHING, knows_again=True)
    assert codes["KF324"] == 1
    assert isinstance(told[-1], CaseDone)


def test_answers_that_are_right_are_looked_at_twice_and_known_from_then_on(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[Exchange] = []

    def look(each: Exchange, setting: Setting, selection: Selection, file: str | None = None) -> Selected:
        looked.append(each)
        return lint_selected(each, setting, selection, file)

    monkeypatch.setattr("wxkf_cli.trial.examining.lint_selected", look)
    right = next(each for each in EXAMPLES if each.push == "text" and "transfer_customer_service" in str(each.body))
    exchanges = [(of_another(right.exchange(), n, OTHERS[n % 3][0], OTHERS[n % 3][1], n), False) for n in range(50)]
    score(exchanges, right.setting, EVERYTHING, knows_again=True)
    assert len(looked) == 3, "the first two, and the twin of the second"
