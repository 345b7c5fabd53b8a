"""Handlers that write to the descriptors themselves; the right one otherwise."""

import os
import subprocess
import sys
from contextlib import suppress
from typing import Any

from tests.apps import logic


def writes_past_python(push: dict[str, Any]) -> dict[str, Any] | None:
    """Also what stays in a buffer until somebody flushes it."""
    os.write(1, b"on descriptor 1\n")
    print("kept back", file=sys.__stdout__)
    return logic.reply(push)


def lets_a_child_print(push: dict[str, Any]) -> dict[str, Any] | None:
    subprocess.run([sys.executable, "-c", "print('from a child')"], check=True)
    return logic.reply(push)


def leaves_a_child(push: dict[str, Any]) -> dict[str, Any] | None:
    """One that goes on for a while after the run, with what is stdout."""
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(5)"], stderr=subprocess.DEVNULL)
    return logic.reply(push)


def closes_descriptor_1(push: dict[str, Any]) -> dict[str, Any] | None:
    with suppress(OSError):  # it has done so before
        os.close(1)
    return logic.reply(push)
