"""Laws that hold the linter and the verdict together, over generated exchanges."""

import json
import string
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wxkf_cli.lint.finding import Finding
from wxkf_cli.lint.linter import all_rules, lint, rule
from wxkf_cli.vocab.catalog import PUSHES
from wxkf_cli.vocab.message import make
from wxkf_cli.vocab.outcomes import Outcome, Phase
from wxkf_cli.vocab.terms import DataFormat, Mode, Severity
from wxkf_cli.wechat.verdict import Verdict, judge
from wxkf_cli.wire import codec
from wxkf_cli.wire.channel import Channel
from wxkf_cli.wire.exchange import Answer, Exchange, Failure, Response

OPENID, ORIGINAL_ID, TIME = "o9AgO5Kd5ggOC-bXrbNODIiE3bGY", "gh_97417a04a28d", 1714112445
TRANSFER = "transfer_customer_service"
NO_ANSWER = sorted(set(Outcome) - {Outcome.OK, Outcome.HTTP_STATUS, Outcome.HTTP_REDIRECT})

#: Values that a developer, or his serialiser, puts in place of the right one.
ODD_VALUES = [
    "", " ", None, True, 0, -1, 1.5, 12345678901234567890, [], {}, [1], {"a": 1}, "cough", "touser", "gh_other", "None",
    OPENID, f" {OPENID}", f"{OPENID}\n", ORIGINAL_ID, f"{ORIGINAL_ID} ", TRANSFER, TRANSFER.upper(), f" {TRANSFER}",
    "text", " Text", "image", "event", "transfer", str(TIME), f" {TIME}", TIME, f"{TIME}123", TIME * 1000, "0", "007",
    "1714112446.5", "2024-04-26", "١٧١٤", "1" * 21, "　", "\u2028x",
]  # fmt: skip
ODD_NAMES = [
    "ToUser", "touser", "tousername", "toUserName", "FromUser", "FromUsername", "Createtime", "createAt", "msgtype",
    "msg_type", "MsgType ", "ToUser ", "TransInfo", "KfAccount", "Encrypt", "encrypt", "MsgSignature", "Content", "x",
    "text", "ToUserName", "FromUserName", "CreateTime", "MsgType",
]  # fmt: skip


def as_xml(pairs: list[tuple[str, object]], *, cdata: bool = False) -> bytes:
    """XML by hand: what comes out may be as wrong as what goes in."""

    def text(value: object) -> str:
        if isinstance(value, dict):
            return "".join(f"<{name}>{text(inner)}</{name}>" for name, inner in value.items())
        if isinstance(value, list):
            return "".join(f"<item>{text(inner)}</item>" for inner in value)
        return f"<![CDATA[{value}]]>" if cdata and isinstance(value, str) else "" if value is None else str(value)

    return f"<xml>{''.join(f'<{name}>{text(value)}</{name}>' for name, value in pairs)}</xml>".encode()


def as_json(pairs: list[tuple[str, object]]) -> bytes:
    """JSON by hand, so that a name may stand twice."""
    return ("{" + ",".join(f"{json.dumps(name)}:{json.dumps(value)}" for name, value in pairs) + "}").encode()


@st.composite
def replies(draw: st.DrawFn) -> bytes:
    """A right reply after a few mutations of its fields, and sometimes of its bytes."""
    time = draw(st.sampled_from([TIME, TIME + 1, TIME * 1000, 5]))
    pairs: list[tuple[str, object]] = [
        ("ToUserName", OPENID), ("FromUserName", ORIGINAL_ID), ("CreateTime", time), ("MsgType", TRANSFER),
    ]  # fmt: skip
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, max(len(pairs) - 1, 0)))
        match draw(st.sampled_from(["edit", "drop", "rename", "repeat", "add", "swap", "shuffle"])):
            case "edit" if pairs:
                pairs[place] = (pairs[place][0], draw(st.sampled_from(ODD_VALUES)))
            case "drop" if pairs:
                del pairs[place]
            case "rename" if pairs:
                pairs[place] = (draw(st.sampled_from(ODD_NAMES)), pairs[place][1])
            case "repeat" if pairs:
                pairs.append(pairs[place])
            case "add":
                pairs.append((draw(st.sampled_from(ODD_NAMES)), draw(st.sampled_from(ODD_VALUES))))
            case "swap" if len(pairs) > 1:
                (first, one), (second, two) = pairs[:2]
                pairs[:2] = [(first, two), (second, one)]
            case _:
                pairs = draw(st.permutations(pairs))
    body = as_xml(pairs, cdata=draw(st.booleans())) if draw(st.booleans()) else as_json(pairs)
    return draw(mutated(body))


