"""KF503: an acknowledgement was sealed."""

from collections.abc import Iterator

from wxkf_cli.lint.examples import SEALED_XML
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.reading import fault_in
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Sealed
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import DataFormat, Evidence, Mode, Severity, Text
from wxkf_cli.wechat.opening import Fault


def check(subject: Sealed) -> Iterator[Problem]:
    if shown := fault_in(subject, Fault.SEALED_SUCCESS):
        yield Problem(
            Text(
                f"{shown.got} was sealed; an acknowledgement is sent in the open",
                f"{shown.got} 被加密了；确认应答应直接发送",
            ),
            shown.where,
        )


RULE = Rule(
    code="KF503",
    name="sealed-success",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Sealed,
    summary=Text("An acknowledgement is never sealed", "确认应答从不加密"),
    why=Text(
        "Users who did this read the notice of a faulty service. royalrick/weapp, WeRoBot and Eric-Guo/wechat seal "
        "success; silenceper/wechat seals an empty text where there is no reply.",
        "这样做会让用户看到服务出现故障的提示。royalrick/weapp、WeRoBot、Eric-Guo/wechat 会加密 success；"
        "silenceper/wechat 在没有回复时会加密空文本。",
    ),
    fix=Text(
        "answer success or zero bytes before anything is sealed; in WeRoBot return None",
        "在加密之前直接返回 success 或空应答；WeRoBot 中返回 None",
    ),
    evidence=Evidence.REPORTED,
    source=sources.SEALED_SUCCESS,
    check=check,
    bad=(
        Example(
            "<xml><Encrypt><![CDATA[+qdx1OKCy+5JPCBFWw70tjgeg91Vu896UInP3IiDk289lcShRb2+qWLuGYIxxNRrrT42B74rsO6IjQl+0"
            "rA5fQ==]]></Encrypt>"
            "<MsgSignature><![CDATA[09f1aa017139f88a16b2c3505cb33302643ed995]]></MsgSignature>"
            "<TimeStamp>1714112446</TimeStamp><Nonce><![CDATA[1514711492]]></Nonce></xml>",
            mode=Mode.SECURE,
        ),
        Example(
            '{"Encrypt":"+qdx1OKCy+5JPCBFWw70ttjoZSO/jZUO75m5cyk6fJ5xkEDTQLrkjTzmgs1Dn7i6Tsju9QBEDXHYNIKJ0emaYA==",'
            '"MsgSignature":"be7da511c52cc02ff3b5ade71744d714951fc337","TimeStamp":1714112446,"Nonce":"1514711492"}',
            mode=Mode.SECURE,
            data=DataFormat.JSON,
        ),
        Example(
            '{"Encrypt":"+qdx1OKCy+5JPCBFWw70tg5k3WeDCnoHB+5lFpRYh1n6sWETmhA/DPKD5jvWvTS6+4mFVTEZD22QmFyVcdd7Hg==",'
            '"MsgSignature":"9686c2ccdaa0067acf1ce38cfc7cbf2e3f3144f5","TimeStamp":1714112446,"Nonce":"1514711492"}',
            mode=Mode.COMPATIBLE,
            data=DataFormat.JSON,
            push="user_enter_tempsession",
        ),
    ),
    good=(
        Example("success", mode=Mode.SECURE),
        Example("success", mode=Mode.COMPATIBLE, push="user_enter_tempsession"),
        Example(SEALED_XML, mode=Mode.SECURE),
    ),
)
