"""Node.js on the PATH: which version it is, with which options it is run, and programs that only pretend to be it."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from tests.simulate.cloudfunctions import is_alive
from wxkf_cli.errors import HandlerDown
from wxkf_cli.simulate import node
from wxkf_cli.simulate.node import Node, find_node

MEMORY = "--max-old-space-size=256"
NO_MODULES = ("--no-experimental-detect-module", "--no-experimental-require-module")


def pretender(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> str:
    """A program by the name of node, the only one on the PATH beside the tools that it needs."""
    path = folder / "node"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return str(path)


@pytest.mark.parametrize(
    ("version", "options"),
    [
        ("v18.0.0", ()),
        ("v20.9.0", ()),
        ("v20.18.3", ()),
        ("v20.19.0", NO_MODULES),
        ("v21.7.3", ()),
        ("v22.6.0", ()),
        ("v22.7.0", NO_MODULES),
        ("v23.0.0", NO_MODULES),
        ("v24.21.0", NO_MODULES),
    ],
)
def test_versions_that_require_modules_are_told_not_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, options: tuple[str, ...]
) -> None:
    path = pretender(tmp_path, monkeypatch, f"echo {version}")
    assert asyncio.run(find_node()) == Node(path, (MEMORY, *options))


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("exec sleep 1000", "node --version does not end within 0.2 s"),
        ("sleep 1000 & echo $! >> STARTED; wait", "node --version does not end within 0.2 s"),
        ("sleep 1000 & echo $! >> STARTED; echo no; wait", 'node --version says "no", which is no version'),
        ("yes | tr -d '\\n'", 'node --version says "more than a line", which is no version'),
        ("exit 1", 'node --version says "", which is no version'),
    ],
)
def test_a_program_that_is_no_node_holds_nothing_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, message: str
) -> None:
    monkeypatch.setattr(node, "_VERSION_SECONDS", 0.2)
    started = tmp_path / "started"
    pretender(tmp_path, monkeypatch, f"echo $$ > {started}\n{script.replace('STARTED', str(started))}")
    with pytest.raises(HandlerDown) as raised:
        asyncio.run(find_node())
    assert str(raised.value) == message
    for process in started.read_text().split():
        while is_alive(process):
            os.sched_yield()


def test_what_has_left_its_group_holds_nothing_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node, "_VERSION_SECONDS", 0.2)
    left = tmp_path / "left"
    pretender(tmp_path, monkeypatch, f"setsid sh -c 'echo $$ > {left}; exec sleep 1000' &\nsleep 1000")
    with pytest.raises(HandlerDown, match="does not end within"):
        asyncio.run(find_node())
    os.kill(int(left.read_text()), signal.SIGKILL)
