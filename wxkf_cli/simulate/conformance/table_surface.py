"""C28 to C42: seals, and the HTTP around a push."""

from wxkf_cli.simulate.conformance import again, sealed, surface
from wxkf_cli.simulate.conformance.check import Check, Letter
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import SEALED_MODES, Evidence, Mode, Text

_C, _H, _M, _L = Letter.CRITICAL, Letter.HIGH, Letter.MEDIUM, Letter.LOW
_DOCUMENTED, _REPORTED = Evidence.DOCUMENTED, Evidence.REPORTED
_COMPUTED, _ASSUMED = Evidence.COMPUTED, Evidence.ASSUMED
_SECURE = (Mode.SECURE,)

_CHECK_SIGNATURE = Text(
    "compute the signature from token, timestamp and nonce, compare it whole and always, and answer 403 otherwise",
    "用 token、timestamp、nonce 计算签名，始终完整比较；不一致时返回 403",
)
_BOUNDED = Text(
    "bound the body before reading it, the parser's expansion, and the time of one push",
    "读取前限制正文大小，限制解析器的展开和单次推送的处理时间",
)
_GO_BY_SEAL = Text(
    "in secure mode check msg_signature over Encrypt, then the appid; answer 403 to everything else",
    "安全模式下先校验覆盖 Encrypt 的 msg_signature，再校验 appid；其余一律返回 403",
)
_ECHO = Text(
    "answer the decoded echostr as text/plain, and 403 without it when the signature is wrong",
    "以 text/plain 原样返回解码后的 echostr；签名错误时返回 403，不带 echostr",
)
_WITNESS = Text("it needs the outgoing API, which is not there yet", "需要主动消息接口，目前还没有")

SURFACE = (
    Check(
        "C28",
        "wrong-msg-signature",
        Text("goes by msg_signature, not by signature", "以 msg_signature 为准，而不是 signature"),
        _C,
        "KF720",
        _GO_BY_SEAL,
        sources.ENCRYPTION,
        _DOCUMENTED,
        sealed.wrong_msg_signature,
        modes=_SECURE,
    ),
    Check(
        "C29",
        "plaintext-body",
        Text("refuses plaintext where the mode is secure", "安全模式下拒绝明文"),
        _H,
        "KF720",
        _GO_BY_SEAL,
        sources.PLAINTEXT_ACCEPTED,
        _REPORTED,
        sealed.plaintext_body,
        modes=_SECURE,
        is_alone=True,
    ),
    Check(
        "C30",
        "foreign-appid",
        Text("refuses what is sealed for another appid", "拒绝为其他 appid 加密的推送"),
        _H,
        "KF720",
        _GO_BY_SEAL,
        sources.ENCRYPTION,
        _DOCUMENTED,
        sealed.foreign_appid,
        modes=_SECURE,
    ),
    Check(
        "C31",
        "every-padding",
        Text("opens messages with each of the 32 paddings", "能解开全部 32 种填充的消息"),
        _H,
        "KF721",
        Text(
            "remove 1 to 32 bytes of padding: WeChat pads to 32, not to 16",
            "去除 1 到 32 字节的填充：微信按 32 而不是 16 填充",
        ),
        sources.HALF_FAILED,
        _REPORTED,
        sealed.every_padding,
        modes=SEALED_MODES,
    ),
    Check(
        "C32",
        "broken-seals",
        Text("refuses broken seals, each with the same answer", "以相同的应答拒绝各种损坏的密文"),
        _H,
        "KF722",
        Text(
            "catch whatever decryption raises and answer one and the same 403",
            "捕获解密的所有异常，一律返回相同的 403",
        ),
        sources.PADDING_ORACLE,
        _COMPUTED,
        sealed.broken_seals,
        modes=_SECURE,
    ),
    Check(
        "C33",
        "echostr",
        Text("echoes any echostr byte for byte", "逐字节返回任意 echostr"),
        _H,
        "KF723",
        _ECHO,
        sources.MESSAGE_PUSH,
        _DOCUMENTED,
        surface.echoed,
        is_once=True,
    ),
    Check(
        "C34",
        "echostr-script",
        Text("echoes nothing that a browser would run", "返回的内容不会被浏览器执行"),
        _M,
        "KF723",
        _ECHO,
        sources.ECHOSTR_XSS,
        _REPORTED,
        surface.echoed_script,
        is_once=True,
    ),
    Check(
        "C35",
        "malformed-requests",
        Text(
            "refuses what is malformed without a crash, and gives nothing away",
            "拒绝格式错误的请求，不崩溃也不泄露",
        ),
        _M,
        "KF724",
        Text(
            "catch what parsing raises, answer 400, and switch the debug pages of the framework off",
            "捕获解析的异常并返回 400，关闭框架的调试页面",
        ),
        sources.MESSAGE_PUSH,
        _ASSUMED,
        surface.malformed,
    ),
    Check(
        "C36",
        "other-methods",
        Text("serves GET and POST only", "只处理 GET 和 POST"),
        _L,
        "KF725",
        Text("answer 405 to every other method", "其他方法一律返回 405"),
        sources.METHOD_NOT_ALLOWED,
        _DOCUMENTED,
        surface.other_methods,
    ),
    Check(
        "C37",
        "huge-requests",
        Text(
            "answers or refuses 10 MiB, 1,000 parameters and a 64 KiB header in time, and the next push",
            "及时应答或拒绝 10 MiB 正文、1,000 个参数、64 KiB 请求头，并应答下一个推送",
        ),
        _M,
        "KF717",
        _BOUNDED,
        sources.PARSED_FIRST,
        _REPORTED,
        surface.huge_requests,
    ),
    Check(
        "C38",
        "outgoing-api-fails",
        Text("answers in time though the outgoing API is slow or fails", "主动消息接口变慢或出错时仍按时应答"),
        _H,
        "KF717",
        _BOUNDED,
        sources.RECEIVE,
        _DOCUMENTED,
        why_not=_WITNESS,
    ),
    Check(
        "C39",
        "two-users-mixed",
        Text("answers each of two users in 50 pushes at once", "50 个同时的推送中，两个用户各得其应答"),
        _C,
        "KF726",
        Text(
            "keep what belongs to one push in local variables, never in shared ones",
            "一次推送的数据只放在局部变量中，不共享",
        ),
        sources.WRONG_SESSION,
        _REPORTED,
        again.two_users_mixed,
    ),
    Check(
        "C40",
        "timing",
        Text("compares signatures in constant time", "以固定时间比较签名"),
        _L,
        "KF710",
        _CHECK_SIGNATURE,
        sources.STANDARD_WEBHOOKS,
        _ASSUMED,
        why_not=Text("timing over a network proves little", "通过网络计时说明不了问题"),
    ),
    Check(
        "C41",
        "redirects",
        Text("answers at the configured URL, without a redirect", "在配置的 URL 上直接应答，不重定向"),
        _M,
        "KF727",
        Text(
            "configure the URL that answers itself: with or without the slash, https or http",
            "配置能直接应答的 URL：注意末尾斜杠和 http/https",
        ),
        sources.MESSAGE_PUSH,
        _REPORTED,
        surface.redirects,
        is_once=True,
    ),
    Check(
        "C42",
        "disclosing-headers",
        Text("names no version, sets no cookie", "不透露版本，不设置 Cookie"),
        _L,
        "KF728",
        Text("remove the headers, or the version from them", "去掉这些响应头，或其中的版本号"),
        sources.DISCLOSURE,
        _ASSUMED,
        surface.disclosing_headers,
    ),
)
