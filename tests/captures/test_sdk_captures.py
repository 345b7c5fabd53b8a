"""What real SDKs put on the wire for a transfer passes the linter; with one mistake put in, it does not.

The captures are made by wechatpy, WeRoBot, npm wechat and co-wechat themselves, each in a server of its own on a free
port of 127.0.0.1, in plaintext and in secure mode.
"""

import json
import re
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.captures.capturing import capture
from tests.cli.conftest import wxkf  # noqa: F401 - a fixture
from tests.cli.running import Wxkf, by_severity
from tests.handlers.launch import handler
from tests.lint.sentence import ENVELOPE, sealed, signed, unsealed
from wxkf_cli.vocab.catalog import PUSHES
from wxkf_cli.vocab.message import Message, make
from wxkf_cli.vocab.terms import DataFormat, Mode
from wxkf_cli.wire import codec
from wxkf_cli.wire.crypto import decoded_key
from wxkf_cli.wire.envelope import Seal

TOKEN, AES_KEY, APPID = "test-token-42", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx2c2769f8efd9abc2"
SEAL = Seal(TOKEN, decoded_key(AES_KEY), APPID)
OPENID, GH = "o9AgO5Kd5ggOC-bXrbNODIiE3bGY", "gh_97417a04a28d"
MESSAGES, EVENT = ("text", "image", "miniprogrampage"), "user_enter_tempsession"

NODE_MODULES = Path(__file__).parents[1] / "handlers" / "node" / "node_modules"
PYTHON, NPM = {"wechatpy": "1.8.18", "WeRoBot": "1.13.1"}, {"wechat": "2.1.0", "co-wechat": "2.4.0"}

#: The warnings of each: the libraries of npm write every time in milliseconds.
SDKS: dict[str, dict[Mode, set[str]]] = {
    "flask_wechatpy": {Mode.PLAINTEXT: set(), Mode.SECURE: set()},
    "bottle_werobot": {Mode.PLAINTEXT: set(), Mode.SECURE: set()},
    "express_wechat": {Mode.PLAINTEXT: {"KF303"}, Mode.SECURE: {"KF303", "KF517"}},
    "koa_co_wechat": {Mode.PLAINTEXT: {"KF303"}, Mode.SECURE: {"KF303", "KF517"}},
}


class Captured(NamedTuple):
    """The captures of one SDK in one mode: the transfers of `MESSAGES` in `folder`, that of `EVENT` apart from them."""

    mode: Mode
    folder: Path
    event: Path
    warnings: set[str]

    def spoiled(self, folder: Path, edit: Callable[[bytes], bytes]) -> str:
        """A copy of the text's capture with the reply edited; where it is sealed, what is sealed, and sealed anew."""
        data = (self.folder / "text.response.http").read_bytes()
        changed = _resealed(data, edit) if self.mode is Mode.SECURE else edit(data)
        assert changed != data
        assert len(changed) == len(data), "the edit would break the framing too, which is another mistake"
        response = folder / "text.response.http"
        response.write_bytes(changed)
        (folder / "text.push.xml").write_bytes((self.folder / "text.push.xml").read_bytes())
        return str(response)


def _resealed(data: bytes, edit: Callable[[bytes], bytes]) -> bytes:
    """A capture whose envelope holds the edited reply, rightly sealed and signed."""
    encrypt, signature, timestamp, nonce = (
        found[1].decode()
        for name in ENVELOPE
        if (found := re.search(rf"<{name}>(?:<!\[CDATA\[)?([^<\]]+)".encode(), data))
    )
    # Sixteen bytes of our own in front are as good as any.
    anew = sealed(edit(unsealed(encrypt, SEAL.key, APPID)), SEAL.key, APPID, b"0123456789abcdef")
    data = data.replace(encrypt.encode(), anew.encode())
    return data.replace(signature.encode(), signed(TOKEN, timestamp, nonce, anew).encode())


def pushed(kind: str, at: int) -> Message:
    return make(PUSHES[kind], {"ToUserName": GH, "FromUserName": OPENID, "CreateTime": at})


