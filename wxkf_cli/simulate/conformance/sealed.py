"""C28 to C32: forged, foreign and broken seals, and messages of every length."""

import base64
from dataclasses import replace

from wxkf_cli.simulate.conformance.asker import Asker, Twist, putting
from wxkf_cli.simulate.conformance.check import Fault
from wxkf_cli.simulate.conformance.judging import got, unless_refused, unless_right
from wxkf_cli.vocab.terms import Mode, Text
from wxkf_cli.wire.channel import OTHER_APPID
from wxkf_cli.wire.crypto import BLOCK, Opened, open_sealed
from wxkf_cli.wire.exchange import Exchange, Response
from wxkf_cli.wire.signature import spoiled

_CIPHER_BLOCK = 16
_KEY_BYTES = 32


async def wrong_msg_signature(asker: Asker) -> list[Fault]:
    """C28."""
    what = Text(
        "a push with a wrong msg_signature beside a right signature", "signature 正确而 msg_signature 错误的推送"
    )
    twist = Twist(query=putting("msg_signature", spoiled))
    return unless_refused(what, asker, await asker.ask(asker.push(twist=twist)))


async def plaintext_body(asker: Asker) -> list[Fault]:
    """C29."""
    plain = replace(asker, mode=Mode.PLAINTEXT)
    exchange = await plain.ask(plain.push()._replace(mode=asker.mode))
    return unless_refused(Text("a push in plaintext", "明文推送"), asker, exchange)


async def foreign_appid(asker: Asker) -> list[Fault]:
    """C30."""
    exchange = await asker.ask(asker.push(twist=Twist(appid=OTHER_APPID)))
    return unless_refused(Text("a push sealed for another appid", "为其他 appid 加密的推送"), asker, exchange)


async def every_padding(asker: Asker) -> list[Fault]:
    """C31."""
    found = []
    for length in range(1, BLOCK + 1):
        exchange = await asker.ask(asker.push(values={"Content": "x" * length}, is_genuine=True))
        what = Text(f"a sealed text of {length} bytes", f"{length} 字节的加密文字")
        found += unless_right(what, asker, exchange)
    return found


async def broken_seals(asker: Asker) -> list[Fault]:
    """C32."""
    found, exchanges = [], []
    for what, twist in _broken(asker).items():
        exchange = await asker.ask(asker.push(twist=twist))
        exchanges.append(exchange)
        found += unless_refused(what, asker, exchange, may_crash=False)
    if not found and len({_seen(each) for each in exchanges}) > 1:
        other = next(each for each in exchanges if _seen(each) != _seen(exchanges[0]))
        one, another = got(asker, exchanges[0]), got(asker, other)
        found.append(
            Fault(
                Text(
                    f"refusals tell what failed: one is {one.en}, another {another.en}, or their bodies differ",
                    f"拒绝的应答透露了失败之处：一处是 {one.zh}，另一处是 {another.zh}，或者正文不同",
                ),
                other,
            )
        )
    return found


def _seen(exchange: Exchange) -> tuple[object, ...]:
    """What whoever tries out seals goes by."""
    answer = exchange.answer
    return (answer.status, answer.body) if isinstance(answer, Response) else (answer.outcome,)


def _broken(asker: Asker) -> dict[Text, Twist]:
    by = asker.sender.seal
    assert by is not None  # noqa: S101 - a sealed mode has one
    message = b"<xml><MsgType>text</MsgType></xml>"
    foreign = asker.sealed(message, key=bytes(each ^ 1 for each in by.key[:_KEY_BYTES]))
    return {
        Text("Encrypt that is not base64", "不是 base64 的 Encrypt"): Twist(encrypt=lambda right: f"*{right[1:]}"),
        Text("Encrypt of 15 bytes", "15 字节的 Encrypt"): Twist(
            encrypt=lambda right: base64.b64encode(base64.b64decode(right)[:15]).decode()
        ),
        Text("a seal padded with 0", "填充值为 0 的密文"): Twist(encrypt=lambda right: _repadded(right, 0, asker)),
        Text("a seal padded with 33", "填充值为 33 的密文"): Twist(
            encrypt=lambda right: _repadded(right, BLOCK + 1, asker)
        ),
        Text("a seal whose length is past the end", "长度超出末尾的密文"): Twist(encrypt=_lengthened),
        Text("a seal of another key", "用其他密钥加密的密文"): Twist(encrypt=lambda _: foreign),
    }


def _repadded(encrypt: str, padding: int, asker: Asker) -> str:
    """The seal with another last byte: in CBC a byte of one block changes the same byte of the next, by as much."""
    sealed = bytearray(base64.b64decode(encrypt))
    last_plain = _last_plain(encrypt, asker)
    sealed[-_CIPHER_BLOCK - 1] ^= last_plain ^ padding
    return base64.b64encode(sealed).decode()


def _last_plain(encrypt: str, asker: Asker) -> int:
    """The padding that is there."""
    by = asker.sender.seal
    assert by is not None  # noqa: S101 - a sealed mode has one
    opened = open_sealed(encrypt, by.key, None)
    assert isinstance(opened, Opened)  # noqa: S101 - we sealed it
    return opened.padding


def _lengthened(encrypt: str) -> str:
    """The seal with a length far beyond its end: the four bytes are the first of the second block."""
    sealed = bytearray(base64.b64decode(encrypt))
    sealed[0] ^= 0x7F
    return base64.b64encode(sealed).decode()
