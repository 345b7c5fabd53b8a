"""C01 to C10: requests whose signature is wrong, old, shifted or another's."""

from collections.abc import Callable

from wxkf_cli.simulate.conformance.asker import Asker, Query, Twist, dropping, putting
from wxkf_cli.simulate.conformance.check import Fault
from wxkf_cli.simulate.conformance.judging import RIGHT, unless_refused, unless_sound, verdict_of
from wxkf_cli.vocab.terms import Text
from wxkf_cli.wire.escape import quoted
from wxkf_cli.wire.signature import spoiled

#: What people type where a token is asked for, and forgers try first.
GUESSES = ("", "token", "weixin", "wechat", "123456")
_HOUR, _DAY, _YEAR = 3600, 86_400, 365 * 86_400
#: Digits of a timestamp until the year 2286.
_TIME_DIGITS = 10


async def _all_refused(asker: Asker, twists: dict[Text, Twist], *, may_crash: bool = True) -> list[Fault]:
    found = []
    for what, twist in twists.items():
        found += unless_refused(what, asker, await asker.ask(asker.push(twist=twist)), may_crash=may_crash)
    return found


async def wrong_signature(asker: Asker) -> list[Fault]:
    """C01."""
    name = asker.governing
    return await _all_refused(
        asker,
        {Text(f"a push whose {name} is wrong in its last digit", f"{name} 最后一位错误的推送"): Twist(spoil=spoiled)},
    )


async def missing_parameters(asker: Asker) -> list[Fault]:
    """C02."""
    names = (asker.governing, "timestamp", "nonce")
    twists = {
        Text("a push without any signature parameter", "不带任何签名参数的推送"): Twist(
            query=dropping("signature", *names)
        )
    }
    for name in names:
        twists[Text(f"a push without {name}", f"缺少 {name} 的推送")] = Twist(query=dropping(name))
    return await _all_refused(asker, twists, may_crash=False)


async def forged_verification(asker: Asker) -> list[Fault]:
    """C03."""
    echostr = str(asker.random.randrange(10**18, 10**19))
    exchange = await asker.ask(asker.verification(echostr, Twist(spoil=spoiled)))
    return unless_refused(Text("a GET with a wrong signature", "签名错误的 GET"), asker, exchange)


async def guessable_token(asker: Asker) -> list[Fault]:
    """C04."""
    appid = asker.sender.seal.appid if asker.sender.seal else ""
    tokens = dict.fromkeys([*GUESSES, *([appid] if appid else [])])
    return await _all_refused(
        asker,
        {
            Text(
                f"a push signed with the token {quoted(each)}" if each else "a push signed with an empty token",
                f"用 Token {quoted(each)} 签名的推送" if each else "用空 Token 签名的推送",
            ): Twist(token=each)
            for each in tokens
        },
    )


async def trusted_headers(asker: Asker) -> list[Fault]:
    """C05."""
    headers = (
        ("Host", "localhost"),
        ("Host", "127.0.0.1"),
        ("X-Forwarded-For", "127.0.0.1"),
        ("X-Forwarded-Host", "localhost"),
    )
    return await _all_refused(
        asker,
        {
            Text(f"a wrongly signed push with {name}: {value}", f"带 {name}: {value} 而签名错误的推送"): Twist(
                spoil=spoiled, headers={name: value}
            )
            for name, value in headers
        },
    )


async def juggled_signature(asker: Asker) -> list[Fault]:
    """C06."""
    name = asker.governing

    def as_array(query: Query) -> Query:
        return tuple((f"{each}[]", "x") if each == name else (each, value) for each, value in query)

    found = await _all_refused(
        asker,
        {
            Text(f"a push with {name}[]=x alone", f"只带 {name}[]=x 的推送"): Twist(query=as_array),
            Text(f"a push with a blank behind its {name}", f"{name} 末尾多一个空格的推送"): Twist(
                query=putting(name, "{} ".format)
            ),
            Text(f"a push with {name}=0", f"{name}=0 的推送"): Twist(query=putting(name, lambda _: "0")),
            Text(f"a push with {name}=true", f"{name}=true 的推送"): Twist(query=putting(name, lambda _: "true")),
        },
    )
    # Which of two a handler takes is its own affair.
    for is_right_first in (True, False):
        what = Text(
            f"a push with two {name}, the right one {'first' if is_right_first else 'last'}",
            f"带两个 {name}、正确的在{'前' if is_right_first else '后'}的推送",
        )
        exchange = await asker.ask(asker.push(twist=Twist(query=_doubled(name, is_right_first))))
        found += unless_sound(what, asker, exchange)
    return found


def _doubled(name: str, is_right_first: bool) -> Callable[[Query], Query]:
    def doubled(query: Query) -> Query:
        right = next(value for each, value in query if each == name)
        pair = (name, right), (name, spoiled(right))
        return (*(pair if is_right_first else pair[::-1]), *dropping(name)(query))

    return doubled


async def stale_timestamp(asker: Asker) -> list[Fault]:
    """C07."""
    ages = ((_HOUR, Text("an hour", "一小时前")), (_DAY, Text("a day", "一天前")), (_YEAR, Text("a year", "一年前")))
    return await _all_refused(
        asker,
        {
            Text(
                f"a rightly signed push with a timestamp {said.en} old", f"签名正确、timestamp 为{said.zh}的推送"
            ): Twist(timestamp=str(asker.now - age))
            for age, said in ages
        },
    )


async def early_timestamp(asker: Asker) -> list[Fault]:
    """C08."""
    what = Text("a rightly signed push with a timestamp an hour ahead", "签名正确、timestamp 为一小时后的推送")
    return await _all_refused(asker, {what: Twist(timestamp=str(asker.now + _HOUR))})


async def shifted_boundary(asker: Asker) -> list[Fault]:
    """C09."""
    # Signed in one piece, the digits of both have one signature wherever one ends and the other begins.
    digits = f"{asker.now}{asker.digits()}"
    short = digits[: _TIME_DIGITS - 1], digits[_TIME_DIGITS - 1 :]
    long = digits[: _TIME_DIGITS + 1], digits[_TIME_DIGITS + 1 :]
    return await _all_refused(
        asker,
        {
            Text(
                "a push whose timestamp is empty, its digits in the nonce", "timestamp 为空、数字都在 nonce 中的推送"
            ): Twist(timestamp="", nonce=digits),
            Text("a push with a digit moved from timestamp to nonce", "timestamp 的一位移到 nonce 的推送"): Twist(
                timestamp=short[0], nonce=short[1]
            ),
            Text("a push with a digit moved from nonce to timestamp", "nonce 的一位移到 timestamp 的推送"): Twist(
                timestamp=long[0], nonce=long[1]
            ),
        },
    )


async def reused_signature(asker: Asker) -> list[Fault]:
    """C10."""
    twist = Twist(timestamp=str(asker.now), nonce=asker.digits())
    first = await asker.ask(asker.push(twist=twist, is_genuine=True))
    if verdict_of(asker, first) not in RIGHT:
        return []  # said by other checks
    what = Text(
        "another message under the signature, timestamp and nonce of one before",
        "沿用上一推送的 signature、timestamp、nonce 的另一条消息",
    )
    second = await asker.ask(asker.push(values={"Content": "another"}, twist=twist))
    return unless_refused(what, asker, second)
