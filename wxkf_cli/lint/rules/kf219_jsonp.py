"""KF219: the answer is a call of a function."""

from collections.abc import Iterator

from wxkf_cli.lint.examples import RIGHT_JSON, RIGHT_XML
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.reading import beginning, head_of
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Unparsed
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.late import pattern
from wxkf_cli.vocab.terms import DataFormat, Evidence, Severity, Text

_CALL = pattern(r"(?:/\*\*/\s*)?(?:typeof [^;]{1,80};\s*)?[A-Za-z_$][\w$.]{0,60}\(\s*[\"{<]")
_ENDS = (b")", b");")


def check(subject: Unparsed) -> Iterator[Problem]:
    head = head_of(subject.body)
    if subject.body.rstrip().endswith(_ENDS) and _CALL.match(head):
        shown = beginning(head)
        yield Problem(
            Text(f"the answer is inside a call, as JSONP has it: {shown}", f"应答被包在函数调用里（JSONP）：{shown}"), 0
        )


RULE = Rule(
    code="KF219",
    name="jsonp",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Unparsed,
    summary=Text("A body is a document, not a script", "正文是文档，不是脚本"),
    why=Text(
        "JSONP is for pages in a browser; as an answer to a push it does not parse: abnormal data.",
        "JSONP 是给浏览器页面用的；作为推送的应答无法解析：属于异常数据。",
    ),
    fix=Text("switch JSONP off for this route, or send the text itself", "对该路由关闭 JSONP，或直接发送文本"),
    evidence=Evidence.DOCUMENTED_OLD,
    source=sources.RECEIVE_OLD,
    check=check,
    hides=("KF210", "KF216"),
    bad=(
        Example(
            'callback({"ToUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","FromUserName":"gh_97417a04a28d","CreateTime":1714112446,"MsgType":"transfer_customer_service"})',
            data=DataFormat.JSON,
        ),
        Example('/**/ jQuery123.cb("success");'),
    ),
    good=(
        Example(RIGHT_XML),
        Example(RIGHT_JSON, data=DataFormat.JSON),
    ),
)
