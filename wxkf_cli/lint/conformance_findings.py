"""What the conformance suite finds (KF710 to KF728): explained as rules are, and asked by requests of their own."""

from typing import NamedTuple

from wxkf_cli.lint.run_findings import RunFinding
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.conformance import CODES
from wxkf_cli.vocab.terms import Evidence, Severity, Text

_CVE_XXE = "https://github.com/advisories/GHSA-h755-h99p-9ffv"
_CWE = "https://cwe.mitre.org/data/definitions/"


class _Class(NamedTuple):
    severity: Severity
    why: Text
    fix: Text
    evidence: Evidence
    source: str


_REFUSE = Text(
    "compute the signature from the three parameters, compare it in constant time, and answer 403 when it differs",
    "用三个参数计算签名，用恒定时间比较，不一致时返回 403",
)
_CLASSES: dict[str, _Class] = {
    "KF710": _Class(
        Severity.ERROR,
        Text(
            "The URL is public: whoever is not turned away can speak in any user's name.",
            "该 URL 是公开的：不拒绝伪造的请求，任何人都能冒用任意用户的身份。",
        ),
        _REFUSE,
        Evidence.DOCUMENTED,
        sources.MESSAGE_PUSH,
    ),
    "KF711": _Class(
        Severity.WARNING,
        Text(
            "success to a forged request looks the same whether the handler dropped it or acted on it.",
            "对伪造的请求返回 success，看不出处理程序是丢弃了它还是处理了它。",
        ),
        Text("answer 403", "返回 403"),
        Evidence.ASSUMED,
        sources.MESSAGE_PUSH,
    ),
    "KF712": _Class(
        Severity.ERROR,
        Text(
            "A token that stands in a tutorial, or an empty one, signs for everybody.",
            "教程里的 Token 或空的 Token，任何人都能用来签名。",
        ),
        Text(
            "choose a random token in the console, and refuse to start without one",
            "在后台设置随机的 Token，缺少时拒绝启动",
        ),
        Evidence.REPORTED,
        "https://github.com/magicblack/maccms10/issues/961",
    ),
    "KF713": _Class(
        Severity.WARNING,
        Text(
            "A signature that was seen once, in a log perhaps, opens the handler for ever. Not WeChat's rule.",
            "见过一次的签名（例如在日志里）就能永远使用。这不是微信的规定。",
        ),
        Text(
            "accept a timestamp for five minutes, and remember nonces for as long",
            "timestamp 只接受五分钟内的，并在此期间记住 nonce",
        ),
        Evidence.ASSUMED,
        "https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md",
    ),
    "KF714": _Class(
        Severity.ERROR,
        Text(
            "WeChat pushes again what was not answered in time: the first answer may be lost, the second counts.",
            "微信会重新推送未及时应答的消息：第一次应答可能丢失，以第二次为准。",
        ),
        Text(
            "remember what was answered to a MsgId (as text) or to openid and CreateTime, and answer the same again",
            "按 MsgId（字符串）或 openid 加 CreateTime 记住应答，重复时返回相同的应答",
        ),
        Evidence.DOCUMENTED_OLD,
        sources.RECEIVE_OLD,
    ),
    "KF715": _Class(
        Severity.ERROR,
        Text(
            "An XML parser that resolves entities reads files and calls addresses for whoever can post to it.",
            "会解析外部实体的 XML 解析器，等于替任何能发请求的人读文件、访问地址。",
        ),
        Text(
            "turn DTD and external entities off in the parser (resolve_entities=False, disallow-doctype-decl)",
            "在解析器中关闭 DTD 和外部实体（resolve_entities=False、disallow-doctype-decl）",
        ),
        Evidence.REPORTED,
        _CVE_XXE,
    ),
    "KF716": _Class(
        Severity.ERROR,
        Text(
            "A handler that fetches PicUrl as it comes can be sent to addresses inside your network.",
            "直接访问 PicUrl 的处理程序，会被引到内网地址。",
        ),
        Text(
            "get media by MediaId, or fetch only from WeChat's own hosts",
            "通过接口用 MediaId 获取素材，或只访问微信的域名",
        ),
        Evidence.COMPUTED,
        f"{_CWE}918.html",
    ),
    "KF717": _Class(
        Severity.ERROR,
        Text(
            "One large or multiplying push that takes all time or memory holds up every user, or ends the process.",
            "一个过大或会膨胀的推送占尽时间或内存，会拖住所有用户，甚至使进程退出。",
        ),
        Text("limit the size of bodies and refuse a DTD before anything is parsed", "解析之前限制正文大小并拒绝 DTD"),
        Evidence.COMPUTED,
        f"{_CWE}776.html",
    ),
    "KF718": _Class(
        Severity.ERROR,
        Text(
            "WeChat adds events; what is not known is acknowledged, neither transferred nor answered by a failure.",
            "微信会增加事件；未知的类型应确认收到，不应转发，也不应报错。",
        ),
        Text(
            "name the kinds that are handled, and let the default branch answer success",
            "列出要处理的类型，默认分支返回 success",
        ),
        Evidence.DOCUMENTED,
        sources.TRANSFER,
    ),
    "KF719": _Class(
        Severity.ERROR,
        Text(
            "Users write emoji, markup and what looks like commands: it must not break the reply, nor be run.",
            "用户会发送表情、标记以及看似命令的内容：既不能破坏应答，也不能被执行。",
        ),
        Text(
            "keep Content as text: store it as utf8mb4, escape it where it is shown",
            "把 Content 当作文字：用 utf8mb4 存储，显示时转义",
        ),
        Evidence.COMPUTED,
        f"{_CWE}116.html",
    ),
    "KF720": _Class(
        Severity.ERROR,
        Text(
            "signature does not cover the body; in secure mode only msg_signature and the appid say who wrote it.",
            "signature 不包含正文；安全模式下只有 msg_signature 和其中的 appid 能证明来源。",
        ),
        Text(
            "verify msg_signature over four values, then the appid behind the message",
            "用四个值校验 msg_signature，再校验消息末尾的 appid",
        ),
        Evidence.DOCUMENTED,
        sources.MESSAGE_PUSH,
    ),
    "KF721": _Class(
        Severity.ERROR,
        Text(
            "WeChat pads to 32 bytes: a library that expects 16 fails on half of all messages.",
            "微信按 32 字节填充：只接受 16 字节的库会有一半消息解密失败。",
        ),
        Text(
            "unpad 1 to 32 bytes by hand, with the library's own padding off",
            "关闭库自带的填充，自行去除 1 到 32 字节的填充",
        ),
        Evidence.DOCUMENTED,
        sources.ENCRYPTION,
    ),
    "KF722": _Class(
        Severity.ERROR,
        Text(
            "Answers that differ by what failed tell an attacker, byte by byte, what was sealed.",
            "不同的失败返回不同的应答，攻击者就能逐字节推出密文内容。",
        ),
        Text("answer 403 with the same body whatever fails", "无论哪一步失败，都返回相同内容的 403"),
        Evidence.COMPUTED,
        f"{_CWE}209.html",
    ),
    "KF723": _Class(
        Severity.ERROR,
        Text(
            "The console compares the echostr byte for byte; returned as HTML it also runs in a browser.",
            "后台逐字节比较 echostr；以 HTML 返回时，还会在浏览器中执行。",
        ),
        Text("return it as it came, as text/plain", "原样返回，类型为 text/plain"),
        Evidence.DOCUMENTED,
        sources.MESSAGE_PUSH,
    ),
    "KF724": _Class(
        Severity.WARNING,
        Text(
            "A 500 with a traceback tells strangers about the code, and may tell them the token.",
            "带堆栈的 500 会向陌生人泄露代码，甚至泄露 Token。",
        ),
        Text(
            "answer 400 with an empty body to what cannot be read; turn debug mode off",
            "无法解析的请求返回空的 400；关闭调试模式",
        ),
        Evidence.COMPUTED,
        f"{_CWE}209.html",
    ),
    "KF725": _Class(
        Severity.NOTE,
        Text(
            "WeChat sends GET and POST; anything else is somebody else.", "微信只发送 GET 和 POST；其他方法都来自别人。"
        ),
        Text("answer 405 to other methods", "其他方法返回 405"),
        Evidence.COMPUTED,
        sources.HTTP_1_1,
    ),
    "KF726": _Class(
        Severity.ERROR,
        Text(
            "State that is shared between requests sends one user's answer to another.",
            "请求之间共享的状态，会把一个用户的应答发给另一个用户。",
        ),
        Text(
            "keep the push in the request's own scope, never in a module or a singleton",
            "推送只放在请求自己的作用域，不放在模块或单例中",
        ),
        Evidence.COMPUTED,
        f"{_CWE}362.html",
    ),
    "KF727": _Class(
        Severity.WARNING,
        Text("A redirect is not followed, and nothing arrives.", "重定向不会被跟随，什么也收不到。"),
        Text("configure the URL that answers, slash and scheme included", "配置真正应答的 URL，注意末尾斜杠和协议"),
        Evidence.ASSUMED,
        sources.TRAILING_SLASH,
    ),
    "KF728": _Class(
        Severity.NOTE,
        Text("Versions in headers tell which known holes to try.", "响应头中的版本号会告诉攻击者该尝试哪些已知漏洞。"),
        Text("leave Server and X-Powered-By without versions", "去掉 Server 和 X-Powered-By 中的版本号"),
        Evidence.COMPUTED,
        f"{_CWE}200.html",
    ),
}

CONFORMANCE_FINDINGS = tuple(
    RunFinding(
        code,
        CODES[code].name,
        "0.1.0",
        each.severity,
        CODES[code].summary,
        each.why,
        each.fix,
        each.evidence,
        each.source,
    )
    for code, each in _CLASSES.items()
)
