"""Wrong ways to sign a push that people have really taken: each is one row, recognised by what comes of it."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterable, Iterator
from itertools import permutations
from typing import NamedTuple
from urllib.parse import quote

from wxkf_cli.vocab.terms import Text
from wxkf_cli.wire.signature import sign


class Signing(NamedTuple):
    """What a handler had when it computed a signature.

    Attributes:
        token: The Token of the console.
        timestamp: As it stands in the query string.
        nonce: The same.
        encrypt: The Encrypt of the body; empty without one.
        sealed: Whether Encrypt is to be signed, as `msg_signature` has it.
        aes_key: The EncodingAESKey, to see whether it was taken for the token.
        encrypt_type: As in the query string.
        echostr: The same.
        openid: The same.
        body: The body of the request.
    """

    token: str
    timestamp: str
    nonce: str
    encrypt: str = ""
    sealed: bool = False
    aes_key: str = ""
    encrypt_type: str = ""
    echostr: str = ""
    openid: str = ""
    body: str = ""

    @property
    def parts(self) -> dict[str, str]:
        """The values that are due, by name."""
        three = {"token": self.token, "timestamp": self.timestamp, "nonce": self.nonce}
        return {**three, "encrypt": self.encrypt} if self.sealed else three

    @property
    def values(self) -> tuple[str, ...]:
        """The values that are due."""
        return tuple(self.parts.values())

    @property
    def right(self) -> str:
        """The right signature."""
        return sign(*self.values)


class Recipe(NamedTuple):
    """One wrong way.

    Attributes:
        name: A short name for machines.
        text: What was done, and what would be right.
        computed: What comes of it; several where the mistake has several forms.
    """

    name: str
    text: Text
    computed: Callable[[Signing], Iterable[str]]


def recognised(got: str, signing: Signing) -> tuple[Recipe, ...]:
    """The recipes that give what was computed; mostly one, none for a signature that is right or quite unknown."""
    right = signing.right
    if got == right:
        return ()
    # A recipe that changes nothing here, such as trimming a token without blanks, is no explanation.
    return tuple(row for row in RECIPES if got in row.computed(signing))


def right_way(signing: Signing) -> Text:
    """How it is to be computed."""
    if signing.sealed:
        return Text(
            "msg_signature = SHA-1 in lower-case hex over token, timestamp, nonce and Encrypt, sorted by their bytes "
            "and joined with nothing between",
            "msg_signature = 将 token、timestamp、nonce、Encrypt 四个字符串按字节序排序后直接拼接，取 SHA-1，"
            "小写十六进制",
        )
    return Text(
        "signature = SHA-1 in lower-case hex over token, timestamp and nonce, sorted by their bytes and joined with "
        "nothing between",
        "signature = 将 token、timestamp、nonce 三个字符串按字节序排序后直接拼接，取 SHA-1，小写十六进制",
    )


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _sha1(text: str) -> str:
    return hashlib.sha1(_bytes(text), usedforsecurity=False).hexdigest()


def _joined(values: Iterable[str], separator: str = "") -> str:
    return separator.join(sorted(values, key=_bytes))


def _with_token(change: Callable[[str], Iterable[str]]) -> Callable[[Signing], Iterator[str]]:
    """The right recipe with another token."""
    return lambda signing: (sign(each, *signing.values[1:]) for each in change(signing.token))


def _with_values(*changes: Callable[[str], str]) -> Callable[[Signing], Iterator[str]]:
    """The right recipe with every value changed."""
    return lambda signing: (sign(*map(change, signing.values)) for change in changes)


def _with_also(value: Callable[[Signing], str]) -> Callable[[Signing], Iterator[str]]:
    """The right recipe with one value too many."""
    return lambda signing: iter((sign(*signing.values, value(signing)),))


def _separated(*separators: str) -> Callable[[Signing], Iterator[str]]:
    return lambda signing: (_sha1(_joined(signing.values, each)) for each in separators)


def _hashed(algorithm: str) -> Callable[[Signing], Iterator[str]]:
    return lambda signing: iter((hashlib.new(algorithm, _bytes(_joined(signing.values))).hexdigest(),))


def _as_numbers(signing: Signing) -> set[str]:
    """What is no number goes first or last, as languages have it."""
    numbers = sorted((each for each in signing.values if _is_number(each)), key=int)
    others = sorted(each for each in signing.values if not _is_number(each))
    return {_sha1("".join((*others, *numbers))), _sha1("".join((*numbers, *others)))}


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= 40


def _ignoring_case(signing: Signing) -> set[str]:
    return {_sha1("".join(sorted(signing.values, key=str.casefold)))}


def _unsorted(signing: Signing) -> set[str]:
    """Any other order than those that a sort gives."""
    every = {_sha1("".join(each)) for each in permutations(signing.values)}
    return every - {signing.right} - _as_numbers(signing) - _ignoring_case(signing)


def _keyed(signing: Signing) -> Iterator[str]:
    token, *others = signing.values
    for message in (_joined(others), "".join(others), _joined(signing.values)):
        yield hmac.new(_bytes(token), _bytes(message), "sha1").hexdigest()


def _in_base64(signing: Signing) -> Iterator[str]:
    yield base64.b64encode(bytes.fromhex(signing.right)).decode()


def _key_as_token(signing: Signing) -> Iterator[str]:
    if signing.aes_key:
        yield from (sign(each, *signing.values[1:]) for each in (signing.aes_key, f"{signing.aes_key}="))


def _lower_escapes(value: str) -> str:
    return quote(_bytes(value), safe="").replace("%2B", "%2b").replace("%2F", "%2f").replace("%3D", "%3d")


RECIPES: tuple[Recipe, ...] = (
    Recipe("unsorted", Text("the values were joined without sorting them", "各值拼接前没有排序"), _unsorted),
    Recipe(
        "sorted-as-numbers",
        Text("the values were sorted as numbers; they are text", "各值按数字大小排序；应按字符串排序"),
        _as_numbers,
    ),
    Recipe(
        "sorted-ignoring-case",
        Text(
            "the values were sorted without regard to case; their bytes count: capitals before small letters",
            "排序时忽略了大小写；应按字节序，大写字母在小写字母之前",
        ),
        _ignoring_case,
    ),
    Recipe(
        "joined-with-ampersand",
        Text("the values were joined with &; nothing stands between them", "各值用 & 连接；应直接拼接"),
        _separated("&"),
    ),
    Recipe(
        "joined-with-newline",
        Text("the values were joined with a newline; nothing stands between them", "各值用换行连接；应直接拼接"),
        _separated("\n", "\r\n"),
    ),
    Recipe(
        "joined-with-another-separator",
        Text(
            "the values were joined with a blank, comma, bar or the like; nothing stands between them",
            "各值用空格、逗号、竖线等连接；应直接拼接",
        ),
        _separated(" ", ",", ", ", "|", ";", "\t", "-", "_", ":"),
    ),
    Recipe(
        "token-trimmed",
        Text(
            "the token was trimmed, but the one given here has blanks around it: which is the console's?",
            "token 被去掉了首尾空白，而这里给出的 token 带有空白：以控制台为准",
        ),
        _with_token(lambda token: (token.strip(),)),
    ),
    Recipe(
        "token-quoted",
        Text("the token was signed with quotation marks around it", "token 连同引号一起参与了签名"),
        _with_token(lambda token: (f'"{token}"', f"'{token}'")),
    ),
    Recipe(
        "token-in-another-case",
        Text("the token was changed to upper or lower case", "token 被转换了大小写"),
        _with_token(lambda token: (token.upper(), token.lower())),
    ),
    Recipe(
        "token-with-a-blank",
        Text("the token has a blank or newline before or behind it", "token 首尾多了空格或换行"),
        _with_token(lambda token: (f"{token} ", f"{token}\n", f"{token}\r\n", f"{token}\r", f"{token}\t", f" {token}")),
    ),
    Recipe("token-left-out", Text("the token was left out", "没有加入 token"), _with_token(lambda _: ("",))),
    Recipe(
        "key-as-token", Text("the EncodingAESKey was used as token", "把 EncodingAESKey 当作 token 使用"), _key_as_token
    ),
    Recipe(
        "timestamp-in-milliseconds",
        Text("the timestamp was taken in milliseconds; it is signed as it came", "timestamp 用了毫秒；应原样使用"),
        lambda case: (case._replace(timestamp=f"{case.timestamp}000").right,),
    ),
    Recipe(
        "url-encoded",
        Text("the values were signed URL-encoded; sign them decoded", "各值以 URL 编码形式参与签名；应先解码"),
        _with_values(lambda value: quote(_bytes(value), safe=""), _lower_escapes),
    ),
    Recipe(
        "plus-as-blank",
        Text(
            "a + in the values became a blank: Encrypt is base64 and must not be URL-decoded",
            "值中的 + 变成了空格：Encrypt 是 base64，不能再做 URL 解码",
        ),
        _with_values(lambda value: value.replace("+", " ")),
    ),
    Recipe("sha256", Text("the digest is SHA-256; it must be SHA-1", "用了 SHA-256；应为 SHA-1"), _hashed("sha256")),
    Recipe("md5", Text("the digest is MD5; it must be SHA-1", "用了 MD5；应为 SHA-1"), _hashed("md5")),
    Recipe(
        "hmac-sha1",
        Text(
            "HMAC-SHA1 with the token as key; it must be plain SHA-1, the token among the values",
            "用了以 token 为密钥的 HMAC-SHA1；应为普通 SHA-1，token 与其他值一起参与排序",
        ),
        _keyed,
    ),
    Recipe(
        "upper-case-hex",
        Text("right, but in upper-case hex; it must be lower case", "结果正确，但用了大写十六进制；应为小写"),
        lambda signing: (signing.right.upper(),),
    ),
    Recipe(
        "digest-in-base64",
        Text("right, but in base64; it must be hex", "结果正确，但用了 base64；应为十六进制"),
        _in_base64,
    ),
    Recipe(
        "three-values",
        Text(
            "three values were signed, as for signature; msg_signature covers Encrypt as well",
            "只签了三个值，这是 signature 的算法；msg_signature 还要加入 Encrypt",
        ),
        lambda case: (case._replace(sealed=False).right,),
    ),
    Recipe(
        "four-values",
        Text(
            "Encrypt was signed too, as for msg_signature; signature covers token, timestamp and nonce only",
            "把 Encrypt 也签了，这是 msg_signature 的算法；signature 只含 token、timestamp、nonce",
        ),
        lambda case: (case._replace(sealed=True).right,),
    ),
    Recipe(
        "encrypt-type-too",
        Text("encrypt_type was signed too", "把 encrypt_type 也签了"),
        _with_also(lambda signing: signing.encrypt_type),
    ),
    Recipe("echostr-too", Text("echostr was signed too", "把 echostr 也签了"), _with_also(lambda case: case.echostr)),
    Recipe("openid-too", Text("openid was signed too", "把 openid 也签了"), _with_also(lambda case: case.openid)),
    Recipe("body-too", Text("the body was signed too", "把请求体也签了"), _with_also(lambda case: case.body)),
)
