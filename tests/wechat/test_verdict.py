"""The verdict table: what becomes of a push, in everybody's eyes."""

import pytest

from wxkf_cli.vocab import policy, sources
from wxkf_cli.vocab.catalog import PUSHES
from wxkf_cli.vocab.message import Message, make
from wxkf_cli.vocab.outcomes import Outcome, Phase
from wxkf_cli.vocab.policy import Policy
from wxkf_cli.vocab.terms import DataFormat, Evidence, Flaw, Mode, Text
from wxkf_cli.wechat.answers import is_create_time, is_user_message
from wxkf_cli.wechat.verdict import Verdict, judge, on_the_desk
from wxkf_cli.wire.channel import OTHER_APPID, Channel
from wxkf_cli.wire.envelope import Seal, sealed_reply
from wxkf_cli.wire.exchange import Answer, Exchange, Failure, Response

OPENID, ORIGINAL_ID, TIME = "o9AgO5Kd5ggOC-bXrbNODIiE3bGY", "gh_97417a04a28d", 1714112446
ECHOSTR = "4375120948345356249"
XML = (
    f"<xml><ToUserName>{OPENID}</ToUserName><FromUserName>{ORIGINAL_ID}</FromUserName>"
    f"<CreateTime>{TIME}</CreateTime><MsgType>transfer_customer_service</MsgType></xml>"
)
JSON = (
    f'{{"ToUserName":"{OPENID}","FromUserName":"{ORIGINAL_ID}","CreateTime":{TIME},'
    '"MsgType":"transfer_customer_service"}'
)
ENVELOPE = "<xml><Encrypt>c2VhbGVk</Encrypt><MsgSignature>x</MsgSignature></xml>"


def exchange(
    answer: Answer | str,
    kind: str | None = "text",
    data: DataFormat | None = DataFormat.XML,
    *,
    flaw: Flaw | None = None,
    status: int | None = 200,
    mode: Mode | None = Mode.PLAINTEXT,
) -> Exchange:
    if isinstance(answer, str):
        answer = Response(status, (), answer.encode())
    if kind is None:
        mode = None
    return Exchange(answer, push=make(PUSHES[kind]) if kind else None, data=data, flaw=flaw, mode=mode)


def verification(body: str, *, flaw: Flaw | None = None, status: int = 200, echostr: str = ECHOSTR) -> Exchange:
    request = Channel("AAAAA").verification(echostr, timestamp=TIME, nonce="1", flaw=flaw)
    return Exchange(Response(status, (), body.encode()), request=request, flaw=flaw)


def failure(outcome: Outcome) -> Failure:
    return Failure(outcome, Phase.CONNECT, 0.1)


