"""C33 to C37, C41 and C42: what a handler does at its HTTP surface."""

import gzip
import json
import re

from wxkf_cli.simulate.conformance.asker import Asker, Query, Twist
from wxkf_cli.simulate.conformance.check import Fault
from wxkf_cli.simulate.conformance.judging import (
    answered,
    got,
    is_late,
    next_one,
    status_of,
    unless_sound,
    verdict_of,
    was_acted_on,
)
from wxkf_cli.vocab.terms import DataFormat, Text
from wxkf_cli.wechat.verdict import Verdict
from wxkf_cli.wire.channel import CONTENT_TYPES
from wxkf_cli.wire.escape import quoted
from wxkf_cli.wire.exchange import Exchange, Response
from wxkf_cli.wire.signature import spoiled

_SCRIPT = "<script>alert(1)</script>"
_HUGE_BODY, _MANY_PARAMETERS, _LONG_HEADER = 10 * 1_048_576, 1000, 65_536
_TRACE = re.compile(
    rb"Traceback \(most recent call last\)|^\s+at [\w$.<>]+ ?\(|"
    rb"(?:[A-Za-z]:)?[\\/][\w.\\/ -]+\.(?:py|js|ts|php|java|go|rb|cs)\b(?::\d+|\W+line \d+|\(\d+\))",
    re.MULTILINE,
)
_HAS_VERSION = re.compile(r"[/ ]v?\d")
#: A shorter token is a part of many words.
_SHORTEST_TOKEN = 5


async def echoed(asker: Asker) -> list[Fault]:
    """C33."""
    digits = str(asker.random.randrange(10**18, 10**19))
    found = []
    for echostr in (digits, asker.random.randbytes(32).hex(), f"{digits}+a/b==", f"{digits}%2Bb"):
        exchange = await asker.ask(asker.verification(echostr, is_genuine=True))
        if verdict_of(asker, exchange) is not Verdict.VERIFIED:
            what = Text(f"a GET with echostr {quoted(echostr, 80)}", f"echostr 为 {quoted(echostr, 80)} 的 GET")
            found.append(answered(what, asker, exchange))
    return found


async def echoed_script(asker: Asker) -> list[Fault]:
    """C34."""
    right = await asker.ask(asker.verification(_SCRIPT, is_genuine=True))
    found = []
    if isinstance(right.answer, Response) and _SCRIPT.encode() in right.answer.body:
        label = right.answer.header("Content-Type").lower()
        is_guessed = not label and right.answer.header("X-Content-Type-Options").lower() != "nosniff"
        if is_guessed or "html" in label or "svg" in label or "xml" in label:
            shown = quoted(label) if label else "no Content-Type"
            found.append(
                Fault(
                    Text(
                        f"an echostr that is a script came back as {shown}: a browser would run it",
                        f"脚本形式的 echostr 以 {quoted(label) if label else '无 Content-Type'} 返回：浏览器会执行它",
                    ),
                    right,
                )
            )
    wrong = await asker.ask(asker.verification(_SCRIPT, Twist(spoil=spoiled)))
    if isinstance(wrong.answer, Response) and _SCRIPT.encode() in wrong.answer.body and not found:
        what = Text("a wrongly signed GET with a script as echostr", "签名错误、echostr 为脚本的 GET")
        label = wrong.answer.header("Content-Type").lower()
        if "html" in label or status_of(wrong) != 200:
            found.append(answered(what, asker, wrong))
    return found


