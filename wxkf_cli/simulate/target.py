"""Where a handler is, and whether wxkf may go there."""

import ipaddress
from dataclasses import dataclass
from enum import Enum
from urllib.parse import urlsplit

from wxkf_cli.errors import UsageError
from wxkf_cli.wire.escape import safe

_METADATA_NAMES = frozenset({"metadata.google.internal", "metadata", "metadata.goog", "instance-data"})
_METADATA_ADDRESSES = frozenset(map(ipaddress.ip_address, ("100.100.100.200", "192.0.0.192", "fd00:ec2::254")))


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
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.secure else 80) else f"{host}:{self.port}"

    def request_target(self, query: str) -> str:
        """The request target with WeChat's parameters after the URL's own."""
        return f"{self.path}{'&' if '?' in self.path else '?'}{query}"


def parse_url(url: str) -> Target:
    """Take a handler's URL apart.

    Raises:
        UsageError: It is no http or https URL that a push could be sent to; the message quotes it.
    """
    complaint = f"not a URL that a push can be sent to: {safe(url)}"
    if any(ord(each) < 0x21 or each == "\x7f" for each in url):
        raise UsageError(complaint, "it holds a blank or a control character")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise UsageError(complaint, f"{error}; for example http://127.0.0.1:8000/wx") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(complaint, "it must start with http:// or https:// and name a host: http://127.0.0.1:8000/wx")
    if parts.username is not None or parts.password is not None:
        raise UsageError(complaint, "a user name or password in the URL would end up in logs; remove it")
    if port == 0:
        raise UsageError(complaint, "port 0 cannot be connected to; 1 to 65535 can")
    host = _ascii_host(parts.hostname, complaint)
    _refuse_forbidden_name(host)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not path.isascii():
        raise UsageError(complaint, "percent-encode the path: only ASCII can stand in a request line")
    secure = parts.scheme == "https"
    return Target(url.partition("#")[0], secure, host, port or (443 if secure else 80), path)


def _ascii_host(host: str, complaint: str) -> str:
    try:
        return host if host.isascii() and len(host) < 64 else host.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise UsageError(complaint, "the host name is not one: a label is empty or longer than 63 letters") from error


def _refuse_forbidden_name(host: str) -> None:
    if host.lower().rstrip(".") in _METADATA_NAMES or reach_of(host) is Reach.FORBIDDEN:
        message = f"{host} is a link-local or cloud metadata address"
        raise UsageError(message, "wxkf never sends anything there")


def reach_of(address: str) -> Reach | None:
    """How far away a numeric address is; None for a name."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    if ip.is_link_local or ip in _METADATA_ADDRESSES or ip.is_multicast:
        return Reach.FORBIDDEN
    return Reach.LOCAL if ip.is_loopback or ip.is_private or ip.is_unspecified else Reach.PUBLIC