EDGES = [
    b"", b"\n", b" ", b"success", b'"', b"\xef\xbb\xbf", b"<xml>", b"{}", b"\x00", b"<!DOCTYPE xml>", b"\xff", b"'",
    b"}", b'<?xml version="1.0"?>', b'<?xml version="1.0" encoding="GBK"?>', b"<!-- x -->", b"<br />W", b"Note: x\n",
]  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn, body: bytes) -> bytes:
    """The bytes, now and then with something around or inside."""
    match draw(st.sampled_from(["as it is", "as it is", "as it is", "around", "inside", "cut", "flip", "encoded"])):
        case "around":
            return draw(st.sampled_from(EDGES)) + body + draw(st.sampled_from(EDGES))
        case "inside":
            place = draw(st.integers(0, len(body)))
            return body[:place] + draw(st.sampled_from([*EDGES, b"&", b"<", b">", b",", b"]]>"])) + body[place:]
        case "cut":
            return body[: draw(st.integers(0, len(body)))]
        case "flip" if body:
            place = draw(st.integers(0, len(body) - 1))
            return body[:place] + bytes([draw(st.integers(0, 255))]) + body[place + 1 :]
        case "encoded":
            return draw(st.sampled_from([
                body.decode().encode("utf-16"), json.dumps(body.decode()).encode(), repr(body).encode(), body + body,
                body.replace(b"<", b"&lt;").replace(b">", b"&gt;"), b"<html>" + body, b"[" + body + b"]",
            ]))  # fmt: skip
    return body


BODIES = st.one_of(
    replies(),
    st.sampled_from(list(EDGES)),
    st.sampled_from([b"success", b""]).flatmap(mutated),
    st.binary(max_size=60),
    st.binary(max_size=40).map(lambda data: b"<xml>" + data),
    st.binary(max_size=40).map(lambda data: b"{" + data),
    st.text(string.printable, max_size=60).map(str.encode),
)


@st.composite
def exchanges(draw: st.DrawFn, bodies: st.SearchStrategy[bytes] = BODIES, *, genuine: bool = True) -> Exchange:
    """A POST: any push or none, any format, status and outcome."""
    body = draw(bodies)
    status = draw(st.sampled_from([*[200] * 14, None, None, 204, 304, 307, 500]))
    leniencies = draw(st.sampled_from([(), (), ("a folded header line",)]))
    answer: Answer = Response(status, (), body, draw(st.sampled_from([0.01, 4.5, 6.0])), leniencies=leniencies)
    if draw(st.integers(0, 9)) == 0:
        answer = Failure(draw(st.sampled_from(NO_ANSWER)), draw(st.sampled_from(list(Phase))), 1.0, "x\x1b[31m")
    kind = draw(st.sampled_from([None, "text", "image", "user_enter_tempsession", "unknown_event", "unknown_message"]))
    right = codec.sniff(body) or DataFormat.XML
    data = draw(st.sampled_from([right, right, right, *DataFormat]))
    mode = draw(st.sampled_from([Mode.PLAINTEXT, Mode.PLAINTEXT, Mode.SECURE]))
    if kind is None:
        known = draw(st.sampled_from([None, data]))
        return Exchange(
            answer, data=known, mode=mode, genuine=genuine, sent_at=draw(st.sampled_from([None, TIME + 0.5]))
        )
    odd = draw(st.sampled_from([{}, {}, {}, {"FromUserName": " a "}, {"ToUserName": ""}, {"FromUserName": None}]))
    push = make(PUSHES[kind], odd)
    request = Channel("AAAAA", data=data).push(push, timestamp=TIME, nonce="1", genuine=genuine)
    return Exchange(answer, push=push, request=request, data=data, mode=mode, genuine=genuine, sent_at=float(TIME))