@pytest.fixture(scope="module", params=[(sdk, mode) for sdk in SDKS for mode in SDKS[sdk]], ids=" ".join)
def captured(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Captured:
    sdk, mode = request.param
    folder = tmp_path_factory.mktemp(f"{sdk}-{mode}")
    seal = {"aes_key": AES_KEY, "appid": APPID} if mode is Mode.SECURE else {}
    now = int(time.time())
    # The variant that transfers all it gets: a message's transfer is right, an event's is the mistake to be found.
    with handler(sdk, "forwarding", token=TOKEN, **seal) as url:
        (folder / "messages").mkdir()
        for kind in MESSAGES:
            capture(url, pushed(kind, now), folder / "messages", kind, SEAL, mode)
        event = capture(url, pushed(EVENT, now), folder, EVENT, SEAL, mode)
    return Captured(mode, folder / "messages", event, SDKS[sdk][mode])


SEALED_ONLY = pytest.mark.parametrize("captured", [(sdk, Mode.SECURE) for sdk in SDKS], ids=" ".join, indirect=True)


@pytest.fixture(autouse=True)
def _console(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"WXKF_TOKEN": TOKEN, "WXKF_AES_KEY": AES_KEY, "WXKF_APPID": APPID}.items():
        monkeypatch.setenv(name, value)


def found(shape: dict[str, Any], captured: Captured) -> set[str]:
    """The codes of the errors, of captures that have no other warning than they always have, and no note."""
    severities = by_severity(shape)
    assert severities["note"] == set()
    assert severities["warning"] <= captured.warnings
    return severities["error"]


def test_the_libraries_are_those_that_the_captures_are_said_to_be_of() -> None:
    installed = {name: version(name) for name in PYTHON}
    assert installed == PYTHON, "pip install -e '.[test]'"
    packages = {name: json.loads((NODE_MODULES / name / "package.json").read_text("utf-8"))["version"] for name in NPM}
    assert packages == NPM, "npm ci --prefix tests/handlers/node"


def test_what_an_sdk_sends_for_a_transfer_passes(wxkf: Wxkf, captured: Captured) -> None:  # noqa: F811 - the fixture
    shape = wxkf.json("lint-response", str(captured.folder))
    assert by_severity(shape) == {"error": set(), "warning": captured.warnings, "note": set()}
    assert shape["exit_code"] == 0
    verdicts = {verdict: count for verdict, count in shape["summary"]["verdicts"].items() if count}
    assert verdicts == {"transferred": len(MESSAGES)}
    assert {exchange["mode"] for exchange in shape["exchanges"]} == {captured.mode}
    assert shape["skipped"] == [], "the push beside each gives every rule what it needs"


def test_a_forwarded_event_is_found(wxkf: Wxkf, captured: Captured) -> None:  # noqa: F811
    assert found(wxkf.json("lint-response", str(captured.event)), captured) == {"KF401"}


def exchanged_back(reply: bytes) -> bytes:
    """The reply with the addresses of the push, as they stood there."""
    user, original_id = OPENID.encode(), GH.encode()
    return reply.replace(user, b"\0").replace(original_id, user).replace(b"\0", original_id)


#: What is edited, and the error it is.
EDITS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "addresses not exchanged": (exchanged_back, "KF301"),
    "another user": (lambda reply: reply.replace(OPENID.encode(), OPENID[::-1].encode()), "KF314"),
    "MsgType misspelt": (lambda reply: reply.replace(b"transfer_customer", b"transfer-customer"), "KF304"),
    "CreateTime no number": (lambda reply: re.sub(rb"(<CreateTime>)..", rb"\1 x", reply), "KF306"),
    "a tag not closed": (lambda reply: reply.replace(b"</MsgType>", b"<_MsgType>"), "KF202"),
}


@pytest.mark.parametrize("mistake", EDITS)
def test_one_mistake_edited_in_is_found(
    wxkf: Wxkf,  # noqa: F811
    captured: Captured,
    tmp_path: Path,
    mistake: str,
) -> None:
    edit, code = EDITS[mistake]
    shape = wxkf.json("lint-response", captured.spoiled(tmp_path, edit))
    assert found(shape, captured) == {code}
    assert shape["exit_code"] == 1


@SEALED_ONLY
@pytest.mark.parametrize(("variable", "value", "code"), [
    ("WXKF_AES_KEY", AES_KEY[::-1], "KF516"), ("WXKF_TOKEN", "another", "KF507"), ("WXKF_APPID", "wx0", "KF508"),
])  # fmt: skip
def test_a_reply_sealed_otherwise_than_the_console_says_is_found(
    wxkf: Wxkf,  # noqa: F811
    captured: Captured,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    value: str,
    code: str,
) -> None:
    # The push as the handler logged it, opened: with the wrong key it would not open here either.
    (tmp_path / "text.push.xml").write_bytes(codec.render(pushed("text", int(time.time())), DataFormat.XML))
    response = tmp_path / "text.response.http"
    response.write_bytes((captured.folder / "text.response.http").read_bytes())
    monkeypatch.setenv(variable, value)
    shape = wxkf.json("lint-response", str(response), "--mode", "secure")
    assert found(shape, captured) == {code}
