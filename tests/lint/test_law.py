"""Laws that hold the linter and the verdict together, over generated exchanges."""

import json
import time
import unicodedata
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lint.answers import BODIES, OPENID, ORIGINAL_ID, TRANSFER, envelopes, mutated
from tests.lint.sealing import SEAL, TIME, TOKEN, Pairs
from wxkf_cli.lint.finding import Finding
from wxkf_cli.lint.linter import all_rules, lint, rule
from wxkf_cli.lint.subject import Setting
from wxkf_cli.vocab.catalog import PUSHES
from wxkf_cli.vocab.message import make
from wxkf_cli.vocab.outcomes import NEVER_CONNECTED, Outcome, Phase
from wxkf_cli.vocab.policy import NOTICE_FAULT
from wxkf_cli.vocab.terms import DataFormat, Flaw, Mode, Severity
from wxkf_cli.wechat.verdict import Verdict, judge
from wxkf_cli.wire import codec
from wxkf_cli.wire.channel import Channel
from wxkf_cli.wire.envelope import Seal
from wxkf_cli.wire.exchange import Answer, Exchange, Failure, Response

NO_ANSWER = sorted(set(Outcome) - {Outcome.OK, Outcome.HTTP_STATUS, Outcome.HTTP_REDIRECT})
MODES = [Mode.PLAINTEXT, Mode.COMPATIBLE, Mode.SECURE, None]
SEALS = st.sampled_from([SEAL, SEAL, None])
#: Flaws of probes that rules speak of; what a conformance check makes of its own probes, it says itself.
PROBES = tuple(flaw for flaw in Flaw if flaw != "probe")
#: The rules that say that a probe was acted on.
TAKEN = {"KF701", "KF703", "KF704", "KF706"}


@st.composite
def exchanges(
    draw: st.DrawFn, bodies: st.SearchStrategy[bytes] = BODIES, flaws: tuple[Flaw | None, ...] = (None,)
) -> Exchange:
    """A POST: any push or none, any format, mode, status and outcome."""
    body = draw(bodies)
    status = draw(st.sampled_from([*[200] * 14, None, None, 204, 304, 307, 500]))
    leniencies = draw(st.sampled_from([(), (), ("a folded header line",)]))
    answer: Answer = Response(status, (), body, draw(st.sampled_from([0.01, 4.5, 6.0])), leniencies=leniencies)
    if draw(st.integers(0, 9)) == 0:
        answer = Failure(draw(st.sampled_from(NO_ANSWER)), draw(st.sampled_from(list(Phase))), 1.0, "x\x1b[31m")
    kind = draw(st.sampled_from([None, "text", "image", "user_enter_tempsession", "unknown_event", "unknown_message"]))
    right = codec.sniff(body) or DataFormat.XML
    data = draw(st.sampled_from([right, right, right, *DataFormat]))
    mode, flaw = draw(st.sampled_from(MODES)), draw(st.sampled_from(flaws))
    if kind is None:
        known = draw(st.sampled_from([None, data]))
        return Exchange(answer, data=known, mode=mode, flaw=flaw, sent_at=draw(st.sampled_from([None, TIME + 0.5])))
    odd = draw(st.sampled_from([{}, {}, {}, {"FromUserName": " a "}, {"ToUserName": ""}, {"FromUserName": None}]))
    push = make(PUSHES[kind], odd)
    channel = Channel(TOKEN, mode or Mode.PLAINTEXT, data, seal=SEAL)
    request = channel.push(push, timestamp=TIME, nonce="1", flaw=flaw)
    return Exchange(answer, push=push, request=request, data=data, mode=mode, flaw=flaw, sent_at=float(TIME))


def is_about_the_answer(finding: Finding) -> bool:
    """Whether a finding says that the answer itself is abnormal."""
    if finding.severity is not Severity.ERROR or finding.code in ("KF003", "KF004"):
        return False
    return finding.code[:3] in ("KF0", "KF2", "KF3", "KF5") or finding.code == "KF404"


