"""Starting `wxkf`: finding the command, and turning whatever ends it into one line and an exit code.

What a command does is in its own file; this one imports typer and nothing heavier.
"""

import contextlib
import errno
import gc
import importlib
import os
import signal
import sys
from typing import Any, NoReturn, TextIO

import typer
import typer.core
import typer.main

from wxkf_cli import __version__
from wxkf_cli.cli.leaving import leave
from wxkf_cli.errors import RuleCrash, UsageError, WxkfError

#: Command name -> its one-line help. The file is cli/<name with underscores>.py, its function `command`.
COMMANDS: dict[str, str] = {
    "reply": "The transfer reply, or an acknowledgement, as XML or JSON.",
    "lint-response": "What is wrong with captured responses; for CI.",
    "simulate": "A fake WeChat pushes to a handler and judges every answer.",
    "push": "Push one message or event to a handler, now.",
    "replay": "Push again what a run recorded, failures first, signed anew.",
    "runs": "List, show or remove what is recorded under .wxkf/runs/.",
    "crypt": "Sign, verify, encrypt or decrypt, and why a signature or a seal is wrong.",
    "rules": "Every rule: code, name, how much it weighs, what holds.",
    "explain": "Why a rule is one, wrong and right answers, and how to mend it.",
}

# typer keeps its click inside; this class is the one public way to it.
_ClickError: type[Any] = typer.BadParameter.__mro__[2]

#: What a full disk or a broken one says to whoever writes on it.
_UNWRITABLE = (errno.ENOSPC, errno.EIO, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC))


class _Ended(SystemExit):
    """A signal asked the program to end; the exit code is 128 and its number, as shells have it."""

    def __init__(self, number: int) -> None:
        super().__init__(128 + number)
        self.signal = signal.Signals(number).name


class _LateGroup(typer.core.TyperGroup):
    """Commands known by name and loaded only when called, so that each pays for itself alone."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - typer's signature
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - typer's signature
        if cmd_name not in COMMANDS:
            message = f"No such command: {_one_line(cmd_name)}"
            raise UsageError(message, _did_you_mean(cmd_name))
        module = importlib.import_module(f"wxkf_cli.cli.{cmd_name.replace('-', '_')}")
        single = typer.Typer(add_completion=False, rich_markup_mode=None)
        single.command(cmd_name)(module.command)
        return typer.main.get_command(single)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - typer's signature
        if COMMANDS:
            with formatter.section("Commands"):
                formatter.write_dl(list(COMMANDS.items()))


app = typer.Typer(cls=_LateGroup, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"wxkf {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None:
    """Test a WeChat Mini Program customer-service handler on your own machine."""
    del version
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def main() -> NoReturn:
    """Run the command in `sys.argv` and exit with its code; never a traceback."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:  # nohup has it ignored
            signal.signal(number, _end)
    gc.freeze()  # what is loaded stays: looking at it again and again takes a tenth of a short run
    code = run(sys.argv[1:])
    gc.freeze()  # nor is it looked at for the last time, only to end
    leave(code)


def _end(number: int, _frame: object) -> NoReturn:
    raise _Ended(number)


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code."""
    _prepare_streams()
    try:
        code = _invoke(list(arguments))
        sys.stdout.flush()
    except RuleCrash as error:
        from wxkf_cli.cli.crash import save

        return _complain(str(error), save(error), error.exit_code)
    except WxkfError as error:
        return _complain(str(error), error.hint, error.exit_code)
    except _ClickError as error:
        return _complain(_one_line(error.format_message()), _help_hint(error), 2)
    except KeyboardInterrupt:
        return _complain("interrupted", "", 130)
    except _Ended as ended:
        return _complain(f"interrupted by {ended.signal}", "", int(ended.code or 0))
    except Exception as error:  # the last resort: our own bug must not look like a finding
        from wxkf_cli.trial.closedpipe import is_closed_pipe

        if is_closed_pipe(error):
            _silence(sys.stdout)
            return 141
        if isinstance(error, OSError) and error.errno in _UNWRITABLE:
            _silence(sys.stdout)
            return _complain(f"the output cannot be written: {error.strerror}", "", 2)
        return _crash(error)
    return code


def _invoke(arguments: list[str]) -> int:
    """Not `app(arguments)`: that makes a closed pipe exit 1, which is for findings, and an interrupt silent."""
    group = typer.main.get_command(app)
    try:
        with group.make_context("wxkf", arguments) as context:
            group.invoke(context)
    except typer.Exit as ending:
        return ending.exit_code
    return 0


def _prepare_streams() -> None:
    # A stream that was closed before the start is None, and everybody writes to it.
    if sys.stdout is None:
        sys.stdout = _nowhere()
    if sys.stderr is None:
        sys.stderr = _nowhere()
    for stream in (sys.stdout, sys.stderr):
        # A console that cannot show a character gets its escape, not a crash.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _nowhere() -> TextIO:
    return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123 - it stays open as long as the program runs


def _one_line(text: str) -> str:
    """What click says, with what the user typed in it: one line that no byte of it breaks."""
    shown = "".join(each if each.isprintable() else ascii(each)[1:-1] for each in " ".join(text.split()))
    return shown if len(shown) <= 300 else f"{shown[:150]}...{shown[-150:]}"


def _did_you_mean(name: str) -> str:
    import difflib

    near = difflib.get_close_matches(name, COMMANDS, n=1) or [each for each in COMMANDS if name and name in each]
    return f"did you mean {near[0]}?" if near else "see: wxkf --help"


def _help_hint(error: Any) -> str:
    context = getattr(error, "ctx", None)
    return f"see: {context.command_path} --help" if context is not None else ""


def _complain(message: str, hint: str, code: int) -> int:
    try:
        for text in (f"wxkf: {message}", f"      {hint}" if hint else ""):
            if text:
                # CI systems take `##[` for a command wherever it stands, and a message may quote a file name.
                typer.echo(text.replace("##", r"#\x23"), err=True)
    except OSError:  # nobody is listening; the exit code still says it
        _silence(sys.stderr)
    return code


def _silence(stream: TextIO) -> None:
    """Let the interpreter's own flush at exit find somewhere to go."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _crash(error: Exception) -> int:
    from wxkf_cli.cli.crash import save

    return _complain(f"wxkf itself failed: {type(error).__name__}; please report it", save(error), 4)
