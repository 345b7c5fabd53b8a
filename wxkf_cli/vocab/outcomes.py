"""What can become of one delivery on the wire: one word each, and whose trouble it is.

Outcomes name transport only. What is wrong with a body is said by the verdict and the findings.
"""

from enum import StrEnum

from wxkf_cli.vocab.terms import Text


class Phase(StrEnum):
    """How far a delivery got."""

    RESOLVE = "resolve"
    CONNECT = "connect"
    TLS = "tls"
    SEND = "send"
    FIRST_BYTE = "first-byte"
    HEADERS = "headers"
    BODY = "body"
    DECODE = "decode"
    LOCAL = "local"


class Outcome(StrEnum):
    """One word for what happened to one delivery."""

    OK = "ok"
    HTTP_STATUS = "http.status"
    HTTP_REDIRECT = "http.redirect"
    HTTP_PROTOCOL = "http.protocol"
    HTTP_TRUNCATED = "http.truncated"
    HTTP_CONTENT_ENCODING = "http.content-encoding"
    LIMIT_HEADERS = "limit.headers"
    LIMIT_INTERIM = "limit.1xx"
    LIMIT_BODY = "limit.body"
    LIMIT_DECOMPRESSED = "limit.decompressed"
    TIMEOUT_CONNECT = "timeout.connect"
    TIMEOUT_TLS = "timeout.tls"
    TIMEOUT_SEND = "timeout.send"
    TIMEOUT_FIRST_BYTE = "timeout.first-byte"
    TIMEOUT_HEADERS = "timeout.headers"
    TIMEOUT_BODY = "timeout.body"
    NET_DNS = "net.dns"
    NET_REFUSED = "net.refused"
    NET_UNREACHABLE = "net.unreachable"
    NET_RESET = "net.reset"
    NET_CLOSED_EARLY = "net.closed-early"
    TLS_UNTRUSTED = "tls.untrusted"
    TLS_HOSTNAME = "tls.hostname"
    TLS_EXPIRED = "tls.expired"
    TLS_HANDSHAKE = "tls.handshake"
    TLS_NOT_TLS = "tls.not-tls"
    FUNCTION_ERROR = "function.error"
    FUNCTION_EXIT = "function.exit"
    LOCAL_FDS = "local.fds"
    LOCAL_PORTS = "local.ports"
    LOCAL_MEMORY = "local.memory"
    LOCAL_INTERRUPTED = "local.interrupted"
    LOCAL_OVERLOAD = "local.overload"
    LOCAL_FAULT = "local.fault"
    LOCAL_BUG = "local.bug"

    @property
    def family(self) -> str:
        """`ok`, `http`, `limit`, `timeout`, `net`, `tls`, `function` or `local`."""
        return _FAMILIES[self]


_FAMILIES = {outcome: outcome.value.partition(".")[0] for outcome in Outcome}

#: Which timeout a deadline is, by the phase in which it strikes.
TIMEOUT_IN_PHASE = {
    Phase.RESOLVE: Outcome.TIMEOUT_CONNECT,
    Phase.CONNECT: Outcome.TIMEOUT_CONNECT,
    Phase.TLS: Outcome.TIMEOUT_TLS,
    Phase.SEND: Outcome.TIMEOUT_SEND,
    Phase.FIRST_BYTE: Outcome.TIMEOUT_FIRST_BYTE,
    Phase.HEADERS: Outcome.TIMEOUT_HEADERS,
    Phase.BODY: Outcome.TIMEOUT_BODY,
}

#: The detail of a timeout in the body where the whole answer was there, and only nothing said that it had ended.
SEEMED_WHOLE = "the answer seemed whole"

#: Outcomes of what this machine was short of.
SHORTAGES = frozenset({Outcome.LOCAL_FDS, Outcome.LOCAL_PORTS, Outcome.LOCAL_MEMORY, Outcome.LOCAL_OVERLOAD})

#: Outcomes after which it is known that no connection was ever made.
NEVER_CONNECTED = frozenset(
    {
        Outcome.NET_DNS,
        Outcome.NET_REFUSED,
        Outcome.NET_UNREACHABLE,
        Outcome.TIMEOUT_CONNECT,
        Outcome.TIMEOUT_TLS,
        Outcome.TLS_UNTRUSTED,
        Outcome.TLS_HOSTNAME,
        Outcome.TLS_EXPIRED,
        Outcome.TLS_HANDSHAKE,
        Outcome.TLS_NOT_TLS,
    }
)

