"""KF512: the length counts characters."""

from collections.abc import Iterator

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
        Example(
            "<xml><Encrypt><![CDATA[+qdx1OKCy+5JPCBFWw70tryWpWTAi0JNVdXA3OK+eJfJ5bZCjEQLIa8b3x37L/t/rZqzrw4mbxyExzlje"
            "5lH0LcwVD1u0ca4Y1VGGw2TZe8qlkmMRs+Txsy1ryG5xpLdfyycynIEK46nr12o+O/jJ612K0TL+inOvBDy+RCckUyc7hDBYN9dTs6Cx"
            "dxahFkVIYHZlp5VriC6GQ2ysM1sRg7MaNCvqWTUKbNZEEuamtKYPqkDKgHg2rkfirOD8KzopNTJ/a6A34R71nz4a12JRoDOSpDN3IqPF"
            "EsQLUhyPycclopdhfMpu4jjGp/FlTcAq8M1EF9uFy8R+JCCS8mFfw==]]></Encrypt>"
            "<MsgSignature><![CDATA[932cece4ed4e0be6242e67704531e0b57b4955b0]]></MsgSignature>"
            "<TimeStamp>1714112446</TimeStamp><Nonce><![CDATA[1514711492]]></Nonce></xml>",
            mode=Mode.SECURE,
        ),
        Example(
            '{"Encrypt":"+qdx1OKCy+5JPCBFWw70tvbR+OXwVRRhqd66lPROvUdN4pQjkg7iO2btzJudsDvbrKx5q2+88tbmZT7kWPuEPqjhWpa7'
            "wa+PU4k6VYnsCh94XWOzK2rO9AHpmpa4ZzQCVae88uMTcAYCfoomsvE9awrxCUfHxISqAJVC8L+amP836rz/RA4gXFU+f4rKe2cJ28wi"
            'QlMbAIAY4LWTmzXeCibOcAjbZrxj1k3xYgEDT8q+OD+kbFvxY6o9pi+/V0+D",'
            '"MsgSignature":"2f43818073ff05ba2a619df49c79088d603e7bfa","TimeStamp":1714112446,"Nonce":"1514711492"}',
            mode=Mode.SECURE,
            data=DataFormat.JSON,
        ),
    ),
)
