"""What a second, independent judge says of a right answer with mistakes put in, the linter says too.

`sentence.py` is that judge: Expat or json, and a small table. Where it rejects, the linter has an error; where it
accepts, none. Each run looks at 1,000 mutations of each sort; 100,000 of each are

    PROPERTY_CASES=100000 python -m pytest tests/lint/test_mutations.py
"""

import base64
import dataclasses
import json
import os
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, event, given, settings

from tests.cli.conftest import wxkf  # noqa: F401 - a fixture
from tests.cli.running import Wxkf
from tests.lint import legalwriter
from tests.lint.mutations import mutated
from tests.lint.sealing import SEAL
from tests.lint.sentence import Case, Sentence, sentence
from tests.lint.tape import Tape, tapes
from tests.lint.test_variations import PUSHED_AT, drawn_case, right_body
from wxkf_cli.lint.linter import lint
from wxkf_cli.lint.subject import Setting
from wxkf_cli.vocab.catalog import PUSHES
from wxkf_cli.vocab.message import Value, make
from wxkf_cli.vocab.terms import DataFormat, Mode, Severity
from wxkf_cli.wire.exchange import Exchange, Response

CASES = int(os.environ.get("PROPERTY_CASES", "1000"))
#: All but `explain`, which traces every line and takes three times as long.
PHASES = [Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink]
EVENT = "user_enter_tempsession"


def check(body: bytes, case: Case) -> Sentence:
    """The sentence on a body, with which the linter must agree."""
    values: dict[str, Value] = {"FromUserName": case.user, "ToUserName": case.original_id, "CreateTime": PUSHED_AT}
    exchange = Exchange(
        Response(200, (), body),
        push=make(PUSHES[EVENT if case.is_event else "text"], values),
        mode=Mode(case.mode),
        data=DataFormat.JSON if case.is_json else DataFormat.XML,
        sent_at=PUSHED_AT + 0.5,
    )
    told, why = sentence(body, case)
    errors = [
        finding.code for finding in lint(exchange, Setting(seal=SEAL)).findings if finding.severity is Severity.ERROR
    ]
    if told is Sentence.REJECT:
        assert errors, f"passed, although: {why}\n{body!r}\n{case}"
    elif told is Sentence.ACCEPT:
        assert not errors, f"{errors}, although it is {why}\n{body!r}\n{case}"
    event(told)
    return told


def canonical(case: Case) -> bytes:
    """The transfer as the official page writes it, byte for byte, or in JSON as WeChat writes that."""
    if case.is_json:
        return (
            f'{{"ToUserName":"{case.user}","FromUserName":"{case.original_id}",'
            f'"CreateTime":{PUSHED_AT},"MsgType":"transfer_customer_service"}}'
        ).encode()
    return (
        f"<xml><ToUserName><![CDATA[{case.user}]]></ToUserName><FromUserName><![CDATA[{case.original_id}]]>"
        f"</FromUserName><CreateTime>{PUSHED_AT}</CreateTime>"
        "<MsgType><![CDATA[transfer_customer_service]]></MsgType></xml>"
    ).encode()


def plain_case(random: Random, mode: str) -> Case:
    """A push from a user whose openid needs no escaping."""
    case = drawn_case(random)
    return dataclasses.replace(case, user="o9AgO5Kd5ggOC-bXrbNODIiE3bGY", original_id="gh_97417a04a28d", mode=mode)


@settings(max_examples=CASES, phases=PHASES)
@given(tapes(40))
def test_a_mutation_of_the_official_reply_is_judged_as_an_independent_judge_does(random: Tape) -> None:
    case = plain_case(random, random.choice(["plaintext", "compatible"]))
    check(mutated(random, canonical(case)), case)


@settings(max_examples=CASES, phases=PHASES)
@given(tapes(700))
def test_a_mutation_of_any_right_reply_is_judged_as_an_independent_judge_does(random: Tape) -> None:
    edits, case = Tape(random.randbytes(40)), drawn_case(random)
    check(mutated(edits, right_body(random, case)), case)


