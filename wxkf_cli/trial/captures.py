"""Captured responses: find them, read them, pair them with the push they answered."""

import glob
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from wxkf_cli.errors import UsageError
from wxkf_cli.trial import files
from wxkf_cli.trial.pushes import read_push
from wxkf_cli.vocab.message import Message
from wxkf_cli.vocab.outcomes import Outcome, Phase
from wxkf_cli.vocab.policy import BODY_LIMIT, HEADER_LIMIT
from wxkf_cli.vocab.terms import DataFormat
from wxkf_cli.wechat.record import exchange_from_json
from wxkf_cli.wire import rawhttp
from wxkf_cli.wire.escape import quoted, safe
from wxkf_cli.wire.exchange import Answer, Exchange, Failure, Response

#: A record's line; longer is not one of ours.
LINE_LIMIT = 524_288
_FILES_LIMIT = 100_000
_RECORDS = (".ndjson", ".jsonl")
_MARK = ".response."


class Capture(NamedTuple):
    """One captured answer.

    Attributes:
        exchange: What is known of it.
        file: Where it was read; `-` for stdin.
        line: The line of the file at which its body begins, from 1; for a record, its line.
        in_record: Whether the file is a record, so that places inside the body are not places in the file.
    """

    exchange: Exchange
    file: str
    line: int = 1
    in_record: bool = False


class GivenPush(NamedTuple):
    """The push that captures answered."""

    message: Message
    data: DataFormat


def named(paths: Sequence[str]) -> list[str]:
    """The files that the arguments stand for: themselves, what a pattern matches, what lies in a folder.

    Raises:
        UsageError: One of them stands for nothing, or there are too many.
    """
    found: list[str] = []
    for path in paths:
        if path == files.STDIN or (files.exists(path) and not Path(path).is_dir()):
            matches = [path]
        elif files.exists(path):
            matches = sorted(_in_folder(path))
        else:
            # Not Path.glob: it takes no absolute pattern.
            matching = sorted(glob.glob(path, recursive=True))  # noqa: PTH207
            matches = [each for each in matching if ".push." not in Path(each).name]
        if not matches:
            message = f"{quoted(path)} matches no captured response"
            hint = "a folder is searched for *.response.*, *.http and *.ndjson"
            raise UsageError(message, hint if files.exists(path) else "there is no file or folder of that name")
        found += matches
        if len(found) > _FILES_LIMIT:
            message = f"more than {_FILES_LIMIT} files"
            raise UsageError(message, "name fewer at a time")
    return list(dict.fromkeys(found))


def _in_folder(path: str) -> Iterator[str]:
    for folder, _, names in os.walk(path, followlinks=False):
        for name in names:
            is_response = _MARK in name or name.endswith((".http", *_RECORDS))
            if is_response and ".push." not in name:
                yield str(Path(folder) / name)


def read(path: str, given: GivenPush | None) -> Iterator[Capture]:
    """The answers in one file.

    Raises:
        UsageError: It cannot be read, or is a record with a line that is none.
    """
    if path.endswith(_RECORDS):
        with files.opened(path) as lines:
            yield from _records(path, iter(lambda: lines.readline(LINE_LIMIT + 1), b""))
        return
    data = files.read(path, BODY_LIMIT + HEADER_LIMIT)
    if _is_record(data):
        yield from _records(path, iter(data.splitlines(keepends=True)))
        return
    pushed = given or _beside(path)
    answer = _answer(data)
    line = 1
    if isinstance(answer, Response) and answer.status is not None:
        line += data[: len(data) - len(answer.body)].count(b"\n")
    yield Capture(
        Exchange(answer, push=pushed.message if pushed else None, data=pushed.data if pushed else None), path, line
    )


def _answer(data: bytes) -> Answer:
    response = rawhttp.read(data)
    body = response.body if response is not None else data
    if len(body) > BODY_LIMIT:
        return Failure(Outcome.LIMIT_BODY, Phase.BODY, 0.0)
    return response or Response(None, (), data)


def _beside(path: str) -> GivenPush | None:
    """The push in `x.push.xml` or `x.push.json` beside `x.response.xml`."""
    folder, name = os.path.split(path)
    stem, mark, _ = name.partition(_MARK)
    for data_format in DataFormat:
        candidate = str(Path(folder) / f"{stem}.push.{data_format}")
        if mark and files.exists(candidate):
            return GivenPush(*read_push(candidate, "the push beside it,"))
    return None


def _is_record(data: bytes) -> bool:
    """Whether bytes are records although their name does not say so: a first line with an exchange in it."""
    first = data.split(b"\n", 1)[0]
    if not first.lstrip().startswith(b"{") or len(first) > LINE_LIMIT:
        return False
    try:
        record = json.loads(first)
    except (ValueError, RecursionError):
        return False
    return isinstance(record, dict) and ("response" in record or record.get("type") in ("run", "sent", "done"))


def _records(path: str, lines: Iterator[bytes]) -> Iterator[Capture]:
    for number, line in enumerate(lines, start=1):
        where = f"{safe(path)}:{number}"
        if len(line) > LINE_LIMIT:
            message = f"{where} is longer than {LINE_LIMIT} bytes"
            raise UsageError(message, "a record has one exchange in each line")
        if not line.strip():
            continue
        try:
            record = json.loads(line.decode("utf-8"))
        except (ValueError, RecursionError) as error:
            message = f"{where} is not JSON: {quoted(line)}"
            raise UsageError(message, "a record has one JSON object in each line") from error
        if not isinstance(record, dict):
            message = f"{where} is not a JSON object: {quoted(line)}"
            raise UsageError(message)
        if record.get("type", "done") != "done":
            continue
        try:
            exchange = exchange_from_json(record)
        except UsageError as error:
            message = f"{where}: {error}"
            raise UsageError(message, error.hint) from error
        yield Capture(exchange, path, number, in_record=True)
