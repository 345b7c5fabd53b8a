"""Where a handler is, and whether wxkf may go there."""

import ipaddress
import re
import socket
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from urllib.parse import urlsplit

from wxkf_cli.errors import UsageError
from wxkf_cli.wire.escape import quoted, safe
from wxkf_cli.wire.exchange import Headers, PushRequest

_METADATA_NAMES = frozenset(
    {
        "instance-data",
        "instance-data.ec2.internal",
        "metadata",
        "metadata.goog",
        "metadata.google.internal",
        "metadata.tencentyun.com",
    }
)
#: Metadata services outside the link-local range: Alibaba, Oracle, Azure, AWS, Google.
_METADATA_ADDRESSES = frozenset(
    map(
        ipaddress.ip_address,
        ("100.100.100.200", "192.0.0.192", "168.63.129.16", "fd00:ec2::254", "fd20:ce::254"),
    )
)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_USERINFO = re.compile(r"(?<=//)[^/?#]*@")
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_BRACKETED = re.compile(r"\[[0-9A-Fa-f:.]+\](?::[0-9]*)?")


class Reach(Enum):
    """How far away an address is."""

    LOCAL = "loopback or private"
    PUBLIC = "public"
    FORBIDDEN = "link-local or cloud metadata"


@dataclass(frozen=True, slots=True)
class Target:
    """A handler's URL, taken apart.

    Attributes:
        url: As it was given, without fragment.
        secure: Whether it is https.
        host: Name or address, without brackets, in ASCII.
        port: 1 to 65535.
        path: Path and query as they go into the request line.
    """

    url: str
    secure: bool
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        """What the Host header says: the port only where it is not the scheme's own."""
        return _host_header(self.host, self.port, self.secure)

    def request_target(self, query: str) -> str:
        """The request target with WeChat's parameters after the URL's own, if there are any."""
        return f"{self.path}{'&' if '?' in self.path else '?'}{query}" if query else self.path

    def filled(self, headers: Headers) -> Headers:
        """Headers with Host filled in where it was left empty."""
        return tuple((name, value or self.host_header if name == "Host" else value) for name, value in headers)

    def head(self, request: PushRequest) -> bytes:
        """The request line and the headers as they go out, Host filled in where it was left empty.

        Raises:
            UsageError: A header cannot be sent.
        """
        head = f"{request.method} {self.request_target(request.query_string)} HTTP/1.1\r\n"
        head += _lines(request.headers, self.host, self.port, self.secure)
        if not head.count("\r") == head.count("\n") == len(request.headers) + 1 or "\0" in head:
            message = "a header with a line break or a NUL in it cannot be sent"
            raise UsageError(message, "a header is one line")
        try:
            return f"{head}\r\n".encode("latin-1")
        except UnicodeEncodeError as error:
            message = f"a header cannot carry {quoted(error.object[error.start : error.end])}"
            raise UsageError(message, "percent-encode what is not Latin-1") from error


def _host_header(host: str, port: int, secure: bool) -> str:
    bracketed = f"[{host}]" if ":" in host else host
    return bracketed if port == (443 if secure else 80) else f"{bracketed}:{port}"


@lru_cache(64)
def _lines(headers: Headers, host: str, port: int, secure: bool) -> str:
    """Headers as they go out; those of one push are nearly always those of the next."""
    own = _host_header(host, port, secure)
    return "".join([f"{name}: {value or own if name == 'Host' else value}\r\n" for name, value in headers])


def parse_url(url: str) -> Target:
    """Take a handler's URL apart.

    Raises:
        UsageError: It is no http or https URL that a push could be sent to; the message quotes it.
    """
    complaint = f"not a URL that a push can be sent to: {safe(_USERINFO.sub('***@', url))}"
    if any(ord(each) < 0x21 or each == "\x7f" for each in url):
        raise UsageError(complaint, "it holds a blank or a control character")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise UsageError(
            complaint, "the host or the port cannot be read; for example http://127.0.0.1:8000/wx"
        ) from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(complaint, "it must start with http:// or https:// and name a host: http://127.0.0.1:8000/wx")
    if "@" in parts.netloc:
        raise UsageError(complaint, "a user name or password in the URL would end up in logs; remove it")
    if port == 0:
        raise UsageError(complaint, "port 0 cannot be connected to; 1 to 65535 can")
    host = _ascii_host(parts.hostname, parts.netloc, complaint)
    _refuse_forbidden_name(host)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not path.isascii():
        raise UsageError(complaint, "percent-encode the path: only ASCII can stand in a request line")
    secure = parts.scheme == "https"
    return Target(url.partition("#")[0], secure, host, port or (443 if secure else 80), path)


def _ascii_host(host: str, netloc: str, complaint: str) -> str:
    if "[" in netloc:
        if not _BRACKETED.fullmatch(netloc):
            raise UsageError(complaint, "between the brackets stands an IPv6 address, behind them at most a port")
        return host
    try:
        name = host.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise UsageError(complaint, "the host name is not one: a label is empty or longer than 63 letters") from error
    if not _NAME.fullmatch(name):
        raise UsageError(complaint, "the host name is not one: letters, digits, dots and hyphens make one")
    return name


def _refuse_forbidden_name(host: str) -> None:
    if host.lower().rstrip(".") in _METADATA_NAMES or reach_of(host) is Reach.FORBIDDEN:
        message = f"{host} is a link-local or cloud metadata address"
        raise UsageError(message, "wxkf never sends anything there")


def reach_of(address: str) -> Reach | None:
    """How far away a numeric address is, in whatever notation; None for a name."""
    ip = _numeric(address.partition("%")[0].rstrip("."))
    if ip is None:
        return None
    if isinstance(ip, ipaddress.IPv6Address):
        ip = _embedded(ip) or ip
    if ip.is_link_local or ip in _METADATA_ADDRESSES or ip.is_multicast:
        return Reach.FORBIDDEN
    return Reach.LOCAL if ip.is_loopback or ip.is_private or ip.is_unspecified else Reach.PUBLIC


def _numeric(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(address)
    except ValueError:
        pass
    try:
        # The resolver takes 2852039166, 0xa9fea9fe and 0251.0376.43518 too, all of them 169.254.169.254.
        return ipaddress.IPv4Address(socket.inet_aton(address)) if address[:1].isdigit() else None
    except OSError:
        return None


def _embedded(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 address leads to through a mapping, 6to4 or NAT64."""
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
    return ip.ipv4_mapped or ip.sixtofour
