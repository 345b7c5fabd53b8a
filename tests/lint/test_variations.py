"""A right reply is never an error, however legally it is written, framed and sealed.

Each run looks at 2,000 of them; the 100,000 that the project answers for are

    PROPERTY_CASES=100000 python -m pytest tests/lint/test_variations.py
"""

import dataclasses
import os
from collections.abc import Callable
from random import Random

from hypothesis import Phase, given, settings

from tests.lint import legalwriter
from tests.lint.sealing import APPID, KEY, SEAL, TOKEN
from tests.lint.sentence import Case, Sentence, sentence
from tests.lint.tape import Tape, tapes
from wxkf_cli.lint.linter import lint
from wxkf_cli.lint.subject import Setting
from wxkf_cli.trial.capture import unpacked
from wxkf_cli.vocab.catalog import PUSHES
from wxkf_cli.vocab.message import Value, make
from wxkf_cli.vocab.terms import DataFormat, Mode, Severity
from wxkf_cli.wechat.verdict import Verdict, judge
from wxkf_cli.wire import rawhttp
from wxkf_cli.wire.exchange import Exchange, Response

CASES = int(os.environ.get("PROPERTY_CASES", "2000"))
#: All but `explain`, which traces every line and takes three times as long.
PHASES = [Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink]
PUSHED_AT = 1714112445
#: Openids and original ids as they are, and some that need every sort of escaping.
USERS = ("o9AgO5Kd5ggOC-bXrbNODIiE3bGY", "oUser_-0", "o&<>\"'/\\", "o]]>你好", "o😀", "o\u00e9]")
ORIGINAL_IDS = ("gh_97417a04a28d", "gh_97417a04a28d", "gh_&<]]>", "gh_小程序")
KINDS = ("text", "image", "miniprogrampage")


def drawn_case(random: Random) -> Case:
    """A push of any mode and format."""
    return Case(
        user=random.choice(USERS),
        original_id=random.choice(ORIGINAL_IDS),
        is_json=random.random() < 0.5,
        is_event=False,
        mode=random.choice(list(Mode)).value,
        token=TOKEN,
        key=KEY,
        appid=APPID,
    )


def is_sealed(random: Random, case: Case) -> bool:
    """Whether the answer is sealed; in compatible mode either is right."""
    return case.mode == Mode.SECURE or (case.mode == Mode.COMPATIBLE and random.random() < 0.5)


def right_body(random: Random, case: Case) -> bytes:
    """A right answer to the push."""
    body = legalwriter.written(random, legalwriter.transfer(random, case, PUSHED_AT), is_json=case.is_json)
    if is_sealed(random, case):
        # A stale TimeStamp is the push's own, or a constant of the developer's.
        timestamp = random.choice([PUSHED_AT, PUSHED_AT + 1, 1409735669])
        body = legalwriter.written(random, legalwriter.envelope(random, body, case, timestamp), is_json=case.is_json)
    return body


def exchange_of(random: Random, answer: Response, case: Case) -> Exchange:
    """The answer beside its push, or alone, as of a capture without one."""
    if random.random() < 0.1:
        return Exchange(answer)
    values: dict[str, Value] = {"FromUserName": case.user, "ToUserName": case.original_id, "CreateTime": PUSHED_AT}
    return Exchange(
        answer,
        push=make(PUSHES[random.choice(KINDS)], values),
        mode=Mode(case.mode),
        data=DataFormat.JSON if case.is_json else DataFormat.XML,
        sent_at=random.choice([None, PUSHED_AT + 0.5]),
    )


def response_of(data: bytes) -> Response:
    """What a captured file holds: a whole HTTP response, or a body alone."""
    return rawhttp.read(data) or Response(None, (), data)


@settings(max_examples=CASES, phases=PHASES)
@given(tapes(600))
def test_a_right_reply_has_no_finding_however_it_is_written(random: Tape) -> None:
    case = drawn_case(random)
    body = right_body(random, case)
    assert sentence(body, case)[0] is Sentence.ACCEPT, "the writer and the judge in the tests disagree"
    data = legalwriter.captured(random, body) if random.random() < 0.5 else body
    exchange = exchange_of(random, response_of(data), case)
    findings = lint(exchange, Setting(seal=SEAL)).findings
    assert [(finding.code, finding.message.en) for finding in findings] == [], exchange.answer
    assert judge(exchange, seal=SEAL).verdict is Verdict.TRANSFERRED


def with_time(fields: legalwriter.Values, time: str | int) -> legalwriter.Values:
    return [(name, time if name == "CreateTime" else value) for name, value in fields]


#: What only earns a warning, and how it comes into the four fields.
ODDITIES: dict[str, Callable[[legalwriter.Values, bool], legalwriter.Values]] = {
    "KF303": lambda fields, _: with_time(fields, PUSHED_AT * 1000 + 7),
    "KF307": lambda fields, _: with_time(fields, 1399197672),
    "KF310": lambda fields, _: [*fields, ("MsgId", "23637352235060881")],
    "KF311": lambda fields, _: [("TransInfo", "a@b"), *fields],
    # In XML it is no oddity: there every value is text.
    "KF315": lambda fields, is_json: with_time(fields, str(PUSHED_AT)) if is_json else fields,
}


@settings(max_examples=CASES // 3, phases=PHASES)
@given(tapes(600))
def test_what_the_project_warns_of_is_never_an_error(random: Tape) -> None:
    case = drawn_case(random)
    code = random.choice([*ODDITIES])
    fields = ODDITIES[code](legalwriter.transfer(random, case, PUSHED_AT), case.is_json)
    body = legalwriter.written(random, fields, is_json=case.is_json)
    assert sentence(body, dataclasses.replace(case, mode="plaintext"))[0] is Sentence.ACCEPT
    expected = set() if code == "KF315" and not case.is_json else {(code, Severity.WARNING)}
    if is_sealed(random, case):
        in_milliseconds = random.random() < 0.3
        timestamp = PUSHED_AT * 1000 if in_milliseconds else PUSHED_AT
        body = legalwriter.written(random, legalwriter.envelope(random, body, case, timestamp), is_json=case.is_json)
        expected |= {("KF517", Severity.WARNING)} if in_milliseconds else set()
    exchange = exchange_of(random, Response(200, (), body), case)
    if exchange.push is None:
        expected -= {("KF307", Severity.WARNING)}  # far off from what
    assert {(finding.code, finding.severity) for finding in lint(exchange, Setting(seal=SEAL)).findings} == expected
    assert judge(exchange, seal=SEAL).verdict is Verdict.TRANSFERRED


@settings(max_examples=50, phases=PHASES)
@given(tapes(600))
def test_a_compressed_capture_that_says_so_is_what_it_holds(random: Tape) -> None:
    case = drawn_case(random)
    data = legalwriter.captured(random, right_body(random, case), compressed=True)
    answer = unpacked(response_of(data))
    assert isinstance(answer, Response)
    assert lint(exchange_of(random, answer, case), Setting(seal=SEAL)).findings == ()
