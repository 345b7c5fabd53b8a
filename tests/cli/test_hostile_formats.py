"""Hostile text in bodies, headers, records and file names, through every format, looked at as bytes."""

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lxml import etree  # noqa: TID251 - reads what wxkf writes

from tests.cli.captured import HEAD, put
from tests.cli.running import Wxkf
from tests.scripted import Reply, Request, correct, scripted
from wxkf_cli.vocab.choices import Output

FORMATS = [each.value for each in Output]
#: Each says "pwn", which must stand nowhere but in quoted text.
HOSTILE: dict[str, str] = {
    "colour": "\x1b[35;7mpwn",
    "a clipboard": "\x1b]52;c;cHdu\x07pwn\x1b\\",
    "C1": "\x9b2Jpwn\x9d0;pwn\x9c",
    "text turned around": "\u202epwn\u2066\u2069\u200f\u061c",
    "nothing to see": "\u200bpwn\ufeff\u00ad\u2060\U000e0041",
    "a workflow command": "::stop-commands::pwn",
    "one on a line of its own": "pwn\n::error file=pwn::pwn\r\n  ::set-output name=pwn::pwn",
    "one that is encoded": "%0A::error::pwn%0D%0A::add-mask::pwn",
    "an old command": "pwn ##[stop-commands]pwn",
    "an agent's command": "##vso[task.setvariable variable=pwn]pwn ##teamcity[pwn]",
    "a script": "</script><script>pwn</script><!--<script>pwn",
    "an image": "| pwn | <img src=x onerror=pwn> | <details open ontoggle=pwn>",
    "rich's markup": "[bold red]pwn[/] [link=https://pwn.example]pwn[/link] :pwn:",
    "a fence": "```\npwn\n````\n~~~\npwn",
    "ticks": "`pwn`` pwn ``` `",
    "a link": "[pwn](https://pwn.example) ![pwn](https://pwn.example/x.png) <https://pwn.example> @pwn #1",
    "the end of CDATA": "]]>pwn<![CDATA[pwn]]>&pwn;&#0;&#x1b;",
    "what XML has not": "\x00pwn\x0b\ufffe\uffff",
    "half a pair": "\ud800pwn\udfff",
    "separators": "pwn\u2028pwn\u2029pwn\x85pwn\x1cpwn",
    "very long": "pwn" * 20_000,
    "lines": "\n\n\npwn\r\rpwn\t\n",
    "a formula": "=HYPERLINK(pwn)",
    "placeholders": "{0} {{pwn}} %s ${pwn} $(pwn)",
}


def bytes_of(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def captures(text: str) -> Iterator[tuple[str, bytes]]:
    """Files that hold it: where a name is hostile too, it is the name."""
    reply = {"ToUserName": f"gh_{text}", "FromUserName": text, "CreateTime": text, "MsgType": text, text[:80]: text}
    yield "body.txt", bytes_of(text)
    yield "success.txt", b"success" + bytes_of(text)
    yield "reply.json", json.dumps(reply).encode()
    yield "broken.xml", b"<xml><ToUserName>" + bytes_of(text)
    one_line = re.sub(r"[\r\n]", " ", text)
    yield "moved.http", b"HTTP/1.1 302 " + bytes_of(one_line[:200]) + b"\r\nLocation: " + bytes_of(one_line[:200])
    yield "failed.http", HEAD.replace(b"200 OK", b"500 No") + bytes_of(text)
    whole = re.sub("[\ud800-\udfff]", "", text)
    headers = [["Location", whole], [whole[:200], whole], ["Content-Type", whole]]
    record = {"id": whole, "case": whole, "response": {"status": 302, "body": whole, "headers": headers}}
    yield "run.ndjson", json.dumps(record).encode() + b"\n"
    lost = {"id": whole, "case": whole, "outcome": "net.reset", "failure": {"detail": whole}}
    yield "lost.ndjson", json.dumps(lost).encode() + b"\n"
    name = re.sub("[/\0]", "_", text)[:60] + ".http"
    yield os.fsdecode(bytes_of(name)), b"HTTP/1.1 500 No\r\n\r\n"


def lay(text: str, folder: str) -> None:
    for name, data in captures(text):
        is_open = name.endswith(".http") and b"\r\n\r\n" not in data
        put(f"{folder}/{name}", data + (b"\r\n\r\n" if is_open else b""))


#: `::name properties::data` at the start, or `##[name properties]data` anywhere: so GitHub's runner reads a line.
NEW, OLD = re.compile(r"\s*::([^:\s]+)[^:]*(?::[^:]+)*?::"), re.compile(r"##(?:vso)?\[\s*([^\]]+)\]")


def commands(shown: str) -> list[str]:
    """What a CI system would do."""
    found = []
    for line in re.split(r"[\r\n]", shown):
        new = NEW.match(line)
        found += [new[1]] if new else OLD.findall(line)
    return found


#: Controls but the newline, formats and directions, separators, half pairs, what is no character.
CONTROLS = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)


def assert_harmless(data: bytes, output: str, *, encoding: str = "utf-8", coloured: bool = False) -> None:
    shown = data.decode(encoding)
    if coloured and output == Output.TEXT:
        shown = re.sub(r"\x1b\[(?:[0-9]{1,2}(?:;[0-9]{1,2})*)m", "", shown)
        assert b"\x1b[35;7m" not in data
    bad = CONTROLS.findall(shown)
    assert not bad, bad
    READERS.get(output, _anything)(shown)
    if output == Output.GITHUB:
        assert set(commands(shown)) <= {"error", "warning", "notice"}
    else:
        assert commands(shown) == []


