"""No bytes raise: not as a body, not as headers, not as a push, not as a line of a record.

Each run looks at 500 of each sort; more with

    PROPERTY_CASES=100000 python -m pytest tests/lint/test_any_bytes.py
"""

import json
import os
from contextlib import suppress
from pathlib import Path
from random import Random

from hypothesis import HealthCheck, Phase, given, settings

from tests.cli.conftest import wxkf  # noqa: F401 - a fixture
from tests.cli.running import Wxkf
from tests.lint import legalwriter
from tests.lint.mutations import PIECES, mutated
from tests.lint.sealing import SEAL
from tests.lint.tape import Tape, tapes
from tests.lint.test_variations import PUSHED_AT, drawn_case, right_body
from wxkf_cli.errors import UsageError
from wxkf_cli.lint.linter import lint
from wxkf_cli.lint.subject import Setting
from wxkf_cli.vocab.catalog import PUSHES
from wxkf_cli.vocab.message import make
from wxkf_cli.vocab.terms import DataFormat, Mode
from wxkf_cli.wechat.verdict import judge
from wxkf_cli.wire import codec, rawhttp
from wxkf_cli.wire.exchange import Exchange, Response

CASES = int(os.environ.get("PROPERTY_CASES", "500"))
PHASES = [Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink]
PUSH = make(PUSHES["text"], {"CreateTime": PUSHED_AT})
#: What files begin with that are more than a body, and what such files are full of.
SURROUNDINGS = [
    *(b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 ", b"HTTP/2 200\n", b"\r\n\r\n", b"\n\n", b":", b"HTTP/1.1 302 Found\r\n\r\n"),
    *(b"Content-Encoding: gzip\r\n", b"Transfer-Encoding: chunked\r\n\r\n", b"ffffffff\r\n", b"0\r\n\r\n", b" fold\n"),
    *(b'{"response":', b'{"push":{"body":"', b'"status":200,', b'"body_base64":"=",', b'"headers":[[]]', b'"outcome":'),
    *(b'{"log":{"entries":[', b'{"request":{"postData":{"text":', b'"content":{"encoding":"base64","text":"!"}'),
    *(b"9" * 5000, b"1e400", b"[" * 3000, b'{"a":' * 3000, b"NaN", b"\\ud800", b"null", b"true", b"-0", b"{}", b"]}}"),
]  # fmt: skip


def body_of(random: Random) -> bytes:
    """Anything, from noise to a right answer with a few mistakes in it."""
    match random.choice(["noise", "pieces", "pieces", "mistakes", "mistakes", "long"]):
        case "noise":
            return random.randbytes(random.randint(0, 60))
        case "pieces":
            return b"".join(random.choice(random.choice([PIECES, SURROUNDINGS])) for _ in range(random.randint(0, 12)))
        case "long":
            return random.choice(PIECES) * random.choice([40, 300, 3_000])
    return mutated(random, mutated(random, right_body(random, drawn_case(random))))


def file_of(random: Random) -> bytes:
    """A body, an HTTP response, a record or a HAR, right but for a few mistakes in it."""
    body = body_of(random)
    text = body.decode("utf-8", random.choice(["replace", "surrogateescape"]))
    push = codec.render(PUSH, random.choice(list(DataFormat))).decode()
    match random.choice(["body", "http", "record", "har"]):
        case "http":
            return mutated(random, legalwriter.captured(random, body, compressed=random.random() < 0.2))
        case "record":
            line = {"push": {"body": push}, "response": {"status": 200, "headers": [["a", "b"]], "body": text}}
            return b"\n".join(mutated(random, json.dumps(line).encode()) for _ in range(random.randint(1, 3)))
        case "har":
            request = {"method": "POST", "url": "http://x/wx?signature=1", "headers": [], "postData": {"text": push}}
            response = {"status": 200, "headers": [{"name": "a", "value": "b"}], "content": {"text": text}}
            entry = {"startedDateTime": "2024-04-26T06:20:46Z", "time": 3, "request": request, "response": response}
            return mutated(random, json.dumps({"log": {"version": "1.2", "entries": [entry]}}).encode())
    return body


@settings(max_examples=CASES, phases=PHASES)
@given(tapes(300))
def test_no_body_makes_linting_or_judging_raise(random: Tape) -> None:
    body = body_of(random)
    is_pushed = random.random() < 0.7
    exchange = Exchange(
        Response(random.choice([200, None, 500]), (), body),
        push=PUSH if is_pushed else None,
        mode=random.choice([*Mode, None]),
        data=random.choice(list(DataFormat)) if is_pushed else None,
    )
    seal = random.choice([SEAL, None])
    lint(exchange, Setting(seal=seal))
    judge(exchange, seal=seal)


@settings(max_examples=CASES, phases=PHASES)
@given(tapes(300))
def test_no_header_block_makes_reading_raise_anything_but_our_own_error(random: Tape) -> None:
    data = random.choice([b"", b"HTTP/1.1 200 OK\r\n"]) + mutated(random, legalwriter.captured(random, body_of(random)))
    with suppress(UsageError):
        response = rawhttp.read(data)
        if response is not None:
            lint(Exchange(response, push=PUSH, data=DataFormat.XML), Setting(seal=SEAL))


#: Files to lint, by what their names say of them.
NAMES = ["x.response.xml", "x.response.json", "x.response.http", "x.response.txt", "x.ndjson", "x.har", "x.http"]


# The folder is emptied by writing over what is in it.
@settings(max_examples=CASES // 2, phases=PHASES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tapes(400))
def test_no_file_makes_the_command_crash(wxkf: Wxkf, tmp_path: Path, random: Tape) -> None:  # noqa: F811 - the fixture
    name = random.choice(NAMES)
    push = tmp_path / f"x.push.{random.choice(list(DataFormat))}"
    for old in tmp_path.glob("x.*"):
        old.unlink()
    (tmp_path / name).write_bytes(file_of(random))
    if random.random() < 0.3:
        push.write_bytes(mutated(random, codec.render(PUSH, random.choice(list(DataFormat)))))
    report = random.choice(["text", "json", "ndjson"])
    ran = wxkf("lint-response", name, "--format", report, "--lang", random.choice(["en", "zh"]))
    assert ran.code in (0, 1, 2), ran.err
    if ran.code == 2 and not ran.out:
        assert ran.err.startswith("wxkf: "), "a usage error says what is wrong"
