"""KF222: a result, as APIs give it, where an acknowledgement belongs."""

from collections.abc import Iterator

from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Parsed, Replied
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import DataFormat, Evidence, Severity, Text
from wxkf_cli.wire.escape import quoted

#: What APIs call the parts of a result, in small letters.
_NAMES = frozenset(
    {
        "code",
        "errcode",
        "errmsg",
        "error",
        "error_code",
        "status",
        "statuscode",
        "ret",
        "result",
        "success",
        "ok",
        "message",
    }
) | {"msg", "data", "detail", "return_code", "return_msg", "resultcode", "errno", "errormessage"}


def check(subject: Parsed) -> Iterator[Problem]:
    if isinstance(subject, Replied):
        return
    met = [name for name in dict.fromkeys(subject.document.names) if name.lower() in _NAMES]
    if met:
        names, shown = ", ".join(quoted(name, 40) for name in met[:6]), quoted(subject.body)
        zh = names.replace(", ", "、")
        yield Problem(
            Text(f"a result with {names}, as an API gives it: {shown}", f"这是 API 的返回结果（{zh}）：{shown}"), 0
        )


RULE = Rule(
    code="KF222",
    name="result-object",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Parsed,
    summary=Text("A push is acknowledged with success, not with a result", "确认推送用 success，而不是返回结果对象"),
    why=Text(
        "A result object means nothing to WeChat, whatever it says inside: abnormal data, and the user sees "
        "the notice.",
        "结果对象无论写着什么，对微信都没有意义：属于异常数据，用户会看到提示。",
    ),
    fix=Text(
        "write the seven bytes success; take this route out of the wrapper for results and of the error handler",
        "直接输出 success 七个字节；让该路由绕过统一返回值包装和异常处理",
    ),
    evidence=Evidence.REPORTED,
    source=sources.ACK_DECORATED,
    check=check,
    hides=("KF216",),
    bad=(
        Example('{"code":0}'),
        Example('{"errcode":0,"errmsg":"ok"}', data=DataFormat.JSON),
        Example('{"msg":"success"}', push="user_enter_tempsession"),
        Example("<xml><return_code>SUCCESS</return_code><return_msg>OK</return_msg></xml>"),
        Example('{"detail":"Not Found"}', push=None),
        Example(
            '{"timestamp":"2024-04-26T06:20:46.000+00:00","status":500,"error":"Internal Server Error","path":"/wx"}'
        ),
    ),
    good=(
        Example("success"),
        Example("", push="user_enter_tempsession"),
    ),
)
