"""Starting `wxkf`: finding the command, and turning whatever ends it into one line and an exit code.

What a command does is in its own file; this one imports typer and nothing heavier.
"""

import contextlib
import importlib
import os
import sys
from typing import Any, NoReturn

import typer
import typer.core
import typer.main

from wxkf_cli import __version__
from wxkf_cli.errors import WxkfError

#: Command name -> its one-line help. The file is cli/<name with underscores>.py, its function `command`.
COMMANDS: dict[str, str] = {
    "reply": "The transfer reply, or an acknowledgement, as XML or JSON.",
    "lint-response": "What is wrong with captured responses; for CI.",
    "simulate": "A fake WeChat pushes to a handler and judges every answer.",
    "push": "Push one message or event to a handler, now.",
}

# typer keeps its click inside; this class is the one public way to it.
_ClickError: type[Any] = typer.BadParameter.__mro__[2]


class _LateGroup(typer.core.TyperGroup):
    """Commands known by name and loaded only when called, so that each pays for itself alone."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - typer's signature
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - typer's signature
        if cmd_name not in COMMANDS:
            return None
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
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # A console that cannot show a character gets its escape, not a crash.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = app(arguments, prog_name="wxkf", standalone_mode=False)
        sys.stdout.flush()
    except WxkfError as error:
        return _complain(str(error), error.hint, error.exit_code)
    except _ClickError as error:
        return _complain(error.format_message(), _help_hint(error), 2)
    except (KeyboardInterrupt, typer.Abort):
        return _complain("interrupted", "", 130)
    except BrokenPipeError:
        _silence_stdout()
        return 141
    except Exception as error:  # the last resort: our own bug must not look like a finding
        return _crash(error)
    return code if isinstance(code, int) else 0


def _help_hint(error: Any) -> str:
    context = getattr(error, "ctx", None)
    return f"see: {context.command_path} --help" if context is not None else ""


def _complain(message: str, hint: str, code: int) -> int:
    typer.echo(f"wxkf: {message}", err=True)
    if hint:
        typer.echo(f"      {hint}", err=True)
    return code


def _silence_stdout() -> None:
    """Let the interpreter's own flush at exit find somewhere to go."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _crash(error: Exception) -> int:
    from wxkf_cli.cli.crash import save

    return _complain(f"wxkf itself failed: {type(error).__name__}; please report it", save(error), 4)