@settings(max_examples=CASES, phases=PHASES)
@given(tapes(100))
def test_a_mutation_inside_the_seal_is_judged_as_an_independent_judge_does(random: Tape) -> None:
    case = plain_case(random, random.choice(["secure", "compatible"]))
    inside = mutated(random, canonical(case))
    fields = legalwriter.envelope(random, inside, case, PUSHED_AT)
    check(legalwriter.written(random, fields, is_json=case.is_json), case)


#: Users of one mini program that writes alike to all of them; the last differs from the first in one letter.
USERS = ("o9AgO5Kd5ggOC-bXrbNODIiE3bGY", "oABCDEFGHIJKLMNOPQRSTUVWXYZ_", "o9AgO5Kd5ggOC-bXrbNODIiE3bGZ")


def line_of(case: Case, pushed_at: int, body: bytes) -> dict[str, Any]:
    """One exchange as a record has it."""
    fields: legalwriter.Values = [
        ("ToUserName", case.original_id), ("FromUserName", case.user), ("CreateTime", pushed_at),
    ]  # fmt: skip
    if case.is_event:
        fields += [("MsgType", "event"), ("Event", EVENT), ("SessionFrom", "x")]
    else:
        fields += [("MsgType", "text"), ("Content", "你好"), ("MsgId", 23637352235060881)]
    push = (
        json.dumps(dict(fields), ensure_ascii=False, separators=(",", ":"))
        if case.is_json
        else "<xml>" + "\n".join(f"<{name}>{as_xml(value)}</{name}>" for name, value in fields) + "\n</xml>"
    )
    try:
        answer = {"body": body.decode("utf-8")}
    except UnicodeDecodeError:
        answer = {"body_base64": base64.b64encode(body).decode()}
    return {"push": {"body": push}, "response": {"status": 200, **answer}}


def as_xml(value: str | int) -> str:
    return f"<![CDATA[{value}]]>" if isinstance(value, str) else str(value)


@settings(max_examples=max(CASES // 30, 1), phases=PHASES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tapes(600))
def test_in_a_record_the_same_mistakes_in_answers_to_many_users_are_judged_one_by_one(
    wxkf: Wxkf,  # noqa: F811 - the fixture
    random: Tape,
) -> None:
    slips = [random.randbytes(30) for _ in range(6)]
    cases: list[tuple[bytes, Case]] = []
    with Path("x.ndjson").open("w", encoding="utf-8") as file:
        for _ in range(40):
            case = dataclasses.replace(
                plain_case(random, "plaintext"), user=random.choice(USERS), is_event=random.random() < 0.1
            )
            pushed_at = PUSHED_AT + random.choice([0, 1, 999])
            body = canonical(case).replace(b"%d" % PUSHED_AT, b"%d" % pushed_at)
            if random.random() < 0.8:
                body = mutated(Tape(random.choice(slips)), body)
            cases.append((body, case))
            file.write(json.dumps(line_of(case, pushed_at, body), ensure_ascii=False) + "\n")
    told = wxkf("lint-response", "x.ndjson", "--format", "ndjson")
    assert told.code in (0, 1), told.err
    found: dict[int, list[str]] = {}
    for each in map(json.loads, told.out.splitlines()):
        if each["type"] == "finding" and each["severity"] == "error":
            found.setdefault(each["line"], []).append(each["code"])
    for number, (body, case) in enumerate(cases, start=1):
        expected, why = sentence(body, case)
        if expected is not Sentence.UNSURE:
            assert bool(found.get(number)) is (expected is Sentence.REJECT), f"line {number}: {why}\n{body!r}\n{case}"


@settings(max_examples=CASES // 4, phases=PHASES)
@given(tapes(40))
def test_a_mutation_of_an_acknowledgement_is_judged_as_an_independent_judge_does(random: Tape) -> None:
    case = dataclasses.replace(plain_case(random, random.choice([*Mode])), is_event=True)
    check(mutated(random, b"success"), case)


@settings(max_examples=CASES // 4, phases=PHASES)
@given(tapes(700))
def test_whatever_transfers_an_event_is_an_error(random: Tape) -> None:
    edits, case = Tape(random.randbytes(40)), dataclasses.replace(drawn_case(random), is_event=True)
    body = right_body(random, case)
    assert check(body, case) is Sentence.REJECT
    check(mutated(edits, body), case)
