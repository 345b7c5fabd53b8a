"""KF509: the length is decimal text."""

from collections.abc import Iterator

from wxkf_cli.lint.examples import SEALED_JSON, SEALED_XML
from wxkf_cli.lint.finding import Problem
from wxkf_cli.lint.reading import expectation, fault_in
from wxkf_cli.lint.rule import Example, Rule
from wxkf_cli.lint.subject import Sealed
from wxkf_cli.vocab import sources
from wxkf_cli.vocab.terms import DataFormat, Evidence, Mode, Severity, Text
from wxkf_cli.wechat.opening import Fault


def check(subject: Sealed) -> Iterator[Problem]:
    if shown := fault_in(subject, Fault.LENGTH_AS_TEXT):
        due = expectation(shown)
        yield Problem(
            Text(
                f"the length is written as text: bytes 17 to 20 are {shown.got}{due.en}",
                f"长度写成了文本：第 17 到 20 字节是 {shown.got}{due.zh}",
            ),
            shown.where,
        )


RULE = Rule(
    code="KF509",
    name="length-as-text",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Sealed,
    summary=Text("The message's length is four bytes, not digits", "消息长度是 4 个字节，不是数字文本"),
    why=Text(
        "Four digits read as four bytes are a length beyond all bounds, and nothing opens. royalrick/weapp has it "
        "from strconv.Itoa.",
        "把数字字符当作 4 字节整数，长度会大得离谱，无法解开。royalrick/weapp 用了 strconv.Itoa。",
    ),
    fix=Text("write the count of bytes as a 32-bit big-endian integer", "把字节数写成 32 位大端序整数"),
    evidence=Evidence.REPORTED,
    source=sources.WEAPP,
    check=check,
    bad=(
        Example(
            "<xml><Encrypt><![CDATA[+qdx1OKCy+5JPCBFWw70tlwR6LJ1BqXVu3RC2xbmG2zO1z7CG9XaIn/xXivNa7fF+MEByG1/LGk8BOl34"
            "qKNaXnVK84xp/J17cWWiV6q6M8FoTyex/6v7bdDbCJVBN+GoZicbnuCTnGzsXZIwSTnqssvvO/KyvG7q43uaUXah/674Y/Cnzfa42FFW"
            "nIXD9p+L5bxxJG1W0px4OWZeoI97dasxXjdnnmbkzqFEFrk2IaPnxSIBipktemCgEq7D2LNXrgIA9UH3xJsve2TH08bx2Gyn+meg/PtA"
            "1i+to/ItyZ41A8PJgxawUZjMYcW9pCrSgx5vFbNGOEYBrigmT8cZg==]]></Encrypt>"
            "<MsgSignature><![CDATA[a0d5df26aa5c89ca1e2ac71a13608da7344a4173]]></MsgSignature>"
            "<TimeStamp>1714112446</TimeStamp><Nonce><![CDATA[1514711492]]></Nonce></xml>",
            mode=Mode.SECURE,
        ),
        Example(
            '{"Encrypt":"+qdx1OKCy+5JPCBFWw70tmuHC1ASnHH4nIC9MEGeM5uceleoJqnKc3J9r7K27pfhJizV8+CMrtJeYUhNeiii0mU7Und3'
            "fs3+Frn2SEMCh8fDhcz72TmKWgJJ8AJDP1EBCJRBU8Yg0GhMGdTtQQ6iefBFUdF0LNWspDeLmEVJRnjcF0Q8zjN9w0ioikoeD6EbbGHp"
            'Gp8+9WV7RXgOa1D2sW+2QuTzAcTHVCJ6Qa9QcMLqznyrIxxJQPcJ1LYkTxlH",'
            '"MsgSignature":"3892b25404ef96a359e7408868bc2ed4845433cc","TimeStamp":1714112446,"Nonce":"1514711492"}',
            mode=Mode.COMPATIBLE,
            data=DataFormat.JSON,
        ),
    ),
    good=(
        Example(SEALED_XML, mode=Mode.SECURE),
        Example(SEALED_JSON, mode=Mode.SECURE, data=DataFormat.JSON),
    ),
)