async def malformed(asker: Asker) -> list[Fault]:
    """C35."""
    other = DataFormat.JSON if asker.data is DataFormat.XML else DataFormat.XML
    foreign = json.dumps({"wxkf": 1}).encode() if other is DataFormat.JSON else b"<wxkf>1</wxkf>"
    twists = {
        Text("an empty body", "空正文"): Twist(body=lambda _: b""),
        Text("a body that breaks off", "中途截断的正文"): Twist(body=lambda body: body[: len(body) // 2]),
        Text(f"a body in {other}", f"{other} 格式的正文"): Twist(body=lambda _: foreign),
        Text("a body of zero bytes of text", "全是空字符的正文"): Twist(body=lambda body: bytes(len(body))),
        Text("a push that calls itself text/plain", "标为 text/plain 的推送"): Twist(
            headers={"Content-Type": "text/plain"}
        ),
        Text(f"a push that calls itself {CONTENT_TYPES[other]}", f"标为 {CONTENT_TYPES[other]} 的推送"): Twist(
            headers={"Content-Type": CONTENT_TYPES[other]}
        ),
        Text("a push in chunks", "分块传输的推送"): Twist(
            body=_in_chunks, headers={"Content-Length": None, "Transfer-Encoding": "chunked"}
        ),
        Text("a push with Expect: 100-continue", "带 Expect: 100-continue 的推送"): Twist(
            headers={"Expect": "100-continue"}
        ),
        Text("a push in gzip", "gzip 压缩的推送"): Twist(
            body=lambda body: gzip.compress(body, mtime=0), headers={"Content-Encoding": "gzip"}
        ),
    }
    found = []
    for what, twist in twists.items():
        exchange = await asker.ask(asker.push(twist=twist))
        found += unless_sound(what, asker, exchange)
        found += _leaks(what, asker, exchange)
    return found


def _in_chunks(body: bytes) -> bytes:
    middle = len(body) // 2
    chunks = (body[:middle], body[middle:], b"")
    return b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)


def _leaks(what: Text, asker: Asker, exchange: Exchange) -> list[Fault]:
    """What an answer tells that is nobody's business."""
    body = exchange.answer.body if isinstance(exchange.answer, Response) else b""
    token = asker.sender.token
    if len(token) >= _SHORTEST_TOKEN and re.search(rf"\b{re.escape(token)}\b".encode(), body):
        said = Text(f"the answer to {what.en} has the token in it", f"{what.zh}的应答中有 Token")
        return [Fault(said, exchange)]
    if met := _TRACE.search(body):
        shown = quoted(met[0].strip())
        return [
            Fault(Text(f"the answer to {what.en} shows code: {shown}", f"{what.zh}的应答暴露了代码：{shown}"), exchange)
        ]
    return []


async def other_methods(asker: Asker) -> list[Fault]:
    """C36."""
    found = []
    for method in ("PUT", "DELETE", "OPTIONS", "TRACE"):
        bodyless = method in ("OPTIONS", "TRACE")
        twist = Twist(method=method, body=(lambda _: b"") if bodyless else lambda body: body)
        exchange = await asker.ask(asker.push(twist=twist))
        status = status_of(exchange)
        # OPTIONS may be answered with what is allowed.
        is_accepted = status is not None and status < 300 and method != "OPTIONS"
        if is_accepted or was_acted_on(asker, exchange) or is_late(exchange):
            found.append(answered(Text(f"a push by {method}", f"用 {method} 发来的推送"), asker, exchange))
    return found


async def huge_requests(asker: Asker) -> list[Fault]:
    """C37."""

    def padded(query: Query) -> Query:
        return (*query, *((f"p{number}", "x") for number in range(_MANY_PARAMETERS)))

    twists = {
        Text("a body of 10 MiB", "10 MiB 的正文"): Twist(body=lambda body: body + b" " * (_HUGE_BODY - len(body))),
        Text("a thousand query parameters", "一千个查询参数"): Twist(query=padded),
        Text("a header of 64 KiB", "64 KiB 的请求头"): Twist(headers={"X-Wxkf-Long": "x" * _LONG_HEADER}),
    }
    found = []
    for what, twist in twists.items():
        exchange = await asker.ask(asker.push(twist=twist))
        if is_late(exchange):
            found.append(answered(what, asker, exchange))
    return found + await next_one(asker)


async def redirects(asker: Asker) -> list[Fault]:
    """C41."""

    def with_own(query: Query) -> Query:
        return (("x", "1"), *query)

    twist = Twist(query=with_own)
    found = []
    asked = {
        Text("a push to the URL with ?x=1", "对该 URL 加 ?x=1 的推送"): asker.push(twist=twist, is_genuine=True),
        Text("a GET of the URL with ?x=1", "对该 URL 加 ?x=1 的 GET"): asker.verification(
            asker.digits(), twist, is_genuine=True
        ),
    }
    for what, exchange in asked.items():
        done = await asker.ask(exchange)
        status = status_of(done)
        if status is not None and 300 <= status < 400:
            came = got(asker, done)
            found.append(
                Fault(
                    Text(
                        f"{what.en} was redirected ({came.en}); WeChat does not follow",
                        f"{what.zh}被重定向（{came.zh}）；微信不会跟随",
                    ),
                    done,
                )
            )
    return found


async def disclosing_headers(asker: Asker) -> list[Fault]:
    """C42."""
    exchange = await asker.ask(asker.push(is_genuine=True))
    answer = exchange.answer
    if not isinstance(answer, Response):
        return []
    told = []
    if _HAS_VERSION.search(server := answer.header("Server")):
        told.append(("Server", server))
    told += [(name, answer.header(name)) for name in ("X-Powered-By", "Set-Cookie") if answer.header(name)]
    return [
        Fault(
            Text(f"the answer has {name}: {quoted(value)}", f"应答带有 {name}: {quoted(value)}"),
            exchange,
        )
        for name, value in told
    ]
