"""`wxkf lint-response --fix` and `--diff`: what is written, how, and into what never."""

import os
import stat
from pathlib import Path

import pytest

from tests.cli.captured import GH, HEAD, OPENID, RIGHT, WRONG, line, push, put, type_in
from tests.cli.running import Wxkf, codes
from tests.lint.sealing import as_xml, encrypted, fields
from wxkf_cli.trial import fixing

MARK = b"\xef\xbb\xbf"
PRETTY = (
    b"<xml>\r\n"
    b"\t<ToUserName><![CDATA[gh_7f083739789a]]></ToUserName>\r\n"
    b"\t<FromUserName>oUser0001</FromUserName>\r\n"
    b"\t<CreateTime>1714112446123</CreateTime>\r\n"
    b"\t<MsgType> transfer_customer_service</MsgType>\r\n"
    b"</xml>\r\n"
)
PRETTY_FIXED = (
    b"<xml>\r\n"
    b"\t<ToUserName>oUser0001</ToUserName>\r\n"
    b"\t<FromUserName><![CDATA[gh_7f083739789a]]></FromUserName>\r\n"
    b"\t<CreateTime>1714112446</CreateTime>\r\n"
    b"\t<MsgType>transfer_customer_service</MsgType>\r\n"
    b"</xml>\r\n"
)


def names_here() -> list[str]:
    return [path.name for path in Path().iterdir()]


def http(body: bytes, *headers: bytes, length: int | None = None) -> bytes:
    given = (*headers, b"Content-Length: %d" % (len(body) if length is None else length))
    return b"HTTP/1.1 200 OK\r\n" + b"\r\n".join(given) + b"\r\n\r\n" + body


