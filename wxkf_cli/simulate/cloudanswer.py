"""What goes to a cloud function and what comes back, as values: events, answers, and failures in Node's words."""

import json
import os
import re
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from wxkf_cli.errors import HandlerDown
from wxkf_cli.simulate.cloudfolder import COMMON_JS
from wxkf_cli.vocab.outcomes import Outcome, Phase
from wxkf_cli.vocab.policy import BODY_LIMIT
from wxkf_cli.wire.escape import safe
from wxkf_cli.wire.exchange import Answer, Failure, Response

#: What would make Node another one than that of the cloud.
_NODES_OWN = frozenset({"NODE_OPTIONS", "NODE_PATH"})
_OBJECT = re.compile(r"\s*\{")
_LOAD_HINTS = {
    "MODULE_NOT_FOUND": "run npm install in its folder; wx-server-sdk alone comes with wxkf",
    "ERR_REQUIRE_ESM": COMMON_JS,
}
#: What Node says of a file with `import`, `export` or a top-level `await` in it.
_OF_MODULES = re.compile(r"Unexpected token 'export'|outside a module|top level bodies of modules")


def environment(ours: Mapping[str, str]) -> dict[str, str]:
    """What the function finds in `process.env`: ours without our secrets, and in the time zone of the cloud."""
    kept = {name: value for name, value in ours.items() if not name.startswith("WXKF_") and name not in _NODES_OWN}
    return {"TZ": "UTC", **kept}


def event_of(body: bytes) -> dict[str, Any] | None:
    """The object that a push is handed over as; None where its body is none."""
    try:
        event = json.loads(body, parse_constant=_no_json)
    except (ValueError, RecursionError):
        return None
    return event if isinstance(event, dict) else None


def _no_json(name: str) -> NoReturn:
    raise ValueError(name)


def answer_of(said: Mapping[str, Any], elapsed: float, folder: Path) -> Answer:
    """The answer that a line of the runner is."""
    if said["kind"] == "oversize":
        return Failure(Outcome.LIMIT_BODY, Phase.BODY, elapsed, f"{said['size']} characters")
    if said["kind"] == "threw":
        reason = said_by(said["error"], folder)
        if said["way"] == "unwritable":
            reason = f"what it returned is no JSON: {reason}"
        return Failure(Outcome.FUNCTION_ERROR, Phase.FIRST_BYTE, elapsed, reason)
    body = bytes_of(str(said["form"]), str(said["body"]))
    if len(body) > BODY_LIMIT:
        return Failure(Outcome.LIMIT_BODY, Phase.BODY, elapsed, f"{len(body)} bytes")
    return Response(None, (), body, elapsed)


def bytes_of(form: str, body: str) -> bytes:
    """What WeChat is given for a return value.

    A string goes as it is, as `success` does; but one that holds an object stays a string, which is not the object that
    is asked for (assumed).

    Args:
        form: What it was, by JavaScript's name.
        body: The string, or the JSON of anything else; empty for null and undefined.
    """
    if form == "string" and _OBJECT.match(body):
        return json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return body.encode("utf-8", "surrogatepass")


def said_by(error: Mapping[str, Any], folder: Path) -> str:
    """An error in Node's words, and where in the function it comes from; not yet safe to show."""
    name, message, stack = (str(error.get(part) or "") for part in ("name", "message", "stack"))
    said = f"{name}: {message}" if name and name != "Error" else message
    inside = re.escape(f"{folder}{os.sep}")
    place = re.search(rf"{inside}([^\s()]+?:\d+(?::\d+)?)", stack)
    # Nobody needs to read where on this machine it is.
    said = said.replace(f"{folder}{os.sep}", "").replace(str(folder), ".").split("\nRequire stack:")[0]
    return f"{said} (at {place[1]})" if place else said


def reason_of_end(code: int, said: Mapping[str, Any], folder: Path, *, was_out_of_memory: bool) -> str:
    """Why a process ended.

    Args:
        code: Its exit code; below zero for a signal.
        said: The runner's last line; empty where there was no time for one.
        folder: Where the function is.
        was_out_of_memory: Whether Node said so.
    """
    error = said.get("error")
    if isinstance(error, dict):
        way = "an unhandled rejection" if error.get("way") == "unhandled-rejection" else "an uncaught error"
        return f"{way}: {said_by(error, folder)}"
    if was_out_of_memory:
        return "out of memory (256 MB)"
    if "code" in said:
        return f"process.exit({said['code']})"
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def unloadable(said: Mapping[str, Any], folder: Path) -> HandlerDown:
    """The error for a function that did not load.

    Args:
        said: The runner's line about it, or `ended` with a reason.
        folder: Where the function is.
    """
    if said["kind"] == "ended":
        message = f"the cloud function ended while it was loaded: {safe(str(said['reason']), 300)}"
        return HandlerDown(message)
    if said.get("why") == "no-main":
        message = "index.js has no exports.main"
        return HandlerDown(message, "a cloud function is exports.main = async (event, context) => { ... }")
    error = said.get("error") or {}
    message = f"the cloud function cannot be loaded: {safe(said_by(error, folder), 400)}"
    is_module = _OF_MODULES.search(str(error.get("message"))) is not None
    return HandlerDown(message, COMMON_JS if is_module else _LOAD_HINTS.get(str(said.get("why")), ""))
