"""What is known again is said as if it had been looked at: at a glance, by its outline, or for itself."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lint.answers import BODIES, OPENID, ORIGINAL_ID, mutated, replies
from tests.lint.sealing import TIME
from wxkf_cli.errors import UsageError
from wxkf_cli.lint.selection import EVERYTHING, lint_selected
from wxkf_cli.lint.subject import Setting
from wxkf_cli.trial.capture import Context
from wxkf_cli.trial.checking import Checked, Checker, Linting, Tally
from wxkf_cli.trial.examining import Examiner
from wxkf_cli.trial.records import read
from wxkf_cli.vocab.catalog import PUSHES
from wxkf_cli.vocab.choices import Expect
from wxkf_cli.vocab.message import make
from wxkf_cli.vocab.terms import DataFormat, Direction, Mode
from wxkf_cli.wechat import plainpush
from wxkf_cli.wechat.verdict import judge
from wxkf_cli.wire import codec
from wxkf_cli.wire.document import PUSH_LIMITS, Document, to_message
from wxkf_cli.wire.exchange import Exchange, Response

#: Users and times for one outline; the first is that of the generated answers.
OTHERS = [
    (OPENID, ORIGINAL_ID, TIME),
    ("oAAAAAAAAAAAAAAAAAAAAAAAAAAA", "gh_aaaaaaaaaaaa", TIME + 7),
    ("o0123456789_-abcdefghijklmno", "gh_0123456789ab", TIME - 200_000),
    ("oX", "gh_7f083739789a", TIME),
]
#: What may stand in a line beside a push and its answer.
EXTRAS: list[dict[str, Any]] = [
    {}, {"mode": "secure"}, {"genuine": False}, {"sent_at": TIME + 0.5}, {"id": "r1"}, {"type": "sent"},
    {"type": "done"},
]  # fmt: skip
KINDS = ["text", "image", "miniprogrampage", "user_enter_tempsession", "unknown_event"]
RIGHT = (
    f"<xml>\n<ToUserName><![CDATA[{OPENID}]]></ToUserName><FromUserName><![CDATA[{ORIGINAL_ID}]]></FromUserName>"
    f"<CreateTime>{TIME}</CreateTime><MsgType><![CDATA[transfer_customer_service]]></MsgType></xml>"
)


@st.composite
def near_right(draw: st.DrawFn) -> bytes:
    """The official form, now and then with a piece of it spoilt."""
    body = RIGHT
    spoilt = [OPENID, ORIGINAL_ID, str(TIME), "transfer_customer_service", "CreateTime", "<![CDATA[", "]]>", "\n"]
    for _ in range(draw(st.integers(0, 2))):
        piece = draw(st.sampled_from(spoilt))
        instead = draw(st.sampled_from([
            "", piece.lower(), piece.upper(), piece[:-1], piece[1:], piece[: len(piece) // 2], f" {piece}", piece * 2,
            OPENID, ORIGINAL_ID, f"{TIME}000", f"{TIME}.5", str(TIME + 5000), str(TIME + 50_000), "<b>", "x",
        ]))  # fmt: skip
        body = body.replace(piece, instead, 1)
    return draw(mutated(body.encode()))


def exchange(body: bytes, kind: str, data: DataFormat, who: int, content: str) -> Exchange:
    """A push by one of the others, and the same answer to it."""
    user, program, at = OTHERS[who]
    values: dict[str, Any] = {"ToUserName": program, "FromUserName": user, "CreateTime": at}
    if kind == "text":
        values["Content"] = content
    first_user, first_program, first_at = OTHERS[0]
    body = body.replace(first_user.encode(), user.encode()).replace(first_program.encode(), program.encode())
    body = body.replace(str(first_at).encode(), str(at).encode())
    answer = Response(200, (), body, 0.01)
    return Exchange(answer, "e1", push=make(PUSHES[kind], values), mode=Mode.PLAINTEXT, data=data)


@settings(max_examples=1500, deadline=None)
@given(
    st.one_of(replies(), near_right(), BODIES),
    st.sampled_from(KINDS),
    st.sampled_from(DataFormat),
    st.lists(st.tuples(st.integers(0, len(OTHERS) - 1), st.text(max_size=4), st.booleans()), min_size=2, max_size=5),
    st.booleans(),
)
def test_an_answer_of_a_known_outline_is_judged_and_linted_as_if_it_were_the_first(
    body: bytes, kind: str, data: DataFormat, who: list[tuple[int, str, bool]], must_transfer: bool
) -> None:
    examiner, setting = Examiner(Setting()), Setting(expect_transfer=must_transfer)
    for other, content, as_it_was in who:
        each = exchange(body, kind, data, other, content)
        if as_it_was:  # the answer that was right for the first of them
            each = each._replace(answer=Response(200, (), body, 0.01))
        said = examiner.examine(each, "a", expect_transfer=must_transfer)
        judgement, selected = judge(each), lint_selected(each, setting, EVERYTHING, "a")
        assert said == (judgement, selected)


def line(each: Exchange, extra: dict[str, Any]) -> bytes:
    assert each.push is not None
    assert each.data is not None
    assert isinstance(each.answer, Response)
    push = {"body": codec.render(each.push, each.data).decode()}
    response = {"status": 200, "body": each.answer.body.decode()}
    return json.dumps({"push": push, "response": response, **extra}, ensure_ascii=False).encode() + b"\n"


@settings(max_examples=600, deadline=None)
@given(
    st.one_of(replies(), near_right(), st.sampled_from([b"", b"success", b"success\n"])),
    st.lists(
        st.tuples(
            st.sampled_from(KINDS),
            st.sampled_from(DataFormat),
            st.integers(0, len(OTHERS) - 1),
            st.sampled_from(["你好", "", "a]b", 'a"b', "\t\n"]),
            st.sampled_from(EXTRAS),
        ),
        min_size=3,
        max_size=8,
    ),
    st.sampled_from(Expect),
)
def test_what_is_skimmed_is_counted_as_if_it_had_been_read(
    body: bytes, rows: list[tuple[str, DataFormat, int, str, dict[str, Any]]], expect: Expect
) -> None:
    try:
        lines = [line(exchange(body, kind, data, who, text), more) for kind, data, who, text, more in rows] * 2
    except (UnicodeDecodeError, ValueError):
        return
    told, tallies = [], []
    for skims in (False, True):
        checker = Checker(Linting(Setting(), expect))
        skim = checker.skim if skims else None
        captures = read(lines, Context(), name="a", shown="a", skim=skim)
        checked = [checker.check(capture) for capture in captures]
        told.append([essence(each) for each in checked if each is not None and each.findings])
        tallies.append(checker.taken())
    assert told[0] == told[1]
    assert tallies[0] == tallies[1]


def test_a_right_answer_to_another_user_is_known_at_a_glance() -> None:
    checker = Checker(Linting(Setting()))
    lines = [line(exchange(RIGHT.encode(), "text", DataFormat.XML, who, "你好"), {}) for who in (0, 1, 2)]
    captures = read(lines, Context(), name="a", shown="a", skim=checker.skim)
    assert [checker.check(each) is not None for each in captures] == [True, True], "what came twice is known"
    assert checker.responses == 3
    tally = checker.taken()
    assert (tally.responses, tally.clean, tally.is_reached) == (3, 3, True)
    assert checker.taken() == Tally()


def test_what_is_no_line_of_a_record_is_refused_though_its_outline_is_known() -> None:
    right = line(exchange(RIGHT.encode(), "text", DataFormat.XML, 0, "你好"), {})
    lines = [right, right, right, right.replace(b'"status": 200', b'"status": 200.0')]
    checker = Checker(Linting(Setting()))
    found = read(lines, Context(), name="a", shown="a", skim=checker.skim)
    assert checker.check(next(found)) is not None
    assert checker.check(next(found)) is not None
    with pytest.raises(UsageError, match=r"a:4: response.status"):
        next(found)
    assert checker.responses == 3


@pytest.mark.parametrize(
    "more",
    [
        '"push": {"body_cut": true, ', '"push": {"headers": [1], ', '"push": {"method": "GET", ',
        '"response": {"body_cut": true, ', '"response": {"headers": {"A": "b"}, ', '"response": {"elapsed_ms": 4000, ',
        '"response": {"leniencies": ["bare LF"], ', '"response": {"body_base64": "eA==", ',
    ],
)  # fmt: skip
def test_a_line_with_something_special_about_it_is_read_though_its_outline_is_known(more: str) -> None:
    right = line(exchange(RIGHT.encode(), "text", DataFormat.XML, 0, "你好"), {})
    special = right.replace(more.partition("{")[0].encode() + b"{", more.encode())
    assert special != right
    told: list[Any] = []
    for skims in (False, True):
        checker, said = Checker(Linting(Setting())), []
        try:
            for each in read(
                [right, right, special], Context(), name="a", shown="a", skim=checker.skim if skims else None
            ):
                checked = checker.check(each)
                said += [checked] if checked is not None and each.line == 3 and checked.findings else []
        except UsageError as error:
            told.append((said, str(error)))
        else:
            told.append((said, checker.taken()))
    assert told[0] == told[1]


def essence(checked: Checked) -> tuple[Any, ...]:
    return checked.capture._replace(known=None), checked.done, checked.findings


TEXTS = st.one_of(st.text(max_size=8), st.sampled_from(["]]>", "]", '"', "\\", "&", "<a>", "\r", "\x0b", "MsgType"]))


@settings(max_examples=800, deadline=None)
@given(st.sampled_from(list(PUSHES)), st.sampled_from(DataFormat), TEXTS, TEXTS, st.data())
def test_a_push_read_at_a_glance_is_what_the_parser_makes_of_it(
    kind: str, data: DataFormat, content: str, user: str, more: st.DataObject
) -> None:
    values: dict[str, Any] = {"FromUserName": user}
    if kind == "text":
        values["Content"] = content
    try:
        body = codec.render(make(PUSHES[kind], values), data)
    except ValueError:
        body = b"<xml></xml>"
    except Exception:
        return
    body = more.draw(mutated(body))
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return
    found = plainpush.glance(text)
    if found is None:
        return
    document = codec.parse(body, found[0].data, PUSH_LIMITS)
    assert isinstance(document, Document)
    right = to_message(document, Direction.PUSH)
    message = plainpush.message_of(found)
    assert list(message.values.items()) == list(right.values.items())
    assert message.kind is right.kind


def test_pushes_as_wechat_writes_them_are_read_at_a_glance() -> None:
    for kind in KINDS[:4]:
        for data in DataFormat:
            assert plainpush.glance(codec.render(make(PUSHES[kind]), data).decode()) is not None