def is_about_the_answer(finding: Finding) -> bool:
    """Whether a finding says that the answer itself is abnormal."""
    if finding.severity is not Severity.ERROR or finding.code in ("KF003", "KF004"):
        return False
    return finding.code[:3] in ("KF0", "KF2", "KF3", "KF5") or finding.code == "KF404"


@settings(max_examples=2500, deadline=None)
@given(exchanges())
def test_a_verdict_is_abnormal_if_and_only_if_the_answer_has_an_error(exchange: Exchange) -> None:
    verdict = judge(exchange).verdict
    findings = lint(exchange).findings
    codes = {finding.code for finding in findings if finding.severity is Severity.ERROR}
    abnormal = sorted(finding.code for finding in findings if is_about_the_answer(finding))
    assert (verdict is Verdict.ABNORMAL) == bool(abnormal), (verdict, abnormal)
    assert (verdict is Verdict.LATE) == ("KF003" in codes)
    assert (verdict is Verdict.UNREACHABLE) == ("KF004" in codes)
    if verdict is Verdict.VOID:
        assert not codes
    if verdict is Verdict.EVENT_TRANSFERRED:
        assert codes & {"KF401", "KF402"}
    for finding in findings:
        assert finding.message.en.isprintable()
        assert finding.message.zh.isprintable()


@settings(max_examples=400, deadline=None)
@given(exchanges(genuine=False))
def test_a_forged_push_is_accepted_if_and_only_if_kf701_says_so(exchange: Exchange) -> None:
    codes = {finding.code for finding in lint(exchange).findings}
    verdict = judge(exchange).verdict
    assert codes <= {"KF701", "KF702"}
    assert (verdict is Verdict.ACCEPTED_FORGERY) == ("KF701" in codes)
    assert verdict in (Verdict.ACCEPTED_FORGERY, Verdict.REFUSED, Verdict.VOID)


@st.composite
def verifications(draw: st.DrawFn, *, genuine: bool) -> Exchange:
    echostr = draw(st.sampled_from(["4375120948345356249", "", "a+b/c=", "9", "你好"]))
    body = draw(st.one_of(st.just(echostr.encode()).flatmap(mutated), st.binary(max_size=30)))
    request = Channel("AAAAA").verification(echostr, timestamp=TIME, nonce="1", genuine=genuine)
    answer: Answer = Response(draw(st.sampled_from([200, 200, 404])), (), body)
    if draw(st.integers(0, 9)) == 0:
        answer = Failure(draw(st.sampled_from(NO_ANSWER)), Phase.CONNECT, 1.0)
    return Exchange(answer, request=request, genuine=genuine)


@settings(max_examples=400, deadline=None)
@given(verifications(genuine=True))
def test_a_url_is_not_verified_if_and_only_if_there_is_an_error(exchange: Exchange) -> None:
    verdict = judge(exchange).verdict
    errors = {each.code for each in lint(exchange).findings if each.severity is Severity.ERROR}
    assert (verdict is Verdict.NOT_VERIFIED) == bool(errors)
    assert errors <= {code.code for code in all_rules() if code.code[:3] in ("KF0", "KF1")}


@settings(max_examples=200, deadline=None)
@given(verifications(genuine=False))
def test_a_forged_verification_is_accepted_if_and_only_if_kf102_says_so(exchange: Exchange) -> None:
    codes = {each.code for each in lint(exchange).findings}
    assert (judge(exchange).verdict is Verdict.ACCEPTED_FORGERY) == (codes == {"KF102"})


