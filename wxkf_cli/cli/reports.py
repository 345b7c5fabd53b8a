"""Formats by name, and `--report FORMAT=PATH`: files that are written beside their place and put there when whole."""

import contextlib
import os
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from wxkf_cli.cli.reportfile import ReportFile
from wxkf_cli.cli.stdout import speak_utf8
from wxkf_cli.errors import UsageError
from wxkf_cli.report.event import Event, Listener
from wxkf_cli.report.formats import NO_FILE, Lines, PlainText, Report
from wxkf_cli.vocab.choices import Output
from wxkf_cli.vocab.policy import Policy
from wxkf_cli.vocab.terms import Language, Severity
from wxkf_cli.wechat.record import Redact
from wxkf_cli.wire.escape import quoted

#: Where GitHub Actions takes the summary of a job from, and what it takes at most.
_JOB_SUMMARY, _JOB_SUMMARY_LIMIT = "GITHUB_STEP_SUMMARY", 1_000_000
_FORMATS = ", ".join(Output)


class Making(NamedTuple):
    """What formats are made with.

    Attributes:
        text: The format `text`, for a width in columns or for none.
        language: Of texts.
        policy: The assumptions that outcomes depend on.
        redact: Masks secrets in what the handler gave back.
        stand_in: The path of findings that are in no file, where a format demands one.
        gate: The least severity that fails; None where nothing does.
    """

    text: Callable[[int | None], Lines]
    language: Language
    policy: Policy
    redact: Redact
    stand_in: str = NO_FILE
    gate: Severity | None = Severity.ERROR


def report_of(output: Output, making: Making, *, has_summary: bool = False) -> Report:
    """A format; only its own module is loaded. `has_summary`: a job summary is written beside it."""
    match output:
        case Output.TEXT:
            return PlainText(making.text(None))
        case Output.CONCISE:
            from wxkf_cli.report.concise import Concise

            return Concise(making.language)
        case Output.JSON:
            from wxkf_cli.report.machine import WholeJson

            return WholeJson(making.policy, making.redact)
        case Output.NDJSON:
            from wxkf_cli.report.machine import Ndjson

            return Ndjson(making.policy, making.redact)
        case Output.GITHUB:
            from wxkf_cli.report.github import GitHub

            return GitHub(making.language, from_root, has_summary=has_summary)
        case Output.GITLAB:
            from wxkf_cli.report.gitlab import GitLab

            return GitLab(making.language, from_root, making.stand_in)
        case Output.SARIF:
            from wxkf_cli.report.sarif import Sarif

            return Sarif(from_root, making.stand_in)
        case Output.JUNIT:
            from wxkf_cli.report.junit import JUnit

            return JUnit(making.language, making.gate)
        case Output.MARKDOWN:
            from wxkf_cli.report.markdown import Markdown

            return Markdown(making.language)


class Destination(NamedTuple):
    """What `--report` names.

    Attributes:
        output: The format.
        path: The file.
    """

    output: Output
    path: Path


def destinations(options: Sequence[str] | None) -> list[Destination]:
    """What the options name.

    Raises:
        UsageError: An unknown format, a path that cannot be written, or one path twice.
    """
    found: list[Destination] = []
    for option in options or ():
        destination = _destination(option)
        if any(_same(destination.path, each.path) for each in found):
            message = f"two reports go to {quoted(str(destination.path))}"
            raise UsageError(message, "give each a path of its own")
        found.append(destination)
    return found


def _destination(option: str) -> Destination:
    name, equals, path = option.partition("=")
    if not equals or not path:
        message = f"--report {quoted(option)} names no file"
        raise UsageError(message, f"write it FORMAT=PATH, as in --report sarif=wxkf.sarif; formats are {_FORMATS}")
    if name not in list(Output):
        import difflib

        near = difflib.get_close_matches(name.lower(), list(Output), n=1)
        message = f"--report {quoted(option)}: {quoted(name)} is no format"
        raise UsageError(message, f"did you mean {near[0]}={path}?" if near else f"formats are {_FORMATS}")
    if path == "-":
        message = f"--report {quoted(option)} names stdout"
        raise UsageError(message, f"what stdout is says --format {name}")
    return Destination(Output(name), _writable(path))


