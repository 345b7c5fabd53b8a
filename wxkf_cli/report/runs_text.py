"""Recorded runs as people read them: one line each."""

from collections.abc import Mapping
from typing import Any

from wxkf_cli.report.line import Line, Part, Style, line, padded
from wxkf_cli.vocab.terms import Language, Text
from wxkf_cli.wire.escape import safe

_RUNNING = Text("running", "进行中")
_CUT_OFF = Text("cut off", "未完成")
_EXIT = Text("exit {}", "退出码 {}")
_PUSH, _PUSHES = Text("{} push", "{} 次推送"), Text("{} pushes", "{} 次推送")
_IN_DOUBT = Text("{} in doubt", "{} 次结果未知")
_FIGURES = Text("{passed} passed, {failed} failed", "{passed} 通过，{failed} 失败")
_CASE, _CASES = Text("{} case", "{} 个用例"), Text("{} cases", "{} 个用例")
_CHECKS = Text("{} checks", "{} 项检查")
_FOREIGN = Text("no record of a simulation", "不是模拟运行的记录")


def run_line(
    name: str,
    head: Mapping[str, Any] | None,
    summary: Mapping[str, Any] | None,
    cases: int,
    pushes: int,
    doubtful: int,
    language: Language,
    *,
    is_running: bool,
) -> Line:
    """When it was, against which handler, what was played, and how it ended.

    Args:
        name: Its id.
        head: The first line of its record; None for a record that is none.
        summary: Its figures; None where it was cut off, or goes on.
        cases: How many cases were played.
        pushes: Deliveries that have left.
        doubtful: Those without an answer.
        language: Of words.
        is_running: Whether a process still writes it.
    """
    target = (head or {}).get("target")
    if head is None or not isinstance(target, Mapping):
        return line(safe(name), "  ", Part(_FOREIGN.said_in(language), Style.QUIET))
    settings = head.get("settings")
    settings = settings if isinstance(settings, Mapping) else {}
    place = settings.get("place")
    demo = (place if isinstance(place, Mapping) else settings).get("demo")
    left = (_PUSH if pushes == 1 else _PUSHES).said_in(language).format(pushes)
    if doubtful:
        left += ", " + _IN_DOUBT.said_in(language).format(doubtful)
    where = f"--demo {demo}" if demo else str(target.get("url"))
    what = f"{safe(where)}  {_played(settings, cases, language)}  {left}"
    return line(
        safe(name), "  ", _end(summary, language, is_running=is_running), f"  {what}",
        f"  {_figures(summary, language)}" if summary is not None else "",
    )  # fmt: skip


def _played(settings: Mapping[str, Any], cases: int, language: Language) -> str:
    """The case or check that was played, or how many: of the cases of a plan, not all are for every handler."""
    is_suite = "checks" in settings
    played = settings.get("checks" if is_suite else "cases")
    names = played if isinstance(played, list) else []
    if len(names) == 1:
        return safe(str(names[0]))
    if is_suite:
        return _CHECKS.said_in(language).format(len(names))
    return (_CASE if cases == 1 else _CASES).said_in(language).format(cases)


def _end(summary: Mapping[str, Any] | None, language: Language, *, is_running: bool) -> Part:
    if summary is None:
        return Part(padded((_RUNNING if is_running else _CUT_OFF).said_in(language), 8), Style.DOUBTFUL)
    code = summary.get("exit_code")
    said = padded(_EXIT.said_in(language).format(safe(str(code))), 8)
    return Part(said, Style.GOOD if code == 0 else Style.BAD)


def _figures(summary: Mapping[str, Any], language: Language) -> str:
    figures = {name: safe(str(summary.get(name))) for name in ("passed", "failed")}
    return _FIGURES.said_in(language).format(**figures)