CASES = [
    # a valid transfer answers a user message
    (exchange(XML, "text"), Verdict.TRANSFERRED),
    (exchange(XML, "image"), Verdict.TRANSFERRED),
    (exchange(XML, "miniprogrampage"), Verdict.TRANSFERRED),
    (exchange(JSON, "text", DataFormat.JSON), Verdict.TRANSFERRED),
    (exchange(XML, "unknown_message"), Verdict.TRANSFERRED),
    (exchange(XML, None, None), Verdict.TRANSFERRED),
    (exchange(JSON, None, None, status=None), Verdict.TRANSFERRED),
    (exchange(XML.replace("</xml>", "<MsgId>1</MsgId></xml>")), Verdict.TRANSFERRED),
    # success, or zero bytes
    (exchange("success"), Verdict.ACKNOWLEDGED),
    (exchange("success\r\n"), Verdict.ACKNOWLEDGED),
    (exchange(""), Verdict.ACKNOWLEDGED),
    (exchange("", "user_enter_tempsession"), Verdict.ACKNOWLEDGED),
    (exchange("success", "unknown_event"), Verdict.ACKNOWLEDGED),
    (exchange("", None, None, status=200), Verdict.ACKNOWLEDGED),
    (exchange("success", None, None, status=None), Verdict.ACKNOWLEDGED),
    # a valid transfer answers an event
    (exchange(XML, "user_enter_tempsession"), Verdict.EVENT_TRANSFERRED),
    (exchange(XML, "unknown_event"), Verdict.EVENT_TRANSFERRED),
    (exchange(JSON, "subscribe_msg_popup_event", DataFormat.JSON), Verdict.EVENT_TRANSFERRED),
    # anything else
    (exchange("", None, None, status=None), Verdict.ABNORMAL),
    (exchange('"success"'), Verdict.ABNORMAL),
    (exchange("ok"), Verdict.ABNORMAL),
    (exchange("{}"), Verdict.ABNORMAL),
    (exchange("<xml>"), Verdict.ABNORMAL),
    (exchange(XML, "text", DataFormat.JSON), Verdict.ABNORMAL),
    (exchange(JSON, "text", DataFormat.XML), Verdict.ABNORMAL),
    (exchange(JSON, None, DataFormat.XML), Verdict.ABNORMAL),
    (exchange(XML.replace(OPENID, "oOther")), Verdict.ABNORMAL),
    (exchange(XML.replace(OPENID, f" {OPENID}")), Verdict.ABNORMAL),
    (exchange(XML.replace(OPENID, "gh_1"), None, None), Verdict.ABNORMAL),
    (exchange(XML.replace(OPENID, "cough"), None, None), Verdict.ABNORMAL),
    (exchange(XML.replace(OPENID, ""), None, None), Verdict.ABNORMAL),
    (exchange(XML.replace("CreateTime", "createTime")), Verdict.ABNORMAL),
    (exchange(XML.replace(str(TIME), "now")), Verdict.ABNORMAL),
    (exchange(XML.replace("</xml>", "<MsgType>x</MsgType></xml>")), Verdict.ABNORMAL),
    (exchange(XML.replace("transfer_customer_service", "text")), Verdict.ABNORMAL),
    (exchange(ENVELOPE), Verdict.ABNORMAL),
    (exchange("success", status=204), Verdict.ABNORMAL),
    (exchange("success", status=302), Verdict.ABNORMAL),
    (exchange("success", status=500), Verdict.ABNORMAL),
    # an envelope that nobody here can open
    (exchange(ENVELOPE, None, None), Verdict.VOID),
    (exchange(ENVELOPE, "text", mode=Mode.SECURE), Verdict.VOID),
    # the GET
    (verification(ECHOSTR), Verdict.VERIFIED),
    (verification(f'"{ECHOSTR}"'), Verdict.NOT_VERIFIED),
    (verification(ECHOSTR + "\n"), Verdict.NOT_VERIFIED),
    (verification("success"), Verdict.NOT_VERIFIED),
    (verification(""), Verdict.NOT_VERIFIED),
    (verification(ECHOSTR, status=301), Verdict.NOT_VERIFIED),
    (verification("", flaw=Flaw.SIGNATURE, status=403), Verdict.REFUSED),
    (verification("", flaw=Flaw.SIGNATURE, echostr=""), Verdict.REFUSED),
    (verification(f"/wx?echostr={ECHOSTR} not found", flaw=Flaw.SIGNATURE, status=404), Verdict.REFUSED),
    (verification(ECHOSTR, flaw=Flaw.SIGNATURE), Verdict.ACCEPTED_FORGERY),
    (verification(f'"{ECHOSTR}"', flaw=Flaw.SIGNATURE), Verdict.ACCEPTED_FORGERY),
    # forged pushes
    (exchange(XML, flaw=Flaw.SIGNATURE), Verdict.ACCEPTED_FORGERY),
    (exchange(XML, "user_enter_tempsession", flaw=Flaw.SIGNATURE), Verdict.ACCEPTED_FORGERY),
    (exchange("success", flaw=Flaw.SIGNATURE), Verdict.REFUSED),
    (exchange("", flaw=Flaw.SIGNATURE), Verdict.REFUSED),
    (exchange("invalid signature", flaw=Flaw.SIGNATURE, status=403), Verdict.REFUSED),
    (exchange(XML, flaw=Flaw.SIGNATURE, status=403), Verdict.REFUSED),
    (exchange(failure(Outcome.NET_RESET), flaw=Flaw.SIGNATURE), Verdict.REFUSED),
    (exchange(failure(Outcome.LOCAL_FDS), flaw=Flaw.SIGNATURE), Verdict.VOID),
    # nobody was there to refuse it
    (exchange(failure(Outcome.NET_REFUSED), flaw=Flaw.SIGNATURE), Verdict.UNREACHABLE),
    (exchange(failure(Outcome.NET_DNS), flaw=Flaw.TRUNCATED), Verdict.UNREACHABLE),
    (exchange(failure(Outcome.TLS_UNTRUSTED), flaw=Flaw.SIGNATURE), Verdict.UNREACHABLE),
    (exchange(failure(Outcome.TIMEOUT_CONNECT), flaw=Flaw.APPID), Verdict.LATE),
]


