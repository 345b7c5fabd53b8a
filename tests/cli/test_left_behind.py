"""What an app still does when everything is answered is waited for and told of, whatever was played."""

from pathlib import Path

import pytest

from tests.cli.running import Wxkf, codes

#: Verifies, acknowledges, refuses what is forged, and does not come to an end with the first push after its answer.
APP = """
import asyncio, hashlib, os
from urllib.parse import parse_qsl

begun = []

async def app(scope, receive, send):
    if scope["type"] != "http":
        raise NotImplementedError
    await receive()
    query = dict(parse_qsl(scope["query_string"].decode()))
    words = sorted([os.environ["WXKF_TOKEN"], query.get("timestamp", ""), query.get("nonce", "")])
    is_genuine = hashlib.sha1("".join(words).encode()).hexdigest() == query.get("signature")
    body = query.get("echostr", "success").encode() if is_genuine else b""
    await send({"type": "http.response.start", "status": 200 if is_genuine else 403, "headers": []})
    await send({"type": "http.response.body", "body": body})
    if asyncio.get_running_loop() not in begun:
        begun.append(asyncio.get_running_loop())
        await asyncio.Event().wait()
"""


@pytest.fixture(autouse=True)
def _app(wxkf: Wxkf, monkeypatch: pytest.MonkeyPatch) -> None:
    assert wxkf, "its folder is the current one by now"
    Path("unending.py").write_text(APP, "utf-8")
    monkeypatch.setattr("wxkf_cli.cli.places.app.GRACE_SECONDS", 0.1)


def test_of_all_that_is_played(wxkf: Wxkf) -> None:
    app = ("--app", "unending:app", "--data", "xml")
    for recorded, *more in (
        ("simulate", "--only", "text", "--expect", "all"),
        ("simulate", "--suite", "conformance", "--only", "C01", "--only", "C03"),
    ):
        assert codes(wxkf.json(recorded, *app, *more)).count("KF905") == 1, more
        assert codes(wxkf.json("runs", "show")).count("KF905") == 1, more
        again = wxkf.json("replay", *(["C01"] if "conformance" in more else []))
        assert again["exchanges"]
        assert codes(again).count("KF905") == 1, more