# what a file holds, what it holds after --fix, how many findings that mends
FIXED: dict[str, tuple[bytes, bytes, int]] = {
    "exchanged addresses": (WRONG, RIGHT, 1),
    "line ends, tabs and CDATA stay": (PRETTY, PRETTY_FIXED, 3),
    "a byte order mark": (MARK + RIGHT, RIGHT, 1),
    "a newline behind success": (b"success\n", b"success", 1),
    "raw HTTP": (http(b"success\r\n"), http(b"success"), 1),
    "raw HTTP without a length": (HEAD + WRONG, HEAD + RIGHT, 1),
    "raw HTTP with headers in small letters": (
        http(MARK + RIGHT).replace(b"Content-Length", b"content-length"),
        http(RIGHT).replace(b"Content-Length", b"content-length"), 1,
    ),
    "a length that was wrong before": (http(b"success\n", length=99), http(b"success", length=99), 1),
    "the same length twice": (
        http(b"success\n", b"Content-Length: 8"), http(b"success", b"Content-Length: 7"), 1,
    ),
    "the length of a redirect before it": (
        b"HTTP/1.1 302 Found\r\nContent-Length: 8\r\nLocation: /\r\n\r\n" + http(b"success\n"),
        b"HTTP/1.1 302 Found\r\nContent-Length: 8\r\nLocation: /\r\n\r\n" + http(b"success"), 1,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FIXED)
def test_a_file_holds_what_it_should_have_held(wxkf: Wxkf, name: str) -> None:
    came, right, count = FIXED[name]
    path = put("a.response.txt", came)
    ran = wxkf("lint-response", path, "--fix")
    assert Path(path).read_bytes() == right
    assert f"wxkf: fixed {count} in a.response.txt\n" in ran.err
    assert (ran.code, names_here()) == (0, [path])
    again = wxkf("lint-response", path, "--fix")
    assert (again.code, again.err, Path(path).read_bytes()) == (0, "", right)


def test_the_report_and_the_exit_code_are_about_what_remains(wxkf: Wxkf) -> None:
    put("a.response.xml", WRONG.replace(b"transfer_customer_service", b"transfer_customer_servise"))
    put("b.response.xml", PRETTY)
    put("b.push.xml", push())
    shape = wxkf.json("lint-response", ".", "--fix")
    assert (codes(shape), shape["exit_code"]) == (["KF304"], 1)
    assert Path("b.response.xml").read_bytes() == PRETTY_FIXED


def test_only_what_counts_is_fixed(wxkf: Wxkf) -> None:
    put("wxkf.toml", b'ignore = [{ rule = "KF303", reason = "co-wechat" }]')
    put("a.xml", PRETTY)
    assert wxkf("lint-response", "a.xml", "--fix", "--ignore", "parties-not-exchanged").code == 0
    assert Path("a.xml").read_bytes() == PRETTY.replace(b"> transfer", b">transfer")


# what a file holds, what stderr says
NEVER: dict[str, tuple[str, bytes, str]] = {
    "a record": (
        "a.ndjson",
        line(WRONG),
        "left a.ndjson alone: records, HAR files and compressed answers are not rewritten",
    ),
    "chunks, taken apart": (
        "a.http", HEAD.replace(b"\r\n\r\n", b"\r\nTransfer-Encoding: chunked\r\n\r\n") + b"success\n",
        "left a.http alone, where 1 could be fixed: its answer came in chunks",
    ),
    "chunks": (
        "a.http", HEAD.replace(b"\r\n\r\n", b"\r\nTransfer-Encoding: chunked\r\n\r\n") + b"8\r\nsuccess\n\r\n0\r\n\r\n",
        "left a.http alone, where 1 could be fixed: its answer came in chunks",
    ),
    "a sealed reply": ("a.xml", as_xml(fields(encrypted(WRONG))), ""),
    "a sealed reply behind a byte order mark": ("a.xml", MARK + as_xml(fields(encrypted(RIGHT))), ""),
    "a right reply": ("a.xml", RIGHT, ""),
}  # fmt: skip


@pytest.mark.parametrize("name", NEVER)
def test_what_is_never_rewritten(wxkf: Wxkf, name: str) -> None:
    path, came, said = NEVER[name]
    ran = wxkf("lint-response", put(path, came), "--fix")
    assert Path(path).read_bytes() == came
    assert ran.err == (f"wxkf: {said}\n" if said else "")
    assert "fix (safe)" not in ran.out


def test_a_symbolic_link_is_not_followed(wxkf: Wxkf) -> None:
    put("there.xml", WRONG)
    Path("a.xml").symlink_to("there.xml")
    ran = wxkf("lint-response", "a.xml", "--fix")
    assert "left a.xml alone, where 1 could be fixed: it is a symbolic link" in ran.err
    assert (ran.code, Path("there.xml").read_bytes(), Path("a.xml").is_symlink()) == (1, WRONG, True)


def test_the_mode_of_a_file_stays(wxkf: Wxkf) -> None:
    Path(put("a.xml", WRONG)).chmod(0o604)
    wxkf("lint-response", "a.xml", "--fix")
    assert stat.S_IMODE(Path("a.xml").stat().st_mode) == 0o604
    assert Path("a.xml").read_bytes() == RIGHT


def test_a_fix_that_cannot_be_written_leaves_the_file_and_nothing_beside_it(
    wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    put("a.xml", WRONG)
    monkeypatch.setattr(Path, "replace", refuse)
    ran = wxkf("lint-response", "a.xml", "--fix")
    assert (ran.code, Path("a.xml").read_bytes(), names_here()) == (2, WRONG, ["a.xml"])
    assert "a.xml cannot be fixed: Permission denied" in ran.err


def test_a_file_that_was_changed_meanwhile_is_left_alone(wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch) -> None:
    def change(descriptor: int) -> None:
        Path("a.xml").write_bytes(b"success")
        fsync(descriptor)

    fsync = os.fsync
    put("a.xml", WRONG)
    monkeypatch.setattr(fixing.os, "fsync", change)
    ran = wxkf("lint-response", "a.xml", "--fix")
    assert (ran.code, Path("a.xml").read_bytes(), names_here()) == (2, b"success", ["a.xml"])
    assert "a.xml was changed while it was being fixed" in ran.err


DIFF = r"""--- a.response.xml
+++ a.response.xml
@@ -1,6 +1,6 @@
 <xml>\r
-\t<ToUserName><![CDATA[gh_7f083739789a]]></ToUserName>\r
-\t<FromUserName>oUser0001</FromUserName>\r
-\t<CreateTime>1714112446123</CreateTime>\r
-\t<MsgType> transfer_customer_service</MsgType>\r
+\t<ToUserName>oUser0001</ToUserName>\r
+\t<FromUserName><![CDATA[gh_7f083739789a]]></FromUserName>\r
+\t<CreateTime>1714112446</CreateTime>\r
+\t<MsgType>transfer_customer_service</MsgType>\r
 </xml>\r
"""


def test_a_diff_shows_what_would_be_written_and_writes_nothing(wxkf: Wxkf) -> None:
    put("a.response.xml", PRETTY)
    ran = wxkf("lint-response", "a.response.xml", "--diff")
    assert (ran.code, ran.out, ran.err) == (1, DIFF, "")
    assert Path("a.response.xml").read_bytes() == PRETTY


def test_a_diff_names_its_file_with_slashes_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wxkf_cli.wire.paths.sep", "\\")
    fix = fixing.Fix("caps\\a.xml", b"a\n", b"b\n", 1)
    assert list(fixing.diff(fix))[:2] == ["--- caps/a.xml", "+++ caps/a.xml"]


def test_a_diff_of_what_comes_from_stdin(wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch) -> None:
    type_in(monkeypatch, b"success\n\n")
    ran = wxkf("lint-response", "-", "--diff")
    assert (ran.code, ran.out) == (1, "--- -\n+++ -\n@@ -1,2 +1 @@\n success\n-\n")


def test_a_diff_of_nothing_is_empty(wxkf: Wxkf) -> None:
    ran = wxkf("lint-response", put("a.xml", RIGHT), "--diff")
    assert (ran.code, ran.out, ran.err) == (0, "", "")


def test_a_diff_of_what_is_never_fixed_is_not_green(wxkf: Wxkf) -> None:
    ran = wxkf("lint-response", put("a.ndjson", line(WRONG)), "--diff")
    assert (ran.code, ran.out) == (2, "")
    assert "KF901 nothing-checked" in ran.err


def test_nothing_in_a_diff_reaches_the_terminal_as_it_came(wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WXKF_TOKEN", "s3cr3t-token")
    hostile = "<TransInfo><KfAccount>\u202e\x85 s3cr3t-token</KfAccount></TransInfo>\n"
    body = WRONG.replace(b"<ToUserName>", f"{hostile}<ToUserName>".encode())
    ran = wxkf("lint-response", put("a.xml", body), "--diff")
    assert ran.code == 1
    assert r"\u202e\u0085 ***" in ran.out
    assert all(each.isprintable() for each in ran.out.splitlines())
    ran = wxkf("lint-response", put("b.http", b"HTTP/1.1 200 \xff\r\n\r\nsuccess\n"), "--diff")
    assert (ran.code, ran.out) == (1, "--- b.http: not UTF-8, so not shown; 26 bytes become 25\n")


def test_nothing_is_left_beside_a_file_that_is_read_only_and_held_open(
    wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.unlink

    def unlink(path: Path, missing_ok: bool = False) -> None:
        if not path.stat().st_mode & stat.S_IWUSR:  # as Windows has it
            raise PermissionError(13, "Access is denied")
        real(path, missing_ok)

    def replace(*_: Path) -> Path:
        raise PermissionError(13, "Access is denied")

    Path(put("a.xml", WRONG)).chmod(0o444)
    monkeypatch.setattr(Path, "unlink", unlink)
    monkeypatch.setattr(Path, "replace", replace)
    assert wxkf("lint-response", "a.xml", "--fix").code == 2
    assert names_here() == ["a.xml"]


# the arguments, what stderr must say; every one is exit 2
TOGETHER: dict[str, tuple[tuple[str, ...], str]] = {
    "both": (("a.xml", "--fix", "--diff"), "--fix writes what --diff only shows"),
    "stdin": (("-", "--fix"), "--fix cannot write into stdin"),
    "stdin among files": (("a.xml", "-", "--fix"), "--fix cannot write into stdin"),
    "a format": (("a.xml", "--diff", "--format", "json"), "--diff is all that is written"),
    "a report": (("a.xml", "--diff", "--report", "json=x.json"), "--diff is all that is written"),
    "no such file": (("no.xml", "--fix"), "there is no file or folder of that name"),
}


@pytest.mark.parametrize("name", TOGETHER)
def test_what_does_not_go_together_changes_nothing(wxkf: Wxkf, name: str) -> None:
    arguments, said = TOGETHER[name]
    put("a.xml", WRONG)
    ran = wxkf("lint-response", *arguments)
    assert (ran.code, ran.out, Path("a.xml").read_bytes()) == (2, "", WRONG)
    assert said in ran.err


def test_a_finding_says_where_a_fix_is_safe(wxkf: Wxkf) -> None:
    put("a.xml", WRONG.replace(b"transfer_customer_service", b"transfer_customer_servise"))
    ran = wxkf("lint-response", "a.xml")
    assert "= fix (safe): exchange ToUserName and FromUserName  wxkf lint-response --fix\n" in ran.out
    assert ran.out.count("= fix: ") == 1
    ran = wxkf("lint-response", "a.xml", "--lang", "zh")
    assert "修复（安全）" in ran.out


def test_what_was_fixed_is_said_in_chinese(wxkf: Wxkf) -> None:
    assert wxkf("lint-response", put("a.xml", WRONG), "--fix", "--lang", "zh").err == "wxkf: 已修复 a.xml 中的 1 处\n"


assert OPENID.encode() in PRETTY
assert GH.encode() in PRETTY