def _anything(shown: str) -> None:
    assert "pwn" * 5_000 not in shown


def _json(shown: str) -> None:
    json.loads(shown)
    _json_text(shown)


def _ndjson(shown: str) -> None:
    for line in shown.split("\n")[:-1]:
        json.loads(line)
    _json_text(shown)


def _json_text(shown: str) -> None:
    assert shown.isascii()
    assert not re.search(r"</|<!", shown)


def _sarif(shown: str) -> None:
    _json(shown)
    for result in json.loads(shown)["runs"][0]["results"]:
        assert not re.search(r"\]\(", result["message"]["text"])
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch(r"(?!/)(?:[A-Za-z0-9_.~/-]|%[0-9A-F]{2})+", uri)
        assert ".." not in uri.split("/")


def _xml(shown: str) -> None:
    assert shown.isascii()
    etree.fromstring(shown.encode("ascii"))


def _markdown(shown: str) -> None:
    """Outside of code there is nothing that came from outside."""
    assert "pwn" not in "\n".join(map(_outside_code, shown.split("\n")))


def _outside_code(line: str) -> str:
    """A line without its code spans, as CommonMark finds them."""
    kept, place = "", 0
    while (run := re.compile("`+").search(line, place)) is not None:
        kept += line[place : run.start()]
        close = next((each for each in re.finditer("`+", line[run.end() :]) if len(each[0]) == len(run[0])), None)
        if close is None:
            return kept + line[run.start() :]
        place = run.end() + close.end()
    return kept + line[place:]


def _github(shown: str) -> None:
    _anything(shown)
    annotations = [each for each in shown.split("\n") if each.startswith("::")]
    assert annotations
    for each in annotations:
        assert re.match(r"::(error|warning|notice) (?:\w+=[^:,\r\n]*,?)+::", each), each


READERS: dict[str, Callable[[str], None]] = {
    "json": _json,
    "ndjson": _ndjson,
    "gitlab": _json,
    "sarif": _sarif,
    "junit": _xml,
    "markdown": _markdown,
    "github": _github,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_of_a_capture_acts_in_any_format(wxkf: Wxkf, name: str) -> None:
    lay(HOSTILE[name], "captured")
    for output in FORMATS:
        ran = wxkf("lint-response", "captured", "--format", output, "--report", f"{output}=report")
        assert (ran.code, ran.err) == (1, "")
        assert_harmless(ran.out.encode(), output)
        assert_harmless(Path("report").read_bytes(), output)


@pytest.mark.parametrize("variable", ["FORCE_COLOR", "NO_COLOR"])
@pytest.mark.parametrize("output", FORMATS)
def test_nothing_acts_with_colour_or_without(
    wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch, output: str, variable: str
) -> None:
    everything_hostile()
    monkeypatch.setenv(variable, "1")
    ran = wxkf("lint-response", "captured", "--format", output)
    assert (ran.code, ran.err) == (1, "")
    assert ("\x1b[" in ran.out) == (variable == "FORCE_COLOR" and output == "text")
    assert_harmless(ran.out.encode(), output, coloured=variable == "FORCE_COLOR")


@pytest.mark.parametrize("output", FORMATS)
def test_nothing_that_a_handler_says_acts_in_any_format(wxkf: Wxkf, output: str) -> None:
    hostile = iter([*HOSTILE.values()] * 4)

    def answer(request: Request) -> Reply:
        if request.method == "GET":
            return correct(request)
        text = next(hostile)
        in_header = re.sub(r"[\r\n]", " ", text)[:100].encode("utf-8", "surrogatepass").decode("latin-1")
        return Reply(bytes_of(text), 200, in_header)

    with scripted(answer) as handler:
        ran = wxkf("simulate", "--url", handler.url, "--format", output, "-v", "--report", f"{output}=report")
    assert ran.code == 1
    assert_harmless(ran.out.encode(), output)
    assert_harmless(Path("report").read_bytes(), output)


def everything_hostile() -> None:
    for number, text in enumerate(HOSTILE.values()):
        lay(text, f"captured/{number}")


def command(output: str) -> list[str]:
    return [sys.executable, "-m", "wxkf_cli", "lint-response", "captured", "--format", output, "--lang", "zh"]


def environment(**more: str) -> dict[str, str]:
    return {"PATH": "", "LANG": "C.UTF-8", "PYTHONPATH": str(Path(__file__).parents[2]), **more}


@pytest.mark.parametrize("output", FORMATS)
def test_nothing_acts_on_a_console_in_gbk(wxkf: Wxkf, output: str) -> None:
    del wxkf
    everything_hostile()
    done = subprocess.run(
        command(output), capture_output=True, check=False, timeout=60, env=environment(PYTHONIOENCODING="gbk")
    )
    assert done.returncode == 1, done.stderr
    assert_harmless(done.stdout, output, encoding="gbk")


@pytest.mark.parametrize("output", FORMATS)
def test_nothing_acts_on_a_terminal(wxkf: Wxkf, output: str) -> None:
    del wxkf
    everything_hostile()
    ours, theirs = pty.openpty()
    with subprocess.Popen(command(output), stdout=theirs, stderr=theirs, env=environment(TERM="xterm")) as process:
        os.close(theirs)
        shown = b"".join(iter(lambda: _read(ours), b""))
    os.close(ours)
    assert process.returncode == 1, shown
    assert_harmless(shown.replace(b"\r\n", b"\n"), output, coloured=True)


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65_536)
    except OSError:  # Linux says so when the other side is closed
        return b""
