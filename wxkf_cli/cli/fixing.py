"""`lint-response --fix` and `--diff`: safe fixes written into files, or shown."""

from collections.abc import Iterable, Iterator, Sequence

import typer

from wxkf_cli.errors import UsageError
from wxkf_cli.lint.selection import Selection
from wxkf_cli.lint.subject import Setting
from wxkf_cli.trial import files
from wxkf_cli.trial.capture import Context
from wxkf_cli.trial.fixing import Fix, diff, proposed, write
from wxkf_cli.trial.notes import NOTHING_CHECKED
from wxkf_cli.vocab.choices import Output
from wxkf_cli.vocab.terms import Language, Text
from wxkf_cli.wechat.record import Redact
from wxkf_cli.wire.escape import safe


def check_options(paths: Sequence[str], *, fix: bool, show_diff: bool, output: Output, reports: Sequence[str]) -> None:
    """Refuse what does not go together.

    Raises:
        UsageError: It does not.
    """
    if fix and show_diff:
        message = "--fix writes what --diff only shows"
        raise UsageError(message, "give one of them")
    if fix and files.STDIN in paths:
        message = "--fix cannot write into stdin"
        raise UsageError(message, "name the file, or see the fixes with --diff")
    if show_diff and (output is not Output.TEXT or reports):
        message = "--diff is all that is written, so there is nothing for --format and --report"
        raise UsageError(message, "leave them out, or leave out --diff")


class Fixing:
    """Finds the safe fixes of files, in order.

    Args:
        context: What is known beside the answers.
        setting: What they are linted with.
        selection: Which findings count: the others are not mended.
        language: Of what is said.
    """

    def __init__(self, context: Context, setting: Setting, selection: Selection, language: Language) -> None:
        self._context = context
        self._setting = setting
        self._selection = selection
        self._language = language
        self._seen = self._left_alone = 0

    def write(self, paths: Iterable[str]) -> None:
        """Write them into the files, and say so for each.

        Raises:
            UsageError: A file cannot be read or written.
        """
        for fix in self._fixes(paths):
            write(fix)
            name = safe(fix.path, 4096)
            self._say(Text(f"fixed {fix.mends} in {name}", f"已修复 {name} 中的 {fix.mends} 处"))

    def show(self, paths: Iterable[str], redact: Redact) -> bool:
        """Print them as a diff; returns whether there are any.

        Raises:
            UsageError: A file cannot be read, or all are of a sort that is never fixed.
        """
        changes = 0
        for fix in self._fixes(paths):
            for line in diff(fix, redact):
                typer.echo(line)
            changes += 1
        if self._left_alone == self._seen:
            message = f"none of this can be fixed, so nothing was compared ({NOTHING_CHECKED})"
            raise UsageError(message, "fixes are for bare bodies and raw HTTP responses, as curl -i prints them")
        return changes > 0

    def _fixes(self, paths: Iterable[str]) -> Iterator[Fix]:
        for path in paths:
            self._seen += 1
            fix = proposed(path, self._context, self._setting, self._selection)
            if fix is not None and fix.why_not is not None:
                self._left_alone += 1
                self._say(_left_alone(fix, fix.why_not))
            elif fix is not None:
                yield fix

    def _say(self, text: Text) -> None:
        typer.echo(f"wxkf: {text.said_in(self._language)}", err=True)


def _left_alone(fix: Fix, why: Text) -> Text:
    name = safe(fix.path, 4096)
    if not fix.mends:
        return Text(f"left {name} alone: {why.en}", f"未改动 {name}：{why.zh}")
    return Text(
        f"left {name} alone, where {fix.mends} could be fixed: {why.en}",
        f"未改动 {name}（可修复 {fix.mends} 处）：{why.zh}",
    )
