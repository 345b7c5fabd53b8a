"""KF512: the length counts characters."""

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
    if shown := fault_in(subject, Fault.CHARACTERS):
        due = expectation(shown)
        yield Problem(
            Text(
                f"the length counts characters: bytes 17 to 20 are {shown.got}{due.en}",
                f"长度按字符计算：第 17 到 20 字节是 {shown.got}{due.zh}",
            ),
            shown.where,
        )


RULE = Rule(
    code="KF512",
    name="length-in-characters",
    since="0.1.0",
    severity=Severity.ERROR,
    on=Sealed,
    summary=Text("The message's length counts bytes of UTF-8", "消息长度按 UTF-8 字节计算"),
    why=Text(
        "All goes well until there is a Chinese character in the reply: then the end of the message is taken for "
        "the appid.",
        "回复中没有中文时一切正常；一旦有中文，消息的末尾就会被当成 appid。",
    ),
    fix=Text("encode the message first, then count", "先把消息编码成字节，再计算长度"),
    evidence=Evidence.COMPUTED,
    source=sources.ENCRYPTION,
    check=check,
    bad=(
        Example(
            "<xml><Encrypt><![CDATA[+qdx1OKCy+5JPCBFWw70tgJPAFiGVOSE8pE5s2JeINai9yqZcCuQ84KMUiBLgD0AWTF+UYL6+0JbMweU6"
            "zlPl8A24QFP+jO+BFklW8iDeYi77xs0h/jO/BgSfPTUlJaK5AL1iVDGpDOO7wMCnsLOlm2DmUAxJzdc3AZWe7jTOf3rNe8kdCqszAxWz"
            "3gyLXPTo1zEKscuhBawEQk0y+JahGlpXY6NjMQ7/nqSQNkH5CjfI2Ho2IUxALOK5apwYlhWCwwgWNYRQvmEgDzXRE1l1xaVmKMy8c1j9"
            "5GMfZPDP7KTdVxsx08cnX8W6J1iqIeyiJT0TdF9ICE+XxFLrHZuKA==]]></Encrypt>"
            "<MsgSignature><![CDATA[52beff50c89907b90082ff1ecf6eff20b215ebec]]></MsgSignature>"
            "<TimeStamp>1714112446</TimeStamp><Nonce><![CDATA[1514711492]]></Nonce></xml>",
            mode=Mode.SECURE,
        ),
        Example(
            "<xml><Encrypt><![CDATA[+qdx1OKCy+5JPCBFWw70tgJPAFiGVOSE8pE5s2JeINai9yqZcCuQ84KMUiBLgD0AWTF+UYL6+0JbMweU6"
            "zlPl8A24QFP+jO+BFklW8iDeYi77xs0h/jO/BgSfPTUlJaK5AL1iVDGpDOO7wMCnsLOlm2DmUAxJzdc3AZWe7jTOf3rNe8kdCqszAxWz"
            "3gyLXPTo1zEKscuhBawEQk0y+JahGlpXY6NjMQ7/nqSQNkH5CjfI2Ho2IUxALOK5apwYlhWCwwgWNYRQvmEgDzXRE1l1xaVmKMy8c1j9"
            "5GMfZPDP7KTdVxsx08cnX8W6J1iqIeyiJT0TdF9ICE+XxFLrHZuKA==]]></Encrypt>"
            "<MsgSignature><![CDATA[52beff50c89907b90082ff1ecf6eff20b215ebec]]></MsgSignature>"
            "<TimeStamp>1714112446</TimeStamp><Nonce><![CDATA[1514711492]]></Nonce></xml>",
            mode=Mode.COMPATIBLE,
        ),
    ),
    good=(
        Example(SEALED_XML, mode=Mode.SECURE),
        Example(SEALED_JSON, mode=Mode.SECURE, data=DataFormat.JSON),
    ),
)
