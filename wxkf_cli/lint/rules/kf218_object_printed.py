"""KF218: an object of the program, as its language prints it."""

from collections.abc import Iterator

from wxkf_cli.lint.examples import RIGHT_JSON, RIGHT_XML
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.reading import SHAPE_RULES, beginning, head_of
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Unparsed
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.late import pattern
from wxkf_cli.vocab.terms import DataFormat, Evidence, Severity, Text

_WAYS = (
    (
        pattern(r"\{\s*'[^'\n]{1,60}'\s*:"),
        Text("a dict with single quotes, as Python prints it", "Python 打印的字典，用的是单引号"),
    ),
    (
        pattern(r"\{\s*[A-Za-z_]\w{0,60}\s*:"),
        Text("an object without quotes, as Node.js prints it", "Node.js 打印的对象，名称没有引号"),
    ),
    (pattern(r"\{\s*[A-Za-z_]\w{0,60}="), Text("a map, as Java prints it", "Java 打印的 Map")),
    (
        pattern(r"(?:map\[\w|&?\{[^\s\"'{}<>:=]{1,60} [^\"'{}<>:=]{1,300}\})"),
        Text("a value, as Go prints it", "Go 打印的值"),
    ),
    (
        pattern(r"(?:Array|\w{1,60} Object)\s*\(\s*\[|array\(\d+\)\s*\{|a:\d+:\{"),
        Text("an array, as PHP prints it", "PHP 打印的数组"),
    ),
    (
        pattern(r"<[\w. ]{1,80} (?:object )?at 0x[0-9a-fA-F]+>|<Response [^>]{1,80}>"),
        Text("an object, as Python prints it", "Python 打印的对象"),
    ),
    (pattern(r"\[object \w{1,40}\]"), Text("an object, as JavaScript prints it", "JavaScript 打印的对象")),
    (
        pattern(r"(?:[a-z]\w{0,40}\.){1,9}[A-Z]\w{0,60}@[0-9a-f]{1,16}"),
        Text("an object, as Java prints it", "Java 打印的对象"),
    ),
    (pattern(r"[A-Z]\w{0,60}\((?:\[\(|\w{1,60}=)"), Text("an object, as its class prints it", "类自己打印的对象")),
)


def check(subject: Unparsed) -> Iterator[Problem]:
    head = head_of(subject.body)
    for written, way in _WAYS:
        if written.match(head):
            shown = beginning(head)
            yield Problem(Text(f"{way.en}: {shown}", f"{way.zh}：{shown}"), 0)
            return


RULE = Rule(
    code="KF218",
    name="object-printed",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Unparsed,
    summary=Text("A document is serialised, not printed", "文档要经过序列化，而不是直接打印"),
    why=Text(
        "str(), toString() and print show an object to a programmer; nobody else can read it: abnormal data.",
        "str()、toString() 和 print 输出的内容是给程序员看的，别人无法解析：属于异常数据。",
    ),
    fix=Text(
        "JSON: json.dumps, JSON.stringify, json_encode, json.Marshal, Jackson; XML: return the text of the document",
        "JSON 用 json.dumps、JSON.stringify、json_encode、json.Marshal、Jackson；XML 则返回文档的文本",
    ),
    evidence=Evidence.DOCUMENTED_OLD,
    source=sources.RECEIVE_OLD,
    check=check,
    hides=("KF202", "KF203", "KF209", "KF216", *SHAPE_RULES),
    bad=(
        Example(
            "{'ToUserName':'o9AgO5Kd5ggOC-bXrbNODIiE3bGY','FromUserName':'gh_97417a04a28d','CreateTime':1714112446,'MsgType':'transfer_customer_service'}",
            data=DataFormat.JSON,
        ),
        Example(
            "{ ToUserName: 'o9AgO5Kd5ggOC-bXrbNODIiE3bGY', MsgType: 'transfer_customer_service' }", data=DataFormat.JSON
        ),
        Example("{ToUserName=o9AgO5Kd5ggOC-bXrbNODIiE3bGY, MsgType=transfer_customer_service}", push=None),
        Example("[object Object]"),
        Example("<Response 187 bytes [200 OK]>"),
        Example("<TransferReply object at 0x7f3a5c0b1d30>"),
        Example("Array\n(\n    [ToUserName] => o9AgO5Kd5ggOC-bXrbNODIiE3bGY\n)\n"),
        Example("map[MsgType:transfer_customer_service ToUserName:o9AgO5Kd5ggOC-bXrbNODIiE3bGY]"),
        Example("com.example.wx.TransferReply@1b6d3586"),
        Example("TransferReply(to_user='o9AgO5Kd5ggOC-bXrbNODIiE3bGY')"),
    ),
    good=(
        Example(RIGHT_XML),
        Example(RIGHT_JSON, data=DataFormat.JSON),
    ),
)
