"""KF209: a web page or a traceback instead of an answer."""

import re
from collections.abc import Iterator

from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.reading import ENCODING_RULES, SHAPE_RULES, beginning, head_of
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Unparsed
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.late import pattern
from wxkf_cli.vocab.terms import DataFormat, Evidence, Severity, Text

_PAGE = pattern(
    r"(?:<\?xml[^>]{0,80}\?>\s*)?(?:<!--.{0,200}?-->\s*)?"
    r"<(?:!doctype\s+html|html|head|body|title|meta|script|style|h[1-6]|div|p|pre|br|b|center|font|table)\b",
    re.IGNORECASE | re.DOTALL,
)
_TRACEBACK = pattern(
    r"Traceback \(most recent call last\)|^(?:PHP )?(?:Fatal error|Parse error|Warning|Notice|Deprecated): "
    r"|^[ \t]+at \S+ ?\(|^(?:panic|goroutine \d+ )",
    re.MULTILINE,
)


def check(subject: Unparsed) -> Iterator[Problem]:
    head = head_of(subject.body)
    if _PAGE.match(head):
        shown = beginning(head)
        yield Problem(Text(f"an HTML page came back: {shown}", f"返回的是 HTML 页面：{shown}"), 0)
    elif subject.format is None and (met := _TRACEBACK.search(head)):
        shown = beginning(head[met.start() :].strip(), 60)
        yield Problem(Text(f"an error report came back: {shown}", f"返回的是程序的错误信息：{shown}"), 0)


RULE = Rule(
    code="KF209",
    name="html-page",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Unparsed,
    summary=Text("An answer is not a web page and not an error report", "应答不是网页，也不是错误信息"),
    why=Text(
        "A page for people, above all an error page sent with status 200, is abnormal data to WeChat.",
        "给人看的页面，尤其是以状态码 200 返回的错误页，对微信来说是异常数据。",
    ),
    fix=Text(
        "find in the handler's log what failed; on any error answer success",
        "在处理程序的日志中查找出错原因；遇到任何错误都应返回 success",
    ),
    evidence=Evidence.DOCUMENTED_OLD,
    source=sources.RECEIVE_OLD,
    check=check,
    hides=("KF202", "KF203", "KF206", "KF207", "KF216", *ENCODING_RULES, *SHAPE_RULES),
    bad=(
        Example("<!DOCTYPE html>\n<html><head><title>404 Not Found</title></head><body></body></html>"),
        Example("<html><body><h1>Whitelabel Error Page</h1></body></html>", data=DataFormat.JSON),
        Example("<br />\n<b>Warning</b>:  Undefined variable $msg in <b>/srv/wx.php</b> on line <b>12</b><br />\n"),
        Example(
            "Traceback (most recent call last):\n  File \"app.py\", line 3, in wx\nKeyError: 'Content'\n", push=None
        ),
        Example("Error: boom\n    at /srv/app.js:3:9\n    at Layer.handle (/srv/router.js:95:5)\n"),
    ),
    good=(Example("success"),),
)
