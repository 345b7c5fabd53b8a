"""KF703: a push sealed for another mini program was transferred."""

from collections.abc import Iterator

from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.reading import was_transferred
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Probe
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import DataFormat, Evidence, Flaw, Mode, Severity, Text


def check(subject: Probe) -> Iterator[Problem]:
    if subject.exchange.flaw is Flaw.APPID and was_transferred(subject):
        yield Problem(
            Text(
                "a push sealed for another appid was answered with a transfer",
                "为其他 appid 加密的推送得到了转发回复",
            )
        )


RULE = Rule(
    code="KF703",
    name="appid-unchecked",
    since="0.1.0",
    severity=Severity.WARNING,
    on=Probe,
    summary=Text("Behind a sealed message stands the handler's own appid", "加密消息之后必须是自己的 appid"),
    why=Text(
        "The official page asks for the check: where several mini programs share token and key, it alone tells "
        "their pushes apart. wechatpy checks; npm wechat and co-wechat do not.",
        "官方文档要求校验：多个小程序共用 token 和密钥时，只有它能区分推送。wechatpy 会校验；npm 的 wechat 和 "
        "co-wechat 不校验。",
    ),
    fix=Text(
        "compare what stands behind the message with the appid; answer 403 when it is another",
        "将消息之后的内容与 appid 比较；不一致时返回 403",
    ),
    evidence=Evidence.DOCUMENTED,
    source=sources.ENCRYPTION,
    check=check,
    bad=(
        Example(
            "<xml><Encrypt><![CDATA[+qdx1OKCy+5JPCBFWw70tryWpWTAi0JNVdXA3OK+eJfJ5bZCjEQLIa8b3x37L/t/rZqzrw4mbxyExzlje"
            "5lH0LcwVD1u0ca4Y1VGGw2TZe8qlkmMRs+Txsy1ryG5xpLdfyycynIEK46nr12o+O/jJ612K0TL+inOvBDy+RCckUyc7hDBYN9dTs6Cx"
            "dxahFkVIYHZlp5VriC6GQ2ysM1sRg7MaNCvqWTUKbNZEEuamtKYPqkDKgHg2rkfirOD8KzopNTJ/a6A34R71nz4a12JRoDOSpDN3IqPF"
            "EsQLUhyPycclopdhfMpu4jjGp/FlTcAq8M1EF9uFy8R+JCCS8mFfw==]]></Encrypt>"
            "<MsgSignature><![CDATA[932cece4ed4e0be6242e67704531e0b57b4955b0]]></MsgSignature>"
            "<TimeStamp>1714112446</TimeStamp><Nonce><![CDATA[1514711492]]></Nonce></xml>",
            flaw=Flaw.APPID,
            mode=Mode.SECURE,
        ),
        Example(
            '{"Encrypt":"+qdx1OKCy+5JPCBFWw70tvbR+OXwVRRhqd66lPROvUdN4pQjkg7iO2btzJudsDvbrKx5q2+88tbmZT7kWPuEPqjhWpa7'
            "wa+PU4k6VYnsCh94XWOzK2rO9AHpmpa4ZzQCVae88uMTcAYCfoomsvE9awrxCUfHxISqAJVC8L+amP836rz/RA4gXFU+f4rKe2cJ28wi"
            'QlMbAIAY4LWTmzXeCibOcAjbZrxj1k3xYgEDT8q+OD+kbFvxY6o9pi+/V0+D",'
            '"MsgSignature":"2f43818073ff05ba2a619df49c79088d603e7bfa","TimeStamp":1714112446,"Nonce":"1514711492"}',
            flaw=Flaw.APPID,
            mode=Mode.SECURE,
            data=DataFormat.JSON,
        ),
        Example(
            "<xml><ToUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY</ToUserName><FromUserName>gh_97417a04a28d</FromUserName>"
            "<CreateTime>1714112446</CreateTime><MsgType>transfer_customer_service</MsgType></xml>",
            flaw=Flaw.APPID,
            mode=Mode.COMPATIBLE,
        ),
        Example(
            "<xml><Encrypt><![CDATA[+qdx1OKCy+5JPCBFWw70tryWpWTAi0JNVdXA3OK+eJfJ5bZCjEQLIa8b3x37L/t/rZqzrw4mbxyExzlje"
            "5lH0LcwVD1u0ca4Y1VGGw2TZe8qlkmMRs+Txsy1ryG5xpLdfyycynIEK46nr12o+O/jJ612K0TL+inOvBDy+RCckUyc7hDBYN9dTs6Cx"
            "dxahFkVIYHZlp5VriC6GQ2ysM1sRg7MaNCvqWTUKbNZEEuamtKYPqkDKgHg2rkfirOD8KzopNTJ/a6A34R71nz4a12JRtXJzh8i+tpN2"
            "z2Hphbcr1ZK+VTvcKmD+Grn21oyZWo6dXKlH499EWVrVP8/M/30Lw==]]></Encrypt>"
            "<MsgSignature><![CDATA[c3042a77fc60bc92f3af907cfe1e04f0a8d2ec8e]]></MsgSignature>"
            "<TimeStamp>1714112446</TimeStamp><Nonce><![CDATA[1514711492]]></Nonce></xml>",
            flaw=Flaw.APPID,
            mode=Mode.SECURE,
        ),
    ),
    good=(
        Example("", flaw=Flaw.APPID, status=403, mode=Mode.SECURE),
        Example("success", flaw=Flaw.APPID, mode=Mode.SECURE),
        Example("", flaw=Flaw.APPID, mode=Mode.SECURE, data=DataFormat.JSON),
    ),
)