def test_nobody_sees_anything_of_a_probe_that_nobody_was_there_to_refuse() -> None:
    judgement = judge(exchange(failure(Outcome.NET_REFUSED), flaw=Flaw.SIGNATURE))
    assert (judgement.user_sees, judgement.agents_see) == (None, None)
    assert "never sends this" in judgement.wechat.en


@pytest.mark.parametrize(("case", "verdict"), CASES)
def test_every_answer_has_its_verdict(case: Exchange, verdict: Verdict) -> None:
    assert judge(case).verdict is verdict


FAMILIES = {
    "http": Verdict.ABNORMAL,
    "limit": Verdict.ABNORMAL,
    "timeout": Verdict.LATE,
    "net": Verdict.UNREACHABLE,
    "tls": Verdict.UNREACHABLE,
    "function": Verdict.ABNORMAL,
    "local": Verdict.VOID,
}


@pytest.mark.parametrize("outcome", sorted(set(Outcome) - {Outcome.OK}))
def test_every_outcome_has_its_verdict(outcome: Outcome) -> None:
    assert judge(exchange(failure(outcome))).verdict is FAMILIES[outcome.family]


@pytest.mark.parametrize("outcome", sorted(set(Outcome) - {Outcome.OK}))
def test_a_verification_without_an_answer_is_not_verified(outcome: Outcome) -> None:
    request = Channel("AAAAA").verification(ECHOSTR, timestamp=TIME, nonce="1")
    verdict = judge(Exchange(failure(outcome), request=request)).verdict
    assert verdict is (Verdict.VOID if outcome.family == "local" else Verdict.NOT_VERIFIED)


def test_every_verdict_is_among_the_cases() -> None:
    assert {verdict for _, verdict in CASES} | set(FAMILIES.values()) == set(Verdict)


def test_which_statuses_count_is_a_setting() -> None:
    lenient = Policy(accepted_statuses=(200, 202))
    assert judge(exchange("success", status=202)).verdict is Verdict.ABNORMAL
    assert judge(exchange("success", status=202), lenient).verdict is Verdict.ACKNOWLEDGED


