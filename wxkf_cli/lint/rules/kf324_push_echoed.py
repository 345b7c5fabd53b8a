"""KF324: the push came back as the answer."""

from collections.abc import Iterator

from wxkf_cli.lint.examples import RIGHT_XML
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.reading import FIELD_RULES
from wxkf_cli.lint.rule import Example, Need, Rule, push_of
from wxkf_cli.lint.subject import Replied
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.policy import TRANSFER_MSGTYPE
from wxkf_cli.vocab.terms import DataFormat, Evidence, Severity, Text
from wxkf_cli.wire.escape import quoted

#: What a push has and no reply: one of them, unchanged, tells the echo.
_TELLING = ("MsgId", "Event", "Content", "PicUrl", "MediaId", "PagePath")


def check(subject: Replied) -> Iterator[Problem]:
    push, reply = push_of(subject), subject.reply
    if reply.msgtype != push.msgtype or reply.msgtype == TRANSFER_MSGTYPE or subject.format is not subject.expected:
        return
    if (reply.to_user, reply.from_user) != (push.to_user, push.from_user):
        return
    same = [name for name in _TELLING if name in push.values and str(reply.values.get(name)) == str(push.values[name])]
    if same:
        kind = quoted(push.msgtype)
        yield Problem(
            Text(
                f"the push itself came back: MsgType {kind}, the same addresses and {', '.join(same)}",
                f"返回的就是推送本身：MsgType 为 {kind}，地址和 {'、'.join(same)} 都没有变",
            ),
            "MsgType",
        )


RULE = Rule(
    code="KF324",
    name="push-echoed",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Replied,
    summary=Text("The answer is not the push", "应答不是推送本身"),
    why=Text(
        "A handler, a tunnel or a test page that echoes what it gets says nothing that WeChat understands: "
        "abnormal data.",
        "把收到的内容原样返回的处理程序、隧道或测试页，微信无法理解：属于异常数据。",
    ),
    fix=Text(
        "check that the request reaches the handler and not an echo service; build a reply of its own",
        "确认请求到达的是处理程序而不是回显服务；另外生成回复",
    ),
    evidence=Evidence.ASSUMED,
    source=sources.TRANSFER,
    check=check,
    needs=(Need.PUSH,),
    hides=("KF404", *FIELD_RULES),
    bad=(
        Example(
            "<xml><ToUserName>gh_97417a04a28d</ToUserName><FromUserName>o9AgO5Kd5ggOC-bXrbNODIiE3bGY"
            "</FromUserName><CreateTime>1482048670</CreateTime><MsgType>event</MsgType><Event>"
            "user_enter_tempsession</Event></xml>",
            push="user_enter_tempsession",
        ),
        Example(
            '{"ToUserName":"gh_97417a04a28d","FromUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY",'
            '"CreateTime":1714112445,"MsgType":"text","Content":"你好","MsgId":23637352235060881}',
            data=DataFormat.JSON,
        ),
    ),
    good=(
        Example(RIGHT_XML),
        Example("success"),
    ),
)
