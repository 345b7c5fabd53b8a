"""Bad input, the same for every command that reads a file: one clear line, exit 2, no traceback, no waiting."""

import os
import socket
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from tests.cli.running import Ran, Wxkf
from wxkf_cli.vocab.catalog import PUSHES
from wxkf_cli.vocab.message import make
from wxkf_cli.vocab.terms import DataFormat
from wxkf_cli.wire import codec

PUSH = codec.render(make(PUSHES["text"]), DataFormat.XML)
#: What would write on a terminal, turn text around, command a CI system or be taken for markup.
HOSTILE = "\x1b[31m\x1b]52;c;eA==\x07\x9b2J\u202e\u2066\n::stop-commands::x\r\n##[group]\n[/x][bold]"
UNSHOWABLE = ("\x1b", "\x07", "\x9b", "\u202e", "\u2066", "\r")

#: Every way to hand a push or a response to a command.
READERS = {
    "reply --answer": ("reply", "--answer"),
    "lint-response": ("lint-response",),
    "lint-response --push": ("lint-response", "--push"),
}


@pytest.fixture(params=READERS)
def reading(request: pytest.FixtureRequest, wxkf: Wxkf) -> "Reading":
    return Reading(wxkf, READERS[request.param])


class Reading:
    """One command that is given one file."""

    def __init__(self, wxkf: Wxkf, arguments: tuple[str, ...]) -> None:
        self._wxkf = wxkf
        self._arguments = arguments

    def __call__(self, path: str) -> Ran:
        Path("fine.txt").write_bytes(b"success")
        more = ("fine.txt",) if "--push" in self._arguments else ()
        return self._wxkf(*self._arguments, path, *more)


def assert_refused(ran: Ran, *said: str) -> None:
    assert ran.code == 2, ran
    assert ran.out == ""
    lines = ran.err.splitlines()
    assert lines[0].startswith("wxkf: ")
    assert len(lines) <= 2
    assert all(line.startswith("      ") for line in lines[1:])
    assert all(each in ran.err for each in said), ran.err
    assert all(mark not in ran.err for mark in UNSHOWABLE)


def test_a_file_that_is_not_there(reading: Reading) -> None:
    assert_refused(reading("no-such.xml"), "no-such.xml")


def test_a_name_that_is_too_long(reading: Reading) -> None:
    assert_refused(reading("x" * 5000), "xxx")


def test_a_name_with_a_null_character(reading: Reading) -> None:
    assert_refused(reading("a\x00b"), r"a\x00b")


def test_a_hostile_name_is_shown_escaped(reading: Reading) -> None:
    assert_refused(reading(HOSTILE), r"\x1b[31m", r"\u202e")


def test_a_fifo_is_refused_and_not_waited_for(reading: Reading) -> None:
    os.mkfifo("pipe.http")
    assert_refused(reading("pipe.http"), "pipe.http is a FIFO, not a file", "give a regular file")


def test_a_socket_is_refused(reading: Reading) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.http")
        assert_refused(reading("socket.http"), "socket.http cannot be read: ")


def test_a_device_is_refused(reading: Reading) -> None:
    assert_refused(reading("/dev/zero"), "/dev/zero is a device or socket, not a file")