#: What the user sees, what the agents see, how well it is known and from where.
CONSEQUENCES = [
    (exchange(XML), None, Text("你好", "你好"), Evidence.DOCUMENTED, sources.TRANSFER),
    (exchange(XML, "image"), None, Text("[image]", "[图片]"), Evidence.DOCUMENTED, sources.TRANSFER),
    (exchange(XML, None, None), None, None, Evidence.DOCUMENTED, sources.TRANSFER),
    (exchange("success"), None, None, Evidence.DOCUMENTED, sources.MESSAGE_PUSH),
    (
        exchange(XML, "user_enter_tempsession"),
        None,
        Text("a meaningless entry", "一条无意义的消息"),
        Evidence.DOCUMENTED,
        sources.TRANSFER,
    ),
    (exchange("ok"), policy.NOTICE, None, Evidence.ASSUMED, sources.RECEIVE_OLD),
    (exchange(failure(Outcome.TIMEOUT_BODY)), policy.NOTICE, None, Evidence.DOCUMENTED_OLD, sources.RECEIVE_OLD),
    (exchange(failure(Outcome.NET_DNS)), policy.NOTICE, None, Evidence.ASSUMED, sources.RECEIVE_OLD),
    (exchange(failure(Outcome.LOCAL_BUG)), None, None, Evidence.COMPUTED, sources.MESSAGE_PUSH),
    (exchange(ENVELOPE, None), None, None, Evidence.COMPUTED, sources.MESSAGE_PUSH),
    (verification(ECHOSTR), None, None, Evidence.DOCUMENTED, sources.MESSAGE_PUSH),
    (verification("ok"), None, None, Evidence.DOCUMENTED, sources.MESSAGE_PUSH),
    (exchange("", flaw=Flaw.SIGNATURE, status=403), None, None, Evidence.COMPUTED, sources.MESSAGE_PUSH),
    (exchange(XML, flaw=Flaw.SIGNATURE), None, None, Evidence.COMPUTED, sources.MESSAGE_PUSH),
]


@pytest.mark.parametrize(("case", "user_sees", "agents_see", "evidence", "source"), CONSEQUENCES)
def test_every_verdict_says_who_sees_what(
    case: Exchange, user_sees: Text | None, agents_see: Text | None, evidence: Evidence, source: str
) -> None:
    judgement = judge(case)
    assert judgement[2:] == (user_sees, agents_see, evidence, source)
    assert judgement.wechat.en
    assert judgement.wechat.zh


def test_an_unopened_envelope_says_why_it_is_not_judged() -> None:
    assert "no key" in judge(exchange(ENVELOPE, None)).wechat.en
    assert "this machine" in judge(exchange(failure(Outcome.LOCAL_BUG))).wechat.en


@pytest.mark.parametrize(
    ("push", "shown"),
    [
        (make(PUSHES["text"], {"Content": "人工"}), "人工"),
        (make(PUSHES["text"], without=["Content"]), ""),
        (make(PUSHES["image"]), "[image]"),
        (make(PUSHES["miniprogrampage"], {"Title": "订单"}), "[mini program card] 订单"),
        (make(PUSHES["unknown_message"]), "an entry of unknown kind"),
    ],
)
def test_the_desk_shows_what_was_sent(push: Message, shown: str) -> None:
    text = on_the_desk(push)
    assert text is not None
    assert text.en == shown


@pytest.mark.parametrize(
    ("value", "data_format", "right"),
    [
        ("1714112446", DataFormat.XML, True),
        ("007", DataFormat.XML, True),
        ("1" * 21, DataFormat.XML, False),
        ("１７", DataFormat.XML, False),
        ("", DataFormat.XML, False),
        ("-1", DataFormat.XML, False),
        (1714112446, DataFormat.JSON, True),
        (0, DataFormat.JSON, True),
        ("1714112446", DataFormat.JSON, True),
        (-1, DataFormat.JSON, False),
        (1.5, DataFormat.JSON, False),
        (True, DataFormat.JSON, False),
        (None, DataFormat.JSON, False),
    ],
)
def test_a_create_time_is_a_whole_number(value: str | float | None, data_format: DataFormat, right: bool) -> None:
    assert is_create_time(value, data_format) is right


def test_only_three_kinds_are_user_messages() -> None:
    assert {name for name, kind in PUSHES.items() if is_user_message(make(kind))} == {
        "text",
        "image",
        "miniprogrampage",
    }


