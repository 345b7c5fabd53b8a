"""Starts a handler program of this folder for a test, and kills it afterwards."""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import IO

_HERE = Path(__file__).parent
_NODE = _HERE / "node"
_COMMANDS = {
    "bottle_werobot": (sys.executable, _HERE / "bottle_werobot.py"),
    "flask_wechatpy": (sys.executable, _HERE / "flask_wechatpy.py"),
    "flask_wechatpy_json": (sys.executable, _HERE / "flask_wechatpy_json.py"),
    "flawed_handler": (sys.executable, _HERE / "flawed_handler.py"),
    "flawed_sealer": (sys.executable, _HERE / "flawed_sealer.py"),
    "express_wechat": ("node", "--no-deprecation", _NODE / "express_wechat.js"),
    "koa_co_wechat": ("node", "--no-deprecation", _NODE / "koa_co_wechat.js"),
}
#: Seconds after which a program that is still not ready is killed.
_PATIENCE = 60.0


@contextmanager
def handler(
    program: str,
    variant: str,
    *,
    token: str = "AAAAA",  # noqa: S107 - a test's
    aes_key: str = "",
    appid: str = "",
) -> Iterator[str]:
    """Run a handler and yield its URL.

    Args:
        program: `bottle_werobot`, `express_wechat`, `flask_wechatpy`, `flask_wechatpy_json`, `flawed_sealer` or
            `koa_co_wechat`.
        variant: How it treats pushes; each program lists its own.
        token: The Token it checks signatures with.
        aes_key: The EncodingAESKey it opens and seals with; empty for a handler of plaintext mode.
        appid: What sealed messages end with.

    Raises:
        RuntimeError: The program did not start; the message has what it wrote to stderr.
    """
    command = _COMMANDS[program]
    if command[0] == "node" and (missing := _missing_packages()):
        message = (
            f"node_modules lacks {', '.join(missing)}: "
            "npm ci --prefix tests/handlers/node --no-audit --no-fund --loglevel=error"
        )
        raise RuntimeError(message)
    # A file for stderr: a pipe that nobody reads would fill up with tracebacks and stop the handler.
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(
            [*command, variant],
            env=_environment({"WXKF_TOKEN": token, "WXKF_AES_KEY": aes_key, "WXKF_APPID": appid}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            encoding="utf-8",
        ) as process,
    ):
        try:
            yield f"http://127.0.0.1:{_port(process, errors)}/wx"
        finally:
            process.kill()


def _missing_packages() -> list[str]:
    """The packages of package.json that are not installed."""
    wanted = json.loads((_NODE / "package.json").read_text("utf-8"))["dependencies"]
    return [name for name in wanted if not (_NODE / "node_modules" / name / "package.json").is_file()]


def _environment(settings: dict[str, str]) -> dict[str, str]:
    """This process's environment, with the settings that are given and none that happened to be in it."""
    inherited = {name: value for name, value in os.environ.items() if name not in settings}
    return inherited | {name: value for name, value in settings.items() if value}


def _port(process: subprocess.Popen[str], errors: IO[bytes]) -> int:
    """The port in the ready line, once it has come."""
    assert process.stdout is not None
    watchdog = Timer(_PATIENCE, process.kill)
    watchdog.start()
    try:
        line = process.stdout.readline()
    finally:
        watchdog.cancel()
        watchdog.join()
    ready = re.fullmatch(r"ready (\d+)\n", line)
    if ready is None:
        process.kill()
        process.wait()
        errors.seek(0)
        said = errors.read().decode("utf-8", "replace")
        message = f"the handler said {line!r} instead of `ready PORT`; on stderr: {said}"
        raise RuntimeError(message)
    return int(ready[1])
