"""C01 to C14: who may ask, and how often."""

from wxkf_cli.simulate.conformance import again, forged
from wxkf_cli.simulate.conformance.check import Check, Letter
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import DataFormat, Evidence, Mode, Text

_C, _H, _M, _L = Letter.CRITICAL, Letter.HIGH, Letter.MEDIUM, Letter.LOW
_DOCUMENTED, _REPORTED = Evidence.DOCUMENTED, Evidence.REPORTED
_COMPUTED, _ASSUMED = Evidence.COMPUTED, Evidence.ASSUMED
_JSON_ONLY = (DataFormat.JSON,)
_PLAINTEXT = (Mode.PLAINTEXT,)

_CHECK_SIGNATURE = Text(
    "compute the signature from token, timestamp and nonce, compare it whole and always, and answer 403 otherwise",
    "用 token、timestamp、nonce 计算签名，始终完整比较；不一致时返回 403",
)
_CHECK_TIME = Text(
    "take only timestamps of 10 digits within 300 seconds of now, and answer 403 otherwise",
    "只接受 10 位数字且与当前时间相差不超过 300 秒的 timestamp，否则返回 403",
)
_SAME_AGAIN = Text(
    "keep the answer by MsgId (events: FromUserName and CreateTime), and give it again",
    "按 MsgId（事件按 FromUserName 加 CreateTime）保存应答，重复时原样返回",
)
_ECHO = Text(
    "answer the decoded echostr as text/plain, and 403 without it when the signature is wrong",
    "以 text/plain 原样返回解码后的 echostr；签名错误时返回 403，不带 echostr",
)

REQUESTS = (
    Check(
        "C01",
        "wrong-signature",
        Text("refuses a signature that is wrong in its last digit", "拒绝最后一位错误的签名"),
        _C,
        "KF710",
        _CHECK_SIGNATURE,
        sources.SIGNTEST,
        _DOCUMENTED,
        forged.wrong_signature,
    ),
    Check(
        "C02",
        "missing-parameters",
        Text("refuses a push that lacks signature parameters, without a 500", "拒绝缺少签名参数的推送，且不是 500"),
        _C,
        "KF710",
        _CHECK_SIGNATURE,
        sources.MESSAGE_PUSH,
        _DOCUMENTED,
        forged.missing_parameters,
    ),
    Check(
        "C03",
        "forged-verification",
        Text("keeps the echostr from a wrongly signed GET", "签名错误的 GET 得不到 echostr"),
        _H,
        "KF710",
        _ECHO,
        sources.MESSAGE_PUSH,
        _DOCUMENTED,
        forged.forged_verification,
        is_once=True,
    ),
    Check(
        "C04",
        "guessable-token",
        Text("refuses signatures made with an empty or common token", "拒绝用空 Token 或常见 Token 做的签名"),
        _C,
        "KF712",
        Text("choose a random token, and refuse to start without one", "使用随机的 Token，没有时拒绝启动"),
        sources.DEFAULT_KNOWN,
        _REPORTED,
        forged.guessable_token,
    ),
    Check(
        "C05",
        "trusted-headers",
        Text("checks the signature whatever Host and X-Forwarded-… say", "无论 Host、X-Forwarded-… 为何都校验签名"),
        _C,
        "KF710",
        _CHECK_SIGNATURE,
        sources.LOCALHOST_SKIPPED,
        _REPORTED,
        forged.trusted_headers,
    ),
    Check(
        "C06",
        "juggled-signature",
        Text("refuses signatures that only a loose comparison takes", "拒绝只有宽松比较才会接受的签名"),
        _H,
        "KF710",
        _CHECK_SIGNATURE,
        sources.LOOSE_COMPARISON,
        _REPORTED,
        forged.juggled_signature,
    ),
    Check(
        "C07",
        "stale-timestamp",
        Text("refuses timestamps of an hour, a day, a year ago", "拒绝一小时、一天、一年前的 timestamp"),
        _M,
        "KF713",
        _CHECK_TIME,
        sources.STANDARD_WEBHOOKS,
        _ASSUMED,
        forged.stale_timestamp,
    ),
    Check(
        "C08",
        "early-timestamp",
        Text("refuses a timestamp an hour ahead", "拒绝一小时后的 timestamp"),
        _M,
        "KF713",
        _CHECK_TIME,
        sources.STANDARD_WEBHOOKS,
        _ASSUMED,
        forged.early_timestamp,
    ),
    Check(
        "C09",
        "shifted-boundary",
        Text("refuses digits moved between timestamp and nonce", "拒绝在 timestamp 与 nonce 之间移动的数字"),
        _M,
        "KF713",
        _CHECK_TIME,
        sources.STANDARD_WEBHOOKS,
        _COMPUTED,
        forged.shifted_boundary,
    ),
    Check(
        "C10",
        "reused-signature",
        Text("refuses another body under a signature of before", "拒绝沿用旧签名的另一正文"),
        _M,
        "KF713",
        Text(
            "use secure mode; in plaintext, remember each nonce for 300 seconds with what it came with",
            "使用安全模式；明文模式下把每个 nonce 及其正文记住 300 秒",
        ),
        sources.MESSAGE_PUSH,
        _COMPUTED,
        forged.reused_signature,
        modes=_PLAINTEXT,
    ),
    Check(
        "C11",
        "same-message",
        Text("answers a message that comes again as the first time", "重复的消息得到与第一次相同的应答"),
        _H,
        "KF714",
        _SAME_AGAIN,
        sources.RECEIVE,
        _DOCUMENTED,
        again.same_message,
    ),
    Check(
        "C12",
        "same-event",
        Text("answers an event that comes again as the first time", "重复的事件得到与第一次相同的应答"),
        _M,
        "KF714",
        _SAME_AGAIN,
        sources.RECEIVE,
        _DOCUMENTED,
        again.same_event,
    ),
    Check(
        "C13",
        "two-at-once",
        Text("answers two copies at the same time alike", "同时到达的两份推送得到相同应答"),
        _M,
        "KF714",
        _SAME_AGAIN,
        sources.RECEIVE,
        _ASSUMED,
        again.same_message_at_once,
    ),
    Check(
        "C14",
        "near-msgids",
        Text("tells MsgIds apart that differ in the last of 19 digits", "能区分仅末位不同的 19 位 MsgId"),
        _H,
        "KF714",
        Text("keep MsgId as text or as a 64-bit integer", "将 MsgId 保存为文本或 64 位整数"),
        sources.RECEIVE,
        _COMPUTED,
        again.near_message_ids,
        formats=_JSON_ONLY,
    ),
)
