"""What cannot be seen of a handler, because of the place where it is; checks that need it are counted as skipped."""

from enum import Enum

from wxkf_cli.vocab.terms import Text


class Unseen(Enum):
    """One thing that has no meaning in a place, and why, for the word that goes with what was skipped."""

    WIRE = Text("called in this process: no connection, no bytes of HTTP", "在本进程内调用：没有连接，也没有 HTTP 字节")
    STATUS = Text("a function has no HTTP status or headers", "函数没有 HTTP 状态码和响应头")
    VERIFICATION = Text("there is no URL to verify here", "此处没有需要验证的 URL")
    SIGNATURE = Text("no signature comes with the push here", "此处的推送不带签名")
    SEALING = Text("nothing is sealed here", "此处不加密")


#: What an ASGI or WSGI app in this process does not show.
IN_PROCESS = frozenset({Unseen.WIRE})
#: What a plain function does not show.
FUNCTION = frozenset(Unseen)