def _writable(path: str) -> Path:
    """The path, if a file can be put there. A link is refused: what is behind it may be somebody else's."""
    try:
        there = Path(path).lstat().st_mode
    except FileNotFoundError:
        there = None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "a file name has no null character"
        message = f"no report can be written to {quoted(path)}: {reason}"
        raise UsageError(message) from error
    if there is not None and not stat.S_ISREG(there):
        what = "a symbolic link" if stat.S_ISLNK(there) else "a folder" if stat.S_ISDIR(there) else "no regular file"
        message = f"no report can be written to {quoted(path)}: it is {what}"
        raise UsageError(message, "name a file, which may exist or not")
    folder = Path(path).parent
    if not folder.is_dir():
        message = f"no report can be written to {quoted(path)}: there is no folder {quoted(str(folder))}"
        raise UsageError(message, "make the folder first")
    if not os.access(folder, os.W_OK):
        message = f"no report can be written to {quoted(path)}: the folder does not let wxkf write"
        raise UsageError(message, "write it where wxkf may")
    return Path(path)


def _same(one: Path, other: Path) -> bool:
    pair = [str(each.parent.resolve() / each.name) for each in (one, other)]
    if sys.platform in ("win32", "darwin"):  # most of their disks do not tell A from a
        pair = [each.casefold() for each in pair]
    return pair[0] == pair[1]


@contextlib.contextmanager
def writing(named: Sequence[Destination], making: Making) -> Iterator[list[Listener]]:
    """What writes the reports while a run goes on.

    Raises:
        UsageError: A file cannot be made, or not be put in its place.
    """
    with contextlib.ExitStack() as open_files:
        files: list[Listener] = []
        for output, path in named:
            file = ReportFile(report_of(output, making), path)
            open_files.callback(file.close)
            files.append(file.take)
        yield files


def job_summary(making: Making) -> Listener | None:
    """What appends the whole list to GitHub's job summary; None where there is none, or it cannot be written."""
    path = os.environ.get(_JOB_SUMMARY)
    if not path:
        return None
    try:
        with Path(path).open("ab"):
            pass
    except (OSError, ValueError):
        return None
    from wxkf_cli.report.markdown import Markdown

    report = Markdown(making.language, _JOB_SUMMARY_LIMIT)

    def append(event: Event) -> None:
        text = "".join(report.take(event))
        if text:
            with Path(path).open("ab") as file:
                file.write(text.encode("utf-8", "backslashreplace"))

    return append


def to_stdout(report: Report) -> Listener:
    """What writes a format on stdout as it comes."""
    speak_utf8()

    def write(event: Event) -> None:
        for piece in report.take(event):
            sys.stdout.write(piece)
            sys.stdout.flush()

    return write


def from_root(path: str) -> str:
    """A path from the root of the repository, with slashes; of a file outside, its name alone.

    CI systems show findings beside the code only by such a path, whatever the folder that wxkf was started in; and
    none may point anywhere else.
    """
    folder = Path.cwd()
    there = Path(os.path.normpath(folder / path))
    return _below_root(there, folder) or _below_root(_followed(there), folder) or Path(path).name


def _followed(path: Path) -> Path:
    """The path with links of its folders followed, as the current folder is told: on macOS /tmp is one."""
    return Path(os.path.realpath(path.parent), path.name)


def _below_root(path: Path, folder: Path) -> str:
    """The path from the root of the repository that a folder is in; empty for one outside."""
    try:
        relative = Path(os.path.relpath(path, _root(folder)))
    except ValueError:  # on another drive
        return ""
    return "" if relative.parts[:1] == (os.pardir,) or relative.is_absolute() else relative.as_posix()


@cache
def _root(folder: Path) -> Path:
    return next((each for each in (folder, *folder.parents) if os.path.lexists(each / ".git")), folder)