def test_a_sealed_answer_to_a_plaintext_push_shows_the_notice_of_a_faulty_service() -> None:
    envelope = b'{"Encrypt":"x","MsgSignature":"x","TimeStamp":1,"Nonce":"x"}'
    answer, push = Response(200, (), envelope), make(PUSHES["text"])
    judgement = judge(Exchange(answer, push=push, mode=Mode.PLAINTEXT, data=DataFormat.JSON))
    assert (judgement.verdict, judgement.user_sees) == (Verdict.ABNORMAL, policy.NOTICE_FAULT)


SEAL = Seal("AAAAA", bytes(32), "wxba5fad812f8e6fb9")


def sealed(reply: str, data: DataFormat = DataFormat.XML, by: Seal = SEAL) -> str:
    return sealed_reply(reply.encode(), data, by, timestamp=TIME, nonce="1", random16=b"0" * 16).decode()


SECURE, COMPATIBLE = Mode.SECURE, Mode.COMPATIBLE
#: The answer, with the verdict and the notice of one who has the key.
SEALED = [
    (exchange(sealed(XML), mode=SECURE), Verdict.TRANSFERRED, None),
    (exchange(sealed(XML), mode=COMPATIBLE), Verdict.TRANSFERRED, None),
    (exchange(XML, mode=COMPATIBLE), Verdict.TRANSFERRED, None),
    (exchange(sealed(JSON, DataFormat.JSON), "image", DataFormat.JSON, mode=SECURE), Verdict.TRANSFERRED, None),
    (exchange(sealed(XML), None, None), Verdict.TRANSFERRED, None),
    (exchange(sealed(XML), "user_enter_tempsession", mode=SECURE), Verdict.EVENT_TRANSFERRED, None),
    (exchange("success", mode=SECURE), Verdict.ACKNOWLEDGED, None),
    (exchange(sealed(XML)), Verdict.ABNORMAL, policy.NOTICE_FAULT),
    (exchange(XML, mode=SECURE), Verdict.ABNORMAL, policy.NOTICE_FAULT),
    (exchange(sealed("success"), mode=SECURE), Verdict.ABNORMAL, policy.NOTICE_FAULT),
    (exchange(sealed(XML, by=SEAL._replace(appid="wx0")), mode=SECURE), Verdict.ABNORMAL, policy.NOTICE_FAULT),
    (exchange(sealed(XML), "text", DataFormat.JSON, mode=SECURE), Verdict.ABNORMAL, policy.NOTICE_FAULT),
    (exchange(sealed(XML.replace(OPENID, "oOther")), mode=SECURE), Verdict.ABNORMAL, policy.NOTICE),
    (exchange(sealed(sealed(XML)), mode=SECURE), Verdict.ABNORMAL, policy.NOTICE),
    (exchange("ok", mode=SECURE), Verdict.ABNORMAL, policy.NOTICE),
    (exchange(sealed(XML), mode=SECURE, flaw=Flaw.APPID), Verdict.ACCEPTED_FORGERY, None),
    (
        exchange(sealed(XML, by=SEAL._replace(appid=OTHER_APPID)), mode=SECURE, flaw=Flaw.APPID),
        Verdict.ACCEPTED_FORGERY,
        None,
    ),
    (exchange(XML, mode=SECURE, flaw=Flaw.UNSEALED), Verdict.ACCEPTED_FORGERY, None),
    (exchange(XML, mode=COMPATIBLE, flaw=Flaw.BASE64), Verdict.ACCEPTED_FORGERY, None),
    (exchange("success", mode=SECURE, flaw=Flaw.TRUNCATED), Verdict.REFUSED, None),
    (exchange("", status=500, mode=SECURE, flaw=Flaw.TRUNCATED), Verdict.REFUSED, None),
]


@pytest.mark.parametrize(("case", "verdict", "notice"), SEALED)
def test_every_sealed_answer_has_its_verdict(case: Exchange, verdict: Verdict, notice: Text | None) -> None:
    judgement = judge(case, seal=SEAL)
    assert (judgement.verdict, judgement.user_sees) == (verdict, notice)
