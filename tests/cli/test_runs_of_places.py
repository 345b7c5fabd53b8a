"""`wxkf runs show` of handlers that are no URL: what was not played there is not looked for in the record."""

import shutil
import sys
from pathlib import Path

import pytest

from tests.cli.recorded import record, untimed
from tests.cli.running import Wxkf

SERVED = """
import json, sys, time
from wsgiref.simple_server import make_server
from urllib.parse import parse_qs

def answer(body):
    if not body.startswith(b"{"):
        return b"success"
    push = json.loads(body)
    if push.get("MsgType") not in ("text", "image", "miniprogrampage"):
        return b"success"
    return json.dumps({
        "ToUserName": push["FromUserName"], "FromUserName": push["ToUserName"],
        "CreateTime": int(time.time()), "MsgType": "transfer_customer_service",
    }).encode()

def wsgi(environ, start_response):
    start_response("200 OK", [])
    echostr = parse_qs(environ["QUERY_STRING"]).get("echostr")
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    return [echostr[0].encode() if echostr else answer(body)]

def plain(push):
    return answer(json.dumps(push).encode())

if __name__ == "__main__":
    make_server("127.0.0.1", int(sys.argv[1]), wsgi).serve_forever()
"""

FUNCTION = """
exports.main = async (event) => ['text', 'image', 'miniprogrampage'].includes(event.MsgType)
  ? { ToUserName: event.FromUserName, FromUserName: event.ToUserName, MsgType: 'transfer_customer_service',
      CreateTime: Math.floor(Date.now() / 1000) }
  : 'success';
"""

PLACES = {
    "wsgi": ["--app", "served:wsgi"],
    "plain": ["--app", "served:plain"],
    "command": ["--exec", f"{sys.executable} served.py {{port}}"],
    "container in process": ["--app", "served:wsgi", "--container"],
    "container by a command": ["--exec", f"{sys.executable} served.py {{port}}", "--container"],
    "cloud function": ["--cloud-function", "function"],
}


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_a_run_is_shown_as_it_was_told_wherever_the_handler_was(wxkf: Wxkf, place: list[str]) -> None:
    if "--cloud-function" in place and shutil.which("node") is None:
        pytest.skip("there is no Node.js")
    Path("served.py").write_text(SERVED, "utf-8")
    Path("function").mkdir()
    Path("function/index.js").write_text(FUNCTION, "utf-8")
    told = wxkf("simulate", *place)
    assert record().exists()
    shown = wxkf("runs", "show")
    assert (shown.code, shown.err) == (told.code, "")
    assert untimed(shown.out) == untimed(told.out)
