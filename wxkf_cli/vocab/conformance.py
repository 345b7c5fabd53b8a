"""What the conformance suite finds: one code for each class of checks."""

from typing import NamedTuple

from wxkf_cli.vocab.terms import Text


class Code(NamedTuple):
    """A class of findings.

    Attributes:
        name: Kebab-case, accepted wherever the code is.
        summary: What should hold.
    """

    name: str
    summary: Text


#: Code -> class; never reused.
CODES: dict[str, Code] = {
    "KF710": Code(
        "forged-request-accepted", Text("A request that is not WeChat's is refused", "拒绝并非来自微信的请求")
    ),
    "KF711": Code("forged-request-acknowledged", Text("It is refused visibly, with 403", "拒绝时要明确，返回 403")),
    "KF712": Code("token-guessable", Text("Nobody can guess the token", "Token 不能被猜中")),
    "KF713": Code(
        "signature-reusable", Text("A signature is good once and not for long", "一个签名只用一次，且很快过期")
    ),
    "KF714": Code(
        "redelivery-answered-otherwise",
        Text("A push that comes again is answered as rightly as the first time", "重复推送的应答与第一次一样正确"),
    ),
    "KF715": Code(
        "external-entity-resolved", Text("Nothing that a document points to is read", "不读取文档所指向的任何内容")
    ),
    "KF716": Code("address-fetched", Text("No address in a push is fetched unasked", "不擅自访问推送中的地址")),
    "KF717": Code("handler-exhausted", Text("No push holds up the next one", "任何推送都不会拖住下一个推送")),
    "KF718": Code("unknown-kind-mishandled", Text("Kinds of tomorrow are acknowledged", "对未知类型只确认收到")),
    "KF719": Code("content-mishandled", Text("Whatever a user writes is only text", "用户写的任何内容都只是文字")),
    "KF720": Code(
        "sealed-forgery-accepted",
        Text("In secure mode, only what msg_signature covers counts", "安全模式只认 msg_signature"),
    ),
    "KF721": Code("seal-not-opened", Text("Messages of every length are opened", "任意长度的消息都能解密")),
    "KF722": Code(
        "decryption-errors-differ",
        Text("From outside, one failed decryption looks like another", "从外部看，解密失败都一样"),
    ),
    "KF723": Code(
        "echostr-mishandled", Text("The echostr comes back as it is, as plain text", "echostr 原样以纯文本返回")
    ),
    "KF724": Code(
        "malformed-request-mishandled", Text("What is malformed is refused quietly", "格式错误的请求要平静地拒绝")
    ),
    "KF725": Code("method-accepted", Text("Only GET and POST are served", "只处理 GET 和 POST")),
    "KF726": Code("users-mixed-up", Text("An answer goes to the user who asked", "应答只给提问的用户")),
    "KF727": Code("redirected", Text("The configured URL answers itself", "配置的 URL 自己应答")),
    "KF728": Code("headers-disclose", Text("Headers tell nothing of the software", "响应头不透露软件信息")),
}
#: A forged request that got silence or `success`: refused or acted on, nobody can tell.
ACKNOWLEDGED = "KF711"