#: What happened, in words.
MEANING: dict[Outcome, Text] = {
    Outcome.OK: Text("answered", "已应答"),
    Outcome.HTTP_STATUS: Text("answered with a status that is not 200", "状态码不是 200"),
    Outcome.HTTP_REDIRECT: Text("answered with a redirect, which is not followed", "返回了重定向，不会跟随"),
    Outcome.HTTP_PROTOCOL: Text("what came back is not HTTP/1.1", "返回的内容不是 HTTP/1.1"),
    Outcome.HTTP_TRUNCATED: Text("the answer ended before its announced length", "应答在声明的长度之前就结束了"),
    Outcome.HTTP_CONTENT_ENCODING: Text(
        "the answer has a Content-Encoding that was not asked for or does not decode",
        "应答带有未请求或无法解开的 Content-Encoding",
    ),
    Outcome.LIMIT_HEADERS: Text("the headers did not end within the limit", "响应头超过上限仍未结束"),
    Outcome.LIMIT_INTERIM: Text("too many 1xx responses came before the answer", "正式应答前的 1xx 响应过多"),
    Outcome.LIMIT_BODY: Text("the body is larger than the limit; reading stopped there", "正文超过上限，已停止读取"),
    Outcome.LIMIT_DECOMPRESSED: Text("the body decompresses to more than the limit", "正文解压后超过上限"),
    Outcome.TIMEOUT_CONNECT: Text("no connection within the deadline", "在时限内未能建立连接"),
    Outcome.TIMEOUT_TLS: Text("the TLS handshake did not end within the deadline", "TLS 握手未在时限内完成"),
    Outcome.TIMEOUT_SEND: Text("the handler did not read the push within the deadline", "处理程序未在时限内读完推送"),
    Outcome.TIMEOUT_FIRST_BYTE: Text("no byte of an answer within the deadline", "在时限内没有任何应答"),
    Outcome.TIMEOUT_HEADERS: Text("the headers did not end within the deadline", "响应头未在时限内结束"),
    Outcome.TIMEOUT_BODY: Text("the body did not end within the deadline", "正文未在时限内结束"),
    Outcome.NET_DNS: Text("the host name does not resolve", "域名无法解析"),
    Outcome.NET_REFUSED: Text("the connection was refused", "连接被拒绝"),
    Outcome.NET_UNREACHABLE: Text("there is no route to the host", "没有到主机的路由"),
    Outcome.NET_RESET: Text("the connection was reset", "连接被重置"),
    Outcome.NET_CLOSED_EARLY: Text("the connection was closed before an answer", "连接在应答之前被关闭"),
    Outcome.TLS_UNTRUSTED: Text("the certificate is not trusted", "证书不受信任"),
    Outcome.TLS_HOSTNAME: Text("the certificate is for another host name", "证书的域名不符"),
    Outcome.TLS_EXPIRED: Text("the certificate has expired", "证书已过期"),
    Outcome.TLS_HANDSHAKE: Text("the TLS handshake failed", "TLS 握手失败"),
    Outcome.TLS_NOT_TLS: Text("the port does not speak TLS", "该端口不是 TLS"),
    Outcome.FUNCTION_ERROR: Text("the function failed instead of returning", "函数没有返回，而是抛出了错误"),
    Outcome.FUNCTION_EXIT: Text("the process of the function ended", "函数所在的进程结束了"),
    Outcome.LOCAL_FDS: Text("this machine ran out of file descriptors", "本机文件描述符耗尽"),
    Outcome.LOCAL_PORTS: Text("this machine ran out of ports", "本机端口耗尽"),
    Outcome.LOCAL_MEMORY: Text("this machine ran out of memory", "本机内存不足"),
    Outcome.LOCAL_INTERRUPTED: Text("interrupted", "已中断"),
    Outcome.LOCAL_OVERLOAD: Text("this machine was too busy to tell", "本机负载过高，无法判定"),
    Outcome.LOCAL_FAULT: Text(
        "a fault that was asked for: the answer was dropped or the connection cut",
        "按要求注入的故障：丢弃应答或切断连接",
    ),
    Outcome.LOCAL_BUG: Text("wxkf itself failed", "wxkf 自身出错"),
}