@st.composite
def right_replies(draw: st.DrawFn) -> tuple[bytes, DataFormat]:
    """Every legal way to write the transfer."""
    time = draw(st.sampled_from([TIME, TIME + 1, TIME * 1000 + 7]))
    pairs: list[tuple[str, object]] = draw(
        st.permutations(
            [("ToUserName", OPENID), ("FromUserName", ORIGINAL_ID), ("CreateTime", time), ("MsgType", TRANSFER)]
        )
    )
    blank = st.text(" \t\r\n", max_size=14)
    if draw(st.booleans()):
        tree = dict(pairs)
        indent = draw(st.sampled_from([None, 0, 2, "\t"]))
        separators = draw(st.sampled_from([None, (",", ":"), (" , ", " : ")]))
        return (
            draw(blank) + json.dumps(tree, indent=indent, separators=separators) + draw(blank)
        ).encode(), DataFormat.JSON
    declaration = draw(
        st.sampled_from(["", '<?xml version="1.0"?>', "<?xml version='1.0' encoding='UTF-8' standalone=\"yes\"?>"])
    )
    body = draw(blank) + declaration + draw(blank) + "<xml>"
    for name, value in pairs:
        text = f"<![CDATA[{value}]]>" if draw(st.booleans()) else str(value)
        body += f"{draw(blank)}<{name}>{text}</{name}>"
    return (body + draw(blank) + "</xml>" + draw(blank)).encode(), DataFormat.XML


@settings(max_examples=400, deadline=None)
@given(
    right_replies(),
    st.sampled_from(["text", "image", "miniprogrampage", None]),
    st.sampled_from(["", "text/xml", "application/json; charset=utf-8", "text/html", "application/octet-stream"]),
)
def test_a_right_reply_has_no_error_however_it_is_written(
    reply: tuple[bytes, DataFormat], kind: str | None, content_type: str
) -> None:
    body, data = reply
    answer = Response(200, (("Content-Type", content_type),) if content_type else (), body)
    push = make(PUSHES[kind]) if kind else None
    exchange = Exchange(answer, push=push, data=data if kind else None, sent_at=float(TIME) if kind else None)
    assert {finding.code for finding in lint(exchange).findings} <= {"KF303"}
    assert judge(exchange).verdict is Verdict.TRANSFERRED


#: Long bodies that invite a slow pattern to go back over them again and again.
LONG = [
    b" " * 60_000 + b"x", b"<xml>" * 12_000, b"{" * 60_000, b'"' * 60_000, b"&lt;" * 15_000, b"<xml>" + b"\n" * 60_000,
    b"," * 30_000 + b" " * 30_000, b"<?xml " + b" " * 60_000, b"\n" * 30_000 + b"at " * 9_000, b"[," * 30_000,
    b"</xml>" * 10_000, b"{" + b'"a":1,' * 9_000 + b"}", b"<xml>" + b"<a ><b>" * 8_000, b"success" * 9_000,
    b"<!--" * 15_000, b'{"' + b"ToUserNam" * 6_000 + b'":1,"MsgType":1}', b"\x00<" * 30_000, b"{" + b"{}" * 30_000,
]  # fmt: skip


@pytest.mark.parametrize("body", LONG, ids=[str(place) for place in range(len(LONG))])
def test_no_body_makes_the_rules_slow(body: bytes) -> None:
    push = make(PUSHES["text"])
    exchange = Exchange(Response(200, (), body), push=push, data=DataFormat.XML)
    started = time.process_time()
    lint(exchange)
    judge(exchange)
    # What goes back over such a body again and again takes minutes of the processor; the rest milliseconds.
    assert time.process_time() - started < 10


@pytest.mark.parametrize("code", ["KF001", "KF202", "KF510"])
def test_choosing_a_rule_never_brings_up_what_another_hides(code: str) -> None:
    quoted = Exchange(Response(200, (), b'"success"'))
    assert [each.code for each in lint(quoted, chosen=[rule("KF201")]).findings] == ["KF201"]
    without = [each for each in all_rules() if each.code != "KF201"]
    assert lint(quoted, chosen=without).findings == ()
    assert lint(quoted, chosen=[rule(code)]).findings == ()
    assert lint(quoted, chosen=[]).checks == 0
