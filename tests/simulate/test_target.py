"""Which URLs can be pushed to, what becomes of them on the wire, and which are never pushed to."""

import pytest

from wxkf_cli.errors import UsageError
from wxkf_cli.simulate.target import Reach, Target, parse_url, reach_of

GOOD = [
    ("http://127.0.0.1:8000/wx", Target("http://127.0.0.1:8000/wx", False, "127.0.0.1", 8000, "/wx"), "127.0.0.1:8000"),
    ("http://localhost", Target("http://localhost", False, "localhost", 80, "/"), "localhost"),
    ("https://localhost/", Target("https://localhost/", True, "localhost", 443, "/"), "localhost"),
    ("http://localhost:/", Target("http://localhost:/", False, "localhost", 80, "/"), "localhost"),
    ("http://localhost:80/", Target("http://localhost:80/", False, "localhost", 80, "/"), "localhost"),
    ("https://localhost:443/", Target("https://localhost:443/", True, "localhost", 443, "/"), "localhost"),
    ("http://localhost:443/", Target("http://localhost:443/", False, "localhost", 443, "/"), "localhost:443"),
    ("https://localhost:80/", Target("https://localhost:80/", True, "localhost", 80, "/"), "localhost:80"),
    ("http://localhost:65535/", Target("http://localhost:65535/", False, "localhost", 65535, "/"), "localhost:65535"),
    ("http://[::1]:8000/", Target("http://[::1]:8000/", False, "::1", 8000, "/"), "[::1]:8000"),
    ("http://[::1]/", Target("http://[::1]/", False, "::1", 80, "/"), "[::1]"),
    ("HTTP://LocalHost/A", Target("HTTP://LocalHost/A", False, "localhost", 80, "/A"), "localhost"),
    ("http://my_host.lan./x", Target("http://my_host.lan./x", False, "my_host.lan.", 80, "/x"), "my_host.lan."),
    ("http://a.b/c?d=e#f", Target("http://a.b/c?d=e", False, "a.b", 80, "/c?d=e"), "a.b"),
    ("http://a.b?d=e", Target("http://a.b?d=e", False, "a.b", 80, "/?d=e"), "a.b"),
    (
        "http://例子.测试/",
        Target("http://例子.测试/", False, "xn--fsqu00a.xn--0zwm56d", 80, "/"),
        "xn--fsqu00a.xn--0zwm56d",
    ),
]

BAD = [
    ("", "must start with http:// or https://"),
    ("127.0.0.1:8000/wx", "must start with http:// or https://"),
    ("localhost", "must start with http:// or https://"),
    ("//localhost/", "must start with http:// or https://"),
    ("http:///wx", "must start with http:// or https://"),
    ("http://:80/", "must start with http:// or https://"),
    ("ftp://localhost/", "must start with http:// or https://"),
    ("file:///etc/passwd", "must start with http:// or https://"),
    ("gopher://localhost:70/", "must start with http:// or https://"),
    ("http://localhost:0/", "port 0 cannot be connected to"),
    ("http://localhost:65536/", "the host or the port cannot be read"),
    ("http://localhost:99999/", "the host or the port cannot be read"),
    ("http://localhost:-1/", "the host or the port cannot be read"),
    ("http://localhost:8O/", "the host or the port cannot be read"),
    ("http://localhost:٣/", "the host or the port cannot be read"),
    ("http://[::1/", "the host or the port cannot be read"),
    ("http://[127.0.0.1]/", "the host or the port cannot be read"),
    ("http://[v1.x]/", "between the brackets stands an IPv6 address"),
    ("http://[::1]evil/", "between the brackets stands an IPv6 address"),
    ("http://[::1%25lo]/", "between the brackets stands an IPv6 address"),
    (f"http://{'a' * 70}/", "the host name is not one"),
    ("http://a..b/", "the host name is not one"),
    ("http://./", "the host name is not one"),
    ("http://a\\b/", "the host name is not one"),
    ("http://a%62c/", "the host name is not one"),
    ('http://a"b/', "the host name is not one"),
    ("http://a b/", "a blank or a control character"),
    ("http://localhost/a\nb", "a blank or a control character"),
    ("http://localhost/\0", "a blank or a control character"),
    ("http://localhost/\x7f", "a blank or a control character"),
    ("http://localhost/支付", "percent-encode the path"),
    ("http://localhost/?a=支付", "percent-encode the path"),
]