def test_a_file_that_the_system_does_not_give(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("secret.xml").write_bytes(PUSH)
    opened = os.open

    def refuse(path: str, *arguments: int) -> int:
        if str(path) == "secret.xml":
            raise PermissionError(13, "Permission denied")
        return opened(path, *arguments)

    monkeypatch.setattr(os, "open", refuse)
    assert_refused(reading("secret.xml"), "secret.xml cannot be read: Permission denied")


def test_a_closed_stdin(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert_refused(reading("-"), "stdin is closed")


# what a file holds that should be a push; what must be said of it
NO_PUSHES: dict[str, tuple[bytes, list[str]]] = {
    "nothing": (b"", ["is empty"]),
    "blanks": (b" \r\n", ["is empty"]),
    "a word": (b"success", ['starts like neither XML nor JSON: "success"']),
    "a byte order mark": (b"\xef\xbb\xbf" + PUSH, ["starts like neither"]),
    "UTF-16": (PUSH.decode().encode("utf-16"), ["starts like neither", "UTF-16, as PowerShell's > writes"]),
    "UTF-16 without a mark": (PUSH.decode().encode("utf-16-le"), ["is not a push", "U+0000"]),
    "GBK": ("<xml><Content>你好</Content></xml>".encode("gbk"), ["it is not UTF-8"]),
    "a declared encoding": (b'<?xml version="1.0" encoding="gbk"?><xml/>', ["it is not UTF-8", '"gbk"']),
    "HTTP": (b"POST /wx HTTP/1.1\r\n\r\n" + PUSH, ["starts like neither", "without headers"]),
    "half of it": (PUSH[:-3], ["not well-formed XML at line 7"]),
    "half of it in JSON": (b'{"MsgType":\n"te', ["not well-formed JSON at line 2, column 1"]),
    "a DOCTYPE": (b'<!DOCTYPE x [<!ENTITY a "b">]><xml/>', ["it has a DOCTYPE"]),
    "a page": (b"<html></html>", ['its outermost element or value is another ("html")']),
    "a list": (b"[1]", ["starts like neither"]),
    "a reply without MsgType": (b"<xml><a>1</a></xml>", ["has no MsgType, so it is not a push"]),
    "a million brackets": (b'{"a":' + b"[" * 200_000, ["is not a push", "nested more than 8 deep"]),
    "ten megabytes": (b"<xml>" + b"x" * 10_000_000, ["larger than any push"]),
    "hostile text": (b"<xml>" + HOSTILE.encode() + b"</xml>", ["a character that the format does not allow"]),
    "a hostile start": (HOSTILE.encode(), [r'"\x1b[31m']),
}


@pytest.mark.parametrize("reader", ["reply --answer", "lint-response --push"])
@pytest.mark.parametrize("source", ["file", "stdin"])
@pytest.mark.parametrize("name", NO_PUSHES)
def test_what_is_no_push_is_quoted_and_put_right(
    wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch, name: str, source: str, reader: str
) -> None:
    data, said = NO_PUSHES[name]
    Path("p.xml").write_bytes(data)
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(data)))
    ran = Reading(wxkf, READERS[reader])("-" if source == "stdin" else "p.xml")
    assert_refused(ran, "stdin" if source == "stdin" else "p.xml", *said)


def test_a_sealed_push_says_what_opens_it(wxkf: Wxkf) -> None:
    Path("p.xml").write_bytes(b"<xml><Encrypt>x</Encrypt></xml>")
    assert_refused(
        wxkf("lint-response", "p.xml", "--push", "p.xml"),
        '"p.xml" is sealed',
        "set WXKF_TOKEN, WXKF_AES_KEY",
    )
    assert_refused(wxkf("reply", "--answer", "p.xml"), "need --aes-key and --appid", "WXKF_AES_KEY WXKF_APPID")


def test_a_push_without_addresses_cannot_be_answered(wxkf: Wxkf) -> None:
    for values, said in (
        ({"FromUserName": ""}, 'FromUserName "", not an address'),
        ({"ToUserName": 5}, "ToUserName 5"),
    ):
        Path("p.json").write_bytes(codec.render(make(PUSHES["text"], values), DataFormat.JSON))
        assert_refused(wxkf("reply", "--answer", "p.json"), said)
    Path("p.json").write_bytes(b'{"MsgType":"text","ToUserName":"gh_x"}')
    assert_refused(wxkf("reply", "--answer", "p.json"), "the push has no FromUserName")


def test_a_folder_is_no_push(wxkf: Wxkf) -> None:
    Path("folder").mkdir()
    assert_refused(wxkf("reply", "--answer", "folder"), "folder is a folder, not a file")


@pytest.mark.parametrize("command", ["reply", "lint-response", "simulate", "push", ""])
def test_a_hostile_argument_is_one_line(wxkf: Wxkf, command: str) -> None:
    for arguments in ((f"--{HOSTILE}",), ("--format", HOSTILE)) if command else ((HOSTILE,), (f"--{HOSTILE}",)):
        assert_refused(wxkf(*([command] if command else []), *arguments))


@pytest.mark.parametrize(("typed", "meant"), [("repl", "reply"), ("lint", "lint-response"), ("simulat", "simulate")])
def test_a_misspelt_command_is_put_right(wxkf: Wxkf, typed: str, meant: str) -> None:
    assert_refused(wxkf(typed), f"No such command: {typed}", f"did you mean {meant}?")
