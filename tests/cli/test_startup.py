"""Start-up stays fast: what a command does not need is not imported. The figures are in tests/bench/startup.py."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from wxkf_cli.cli.start import COMMANDS

REPLY = ["reply", "--to", "oUser", "--from", "gh_x"]
REPLY_JSON = [*REPLY, "--format", "json"]
ANSWER = ["reply", "--answer", "push.json"]
LINT = ["lint-response", "reply.json"]

HTTP = ["httpx", "httptools", "starlette", "uvicorn", "uvloop", "h11", "asyncio", "ssl", "http.client"]
HEAVY = [*HTTP, "rich", "lxml", "pydantic", "cryptography", "click", "tomllib", "jsonschema", "importlib.metadata"]
#: What was done -> what must not have been imported for it.
NOT_LOADED: dict[str, tuple[list[str] | None, list[str]]] = {
    "the import alone": (None, [*HEAVY, "hashlib", "json", "wxkf_cli.wire", "wxkf_cli.vocab", "wxkf_cli.settings"]),
    "the help": (["--help"], [*HEAVY, *(f"wxkf_cli.cli.{name.replace('-', '_')}" for name in COMMANDS)]),
    "a reply": (REPLY, [*HEAVY, "wxkf_cli.lint", "wxkf_cli.report", "wxkf_cli.simulate", "wxkf_cli.settings"]),
    "a reply in JSON": (REPLY_JSON, [*HEAVY, "wxkf_cli.lint", "wxkf_cli.settings"]),
    "a reply to a push": (ANSWER, [*HEAVY, "wxkf_cli.lint", "wxkf_cli.report", "wxkf_cli.settings"]),
    "a capture linted": (LINT, [*HEAVY, "wxkf_cli.simulate", "wxkf_cli.cli.running", "wxkf_cli.cli.simulate"]),
}


def loaded(arguments: list[str] | None, folder: Path) -> set[str]:
    """The modules of a fresh process after it has run a command."""
    (folder / ".git").mkdir()
    (folder / "push.json").write_text('{"ToUserName":"gh_x","FromUserName":"o","MsgType":"text"}', "utf-8")
    reply = '{"ToUserName":"o","FromUserName":"gh_x","CreateTime":1,"MsgType":"transfer_customer_service"}'
    (folder / "reply.json").write_text(reply, "utf-8")
    code = "import sys, wxkf_cli.cli\n"
    if arguments is not None:
        code += f"assert wxkf_cli.cli.start.run({arguments!r}) == 0\n"
    code += "names = list(sys.modules)\nimport json\nsys.stderr.write(json.dumps(names))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60, cwd=folder, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return set(json.loads(done.stderr))


@pytest.mark.parametrize("name", NOT_LOADED)
def test_what_is_not_needed_is_not_imported(tmp_path: Path, name: str) -> None:
    arguments, unwanted = NOT_LOADED[name]
    needless = sorted(loaded(arguments, tmp_path).intersection(unwanted))
    assert not needless, f"import late, inside the function that needs it: {', '.join(needless)}"