@pytest.mark.parametrize(("url", "target", "host_header"), GOOD, ids=lambda each: each if isinstance(each, str) else "")
def test_a_url_is_taken_apart(url: str, target: Target, host_header: str) -> None:
    assert parse_url(url) == target
    assert parse_url(url).host_header == host_header


@pytest.mark.parametrize(("url", "hint"), BAD, ids=lambda each: repr(each)[:40])
def test_a_url_that_nothing_can_be_sent_to_is_quoted_and_explained(url: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_url(url)
    assert hint in caught.value.hint
    quoted = url.replace("\\", "\\\\").replace("\n", "\\n").replace("\0", "\\x00").replace("\x7f", "\\x7f")
    assert str(caught.value) == f"not a URL that a push can be sent to: {quoted}"


@pytest.mark.parametrize(
    "url",
    ["http://me:secret@localhost/", "http://secret@localhost/", "http://@localhost/", "http://a@b:secret@h:99999/"],
)
def test_a_password_in_a_url_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_url(url)
    assert str(caught.value).startswith("not a URL that a push can be sent to: http://***@")
    assert "secret" not in str(caught.value) + caught.value.hint


@pytest.mark.parametrize(
    "host",
    [
        "169.254.169.254",
        "169.254.0.23",
        "169.254.169.254.",
        "2852039166",
        "0xa9fea9fe",
        "0251.0376.0251.0376",
        "169.254.43518",
        "１６９.２５４.１６９.２５４",
        "100.100.100.200",
        "192.0.0.192",
        "168.63.129.16",
        "224.0.0.1",
        "[fd00:ec2::254]",
        "[fe80::1]",
        "[ff02::1]",
        "[::ffff:169.254.169.254]",
        "[::ffff:a9fe:a9fe]",
        "[2002:a9fe:a9fe::]",
        "[64:ff9b::a9fe:a9fe]",
        "metadata.google.internal",
        "metadata.google.internal.",
        "METADATA.google.INTERNAL",
        "metadata",
        "metadata.goog",
        "metadata.tencentyun.com",
        "instance-data",
    ],
)
def test_metadata_and_link_local_addresses_are_never_pushed_to(host: str) -> None:
    with pytest.raises(UsageError, match="is a link-local or cloud metadata address") as caught:
        parse_url(f"http://{host}/latest/meta-data/")
    assert caught.value.hint == "wxkf never sends anything there"


@pytest.mark.parametrize(
    ("address", "reach"),
    [
        ("127.0.0.1", Reach.LOCAL),
        ("127.1", Reach.LOCAL),
        ("2130706433", Reach.LOCAL),
        ("0.0.0.0", Reach.LOCAL),  # noqa: S104 - an address to judge, not to bind
        ("10.1.2.3", Reach.LOCAL),
        ("172.16.0.1", Reach.LOCAL),
        ("192.168.1.1", Reach.LOCAL),
        ("::1", Reach.LOCAL),
        ("::", Reach.LOCAL),
        ("fd12::1", Reach.LOCAL),
        ("::ffff:192.168.1.1", Reach.LOCAL),
        ("64:ff9b::a00:1", Reach.LOCAL),
        ("8.8.8.8", Reach.PUBLIC),
        ("134744072", Reach.PUBLIC),
        ("172.32.0.1", Reach.PUBLIC),
        ("2001:4860:4860::8888", Reach.PUBLIC),
        ("::ffff:8.8.8.8", Reach.PUBLIC),
        ("fe80::1%eth0", Reach.FORBIDDEN),
        ("localhost", None),
        ("example.com", None),
        ("1.2.3.4.5", None),
        ("4294967296", None),
        ("", None),
    ],
)
def test_an_address_is_near_or_far(address: str, reach: Reach | None) -> None:
    assert reach_of(address) is reach