def check_the_law(exchange: Exchange, seal: Seal | None) -> None:
    judgement = judge(exchange, seal=seal)
    verdict = judgement.verdict
    findings = lint(exchange, Setting(seal=seal)).findings
    codes = {finding.code for finding in findings if finding.severity is Severity.ERROR}
    abnormal = sorted(finding.code for finding in findings if is_about_the_answer(finding))
    assert (verdict is Verdict.ABNORMAL) == bool(abnormal), (verdict, abnormal)
    assert (verdict is Verdict.LATE) == ("KF003" in codes)
    assert (verdict is Verdict.UNREACHABLE) == ("KF004" in codes)
    is_seal_wrong = any(code.startswith("KF5") for code in codes)
    assert (judgement.user_sees == NOTICE_FAULT) == is_seal_wrong, (judgement.user_sees, codes)
    if verdict is Verdict.VOID:
        assert not codes
    if verdict is Verdict.EVENT_TRANSFERRED:
        assert codes & {"KF401", "KF402"}
    check_printable(findings)


def check_printable(findings: Sequence[Finding]) -> None:
    for finding in findings:
        said = "".join(finding.message)
        # Wide and unbreakable blanks are shown as they are: they neither hide nor move anything.
        assert "".join(each for each in said if unicodedata.category(each) != "Zs").isprintable()


@settings(max_examples=2500, deadline=None)
@given(exchanges(), SEALS)
def test_a_verdict_is_abnormal_if_and_only_if_the_answer_has_an_error(exchange: Exchange, seal: Seal | None) -> None:
    check_the_law(exchange, seal)


@settings(max_examples=2500, deadline=None)
@given(exchanges(envelopes()), SEALS)
def test_a_sealed_answer_is_abnormal_if_and_only_if_it_has_an_error(exchange: Exchange, seal: Seal | None) -> None:
    check_the_law(exchange, seal)


@settings(max_examples=1000, deadline=None)
@given(exchanges(st.one_of(BODIES, envelopes()), PROBES), SEALS)
def test_a_probe_is_accepted_if_and_only_if_a_rule_says_so(exchange: Exchange, seal: Seal | None) -> None:
    findings = lint(exchange, Setting(seal=seal)).findings
    codes = {finding.code for finding in findings}
    verdict = judge(exchange, seal=seal).verdict
    if isinstance(exchange.answer, Failure) and exchange.answer.outcome in NEVER_CONNECTED:
        # Nobody was there, so nothing was refused either.
        assert (codes, verdict) in (({"KF003"}, Verdict.LATE), ({"KF004"}, Verdict.UNREACHABLE))
    else:
        assert codes <= {*TAKEN, "KF702", "KF705"}
        assert (verdict is Verdict.ACCEPTED_FORGERY) == bool(codes & TAKEN)
        assert verdict in (Verdict.ACCEPTED_FORGERY, Verdict.REFUSED, Verdict.VOID)
    check_printable(findings)


@st.composite
def verifications(draw: st.DrawFn, flaw: Flaw | None) -> Exchange:
    echostr = draw(st.sampled_from(["4375120948345356249", "", "a+b/c=", "9", "你好"]))
    body = draw(st.one_of(st.just(echostr.encode()).flatmap(mutated), st.binary(max_size=30)))
    request = Channel(TOKEN).verification(echostr, timestamp=TIME, nonce="1", flaw=flaw)
    answer: Answer = Response(draw(st.sampled_from([200, 200, 404])), (), body)
    if draw(st.integers(0, 9)) == 0:
        answer = Failure(draw(st.sampled_from(NO_ANSWER)), Phase.CONNECT, 1.0)
    return Exchange(answer, request=request, flaw=flaw)


@settings(max_examples=400, deadline=None)
@given(verifications(None))
def test_a_url_is_not_verified_if_and_only_if_there_is_an_error(exchange: Exchange) -> None:
    verdict = judge(exchange).verdict
    errors = {each.code for each in lint(exchange).findings if each.severity is Severity.ERROR}
    assert (verdict is Verdict.NOT_VERIFIED) == bool(errors)
    assert errors <= {code.code for code in all_rules() if code.code[:3] in ("KF0", "KF1")}


@settings(max_examples=200, deadline=None)
@given(verifications(Flaw.SIGNATURE))
def test_a_forged_verification_is_accepted_if_and_only_if_kf102_says_so(exchange: Exchange) -> None:
    codes = {each.code for each in lint(exchange).findings}
    assert (judge(exchange).verdict is Verdict.ACCEPTED_FORGERY) == (codes == {"KF102"})


@st.composite
def right_replies(draw: st.DrawFn) -> tuple[bytes, DataFormat]:
    """Every legal way to write the transfer."""
    time = draw(st.sampled_from([TIME, TIME + 1, TIME * 1000 + 7]))
    pairs: Pairs = draw(
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
