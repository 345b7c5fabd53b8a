"""A handler that died is not one that refuses: what is asked of it afterwards is no pass."""

import sys
from pathlib import Path

from tests.cli.running import Wxkf, codes

#: Dies of the first push with a wrong signature, and answers all others with success.
DIES = """
import os, sys
from wsgiref.simple_server import make_server
from urllib.parse import parse_qs
import hashlib

def app(environ, start_response):
    query = {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
    words = sorted([os.environ["WXKF_TOKEN"], query["timestamp"], query["nonce"]])
    if hashlib.sha1("".join(words).encode()).hexdigest() != query["signature"]:
        os._exit(7)
    start_response("200 OK", [])
    return [query.get("echostr", "success").encode()]

make_server("127.0.0.1", int(sys.argv[1]), app).serve_forever()
"""


def test_probes_that_nobody_was_there_for_do_not_pass(wxkf: Wxkf) -> None:
    Path("dies.py").write_text(DIES, "utf-8")
    command = f"{sys.executable} dies.py {{port}}"
    shape = wxkf.json("simulate", "--exec", command, "--only", "text", "--only", "bad-signature", "--expect", "none")
    assert shape["exit_code"] == 1
    assert "KF004" in codes(shape)
    assert "KF905" in codes(shape)
    verdicts = [each["verdict"] for each in shape["exchanges"] if each["case"] == "bad-signature"]
    assert verdicts == ["refused", "unreachable"]  # in XML it died, in JSON it was gone
