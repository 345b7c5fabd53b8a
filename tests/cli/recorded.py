"""What is in the record of a run, and records as a killed process leaves them."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

from tests.cli.running import valid_lines

#: The sample values of the official page.
SEALED = {"WXKF_AES_KEY": "A" * 43, "WXKF_APPID": "wxba5fad812f8e6fb9"}


def untimed(out: str) -> str:
    """What was printed, without the times: a record keeps them to a thousandth of a millisecond."""
    return re.sub(r" *[0-9.]+ (ms|s|秒)(?![a-z])", "", out)


def record() -> Path:
    (path,) = Path(".wxkf/runs").glob("*.ndjson")
    return path


def lines(path: Path) -> list[dict[str, Any]]:
    return valid_lines(path.read_text("ascii"))


def answered(path: Path) -> Counter[str]:
    """How often each push has an answer in the record."""
    return Counter(line["id"] for line in lines(path) if line["type"] == "done")


def message_ids(path: Path, kind: str) -> list[str]:
    bodies = [line["push"].get("body", "") for line in lines(path) if line["type"] == kind]
    return [found[1] for body in bodies if (found := re.search(r"<MsgId>(\d+)", body))]


def cut(path: Path, keep: int, tail: bytes = b"") -> None:
    """As a process leaves it that is killed."""
    whole = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(whole[:keep]) + tail)
